"""What was obeyed is remembered for each case, and forgotten where rights were taken away; on both databases."""

from __future__ import annotations

from tests.worker.ledger.samples import ROOT
from worker.ledger import Ledger


def test_marks_are_kept_by_case_and_once(ledger: Ledger) -> None:
    ledger.obeyed.note(ROOT, {"one", "two"}, ())
    ledger.obeyed.note(ROOT, {"two", "three"}, ())
    ledger.obeyed.note("another", {"four"}, ())
    assert ledger.obeyed.of(ROOT) == {"one", "two", "three"}


def test_what_is_refused_by_now_is_forgotten_and_nothing_else(ledger: Ledger) -> None:
    """What is in doubt is in neither list, and stays."""
    ledger.obeyed.note(ROOT, {"one", "two"}, ())
    ledger.obeyed.note("another", {"one"}, ())
    ledger.obeyed.note(ROOT, (), {"one", "never known"})
    assert ledger.obeyed.of(ROOT) == {"two"}
    assert ledger.obeyed.of("another") == {"one"}
