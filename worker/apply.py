"""Performs effects: the only module that writes to a tracker.

One effect at a time: intent recorded, the lease looked at, the request sent once, the answer recorded.
What may have been done is read back before it is tried again (P3); nothing here retries by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors.errors import Ambiguous, Refused, Temporary
from connectors.patience import asked_wait
from connectors.tracker import Draft, Link, Tracker
from rules.admit import is_new
from rules.effects import (
    AddLabel,
    AnyEffect,
    Assign,
    CloseTwin,
    Keep,
    LinkTickets,
    Notify,
    OpenTicket,
    RetractComment,
    Say,
)
from rules.facts import Comment, Marker
from rules.keys import split_case_id
from rules.refs import Place, TicketRef
from worker.clock import Clock
from worker.ledger import Ledger
from worker.ledger.cases import TicketRow
from worker.ledger.effects import EffectRow
from worker.private_channel import NoChannel, PrivateChannel
from worker.settling import asks_for_patience
from worker.steps import Step, Watcher

#: After an answer that says nothing, so long is waited before reading back: most late writes have landed by then.
#: Doubled with every further attempt, up to the longest.
SETTLE_AFTER_AMBIGUITY = dt.timedelta(seconds=60)
SETTLE_LONGEST = dt.timedelta(minutes=30)
#: How long until something temporary is tried again, where the tracker does not say.
RETRY_AFTER = dt.timedelta(seconds=60)
#: After a refusal: again after an hour, then four, then daily; a person has to change something first.
REFUSED_AGAIN = (dt.timedelta(hours=1), dt.timedelta(hours=4), dt.timedelta(days=1))


class LeaseLost(Exception):
    """Somebody else has the case now: stop at once, without a trace."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`done` is False when the effect waits; `problem` then says why, in words for people.
    `stops` says that the tracker asked for patience, so that nothing else is sent now."""

    done: bool
    again_at: dt.datetime | None = None
    problem: str = ""
    stops: bool = False


class Applier:
    """Performs the effects of one case under its lease."""

    def __init__(
        self,
        ledger: Ledger,
        trackers: Mapping[str, Tracker],
        clock: Clock,
        watcher: Watcher,
        local_day: Callable[[dt.datetime], str],
        ticket_types: Mapping[str, str],
        on_done: Callable[[AnyEffect, str], None] = lambda _effect, _result: None,
        channel: PrivateChannel | None = None,
        addresses_of: Callable[[str], tuple[str, ...]] = lambda _person: (),
    ) -> None:
        self._ledger = ledger
        self._trackers = trackers
        self._clock = clock
        self._watcher = watcher
        self._local_day = local_day
        self._ticket_types = ticket_types
        self._on_done = on_done
        self._channel = channel or NoChannel()
        self._addresses_of = addresses_of

    def apply(
        self, effect: AnyEffect, row: EffectRow | None, shown: Comment | None, hold_lease: Callable[[], bool]
    ) -> Outcome:
        """Do one effect, whose intent is recorded. `shown` is our standing comment, where there is one.

        Raises LeaseLost. A tracker's trouble is recorded and returned, never raised.
        """
        if not hold_lease():
            raise LeaseLost
        try:
            result = self._read_back(effect, row, shown)
        except (Temporary, Refused) as error:
            again_at = self._clock.now() + _wait(error)
            self._ledger.effects.postpone(effect.key, again_at, str(error), is_done_unknown=True)
            return Outcome(False, again_at, str(error), stops=asks_for_patience(error))
        if result is None:
            outcome = self._send(effect, row, shown, hold_lease)
            if isinstance(outcome, Outcome):
                return outcome
            result = outcome
        self._record(effect, result)
        return Outcome(True)

    def read_back(self, row: EffectRow, hold_lease: Callable[[], bool]) -> Outcome:
        """Find out whether an opening that nobody wants any more was done: its ticket joins the case, where it was.

        Raises LeaseLost. A tracker's trouble is recorded and returned, never raised.
        """
        if not hold_lease():
            raise LeaseLost
        place = Place(*row.ticket.split(":", 1))
        try:
            tracker = self._trackers.get(place.tracker)
            found = tracker.find_opened(place, row.key, row.bookmark) if tracker else ()
        except (Temporary, Refused) as error:
            again_at = self._clock.now() + _wait(error)
            self._ledger.effects.postpone(row.key, again_at, str(error), is_done_unknown=True)
            return Outcome(False, again_at, str(error), stops=asks_for_patience(error))
        now = self._clock.now()
        for one in found:
            if one.marker:
                self._ledger.cases.add_ticket(_found_row(one.ref, one.uid, one.marker))
        if found:
            self._ledger.effects.confirm(row.key, now, found[0].ref.key)
        else:
            self._ledger.effects.postpone(row.key, now, "")  # not done: the look's end lets it go
        return Outcome(True)

    def _record(self, effect: AnyEffect, result: str) -> None:
        now = self._clock.now()
        if isinstance(effect, OpenTicket):
            self._ledger.cases.add_ticket(_opened_row(effect, result))
        if isinstance(effect, CloseTwin):
            root = split_case_id(effect.case)[0]
            self._ledger.cases.add_ticket(TicketRow(root, effect.case, effect.ticket, "", "twin"))
        self._ledger.effects.confirm(effect.key, now, result.partition("|")[0])
        self._on_done(effect, result)
        self._watcher.reached(Step.CONFIRMED, effect.kind)

    def _read_back(self, effect: AnyEffect, row: EffectRow | None, shown: Comment | None) -> str | None:
        """What an earlier, unanswered attempt left behind, or None when it is to be sent."""
        if row is None or row.state != "sent":
            return None
        if isinstance(effect, OpenTicket):
            found = self._trackers[effect.place.tracker].find_opened(effect.place, effect.key, row.bookmark)
            for twin in found[1:]:
                self._ledger.cases.add_ticket(_opened_row(effect, f"{twin.ref.key}|{twin.uid}"))
            return f"{found[0].ref.key}|{found[0].uid}" if found else None
        if isinstance(effect, Say) or (isinstance(effect, Keep) and shown is None):
            # A standing comment found here may hold an older text: the next look sees that and edits it.
            ids = self._trackers[effect.ticket.tracker].find_comments(effect.ticket, effect.key)
            return ids[0] if ids else None
        return None

    def _send(
        self, effect: AnyEffect, row: EffectRow | None, shown: Comment | None, hold_lease: Callable[[], bool]
    ) -> str | Outcome:
        now = self._clock.now()
        try:
            bookmark = self._bookmark(effect, row)
        except (Temporary, Refused) as error:
            return self._postponed(effect, error, row)
        if not hold_lease():  # reading may have taken long
            raise LeaseLost
        counts = is_new(effect, frozenset({effect.key}) if shown else frozenset())
        self._ledger.effects.sending(effect, now, self._local_day(now), bookmark, is_new=counts)
        self._watcher.reached(Step.SENDING, effect.kind)
        try:
            result = self._perform(effect, shown)
        except (Temporary, Refused) as error:
            return self._postponed(effect, error, row)
        except Ambiguous as error:
            if isinstance(effect, Notify):
                self._ledger.effects.leave_in_doubt(effect.key, str(error))
                return Outcome(False, None, str(error))
            again_at = self._clock.now() + _settling(row.attempts if row else 0)
            self._ledger.effects.postpone(effect.key, again_at, str(error), is_done_unknown=True)
            return Outcome(False, again_at, str(error))
        self._watcher.reached(Step.ANSWERED, effect.kind)
        return result

    def _bookmark(self, effect: AnyEffect, row: EffectRow | None) -> str:
        """Where reading back begins: taken before the first attempt, and kept for all that follow."""
        if not isinstance(effect, OpenTicket) or (row and row.bookmark):
            return ""
        return self._trackers[effect.place.tracker].bookmark(effect.place)

    def _postponed(self, effect: AnyEffect, error: Temporary | Refused, row: EffectRow | None) -> Outcome:
        now = self._clock.now()
        if isinstance(error, Temporary):
            again_at = now + _wait(error)
            self._ledger.effects.postpone(effect.key, again_at, str(error))
            return Outcome(False, again_at, str(error), stops=asks_for_patience(error))
        attempts = row.attempts if row else 0
        again_at = now + REFUSED_AGAIN[min(attempts, len(REFUSED_AGAIN) - 1)]
        self._ledger.effects.refuse(effect.key, again_at, str(error))
        return Outcome(False, again_at, str(error))

    def _perform(self, effect: AnyEffect, shown: Comment | None) -> str:
        """Send the one request that the effect is. Its result: a comment's id, or `key|uid` of a ticket."""
        match effect:
            case OpenTicket():
                found = self._trackers[effect.place.tracker].open_ticket(self._draft(effect), _marker(effect))
                return f"{found.ref.key}|{found.uid}"
            case Say():
                return self._on(effect).post_comment(effect.ticket, effect.body, _marker(effect))
            case Keep():
                if shown is None:
                    return self._on(effect).post_comment(effect.ticket, effect.body, _marker(effect))
                self._on(effect).edit_comment(effect.ticket, shown.id, effect.body, _marker(effect))
                return shown.id
            case AddLabel():
                self._on(effect).add_label(effect.ticket, effect.label)
            case Assign():
                self._on(effect).assign(effect.ticket, effect.account)
            case LinkTickets():
                self._on(effect).link(effect.ticket, _link(effect))
            case RetractComment():
                self._on(effect).retract_comment(effect.ticket, effect.comment_id)
            case CloseTwin():
                self._on(effect).close_twin(effect.ticket, effect.original)
            case Notify():
                self._channel.send_privately(self._addresses_of(effect.person), effect.title, effect.body)
        return ""

    def _on(self, effect: Say | Keep | AddLabel | Assign | LinkTickets | RetractComment | CloseTwin) -> Tracker:
        return self._trackers[effect.ticket.tracker]

    def _draft(self, effect: OpenTicket) -> Draft:
        return Draft(
            place=effect.place,
            title=effect.title,
            body=effect.body,
            labels=effect.labels,
            assignee=effect.assignee,
            due_on=effect.due_on,
            ticket_type=self._ticket_types.get(effect.role, ""),
        )


