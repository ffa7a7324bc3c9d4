"""The published JSON Schema and the loader are of one mind about what a file looks like."""

from __future__ import annotations

import copy
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from rules.language.document import Document
from rules.language.people_file import load_people
from rules.language.policy_file import PACKS, load_policy, shipped_packs
from rules.language.problems import DocumentError
from rules.language.schema import people_schema, policy_schema
from rules.language.shapes import MARK

ROOT = Path(__file__).parents[3]
BROKEN = ROOT / "tests" / "rules" / "golden" / "broken"
POLICY, PEOPLE = policy_schema(), people_schema()
POLICIES, PEOPLES = Draft202012Validator(POLICY), Draft202012Validator(PEOPLE)
PACK: dict[str, Any] = Document.read(PACKS / "accountability" / "policy.yaml").plain()


def refused(plain: Any, validator: Draft202012Validator = POLICIES) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(plain)]


def is_refused_by_the_loader(plain: Any) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "policy.yaml"
        file.write_text(yaml.safe_dump(plain, sort_keys=False), encoding="utf-8")
        try:
            load_policy(file)
        except DocumentError:
            return True
    return False


# --- the schema itself --------------------------------------------------------------------------


@pytest.mark.parametrize("schema", [POLICY, PEOPLE], ids=["policy", "people"])
def test_the_schema_is_one(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("2020-12/schema")
    assert MARK not in json.dumps(schema), "every shape is put in its place"


def parts(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of every form, by its path."""
    for name, form in {"": schema, **schema["$defs"]}.items():
        yield from ((f"{name}.{key}", part) for key, part in form.get("properties", {}).items())


@pytest.mark.parametrize("schema", [POLICY, PEOPLE], ids=["policy", "people"])
def test_every_key_has_its_description(schema: dict[str, Any]) -> None:
    found = dict(parts(schema))
    assert len(found) > 10
    assert [path for path, part in found.items() if not part.get("description")] == []


@pytest.mark.parametrize("schema", [POLICY, PEOPLE], ids=["policy", "people"])
def test_every_definition_is_used_and_every_one_used_is_there(schema: dict[str, Any]) -> None:
    used = {line.partition("#/$defs/")[2].partition('"')[0] for line in json.dumps(schema, indent=0).splitlines()}
    assert used - {""} == set(schema["$defs"])


# --- what is good -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped_packs())
def test_a_shipped_pack_fits(name: str) -> None:
    assert refused(Document.read(PACKS / name / "policy.yaml").plain()) == []


def test_a_file_that_includes_another_needs_nothing_else() -> None:
    """As the page has it, and the loader: all that is needed may stand in what is included."""
    plain = {"include": ["accountability"], "calendar": {"zone": "UTC"}}
    assert refused(plain) == []
    assert not is_refused_by_the_loader(plain)
    assert refused({"calendar": {"zone": "UTC"}})
    assert is_refused_by_the_loader({"calendar": {"zone": "UTC"}})


def good_policies() -> Iterator[Any]:
    """Every whole policy that the repository has as a file or in its documentation, and that loads."""
    pages = [*ROOT.glob("docs/**/*.md"), ROOT / "README.md"]
    blocks = [block for page in pages for block in page.read_text(encoding="utf-8").split("```")[1::2]]
    texts = {str(number): block[5:] for number, block in enumerate(blocks) if block.startswith("yaml\n")}
    texts |= {path.stem: path.read_text("utf-8") for path in ROOT.glob("docs/**/*.yaml")}
    for name, text in texts.items():
        if "\npolicy: 1\n" in f"\n{text}":
            yield pytest.param(text, id=name)


@pytest.mark.parametrize("text", good_policies())
def test_a_policy_of_the_documentation_fits(text: str) -> None:
    assert refused(Document.parse(text, "policy.yaml").plain()) == []


def test_a_people_file_fits(tmp_path: Path) -> None:
    text = """\
default_lead: grace
leadership: [grace, "${BOARD}"]
people:
  ada: {name: Ada, lead: grace, accounts: {github: ada}, notify: "${ADA}"}
  grace: {name: Grace, notify: ["${GRACE}", "${GRACE_MAIL}"]}
digest: {internal: leads, day: fri, at: "10:00"}
"""
    file = tmp_path / "people.yaml"
    file.write_text(text, encoding="utf-8")
    assert load_people(file).people.keys() == {"ada", "grace"}
    assert refused(Document.read(file).plain(), PEOPLES) == []


# --- what is broken -----------------------------------------------------------------------------

#: How the loader tells what is broken in form: unknown keys and verbs, wrong kinds, what is missing, words of a list.
IN_FORM = re.compile(
    r"is no key here|stands here, where|\" is missing|is not allowed here|is nothing that can be done here"
    r"|is no (?:role|phase|recipient|duration|reset)\b|is not for a ladder"
)
#: Told so, and yet beyond a schema: it knows no variables, nobody of the people file, and not what stands before.
BEYOND_A_SCHEMA = frozenset(
    {
        "variable-unknown",
        "variable-misspelt-where-it-has-its-value",
        "variable-of-a-shipped-pack-in-the-wrong-place",
        "unknown-role",
        "mention-without-people",
        "template-behind-a-broken-notify",
        "mention-behind-a-reminder",
        "override-that-has-the-policys-own-slips",
    }
)


def broken_files() -> Iterator[tuple[str, Any]]:
    """Those that are YAML at all."""
    for path in sorted(BROKEN.glob("*.yaml")):
        try:
            yield path.stem, Document.read(path).plain()
        except DocumentError:
            continue


def is_broken_in_form(name: str) -> bool:
    return bool(IN_FORM.search((BROKEN / f"{name}.txt").read_text("utf-8"))) and name not in BEYOND_A_SCHEMA


FORMS_BROKEN = [pytest.param(name, plain, id=name) for name, plain in broken_files() if is_broken_in_form(name)]


@pytest.mark.parametrize(("name", "plain"), FORMS_BROKEN)
def test_what_is_broken_in_form_is_refused_by_the_schema_too(name: str, plain: Any) -> None:
    assert refused(plain, PEOPLES if name.startswith("people-") else POLICIES)


def test_much_of_what_is_broken_is_broken_in_form() -> None:
    """Else the words by which it is known have changed."""
    assert len(FORMS_BROKEN) >= 30


# --- one mind -----------------------------------------------------------------------------------


def places(plain: Any, before: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every value of a document."""
    pairs = plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ()
    for key, inner in pairs:
        yield (*before, key)
        yield from places(inner, (*before, key))


PLACES = list(places(PACK))
#: What somebody might leave behind at the wrong place.
WORDS = ("", "failure", "owner", "due", "5 days", "soon", "overdue.md", "title-action.md", "failure.owner")
LISTS = ([], ["owner"], ["active", "paused"], [1], [{"label": "x"}], ["sat"])
MAPPINGS = ({}, {"comment": "overdue.md"}, {"1": "2 w"})
STRAYS = st.sampled_from([None, True, False, 0, 1, 3, 2.5, *WORDS, *LISTS, *MAPPINGS])
KEYS = st.sampled_from(["when", "do", "ladder", "mention", "whne", "label", "review", "rungs", "once", "policy", "as"])


@st.composite
def changes(draw: st.DrawFn) -> list[tuple[str, tuple[str | int, ...], Any]]:
    """What is done to the shipped pack: something dropped, renamed, or put where something else stood."""
    found: list[tuple[str, tuple[str | int, ...], Any]] = []
    for _ in range(draw(st.integers(1, 2))):
        deed = draw(st.sampled_from(["drop", "rename", "retype"]))
        found.append((deed, draw(st.sampled_from(PLACES)), draw(KEYS if deed == "rename" else STRAYS)))
    return found


def changed(found: list[tuple[str, tuple[str | int, ...], Any]]) -> Any:
    plain = copy.deepcopy(PACK)
    for deed, (*way, last), thing in found:
        try:
            owner = plain
            for part in way:
                owner = owner[part]
            if deed == "retype":
                owner[last] = copy.deepcopy(thing)
            else:
                value = owner.pop(last)
                if deed == "rename" and isinstance(owner, dict):
                    owner[thing] = value
        except (KeyError, IndexError, TypeError, AttributeError):
            continue  # an earlier one took away what this is about
    return plain


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes())
def test_what_the_schema_refuses_the_loader_refuses(found: list[tuple[str, tuple[str | int, ...], Any]]) -> None:
    """The other way round the loader knows more: facts, templates, order, and what fits together."""
    plain = changed(found)
    if problems := refused(plain):
        assert is_refused_by_the_loader(plain), problems[0][:300]


RULE = {"id": "a", "name": "b when c", "step": "own", "for": "failure"}


@pytest.mark.parametrize(
    ("version", "at"),
    [
        pytest.param(1, "5 Days", id="a-unit-in-capitals"),
        pytest.param(1, "5   days", id="several-blanks"),
        pytest.param(True, "5 days", id="true-for-one"),
    ],
)
def test_the_loader_forgives_what_the_schema_does_not(version: int, at: str) -> None:
    """The known differences: a pattern that allowed the spellings would be unreadable, and an editor that underlines
    them helps."""
    ladder = {"anchor": "progress", "rungs": [{"at": at, "do": [{"remind": "owner"}]}]}
    plain = {"policy": version, "name": "ours", "rules": [{**RULE, "ladder": ladder}]}
    assert refused(plain)
    assert not is_refused_by_the_loader(plain)
