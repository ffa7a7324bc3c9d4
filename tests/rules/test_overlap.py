"""Whether conditions can hold of one thing at once: shown by an example that a case could have."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import Condition, ConditionCompiler
from rules.fact_laws import are_possible
from rules.overlap import in_words, search
from rules.slots import slots_of
from rules.variables import Variables
from rules.vocabulary import fact_types
from tests.rules.cases import PACK

TYPES = fact_types("action")
COMPILER = ConditionCompiler(TYPES)


def conditions(*texts: str) -> list[Condition]:
    return [COMPILER.compile(text) for text in texts]


@pytest.mark.parametrize(
    ("texts", "example"),
    [
        pytest.param(
            ["failure.severity <= 2", "failure.severity >= 2"],
            "failure.severity is 2",
            id="numbers-that-meet",
        ),
        pytest.param(
            ["failure.is_open", "action.is_open"], "action.is_open is true and failure.is_open is true", id="two-facts"
        ),
        pytest.param(
            ['"security" in failure.labels', '"gdpr" in failure.labels'],
            "failure.labels is security, gdpr",
            id="labels-that-go-together",
        ),
        pytest.param(['failure.closed_as == "duplicate"'], "failure.closed_as is duplicate", id="a-word"),
        pytest.param(
            ["case.actions > case.open_actions"], "case.actions is 1 and case.open_actions is 0", id="two-counts"
        ),
    ],
)
def test_conditions_that_can_hold_together_are_shown_by_an_example(texts: list[str], example: str) -> None:
    found = search(conditions(*texts), TYPES).example
    assert found is not None
    assert in_words(found) == example


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(["failure.severity <= 2", "failure.severity > 2"], id="numbers-apart"),
        pytest.param(["failure.is_open && !failure.is_open"], id="yes-and-no"),
        pytest.param(["failure.severity > 5"], id="no-such-severity"),
        pytest.param(["post_mortem.is_open", "!post_mortem.exists"], id="what-is-open-exists"),
        pytest.param(["failure.is_open", 'failure.closed_as == "done"'], id="what-is-open-is-not-closed"),
        pytest.param(["case.open_actions > 3", "case.actions < 2"], id="more-open-than-there-are"),
        pytest.param(['failure.closed_as == "fixed"'], id="no-such-word"),
    ],
)
def test_conditions_that_exclude_each_other_have_no_example(texts: list[str]) -> None:
    assert search(conditions(*texts), TYPES).example is None
    assert search(conditions(*texts), TYPES).is_whole


def test_where_a_condition_computes_nothing_found_is_no_proof() -> None:
    """`* 7` may hold of a number that nobody tried."""
    found = search(conditions("case.actions * 7 == 91"), TYPES)
    assert found.example is None
    assert not found.is_whole


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('action.owner != failure.owner && action.owner != "" && failure.owner != ""', id="two-owners"),
        pytest.param("case.actions > case.open_actions && case.open_actions > case.done_actions", id="three-counts"),
        pytest.param(
            '(failure.status == "to do" || failure.status == "in progress") && failure.priority == "High"'
            ' && failure.tracker == "jira" && "security" in failure.labels',
            id="more-words-than-are-tried-in-lists",
        ),
        pytest.param(
            " && ".join(f'failure.title != "{word}"' for word in "abcdefgh")
            + ' && failure.place == "github:acme/shop"',
            id="more-words-than-are-tried",
        ),
        pytest.param('failure.title == "it\\"s"', id="an-escaped-letter"),
        pytest.param('failure.title > "a" && failure.title < "m"', id="words-in-order"),
        pytest.param("failure.idle_days >= 0x10 && failure.idle_days < 0x20", id="numbers-written-otherwise"),
        pytest.param("failure.idle_days >= 1000000000", id="a-number-too-long-to-be-read"),
        pytest.param("case.earlier > 30 && case.generation < 40", id="two-ways-to-say-how-often"),
        pytest.param("(failure.idle_days) == 7 && failure.idle_days > 6", id="in-brackets-of-its-own"),
    ],
)
def test_what_can_hold_is_never_said_to_be_impossible(text: str) -> None:
    """A policy whose condition holds of cases that nobody tried is no broken one."""
    found = search(conditions(text), TYPES)
    assert found.example is not None or not found.is_whole


def test_a_field_may_hold_a_number_below_none() -> None:
    types = TYPES | {"failure.fields.delta": "int"}
    asked = [ConditionCompiler(types).compile("failure.fields.delta < 0")]
    assert search(asked, types).example is not None


def test_what_is_compared_with_a_variable_is_known_too() -> None:
    variables = Variables({"grave": 2, "places": ("github:acme/shop",)})
    compiler = ConditionCompiler(TYPES, variables)
    asked = [compiler.compile("failure.severity <= vars.grave"), compiler.compile("vars.grave < failure.severity")]
    found = search(asked, TYPES)
    assert found.example is None
    assert found.is_whole


def test_no_rule_of_the_shipped_pack_is_for_nothing() -> None:
    asking = (rule for rule in PACK.rules if rule.conditions)
    told = [rule.id for rule in asking if not search(rule.conditions, fact_types(rule.subject)).example]
    assert told == []


def test_no_two_rules_of_the_shipped_pack_fill_one_place_at_once() -> None:
    fights = [
        (one.id, other.id)
        for one, other in itertools.combinations(PACK.rules, 2)
        if (one.subject, one.phase) == (other.subject, other.phase) and {*slots_of(one)} & {*slots_of(other)}
        if search([*one.conditions, *other.conditions], fact_types(one.subject)).example is not None
    ]
    assert fights == []


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 5), st.booleans(), st.booleans(), st.integers(0, 3), st.integers(0, 3))
def test_an_example_is_true_and_possible(severity: int, is_open: bool, exists: bool, left: int, actions: int) -> None:
    texts = [
        f"failure.severity == {severity}",
        "failure.is_open" if is_open else "!failure.is_open",
        "post_mortem.exists" if exists else "!post_mortem.exists",
        f"case.open_actions == {left} && case.actions == {actions}",
    ]
    asked = conditions(*texts)
    found = search(asked, TYPES).example
    assert (found is not None) == (left <= actions)
    if found:
        assert all(condition.holds(found) for condition in asked)
        assert are_possible(found)
