"""Places in daily budgets that are kept for what waits: on which day, for which case, and until when (P9)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.mention_budget import Booking
from tests.worker.ledger.samples import HOUR, NOW, ONE, OTHER, ROOT, say
from worker.ledger import Ledger

MONDAY, TUESDAY, WEDNESDAY = "2026-03-02", "2026-03-03", "2026-03-04"


def booking(day: str = TUESDAY, key: str = "say") -> Booking:
    return Booking("ann", day, ROOT, str(ONE), "ask-ack", key)


def test_a_place_is_kept_and_is_no_mention_yet(case: Ledger) -> None:
    case.bookings.book(say(), booking(), NOW)
    assert case.bookings.of(OTHER, MONDAY) == (booking(),)
    assert case.effects.mentioned_on(TUESDAY) == {}
    assert case.effects.of(ROOT)["say"].state == "intended"


def test_another_place_takes_the_first_one_s(case: Ledger) -> None:
    case.bookings.book(say(), booking(), NOW)
    case.bookings.book(say(), booking(WEDNESDAY), NOW + HOUR)
    assert case.bookings.of(ROOT, MONDAY) == (booking(WEDNESDAY),)


@pytest.mark.parametrize(
    ("root", "found"), [pytest.param(ROOT, 1, id="for its own case"), pytest.param(OTHER, 0, id="for no other")]
)
def test_a_day_that_went_by_is_remembered(case: Ledger, root: str, found: int) -> None:
    case.bookings.book(say(), booking(), NOW)
    assert len(case.bookings.of(root, WEDNESDAY)) == found


def test_what_goes_out_is_counted_on_the_day_and_keeps_no_place(case: Ledger) -> None:
    case.bookings.book(say(), booking(WEDNESDAY), NOW)
    asking = say("say", "ann", "lea")
    case.effects.intend([asking], NOW)
    case.effects.sending(asking, NOW, TUESDAY)
    assert case.bookings.of(ROOT, MONDAY) == ()
    assert case.effects.mentioned_on(TUESDAY) == {"ann": 1, "lea": 1}
    assert case.effects.mentioned_on(WEDNESDAY) == {}


def test_what_nobody_wants_any_more_keeps_no_place_until_it_is_wanted_again(case: Ledger) -> None:
    case.bookings.book(say(), booking(), NOW)
    case.effects.supersede(["say"])
    assert case.bookings.of(ROOT, MONDAY) == ()
    assert case.effects.mentioned_on(TUESDAY) == {}
    case.bookings.book(say(), booking(WEDNESDAY), NOW)
    assert case.bookings.of(ROOT, MONDAY) == (booking(WEDNESDAY),)


def test_a_worker_that_stalled_books_nothing_for_what_went_out(case: Ledger) -> None:
    asking = say("say", "ann")
    case.effects.intend([asking], NOW)
    case.effects.sending(asking, NOW, MONDAY)
    case.bookings.book(asking, booking(), NOW)
    assert case.bookings.of(ROOT, MONDAY) == ()
    assert case.effects.mentioned_on(MONDAY) == {"ann": 1}


def test_a_reply_to_somebody_is_remembered_and_counts_on_no_day(case: Ledger) -> None:
    """`forget` has to find it."""
    reply = replace(say("say", "ann", "lea"), replies_to="ann")
    case.effects.intend([reply], NOW)
    case.effects.sending(reply, NOW, MONDAY)
    assert case.effects.mentioned_on(MONDAY) == {"lea": 1}
    assert [row.key for row in case.effects.mentioning(["ann"])] == ["say"]
