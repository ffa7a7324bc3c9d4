"""Polling: asks each watched place what changed, in case a webhook was lost. Notes hints, decides nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from connectors.errors import TrackerError
from connectors.tracker import Found, Tracker
from rules.labels import has_label
from rules.policy import Policy
from rules.refs import Place, TicketRef, place_of
from worker.clock import Clock
from worker.ledger import Ledger
from worker.waits import asks_for_patience

#: Clocks of trackers and of our machine may differ by so much before a change could be taken for old.
CLOCK_MARGIN = dt.timedelta(seconds=30)


class Poller:
    """Polls places when their interval has passed."""

    def __init__(
        self,
        ledger: Ledger,
        trackers: Mapping[str, Tracker],
        places: Iterable[Place],
        policy: Callable[[], Policy],
        clock: Clock,
        every: dt.timedelta,
    ) -> None:
        self._ledger = ledger
        self._trackers = trackers
        self._places = tuple(places)
        self._policy = policy
        self._clock = clock
        self._every = every

    def poll_due(self, *, at_once: bool = False) -> None:
        """Poll every place whose turn it is, or each of them `at_once`. A tracker that is away is noted and asked again
        next time; one that asked for patience is left alone until then."""
        resting = {rest.tracker for rest in self._ledger.patience.resting(self._clock.now())}
        for place in self._places:
            if place.tracker in resting:
                continue
            _, polled_at = self._ledger.inbox.cursor(str(place))
            if at_once or polled_at is None or self._clock.now() >= polled_at + self._every:
                self.poll(place)

    def poll(self, place: Place) -> None:
        cursor, _ = self._ledger.inbox.cursor(str(place))
        try:
            changes = self._trackers[place.tracker].changed(place, cursor)
            labelled = () if cursor else self._labelled(place)
        except TrackerError as error:
            problem = "" if asks_for_patience(error) else str(error)
            self._ledger.inbox.polled(str(place), cursor, (), self._clock.now(), problem)
            return
        hints = [found.ref for found in (*changes.tickets, *labelled) if self._concerns_us(found)]
        was_in_trouble = str(place) in self._ledger.inbox.poll_problems()
        self._ledger.inbox.polled(str(place), changes.cursor, hints, self._clock.now())
        if was_in_trouble:
            self._wake_troubled(place)

    def _wake_troubled(self, place: Place) -> None:
        """Look at the cases of a place that can be read again: no tracker tells of a right that was given back."""
        for row in self._ledger.cases.all():
            if row.problem and any(place_of(one.ref) == place for one in self._ledger.cases.tickets(row.root)):
                self._ledger.cases.wake(row.root, self._clock.now())

    def _labelled(self, place: Place) -> tuple[Found, ...]:
        """Failures in a place that is polled for the first time: polling itself begins with what changes now."""
        tracker = self._trackers[place.tracker]
        return tuple(found for label in self._policy().failure_labels for found in tracker.labelled(place, label))

    def _concerns_us(self, found: Found) -> bool:
        """Labelled a failure, opened by us, or known: and changed since we fetched it."""
        news = self._ledger.cases.is_news(found.ref, found.updated_at, CLOCK_MARGIN)
        if news is not None:
            return news
        policy = self._policy()
        return found.marker is not None or has_label(found.labels, *policy.failure_labels, policy.our_label)


def hinted(ref: TicketRef, labels: tuple[str, ...], ledger: Ledger, policy: Policy) -> bool:
    """Whether a delivery about this ticket can concern us: known, or labelled so."""
    if ledger.cases.roots_of(ref):
        return True
    return has_label(labels, *policy.failure_labels, policy.our_label)
