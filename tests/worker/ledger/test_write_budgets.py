"""The budget of writes in the ledger: nobody overdraws it, and the more urgent are let through first."""

from __future__ import annotations

import datetime as dt
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.write_limits import Bucket, WriteLimits
from tests.worker.ledger.samples import NOW
from worker.ledger import Ledger, open_ledger
from worker.ledger.database import open_memory_ledger
from worker.ledger.write_budgets import CONTENTS, KEPT_AFTER, PACE, Wanted, WriteWait

SECOND = dt.timedelta(seconds=1)
#: Ten at once, then one every ten seconds.
TEN = WriteLimits(Bucket(10, 10, "ten at once"))
BOTH = WriteLimits(Bucket(10, 1, "writes"), Bucket(4, 60, "contents"))
AT_ONCE, EACH = 2, 25


def one(root: str = "a", severity: int = 1, kept: float = 0.0, **more: int) -> Wanted:
    return replace(Wanted(root, severity, 0, 1, 0, 1, 0, kept), **more)


def draws(ledger: Ledger, times: int, wanted: Wanted, at: dt.datetime = NOW, limits: WriteLimits = TEN) -> int:
    """How many of so many were let through."""
    return sum(ledger.write_budgets.draw("github", limits, wanted, at) is None for _ in range(times))


def draw_elsewhere(url: str, root: str) -> int:
    """In a process of its own."""
    ledger = open_ledger(url)
    try:
        return draws(ledger, EACH, one(root))
    finally:
        ledger.close()


def let_through(ledger: Ledger, wanted: Wanted, limits: WriteLimits = TEN, at: dt.datetime = NOW) -> WriteWait:
    """The wait of one that is not let through."""
    wait = ledger.write_budgets.draw("github", limits, wanted, at)
    assert wait is not None
    return wait


# --- how much ---------------------------------------------------------------------------------------


def test_of_many_threads_no_more_are_let_through_than_there_is_room(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda number: draws(ledger, EACH, one(f"case-{number}")), range(8)))
    assert sum(taken) == 10


