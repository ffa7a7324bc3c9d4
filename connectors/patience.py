"""A tracker that heeds its own "not now": what it asked of one look is respected by all who ask it anything.

A rate limit belongs to the credential, so whoever hears of it notes it where every process reads, and until the
time has come no request goes out, read or write. Nobody sleeps: what is asked too early is answered with
`Temporary` and the time that is left, and whoever asked comes back then.

What a tracker says of one ticket alone (`LimitedThere`) is for whoever wrote to that one, and nobody else waits for it.

Where the tracker names no time, the rest is ours to choose: a minute, which GitHub asks for at least, doubled each
time that the first request after a rest is refused again, up to half an hour. Once it has let an hour pass without
refusing, it begins at a minute again.

Before it comes to that: where a tracker's answers say that little is left until it counts anew, this is noted too, and
it is spared. What can wait then waits (`worker.reconcile`, `worker.polling`), so that what is left is for what cannot.
Nothing is refused for it here.

See https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api and
https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from connectors.accounts import AccountNow
from connectors.allowance import Allowance, Allowances
from connectors.errors import Limited, LimitedThere, Refused, Temporary, TrackerError
from connectors.inspection import Finding, Grade, Wanted
from connectors.outage import Outage, failure_in
from connectors.tracker import Changes, Delivery, Draft, FailedDelivery, Found, FoundFile, Link, Tracker
from rules.facts import Actor, Audience, Marker, Ticket
from rules.refs import Place, TicketRef

#: Nobody asks for longer; a date far away is a proxy's mistake, and would silence us for good.
LONGEST = dt.timedelta(days=1)
#: The first rest where the tracker names no time, and the longest.
REST_FIRST, REST_LONGEST = dt.timedelta(minutes=1), dt.timedelta(minutes=30)
#: A tracker that let itself be asked for so long after a rest is no longer the one that refused.
REST_FORGOTTEN_AFTER = dt.timedelta(hours=1)

T = TypeVar("T")


def asked_wait(error: Temporary) -> dt.timedelta | None:
    """How long the tracker asked to be left alone, at most `LONGEST`; None where it named no time."""
    if not error.retry_after_s:
        return None
    return dt.timedelta(seconds=min(error.retry_after_s, LONGEST.total_seconds()))


def chosen_rest(in_a_row: int) -> dt.timedelta:
    """How long to leave a tracker alone that named no time, for the `in_a_row`th time (from 1)."""
    doublings: int = 1 << min(in_a_row - 1, 10)
    return min(REST_LONGEST, REST_FIRST * doublings)


def spared_words(low: Allowance) -> str:
    """What is wrong, in a sentence."""
    left = f"{low.remaining} of {low.limit} requests ({low.resource})"
    return f"{left} are left until {low.reset_at:%H:%M:%S} UTC, and kept for what is urgent."


class Rests(Protocol):
    """Where it is noted until when a tracker is to be left alone: shared by all processes, and outliving them."""

    def ask(self, tracker: str, until: dt.datetime, problem: str) -> None: ...

    def choose(self, tracker: str, now: dt.datetime, problem: str) -> dt.datetime:
        """The tracker named no time: until when it rests now. Of those who are refused at once, one chooses."""

    def until(self, tracker: str) -> dt.datetime | None: ...

    def spare(self, tracker: str, until: dt.datetime, why: str) -> None:
        """Little is left of what it allows until then."""


class PatientTracker:
    """The `Tracker` that it is given, asked only when it lets itself be asked. `allowances` is where what its answers
    say is left is noted."""

    def __init__(
        self, tracker: Tracker, rests: Rests, now: Callable[[], dt.datetime], allowances: Allowances | None = None
    ) -> None:
        self.name = tracker.name
        self._tracker = tracker
        self._rests = rests
        self._now = now
        self._allowances = allowances or Allowances()
        self._spared_for: dt.datetime | None = None
        self._outage = Outage()

    def __repr__(self) -> str:
        return f"PatientTracker({self._tracker!r})"

    def _ask(self, request: Callable[[], T]) -> T:
        """Raises Temporary with the seconds that are left; else whatever the request does."""
        self._look_at_the_clock()
        try:
            answer = self._asked(request)
        except LimitedThere:
            self._outage.worked()
            raise
        except Temporary as error:
            now, wait = self._now(), asked_wait(error) or self._outage.failed_with(error)
            if wait:
                self._rests.ask(self.name, now + wait, str(error))
            if wait or not isinstance(error, Limited):
                raise
            said = str(error)
        except Refused:
            self._outage.worked()
            raise
        else:
            if (failure := failure_in(answer)) is None:
                self._outage.worked()
            elif rest := self._outage.failed_with(failure):
                self._rests.ask(self.name, self._now() + rest, str(failure))
            return answer
        until = self._rests.choose(self.name, now, said)
        raise Limited(said, retry_after_s=(until - now).total_seconds())

    def _asked(self, request: Callable[[], T]) -> T:
        try:
            return request()
        finally:
            now = self._now()
            low = self._allowances.low(now)
            if low and (self._spared_for is None or self._spared_for <= now):  # once in a window, not each time
                self._rests.spare(self.name, low.reset_at, spared_words(low))
                self._spared_for = low.reset_at

    def _look_at_the_clock(self) -> None:
        now, until = self._now(), self._rests.until(self.name)
        if until and until > now:
            raise Temporary(
                f"{self.name} is left alone until {until:%Y-%m-%d %H:%M:%S} UTC.",
                retry_after_s=(until - now).total_seconds(),
            )

    # --- who and where -----------------------------------------------------------------------

    def who_we_are(self) -> Actor:
        return self._ask(self._tracker.who_we_are)

    def audience(self, place: Place, *, is_anew: bool = False) -> Audience:
        return self._ask(lambda: self._tracker.audience(place, is_anew=is_anew))

    def check_place(self, place: Place) -> None:
        self._ask(lambda: self._tracker.check_place(place))

    def inspect(self, wanted: Wanted) -> Iterator[Finding]:
        try:
            self._look_at_the_clock()
        except Temporary as error:
            yield Finding("the server", Grade.AWAY, str(error), "Ask again then.")
            return
        yield from self._tracker.inspect(wanted)

    def assignable(self, place: Place) -> tuple[Actor, ...]:
        return self._ask(lambda: self._tracker.assignable(place))

    def account_now(self, account: str, known_id: str) -> AccountNow:
        return self._ask(lambda: self._tracker.account_now(account, known_id))

    def key_named(self, text: str) -> str:
        return self._tracker.key_named(text)  # asks nobody

    # --- reading -----------------------------------------------------------------------------

    def fetch_ticket(self, ref: TicketRef) -> Ticket:
        return self._ask(lambda: self._tracker.fetch_ticket(ref))

    def fetch_tickets(self, refs: Sequence[TicketRef]) -> dict[TicketRef, Ticket | Refused]:
        return self._ask(lambda: self._tracker.fetch_tickets(refs))

    def changed(self, place: Place, cursor: str) -> Changes:
        return self._ask(lambda: self._tracker.changed(place, cursor))

    def changed_in(self, cursors: Mapping[Place, str]) -> dict[Place, Changes | TrackerError]:
        return self._ask(lambda: self._tracker.changed_in(cursors))

    def labelled(self, place: Place, label: str) -> tuple[Found, ...]:
        return self._ask(lambda: self._tracker.labelled(place, label))

    def has_rights(self, ref: TicketRef, account: str) -> bool:
        return self._ask(lambda: self._tracker.has_rights(ref, account))

    # --- writing -----------------------------------------------------------------------------

    def bookmark(self, place: Place) -> str:
        return self._ask(lambda: self._tracker.bookmark(place))

    def open_ticket(self, draft: Draft, marker: Marker) -> Found:
        return self._ask(lambda: self._tracker.open_ticket(draft, marker))

    def post_comment(self, ref: TicketRef, body: str, marker: Marker, readers: str = "") -> str:
        return self._ask(lambda: self._tracker.post_comment(ref, body, marker, readers))

    def edit_comment(self, ref: TicketRef, comment_id: str, body: str, marker: Marker, readers: str = "") -> None:
        self._ask(lambda: self._tracker.edit_comment(ref, comment_id, body, marker, readers))

    def edits_silently(self, ref: TicketRef) -> bool:
        return self._tracker.edits_silently(ref)  # asks nobody

    def retract_comment(self, ref: TicketRef, comment_id: str) -> None:
        self._ask(lambda: self._tracker.retract_comment(ref, comment_id))

    def add_label(self, ref: TicketRef, label: str) -> None:
        self._ask(lambda: self._tracker.add_label(ref, label))

    def assign(self, ref: TicketRef, account: str) -> None:
        self._ask(lambda: self._tracker.assign(ref, account))

    def set_due(self, ref: TicketRef, due_on: dt.date | None) -> None:
        self._ask(lambda: self._tracker.set_due(ref, due_on))

    def link(self, ref: TicketRef, link: Link) -> bool:
        return self._ask(lambda: self._tracker.link(ref, link))

    def close_twin(self, ref: TicketRef, original: TicketRef) -> None:
        self._ask(lambda: self._tracker.close_twin(ref, original))

    def write_file(self, place: Place, path: str, body: str, marker: Marker, why: str) -> None:
        self._ask(lambda: self._tracker.write_file(place, path, body, marker, why))

    # --- reading back ------------------------------------------------------------------------

    def find_file(self, place: Place, path: str) -> FoundFile | None:
        return self._ask(lambda: self._tracker.find_file(place, path))

    def find_opened(self, place: Place, key: str, bookmark: str) -> tuple[Found, ...]:
        return self._ask(lambda: self._tracker.find_opened(place, key, bookmark))

    def find_comments(self, ref: TicketRef, key: str) -> tuple[str, ...]:
        return self._ask(lambda: self._tracker.find_comments(ref, key))

    # --- deliveries --------------------------------------------------------------------------

    def parse_delivery(self, headers: Mapping[str, str], raw: bytes, path_secret: str = "") -> Delivery | None:
        return self._tracker.parse_delivery(headers, raw, path_secret)  # asks nobody

    def failed_deliveries(self, place: Place, path: str, since: dt.datetime) -> tuple[FailedDelivery, ...]:
        return self._ask(lambda: self._tracker.failed_deliveries(place, path, since))

    def redeliver(self, place: Place, failed: FailedDelivery) -> None:
        self._ask(lambda: self._tracker.redeliver(place, failed))
