"""A failure that is made graver is asked about as from that moment."""

from __future__ import annotations

import pytest

from rules.decide import decide
from rules.effects import Say
from rules.facts import Change
from tests.rules.cases import PACK, a_case, a_failure, at, labelled, unlabelled, we_say

#: A sev3 from Monday at nine, a sev1 from Wednesday at nine.
RAISED = (
    labelled("03-02 09:00"),
    labelled("03-02 09:00", "sev3", id="s3"),
    unlabelled("03-04 09:00", "sev3", id="u3"),
    labelled("03-04 09:00", "sev1", id="s1"),
)


def said(now: str, severity: str = "sev1", changes: tuple[Change, ...] = RAISED) -> list[tuple[str, tuple[str, ...]]]:
    seen = (we_say("a", "03-02 09:00", "status"),)
    case = a_case(a_failure(severity, changes=changes, comments=seen))
    return [(one.text, one.mentions) for one in decide(PACK, case, at(now)).effects if isinstance(one, Say)]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("03-04 09:01", [("ask", ("ann",))], id="at once: its owner, and not the manager"),
        pytest.param("03-04 10:00", [("ask-again", ("ann", "lea"))], id="an hour later: the lead too"),
        pytest.param("03-04 13:00", [("ask-again", ("mo",))], id="four hours later: the manager"),
    ],
)
def test_a_failure_that_became_a_sev1_is_asked_about_by_the_hour_from_then_on(
    now: str, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert said(now) == expected


def test_nothing_that_was_said_under_a_lesser_severity_is_said_again() -> None:
    """The anchor keeps its name: what is remembered of the first asking is the same for both."""

    def asked(now: str, severity: str, changes: tuple[Change, ...]) -> str:
        case = a_case(a_failure(severity, changes=changes))
        (one,) = [one for one in decide(PACK, case, at(now)).effects if isinstance(one, Say)]
        return one.said

    assert asked("03-04 09:01", "sev1", RAISED) == asked("03-02 09:01", "sev3", RAISED[:2])


def test_a_severity_within_the_same_rule_moves_nothing() -> None:
    changes = (*RAISED[:3], labelled("03-04 09:00", "sev2", id="s2"))
    assert said("03-05 12:00", "sev2", changes) == [("ask-again", ("mo",))]


def test_a_failure_that_became_less_grave_counts_as_before() -> None:
    changes = (
        labelled("03-02 09:00"),
        labelled("03-02 09:00", "sev1", id="s1"),
        unlabelled("03-04 09:00", "sev1", id="u1"),
    )
    assert said("03-05 12:00", "", changes) == [("ask-again", ("mo",))]


def test_it_counts_from_the_first_step_up_that_the_rule_speaks_of() -> None:
    """A sev1 that was taken for a sev2 for a minute, and back, is a sev1 since the second time."""
    changes = (
        *RAISED,
        unlabelled("03-05 09:00", "sev1", id="u1"),
        labelled("03-05 09:30", "sev1", id="s1b"),
    )
    assert said("03-05 09:31", "sev1", changes) == [("ask", ("ann",))]
