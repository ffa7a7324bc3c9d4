"""`docs/policy.md` is made from the language itself, and everything in the language says what it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from rules.conditions import ConditionCompiler
from rules.durations import UNIT_MEANINGS, Unit, parse_duration
from rules.language import forms, people_forms
from rules.language.document import Document
from rules.language.policy_file import load_policy
from rules.language.reference import PIECES, policy_page
from rules.language.reference.places import PLACE
from rules.language.reference.tables import described
from rules.language.verbs import MODIFIERS, VERBS
from rules.language.words import WORDS
from rules.policy import Anchor, Phase, Recipient, Reset, Role, Subject
from rules.views import TextView
from rules.vocabulary import FACTS, OF_EACH_TICKET, TICKETS, Fact, fact_types

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
PROSE = ROOT / "rules" / "language" / "reference"


def test_the_page_is_the_one_that_the_language_makes() -> None:
    assert policy_page() == PAGE, "run: make docs"


def test_every_piece_of_prose_is_on_the_page() -> None:
    assert {path.stem for path in PROSE.glob("*.md")} == set(PIECES)


def test_what_an_included_file_may_say_is_needed_here_or_there() -> None:
    needed = [line for line in PAGE.splitlines() if line.endswith("| *needed*, here or in an included file |")]
    assert [line.split("`")[1] for line in needed] == ["policy", "name", "rules"]


def test_no_place_of_a_table_is_left_empty() -> None:
    assert "<!--" not in PAGE
    assert len(re.findall(r"^\| --- ", PAGE, re.MULTILINE)) > 20, "there are tables"


# --- everything says what it is for -------------------------------------------------------------


def all_forms(form: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield form
    for field in form.model_fields.values():
        yield from (inner for arm in (field.annotation, *get_args(field.annotation)) for inner in _forms_in(arm))


def _forms_in(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from all_forms(kind)
    for arm in get_args(kind):
        yield from _forms_in(arm)


ROOTS = (
    forms.PolicyForm,
    forms.RuleForm,
    forms.GroupForm,
    forms.OverrideForm,
    forms.RepeatForm,
    people_forms.PeopleForm,
)
FORMS = {form.__name__: form for root in ROOTS for form in all_forms(root)}
VIEWS = {
    kind.__name__: kind
    for name, kind in vars(__import__("rules.views", fromlist=["views"])).items()
    if is_dataclass(kind)
}


def meanings() -> dict[str, str]:
    """Everything in the language that has a meaning of its own, by a name that no two share."""
    told = {
        f"{form.__name__}.{name}": field.description or ""
        for form in FORMS.values()
        for name, field in form.model_fields.items()
    }
    told |= {f"verb {verb.name}": verb.meaning for verb in VERBS.values()}
    told |= {f"verb {verb.name}.{key.name}": key.meaning for verb in VERBS.values() for key in verb.keys}
    told |= {f"modifier {one.name}": one.meaning for one in MODIFIERS.values()}
    told |= {f"fact {fact.name}": fact.meaning for known in FACTS.values() for fact in known}
    told |= {f"{view.__name__}.{name}": said for view in VIEWS.values() for name, (_, said) in described(view).items()}
    told |= {f"{kind} {word}": said for kind, words in WORDS.items() for word, said in words.items()}
    return told | {f"unit {unit}": said for unit, said in UNIT_MEANINGS.items()}


MEANINGS = meanings()


@pytest.mark.parametrize("name", MEANINGS)
def test_everything_says_what_it_is_for(name: str) -> None:
    told = MEANINGS[name]
    assert len(told.split()) >= 2 or told.count("`") >= 2, "a phrase, or examples"
    assert told == told.strip()
    assert not told.endswith("."), "the last full stop is the table's to set, or not"


def test_no_two_things_side_by_side_say_the_same() -> None:
    """A title of two tickets may; two keys of one form may not: one of them says too little."""
    seen: dict[tuple[str, str], str] = {}
    for name, told in MEANINGS.items():
        beside = name.rpartition(".")[0] or name.partition(" ")[0]
        other = seen.setdefault((beside, told), name)
        assert other == name, f"{name} and {other} say the same"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        pytest.param("steps", get_args(forms.Steps), id="steps"),
        pytest.param("subjects", tuple(Subject), id="subjects"),
        pytest.param("phases", tuple(Phase), id="phases"),
        pytest.param("anchors", tuple(Anchor), id="anchors"),
        pytest.param("resets", tuple(Reset), id="resets"),
        pytest.param("roles", tuple(Role), id="roles"),
        pytest.param("recipients", tuple(Recipient), id="recipients"),
    ],
)
def test_every_word_has_its_meaning(kind: str, words: tuple[str, ...]) -> None:
    assert tuple(WORDS[kind]) == words
    assert get_args(forms.Subjects) == tuple(Subject)
    assert get_args(forms.Anchors) == tuple(Anchor)
    assert tuple(UNIT_MEANINGS) == tuple(Unit)


# --- and stands on the page ---------------------------------------------------------------------


def _as_told(fact: Fact) -> str:
    """By which name the page tells a fact: what is said of each ticket stands there once."""
    ticket, _, name = fact.name.partition(".")
    is_of_each = name in {one.name for one in OF_EACH_TICKET} and ticket in TICKETS
    return name if is_of_each else fact.name


def test_every_condition_on_the_page_can_be_asked() -> None:
    """Whichever rule it is for: of an action's everything can be asked."""
    section = PAGE.partition("| condition | when it is met |\n|---|---|\n")[2].partition("\n\n")[0]
    written = re.findall(r"^\| `(.*?)` \| ", section, re.MULTILINE)
    assert len(written) >= 6
    compiler = ConditionCompiler(fact_types("action"))
    assert all(compiler.compile(text).facts for text in written)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_has_its_place(name: str) -> None:
    placed = {
        place["which"]
        for piece in PIECES
        for place in PLACE.finditer((PROSE / f"{piece}.md").read_text(encoding="utf-8"))
        if place["what"] == "keys"
    }
    assert name in placed, f"put <!-- keys: {name} | key of … --> into a piece in {PROSE}"


@pytest.mark.parametrize(
    ("what", "names"),
    [
        pytest.param("verbs", VERBS, id="verbs"),
        pytest.param("modifiers", MODIFIERS, id="modifiers"),
        pytest.param("facts", {_as_told(fact) for known in FACTS.values() for fact in known}, id="facts"),
        pytest.param("variables", {field.name for field in fields(TextView)}, id="variables"),
        pytest.param("parts", {name for view in VIEWS.values() for name in described(view)}, id="parts-of-variables"),
        pytest.param("words", {word for words in WORDS.values() for word in words}, id="words"),
    ],
)
def test_everything_stands_on_the_page(what: str, names: set[str]) -> None:
    assert [name for name in names if f"\n| `{name}` | " not in PAGE] == []


def test_every_duration_on_the_page_can_be_read() -> None:
    section = PAGE.partition("## Durations")[2].partition("\n| ")[0]
    written = re.findall(r"`([^`]+)`", section)
    assert len(written) == 7
    assert [str(parse_duration(one)) for one in written][-1] == "5 business days"


@pytest.mark.parametrize(
    "example", [block for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if block.startswith("policy: 1")]
)
def test_every_whole_policy_on_the_page_is_good(example: str, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(example, encoding="utf-8")
    assert load_policy(file).rules


def test_every_piece_of_yaml_on_the_page_can_be_read() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) >= 5
    for block in blocks:
        if not block.startswith("#"):
            Document.parse(block, "example")
