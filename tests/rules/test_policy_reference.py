"""`docs/policy.md` is true: everything that it documents exists, and everything that exists is documented."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields
from enum import StrEnum
from pathlib import Path

import pytest

from rules.durations import parse_duration
from rules.language import forms
from rules.language.do_reading import VERBS
from rules.language.validation import keys_of
from rules.policy import Anchor, Phase, Recipient, Role, Subject
from rules.template_check import VARIABLES
from rules.views import (
    DeclineView,
    DigestView,
    EarlierView,
    LookView,
    NewsView,
    ReplyView,
    ReviewView,
    SnoozeView,
    ThanksView,
    TicketView,
    WordingView,
)
from rules.vocabulary import FACTS

PAGE = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")


def tables() -> list[tuple[str, list[list[str]]]]:
    """Each table: its first column's heading, and its rows."""
    found: list[tuple[str, list[list[str]]]] = []
    for block in re.findall(r"(?:^\|.*\|\n)+", PAGE, re.MULTILINE):
        rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|\n"))] for line in block.splitlines()]
        found.append((rows[0][0], rows[2:]))
    return found


def documented(heading: str) -> list[str]:
    """The names in the first columns of the tables with that heading, as they are written in code."""
    rows = [row for title, listed in tables() if title == heading for row in listed]
    return [row[0].strip("`") for row in rows]


def values(words: type[StrEnum]) -> list[str]:
    return [word.value for word in words]


def names(view: type) -> list[str]:
    return [field.name for field in fields(view)]


@pytest.mark.parametrize(
    ("heading", "there_is"),
    [
        pytest.param("key", [*keys_of(forms.PolicyForm), *keys_of(forms.PeopleForm)], id="files"),
        pytest.param("key of `severities`", keys_of(forms.SeveritiesForm), id="severities"),
        pytest.param("key of `action_items`", keys_of(forms.ActionItemsForm), id="action-items"),
        pytest.param("key of `columns`", keys_of(forms.ItemColumnsForm), id="columns-of-action-items"),
        pytest.param("key of `calendar`", keys_of(forms.CalendarForm), id="calendar"),
        pytest.param("key of `limits`", keys_of(forms.LimitsForm), id="limits"),
        pytest.param("key of a rule", keys_of(forms.RuleForm), id="rules"),
        pytest.param("key of a ladder", keys_of(forms.LadderForm), id="ladders"),
        pytest.param("key of a rung", keys_of(forms.RungForm), id="rungs"),
        pytest.param("key of a group", keys_of(forms.GroupForm), id="groups"),
        pytest.param("key of `repeat_last`", keys_of(forms.RepeatForm), id="repeats"),
        pytest.param("key of an override", keys_of(forms.OverrideForm), id="overrides"),
        pytest.param("key of a person", keys_of(forms.PersonForm), id="people"),
        pytest.param("key of a team", keys_of(forms.TeamForm), id="teams"),
        pytest.param("key of an absence", keys_of(forms.AwayForm), id="absences"),
        pytest.param("phase", values(Phase), id="phases"),
        pytest.param("anchor", values(Anchor), id="anchors"),
        pytest.param("role", values(Role), id="roles"),
        pytest.param("recipient", values(Recipient), id="recipients"),
        pytest.param("verb", list(VERBS), id="verbs"),
        pytest.param("variable", list(VARIABLES), id="variables"),
        pytest.param("of a ticket", names(TicketView), id="of-a-ticket"),
        pytest.param("of one of `thanks`", names(ThanksView), id="of-thanks"),
        pytest.param("of one of `earlier`", names(EarlierView), id="of-earlier"),
        pytest.param("of one of `looks`", names(LookView), id="of-looks"),
        pytest.param("of `snooze`", names(SnoozeView), id="of-a-snooze"),
        pytest.param("of `decline`", names(DeclineView), id="of-a-decline"),
        pytest.param("of `review`", names(ReviewView), id="of-a-review"),
        pytest.param("of `wording`", names(WordingView), id="of-a-wording"),
        pytest.param("of `reply`", names(ReplyView), id="of-a-reply"),
        pytest.param("of `digest`", names(DigestView), id="of-a-digest"),
        pytest.param("of a line of `digest`", names(NewsView), id="of-a-line-of-a-digest"),
        pytest.param("key of `digest`", keys_of(forms.DigestForm), id="keys-of-a-digest"),
    ],
)
def test_what_is_documented_exists_and_what_exists_is_documented(heading: str, there_is: Iterable[str]) -> None:
    assert sorted(documented(heading)) == sorted(there_is)


def test_every_fact_is_documented_with_its_type_and_meaning() -> None:
    told = {
        row[0].strip("`"): (row[1], row[2].replace("`", ""))
        for title, rows in tables()
        if title == "fact"
        for row in rows
    }
    there_is = {fact.name: (fact.type, fact.meaning.replace("`", "")) for known in FACTS.values() for fact in known}
    assert told == there_is


def test_every_subject_is_named() -> None:
    (row,) = [row for title, rows in tables() if title == "key of a rule" for row in rows if row[0] == "`for`"]
    assert re.findall(r"`([^`]+)`", row[1]) == values(Subject)


def test_every_duration_on_the_page_can_be_read() -> None:
    section = PAGE.partition("## Durations")[2].partition("##")[0]
    written = re.findall(r"`([^`]+)`", section)
    assert len(written) == 7
    assert [str(parse_duration(one)) for one in written][-1] == "5 business days"
