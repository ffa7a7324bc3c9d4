"""Which tickets a ticket's links and texts lead to, on any tracker of the configuration and in any place. Asks nobody.

What comes out are guesses: whoever follows one believes what stands at its end, and no word of the text (P11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from connectors.tracker import Tracker
from rules.facts import Ticket
from rules.refs import TicketRef

_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"'|`]{1,500}", re.IGNORECASE)


def linked_from(ticket: Ticket, trackers: Mapping[str, Tracker]) -> Iterator[TicketRef]:
    """Tickets that it links to, its parent too, in the links' order."""
    for link in ticket.links:
        if "://" in link.target:
            yield from addressed_in(link.target, trackers)
        else:
            yield TicketRef(ticket.ref.tracker, link.target)


def addressed_in(text: str, trackers: Mapping[str, Tracker]) -> Iterator[TicketRef]:
    """Tickets whose addresses in the browser stand in a text, in its order."""
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(".,;:!?*_~")
        keys = ((name, tracker.key_named(address)) for name, tracker in trackers.items())
        yield from (TicketRef(name, key) for name, key in keys if key)
