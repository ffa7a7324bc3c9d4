"""Quiet looks back: what they see is what was so at their moment, and stays so whatever happens afterwards."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from rules.decide import decide
from rules.effects import Keep
from rules.facts import Case, Change, ChangeKind, Closing, Status
from rules.looking_back import is_open_at, looks_of, next_look_at
from rules.situation import Situation
from tests.rules.cases import PACK, a_case, a_failure, a_ticket, an_action, at, change, closed, labelled, unlabelled

LET_GO = at("03-05 11:00")
FIRST, SECOND = at("04-04 11:00"), at("06-03 11:00")
DONE = closed("03-05 09:00")


def ends(*moments: str) -> tuple[Change, ...]:
    """Closed, reopened, closed, … at these moments."""
    kinds = (ChangeKind.CLOSED, ChangeKind.REOPENED) * len(moments)
    return tuple(change(f"e{n}", when, kinds[n]) for n, when in enumerate(moments))


def let_go(*action_ends: str, failure_ends: tuple[str, ...] = ("03-05 09:00",)) -> Case:
    """A case let go on the fifth of March, with one action."""
    is_open = len(action_ends) % 2 == 0
    action = an_action(changes=ends(*action_ends), **({} if is_open else DONE))
    failure = a_failure(changes=(labelled("03-02 09:00"), *ends(*failure_ends)), **DONE)
    if len(failure_ends) % 2 == 0:
        born, shut, *later = failure.changes
        changes = (born, shut, unlabelled("03-06 09:00"), *later)
        failure = replace(failure, status=Status.NEW, closed_at=None, labels=(), changes=changes)
    return a_case(failure, None, action, closings=(Closing(1, LET_GO),))


def seen(case: Case, now: dt.datetime) -> list[tuple[str, bool, int]]:
    looks = looks_of(Situation(PACK, case, now))
    return [(str(look.after), look.is_failure_open, len(look.reopened)) for look in looks]


def status(case: Case, now: dt.datetime) -> str:
    return next(e.body for e in decide(PACK, case, now).effects if isinstance(e, Keep) and e.slot == "status")


HOLDS = let_go("03-04 09:00")
REOPENED_LATER = let_go("03-04 09:00", "04-20 09:00")


@pytest.mark.parametrize(
    ("case", "now", "wanted"),
    [
        pytest.param(HOLDS, FIRST - dt.timedelta(seconds=1), [], id="not-yet"),
        pytest.param(HOLDS, FIRST, [("30 days", False, 0)], id="it-holds"),
        pytest.param(HOLDS, SECOND, [("30 days", False, 0), ("90 days", False, 0)], id="and-still-holds"),
        pytest.param(
            let_go("03-04 09:00", "04-01 09:00"), FIRST, [("30 days", False, 1)], id="an-action-is-open-again"
        ),
        pytest.param(
            REOPENED_LATER, SECOND, [("30 days", False, 0), ("90 days", False, 1)], id="each-of-its-own-moment"
        ),
        pytest.param(
            let_go("03-04 09:00", failure_ends=("03-05 09:00", "03-20 09:00")),
            FIRST,
            [("30 days", True, 0)],
            id="the-failure-was-opened-without-its-label",
        ),
    ],
)
def test_a_look_sees_what_was_so_at_its_moment(
    case: Case, now: dt.datetime, wanted: list[tuple[str, bool, int]]
) -> None:
    assert seen(case, now) == wanted


def test_what_happens_after_a_look_changes_no_word_of_it() -> None:
    before, after = status(HOLDS, at("04-19 09:00")), status(REOPENED_LATER, at("04-21 09:00"))
    told = "Looked back on 2026-04-04, after 30 days: it has not come back, and what was changed holds."
    assert told in before
    assert told in after


def test_between_looks_nothing_is_written() -> None:
    """P6: what is desired at two moments between looks is the same to the letter."""
    days = [at("04-05 09:00"), at("05-01 09:00"), SECOND - dt.timedelta(seconds=1)]
    assert len({status(HOLDS, day) for day in days}) == 1


def test_a_look_asks_nobody_for_anything() -> None:
    """P9: even where an action is open again, nothing is said but in the status comment and the plan."""
    decision = decide(PACK, let_go("03-04 09:00", "04-01 09:00"), FIRST)
    assert [effect.rule for effect in decision.effects if isinstance(effect, Keep)] == ["status", "plan"]
    assert all(isinstance(effect, Keep) for effect in decision.effects)
    assert "(mention:" not in status(let_go("03-04 09:00", "04-01 09:00"), FIRST)


def test_a_look_tells_why_and_when_the_next_one_is() -> None:
    """P8."""
    reason = next(one for one in decide(PACK, HOLDS, FIRST).reasons if one.rule == "look-back")
    assert reason.is_met
    assert reason.next_at == SECOND


def test_a_failure_that_came_back_is_not_looked_back_at() -> None:
    """Its next generation says that it has happened before."""
    back = a_case(
        a_failure(changes=(labelled("03-02 09:00"), labelled("03-20 09:00", id="l2"))),
        closings=(Closing(1, LET_GO),),
    )
    situation = Situation(PACK, back, SECOND)
    assert looks_of(situation) == ()
    assert next_look_at(situation) is None
    assert situation.standing.generation == 2


@pytest.mark.parametrize(
    ("fields", "moment", "is_open"),
    [
        pytest.param({}, "03-10 09:00", True, id="never-closed"),
        pytest.param(closed("03-05 09:00"), "03-04 09:00", True, id="closed-later-without-history"),
        pytest.param(closed("03-05 09:00"), "03-06 09:00", False, id="closed-without-history"),
        pytest.param({"changes": ends("03-03 09:00", "03-05 09:00")}, "03-04 09:00", False, id="closed-then"),
        pytest.param({"changes": ends("03-03 09:00", "03-05 09:00")}, "03-05 09:00", True, id="reopened-just-then"),
        pytest.param({"changes": ends("03-03 09:00")}, "03-02 09:00", True, id="before-it-was-closed"),
    ],
)
def test_whether_a_ticket_was_open_is_read_from_its_history(
    fields: dict[str, object], moment: str, is_open: bool
) -> None:
    assert is_open_at(a_ticket(5, **fields), at(moment)) is is_open
