"""A page about one policy, made from the policy itself, for whoever is to live with it: who is asked and when, how that
is made to stop, and what else it does; then, for whoever changes it, its settings and templates.

The sentences are the rules' own names, and the remarks are those that stand above them in the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from rules.durations import Duration
from rules.language.document import Document
from rules.language.files import POLICY_FILE, read_text
from rules.language.forms import STEP_MEANINGS, PolicyForm
from rules.language.including import gather
from rules.language.merging import merged
from rules.language.policy_file import load_policy
from rules.language.reference.doing_words import in_a_row
from rules.language.reference.remarks import first_remark, remark_at, rule_remarks
from rules.language.reference.rule_words import RuleTeller, asks_people, sentence
from rules.language.reference.tables import in_code, table
from rules.policy import Anchor, Override, People, Phase, Policy, Rule
from rules.used_templates import used_templates
from rules.variables import PREFIX, Value, values_of
from rules.verdicts.condition_words import Clause

_Setting = tuple[tuple[str, ...], FieldInfo, Any]
_SENTENCE_END = re.compile(r"\.\s+(?=[A-Z])")
_STOPPING = Path(__file__).resolve().parent / "describing" / "stopping.md"
_UNDATED = (
    "What has no due date counts as due so long after its last progress as the policy gives when it opens such a "
    "ticket."
)
_NO_SETTINGS = {"policy", "name", "include", "rules", "overrides"}


def policy_description(source: Path, people: People | None = None, *, shown_as: str = "") -> str:
    """The page about the policy in a pack's folder or a single file, as Markdown. Raises PolicyError."""
    policy = load_policy(source, people=people, shown_as=shown_as)
    file = source / POLICY_FILE if source.is_dir() else source
    layers = gather(file).layers
    document = Document(merged(layers)[0])
    # A rule that holds in several phases is there once for each.
    rules = list({rule.id: rule for rule in policy.rules}.values())
    teller = RuleTeller(policy, _phases_of(policy.rules), rule_remarks(document.at(("rules",))))
    pieces = [
        f"# The policy `{policy.name}`",
        first_remark(Document.read(file).root.source.lines),
        *_asking(policy, rules, teller),
        *_steps(rules, teller),
        *_exceptions(policy, rules, teller),
        "## Its settings",
        _settings(document, [Document(layer.root) for layer in reversed(layers)]),
        "## Its templates",
        _templates(policy, rules),
    ]
    return "\n\n".join(piece for piece in pieces if piece) + "\n"


def _phases_of(rules: Sequence[Rule]) -> dict[str, list[Phase]]:
    phases: dict[str, list[Phase]] = {}
    for rule in rules:
        phases.setdefault(rule.id, []).append(rule.phase)
    return phases


def _asking(policy: Policy, rules: Sequence[Rule], teller: RuleTeller) -> Iterator[str]:
    """The rules that ask people for something, and what holds of all that are told step by step."""
    asking = [rule for step in STEP_MEANINGS for rule in rules if rule.step == step and asks_people(rule)]
    if asking:
        yield "## Who is asked, and when"
        yield _listed(teller.told(asking))
    if any(rule.ladder for rule in asking):
        labels = f"{'label' if len(policy.failure_labels) == 1 else 'labels'} {in_code(policy.failure_labels)}"
        yield "## How it is made to stop"
        yield read_text(_STOPPING, _STOPPING.name).strip().format(labels=labels)
    is_dated = any(rule.ladder and rule.ladder.anchor is Anchor.DUE for rule in asking)
    if is_dated and any(rule.openings for rule in rules):
        yield _UNDATED


def _steps(rules: Sequence[Rule], teller: RuleTeller) -> Iterator[str]:
    others = [rule for rule in rules if not asks_people(rule)]
    if others:
        yield "## What else it does" if len(others) < len(rules) else "## What it does"
    for step, meaning in STEP_MEANINGS.items():
        here = [rule for rule in others if rule.step == step]
        if here:
            yield f"### {step}\n\n{sentence(meaning)}"
            yield _listed(teller.told(here))


def _listed(clauses: Sequence[Clause], depth: int = 0) -> str:
    """As a list, each clause's parts below it."""
    lines = (f"{'  ' * depth}- {one.text}{':' if one.parts and one.text[-1].isalpha() else ''}" for one in clauses)
    below = (_listed(one.parts, depth + 1) for one in clauses)
    return "\n".join(text for pair in zip(lines, below, strict=True) for text in pair if text)


