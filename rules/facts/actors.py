"""Who acts on a tracker, and who may read there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    PERSON = "person"
    BOT = "bot"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something on a tracker. `account` is a login (GitHub) or an accountId (Jira); `has_left` says that it was
    switched off, so that nobody reads what is said to it."""

    account: str
    name: str
    kind: ActorKind = ActorKind.PERSON
    has_left: bool = False


class Audience(StrEnum):
    """Who may read a ticket. Text never flows from INTERNAL to PUBLIC (P14)."""

    PUBLIC = "public"
    INTERNAL = "internal"