def _wait(error: Temporary | Refused) -> dt.timedelta:
    """As long as the tracker asks, else a minute."""
    return (asked_wait(error) if isinstance(error, Temporary) else None) or RETRY_AFTER


def _settling(attempts: int) -> dt.timedelta:
    doublings: int = 1 << min(attempts, 10)
    return min(SETTLE_LONGEST, SETTLE_AFTER_AMBIGUITY * doublings)


def _opened_row(effect: OpenTicket, result: str) -> TicketRow:
    key, _, uid = result.partition("|")
    return TicketRow(
        split_case_id(effect.case)[0],
        effect.case,
        TicketRef(effect.place.tracker, key),
        uid,
        effect.role,
        effect.item,
        effect.key,
        str(effect.due_on or ""),
    )


def _found_row(ref: TicketRef, uid: str, marker: Marker) -> TicketRow:
    item, _, due = marker.extra.partition(":")
    return TicketRow(split_case_id(marker.case)[0], marker.case, ref, uid, marker.kind, item, marker.key, due)


def _marker(effect: OpenTicket | Say | Keep) -> Marker:
    match effect:
        case OpenTicket():
            extra = f"{effect.item}:{effect.due_on or ''}"
            return Marker(effect.case, effect.key, effect.role, extra)
        case Say():
            return Marker(effect.case, effect.key, effect.text, effect.said)
        case Keep():
            return Marker(effect.case, effect.key, effect.slot, effect.digest)


def _link(effect: LinkTickets) -> Link:
    return Link(effect.target, effect.target_uid, effect.url, effect.title, effect.relation, effect.key)
