"""Edits that come to be known late: what was said without knowing of them is not said again."""

from __future__ import annotations

import pytest

from rules.decide import decide
from rules.effects import Say
from rules.facts import Change, ChangeKind, Comment
from rules.keys import event_key
from tests.rules.cases import FIRST, PACK, ROBOT, a_case, a_failure, an_action, at, change, says, we_say

ACTION = an_action()
SUBJECT = f"action:{ACTION.item_id}"
#: The first of April is the action's day; its ladder counts from the evening.
DUE = "due:opened:2026-04-01"
REMINDER, OWNER, LEAD, MANAGER = ("-2 business days#0", "0 business days#0", "3 business days#0", "7 business days#0")
EDIT = change("e1", "03-31 10:00", ChangeKind.DESCRIBED)


def said(when: str, stage: str, anchor: str = DUE) -> Comment:
    """A comment that the ladder made."""
    key = event_key(FIRST, SUBJECT, "stalled-action", stage, anchor)
    return we_say(f"{stage}@{when}", when, key=key)


def wanted(now: str, *comments: Comment, changes: tuple[Change, ...] = (EDIT,)) -> list[tuple[str, str]]:
    """What the ladder says now: the rung's stage and its anchor."""
    action = an_action(comments=tuple(sorted(comments, key=lambda one: one.at)), changes=changes)
    decision = decide(PACK, a_case(a_failure(), None, action), at(now))
    keys = {effect.key for effect in decision.effects if isinstance(effect, Say)}
    (reason,) = [one for one in decision.reasons if one.rule == "stalled-action"]
    asked = event_key(FIRST, SUBJECT, "stalled-action", reason.stage, reason.anchor)
    return [(reason.stage, reason.anchor)] if asked in keys else [("", reason.anchor)]


def test_the_stages_have_the_names_that_are_used_here() -> None:
    """Otherwise nothing below could fail."""
    assert wanted("04-02 09:00", changes=()) == [(OWNER, DUE)]
    assert wanted("04-07 09:00", changes=()) == [(LEAD, DUE)]


def test_an_edit_is_progress_and_the_ladder_counts_from_it() -> None:
    assert wanted("04-02 09:00") == [("", "progress:e1")]
    assert wanted("04-06 09:00") == [(OWNER, "progress:e1")]


@pytest.mark.parametrize(
    ("now", "comments", "changes", "stage"),
    [
        pytest.param("04-03 09:00", (said("04-02 09:00", OWNER),), (EDIT,), OWNER, id="the owner was asked"),
        pytest.param(
            "04-08 09:00", (said("04-02 09:00", OWNER), said("04-07 09:00", LEAD)), (EDIT,), LEAD,
            id="so was the lead",
        ),
        pytest.param(
            "04-03 09:00", (said("04-02 09:00", OWNER),),
            (change("e0", "03-30 10:00", ChangeKind.DESCRIBED), EDIT), OWNER,
            id="two edits",
        ),
        pytest.param(
            "05-25 09:00", (said("04-27 09:00", "7 business days#1"), said("05-11 09:00", "7 business days#2")),
            (change("e1", "05-08 12:00", ChangeKind.DESCRIBED),), "7 business days#3",
            id="a rung that was repeated",
        ),
    ],
)  # fmt: skip
def test_an_edit_of_which_nothing_was_known_when_we_spoke_sets_no_anchor(
    now: str, comments: tuple[Comment, ...], changes: tuple[Change, ...], stage: str
) -> None:
    """P5: an installation that comes to see edits goes on where its ladders stand."""
    assert wanted(now, *comments, changes=changes) == [(stage, DUE)]


@pytest.mark.parametrize(
    ("comments", "changes", "anchor"),
    [
        pytest.param((said("04-06 09:00", OWNER, "progress:e1"),), (EDIT,), "progress:e1", id="said for the edit"),
        pytest.param((said("03-30 17:00", REMINDER),), (EDIT,), "progress:e1", id="said before it"),
        pytest.param((said("03-31 10:05", REMINDER),), (EDIT,), "progress:e1", id="both at once"),
        pytest.param((we_say("s", "04-02 09:00", "status"),), (EDIT,), "progress:e1", id="a text that asks nothing"),
        pytest.param(
            (said("04-02 09:00", OWNER),), (EDIT, change("e2", "04-03 10:00", ChangeKind.DESCRIBED)),
            "progress:e2", id="another edit since",
        ),
        pytest.param(
            (said("04-02 09:00", OWNER),), (change("m", "03-31 10:00", ChangeKind.STATUS),),
            "progress:m", id="progress of another kind",
        ),
        pytest.param(
            (said("04-02 09:00", OWNER),), (change("e1", "03-31 10:00", ChangeKind.DESCRIBED, by=ROBOT),),
            DUE, id="an edit by a bot",
        ),
        pytest.param(
            (said("03-16 09:00", REMINDER),), (change("e1", "03-11 10:00", ChangeKind.DESCRIBED),),
            DUE, id="an edit so early that the day comes later",
        ),
    ],
)  # fmt: skip
def test_an_edit_that_was_known_counts(comments: tuple[Comment, ...], changes: tuple[Change, ...], anchor: str) -> None:
    assert wanted("04-08 12:00", *comments, changes=changes)[0][1] == anchor


def test_an_edit_that_no_word_was_said_after_counts_though_it_is_old() -> None:
    """A person who ticked an item before the day is not asked on the day, whenever we come to know."""
    assert wanted("04-02 12:00", said("03-30 09:00", REMINDER)) == [("", "progress:e1")]


def test_an_answer_that_counted_without_the_edit_goes_on_counting() -> None:
    """The answer came after the edit, to a question from before it; what was said since was said for the answer."""
    comments = (
        said("03-30 09:00", REMINDER),
        says("a1", "04-01 12:00", "Next week."),
        said("04-07 09:00", OWNER, "answer:a1"),
    )
    assert wanted("04-08 09:00", *comments)[0][1] == "answer:a1"
