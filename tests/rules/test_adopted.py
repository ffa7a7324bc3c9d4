"""When a ticket that people made is due, and what is not written on one that another case tends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from rules.adopted import is_shared
from rules.decide import decide
from rules.effects import Amend, Keep, LinkTickets, Say
from rules.facts import LET_GO, Adoption, Case, Comment, LetGo
from rules.keys import state_key
from rules.policy import Policy, Subject
from rules.situation import Situation
from tests.rules.cases import (
    FIRST,
    MO,
    PACK,
    a_case,
    a_failure,
    a_post_mortem,
    a_ticket,
    an_action,
    at,
    closed,
    ref,
    says,
    we_say,
)

NOW = at("03-10 12:00")
TOLD = we_say("77", "03-06 10:00", "status", key=state_key(FIRST, "action:itema", "status"), extra="digest")


def adopted(*comments: Comment, adoption: Adoption | None = None, labels: Sequence[str] = ("sev2",), **of: Any) -> Case:
    """A case of a week ago with Mo's ticket 3, which the post-mortem names since a while."""
    action = an_action(marker=None, reporter=MO, assignees=(MO,), labels=(), comments=comments, **of)
    failure = a_failure(*labels, comments=(we_say("1", "03-02 09:05", "status"),))
    return a_case(failure, a_post_mortem(), action, adopted={ref(3): adoption or Adoption()})


def due_of(case: Case, policy: Policy = PACK) -> str:
    due = Situation(policy, case, NOW).due(case.actions[0].ticket)
    return str(due.day) if due else ""


def without_status(policy: Policy) -> Policy:
    """As somebody may have changed the pack: nothing is kept on actions."""
    return replace(policy, rules=tuple(one for one in policy.rules if one.id != "action-status"))


@pytest.mark.parametrize(
    ("case", "policy", "day"),
    [
        pytest.param(adopted(TOLD), PACK, "2026-04-05", id="from-our-first-comment"),
        pytest.param(adopted(TOLD, labels=("sev1",)), PACK, "2026-03-21", id="by-severity"),
        pytest.param(adopted(), PACK, "2026-04-09", id="from-now-before-we-wrote-there"),
        pytest.param(adopted(), without_status(PACK), "2026-04-01", id="from-the-text-where-we-never-write"),
        pytest.param(adopted(**closed("03-05 10:00")), PACK, "", id="none-where-it-was-done-before"),
        pytest.param(adopted(TOLD, **closed("03-09 10:00")), PACK, "2026-04-05", id="kept-when-it-is-done"),
        pytest.param(adopted(TOLD, adoption=Adoption(at("03-20 00:00").date())), PACK, "2026-03-20", id="its-line"),
        pytest.param(
            adopted(TOLD, adoption=Adoption(due_words="by Friday")), PACK, "2026-03-06", id="its-line-in-words"
        ),
        pytest.param(
            adopted(TOLD, adoption=Adoption(due_words="soon")), PACK, "2026-04-05", id="words-that-are-no-day"
        ),
        pytest.param(adopted(TOLD, due_on=at("03-25 00:00").date()), PACK, "2026-03-25", id="the-trackers-field"),
        pytest.param(adopted(TOLD, says("78", "03-07 10:00", "/due 2026-05-04")), PACK, "2026-05-04", id="a-command"),
        pytest.param(adopted(adoption=Adoption(is_elsewhere=True)), PACK, "", id="none-where-another-case-tends-it"),
    ],
)
def test_an_adopted_ticket_is_due_by_what_people_said_else_by_the_policy(case: Case, policy: Policy, day: str) -> None:
    assert due_of(case, policy) == day


def test_what_we_opened_is_due_as_its_marker_says() -> None:
    case = a_case(a_failure(), a_post_mortem(), an_action())
    assert due_of(case) == "2026-04-01"


def test_nothing_but_a_link_is_wanted_on_a_ticket_that_another_case_tends() -> None:
    """Its owner hears the other case's reminders, and no second ones (P9)."""
    case = adopted(adoption=Adoption(at("03-03 00:00").date(), is_elsewhere=True))
    wanted = decide(PACK, case, NOW)
    on_it = [effect for effect in wanted.effects if getattr(effect, "ticket", None) == ref(3)]
    assert on_it == []
    assert [one.target for one in wanted.effects if isinstance(one, LinkTickets) and one.target == ref(3)] == [
        ref(3)
    ] * 2
    assert [one.slot for one in wanted.effects if isinstance(one, Keep) and one.ticket == ref(1)] == ["status", "plan"]
    assert wanted.wake_at
    assert (wanted.wake_at - NOW).days <= 1
    assert is_shared(case)


def test_an_adopted_ticket_has_a_status_comment_and_its_reminders() -> None:
    case = adopted(TOLD, adoption=Adoption(at("03-09 00:00").date()))
    wanted = [effect for effect in decide(PACK, case, NOW).effects if getattr(effect, "ticket", None) == ref(3)]
    assert {type(effect) for effect in wanted} == {Keep, Say}


@pytest.mark.parametrize(("role", "words"), [("action", "names this ticket"), ("post-mortem", "linked to the failure")])
def test_a_ticket_that_was_let_go_is_told_so_in_our_comment_once(role: str, words: str) -> None:
    ticket = a_ticket(3, comments=(TOLD,))
    case = a_case(a_failure(), None, let_go=(LetGo(role, "itema", ticket),))
    (farewell,) = [one for one in decide(PACK, case, NOW).effects if isinstance(one, Amend)]
    assert (farewell.ticket, farewell.comment_id, farewell.extra) == (ref(3), "77", LET_GO)
    assert words in farewell.body
    assert farewell.body.endswith("nobody is reminded of it any more.")
    told = replace(ticket, comments=(we_say("77", "03-06 10:00", "status", extra=LET_GO),))
    after = replace(case, let_go=(LetGo(role, "itema", told),))
    assert not any(isinstance(one, Amend) for one in decide(PACK, after, NOW).effects)


def test_the_pack_keeps_a_status_on_what_people_made() -> None:
    """Else nobody there would know why they are reminded, nor since when it is counted."""
    assert any(rule.id == "action-status" and rule.subject is Subject.ACTION for rule in PACK.rules)
