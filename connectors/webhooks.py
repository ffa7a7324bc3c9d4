"""The port by which a person has webhooks looked at, installed and taken away: `aftermath webhooks`.

It is the one write to a tracker that belongs to no case, and happens on somebody's explicit word alone. Where a tracker
lets only its administrators do it, it says exactly what they are to do. A secret is sent to the tracker and shown
nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from rules.refs import Place


class HookState(StrEnum):
    """`different`: it is there, and would not bring everything. `hidden`: our account is not shown any. `unclear`:
    which one is meant has to be said."""

    GOOD = "good"
    DIFFERENT = "different"
    MISSING = "missing"
    HIDDEN = "hidden"
    UNCLEAR = "unclear"
    INSTALLED = "installed"
    UPDATED = "updated"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Hook:
    """A place's webhook to us, or that there is none. `found` is a sentence, `where` the page that shows it."""

    place: Place
    state: HookState
    found: str
    url: str = ""
    where: str = ""


class HookKeeper(Protocol):
    """For one tracker. `installs` says whether it can be asked at all; where it cannot, only `by_hand` is of use."""

    installs: bool

    def look_for_hook(self, place: Place, path: str, url: str) -> Hook:
        """The place's webhook to `url`, or where that is empty to whatever ends in `path`. Raises connectors.errors."""

    def install_hook(self, place: Place, url: str) -> Hook:
        """Make the place's webhook to `url`, or make it as it should be. Never makes a second one. Raises Denied and
        Gone where our account may not, and the rest of connectors.errors."""

    def remove_hook(self, place: Place, path: str, url: str) -> Hook:
        """Take the one to `url` away; fine where there is none. Where `url` is empty nothing is taken away: what ends
        in `path` may be another installation's, and is told of (`unclear`)."""

    def by_hand(self, places: Sequence[Place], url: str) -> tuple[str, ...]:
        """What an administrator has to do, step by step. Asks nobody."""
