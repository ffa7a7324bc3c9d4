"""A plan that was approved stays approved when it grows; it says what came later, and its approver is told once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from rules.decide import decide
from rules.effects import Keep, Say
from rules.facts import ActionTicket, Audience, Case, Comment
from rules.policy import Policy
from rules.replies import REPLIED_WITHIN
from rules.templates import Templates
from tests.rules.cases import (
    ANN,
    ANSWERED,
    LEA,
    MO,
    PACK,
    a_case,
    a_failure,
    a_post_mortem,
    an_action,
    at,
    closed,
    says,
)

APPROVED = says("a1", "03-04 09:00", "/approve", by=LEA)
NOW = at("03-06 12:00")
MARK = "open (added after the approval)"


def opened(when: str, number: int = 3, item: str = "itema", **fields: Any) -> ActionTicket:
    return an_action(number, item, created_at=at(when), **fields)


EARLY, LATE = opened("03-03 09:00"), opened("03-06 09:00", 4, "itemb")


def planned(*actions: ActionTicket, comments: tuple[Comment, ...] = (APPROVED,), body: str = ANSWERED) -> Case:
    return a_case(a_failure("sev2"), a_post_mortem(body=body, comments=comments), *actions)


def plan(case: Case) -> list[str]:
    """Its heading, and of each action's row the state."""
    (text,) = (one.body for one in decide(PACK, case, NOW).effects if isinstance(one, Keep) and one.slot == "plan")
    heading, *rows = [line for line in text.splitlines() if line.startswith(("**", "| ["))]
    return [heading.rpartition("·")[2].strip(), *(row.split("|")[-2].strip() for row in rows)]


def told(case: Case, now: dt.datetime = NOW, policy: Policy = PACK) -> list[Say]:
    return [one for one in decide(policy, case, now).effects if isinstance(one, Say) and "has grown" in one.body]


@pytest.mark.parametrize(
    ("case", "shown"),
    [
        pytest.param(planned(EARLY), ["approved by Lea", "open"], id="all was there"),
        pytest.param(planned(EARLY, LATE), ["approved by Lea", "open", MARK], id="one came later"),
        pytest.param(planned(opened("03-04 09:59")), ["approved by Lea", "open"], id="its ticket came within the hour"),
        pytest.param(planned(opened("03-04 10:01")), ["approved by Lea", MARK], id="after the hour"),
        pytest.param(
            planned(EARLY, LATE, comments=(APPROVED, says("a2", "03-06 10:00", "/approve", by=LEA))),
            ["approved by Lea", "open", "open"],
            id="approved once more",
        ),
        pytest.param(
            planned(EARLY, LATE, comments=(APPROVED, says("a2", "03-06 10:00", "/approve", by=MO))),
            ["approved by Mo", "open", "open"],
            id="approved by somebody else then",
        ),
        pytest.param(
            planned(EARLY, comments=(APPROVED, says("a2", "03-06 10:00", "/approve", by=MO))),
            ["approved by Lea", "open"],
            id="the first approval of the whole is told",
        ),
        pytest.param(planned(EARLY, LATE, comments=()), ["0 of 2 done", "open", "open"], id="not approved"),
        pytest.param(planned(EARLY, LATE, body=""), ["0 of 2 done", "open", "open"], id="its approval waits"),
    ],
)
def test_the_plan_stays_approved_and_marks_what_came_later(case: Case, shown: list[str]) -> None:
    assert [one.removeprefix("**The plan** ") for one in plan(case)] == shown


def test_what_may_not_be_known_of_the_approval_is_not_told_by_a_mark() -> None:
    """P14: readers of the failure may not know that there is a post-mortem's approval."""
    case = planned(EARLY, LATE)
    public = replace(case.failure, audience=Audience.PUBLIC)
    actions = tuple(replace(one, ticket=replace(one.ticket, audience=Audience.PUBLIC)) for one in case.actions)
    assert plan(replace(case, failure=public, actions=actions))[1:] == ["open", "open"]


def test_whoever_approved_is_told_once_that_the_plan_has_grown() -> None:
    """One comment however much is added, and as often as it is looked at: the key is the approval's."""
    (first,) = told(planned(EARLY, LATE))
    (second,) = told(planned(EARLY, LATE, opened("03-06 11:00", 5, "itemc")))
    assert first.body.startswith("[Lea](mention:lea), since your `/approve` the plan has grown.")
    assert first.mentions == ("lea",)
    assert first.ticket.key == "acme/shop#2"
    assert first.key == second.key


@pytest.mark.parametrize(
    ("case", "now"),
    [
        pytest.param(planned(EARLY), NOW, id="nothing was added"),
        pytest.param(planned(EARLY, LATE, comments=()), NOW, id="nobody approved"),
        pytest.param(
            planned(EARLY, opened("03-06 09:00", 4, "itemb", **closed("03-06 10:00"))), NOW, id="it is done already"
        ),
        pytest.param(planned(EARLY, LATE), at("03-06 09:00") + REPLIED_WITHIN, id="a week ago"),
    ],
)
def test_nobody_is_told_where_it_helps_nobody(case: Case, now: dt.datetime) -> None:
    assert told(case, now) == []


@pytest.mark.parametrize(("by", "letters"), [pytest.param(LEA, 0, id="the approver"), pytest.param(ANN, 1, id="other")])
def test_who_added_an_action_is_not_told_of_it(by: object, letters: int) -> None:
    given = says("g1", "03-06 08:00", "/action Rotate the keys", by=by)  # type: ignore[arg-type]
    case = planned(EARLY, comments=(APPROVED, given))
    (opening,) = (one for one in decide(PACK, case, NOW).effects if one.kind == "open")
    action = opened("03-06 09:00", 4, opening.item)  # type: ignore[union-attr]
    assert len(told(planned(EARLY, action, comments=(APPROVED, given)))) == letters


def test_a_template_of_one_s_own_without_words_for_it_says_nothing() -> None:
    """Copies of an earlier pack would post an empty comment."""
    sources = {name: PACK.templates.source(name) for name in PACK.templates.names()}
    policy = replace(PACK, templates=Templates(sources | {"reply.md": "{% if reply %}{{ reply.writer }}{% endif %}"}))
    replies = [one for one in decide(policy, planned(EARLY, LATE), NOW).effects if isinstance(one, Say)]
    assert [one for one in replies if one.text == "reply"] == []
