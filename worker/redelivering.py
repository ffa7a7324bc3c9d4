"""Asks for deliveries again that a tracker could not bring us: GitHub tries once, and does not try again by itself.

Nothing hangs on it, since polling brings the news anyway; it brings what polling cannot see, such as that a label was
renamed, and heals a webhook's log. What was received is never asked for, the rest a few times at most, further and
further apart. What is asked for is noted before, and whoever asks twice does no harm: a repeated delivery is known by
its id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping

import structlog

from connectors.errors import Ambiguous, Refused, TrackerError
from connectors.tracker import FailedDelivery, Tracker
from rules.refs import Place
from worker.clock import Clock
from worker.ledger import Ledger
from worker.ledger.redeliveries import Asked

#: How often a place's hooks are asked what failed.
EVERY = dt.timedelta(minutes=10)
#: So far back; GitHub keeps its log for three days.
WINDOW = dt.timedelta(days=3)
#: How long to wait before each further try. There are as many as stand here, and one.
PAUSES = (dt.timedelta(minutes=9), dt.timedelta(hours=1))
#: Of all places in one go: after a long outage the rest comes with the next ones. Each is a write, and GitHub counts
#: writes by the minute, among them those of cases that cannot wait.
RUN_MAX = 50
RUN_PAUSE = dt.timedelta(minutes=1)

_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)

_log = structlog.get_logger(__name__)


class Redeliverer:
    """`paths` says where we listen for each tracker whose deliveries would be believed, such as `/webhooks/github`."""

    def __init__(
        self,
        ledger: Ledger,
        trackers: Mapping[str, Tracker],
        places: Iterable[Place],
        paths: Mapping[str, str],
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._trackers = trackers
        self._places = tuple(place for place in places if place.tracker in paths and place.tracker in trackers)
        self._paths = paths
        self._clock = clock
        self._looked_at: dict[Place, dt.datetime] = {}
        self._pauses_until: dt.datetime | None = None

    def ask_due(self) -> int:
        """Ask where it is time to; how many deliveries were asked for. A tracker's trouble raises nothing: whoever
        polls it tells that."""
        now = self._clock.now()
        if self._pauses_until and now < self._pauses_until:
            return 0
        resting = {rest.tracker for rest in self._ledger.patience.resting(now)}
        awake = (place for place in self._places if place.tracker not in resting)
        count = tries = 0
        for place in sorted(awake, key=lambda place: self._looked_at.get(place, _NEVER)):
            if now < self._looked_at.get(place, _NEVER) + EVERY:
                break
            self._looked_at[place] = now
            try:
                asked, tried = self._ask(place, RUN_MAX - tries)
            except TrackerError as error:
                _log.debug("failed deliveries could not be asked for", place=str(place), problem=str(error))
                continue
            count, tries = count + asked, tries + tried
            if tries >= RUN_MAX:
                self._pauses_until = now + RUN_PAUSE
                break
        return count

    def sweep_out(self) -> None:
        """Forget what no tracker could repeat any more."""
        self._ledger.redeliveries.forget(self._clock.now() - WINDOW)

    def _ask(self, place: Place, most: int) -> tuple[int, int]:
        """How many were asked for, and how many it was tried for, the refused ones too."""
        tracker, source, now = self._trackers[place.tracker], str(place), self._clock.now()
        failed = tracker.failed_deliveries(place, self._paths[place.tracker], now - WINDOW)
        asked = self._ledger.redeliveries.asked_for(source)
        if not (failed or asked):
            return 0, 0
        received = self._ledger.redeliveries.received(place.tracker, [one.id for one in failed])
        missing = {one.id for one in failed} - received
        self._ledger.redeliveries.arrived(place.tracker, asked.keys() - missing, now)
        count = 0
        due = list(_due(failed, received, asked, now))[:most]
        for one in due:
            self._ledger.redeliveries.ask(place.tracker, one.id, source, now)
            try:
                tracker.redeliver(place, one)
            except Refused as error:
                _log.info("a failed delivery cannot be asked for again", place=source, problem=str(error))
                continue
            except Ambiguous:
                pass  # the log of the next turn tells whether it was tried
            count += 1
        if count:
            _log.info("failed deliveries were asked for again", place=source, deliveries=count)
        return count, len(due)


def _due(
    failed: Iterable[FailedDelivery], received: Collection[str], asked: Mapping[str, Asked], now: dt.datetime
) -> Iterator[FailedDelivery]:
    """What is to be asked for: what never was, then the oldest."""
    for one in sorted(failed, key=lambda one: asked[one.id].tries if one.id in asked else 0):
        before = asked.get(one.id)
        if one.id not in received and (before is None or _is_due(before, now)):
            yield one


def _is_due(asked: Asked, now: dt.datetime) -> bool:
    return asked.tries <= len(PAUSES) and now >= asked.asked_at + PAUSES[asked.tries - 1]
