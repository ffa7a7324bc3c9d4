"""Figures for Prometheus of what trackers still let us ask and write, and of who waits for that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily, Metric

from connectors.metering import RequestMeter
from worker.ledger import Ledger


def of_allowances(meters: Mapping[str, RequestMeter]) -> Iterator[Metric]:
    """What each tracker last told this process by the way; of one that tells nothing there is nothing."""
    labels = ["tracker", "resource"]
    left = GaugeMetricFamily(
        "aftermath_requests_left", "Requests that a tracker still allows, as its last answer said", labels=labels
    )
    limit = GaugeMetricFamily("aftermath_requests_limit", "Requests that a tracker allows in a window", labels=labels)
    reset = GaugeMetricFamily(
        "aftermath_requests_reset_timestamp_seconds", "When a tracker counts requests anew (Unix time)", labels=labels
    )
    for name, meter in meters.items():
        for one in meter.allowances.all():
            left.add_metric([name, one.resource], one.remaining)
            limit.add_metric([name, one.resource], one.limit)
            reset.add_metric([name, one.resource], one.reset_at.timestamp())
    yield left
    yield limit
    yield reset


def of_write_budgets(ledger: Ledger, trackers: Mapping[str, object]) -> Iterator[Metric]:
    """How much of each budget is used, told as a moment that nobody has to count down; and the cases that wait."""
    full = GaugeMetricFamily(
        "aftermath_write_budget_full_timestamp_seconds",
        "When a tracker's budget of writes is whole again, which may be past (Unix time); absent before the first",
        labels=["tracker", "budget"],
    )
    for name, budgets in ledger.write_budgets.full_at().items():
        for budget, at in budgets.items():
            if name in trackers:
                full.add_metric([name, budget], at.timestamp())
    waiting = GaugeMetricFamily(
        "aftermath_cases_waiting_to_write", "Cases that wait until a tracker takes more writes", labels=["tracker"]
    )
    counts = Counter(wait.tracker for wait in ledger.write_budgets.kept_places())
    for name in trackers:
        waiting.add_metric([name], counts[name])
    yield full
    yield waiting
