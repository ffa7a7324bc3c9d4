"""Whether there is the ticket that a `/same-as` names: one slip in a number would end an action in silence.

Nearly always it is a ticket of the case, and nobody is asked. Any other is fetched once for a new command, and what
came of it is remembered for a while. A whole address outside of the places that the installation works in is believed:
it may lead to where our account may not look. So is a command that is too old for anybody to be told, unless a reply of
ours still refuses it. Nothing is written, and nothing of such a ticket is kept.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping

from connectors.errors import Gone, Refused
from connectors.tracker import Tracker
from rules.facts import Case, Command, Ticket
from rules.references import read_reference, ticket_meant
from rules.refs import Place, TicketRef, place_of
from rules.replied import is_told_refused
from rules.replies import REPLIED_WITHIN

#: What was found is not asked for again while a reply could still be given; what was not may turn up.
FOUND_FOR = REPLIED_WITHIN
MISSED_FOR = dt.timedelta(minutes=10)
_MEMORY_MAX = 10_000


class MergeTargets:
    """Looks for the tickets that actions were merged into. Thread-safe; its memory is lost with the process."""

    def __init__(self, trackers: Mapping[str, Tracker]) -> None:
        self._trackers = trackers
        self._lock = threading.Lock()
        self._known: dict[TicketRef, tuple[dt.datetime, bool]] = {}

    def unfound(
        self, case: Case, places: Iterable[Place], now: dt.datetime, still_ours: Callable[[], None]
    ) -> frozenset[str]:
        """The ids of the case's `/same-as` that name no ticket which we are shown. `places` are those that the
        installation works in; `still_ours` is called before each request. Raises connectors.errors.Temporary."""
        home = {(one.tracker, one.container.casefold()) for one in (*places, *map(_place, case.tickets))}
        return frozenset(
            command.id
            for ticket, command in _asked(case, now)
            if not self._is_there(case, ticket, command, home, now, still_ours)
        )

    def _is_there(
        self,
        case: Case,
        ticket: Ticket,
        command: Command,
        home: set[tuple[str, str]],
        now: dt.datetime,
        still_ours: Callable[[], None],
    ) -> bool:
        reference = read_reference(command.argument, ticket)
        if not reference or ticket_meant(case, reference):
            return True
        named = [TicketRef(name, key) for name, one in self._trackers.items() if (key := one.key_named(reference))]
        if "://" in reference:
            named = [ref for ref in named if (ref.tracker, place_of(ref).container.casefold()) in home]
            return not named or any(self._has(ref, now, still_ours) for ref in named)
        return any(self._has(ref, now, still_ours) for ref in named)

    def _has(self, ref: TicketRef, now: dt.datetime, still_ours: Callable[[], None]) -> bool:
        with self._lock:
            until, is_there = self._known.get(ref, (now, False))
        if until > now:
            return is_there
        still_ours()
        try:
            self._trackers[ref.tracker].fetch_ticket(ref)
        except Gone:
            is_there = False
        except Refused:
            is_there = True  # something is there that is no ticket, or that we may not read
        else:
            is_there = True
        self._remember(ref, is_there, now)
        return is_there

    def _remember(self, ref: TicketRef, is_there: bool, now: dt.datetime) -> None:
        with self._lock:
            if len(self._known) >= _MEMORY_MAX:
                self._known = {one: known for one, known in self._known.items() if known[0] > now}
            self._known[ref] = (now + (FOUND_FOR if is_there else MISSED_FOR), is_there)


def _asked(case: Case, now: dt.datetime) -> Iterator[tuple[Ticket, Command]]:
    """Each `/same-as` by somebody with rights of which it matters whether its ticket is there."""
    before = (action for earlier in case.earlier for action in earlier.actions)
    for action in (*case.actions, *before):
        for command in case.commands.get(action.ticket.ref, ()):
            is_new = command.stands_since + REPLIED_WITHIN > now
            if command.name != "same-as" or not command.rights:
                continue
            if is_new or is_told_refused(action.ticket, command.comment_id):
                yield action.ticket, command


def _place(ticket: Ticket) -> Place:
    return place_of(ticket.ref)
