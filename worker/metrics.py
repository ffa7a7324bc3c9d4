"""Figures for Prometheus: looks, effects, requests, what waits, what was refused. Nothing about people (P10).

Counters listen to the steps of a look and belong to this process; gauges are read from the ledger when somebody
asks, so every process of an installation shows the same. Figures name trackers, places and kinds of effects,
never a ticket. What each alert on them means stands in docs/operations.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from connectors.metering import RequestMeter
from rules.policy import Phase
from rules.refs import Place
from worker.budget_figures import of_allowances, of_write_budgets
from worker.ledger import Ledger
from worker.ledger.tally import Tally, read_tally
from worker.steps import Step

#: What becomes of a reader's digest, by the states of its row in the ledger: `unsure` is on its way, or went astray.
_OUTCOMES = {
    "sent": ("confirmed",),
    "empty": ("empty",),
    "failing": ("refused",),
    "unsure": ("sent",),
    "let_go": ("dropped", "unknown"),
}


class Metrics:
    """A watcher, and a page of figures in Prometheus's text form. Thread-safe.

    `places` are those that are polled, every `poll_every`; `policy_problem` says what is wrong with the policy's
    files, or nothing; `digest_week` names the week of the last weekly digest (`2026-W47`), or nothing.
    """

    def __init__(
        self,
        ledger: Ledger,
        meters: Mapping[str, RequestMeter],
        places: Collection[Place] = (),
        poll_every: dt.timedelta = dt.timedelta(0),
        policy_problem: Callable[[], str] = str,
        digest_week: Callable[[], str] = str,
    ) -> None:
        self._ledger = ledger
        self._meters = meters
        self._places = tuple(places)
        self._poll_every = poll_every
        self._policy_problem = policy_problem
        self._digest_week = digest_week
        self._registry = CollectorRegistry()
        # Its memory and its start, where the system tells (Linux).
        ProcessCollector(registry=self._registry)
        self._looks = Counter("aftermath_looks", "Looks at a case that were begun", registry=self._registry)
        self._settled = Counter("aftermath_looks_settled", "Looks that ended well", registry=self._registry)
        self._effects = Counter(
            "aftermath_effects", "Effects that were confirmed, by kind", ["kind"], registry=self._registry
        )
        self._waited = Counter(
            "aftermath_writes_waited",
            "Writes that were put off since a tracker takes no more now",
            ["tracker"],
            registry=self._registry,
        )
        self._deliveries = Counter(
            "aftermath_deliveries",
            "Webhook deliveries, by tracker and the status that they were answered with",
            ["tracker", "status"],
            registry=self._registry,
        )
        Gauge("aftermath_build_info", "1 for the version that runs here", ["version"], registry=self._registry).labels(
            version("aftermath")
        ).set(1)
        self._registry.register(_AtReading(self))

    def reached(self, step: Step, detail: str) -> None:
        if step is Step.LEASED:
            self._looks.inc()
        elif step is Step.SETTLED:
            self._settled.inc()
        elif step is Step.CONFIRMED:
            self._effects.labels(detail).inc()
        elif step is Step.WAITED:
            self._waited.labels(detail).inc()

    def delivered(self, tracker: str, status: int) -> None:
        """A delivery from one of our trackers was answered with this HTTP status."""
        self._deliveries.labels(tracker, str(status)).inc()

    def render(self) -> bytes:
        """Raises sqlalchemy.exc.SQLAlchemyError when the ledger is away."""
        return generate_latest(self._registry)

    def read(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "aftermath_requests", "Requests sent to a tracker, retries included", labels=["tracker", "kind"]
        )
        for name, meter in self._meters.items():
            counted = meter.snapshot()
            requests.add_metric([name, "read"], counted.reads)
            requests.add_metric([name, "write"], counted.writes)
        yield requests
        tally = read_tally(self._ledger.engine)
        yield from of_allowances(self._meters)
        yield from of_write_budgets(self._ledger, self._meters)
        yield from _of_work(tally)
        yield from self._of_polls(tally)
        yield from _of_digests(self._ledger, self._digest_week())
        yield _gauge("aftermath_ledger_filled", "1 once the ledger was filled from the trackers", tally.is_filled)
        yield _gauge("aftermath_brake_on", "1 while the brake holds everything new", tally.is_braked)
        yield _gauge(
            "aftermath_policy_broken",
            "1 while the policy's files cannot be read and the last good policy is in force",
            bool(self._policy_problem()),
        )

    def _of_polls(self, tally: Tally) -> Iterator[Metric]:
        labels = ["tracker", "place"]
        polled = GaugeMetricFamily(
            "aftermath_polled_timestamp_seconds", "When a place was last asked for news (Unix time)", labels=labels
        )
        failing = GaugeMetricFamily("aftermath_poll_failing", "1 where the last poll of a place failed", labels=labels)
        for place in self._places:
            if poll := tally.polls.get(str(place)):
                polled.add_metric([place.tracker, str(place)], poll.polled_at.timestamp())
                failing.add_metric([place.tracker, str(place)], poll.has_failed)
        resting = GaugeMetricFamily(
            "aftermath_tracker_rests_until_timestamp_seconds",
            "Until when a tracker asked to be left alone, which may be past (Unix time); absent when it never did",
            labels=["tracker"],
        )
        for name in self._meters:
            if until := tally.patience.get(name):
                resting.add_metric([name], until.timestamp())
        yield polled
        yield failing
        yield resting
        yield _gauge("aftermath_poll_interval_seconds", "How often a place is asked", self._poll_every.total_seconds())


class _AtReading:
    """Asked by the registry. It describes nothing beforehand, so that registering needs no ledger."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        return self._metrics.read()


