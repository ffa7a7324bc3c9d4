"""Ages in conditions: what they say, and when a case is looked at because one of them turns (P6)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rules.action_facts import action_facts
from rules.calendar import Calendar
from rules.decide import decide
from rules.facts import Case, Change, ChangeKind, Closing
from rules.language.policy_file import load_policy
from rules.lazy_facts import LazyFacts, with_others
from rules.policy import Policy
from rules.situation import Situation
from rules.turning import STEPS_MAX
from rules.vocabulary import NO_DUE_DAYS, fact_types
from tests.rules.cases import (
    ANN,
    PACK,
    PEOPLE,
    ROBOT,
    a_case,
    a_failure,
    a_post_mortem,
    an_action,
    at,
    change,
    closed,
    labelled,
    taken_off,
    we_say,
)


def policy(*rules: tuple[str, str], phase: str = "active", tmp: Any) -> Policy:
    """A policy of rules, each (what it is for, when), that put a label on."""
    listed = "".join(
        f"  - {{id: r{number}, name: a label is put on when it is so, step: own, for: {subject}, while: {phase},\n"
        f"     when: '{when}', do: [label: l{number}]}}\n"
        for number, (subject, when) in enumerate(rules)
    )
    path = tmp / "policy.yaml"
    path.write_text(f"policy: 1\nname: ages\nrules:\n{listed}", encoding="utf-8")
    return load_policy(path, people=PEOPLE)


MOVED = change("s1", "03-10 12:00", ChangeKind.STATUS, new="In Progress")
CASE = a_case(
    a_failure(changes=(labelled("03-04 09:00"),)),
    a_post_mortem(created_at=at("03-05 15:00")),
    an_action(created_at=at("03-06 10:00"), changes=(MOVED,)),
)
SAID = [
    ("failure.age_days", "03-04 09:00", 0),
    ("failure.age_days", "03-05 08:59", 0),
    ("failure.age_days", "03-05 09:00", 1),
    ("failure.age_days", "03-14 09:00", 10),
    ("failure.idle_days", "03-04 09:00", 2),
    ("post_mortem.age_days", "03-06 15:00", 1),
    ("post_mortem.idle_days", "03-06 14:59", 0),
    ("post_mortem.days_until_due", "03-06 23:59", 3),
    ("post_mortem.days_until_due", "03-07 00:00", 2),
    ("post_mortem.days_until_due", "03-09 12:00", 0),
    ("post_mortem.days_until_due", "03-11 12:00", -2),
    ("action.age_days", "03-07 10:00", 1),
    ("action.idle_days", "03-13 11:59", 2),
    ("action.idle_days", "03-13 12:00", 3),
    ("action.idle_business_days", "03-13 12:00", 3),
    ("action.idle_business_days", "03-15 12:00", 3),
    ("action.idle_business_days", "03-16 12:00", 4),
    ("action.days_until_due", "03-30 12:00", 2),
    ("failure.days_until_due", "03-30 12:00", NO_DUE_DAYS),
]


@pytest.mark.parametrize(("fact", "now", "value"), SAID, ids=[f"{fact} on {now}" for fact, now, _ in SAID])
def test_an_age_is_a_whole_number_of_days(fact: str, now: str, value: int) -> None:
    facts = action_facts(Situation(PACK, CASE, at(now)), CASE.actions[0])
    assert facts[fact] == value


def test_ages_of_a_post_mortem_that_is_not_there_are_nothing() -> None:
    facts = Situation(PACK, a_case(a_failure()), at("04-01 09:00")).common_facts
    names = ("age_days", "idle_days", "idle_business_days", "days_until_due")
    assert [facts[f"post_mortem.{name}"] for name in names] == [0, 0, 0, NO_DUE_DAYS]


def test_what_bots_do_keeps_nothing_from_being_idle() -> None:
    """Only what a person did moves a ticket (P5)."""
    ticket = an_action(created_at=at("03-06 10:00"), changes=(replace(MOVED, actor=ROBOT),))
    case = a_case(a_failure(), None, ticket)
    assert action_facts(Situation(PACK, case, at("03-16 10:00")), case.actions[0])["action.idle_days"] == 10


def test_a_failure_that_came_back_is_as_old_as_its_return() -> None:
    """Also once it was let go: it is not as old as its ticket then."""
    failure = a_failure(
        changes=(labelled("03-02 09:00"), labelled("03-12 09:00", id="l2")), created_at=at("01-05 09:00")
    )
    again = a_case(failure, closings=(Closing(1, at("03-10 09:00")),))
    over = replace(again, closings=(Closing(1, at("03-10 09:00")), Closing(2, at("03-16 09:00"))))
    assert Situation(PACK, again, at("03-15 09:00")).common_facts["failure.age_days"] == 3
    assert Situation(PACK, over, at("03-22 09:00")).common_facts["failure.age_days"] == 10


LET_GO = a_case(
    a_failure(changes=(labelled("03-04 09:00"),), **closed("03-05 09:00")), closings=(Closing(1, at("03-06 09:00")),)
)
PAUSED = a_case(taken_off())
TURNS = [
    ("failure", "failure.age_days > 5", CASE, "03-10 09:00"),
    ("failure", "failure.age_days >= 5", CASE, "03-09 09:00"),
    ("failure", "failure.age_days == 2", CASE, "never"),
    ("failure", "failure.age_days == 4", CASE, "03-09 09:00"),
    ("failure", "failure.age_days % 7 == 0", CASE, "03-11 09:00"),
    ("failure", "failure.age_days > 5 && failure.is_open", CASE, "03-10 09:00"),
    ("failure", "failure.age_days > 5 && !failure.is_open", CASE, "never"),
    ("failure", "failure.age_days > 5 || failure.is_open", CASE, "never"),
    ("failure", 'failure.age_days > 5 && "failure" in failure.labels', CASE, "03-10 09:00"),
    ("failure", "failure.age_days > 5 && failure.idle_days < 12", CASE, "03-10 09:00"),
    ("failure", "failure.age_days + post_mortem.age_days >= 8", CASE, "03-09 09:00"),
    ("post-mortem", "post_mortem.days_until_due < 0", CASE, "03-10 00:00"),
    ("post-mortem", "post_mortem.days_until_due in [0, 1]", CASE, "03-10 00:00"),
    ("action", "action.idle_business_days >= 3", CASE, "03-13 12:00"),
    ("action", "action.days_until_due < 10 && action.idle_days > 20", CASE, "03-31 12:00"),
]


NOW = at("03-08 11:00")


@pytest.mark.parametrize(
    ("subject", "when", "case", "turns"), TURNS, ids=[f"{subject}: {when}" for subject, when, _, _ in TURNS]
)
def test_a_case_sleeps_until_its_condition_turns(
    subject: str, when: str, case: Case, turns: str, tmp_path: Any
) -> None:
    """One wake-up, and not one for each day; what stays as it is for ever is looked at again after many days."""
    decision = decide(policy((subject, when), tmp=tmp_path), case, NOW)
    far = at("03-04 09:00") + dt.timedelta(days=4 + STEPS_MAX)
    assert decision.wake_at == (far if turns == "never" else at(turns))
    assert decision.reasons[0].next_at == (None if turns == "never" else at(turns))


@pytest.mark.parametrize(("phase", "case"), [("closed", LET_GO), ("paused", PAUSED)], ids=["let go", "paused"])
def test_a_case_that_does_not_run_is_woken_too(phase: str, case: Case, tmp_path: Any) -> None:
    """A rule may be for whatever phase."""
    aged = policy(("failure", "failure.age_days >= 30"), phase=phase, tmp=tmp_path)
    early = decide(aged, case, at("03-10 09:00"))
    assert (early.effects, early.wake_at) == ((), case.failure.changes[0].at + dt.timedelta(days=30))
    late = decide(aged, case, early.wake_at or NOW)
    assert [effect.rule for effect in late.effects] == ["r0"]


def test_a_condition_with_variables_and_that_of_its_group_turn_together(tmp_path: Any) -> None:
    """A list among the variables, too: what is remembered is looked up by what it was made of."""
    path = tmp_path / "policy.yaml"
    path.write_text(
        "policy: 1\nname: ages\nvariables: {patience: 6, grave: [security, privacy]}\nrules:\n"
        "  - group: while it is young\n"
        "    when: failure.age_days < 9\n"
        "    rules:\n"
        "      - {id: a, name: a label is put on when old, step: own, for: failure,\n"
        "         when: 'failure.age_days >= vars.patience && !vars.grave.exists(one, one in failure.labels)',\n"
        "         do: [label: old]}\n",
        encoding="utf-8",
    )
    aged = load_policy(path, people=PEOPLE)
    early, met = decide(aged, CASE, NOW), decide(aged, CASE, at("03-10 09:00"))
    assert (early.effects, early.wake_at) == ((), at("03-10 09:00"))
    assert ([effect.rule for effect in met.effects], met.wake_at) == (["a"], at("03-13 09:00"))


def test_a_reason_says_when_its_condition_turns(tmp_path: Any) -> None:
    """`explain` can tell it (P8)."""
    (reason,) = decide(policy(("failure", "failure.age_days > 5"), tmp=tmp_path), CASE, NOW).reasons
    assert (reason.is_met, reason.next_at, reason.seen) == (False, at("03-10 09:00"), (("failure.age_days", 4),))


def test_a_day_s_end_is_that_of_the_policy_s_zone(tmp_path: Any) -> None:
    """Through a change of the clocks too: Berlin's go forward on the 29th of March."""
    aged = policy(("action", "action.days_until_due < 2"), tmp=tmp_path)
    here = replace(aged, calendar=Calendar(ZoneInfo("Europe/Berlin")))
    assert decide(here, CASE, NOW).wake_at == at("03-30 22:00")


