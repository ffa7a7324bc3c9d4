"""A hint stays until a look has answered it."""

from __future__ import annotations

from tests.worker.ledger.samples import (
    HOUR,
    MINUTE,
    NOW,
    ONE,
    TWO,
    at_once,
    due,
)
from worker.ledger import Ledger


def test_a_delivery_counts_once(ledger: Ledger) -> None:
    """GitHub may deliver twice; a hint is not a fact either way (P4)."""
    assert ledger.inbox.receive("github", "d1", ONE, NOW)
    assert not ledger.inbox.receive("github", "d1", ONE, NOW)
    assert ledger.inbox.receive("jira", "d1", TWO, NOW)


def test_a_hint_stays_until_a_look_has_ended(ledger: Ledger) -> None:
    """The queue may be emptied at any moment: what was queued is due again (P1)."""
    ledger.inbox.put([ONE], NOW)
    assert ledger.inbox.claim(NOW, NOW + MINUTE, 9) == [ONE]
    assert ledger.inbox.claim(NOW, NOW + MINUTE, 9) == []
    assert ledger.inbox.claim(NOW + MINUTE, NOW + HOUR, 9) == [ONE]
    hint = ledger.inbox.get(ONE)
    assert hint
    assert ledger.inbox.done(hint)
    assert ledger.inbox.is_empty()


def test_a_hint_that_comes_during_a_look_survives_it(ledger: Ledger) -> None:
    ledger.inbox.put([ONE], NOW)
    looking = ledger.inbox.get(ONE)
    ledger.inbox.put([ONE], NOW + MINUTE)
    assert looking
    assert not ledger.inbox.done(looking)
    assert due(ledger, NOW + MINUTE) == [ONE]


def test_many_hints_about_one_ticket_at_once_are_all_noted(ledger: Ledger) -> None:
    """An issue that is opened with three labels sends four deliveries in the same moment."""
    received = at_once(8, lambda index: ledger.inbox.receive("github", f"d{index}", ONE, NOW))
    assert received == [True] * 8
    hint = ledger.inbox.get(ONE)
    assert hint
    assert hint.number == 8


def test_a_postponed_hint_waits_and_says_why(ledger: Ledger) -> None:
    """What could not be looked at is kept and visible (P7)."""
    ledger.inbox.put([ONE], NOW)
    ledger.inbox.postpone(ONE, NOW + HOUR, "github is away")
    assert due(ledger, NOW) == []
    assert ledger.inbox.next_due() == NOW + HOUR
    (hint,) = ledger.inbox.in_trouble()
    assert (hint.attempts, hint.problem) == (1, "github is away")
    ledger.inbox.put([ONE], NOW)
    assert ledger.inbox.in_trouble() == []
    assert due(ledger, NOW) == [ONE]


def test_a_cursor_and_what_it_passed_are_kept_together(ledger: Ledger) -> None:
    assert ledger.inbox.cursor("github:acme/shop") == ("", None)
    ledger.inbox.polled("github:acme/shop", "c1", [ONE], NOW)
    ledger.inbox.polled("github:acme/shop", "c2", [], NOW + MINUTE, "github is away")
    assert ledger.inbox.cursor("github:acme/shop") == ("c2", NOW + MINUTE)
    assert ledger.inbox.poll_problems() == {"github:acme/shop": "github is away"}
    assert due(ledger, NOW) == [ONE]


def test_deliveries_are_forgotten_after_a_while(ledger: Ledger) -> None:
    ledger.inbox.receive("github", "d1", None, NOW)
    ledger.inbox.forget_deliveries(NOW)
    assert not ledger.inbox.receive("github", "d1", None, NOW)
    ledger.inbox.forget_deliveries(NOW + MINUTE)
    assert ledger.inbox.receive("github", "d1", None, NOW)
