"""Overrides at work: which one holds for a failure, and that what it leaves alone keeps its keys."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from rules.decide import decide
from rules.effects import AnyEffect
from rules.overrides import applying_to
from rules.policy import People, Policy, Team
from rules.refs import Place
from tests.rules.cases import ANN, PEOPLE, a_case, a_failure, a_post_mortem, an_action, at, we_say
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


def test_no_wake_up_comes_late_under_an_override(policy: Policy) -> None:
    """P6: the clock that is told is that of the rules which hold."""
    case = a_case(a_failure("sev3", "security", comments=(we_say("w1", "03-02 09:00", "status"),)))
    now = at("03-02 09:00")
    decision = decide(policy, case, now)
    assert decision.wake_at == at("03-02 13:00")
    before = decide(policy, case, at("03-02 12:59"))
    assert keys(before.effects) == keys(decision.effects)
    assert keys(decide(policy, case, at("03-02 13:00")).effects) != keys(decision.effects)