def _exceptions(policy: Policy, rules: Sequence[Rule], teller: RuleTeller) -> Iterator[str]:
    """What is otherwise for some failures: which rules are others then, new or left out."""
    if policy.overrides:
        yield "## What is otherwise for some failures\n\nThe first of these that fits a failure holds for it."
        yield _listed([_exception(policy, override, rules, teller) for override in policy.overrides])


def _exception(policy: Policy, override: Override, rules: Sequence[Rule], teller: RuleTeller) -> Clause:
    there = {rule.id: rule for rule in override.rules}
    usual_rules = {rule.id: rule for rule in rules}
    gone = [f"`{name}`" for name in usual_rules if name not in there]
    other_rules = [rule for rule in there.values() if usual_rules.get(rule.id) != rule]
    usual = values_of(policy.variables)
    other = {key: value for key, value in values_of(override.variables).items() if value != usual.get(key)}
    values = [f"`{PREFIX}{key}` is `{_valued(value)}`" for key, value in other.items()]
    whose = [f"labelled {in_code(override.labels)}"] if override.labels else []
    whose += [f"of the team {in_code(override.teams)}"] if override.teams else []
    parts = [Clause(f"{in_a_row(values)}.")] if values else []
    parts += [Clause(f"Left out: {in_a_row(gone)}.")] if gone else []
    told = replace(teller, policy=policy.under(override), phases=_phases_of(override.rules)).told(other_rules)
    parts += [Clause("Otherwise than above:", told)] if told else []
    return Clause(f"**{sentence(override.name)}** For failures {' and '.join(whose)}:", tuple(parts))


def _settings(document: Document, files: Sequence[Document]) -> str:
    """`files` are those that the policy is made of, the last word first."""
    given = _given(PolicyForm, document.plain(), ())
    rows = [row for path, field, value in given for row in _setting((document, *files), path, field, value)]
    return table(("setting", "value", "what it is"), rows)


def _given(form: type[BaseModel], plain: Any, before: tuple[str, ...]) -> Iterator[_Setting]:
    """Every key of a form that has a value, be it the file's or the form's own, with its field."""
    for name, field in form.model_fields.items():
        key = field.alias or name
        if not before and key in _NO_SETTINGS:
            continue
        value = plain.get(key) if isinstance(plain, dict) else None
        if key == "variables" and not before:
            yield from (((key, one), field, given) for one, given in (value or {}).items())
        elif isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _given(field.annotation, value, (*before, key))
        else:
            default = None if field.is_required() else field.get_default(call_default_factory=True)
            yield (*before, key), field, default if value is None else value


def _setting(
    documents: Sequence[Document], path: tuple[str, ...], field: FieldInfo, value: Any
) -> Iterator[tuple[str, str, str]]:
    """With the whole policy's remark. A variable that is given another value goes on meaning what it did, so that it
    keeps the remark of an included file; what another key is for, the language knows itself."""
    if value in (None, "", [], {}):
        return
    remarks = (remark_at(one.key_at(path)) for one in documents if one.real_path(path) == path)
    if path[0] == "variables":
        yield f"`{PREFIX}{path[1]}`", f"`{_written(value)}`", next(filter(None, remarks), "")
        return
    yield f"`{'.'.join(path)}`", f"`{_written(value)}`", next(remarks, "") or _first_sentence(field.description or "")


def _first_sentence(told: str) -> str:
    """What a key is for, in short: the rest stands on the page about the language."""
    return _SENTENCE_END.split(told, maxsplit=1)[0]


def _valued(value: Value) -> str:
    return str(value) if isinstance(value, Duration) else _written([*value] if isinstance(value, tuple) else value)


def _written(value: Any) -> str:
    """A value as one would write it in a line of the file."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return value if isinstance(value, str) else json.dumps(value)


def _templates(policy: Policy, rules: Sequence[Rule]) -> str:
    own = used_templates(replace(policy, rules=(), overrides=()))
    users: dict[str, list[str]] = {name: ["Aftermath itself"] for name in own}
    in_overrides = [rule for override in policy.overrides for rule in override.rules]
    for rule in (*rules, *in_overrides):
        for name in used_templates(replace(policy, rules=(rule,), overrides=())) - own:
            users.setdefault(name, []).append(f"`{rule.id}`")
    return table(
        ("template", "said by"), [(f"`{name}`", in_a_row(dict.fromkeys(users[name]))) for name in sorted(users)]
    )