def _of_digests(ledger: Ledger, week: str) -> Iterator[Metric]:
    """What became of the last weekly digest, by reader and without a name; and what it leaves out."""
    counts = ledger.digests.count(week) if week else {}
    digests = GaugeMetricFamily(
        "aftermath_digests", "Readers of the last weekly digest, by what became of theirs", labels=["outcome"]
    )
    for outcome, states in _OUTCOMES.items():
        digests.add_metric([outcome], sum(counts.get(state, 0) for state in states))
    yield digests
    left_out = len(ledger.digests.left_out()) if week else 0
    yield _gauge(
        "aftermath_digest_cases_left_out", "Cases that no digest tells of, since they cannot be read", left_out
    )


def _of_work(tally: Tally) -> Iterator[Metric]:
    """Cases, what waits to be looked at, and effects that are not done."""
    cases = GaugeMetricFamily("aftermath_cases", "Cases, by phase", labels=["phase"])
    for phase in Phase:
        cases.add_metric([phase.value], tally.cases.get(phase.value, 0))
    yield cases
    yield _gauge("aftermath_cases_in_trouble", "Cases whose last look met a problem", tally.cases_in_trouble)
    yield from _moment(
        "aftermath_next_wakeup_timestamp_seconds",
        "When the next case is to be woken, or should have been",
        tally.next_wake_at,
    )
    yield _gauge("aftermath_hints_waiting", "Tickets waiting to be looked at", tally.hints)
    yield _gauge("aftermath_hints_in_trouble", "Tickets whose last look failed", tally.hints_in_trouble)
    yield from _moment(
        "aftermath_oldest_hint_timestamp_seconds",
        "When the ticket that has waited longest began to wait",
        tally.oldest_hint_since,
    )
    yield _gauge("aftermath_effects_refused", "Effects that a tracker refused", tally.effects_refused)
    yield _gauge(
        "aftermath_effects_delayed", "Effects that did not work yet and are tried again", tally.effects_delayed
    )


def _gauge(name: str, what: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, what, value)


def _moment(name: str, what: str, at: dt.datetime | None) -> Iterator[Metric]:
    if at:
        yield GaugeMetricFamily(name, f"{what} (Unix time); absent when there is none", at.timestamp())