def test_a_finished_case_is_woken_when_it_comes_to_wait_for_its_post_mortem(tmp_path: Any) -> None:
    """The same condition is asked as if nothing were finished: it may turn there and nowhere else."""
    path = tmp_path / "policy.yaml"
    path.write_text(
        "policy: 1\nname: ages\ncalendar: {zone: UTC}\nrules:\n"
        "  - {id: o, name: it is opened when old, step: analyse, for: failure,\n"
        "     when: '!case.is_finished && failure.age_days >= 20',\n"
        "     do: [open: {what: post-mortem, template: post-mortem.md, due: 5 business days}]}\n"
        "  - {id: l, name: a label is put on when finished, step: own, for: failure, when: case.is_finished,\n"
        "     do: [label: done]}\n",
        encoding="utf-8",
    )
    waits = load_policy(path, people=PEOPLE)
    case = a_case(a_failure(changes=(labelled("03-02 09:00"),), **closed("03-03 09:00")))
    before, after = (decide(waits, case, at(moment)) for moment in ("03-10 09:00", "03-22 09:00"))
    assert [effect.rule for effect in before.effects] == ["l"]
    assert before.wake_at == at("03-22 09:00")
    assert [effect.rule for effect in after.effects] == ["o"]


def test_an_age_that_another_severity_would_have_met_wakes_the_case(tmp_path: Any) -> None:
    """A ladder counts since the failure was made graver only where it was not asked before: age may change that."""
    path = tmp_path / "policy.yaml"
    path.write_text(
        "policy: 1\nname: ages\nseverities: {labels: {sev1: 1, sev3: 3}}\nrules:\n"
        "  - {id: a, name: it is asked when grave or old, step: own, for: failure,\n"
        "     when: failure.severity == 1 || failure.age_days > 10,\n"
        "     ladder: {anchor: labelled, rungs: [{at: 20 days, do: [comment: ask.md]}]}}\n",
        encoding="utf-8",
    )
    grave = (labelled("03-02 09:00"), labelled("03-05 09:00", "sev1", id="l2"))
    case = a_case(a_failure("sev1", changes=grave))
    decision = decide(load_policy(path, people=PEOPLE), case, at("03-07 09:00"))
    assert decision.wake_at == at("03-13 09:00")


