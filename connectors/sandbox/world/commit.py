"""One commit on a repository's default branch: one file made, changed or removed."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

DEFAULT_BRANCH = "main"


@dataclass(frozen=True, slots=True)
class CommitState:
    """One commit. `text` is what the file said from then on, None where the commit removed it."""

    sha: str
    at: dt.datetime
    author: str
    message: str
    path: str
    text: str | None

    @property
    def blob_sha(self) -> str:
        """The file's id, made of its content alone, as git makes it."""
        content = (self.text or "").encode()
        return hashlib.sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()
