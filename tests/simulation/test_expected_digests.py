"""The independent model's part on weekly digests, tried on worlds that are right and on worlds that are not."""

from __future__ import annotations

import datetime as dt

import pytest

from connectors.memory.letterbox import Letter
from connectors.sandbox.world import World
from worker.simulation.digests import INSIDE, OUTSIDE, Sending
from worker.simulation.expected_digests import digest_violations
from worker.simulation.expected_setting import Setting, Trouble
from worker.simulation.history import CODEC
from worker.simulation.people import OURS, REPOSITORY, company

BEGAN = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
MONDAY = dt.datetime(2026, 3, 9, 9, tzinfo=dt.UTC)
ENDED = MONDAY + dt.timedelta(days=5)
SETTING = Setting(ours=OURS, codec=CODEC)
TRUE = "**Finished: 1**\n\n- action [acme/shop#1](http://127.0.0.1/1), “Alert”\n\nThank you."


def a_world(closed_on: dt.datetime = BEGAN + dt.timedelta(days=1)) -> World:
    """One action of ours, closed by Ada."""
    time = [BEGAN]
    world = company(lambda: time[0])
    site = world.sites["github"]
    site.open_ticket(OURS, REPOSITORY, "Alert", labels=("aftermath", "action"))
    time[0] = closed_on
    site.close("ada", f"{REPOSITORY}#1")
    return world


def letters(at: dt.datetime = MONDAY, body: str = TRUE, to: tuple[str, ...] = INSIDE, times: int = 1) -> list[Letter]:
    return [Letter(at, (address,), "1 finished", body) for address in to for _ in range(times)]


def sendings(of: list[Letter]) -> list[Sending]:
    return [Sending(letter.at, letter.addresses[0], may_be_lost=False) for letter in of]


def found(
    world: World, arrived: list[Letter], *, begun: list[Letter] | None = None, troubles: tuple[Trouble, ...] = ()
) -> set[str]:
    sent = sendings(arrived if begun is None else begun)
    return {one.what for one in digest_violations(world, SETTING, arrived, sent, troubles, BEGAN, ENDED)}


AWAY = Trouble(MONDAY - dt.timedelta(hours=2), MONDAY + dt.timedelta(hours=2))


@pytest.mark.parametrize(
    ("arrived", "begun", "troubles"),
    [
        pytest.param(letters(), None, (), id="one-each"),
        pytest.param([], letters(), (), id="lost-on-their-way"),
        pytest.param([], [], (AWAY,), id="the-trackers-were-away"),
        pytest.param(letters(MONDAY + dt.timedelta(days=3)), None, (), id="three-days-late"),
    ],
)
def test_what_is_right_is_left_alone(arrived: list[Letter], begun: list[Letter], troubles: tuple[Trouble, ...]) -> None:
    assert found(a_world(), arrived, begun=begun, troubles=troubles) == set()


def test_where_nothing_was_finished_none_is_missed() -> None:
    assert found(a_world(MONDAY + dt.timedelta(days=1)), []) == set()


@pytest.mark.parametrize(
    ("arrived", "what"),
    [
        pytest.param(letters(times=2), "twice", id="twice"),
        pytest.param(letters() + letters(MONDAY + dt.timedelta(days=2), to=INSIDE[:1]), "twice", id="twice-in-a-week"),
        pytest.param([], "missing", id="nobody-got-one"),
        pytest.param(letters(to=INSIDE[:1]), "missing", id="one-got-none"),
        pytest.param(letters(MONDAY + dt.timedelta(days=4, hours=3)), "late", id="too-late"),
        pytest.param(letters() + letters(to=(OUTSIDE,)), "wrong", id="to-everybody"),
        pytest.param(letters(body=TRUE.replace("#1]", "#7]")), "wrong", id="of-a-ticket-that-is-not-there"),
    ],
)
def test_what_is_wrong_is_found(arrived: list[Letter], what: str) -> None:
    assert what in found(a_world(), arrived)


def test_what_was_not_finished_in_that_week_is_untrue() -> None:
    assert found(a_world(MONDAY + dt.timedelta(days=1)), letters()) == {"wrong"}
