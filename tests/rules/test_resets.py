"""What moves a ladder, and when it has said all: ends of repetition and `resets` in whole decisions (P5, P6)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from rules.decide import decide
from rules.decision import Reason
from rules.facts import Case, ChangeKind
from rules.policy import Policy
from tests.rules.cases import a_case, a_failure, an_action, at, change, says, we_say
from tests.rules.language.composing import composed

#: Due on Monday the ninth: counted from Tuesday at nine.
DUE = "2026-03-09"


def with_ladder(tmp_path: Path, more: str) -> Policy:
    rule = (
        "rules:\n  - {id: say, name: it is said when it is late, step: plan, for: action, ladder: {anchor: due, "
        f"rungs: [{{at: 1 business day, do: [comment: overdue.md, mention: [owner]]}}], {more}}}}}\n"
    )
    return composed(tmp_path, {"policy.yaml": f"name: shop\n{rule}"})


def reason(policy: Policy, case: Case, now: dt.datetime) -> Reason:
    return decide(policy, case, now).reasons[0]


def late(**fields: object) -> Case:
    return a_case(a_failure(), None, an_action(due=DUE, **fields))


MOVED = (change("c1", "03-12 10:00", ChangeKind.STATUS, old="new", new="doing"),)
ANSWERED = (we_say("w1", "03-11 09:00"), says("a1", "03-12 10:00", "We wait for the vendor."))
SNOOZED = (says("s1", "03-12 10:00", "/snooze 5 days because the vendor is closed"),)


@pytest.mark.parametrize(
    ("resets", "moved_by"),
    [
        pytest.param("", {"progress", "answer", "snooze"}, id="all of them if nothing is said"),
        pytest.param("resets: [progress, answer, snooze]", {"progress", "answer", "snooze"}, id="all by name"),
        pytest.param("resets: [progress]", {"progress"}, id="progress"),
        pytest.param("resets: answer", {"answer"}, id="an answer"),
        pytest.param("resets: [snooze]", {"snooze"}, id="a snooze"),
        pytest.param("resets: []", set(), id="nothing"),
        pytest.param("once: true", set(), id="nothing, in short"),
    ],
)
def test_a_ladder_is_moved_by_what_its_resets_name(resets: str, moved_by: set[str], tmp_path: Path) -> None:
    policy = with_ladder(tmp_path, resets)
    cases = {"progress": late(changes=MOVED), "answer": late(comments=ANSWERED), "snooze": late(comments=SNOOZED)}
    anchors = {what: reason(policy, case, at("03-13 10:00")).anchor.partition(":")[0] for what, case in cases.items()}
    assert anchors == {what: what if what in moved_by else "due" for what in cases}


@pytest.mark.parametrize(
    ("end", "stages"),
    [
        pytest.param("repeat_last: {every: 1 w, times: 2}", 3, id="so many times"),
        pytest.param("repeat_last: {every: 1 w, for: 15 days}", 3, id="for so long"),
        pytest.param("repeat_last: {every: 1 w, for: 90 days, times: 1}", 2, id="whichever comes first"),
    ],
)
def test_a_ladder_that_ended_wakes_nobody_and_keeps_its_last_word(end: str, stages: int, tmp_path: Path) -> None:
    """P6: every stage is announced by the wake-up before it, and the last by none after it."""
    policy, case = with_ladder(tmp_path, end), late()
    now, said = at("03-10 09:00"), list[str]()
    while (told := reason(policy, case, now)).next_at:
        assert reason(policy, case, told.next_at - dt.timedelta(seconds=1)).stage == told.stage
        now = told.next_at
        said.append(reason(policy, case, now).stage)
    assert said == [f"1 business day#{number}" for number in range(stages)]
    last = decide(policy, case, now + dt.timedelta(days=300))
    assert (last.reasons[0].stage, last.wake_at) == (said[-1], None)


def test_progress_begins_a_ladder_anew_that_had_ended(tmp_path: Path) -> None:
    policy = with_ladder(tmp_path, "repeat_last: {every: 1 w, times: 1}")
    moved = (change("c1", "06-01 10:00", ChangeKind.STATUS, old="new", new="doing"),)
    told = reason(policy, late(changes=moved), at("06-10 10:00"))
    assert (told.anchor, told.stage) == ("progress:c1", "1 business day#0")
    assert told.next_at is not None
