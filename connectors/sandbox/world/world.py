"""All trackers of one company under one clock, and everybody's private letters beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from connectors.sandbox.world.letters import LetterState
from connectors.sandbox.world.site import Site


class World:
    """Several sites under one clock, and everybody's private letters beside them."""

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        self.now = now
        self.sites: dict[str, Site] = {}
        self.letters: list[LetterState] = []

    def add_site(self, name: str, kind: str) -> Site:
        self.sites[name] = Site(name, kind, self.now)
        return self.sites[name]
