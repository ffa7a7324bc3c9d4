"""A failure that comes back: what was promised before and ended honestly is no broken promise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.decide import decide
from rules.effects import OpenTicket
from rules.facts import ActionTicket, Case, Closing, Comment, Earlier
from tests.rules.cases import LEA, PACK, a_case, a_failure, an_action, at, closed, labelled, says

NOW = at("05-04 10:00")
OPEN = an_action(4, "itemb", title="Rehearse the rollback")
DECLINED = (says("c1", "03-05 09:00", "/decline too dear"), says("c2", "03-05 10:00", "/approve", by=LEA))


def came_back(*actions: ActionTicket) -> Case:
    """Let go on 20 April with these actions, and labelled again in May."""
    failure = a_failure("sev2", changes=(labelled("03-02 09:00"), labelled("05-04 09:00", id="l2")))
    case = a_case(failure, None, *actions, closings=(Closing(1, at("04-20 12:00")),))
    return replace(case, actions=(), earlier=(Earlier(1, at("04-20 12:00"), None, actions),))


def told(case: Case) -> str:
    (opening,) = [one for one in decide(PACK, case, NOW).effects if isinstance(one, OpenTicket)]
    return next(line for line in opening.body.splitlines() if line.startswith("- The first time"))


@pytest.mark.parametrize(
    ("comments", "how"),
    [
        pytest.param(DECLINED, "declined", id="declined and approved"),
        pytest.param((says("c1", "03-05 09:00", "/same-as OPS-12"),), "merged", id="merged"),
    ],
)
def test_an_action_that_a_command_ended_is_not_told_as_open(comments: tuple[Comment, ...], how: str) -> None:
    ended = an_action(comments=comments)
    assert told(came_back(ended, OPEN)) == (
        "- The first time, let go on 2026-04-20: still open is "
        "[acme/shop#4](https://github.example/acme/shop/issues/4) (Rehearse the rollback, Ann)"
        f"; besides, 1 {how}."
    )
    assert told(came_back(ended)) == f"- The first time, let go on 2026-04-20: nothing is open any more (1 {how})."


@pytest.mark.parametrize(
    "comments",
    [
        pytest.param(DECLINED[:1], id="declined and never approved"),
        pytest.param((says("c1", "02-05 09:00", "/same-as OPS-12"),), id="a command from before the failure"),
    ],
)
def test_what_no_command_ended_is_open_still(comments: tuple[Comment, ...]) -> None:
    assert "still open is [acme/shop#3]" in told(came_back(an_action(comments=comments)))


def test_all_that_was_done_is_told_so() -> None:
    line = told(came_back(an_action(**closed("03-20 09:00"))))
    assert line.endswith("everything that was promised was done.")
