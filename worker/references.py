"""Which ticket a text in a ticket means: an address, a whole key, or a number beside it. Asks no tracker.

Only tickets in places that the installation works in are meant: nothing is written anywhere else because somebody
wrote an address down (P11), and changes of what lies elsewhere are not heard of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connectors.tracker import Tracker
from rules.refs import Place, TicketRef, place_of


class References:
    """Reads references for one case; `places` are those that its installation works in."""

    def __init__(self, trackers: Mapping[str, Tracker], places: Iterable[Place]) -> None:
        self._trackers = trackers
        self._places = {(place.tracker, place.container.casefold()): place for place in places}

    def meant(self, text: str, near: TicketRef) -> TicketRef | None:
        """The one ticket that is meant by what stands on the ticket `near`, or None."""
        if text.startswith("#"):
            container = near.key.rpartition("#")[0]
            return self.at_home(TicketRef(near.tracker, f"{container}{text}")) if container else None
        name, colon, rest = text.partition(":")
        asked = [name] if colon and name in self._trackers else list(self._trackers)
        key = rest if colon and name in self._trackers else text
        named = (TicketRef(one, found) for one in asked if (found := self._trackers[one].key_named(key)))
        fitting = [ref for ref in map(self.at_home, named) if ref]
        beside = [ref for ref in fitting if ref.tracker == near.tracker]
        return fitting[0] if len(fitting) == 1 else beside[0] if len(beside) == 1 else None

    def at_home(self, ref: TicketRef) -> TicketRef | None:
        """The ticket where it lies in one of the places, its place spelt as there: GitHub reads any capitals."""
        place = place_of(ref)
        known = self._places.get((place.tracker, place.container.casefold()))
        return TicketRef(ref.tracker, known.container + ref.key[len(place.container) :]) if known else None
