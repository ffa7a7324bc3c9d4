"""Overrides at work: which one holds for a failure, and that what it leaves alone keeps its keys."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from rules.decide import decide
from rules.effects import AnyEffect, Notify, Say
from rules.facts import Audience, Comment, Marker
from rules.overrides import applying_to
from rules.policy import People, Policy, Team
from rules.refs import Place
from rules.situation import Situation
from tests.rules.cases import ANN, FIRST, PEOPLE, a_case, a_failure, a_post_mortem, an_action, at, we_say
from tests.rules.language.composing import composed

TEAMS = People(
    PEOPLE.people,
    PEOPLE.default_lead,
    teams={
        "payments": Team("payments", members=("ann",), labels=("pay",)),
        "shop": Team("shop", places=(Place("github", "acme/other"),)),
    },
)
TEXT = """name: shop
include: [accountability]
overrides:
  - name: security moves fast
    labels: [Security, breach]
    variables: {first_word: 4 business hours}
    rules:
      - {id: review, off: true}
  - name: payments at night
    labels: [night]
    teams: [payments]
    rules: [{id: thanks, off: true}]
  - name: payments
    teams: [payments]
    rules: [{id: thanks, off: true}]
"""


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return composed(tmp_path_factory.mktemp("shop"), {"policy.yaml": TEXT}, TEAMS)


@pytest.mark.parametrize(
    ("labels", "owners", "held"),
    [
        pytest.param((), (), "", id="none fits"),
        pytest.param(("security",), (), "security moves fast", id="by a label, whatever its capitals"),
        pytest.param(("SECURITY", "pay"), (ANN,), "security moves fast", id="of several the first"),
        pytest.param(("breach",), (), "security moves fast", id="by any of its labels"),
        pytest.param(("pay",), (), "payments", id="by the team of a label"),
        pytest.param((), (ANN,), "payments", id="by the owner's team"),
        pytest.param(("night",), (), "", id="of label and team both are asked"),
        pytest.param(("night", "pay"), (), "payments at night", id="and both are there"),
    ],
)
def test_the_first_override_that_fits_a_failure_holds(
    labels: tuple[str, ...], owners: tuple[object, ...], held: str, policy: Policy
) -> None:
    case = a_case(a_failure(*labels, assignees=owners))
    assert applying_to(policy, case.failure).override == held
    assert decide(policy, case, at("03-02 10:00")).override == held


def test_a_policy_under_an_override_stays_it_and_is_made_once(policy: Policy) -> None:
    failure = a_failure("security")
    under = applying_to(policy, failure)
    assert applying_to(under, failure) is under
    assert applying_to(policy, failure) is under


def test_people_of_today_are_those_of_the_override_too(policy: Policy) -> None:
    """The worker puts people, limits and the salt in after the files were read."""
    failure = a_failure("security")
    applying_to(policy, failure)
    later = replace(policy, people=People(), salt="of today")
    assert (applying_to(later, failure).people, applying_to(later, failure).salt) == (People(), "of today")


def keys(effects: tuple[AnyEffect, ...]) -> dict[str, str]:
    return {effect.key: effect.rule for effect in effects}


@pytest.mark.parametrize("now", [at("03-02 10:00"), at("03-12 10:00"), at("04-20 10:00")], ids=str)
def test_what_an_override_leaves_alone_keeps_its_keys(now: dt.datetime, policy: Policy) -> None:
    case = a_case(a_failure("sev2"), a_post_mortem(), an_action())
    under = a_case(a_failure("sev2", "security"), a_post_mortem(), an_action())
    plain, fast = keys(decide(policy, case, now).effects), keys(decide(policy, under, now).effects)
    changed = {"review", "ask-ack"}
    assert {key: rule for key, rule in plain.items() if rule not in changed} == {
        key: rule for key, rule in fast.items() if rule not in changed
    }
    assert plain


def test_a_variable_of_an_override_changes_times_and_texts(policy: Policy) -> None:
    case = a_case(a_failure("sev3", "security"))
    decision = decide(policy, case, at("03-02 09:00"))
    (asked,) = (effect.body for effect in decision.effects if effect.rule == "ask-ack" and hasattr(effect, "body"))
    assert "Please reply here within 4 working hours" in asked
    (reason,) = (reason for reason in decision.reasons if reason.rule == "ask-ack")
    assert reason.next_at == at("03-02 13:00")
    assert "review" not in {reason.rule for reason in decision.reasons}


HURRIED = """name: shop
include: [accountability]
variables: {patience: 3 business days, lead: 20 business days}
rules:
  - id: stalled-action
    ladder:
      anchor: due
      rungs:
        - {at: vars.patience, do: [comment: overdue.md, mention: [owner]]}
        - {at: vars.lead, do: [comment: overdue.md, mention: [owner, lead]]}
overrides:
  - name: security moves fast
    labels: [security]
    variables: {patience: 1 business day, lead: 15 business days}
