"""Requests of a whole case, beside the least that could do it (`scenes`); of looking again; of an idle hour.

A case is played through the real connectors on a company whose clock is driven, with deliveries as they come,
those about our own writes too.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from tests.bench.company import Sent, by_route
from tests.bench.driven import NOTHING, Driven, Spent, driven
from tests.bench.layouts import GITHUB_AND_CLOUD, LAYOUTS, Layout
from tests.bench.scenes import ACTION, FAILURE, MORTEM, scenes
from tests.bench.tables import tell

pytestmark = pytest.mark.bench

IDLE_HOUR = dt.timedelta(hours=1)
COLUMNS = ("scene", "looks", "reads", "304", "GraphQL points", "least", "ratio", "writes", "least", "ratio")


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_requests_of_a_whole_case_against_the_least_possible(layout: Layout, tmp_path: Path) -> None:
    """P9 and the limit of DESIGN 7: what a case costs, scene by scene and route by route; nothing when unchanged."""
    with driven(tmp_path, layout) as it:
        rows: list[tuple[object, ...]] = []
        everything: list[Sent] = []
        all_spent, least_reads, least_writes, before = NOTHING, 0, 0, None
        for scene in scenes():
            scene.act(it)
            spent = it.spend(it.settle)
            reads, writes = scene.least_reads(layout, before), scene.least_writes(layout)
            rows.append((scene.name, *_against(spent, reads, writes)))
            everything += it.sent
            all_spent, least_reads, least_writes = all_spent + spent, least_reads + reads, least_writes + writes
            before = scene
        assert it.is_closed(), "the story was not told to its end"
        rows.append(("the whole case", *_against(all_spent, least_reads, least_writes)))
        tell(f"Requests of a whole case, {layout.name}", COLUMNS, rows, "GitHub does not charge for an answer of 304.")
        _tell_routes(layout, everything)
        _tell_second_look(it)
        if layout is GITHUB_AND_CLOUD:
            _tell_idle_hour(it)


def _against(spent: Spent, reads: int, writes: int) -> tuple[object, ...]:
    read = (spent.reads, spent.free, spent.points, reads, spent.reads / reads)
    return spent.looks, *read, spent.writes, writes, spent.writes / writes


def _tell_routes(layout: Layout, everything: list[Sent]) -> None:
    tell(
        f"The same by route, {layout.name}",
        ("route", "requests", "of them 304"),
        [(route, number, _free(everything, route)) for route, number in sorted(by_route(everything).items())],
    )


def _free(sent: list[Sent], route: str) -> int:
    return sum(one.route == route and one.status == 304 for one in sent)


def _tell_second_look(it: Driven) -> None:
    """Every ticket is hinted at once more, as by a delivery; nothing has changed."""
    refs = [ref for role in (FAILURE, MORTEM, ACTION) for ref in it.refs(role)]
    it.program.ledger.inbox.put(refs, it.program.clock.now())
    spent = it.spend(it.settle)
    assert not spent.writes, "nothing had changed, and something was written"
    tell(
        f"A second look on unchanged trackers, each ticket hinted at once, {it.layout.name}: looks {spent.looks}, "
        "writes 0",
        ("route", "requests", "of them 304", "least (one look)"),
        [(route, number, _free(it.sent, route), 1) for route, number in sorted(by_route(it.sent).items())],
    )


def _tell_idle_hour(it: Driven) -> None:
    """An hour in which nothing happens. What the hour before brought once more is not counted."""
    every = it.config.poll_every
    for _ in range(IDLE_HOUR // every + 3):
        it.poll()
        it.settle()
    it.noted.take()
    places: Counter[str] = Counter()
    for _ in range(IDLE_HOUR // every):
        it.poll()
        assert it.settle() == 0, "a ticket was looked at although nothing had happened"
        sent = it.noted.take()
        places.update(one.site for one in sent)
        assert not any(one.is_write for one in sent)
        places.update(f"{one.site} 304" for one in sent if one.status == 304)
    least = IDLE_HOUR // every
    tell(
        f"An idle hour, polled every {every.total_seconds() / 60:.0f} minutes",
        ("source", "requests", "of them 304", "least", "ratio"),
        [
            (
                str(place),
                places[place.tracker],
                places[f"{place.tracker} 304"],
                least,
                places[place.tracker] / least,
            )
            for place in it.config.places
        ],
    )
