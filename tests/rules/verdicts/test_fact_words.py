"""Facts as people say them: of those that there are, and of those that are yet to come."""

from __future__ import annotations

import pytest

from rules.verdicts.fact_words import NAMES, STATEMENTS, named, stated
from rules.vocabulary import FACTS

ALL = {fact.name: fact.type for facts in FACTS.values() for fact in facts}


def test_every_fact_has_words_and_no_words_are_kept_for_one_that_there_is_not() -> None:
    """A new fact would else be told by its name, and of one that was renamed nobody would see why."""
    assert {name for name, kind in ALL.items() if kind == "bool"} == set(STATEMENTS)
    assert {name for name, kind in ALL.items() if kind != "bool"} == set(NAMES)


def test_no_two_facts_are_said_alike() -> None:
    said = [words for pair in STATEMENTS.values() for words in pair]
    assert len(said) == len(set(said))
    assert len(NAMES) == len(set(NAMES.values()))


@pytest.mark.parametrize(
    ("fact", "so", "otherwise"),
    [
        ("action.is_blocked", "the action is blocked", "the action is not blocked"),
        ("failure.has_links", "the failure has links", "the failure has no links"),
        ("comment.asks_why", "the comment asks why", "it is not so that the comment asks why"),
        ("failure.fields.is_open", "the failure's field “is_open” is yes", "the failure's field “is_open” is no"),
        ("vars.strict", "the policy's vars.strict is yes", "the policy's vars.strict is no"),
    ],
)
def test_a_fact_that_nobody_has_found_words_for_is_said_by_its_name(fact: str, so: str, otherwise: str) -> None:
    assert (stated(fact, is_so=True), stated(fact, is_so=False)) == (so, otherwise)


@pytest.mark.parametrize(
    ("fact", "name"),
    [
        ("action.age_days", "the age of the action in days"),
        ("action.title", "the action's title"),
        ("failure.fields.impact", "the failure's field “impact”"),
        ("failure.fields.owner", "the failure's field “owner”"),
        ("vars.grave", "the policy's vars.grave"),
        ("lonely", "lonely"),
    ],
)
def test_a_value_is_called_by_its_name_and_by_its_own_where_nobody_has_found_it_one(fact: str, name: str) -> None:
    assert named(fact) == name
