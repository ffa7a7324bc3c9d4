"""Conditions in CEL: what they accept, what they refuse, and that an error is never a yes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from rules.conditions import VERDICTS_MAX, ConditionCompiler, ConditionError
from rules.durations import parse_duration
from rules.joint_conditions import JointConditions, joined
from rules.variables import Variables
from rules.vocabulary import FACTS, fact_types

COMPILER = ConditionCompiler(
    {"failure.severity": "int", "failure.is_open": "bool", "failure.labels": "list of string", "failure.name": "string"}
)
SEEN: dict[str, Any] = {
    "failure.severity": 2,
    "failure.is_open": True,
    "failure.labels": ["failure", "team-pay"],
    "failure.name": "checkout",
}
JUDGED = [
    ("failure.is_open", True),
    ("!failure.is_open", False),
    ("failure.severity <= 2 && failure.is_open", True),
    ("failure.severity == 1 || failure.severity == 3", False),
    ("'team-pay' in failure.labels", True),
    ("failure.labels.exists(label, label.startsWith('team-'))", True),
    ("failure.name.contains('out')", True),
    ("size(failure.labels) > 2", False),
    ("true", True),
    ("['shop', 'team-pay'].exists(word, word in failure.labels)", True),
    ("failure.labels.all(label, label.endsWith('y'))", False),
    ("failure.name in ['checkout', 'search']", True),
    ("failure.name.matches('^CHECK')", False),
    ("failure.name.matches('(?i)^CHECK')", True),
]


@pytest.mark.parametrize(("text", "is_met"), JUDGED, ids=[text for text, _ in JUDGED])
def test_a_condition_is_met_or_not(text: str, *, is_met: bool) -> None:
    assert COMPILER.compile(text).judge(SEEN).is_met is is_met


@pytest.mark.parametrize(
    "text", ["failure.is_open", "failure . is_open", "failure\n.is_open", "failure //x\n .is_open"]
)
def test_a_verdict_is_of_the_facts_that_are_asked_about_however_they_are_spelled(text: str) -> None:
    """Verdicts are kept, and none may be given for other facts than those it was made of."""
    condition = COMPILER.compile(text)
    verdicts = [condition.judge(SEEN | {"failure.is_open": is_open}) for is_open in (True, False, True)]
    assert [verdict.is_met for verdict in verdicts] == [True, False, True]
    assert all(("failure.is_open", verdict.is_met) in verdict.seen for verdict in verdicts)


VARIABLES = Variables(
    {
        "grave": 2,
        "strict": True,
        "team": "team-pay",
        "teams": ("team-pay", "team-shop"),
        "patience": parse_duration("1 w"),
    }
)


@pytest.mark.parametrize(
    ("text", "is_met", "seen"),
    [
        ("failure.severity <= vars.grave", True, [("failure.severity", 2), ("vars.grave", 2)]),
        ("vars.strict && failure.is_open", True, [("failure.is_open", True), ("vars.strict", True)]),
        ("failure.labels.exists(one, one in vars.teams)", True, None),
        ("vars.team in failure.labels", True, None),
        ("failure.name == vars.team", False, None),
    ],
)
def test_a_variable_stands_for_its_value_and_is_shown(
    text: str, *, is_met: bool, seen: list[tuple[str, object]] | None
) -> None:
    compiler = ConditionCompiler(
        {
            "failure.severity": "int",
            "failure.is_open": "bool",
            "failure.labels": "list of string",
            "failure.name": "string",
        },
        VARIABLES,
    )
    condition = compiler.compile(text)
    for _ in range(2):  # the second time from what is kept
        verdict = condition.judge(SEEN)
        assert verdict.is_met is is_met
        assert seen is None or list(verdict.seen) == seen


def test_the_same_words_over_another_value_are_another_condition() -> None:
    compilers = [ConditionCompiler({"failure.severity": "int"}, Variables({"grave": grave})) for grave in (1, 2)]
    one, other = (compiler.compile("failure.severity <= vars.grave") for compiler in compilers)
    assert one != other
    assert [condition.judge({"failure.severity": 2}).is_met for condition in (one, other)] == [False, True]


@pytest.mark.parametrize("text", ["vars.patience > 1", "vars.unknown", "vars.grave"])
def test_a_variable_that_a_condition_cannot_ask_about_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        ConditionCompiler({"failure.severity": "int"}, VARIABLES).compile(text)


def test_joint_conditions_ask_all_and_show_everything() -> None:
    group = replace(COMPILER.compile("failure.is_open || failure.severity == 1"), group="while it hurts")
    both = joined((group, COMPILER.compile("failure.severity <= 2")))
    assert isinstance(both, JointConditions)
    assert both.text == "(failure.is_open || failure.severity == 1) && failure.severity <= 2"
    assert both.facts == ("failure.is_open", "failure.severity")
    assert both.judge(SEEN).is_met
    verdict = both.judge(SEEN | {"failure.severity": 3})
    assert not verdict.is_met
    assert verdict.seen == (("failure.is_open", True), ("failure.severity", 3))
    assert joined((group,)) is group
    assert joined(()) is None


def test_a_condition_tells_lists_apart() -> None:
    condition = COMPILER.compile("failure.is_open && 'sev1' in failure.labels")
    labels: list[list[str]] = [["sev1"], ["sev2"], [], ["sev1", "sev2"]]
    assert [condition.judge(SEEN | {"failure.labels": one}).is_met for one in labels] == [True, False, False, True]


def test_more_facts_than_are_kept_are_judged_all_the_same() -> None:
    condition = COMPILER.compile("failure.severity % 2 == 0")
    numbers = [*range(VERDICTS_MAX + 10), 3, 4]
    assert [condition.judge({"failure.severity": n}).is_met for n in numbers] == [n % 2 == 0 for n in numbers]


REFUSED = [
    ("failure.sevrity <= 2", "undeclared reference"),
    ("action.is_open", "undeclared reference"),
    ("failure.severity <= 'a'", "no matching overload"),
    ("failure.severity", "gives INT, where a condition gives true or false"),
    ("failure.name", "gives STRING"),
    ("failure.is_open &&", "Syntax error"),
    ("", "Syntax error"),
    ("failure.is_open " + "|| failure.is_open " * 60, "longer than 1000 characters"),
    ("__import__('os').system('x')", "undeclared reference"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED, ids=[text[:30] for text, _ in REFUSED])
def test_what_is_no_condition_is_refused_at_once(text: str, why: str) -> None:
    with pytest.raises(ConditionError, match=why):
        COMPILER.compile(text)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("failure.is_open", {}),
        ("1 / (failure.severity - 2) > 0", SEEN),
        ("failure.is_open", {"failure.is_open": "yes"}),
    ],
    ids=["a fact is missing", "a division by nothing", "a fact of the wrong kind"],
)
def test_an_error_is_not_met_and_says_so(text: str, facts: dict[str, Any]) -> None:
    verdict = COMPILER.compile(text).judge(facts)
    assert verdict.is_met is False
    assert verdict.seen[-1][0] == "error"


def test_a_pattern_cannot_run_away() -> None:
    """Titles are what anybody wrote: one that is made to be slow is matched as fast as any (RE2)."""
    condition = COMPILER.compile("failure.name.matches('^(a+)+$')")
    began = time.process_time()
    assert condition.judge(SEEN | {"failure.name": "a" * 50_000 + "b"}).is_met is False
    assert time.process_time() - began < 1


def test_a_condition_that_goes_through_lists_in_lists_is_cut_short_and_says_so() -> None:
    """CEL takes so many steps and no more: that is no exception at two in the morning."""
    loops = "".join(f"failure.labels.all({name}, " for name in "abcd")
    condition = COMPILER.compile(f"{loops}a == b || c != d || true))))")
    verdict = condition.judge(SEEN | {"failure.labels": [str(number) for number in range(60)]})
    assert verdict.is_met is False
    assert verdict.seen[-1][0] == "error"


def test_a_verdict_says_what_was_asked_and_what_was_seen() -> None:
    verdict = COMPILER.compile("failure.severity <= 2 && failure.is_open").judge(SEEN)
    assert verdict.asked == "failure.severity <= 2 && failure.is_open"
    assert verdict.seen == (("failure.is_open", True), ("failure.severity", 2))


def test_a_fact_whose_name_begins_another_is_not_taken_for_it() -> None:
    compiler = ConditionCompiler({"case.actions": "int", "case.actions_open": "int"})
    assert compiler.compile("case.actions_open > 0").facts == ("case.actions_open",)


def test_conditions_of_the_same_text_are_equal() -> None:
    """So that a policy loaded again is the same policy."""
    assert COMPILER.compile("failure.is_open") == COMPILER.compile("failure.is_open")


@pytest.mark.parametrize("subject", sorted(FACTS))
def test_every_fact_that_is_documented_can_be_asked_about(subject: str) -> None:
    compiler = ConditionCompiler(fact_types(subject))
    tests = {"bool": "{}", "int": "{} > 0", "string": "{} == ''", "list of string": "'x' in {}"}
    for fact in FACTS[subject]:
        assert compiler.compile(tests[fact.type].format(fact.name)).facts == (fact.name,)
