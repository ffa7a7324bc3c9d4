"""An `/approve` is for the `/decline` that stood there when it was given, and whoever is to give one is asked.

A tracker says when a comment was edited, and not what it said before; our replies tell the rest.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from rules.decide import decide
from rules.effects import Amend, Say
from rules.facts import Case, ChangeKind, Comment
from rules.situation import Situation
from tests.rules.cases import ANN, LEA, OURS, PACK, a_case, a_failure, an_action, at, change, says, we_say

NOW = at("03-06 12:00")
SEEN = we_say("s", "03-02 09:00", "status")
WHY = "/decline it is switched off in May"


def edited(comment: Comment, when: str, body: str = "") -> Comment:
    return replace(comment, edited_at=at(when), body=body or comment.body)


def with_action(*comments: Comment, reopened: str = "") -> Case:
    changes = (change("r1", reopened, ChangeKind.REOPENED),) if reopened else ()
    return a_case(a_failure("sev3", comments=(SEEN,)), None, an_action(comments=comments, changes=changes))


def ended(case: Case) -> str:
    end = Situation(PACK, case, NOW).endings.of(case.actions[0])
    return end.how.value if end else "open"


def reply_then(*comments: Comment, when: str) -> Comment:
    """What we said at that moment to these comments."""
    (said,) = replies(with_action(*comments), at(when))
    marker = we_say("r", when, "reply", key=said.key, extra=_extra(said)).marker
    return Comment("r", at(when), OURS, said.body, marker=marker)


def _extra(said: Say) -> str:
    return f"{said.said}:{said.answers}" if said.answers else said.said


def replies(case: Case, now: dt.datetime = NOW) -> list[Say]:
    return [one for one in decide(PACK, case, now).effects if isinstance(one, Say) and one.text == "reply"]


DECLINE = says("d1", "03-03 09:00", WHY)
NOT_YET = says("d1", "03-03 09:00", "Is this needed?")
APPROVE = says("a1", "03-04 09:00", "/approve", by=LEA)
ASKED = reply_then(DECLINE, when="03-03 10:00")
REFUSED = reply_then(NOT_YET, APPROVE, when="03-04 10:00")


@pytest.mark.parametrize(
    ("case", "how"),
    [
        pytest.param(with_action(DECLINE, APPROVE), "declined", id="never edited"),
        pytest.param(with_action(edited(DECLINE, "03-03 12:00"), APPROVE), "declined", id="edited before"),
        pytest.param(with_action(edited(NOT_YET, "03-05 09:00", WHY), APPROVE), "open", id="became one afterwards"),
        pytest.param(
            with_action(edited(NOT_YET, "03-05 09:00", WHY), APPROVE, says("a2", "03-05 10:00", "/approve", by=LEA)),
            "declined",
            id="and was approved anew",
        ),
        pytest.param(
            with_action(edited(NOT_YET, "03-05 09:00", WHY), edited(APPROVE, "03-05 10:00")),
            "declined",
            id="and the approval was written anew in place",
        ),
        pytest.param(
            with_action(edited(DECLINE, "03-05 09:00", f"More tomorrow.\n\n{WHY}"), ASKED, APPROVE),
            "declined",
            id="edited around it, as our reply shows",
        ),
        pytest.param(
            with_action(edited(DECLINE, "03-05 09:00", "/decline we never wanted it"), ASKED, APPROVE),
            "open",
            id="another reason afterwards",
        ),
        pytest.param(
            with_action(edited(says("d1", "03-02 10:00", "Hm."), "03-05 09:00", WHY), APPROVE, reopened="03-04 12:00"),
            "open",
            id="became one after the ticket was opened again",
        ),
        pytest.param(
            with_action(edited(DECLINE, "03-05 09:00"), ASKED, APPROVE, reopened="03-04 12:00"),
            "open",
            id="edited after it was taken back",
        ),
    ],
)
def test_an_approval_is_for_what_stood_there_when_it_was_given(case: Case, how: str) -> None:
    assert ended(case) == how


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(with_action(edited(says("d1", "03-03 09:00", "/decline"), "03-05 09:00", WHY)), id="at once"),
        pytest.param(
            with_action(edited(says("d1", "03-03 09:00", "/decline"), "03-05 09:00", WHY), APPROVE), id="after approval"
        ),
        pytest.param(
            with_action(edited(says("d1", "03-02 10:00", "Hm."), "03-05 09:00", WHY), reopened="03-04 12:00"),
            id="after the ticket was opened again",
        ),
        pytest.param(
            with_action(edited(DECLINE, "03-05 09:00", "/decline we never wanted it"), ASKED, APPROVE),
            id="for another reason",
        ),
    ],
)
def test_the_approver_is_asked_about_a_decline_that_an_edit_made(case: Case) -> None:
    (asked,) = replies(case)
    assert "[Lea](mention:lea), Ann would like to decline this action" in asked.body


def test_for_another_reason_the_approver_is_asked_anew() -> None:
    (asked,) = replies(with_action(edited(DECLINE, "03-05 09:00", "/decline we never wanted it"), ASKED, APPROVE))
    assert ASKED.marker is not None
    assert asked.key != ASKED.marker.key


def test_the_approver_is_asked_though_the_comment_is_old_when_its_edit_is_new() -> None:
    """A comment written in March, refused, and mended in April: it is as new as its edit."""
    case = with_action(edited(says("d1", "03-03 09:00", "/decline"), "04-01 09:00", WHY))
    (asked,) = replies(case, at("04-01 10:00"))
    assert "mention:lea" in asked.body
    assert replies(case, at("04-08 09:00")) == []


def test_whose_approval_came_too_early_is_not_told_that_it_is_settled() -> None:
    """The reply that refused it stays as it is, and is not given a second time."""
    case = with_action(edited(NOT_YET, "03-05 09:00", WHY), APPROVE, REFUSED)
    assert not [one for one in decide(PACK, case, NOW).effects if isinstance(one, Amend)]
    again = [one for one in replies(case) if one.answers]
    assert [one.key for one in again] == [REFUSED.marker.key if REFUSED.marker else ""]


def test_nobody_is_corrected_for_an_approval_that_was_right_when_it_was_given() -> None:
    """The reason was changed since: who approved is asked anew, and not told that there was nothing to approve."""
    case = with_action(edited(DECLINE, "03-05 09:00", "/decline we never wanted it"), ASKED, APPROVE)
    assert [one.answers for one in replies(case)] == [""]


def test_a_decline_whose_mention_was_renamed_stays_approved() -> None:
    """Trackers write a mention with the name that its bearer has now."""
    named = "/decline [Bob](mention:bob) does it"
    asked = reply_then(says("d1", "03-03 09:00", named), when="03-03 10:00")
    renamed = edited(says("d1", "03-03 09:00", named.replace("[Bob]", "[Robert]"), by=ANN), "03-05 09:00")
    assert ended(with_action(renamed, asked, APPROVE)) == "declined"
