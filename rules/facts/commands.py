"""What somebody asks of us in a comment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rules.facts.actors import Actor


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it stands in a comment now. Its id is comment and line: an edit runs only what is new.

    `rights` is None while the author's rights are not known yet. `is_restricted` is that of its comment.
    """

    name: str
    argument: str
    comment_id: str
    line: int
    author: Actor
    at: dt.datetime
    rights: bool | None = None
    is_restricted: bool = False

    @property
    def id(self) -> str:
        return f"{self.comment_id}.{self.line}"
