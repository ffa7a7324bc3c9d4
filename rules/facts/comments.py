"""Comments, and the markers that ours carry."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rules.facts.actors import Actor


@dataclass(frozen=True, slots=True)
class Marker:
    """The key of the effect that wrote something, as carried by what it wrote (believed already).

    `kind` says what was written: `post-mortem` or `action` for a ticket; `status`, `plan` for a
    standing comment; the kind of the text (`reminder`, `thanks`, `lesson`, …) for a comment said once.
    `extra` is `<action item's id>:<due date>` for a ticket (either may be empty), the content's digest for a
    standing comment and the said-token (`rules.keys.said_token`) for a comment; for a reply that refuses something
    `<said-token>:<the comment's id>`, and `:mended` where it was written anew.
    """

    case: str
    key: str
    kind: str
    extra: str = ""

    @property
    def said(self) -> str:
        """The said-token, on a comment that was said once."""
        return self.extra.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Comment:
    """`readers` is empty where everybody who reads the ticket reads the comment; else it is its tracker's own way to
    say who does, for an answer that the same people read. Such a comment counts as any other does, but its words go
    into nothing that others read (P14).
    """

    id: str
    at: dt.datetime
    author: Actor
    body: str
    edited_at: dt.datetime | None = None
    marker: Marker | None = None
    readers: str = ""

    @property
    def is_restricted(self) -> bool:
        return bool(self.readers)
