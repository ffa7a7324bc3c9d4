"""Figures for Prometheus: looks, effects, requests, what waits, what was refused. Nothing about people (P10).

Counters listen to the steps of a look; gauges are read from the ledger when somebody asks. Figures name
trackers and kinds of effects, never a ticket.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy import func, select

from connectors.metering import RequestMeter
from worker.ledger import Ledger
from worker.ledger.schema import effects, hints
from worker.steps import Step


class Metrics:
    """A watcher, and a page of figures in Prometheus's text form. Thread-safe."""

    def __init__(self, ledger: Ledger, meters: Mapping[str, RequestMeter]) -> None:
        self._ledger = ledger
        self._meters = meters
        self._registry = CollectorRegistry()
        self._looks = Counter("aftermath_looks", "Looks at a case that were begun", registry=self._registry)
        self._effects = Counter(
            "aftermath_effects", "Effects that were confirmed, by kind", ["kind"], registry=self._registry
        )
        self._registry.register(_AtReading(self))

    def reached(self, step: Step, detail: str) -> None:
        if step is Step.LEASED:
            self._looks.inc()
        elif step is Step.CONFIRMED:
            self._effects.labels(detail).inc()

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
        with self._ledger.engine.begin() as db:
            waiting = db.execute(select(func.count()).select_from(hints)).scalar_one()
            refused = db.execute(select(func.count()).where(effects.c.state == "refused")).scalar_one()
        yield GaugeMetricFamily("aftermath_hints_waiting", "Tickets waiting to be looked at", waiting)
        since = self._ledger.inbox.waiting_since()
        if since:
            yield GaugeMetricFamily(
                "aftermath_oldest_hint_timestamp_seconds",
                "When the ticket that has waited longest began to wait (Unix time); absent when none waits",
                since.timestamp(),
            )
        yield GaugeMetricFamily("aftermath_effects_refused", "Effects that a tracker refused", refused)


class _AtReading:
    """Asked by the registry. It describes nothing beforehand, so that registering needs no ledger."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        return self._metrics.read()