def test_of_many_processes_no_more_are_let_through_than_there_is_room(ledger: Ledger, url: str) -> None:
    """One budget for all of them, whatever the queue forgets."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(AT_ONCE, mp_context=spawn) as processes:
        roots = [f"case-{number}" for number in range(AT_ONCE)]
        assert sum(processes.map(draw_elsewhere, [url] * AT_ONCE, roots)) == 10
    assert draws(ledger, 5, one("graver", severity=0), NOW + 20 * SECOND - dt.timedelta(milliseconds=1)) == 1


def test_it_fills_up_again_at_its_pace_and_no_further_than_its_brim(ledger: Ledger) -> None:
    assert draws(ledger, 20, one()) == 10
    assert draws(ledger, 20, one(), NOW + 30 * SECOND) == 3
    assert draws(ledger, 20, one(), NOW + dt.timedelta(days=3)) == 10


def test_each_tracker_has_a_budget_of_its_own(ledger: Ledger) -> None:
    assert draws(ledger, 20, one()) == 10
    assert ledger.write_budgets.draw("jira", TEN, one(), NOW) is None


def test_a_clock_that_is_put_back_does_not_lock_us_out(ledger: Ledger) -> None:
    """The burst is spent then, and no more than that."""
    later = NOW + dt.timedelta(days=30)
    assert draws(ledger, 10, one(), later) == 10
    wait = let_through(ledger, one())
    assert wait.until <= NOW + 11 * SECOND
    assert ledger.write_budgets.draw("github", TEN, one(), wait.until) is None


def test_what_makes_nothing_new_needs_no_room_for_contents(ledger: Ledger) -> None:
    new = one(contents=1, all_contents=1)
    assert draws(ledger, 9, new, limits=BOTH) == 4
    wait = let_through(ledger, replace(new, root="b"), BOTH)
    assert (wait.short_of, wait.until) == (CONTENTS, NOW + 120 * SECOND)
    assert draws(ledger, 9, one("c", severity=4), limits=BOTH) == 6
    assert let_through(ledger, one("c", severity=4), BOTH).short_of == PACE


@pytest.mark.parametrize("writes", [1, 2, 3, 30])
def test_whatever_an_effect_costs_it_is_let_through_in_the_end(ledger: Ledger, writes: int) -> None:
    for kept, limits in ((0.5, WriteLimits(Bucket(1, 10, "one by one"))), (0.9, TEN)):
        wanted, at = one(f"{kept}", kept=kept, writes=writes, all_writes=writes), NOW
        for _ in range(8):
            wait = ledger.write_budgets.draw("github", limits, wanted, at)
            if wait is None:
                break
            at = wait.until
        assert wait is None


IN_MEMORY, NUMBERS = open_memory_ledger(), count()
MOMENTS = st.lists(st.tuples(st.integers(0, 90_000), st.sampled_from([0.0, 0.1, 0.3, 0.5])), min_size=1, max_size=60)


@settings(deadline=None)
@given(steps=MOMENTS, burst=st.integers(1, 8), every_s=st.sampled_from([0.5, 1, 7, 12]))
def test_no_stretch_of_time_ever_holds_more_than_the_bucket_says(
    steps: Sequence[tuple[int, float]], burst: int, every_s: float
) -> None:
    limits, tracker, at, taken = WriteLimits(Bucket(burst, every_s, "")), f"tracker-{next(NUMBERS)}", NOW, []
    for pause_ms, kept in steps:
        at += dt.timedelta(milliseconds=pause_ms)
        if IN_MEMORY.write_budgets.draw(tracker, limits, one(kept=kept), at) is None:
            taken.append(at)
    for first, begin in enumerate(taken):
        for last, end in enumerate(taken[first:], start=first):
            assert last - first + 1 <= limits.pace.most_within((end - begin).total_seconds())


# --- who first --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept", "most"), [(0.0, 10), (0.1, 9), (0.3, 7), (0.5, 5)], ids=["all", "a tenth", "three tenths", "half"]
)
def test_some_is_left_for_the_more_urgent(ledger: Ledger, kept: float, most: int) -> None:
    assert draws(ledger, 20, one(kept=kept)) == most
    assert draws(ledger, 20, one("graver", severity=0)) == 10 - most


def test_who_waits_is_let_through_at_the_moment_that_was_named_and_not_before(ledger: Ledger) -> None:
    draws(ledger, 10, one("before"))
    wait = let_through(ledger, one("b"))
    assert wait.until == NOW + 10 * SECOND
    early = wait.until - dt.timedelta(milliseconds=1)
    assert ledger.write_budgets.draw("github", TEN, one("b"), early) is not None
    assert ledger.write_budgets.draw("github", TEN, one("b"), wait.until) is None


def test_those_who_wait_are_called_one_after_the_other_the_most_urgent_first(ledger: Ledger) -> None:
    """They would otherwise all be looked at in the same second, and all but one in vain."""
    draws(ledger, 10, one("before"))
    order = {
        "grave": one("grave", severity=1),
        "late": one("late", severity=3, overdue=9),
        "first": one("first", severity=3),
        "second": one("second", severity=3),
    }
    untils = {name: let_through(ledger, order[name]).until for name in ("first", "second", "late", "grave")}
    untils = {name: let_through(ledger, wanted).until for name, wanted in order.items()}
    assert untils == {name: NOW + 10 * turn * SECOND for turn, name in enumerate(order, start=1)}
    for name, wanted in order.items():
        at = untils[name]
        behind = list(order)[list(order).index(name) + 1 :]
        assert all(ledger.write_budgets.draw("github", TEN, order[other], at) for other in behind)
        assert ledger.write_budgets.draw("github", TEN, wanted, at) is None
        ledger.write_budgets.leave(name)


def test_a_case_waits_once_for_all_that_it_has_to_write(ledger: Ledger) -> None:
    """Each look costs requests of its own."""
    draws(ledger, 10, one("before"))
    wait = let_through(ledger, one("b", all_writes=3))
    assert wait.until == NOW + 30 * SECOND
    assert draws(ledger, 5, one("b", all_writes=3), wait.until) == 3


def test_a_place_for_which_nobody_came_holds_nobody_up(ledger: Ledger) -> None:
    """P7: its case may be in trouble of its own."""
    draws(ledger, 10, one("before"))
    until = let_through(ledger, one("grave", severity=1)).until
    assert ledger.write_budgets.draw("github", TEN, one("mild", severity=3), until + KEPT_AFTER / 2) is not None
    assert ledger.write_budgets.draw("github", TEN, one("mild", severity=3), until + KEPT_AFTER) is None


def test_a_place_is_given_up_by_who_has_nothing_left_to_write(ledger: Ledger) -> None:
    draws(ledger, 10, one("before"))
    let_through(ledger, one("grave", severity=1))
    assert [(wait.root, wait.short_of) for wait in ledger.write_budgets.waiting(NOW)] == [("grave", PACE)]
    assert ledger.write_budgets.waits_of("grave", NOW)
    ledger.write_budgets.leave("grave")
    assert ledger.write_budgets.waiting(NOW) == []
    assert ledger.write_budgets.draw("github", TEN, one("mild", severity=3), NOW + 10 * SECOND) is None


def test_places_that_nobody_came_for_are_swept_out(ledger: Ledger) -> None:
    draws(ledger, 10, one("before"))
    until = let_through(ledger, one("gone")).until
    ledger.write_budgets.forget_places(until)
    assert ledger.write_budgets.kept_places()
    ledger.write_budgets.forget_places(until + SECOND)
    assert ledger.write_budgets.kept_places() == []


def test_it_is_told_when_each_budget_is_whole_again(ledger: Ledger) -> None:
    assert ledger.write_budgets.full_at() == {}
    draws(ledger, 3, one(contents=1, all_contents=1), limits=BOTH)
    assert ledger.write_budgets.full_at() == {"github": {PACE: NOW + 3 * SECOND, CONTENTS: NOW + 180 * SECOND}}
