"""The figures that `/metrics` really renders, read off a page on which each of them has something to say."""

from __future__ import annotations

import datetime as dt
from functools import cache

from prometheus_client.parser import text_string_to_metric_families

from connectors.metering import RequestMeter
from rules.refs import Place, TicketRef
from worker.ledger.database import open_memory_ledger
from worker.metrics import Metrics
from worker.steps import Step

_NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
_SHOP = Place("github", "acme/shop")


@cache
def figures() -> dict[str, frozenset[str]]:
    """Name of each sample to the names of its labels."""
    ledger = open_memory_ledger()
    ref = TicketRef("github", "acme/shop#7")
    ledger.cases.open_case("root", ref, "7", "Checkout is down", _NOW)
    ledger.inbox.receive("github", "guid-1", ref, _NOW)
    ledger.patience.ask("github", _NOW, "secondary rate limit")
    ledger.inbox.polled(str(_SHOP), "cursor", (), _NOW)
    metrics = Metrics(ledger, {"github": RequestMeter()}, (_SHOP,))
    metrics.reached(Step.CONFIRMED, "say")
    metrics.delivered("github", 202)
    page = metrics.render().decode()
    ledger.close()
    return {
        sample.name: frozenset(sample.labels)
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }
