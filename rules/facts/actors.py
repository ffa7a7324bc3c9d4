"""Who acts on a tracker, and who may read there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.refs import Place


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
    """Who may read what stands in a place. Text never flows from INTERNAL to PUBLIC (P14)."""

    PUBLIC = "public"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Level:
    """The few who may read a ticket that has a security level: fewer than read its place. Two levels, and the same one
    in two places, are different people. `id` is the tracker's own."""

    place: Place
    id: str


#: Who may read one ticket: everybody who reads its place, or a level's few. Text never flows to more people (P14).
Readership = Audience | Level
