"""What trackers say is left: the last word on each resource, and when it is little."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from connectors.allowance import Allowance, Allowances, whole_number

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
RESET = NOW + dt.timedelta(minutes=20)


def told(remaining: int, resource: str = "core", reset_at: dt.datetime = RESET, limit: int = 5_000) -> Allowance:
    return Allowance(resource, limit, remaining, reset_at, has_another_way=resource == "graphql")


def after(*words: Allowance | None) -> Allowances:
    allowances = Allowances()
    for one in words:
        allowances.note(one)
    return allowances


def test_answers_that_overtake_each_other_do_not_give_requests_back() -> None:
    (one,) = after(told(100), None, told(102)).all()
    assert one.remaining == 100


def test_a_new_window_begins_with_what_it_says() -> None:
    (one,) = after(told(3), told(4_999, reset_at=RESET + dt.timedelta(hours=1))).all()
    assert one.remaining == 4_999


@pytest.mark.parametrize(
    ("words", "now", "low"),
    [
        pytest.param([told(251)], NOW, None, id="enough"),
        pytest.param([told(250)], NOW, "core", id="a twentieth"),
        pytest.param([told(0)], NOW, "core", id="nothing"),
        pytest.param([told(0)], RESET, None, id="counted anew by now"),
        pytest.param([told(4_000), told(10, "core/acme")], NOW, "core/acme", id="of one of two"),
        pytest.param([told(4_000), told(10, "graphql")], NOW, None, id="of what there is another way for"),
        pytest.param([told(1, "search", NOW + dt.timedelta(seconds=9), 30), told(9)], NOW, "core", id="the longer one"),
        pytest.param([told(0, reset_at=NOW + dt.timedelta(days=400))], NOW, None, id="absurdly far away"),
        pytest.param([], NOW, None, id="nothing was ever said"),
    ],
)
def test_little_is_left_where_a_twentieth_is(words: list[Allowance], now: dt.datetime, low: str | None) -> None:
    found = after(*words).low(now)
    assert (found.resource if found else None) == low


def test_threads_note_the_least() -> None:
    allowances = Allowances()
    threads = [threading.Thread(target=lambda: [allowances.note(told(n)) for n in range(500, 0, -1)]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert allowances.all() == (told(1),)


@pytest.mark.parametrize(
    ("text", "number"),
    [(" 42 ", 42), ("0", 0), ("-1", None), ("4.2", None), ("٤٢", None), ("9" * 400, None), ("", None), (None, None)],
)
def test_a_count_is_a_plain_whole_number_or_nothing(text: str | None, number: int | None) -> None:
    assert whole_number(text) == number