"""


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return composed(tmp_path_factory.mktemp("hurried"), {"policy.yaml": HURRIED}, PEOPLE)


def asking(policy: Policy, now: str, *labels: str, told: tuple[Comment, ...] = ()) -> Say:
    """What is asked about an action that was due on the first of April."""
    case = a_case(a_failure(*labels), None, an_action(due="2026-04-01", comments=told))
    (said,) = (
        one for one in decide(policy, case, at(now)).effects if isinstance(one, Say) and one.rule == "stalled-action"
    )
    return said


def as_said(said: Say, when: str) -> Comment:
    return replace(we_say("w9", when), body=said.body, marker=Marker(FIRST, said.key, said.text, said.said))


@pytest.mark.parametrize("before", [(), ("security",)], ids=["put on", "taken off"])
def test_a_label_that_changes_which_override_holds_says_nothing_again(hurried: Policy, before: tuple[str, ...]) -> None:
    """What was asked after the other rung had fallen due was asked by it too."""
    after = ("security",) if not before else ()
    said = asking(hurried, "04-08 12:00", *before)
    told = as_said(said, "04-08 12:00")
    assert asking(hurried, "04-09 12:00", *after).key != said.key
    assert asking(hurried, "04-09 12:00", *after, told=(told,)).key == said.key


def test_a_rung_that_is_moved_to_an_earlier_time_says_nothing_again(hurried: Policy, tmp_path: Path) -> None:
    """P9: a policy that is changed does not say what was said."""
    told = as_said(asking(hurried, "04-08 12:00"), "04-08 12:00")
    earlier = composed(tmp_path, {"policy.yaml": HURRIED.replace("patience: 3 b", "patience: 2 b")}, PEOPLE)
    assert asking(earlier, "04-09 12:00").key != asking(hurried, "04-09 12:00").key
    assert asking(earlier, "04-09 12:00", told=(told,)).key == asking(hurried, "04-08 12:00").key


@pytest.mark.parametrize(
    ("lead", "is_silent"),
    [pytest.param("ann", True, id="who was asked already"), pytest.param("lea", False, id="somebody who was not")],
)
def test_a_rung_that_is_moved_and_asks_more_roles_asks_nobody_a_second_time(
    hurried: Policy, tmp_path: Path, lead: str, is_silent: bool
) -> None:
    """P9: in a small team the owner is the lead, too. Where somebody has not heard of it, they do."""
    people = replace(PEOPLE, people={**PEOPLE.people, "ann": replace(PEOPLE.people["ann"], lead=lead)})
    asked = asking(replace(hurried, people=people), "04-08 12:00")
    told = as_said(asked, "04-08 12:00")
    text = HURRIED.replace("patience: 3 b", "patience: 2 b").replace("[owner]", "[owner, lead]")
    wider = composed(tmp_path, {"policy.yaml": text}, people)
    assert asking(wider, "04-09 12:00").said != asked.said
    assert (asking(wider, "04-09 12:00", told=(told,)).said == asked.said) is is_silent


def test_a_ladder_whose_rungs_are_all_moved_to_later_times_goes_no_step_down(hurried: Policy, tmp_path: Path) -> None:
    """P9: whoever heard last that it has not moved for twenty days hears nothing of four days after it."""
    to_lead = asking(hurried, "04-30 12:00")
    told = as_said(to_lead, "04-30 12:00")
    text = HURRIED.replace("patience: 3 b", "patience: 4 b").replace("lead: 20 b", "lead: 30 b")
    later = composed(tmp_path, {"policy.yaml": text}, PEOPLE)
    assert asking(later, "05-04 12:00").said != to_lead.said
    assert asking(later, "05-04 12:00", told=(told,)).said == to_lead.said
    assert asking(later, "06-01 12:00", told=(told,)).said != to_lead.said  # the lead's own time has come by then


def test_a_label_that_hurries_asks_the_only_one_there_is_no_second_time(tmp_path: Path) -> None:
    """P9: in a team of one the next one up is the same person, who has heard a longer time named already."""
    text = HURRIED.replace("lead: 15", "lead: 2")
    alone = composed(tmp_path, {"policy.yaml": text}, People())
    asked = asking(alone, "04-08 12:00")
    told = as_said(asked, "04-08 12:00")
    assert asking(alone, "04-09 12:00", "security").said != asked.said
    assert asking(alone, "04-09 12:00", "security", told=(told,)).said == asked.said


def test_a_reminder_that_is_moved_to_an_earlier_time_says_nothing_again(tmp_path: Path) -> None:
    """P9: a day before the date, and then two."""
    remind = "      rungs:\n        - {at: -1 business day, do: [remind: owner]}\n"
    text = HURRIED.replace("      rungs:\n", remind)
    before = composed(tmp_path / "before", {"policy.yaml": text}, PEOPLE)
    after = composed(tmp_path / "after", {"policy.yaml": text.replace("-1 business day", "-2 business days")}, PEOPLE)
    reminder = asking(before, "04-01 10:00")
    assert asking(after, "04-01 12:00").said != reminder.said
    assert asking(after, "04-01 12:00", told=(as_said(reminder, "04-01 10:00"),)).said == reminder.said


def test_a_new_rung_that_asks_nobody_speaks_though_a_later_one_did(tmp_path: Path) -> None:
    """What it says was never heard: the old rung said something else."""
    before = HURRIED.replace("patience: 3 b", "patience: 5 b")
    note = "        - {at: 4 business days, do: [comment: noted.md]}\n        - {at: vars.lead"
    files = {"policy.yaml": HURRIED.replace("        - {at: vars.lead", note), "templates/noted.md": "It is noted."}
    said = asking(composed(tmp_path / "before", {"policy.yaml": before}, PEOPLE), "04-20 12:00")
    after = composed(tmp_path / "after", files, PEOPLE)
    noted = asking(after, "04-21 12:00")
    assert noted.text == "noted"
    assert asking(after, "04-21 12:00", told=(as_said(said, "04-20 12:00"),)).said == noted.said


def test_two_rungs_that_ask_the_same_people_speak_both(tmp_path: Path) -> None:
    """However late the first of them was said."""
    twice = HURRIED.replace("[owner, lead]", "[owner]").replace("lead: 20", "lead: 4")
    policy = composed(tmp_path, {"policy.yaml": twice}, PEOPLE)
    told = as_said(asking(policy, "04-07 12:00"), "04-08 12:00")
    assert asking(policy, "04-08 12:00", told=(told,)).key != asking(policy, "04-07 12:00").key


def test_whoever_was_told_privately_is_not_told_again_under_another_override(hurried: Policy) -> None:
    people = {**PEOPLE.people, "lea": replace(PEOPLE.people["lea"], notify=("https://hooks.example/lea",))}
    policy = replace(hurried, people=replace(PEOPLE, people=people), salt="salt")

    def letters(*labels: str, told: frozenset[str] = frozenset()) -> set[str]:
        case = a_case(a_failure(*labels), None, an_action(due="2026-03-02", audience=Audience.PUBLIC), told=told)
        effects = decide(policy, case, at("04-20 12:00")).effects
        return {one.key for one in effects if isinstance(one, Notify) and one.rule == "stalled-action"}

    said = letters()
    assert said
    assert letters("security").isdisjoint(said)
    assert letters("security", told=frozenset(said)) == said


def test_a_rung_that_falls_due_after_what_another_override_asked_speaks(hurried: Policy) -> None:
    said = asking(hurried, "04-03 12:00", "security")
    told = as_said(said, "04-03 12:00")
    assert asking(hurried, "04-07 12:00", told=(told,)).key != said.key


def test_no_wake_up_comes_late_under_an_override(policy: Policy) -> None:
    """P6: the clock that is told is that of the rules which hold."""
    case = a_case(a_failure("sev3", "security", comments=(we_say("w1", "03-02 09:00", "status"),)))
    now = at("03-02 09:00")
    decision = decide(policy, case, now)
    assert decision.wake_at == at("03-02 13:00")
    before = decide(policy, case, at("03-02 12:59"))
    assert keys(before.effects) == keys(decision.effects)
    assert keys(decide(policy, case, at("03-02 13:00")).effects) != keys(decision.effects)


ANALYSED = """name: shop
include: [accountability]
overrides:
  - name: security
    labels: [security]
    rules:
      - {id: open-post-mortem, do: [open: {what: post-mortem, template: secret.md, due: 5 business days}]}
  - name: gentle
    labels: [gentle]
    rules:
      - {id: open-post-mortem, do: [open: {what: post-mortem, template: kind.md, due: 5 business days}]}
"""
LEARNED = "## What we learned\n\nWrite down {}.\n\n## What made it possible\n\nNobody looked.\n"


@pytest.mark.parametrize("labels", [(), ("security",), ("gentle",)], ids=["none now", "the same", "another"])
def test_the_lines_of_every_override_s_template_are_ours(labels: tuple[str, ...], tmp_path: Path) -> None:
    """A label that comes or goes puts another override in force, and the post-mortem was opened long before."""
    policy = composed(
        tmp_path,
        {
            "policy.yaml": ANALYSED,
            "templates/secret.md": LEARNED.format("who could have known"),
            "templates/kind.md": LEARNED.format("what went well"),
        },
        PEOPLE,
    )
    for body in (LEARNED.format("who could have known"), LEARNED.format("what went well")):
        case = a_case(a_failure(*labels), a_post_mortem(body=body.replace("Nobody looked.", "We all slept.")))
        situation = Situation(applying_to(policy, case.failure), case, at("03-03 10:00"))
        assert situation.open_questions == ("What we learned",)
