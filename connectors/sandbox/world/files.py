"""A repository's files on its default branch, as the commits that made them: one file a commit, as the API writes.

No other branches, no merges, no symbolic links. What was is never forgotten: a file that somebody removed has commits.
"""

from __future__ import annotations

import hashlib

from connectors.sandbox.world.commit import CommitState
from connectors.sandbox.world.errors import WorldError
from connectors.sandbox.world.record import SiteRecord


class Files(SiteRecord):
    """The files of a site's repositories."""

    def commits(self, container: str, path: str = "") -> list[CommitState]:
        """Commits of a repository, oldest first; with a path those that changed it."""
        place = self._place(container)
        return [commit for commit in place.commits if path in ("", commit.path)]

    def file(self, container: str, path: str) -> CommitState | None:
        """The commit that made a file what it is, None where there is none (any more)."""
        last = next(reversed(self.commits(container, path)), None)
        return last if last and last.text is not None else None

    def write_file(
        self, actor: str, container: str, path: str, text: str, message: str, *, blob_sha: str = ""
    ) -> CommitState:
        """Make a file, or change the one whose id is `blob_sha`. For a path where nothing stands the id is not
        looked at. Raises WorldError: missing, denied, invalid (a file is there and no id), conflict (another id)."""
        with self.lock:
            self._pushable(actor, container)
            present = self.file(container, path)
            if present and not blob_sha:
                raise WorldError("invalid", 'Invalid request.\n\n"sha" wasn\'t supplied.')
            if present and blob_sha != present.blob_sha:
                raise WorldError("conflict", f"{path} does not match {blob_sha}")
            return self._commit(actor, container, path, text, message)

    def remove_file(self, actor: str, container: str, path: str) -> CommitState:
        """Raises WorldError: missing, denied."""
        with self.lock:
            self._pushable(actor, container)
            if self.file(container, path) is None:
                raise WorldError("missing", f"{path} does not exist")
            return self._commit(actor, container, path, None, f"Delete {path}")

    def _commit(self, actor: str, container: str, path: str, text: str | None, message: str) -> CommitState:
        place, at = self._place(container), self.now()
        parent = place.commits[-1].sha if place.commits else ""
        named = "\0".join((parent, str(at), actor, message, path, repr(text)))
        sha = hashlib.sha1(named.encode(errors="surrogatepass"), usedforsecurity=False).hexdigest()
        place.commits.append(CommitState(sha, at, actor, message, path, text))
        return place.commits[-1]

    def _pushable(self, actor: str, container: str) -> None:
        place = self._place(container)
        if not self.may(actor, container, "read") and not place.is_public:
            raise WorldError("missing", f"{container} does not exist")
        if place.is_archived:
            raise WorldError("denied", "Repository was archived so is read-only.")
        if not self.may(actor, container, "write"):
            raise WorldError("denied", "Must have more rights here.")
