"""Labels that a repository does not have yet, made before they are put on: in a colour of ours, with what they mean.

GitHub makes an unknown label by itself when it is put on, grey and without a word, where our account may write there.
What a repository has is listed once a day; an unchanged list costs nothing of the rate limit.

https://docs.github.com/en/rest/issues/labels
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType

from connectors.errors import Ambiguous, Denied, Gone, Refused, Temporary
from connectors.github.addresses import repository_path
from connectors.github.client import GitHubClient
from connectors.github.standing import Kept
from connectors.tracker import TWIN_LABEL

_KEPT = dt.timedelta(days=1)
#: Colour and description by name: few and calm, so that a list of issues stays readable.
_LOOKS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "post-mortem": ("7d6b9e", "What happened, and what is learned from it"),
        "action": ("4f8a8b", "One improvement out of a post-mortem"),
        "escalated": ("c9824a", "It has waited for long: somebody further up was asked"),
        TWIN_LABEL: ("c5ccd3", "Opened twice by Aftermath; the other one counts"),
    }
)
_OURS = ("5b7083", "Opened by Aftermath")
_OTHER = ("a9b8c6", "Put on by Aftermath")


class LabelBook:
    """The labels of each repository. Thread-safe."""

    def __init__(self, client: GitHubClient, our_label: str) -> None:
        self._client = client
        self._our_label = our_label
        self._known: Kept[str, set[str]] = Kept(client.now, _KEPT)
        self._lock = threading.Lock()

    def ensure(self, container: str, names: Iterable[str]) -> None:
        """Make those that are missing: a write for each, once. Where our account may not, GitHub is left to decide.

        Raises Temporary where GitHub is in trouble, Limited: nothing else was sent then.
        """
        known = self._known.get(container, lambda: self._listed(container))
        for name in dict.fromkeys(names):
            if name.casefold() not in known:
                self._make(container, name)
                with self._lock:
                    known.add(name.casefold())

    def _listed(self, container: str) -> set[str]:
        """https://docs.github.com/en/rest/issues/labels#list-labels-for-a-repository"""
        try:
            shown = list(self._client.read_pages(f"{repository_path(container)}/labels", remember=True))
        except (Gone, Refused):
            return set()  # whatever is wrong with the repository is told by the write that follows
        return {str(label.get("name")).casefold() for label in shown}

    def _make(self, container: str, name: str) -> None:
        """https://docs.github.com/en/rest/issues/labels#create-a-label"""
        colour, meaning = _OURS if name == self._our_label else _LOOKS.get(name, _OTHER)
        body = {"name": name, "color": colour, "description": meaning}
        try:
            # A renamed repository is still the one that was meant.
            self._client.write("POST", f"{repository_path(container)}/labels", body, follows=True)
        except Ambiguous as unclear:
            # Made or not, it may be made again; what was asked for has certainly not been done.
            raise Temporary(f"The label {name} could not be made in {container}: {unclear}") from None
        except Denied as denied:
            if denied.status == HTTPStatus.UNAUTHORIZED:
                raise
        except Refused:
            return  # there it is (422), or not ours to make (404)
