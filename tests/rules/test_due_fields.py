"""The tracker's own due date: what a `/due` said stands in it, and of two people's words the later counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from rules.decide import decide
from rules.effects import SetDue
from rules.facts import Case, Change, ChangeKind
from rules.situation import Situation
from tests.rules.cases import (
    ANN,
    OURS,
    PACK,
    a_case,
    a_failure,
    a_post_mortem,
    an_action,
    at,
    change,
    closed,
    says,
    taken_off,
)

NOW = at("03-10 12:00")
APRIL, MAY, JUNE = (dt.date(2026, month, 8) for month in (4, 5, 6))


def moved(id: str, when: str, old: dt.date | None, new: dt.date | None, *, by: Any = ANN) -> Change:  # noqa: A002
    return change(id, when, ChangeKind.DUE, by=by, old=str(old or ""), new=str(new or ""))


def on_action(due_on: dt.date | None = APRIL, *, has_field: bool = True, **fields: Any) -> Case:
    return a_case(a_failure("sev3"), None, an_action(due_on=due_on, has_due_field=has_field, **fields))


def wanted(case: Case) -> list[dt.date | None]:
    return [effect.due_on for effect in decide(PACK, case, NOW).effects if isinstance(effect, SetDue)]


def due(case: Case) -> dt.date | None:
    found = Situation(PACK, case, NOW).due(case.actions[0].ticket)
    return found.day if found else None


DUE_IN_MAY = says("c1", "03-04 09:00", f"/due {MAY}")


@pytest.mark.parametrize(
    ("case", "day", "field"),
    [
        pytest.param(on_action(), APRIL, [], id="nobody said anything"),
        pytest.param(on_action(comments=(DUE_IN_MAY,)), MAY, [MAY], id="a command"),
        pytest.param(on_action(comments=(DUE_IN_MAY,), has_field=False), MAY, [], id="a tracker without the field"),
        pytest.param(
            on_action(MAY, comments=(DUE_IN_MAY,), changes=(moved("d1", "03-04 09:01", APRIL, MAY, by=OURS),)),
            MAY,
            [MAY],
            id="written already",
        ),
        pytest.param(
            on_action(JUNE, comments=(DUE_IN_MAY,), changes=(moved("d1", "03-05 09:00", APRIL, JUNE),)),
            JUNE,
            [],
            id="moved by hand after the command",
        ),
        pytest.param(
            on_action(JUNE, comments=(DUE_IN_MAY,), changes=(moved("d1", "03-03 09:00", APRIL, JUNE),)),
            MAY,
            [MAY],
            id="moved by hand before the command",
        ),
        pytest.param(
            on_action(
                JUNE,
                comments=(DUE_IN_MAY,),
                changes=(
                    moved("d1", "03-04 09:01", APRIL, MAY, by=OURS),
                    moved("d2", "03-05 09:00", MAY, JUNE),
                ),
            ),
            JUNE,
            [],
            id="moved by hand after we wrote it",
        ),
        pytest.param(
            on_action(
                MAY,
                comments=(DUE_IN_MAY,),
                changes=(
                    moved("d1", "03-04 09:01", APRIL, JUNE),
                    moved("d2", "03-04 09:01", JUNE, MAY, by=OURS),
                ),
            ),
            JUNE,
            [JUNE],
            id="moved by hand while we were writing",
        ),
        pytest.param(
            on_action(None, comments=(DUE_IN_MAY,), changes=(moved("d1", "03-05 09:00", MAY, None),)),
            None,
            [],
            id="cleared by hand after the command",
        ),
        pytest.param(
            on_action(
                JUNE,
                comments=(DUE_IN_MAY, says("c2", "03-06 09:00", f"/due {APRIL}")),
                changes=(moved("d1", "03-05 09:00", MAY, JUNE),),
            ),
            APRIL,
            [APRIL],
            id="a command after it was moved by hand",
        ),
        pytest.param(
            on_action(MAY, changes=(moved("d1", "03-04 09:01", APRIL, MAY, by=OURS),)),
            APRIL,
            [APRIL],
            id="the command was deleted",
        ),
        pytest.param(
            on_action(
                MAY,
                changes=(
                    moved("d1", "03-03 09:00", APRIL, None),
                    moved("d2", "03-04 09:01", None, MAY, by=OURS),
                ),
            ),
            None,
            [None],
            id="the command was deleted, and the field was empty before",
        ),
        pytest.param(on_action(comments=(DUE_IN_MAY,), **closed("03-09 09:00")), MAY, [], id="a closed action"),
    ],
)
def test_of_two_words_the_later_counts_and_the_field_shows_it(
    case: Case, day: dt.date | None, field: list[dt.date | None]
) -> None:
    assert due(case) == day
    assert wanted(case) == field


def test_a_post_mortem_has_its_due_date_too() -> None:
    mortem = a_post_mortem(comments=(DUE_IN_MAY,), has_due_field=True)
    assert wanted(a_case(a_failure("sev2"), mortem)) == [MAY]


def test_a_paused_case_writes_no_date() -> None:
    action = an_action(comments=(DUE_IN_MAY,), has_due_field=True)
    assert wanted(a_case(taken_off("sev3"), None, action)) == []


def test_our_own_writing_is_no_progress_and_no_anchor() -> None:
    """P5: the ladder counts from the command, whether the field shows it by now or not."""
    ladder = next(rule.ladder for rule in PACK.rules if rule.id == "stalled-action")
    assert ladder
    anchors = set()
    for ours in ((), (moved("d1", "03-04 09:01", APRIL, MAY, by=OURS),)):
        case = on_action(MAY if ours else APRIL, comments=(DUE_IN_MAY,), changes=ours)
        timeline = Situation(PACK, case, NOW).timeline(ladder, case.actions[0].ticket)
        assert timeline
        assert timeline.progress is None
        anchors.add(timeline.base.id)
    assert anchors == {f"due:c1.0:{MAY}"}


@pytest.mark.parametrize(
    ("rights", "field"), [(None, []), (False, [APRIL])], ids=["not known", "taken away by somebody"]
)
def test_a_date_is_taken_back_only_where_it_is_known_that_its_command_does_not_count(
    rights: bool | None, field: list[dt.date]
) -> None:
    """A tracker that does not let us ask for rights for an hour changes nobody's date."""
    case = on_action(MAY, comments=(DUE_IN_MAY,), changes=(moved("d1", "03-04 09:01", APRIL, MAY, by=OURS),))
    given = {ref: tuple(replace(one, rights=rights) for one in there) for ref, there in case.commands.items()}
    assert wanted(replace(case, commands=given)) == field
