"""How tickets and places are addressed.

Addresses change (a Jira ticket moves, a GitHub issue is transferred), so nothing durable
is derived from them: identities are made in `rules.keys` from ids and roles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.quick import quick


@dataclass(frozen=True, slots=True, order=True)
class TicketRef:
    """One ticket's address: the tracker's name in our configuration and the tracker's own key."""

    tracker: str
    key: str

    def __hash__(self) -> int:
        # Looked up a hundred times in a decision, and hardly ever do two trackers have one key.
        return hash(self.key)

    def __str__(self) -> str:
        return f"{self.tracker}:{self.key}"

    @property
    def number(self) -> int:
        """The running number at the end of the key, 0 where it has none."""
        match = re.search(r"(\d+)\Z", self.key)
        return int(match[1]) if match else 0

    @classmethod
    def parse(cls, text: str) -> TicketRef:
        """Read the form that `str` gives. Raises ValueError when there is no tracker or no key."""
        tracker, colon, key = text.partition(":")
        if not (tracker and colon and key):
            raise ValueError(f"{text!r} is no ticket: write TRACKER:KEY, such as github:acme/shop#7")
        return cls(tracker, key)


@quick
@dataclass(frozen=True, order=True)
class Place:
    """Where tickets live: a repository (`acme/shop`) or a project (`OPS`) on one tracker."""

    tracker: str
    container: str

    def __str__(self) -> str:
        return f"{self.tracker}:{self.container}"


def place_of(ref: TicketRef) -> Place:
    """The repository of `acme/shop#7`, the project of `OPS-12`."""
    return Place(ref.tracker, ref.key.rpartition("#")[0] or ref.key.rpartition("-")[0])
