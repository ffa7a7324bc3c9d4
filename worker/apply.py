"""Has effects performed, so that exactly one of each survives.

One effect at a time: intent recorded, the lease looked at, the request sent once, the answer recorded. Where the
tracker takes no more of us now (`worker.write_budget`) it stays intended, and nothing is sent.
What may have been done is read back before it is tried again (P3); nothing here retries by itself.
The request itself is `worker.perform`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from connectors.errors import Ambiguous, Refused, Temporary
from connectors.tracker import Tracker
from rules.admit import is_new
from rules.effects import (
    AnyEffect,
    CloseTwin,
    Keep,
    Notify,
    OpenTicket,
    Say,
    WriteFile,
)
from rules.facts import Comment, Marker
from rules.keys import split_case_id
from rules.refs import Place, TicketRef
from worker.clock import Clock
from worker.ledger import Ledger
from worker.ledger.cases import TicketRow
from worker.ledger.effects import EffectRow
from worker.perform import Performer
from worker.shelving import standing_file
from worker.steps import Step, Watcher
from worker.waits import asks_for_patience, refused_wait, settling, unread_wait, wait_after
from worker.write_budget import Cost, WriteBudget


class LeaseLost(Exception):
    """Somebody else has the case now: stop at once, without a trace."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`done` is False when the effect waits; `problem` then says why, in words for people.
    `stops` says that the tracker asked for patience, so that nothing else is sent now; `waits`, that it takes no more
    writes of us now, which is nobody's problem."""

    done: bool
    again_at: dt.datetime | None = None
    problem: str = ""
    stops: bool = False
    waits: bool = False


class Applier:
    """Performs the effects of one case under its lease."""

    def __init__(
        self,
        ledger: Ledger,
        trackers: Mapping[str, Tracker],
        performer: Performer,
        clock: Clock,
        watcher: Watcher,
        local_day: Callable[[dt.datetime, str], str],
        budget: WriteBudget,
        mentions_per_day: Callable[[], int],
        on_done: Callable[[AnyEffect, str], None] = lambda _effect, _result: None,
    ) -> None:
        self._ledger = ledger
        self._trackers = trackers
        self._performer = performer
        self._clock = clock
        self._watcher = watcher
        self._local_day = local_day
        self._budget = budget
        self._mentions_per_day = mentions_per_day
        self._on_done = on_done

    def apply(
        self,
        effect: AnyEffect,
        row: EffectRow | None,
        shown: Comment | None,
        hold_lease: Callable[[], bool],
        rest: Sequence[Cost] = (),
    ) -> Outcome:
        """Do one effect, whose intent is recorded. `shown` is our standing comment, where there is one; `rest` is what
        else its case wants to write to the same tracker after it.

        Raises LeaseLost. A tracker's trouble is recorded and returned, never raised.
        """
        if not hold_lease():
            raise LeaseLost
        try:
            result = self._read_back(effect, row, shown)
        except (Temporary, Refused) as error:
            if row is None or row.state != "sent":
                return self._postponed(effect, error, row)
            return self._unread(row, error)
        if result is None:
            outcome = self._wait(effect, shown, rest) or self._send(effect, row, shown, hold_lease)
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
            return self._unread(row, error)
        now = self._clock.now()
        for one in found:
            if one.marker:
                self._ledger.cases.add_ticket(_found_row(one.ref, one.uid, one.marker))
        if found:
            self._ledger.effects.confirm(row.key, now, found[0].ref.key)
        else:
            self._ledger.effects.postpone(row.key, now, "")  # not done: the look's end lets it go
        return Outcome(True)

    def _unread(self, row: EffectRow, error: Temporary | Refused) -> Outcome:
        """It could not be read back, so that nobody knows yet whether it was done."""
        now = self._clock.now()
        again_at = now + unread_wait(error, now - (row.sent_at or now))
        self._ledger.effects.postpone(row.key, again_at, str(error), is_done_unknown=True)
        return Outcome(False, again_at, str(error), stops=asks_for_patience(error))

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
        if isinstance(effect, WriteFile):  # no listing of tickets shows whether it stands
            return standing_file(self._trackers[effect.place.tracker], effect)
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

    def _wait(self, effect: AnyEffect, shown: Comment | None, rest: Sequence[Cost]) -> Outcome | None:
        """None where it may be sent now; else it stays as it is, and its case is looked at again."""
        wait = self._budget.draw(effect, self._clock.now(), shown is not None, rest)
        if wait is None:
            return None
        self._watcher.reached(Step.WAITED, wait.tracker)
        return Outcome(False, wait.until, self._budget.why(wait), waits=True)

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
        days = {one: self._local_day(now, one) for one in effect.counted} if isinstance(effect, Say) else {}
        most = self._mentions_per_day() if effect.urgency.severity > 1 else None
        if not self._ledger.effects.sending(effect, now, days, bookmark, is_new=counts, mentions_max=most):
            return Outcome(False, now, "somebody else was mentioned by another case just now")  # it is decided anew
        self._watcher.reached(Step.SENDING, effect.kind)
        try:
            result = self._performer.perform(effect, shown)
        except (Temporary, Refused) as error:
            return self._postponed(effect, error, row)
        except Ambiguous as error:
            if isinstance(effect, Notify):
                self._ledger.effects.leave_in_doubt(effect.key, str(error))
                return Outcome(False, None, str(error))
            again_at = self._clock.now() + settling(row.attempts if row else 0)
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
            again_at = now + wait_after(error)
            self._ledger.effects.postpone(effect.key, again_at, str(error))
            return Outcome(False, again_at, str(error), stops=asks_for_patience(error))
        attempts = row.attempts if row else 0
        again_at = now + refused_wait(attempts)
        self._ledger.effects.refuse(effect.key, again_at, str(error))
        return Outcome(False, again_at, str(error))


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
