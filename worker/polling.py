"""Polling: asks each watched place what changed, in case a webhook was lost. Notes hints, decides nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from connectors.errors import Temporary, TrackerError
from connectors.tracker import Changes, Found, Tracker
from rules.labels import has_label
from rules.news import KEPT
from rules.policy import Policy
from rules.refs import Place, TicketRef, place_of
from worker.clock import Clock
from worker.ledger import Ledger
from worker.news_taking import is_out_of_sight
from worker.waits import asks_for_patience
from worker.watched_places import is_watched

#: Clocks of trackers and of our machine may differ by so much before a change could be taken for old.
CLOCK_MARGIN = dt.timedelta(seconds=30)


#: A tracker of which little is left is polled half as often: a grave failure may be among what is new.
SPARED_TIMES = 2


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
        next time; one that asked for patience is left alone until then, and one that is spared asked less often."""
        resting = {rest.tracker for rest in self._ledger.patience.resting(self._clock.now())}
        told, spared = self._ledger.inbox.asked(), self._spared()
        awake = [place for place in self._places if place.tracker not in resting]
        asked = {place: told[str(place)] for place in awake if str(place) in told}
        due = [p for p in awake if at_once or p in asked or self._is_due(p, p.tracker in spared)]
        for tracker in dict.fromkeys(place.tracker for place in due):
            self._poll_together(tracker, [place for place in due if place.tracker == tracker])
        for place, asked_at in asked.items():
            self._answer(place, asked_at)

    def _answer(self, place: Place, asked_at: dt.datetime) -> None:
        """A delivery told of the place itself, such as of its name, its readers or a label: none of its tickets changed
        by that, so that all its open cases are looked at, and who reads it is asked anew. It was polled just now."""
        with suppress(TrackerError):  # the poll has noted it
            self._trackers[place.tracker].audience(place, is_anew=True)
        now, rows = self._clock.now(), self._ledger.cases.tickets_of_open()
        found = {place_of(row.ref) for row in rows}
        here = {one for one in found if place in (one, self._ledger.place_names.configured(one))}
        for root in dict.fromkeys(row.root for row in rows if place_of(row.ref) in here):
            self._ledger.cases.wake(root, now)
        self._ledger.inbox.answered(str(place), asked_at)

    def _spared(self) -> set[str]:
        """Trackers that are asked less often, so that what they still allow is there for what is grave."""
        return {rest.tracker for rest in self._ledger.patience.sparing(self._clock.now())}

    def poll(self, place: Place) -> None:
        """Poll one place, whether it is its turn or not."""
        self._poll_together(place.tracker, [place])

    def _is_due(self, place: Place, is_spared: bool) -> bool:
        _, polled_at = self._ledger.inbox.cursor(str(place))
        every = self._every * (SPARED_TIMES if is_spared else 1)
        return polled_at is None or self._clock.now() >= polled_at + every

    def _poll_together(self, tracker: str, places: Iterable[Place]) -> None:
        """Places of one tracker, asked together: Jira answers for all its projects at once."""
        cursors = {place: self._ledger.inbox.cursor(str(place))[0] for place in places}
        answers: dict[Place, Changes | TrackerError]
        try:
            answers = self._trackers[tracker].changed_in(cursors)
        except TrackerError as error:
            answers = dict.fromkeys(cursors, error)
        for place, answer in answers.items():
            self._take(place, cursors[place], answer)

    def _take(self, place: Place, cursor: str, answer: Changes | TrackerError) -> None:
        policy = self._policy()
        # Where nothing begins no label is looked for, so that one is once failures are labelled there.
        failure_labels = policy.failure_labels if policy.routing.watches(place) else ()
        try:
            changes = _or_raised(answer)
            labelled = self._labelled(place, failure_labels)
        except TrackerError as error:
            problem = "" if asks_for_patience(error) else str(error)
            is_passing = isinstance(error, Temporary)
            self._ledger.inbox.polled(str(place), cursor, (), self._clock.now(), problem, is_passing=is_passing)
            if is_out_of_sight(error):
                self._ledger.digests.leave_out_place(place, self._clock.now() - KEPT)
            return
        self._learn_name(place, (*changes.tickets, *labelled))
        ours = [found for found in (*changes.tickets, *labelled) if self._concerns_us(found)]
        was_in_trouble = str(place) in self._ledger.inbox.poll_problems()
        self._ledger.inbox.polled(
            str(place),
            changes.cursor,
            [found.ref for found in ours],
            self._clock.now(),
            looked_for=map(str.casefold, failure_labels),
            severities=severities_told([(found.ref, found.labels) for found in ours], policy),
        )
        if was_in_trouble:
            self._wake_troubled(place)

    def _learn_name(self, place: Place, found: Iterable[Found]) -> None:
        """A repository that was renamed is read by its old name, and its tickets bear the new one. What answers with
        several names is not one place, and teaches nothing."""
        names = {place_of(one.ref).container for one in found}
        if len(names) == 1:
            self._ledger.place_names.is_called(place, names.pop())

    def _wake_troubled(self, place: Place) -> None:
        """Look at the cases of a place that can be read again: no tracker tells of a right that was given back."""
        left_out = self._ledger.digests.left_out()
        for row in self._ledger.cases.all():
            is_troubled = row.problem or row.root in left_out
            if is_troubled and any(place_of(one.ref) == place for one in self._ledger.cases.tickets(row.root)):
                self._ledger.cases.wake(row.root, self._clock.now())

    def _labelled(self, place: Place, labels: Iterable[str]) -> tuple[Found, ...]:
        """Failures by labels that were never looked for there: in a place that is polled for the first time, or by a
        label that joined the policy. Polling itself tells of what changes from now on."""
        tracker, known = self._trackers[place.tracker], self._ledger.inbox.looked_for(str(place))
        wanted = [label for label in labels if label.casefold() not in known]
        return tuple(found for label in wanted for found in tracker.labelled(place, label))

    def _concerns_us(self, found: Found) -> bool:
        """Labelled a failure, opened by us, or known: and changed since we fetched it."""
        news = self._ledger.cases.is_news(found.ref, found.updated_at, CLOCK_MARGIN)
        if news is not None:
            return news
        return found.marker is not None or _begins_or_is_ours(found.ref, found.labels, self._ledger, self._policy())


def _or_raised(answer: Changes | TrackerError) -> Changes:
    if isinstance(answer, TrackerError):
        raise answer
    return answer


def hinted(ref: TicketRef, labels: tuple[str, ...], ledger: Ledger, policy: Policy) -> bool:
    """Whether a delivery about this ticket can concern us: known, or labelled so. Asks no tracker."""
    # By its labels first: of a failure that says so the ledger is not asked.
    return _begins_or_is_ours(ref, labels, ledger, policy) or bool(ledger.cases.roots_of(ref))


def _begins_or_is_ours(ref: TicketRef, labels: tuple[str, ...], ledger: Ledger, policy: Policy) -> bool:
    """Whether a ticket that nobody knows bears our label, or is a failure where failures are labelled."""
    is_failure = has_label(labels, *policy.failure_labels)
    return has_label(labels, policy.our_label) or (is_failure and is_watched(ledger, policy, ref))


def severities_told(tickets: Iterable[tuple[TicketRef, Iterable[str]]], policy: Policy) -> dict[TicketRef, int]:
    """How grave each ticket is by its labels, of those whose labels say so."""
    named = ((ref, policy.severities.among(labels)) for ref, labels in tickets)
    return {ref: min(levels) for ref, levels in named if levels}
