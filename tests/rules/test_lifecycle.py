"""Which generation, which phase, since when: by history alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rules.facts import Case, Change, ChangeKind, Closing
from rules.keys import case_id, case_root, state_key
from rules.lifecycle import root_of, standing_of
from rules.policy import Phase
from tests.rules.cases import (
    ANN,
    FIRST,
    OURS,
    ROBOT,
    ROOT,
    a_case,
    a_failure,
    at,
    change,
    closed,
    labelled,
    says,
    unlabelled,
    we_say,
)

LABELS = ("failure", "incident")
CLOSED_ON = "03-20 12:00"
ENDED = (Closing(1, at(CLOSED_ON)),)


def reopened(when: str, *, by: object = ANN) -> Change:
    return change("r1", when, ChangeKind.REOPENED, by=by)  # type: ignore[arg-type]


FIRST_TIME = labelled("03-02 09:00")


@pytest.mark.parametrize(
    ("labels", "changes", "generation", "phase", "began_at"),
    [
        pytest.param(["failure"], [FIRST_TIME], 1, Phase.ACTIVE, "03-02 09:00", id="labelled"),
        pytest.param(
            ["incident"], [labelled("03-02 09:00", "incident")], 1, Phase.ACTIVE, "03-02 09:00", id="any label"
        ),
        pytest.param(["failure"], [], 1, Phase.ACTIVE, "03-02 09:00", id="born with the label"),
        pytest.param(
            ["failure"], [labelled("03-09 10:00")], 1, Phase.ACTIVE, "03-09 10:00", id="labelled a week later"
        ),
        pytest.param([], [FIRST_TIME, unlabelled("03-03 09:00")], 1, Phase.PAUSED, "03-02 09:00", id="label taken off"),
        pytest.param(
            ["failure"],
            [FIRST_TIME, unlabelled("03-03 09:00"), labelled("03-04 09:00", id="l2")],
            1,
            Phase.ACTIVE,
            "03-02 09:00",
            id="put back: the same clocks",
        ),
        pytest.param(
            ["failure"],
            [FIRST_TIME, labelled("03-03 09:00", "incident", id="l2"), unlabelled("03-04 09:00", "incident")],
            1,
            Phase.ACTIVE,
            "03-02 09:00",
            id="one of two labels taken off",
        ),
    ],
)
def test_a_case_runs_while_the_label_is_on(
    labels: list[str], changes: list[Change], generation: int, phase: Phase, began_at: str
) -> None:
    failure = a_failure(labels=tuple(labels), changes=tuple(changes))
    standing = standing_of(a_case(failure), LABELS)
    assert (standing.generation, standing.phase, standing.began_at) == (generation, phase, at(began_at))
    assert standing.case == case_id(ROOT, generation)


@pytest.mark.parametrize(
    ("labels", "later", "generation", "phase", "began_at"),
    [
        pytest.param(["failure"], [], 1, Phase.CLOSED, CLOSED_ON, id="nothing since the lesson"),
        pytest.param(["failure"], [reopened("04-01 09:00")], 2, Phase.ACTIVE, "04-01 09:00", id="reopened"),
        pytest.param(
            ["failure"],
            [unlabelled("04-01 09:00"), labelled("04-02 09:00", id="l2")],
            2,
            Phase.ACTIVE,
            "04-02 09:00",
            id="labelled anew",
        ),
        pytest.param(
            ["failure"],
            [reopened("04-01 09:00"), unlabelled("04-02 09:00"), labelled("04-03 09:00", id="l2")],
            2,
            Phase.ACTIVE,
            "04-01 09:00",
            id="reopened, then label off and on: one return",
        ),
        pytest.param([], [unlabelled("04-01 09:00")], 1, Phase.CLOSED, CLOSED_ON, id="label taken off"),
        pytest.param(
            [],
            [unlabelled("04-01 09:00"), reopened("04-02 09:00")],
            1,
            Phase.CLOSED,
            CLOSED_ON,
            id="reopened without it",
        ),
        pytest.param(
            ["failure"], [reopened("04-01 09:00", by=OURS)], 1, Phase.CLOSED, CLOSED_ON, id="reopened by ourselves"
        ),
        pytest.param(
            ["failure"],
            [labelled("04-01 09:00", "sev1", id="l2")],
            1,
            Phase.CLOSED,
            CLOSED_ON,
            id="another label put on",
        ),
        pytest.param(
            ["failure"], [reopened("03-19 09:00")], 1, Phase.CLOSED, CLOSED_ON, id="reopened before the lesson"
        ),
    ],
)
def test_after_the_lesson_only_a_return_begins_the_next_generation(
    labels: list[str], later: list[Change], generation: int, phase: Phase, began_at: str
) -> None:
    failure = a_failure(labels=tuple(labels), changes=(FIRST_TIME, *later))
    standing = standing_of(a_case(failure, closings=ENDED), LABELS)
    assert (standing.generation, standing.phase, standing.began_at) == (generation, phase, at(began_at))


def test_a_bot_may_bring_a_failure_back() -> None:
    """Monitoring that reopens its own issue tells the truth about it."""
    failure = a_failure(changes=(FIRST_TIME, reopened("04-01 09:00", by=ROBOT)))
    assert standing_of(a_case(failure, closings=ENDED), LABELS).generation == 2


def test_the_third_time_counts_from_the_second_lesson() -> None:
    failure = a_failure(changes=(FIRST_TIME, reopened("04-01 09:00"), replace(reopened("05-04 09:00"), id="r2")))
    standing = standing_of(a_case(failure, closings=(*ENDED, Closing(2, at("04-20 12:00")))), LABELS)
    assert (standing.generation, standing.began_at) == (3, at("05-04 09:00"))


def test_the_label_taken_off_in_the_second_generation_pauses_the_second() -> None:
    failure = a_failure(labels=(), changes=(FIRST_TIME, reopened("04-01 09:00"), unlabelled("04-02 09:00")))
    standing = standing_of(a_case(failure, closings=ENDED), LABELS)
    assert (standing.generation, standing.phase) == (2, Phase.PAUSED)


def test_closing_the_ticket_does_not_end_the_case() -> None:
    """Many failures are labelled after the repair: what ends a case is its lesson."""
    assert standing_of(a_case(a_failure(**closed("03-02 08:00"))), LABELS).phase is Phase.ACTIVE


def test_the_root_comes_from_the_id() -> None:
    assert root_of(a_failure()) == case_root("github", "901") == ROOT


def test_after_a_transfer_the_root_comes_from_our_status_comment() -> None:
    """A transfer on GitHub changes the id: the case stays the same (P1)."""
    status = we_say("c1", "03-02 09:01", "status", key=state_key(FIRST, "failure", "status"))
    assert root_of(a_failure(uid="5555", comments=(status,))) == ROOT


@pytest.mark.parametrize(
    "comment",
    [
        pytest.param(says("c1", "03-02 09:01", "<!-- aftermath/1 -->"), id="a person's comment"),
        pytest.param(
            we_say("c1", "03-02 09:01", "status", key=state_key(FIRST, "post-mortem", "status")), id="a post-mortem's"
        ),
        pytest.param(
            we_say("c1", "03-02 09:01", "ask", key=state_key(FIRST, "failure", "status")), id="no status comment"
        ),
    ],
)
def test_no_other_comment_gives_a_ticket_another_case(comment: object) -> None:
    assert root_of(a_failure(uid="5555", comments=(comment,))) == case_root("github", "5555")


# --- taking up -------------------------------------------------------------------------------------

#: Labelled by mistake in March, label taken off, put on again in April.
TWICE = (FIRST_TIME, unlabelled("03-03 09:00"), labelled("04-01 09:00", id="l2"))
STATUS = we_say("a", "04-01 09:01", "status", key=state_key(FIRST, "failure", "status"))


@pytest.mark.parametrize(
    ("changes", "start_at", "began_at"),
    [
        pytest.param([FIRST_TIME], None, "03-02 09:00", id="labelled once"),
        pytest.param(TWICE, None, "04-01 09:00", id="labelled anew"),
        pytest.param(TWICE, "03-20 00:00", "04-01 09:00", id="labelled anew after the start date"),
        pytest.param([FIRST_TIME], "03-20 00:00", "03-02 09:00", id="labelled before the start date"),
        pytest.param([FIRST_TIME, reopened("04-01 09:00")], None, "03-02 09:00", id="reopened"),
        pytest.param(
            [FIRST_TIME, reopened("04-01 09:00")], "03-20 00:00", "04-01 09:00", id="reopened after the start date"
        ),
        pytest.param([FIRST_TIME, reopened("03-10 09:00")], "03-20 00:00", "03-02 09:00", id="reopened before it"),
        pytest.param(
            [FIRST_TIME, reopened("04-01 09:00", by=OURS)], "03-20 00:00", "03-02 09:00", id="reopened by ourselves"
        ),
        pytest.param(
            [FIRST_TIME, labelled("04-01 09:00", "incident", id="l2")],
            None,
            "03-02 09:00",
            id="another label beside it",
        ),
        pytest.param(
            [labelled("03-09 09:00"), reopened("03-10 09:00")],
            "03-05 00:00",
            "03-09 09:00",
            id="reopened, and labelled after the start date already",
        ),
    ],
)
def test_a_failure_is_taken_up_for_what_brought_it_back(
    changes: Sequence[Change], start_at: str | None, began_at: str
) -> None:
    """What was said while an earlier labelling stood was said about something else."""
    case = a_case(a_failure(changes=tuple(changes)), is_known=False)
    standing = standing_of(case, LABELS, at(start_at) if start_at else None)
    assert (standing.began_at, standing.generation) == (at(began_at), 1)
    assert standing.labelled == changes[0], "after which its keys are called"


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(a_case(a_failure(changes=TWICE, comments=(STATUS,))), id="by our comment"),
        pytest.param(
            a_case(a_failure(changes=TWICE), wrote={(FIRST, a_failure().ref): at("04-01 09:01")}), id="by the ledger"
        ),
    ],
)
def test_it_stays_so_once_we_wrote_there(case: Case) -> None:
    assert standing_of(case, LABELS).began_at == at("04-01 09:00")


@pytest.mark.parametrize("start_at", [None, "03-20 00:00"])
def test_a_label_put_back_while_the_case_runs_begins_nothing(start_at: str | None) -> None:
    """The clocks of a case that we know go on, whatever its policy says of a start by now."""
    case = a_case(a_failure(changes=TWICE, comments=(replace(STATUS, at=at("03-02 09:01")),)))
    assert standing_of(case, LABELS, at(start_at) if start_at else None).began_at == at("03-02 09:00")