def test_a_fact_that_no_rule_asks_for_is_not_worked_out() -> None:
    facts = Situation(PACK, CASE, NOW).common_facts
    assert isinstance(facts, LazyFacts)
    assert facts.asked == ()
    assert facts["failure.idle_days"] == 6
    assert facts.asked == ("failure.idle_days",)


def test_lazy_facts_are_the_same_however_they_are_asked_for() -> None:
    """By name, with another value instead, or all at once: nothing is missing because nobody asked for it before."""
    facts = Situation(PACK, CASE, NOW).common_facts
    whole, known = dict(facts), fact_types("failure")
    assert whole.keys() == known.keys()
    assert (facts.get("failure.title"), facts.get("nobody.knows"), "case.actions" in facts) == (
        whole["failure.title"],
        None,
        True,
    )
    graver = with_others(facts, {"failure.severity": 1})
    assert ({**graver}, graver["failure.severity"]) == ({**whole, "failure.severity": 1}, 1)


def test_the_pack_asks_for_no_age_and_sleeps_as_before() -> None:
    moved = Change("s9", at("03-07 09:00"), ANN, ChangeKind.STATUS)
    case = a_case(
        a_failure("sev3", changes=(labelled("03-04 09:00"), moved), comments=(we_say("o1", "03-04 09:01", "status"),))
    )
    assert not [one for rule in PACK.rules if rule.when for one in rule.when.facts if one.endswith("_days")]
    assert decide(PACK, case, NOW).wake_at == at("03-09 09:00")
