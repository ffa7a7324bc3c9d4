"""A page about one policy, made from the policy itself: what it does step by step, its ladders, its settings.

The sentences are the rules' own names, and the remarks are those that stand above them in the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from rules.durations import Duration
from rules.language.document import Document
from rules.language.files import POLICY_FILE
from rules.language.forms import STEP_MEANINGS, PolicyForm
from rules.language.including import gather
from rules.language.merging import merged
from rules.language.policy_file import load_policy
from rules.language.reference.doing_words import asked_by, done_by, in_a_row, when_due
from rules.language.reference.remarks import first_remark, remark_at, rule_remarks
from rules.language.reference.tables import in_code, table
from rules.policy import Ladder, Override, People, Phase, Policy, Reset, Rule
from rules.policy.term_meanings import ANCHOR_MEANINGS
from rules.used_templates import used_templates
from rules.variables import PREFIX, Value, values_of

_Setting = tuple[tuple[str, ...], FieldInfo, Any]
_NO_SETTINGS = {"policy", "name", "include", "rules", "overrides"}


def policy_description(source: Path, people: People | None = None, *, shown_as: str = "") -> str:
    """The page about the policy in a pack's folder or a single file, as Markdown. Raises PolicyError."""
    policy = load_policy(source, people=people, shown_as=shown_as)
    file = source / POLICY_FILE if source.is_dir() else source
    document = Document(merged(gather(file).layers)[0])
    # A rule that holds in several phases is there once for each.
    phases: dict[str, list[Phase]] = {}
    for rule in policy.rules:
        phases.setdefault(rule.id, []).append(rule.phase)
    rules = list({rule.id: rule for rule in policy.rules}.values())
    remarks = rule_remarks(document.at(("rules",)))
    pieces = [
        f"# The policy `{policy.name}`",
        first_remark(Document.read(file).root.source.lines),
        "## What it does",
        *_steps(rules, phases, remarks),
        "## Its ladders",
        *(_ladder(rule) for rule in rules if rule.ladder),
        *_exceptions(policy, rules),
        "## Its settings",
        _settings(document),
        "## Its templates",
        _templates(policy, rules),
    ]
    return "\n\n".join(piece for piece in pieces if piece) + "\n"


def _steps(rules: Sequence[Rule], phases: Mapping[str, Sequence[Phase]], remarks: Mapping[str, str]) -> Iterator[str]:
    for step, meaning in STEP_MEANINGS.items():
        here = [rule for rule in rules if rule.step == step]
        if here:
            yield f"### {step}\n\n{_sentence(meaning)}"
            yield "\n".join(_told(rule, phases[rule.id], remarks.get(rule.id, "")) for rule in here)


def _told(rule: Rule, phases: Sequence[Phase], remark: str) -> str:
    """A rule in two lines: its name and remark, then when it holds and what it does."""
    does = [done_by(rule.do)] if rule.do else []
    does += [f"a [ladder](#the-ladder-{rule.id})"] if rule.ladder else []
    asked = f", if `{rule.when.text.strip()}`" if rule.when else ""
    held = "" if [*phases] == [Phase.ACTIVE] else f", while {in_a_row(phases)}"
    first = f"- **{_sentence(rule.name)}** {remark}".rstrip()
    return f"{first}\n  - `{rule.id}`, for each {rule.subject}{held}{asked}: {' and '.join(does)}."


def _ladder(rule: Rule) -> str:
    assert rule.ladder
    ladder = rule.ladder
    rows = [(when_due(rung, ladder.anchor), done_by(rung.do), asked_by(rung.do)) for rung in ladder.rungs]
    again = f"The last is repeated every {ladder.repeat_last}{_end(ladder)}. " if ladder.repeat_last else ""
    quiet = f"An answer quiets it for {ladder.answer_quiets}."
    if not ladder.resets:
        quiet = "Nothing moves it: each stage is said once."
    elif Reset.ANSWER not in ladder.resets:
        quiet = f"It is moved by {in_a_row(one for one in Reset if one in ladder.resets)} alone."
    counted = f"Counted from `{ladder.anchor}`: {ANCHOR_MEANINGS[ladder.anchor]}."
    parts = (
        f"### The ladder `{rule.id}`",
        _sentence(rule.name),
        counted,
        table(("when", "what", "who is asked"), rows),
        f"{again}{quiet}",
    )
    return "\n\n".join(parts)


def _end(ladder: Ladder) -> str:
    times = f"{ladder.repeat_times} times" if ladder.repeat_times else ""
    span = f"for {ladder.repeat_for}" if ladder.repeat_for else ""
    told = " and ".join(part for part in (times, span) if part)
    return f", {told} at most" if told else ""


def _exceptions(policy: Policy, rules: Sequence[Rule]) -> Iterator[str]:
    """What is otherwise for some failures: which rules are others then, new or left out."""
    if policy.overrides:
        yield "## What is otherwise for some failures\n\nThe first of these that fits a failure holds for it."
        yield "\n".join(_exception(policy, override, rules) for override in policy.overrides)


def _exception(policy: Policy, override: Override, rules: Sequence[Rule]) -> str:
    there = {rule.id: rule for rule in override.rules}
    changed = [rule.id for rule in rules if rule.id in there and there[rule.id] != rule]
    new = [name for name in there if name not in {rule.id for rule in rules}]
    gone = [rule.id for rule in rules if rule.id not in there]
    told = (("changed", changed), ("added", new), ("left out", gone))
    parts = [f"{word}: {in_a_row(f'`{name}`' for name in names)}" for word, names in told if names]
    usual = values_of(policy.variables)
    other = {key: value for key, value in values_of(override.variables).items() if value != usual.get(key)}
    values = [f"`{PREFIX}{key}` is `{_valued(value)}`" for key, value in other.items()]
    parts += [in_a_row(values)] if values else []
    whose = [f"labelled {in_code(override.labels)}"] if override.labels else []
    whose += [f"of the team {in_code(override.teams)}"] if override.teams else []
    return f"- **{_sentence(override.name)}** For failures {' and '.join(whose)}; {'; '.join(parts)}."


def _settings(document: Document) -> str:
    given = _given(PolicyForm, document.plain(), ())
    rows = [row for path, field, value in given for row in _setting(document, path, field, value)]
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


def _setting(document: Document, path: tuple[str, ...], field: FieldInfo, value: Any) -> Iterator[tuple[str, str, str]]:
    if value in (None, "", [], {}):
        return
    remark = remark_at(document.key_at(path)) if document.real_path(path) == path else ""
    if path[0] == "variables":
        yield f"`{PREFIX}{path[1]}`", f"`{_written(value)}`", remark
        return
    yield f"`{'.'.join(path)}`", f"`{_written(value)}`", remark or field.description or ""


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


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
