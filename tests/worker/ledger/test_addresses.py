"""Which cases a ticket belongs to, at each of its addresses, and what of it is news."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.worker.ledger.samples import (
    CASE,
    HOUR,
    MINUTE,
    NOW,
    ONE,
    OTHER,
    ROOT,
    THREE,
    TWO,
)
from worker.ledger import Ledger
from worker.ledger.cases import TicketRow


def test_a_ticket_that_moved_is_found_under_each_of_its_addresses(case: Ledger) -> None:
    case.cases.move_ticket(ONE, TWO, "902")
    case.cases.move_ticket(TWO, THREE, "903")
    assert [case.cases.roots_of(ref) for ref in (ONE, TWO, THREE)] == [[ROOT]] * 3
    (row,) = case.cases.tickets(ROOT)
    assert (row.ref, row.uid) == (THREE, "903")
    known = case.cases.get(ROOT)
    assert known
    assert known.failure == THREE


def test_a_ticket_that_moved_there_and_back_is_at_home_again(case: Ledger) -> None:
    """Jira gives a ticket that returns to its project its old key."""
    case.cases.move_ticket(ONE, TWO, "901")
    case.cases.move_ticket(TWO, ONE, "901")
    assert case.cases.roots_of(ONE) == [ROOT]
    assert case.cases.roots_of(TWO) == [ROOT]


def test_a_ticket_that_was_noted_at_its_new_address_already_is_noted_once(case: Ledger) -> None:
    case.cases.add_ticket(TicketRow(ROOT, CASE, TWO, "902", "failure"))
    case.cases.move_ticket(ONE, TWO, "902")
    assert [row.ref for row in case.cases.tickets(ROOT)] == [TWO]


def test_moving_to_where_it_is_changes_nothing(case: Ledger) -> None:
    case.cases.move_ticket(ONE, ONE, "other")
    assert [row.uid for row in case.cases.tickets(ROOT)] == ["901"]


def test_a_ticket_may_belong_to_two_cases(case: Ledger) -> None:
    """An action that is a failure itself."""
    case.cases.open_case(OTHER, TWO, "902", "", NOW)
    case.cases.add_ticket(TicketRow(ROOT, CASE, TWO, "902", "action", "item", "key"))
    assert case.cases.roots_of(TWO) == sorted([OTHER, ROOT])
    case.cases.move_ticket(TWO, THREE, "903")
    assert case.cases.roots_of(TWO) == sorted([OTHER, ROOT])


def test_a_later_note_about_a_ticket_replaces_the_earlier(case: Ledger) -> None:
    row = TicketRow(ROOT, CASE, TWO, "902", "action", "item", "key")
    case.cases.add_ticket(row)
    case.cases.add_ticket(replace(row, role="twin"))
    assert {one.ref: one.role for one in case.cases.tickets(ROOT)} == {ONE: "failure", TWO: "twin"}


@pytest.mark.parametrize(
    ("updated_at", "is_news"),
    [
        pytest.param(NOW - HOUR, False, id="as fetched"),
        pytest.param(NOW - MINUTE, True, id="changed since"),
    ],
)
def test_a_poll_that_says_no_more_than_we_know_is_no_news(case: Ledger, updated_at: dt.datetime, is_news: bool) -> None:
    case.cases.note_fetched([(ONE, NOW - HOUR)], NOW)
    assert case.cases.is_news(ONE, updated_at, MINUTE) is is_news


def test_what_was_fetched_in_the_moment_of_a_change_is_news_once_more(case: Ledger) -> None:
    """Clocks differ: the picture may be older than it looks."""
    case.cases.note_fetched([(ONE, NOW)], NOW)
    assert case.cases.is_news(ONE, NOW, MINUTE)
    assert case.cases.is_news(TWO, NOW, MINUTE) is None


def test_a_ticket_that_is_taken_out_of_one_case_stays_in_the_others(case: Ledger) -> None:
    for root in (ROOT, OTHER):
        case.cases.add_ticket(TicketRow(root, f"{root}.1", THREE, "903", "action", "item"))
    case.cases.remove_ticket(ROOT, THREE)
    assert [row.root for row in case.cases.holders(THREE)] == [OTHER]


def test_who_holds_a_ticket_is_told_under_each_of_its_addresses(case: Ledger) -> None:
    case.cases.add_ticket(TicketRow(ROOT, CASE, TWO, "902", "action", "item"))
    case.cases.move_ticket(TWO, THREE, "903")
    assert [(row.role, row.ref) for row in case.cases.holders(TWO)] == [("action", THREE)]
