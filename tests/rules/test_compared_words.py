"""Which words conditions compare a fact with."""

from __future__ import annotations

import pytest

from rules.compared_words import compared_words
from rules.conditions import ConditionCompiler
from rules.variables import Variables

FACTS = {"failure.priority": "string", "failure.fields.regions": "list of string", "failure.fields.priority": "string"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param('failure.priority == "High"', ("High",), id="equal"),
        pytest.param("'High' != failure.priority", ("High",), id="the other way round"),
        pytest.param('failure.priority in ["High", "Low"]', ("High", "Low"), id="one of several"),
        pytest.param('failure.priority == "A" || failure.priority in ["B", "A"]', ("A", "B"), id="often"),
        pytest.param('failure.priority == ""', (), id="empty"),
        pytest.param('failure.fields.priority == "High"', (), id="another fact"),
        pytest.param('failure.priority.startsWith("Hi")', (), id="a function"),
        pytest.param('failure.fields.priority == "x" && failure.priority == "y"', ("y",), id="beside another"),
        pytest.param("failure.priority == failure.fields.priority", (), id="another fact's value"),
        pytest.param('failure.priority == "P" + failure.fields.priority', (), id="a part of a word"),
        pytest.param('"x" + failure.priority == "xHigh"', (), id="a fact with something before it"),
        pytest.param('failure.priority == "High" && ("x" + failure.priority).size() > 3', ("High",), id="and alone"),
    ],
)
def test_a_fact_is_compared_with_these_words(text: str, words: tuple[str, ...]) -> None:
    assert compared_words([ConditionCompiler(FACTS).compile(text)], "failure.priority") == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("failure.priority == vars.grave", ("Highest",), id="a variable"),
        pytest.param("failure.priority in vars.graver", ("High", "Highest"), id="a variable of several words"),
        pytest.param("vars.grave in failure.fields.regions", (), id="a variable beside another fact"),
    ],
)
def test_a_variable_stands_for_its_words(text: str, words: tuple[str, ...]) -> None:
    variables = Variables({"grave": "Highest", "graver": ("High", "Highest"), "most": 3})
    assert compared_words([ConditionCompiler(FACTS, variables).compile(text)], "failure.priority") == words


def test_a_list_is_asked_for_its_words() -> None:
    condition = ConditionCompiler(FACTS).compile('"EU" in failure.fields.regions && !("US" in failure.fields.regions)')
    assert compared_words([condition], "failure.fields.regions") == ("EU", "US")
