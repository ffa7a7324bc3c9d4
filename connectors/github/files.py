"""Files of a repository: one is written where none stands, and none is ever changed (P12).

GitHub makes a file without asking for a `sha` only where there is none yet, so a request that turns up a second time,
or late, does nothing: exactly one of each needs no neutralising here. What is there is read back after a refusal, since
it may be our own.
"""

from __future__ import annotations

import base64
import binascii
import re

from connectors.errors import Gone, Refused, Temporary
from connectors.front_matter import marker_in, with_marker
from connectors.github.addresses import repository_path
from connectors.github.answers import unexpected
from connectors.github.client import GitHubClient, listed
from connectors.markers import MarkerCodec
from connectors.tracker import FoundFile
from rules.facts import Marker
from rules.refs import Place

_PATH = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,99}/){0,10}[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\Z")
#: The branch moved while GitHub was writing: nothing was done, and a moment later it will be.
_OVERTAKEN = "expected"


class Files:
    """Reads and writes single files on a repository's default branch."""

    def __init__(self, client: GitHubClient, codec: MarkerCodec) -> None:
        self._client = client
        self._codec = codec

    def find_file(self, place: Place, path: str) -> FoundFile | None:
        """What stands at a path or stood there once, in one request or two. None where nothing ever did.

        https://docs.github.com/en/rest/repos/contents#get-repository-content
        https://docs.github.com/en/rest/commits/commits#list-commits
        """
        try:
            shown, answer = self._client.read_object(_file_path(place, path))
        except Gone:
            return FoundFile(is_removed=True) if self._had_file(place, path) else None
        content = shown.get("content")
        if shown.get("type") != "file" or not isinstance(content, str):
            raise unexpected(answer)
        return FoundFile(marker=marker_in(_text(content), self._codec))

    def write_file(self, place: Place, path: str, body: str, marker: Marker, why: str) -> None:
        """Make the file, its marker in its front matter, as a commit that says `why`. One that is there is left alone:
        fine where it is ours, else Refused.

        https://docs.github.com/en/rest/repos/contents#create-or-update-file-contents
        """
        content = base64.b64encode(with_marker(body, marker, self._codec).encode()).decode()
        try:
            # A renamed repository is still the one that was meant.
            answer = self._client.write(
                "PUT", _file_path(place, path), {"message": why, "content": content}, follows=True
            )
        except Refused as refused:
            if refused.status not in (409, 422) or not self._is_ours(place, path, marker):
                raise _in_our_words(refused, place) from None
            return
        made = answer.data.get("content") if isinstance(answer.data, dict) else None
        if not isinstance(made, dict) or made.get("path") != path:
            raise unexpected(answer)

    def _is_ours(self, place: Place, path: str, marker: Marker) -> bool:
        found = self.find_file(place, path)
        return found is not None and found.marker is not None and found.marker.key == marker.key

    def _had_file(self, place: Place, path: str) -> bool:
        """Whether some commit on the default branch was about that path: then somebody took the file away."""
        commits = f"{repository_path(place.container)}/commits"
        try:
            return bool(listed(self._client.read(commits, {"path": path, "per_page": 1})))
        except Refused as refused:
            if refused.status == 409:  # a repository without a commit
                return False
            raise


def _file_path(place: Place, path: str) -> str:
    """`/repos/acme/handbook/contents/lessons/x-1.md`. Raises Refused for what is no plain path."""
    if not _PATH.match(path):
        raise Refused(f"{path!r} is no path of a file of ours.")
    return f"{repository_path(place.container)}/contents/{path}"


def _in_our_words(refused: Refused, place: Place) -> Refused | Temporary:
    if refused.status == 409 and _OVERTAKEN in str(refused):
        return Temporary(f"Somebody else wrote to {place.container} at the same moment: {refused}")
    if refused.status == 404:
        return Gone(
            f"GitHub does not let us write to {place.container}: our account needs the role Write there, and a "
            f"fine-grained token Contents: read and write.",
            status=404,
        )
    return refused


def _text(content: str) -> str:
    """The text behind base64; what is none of ours need not be text at all."""
    try:
        return base64.b64decode("".join(content.split())).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""
