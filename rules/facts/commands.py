"""What somebody asks of us in a comment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rules.facts.actors import Actor


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it stands in a comment now. Its id is comment and line: an edit runs only what is new.

    `rights` is None while the author's rights are not known yet. `is_restricted` is that of its comment, and so is
    `edited_at`, which is None where nobody edited it.
    """

    name: str
    argument: str
    comment_id: str
    line: int
    author: Actor
    at: dt.datetime
    rights: bool | None = None
    is_restricted: bool = False
    edited_at: dt.datetime | None = None

    @property
    def stands_since(self) -> dt.datetime:
        """Since when it certainly stands there as it does: the last edit of its comment, whatever was changed."""
        return max(self.at, self.edited_at or self.at)

    @property
    def id(self) -> str:
        return f"{self.comment_id}.{self.line}"
