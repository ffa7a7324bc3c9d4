"""A policy from its files: `policy.yaml`, the templates beside it, and what the installation adds.

Everything that can be wrong is found here, at load, and told all at once. A file without templates of its own
uses those of the shipped pack, and one template put beside it replaces the shipped one of that name.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from rules.by_severity import SEVERITIES
from rules.calendar import Calendar
from rules.endings import has_words
from rules.labels import has_label
from rules.language.calendar_reading import read_calendar, read_limits
from rules.language.document import Document, ListNode, MapNode
from rules.language.files import PACKS, POLICY_FILE, read_folder, shipped_packs
from rules.language.forms import PolicyForm
from rules.language.problems import DocumentError, Problem, in_words, shown_line
from rules.language.reading import Reading
from rules.language.rule_reading import read_rule
from rules.policy import Limits, People, Policy, Routing, Rule, Severities
from rules.template_check import TemplateProblem
from rules.templates import Templates

__all__ = [
    "POLICY_FILE",
    "TEMPLATE_FOLDER",
    "PolicyError",
    "load_calendar",
    "load_policy",
    "load_templates",
    "pack_path",
    "shipped_packs",
]

TEMPLATE_FOLDER = "templates"
DEFAULT_PACK = "accountability"


class PolicyError(DocumentError):
    """A policy that cannot be used; `problems` lists everything that is wrong with it."""


def pack_path(name: str) -> Path:
    """A shipped pack's folder. Raises PolicyError with the names there are."""
    if name not in shipped_packs():
        known = in_words(shipped_packs())
        raise PolicyError([Problem(name, 1, 1, "", f'"{name}" is no pack that ships with Aftermath', "", known)])
    return PACKS / name


def load_policy(
    source: Path,
    *,
    people: People | None = None,
    routing: Routing | None = None,
    our_label: str = "aftermath",
    limits: Limits | None = None,
) -> Policy:
    """The policy in a pack's folder or a single file. Raises PolicyError with every problem found.

    `people`, `routing` and `our_label` are the installation's; `limits` replaces those of the file.
    """
    path = source / POLICY_FILE if source.is_dir() else source
    try:
        document = Document.read(path)
    except DocumentError as error:
        raise PolicyError(error.problems) from None
    templates, template_problems = load_templates(path.parent / TEMPLATE_FOLDER)
    reading = Reading(document, templates)
    reading.problems.extend(template_problems)
    policy = _read_policy(reading)
    if reading.problems or policy is None:
        raise PolicyError(reading.problems)
    return replace(
        policy,
        people=people or People(),
        routing=routing or Routing(),
        our_label=our_label,
        limits=limits or policy.limits,
    )


def load_calendar(source: Path) -> Calendar:
    """The calendar alone, for telling times while the rest cannot be used; UTC where it cannot be read either."""
    try:
        reading = Reading(Document.read(source / POLICY_FILE if source.is_dir() else source), Templates({}))
    except DocumentError:
        return Calendar()
    form = reading.form(PolicyForm, ())
    return read_calendar(reading, ("calendar",), form.calendar) if form else Calendar()


def load_templates(folder: Path) -> tuple[Templates, list[Problem]]:
    """The shipped templates with those of `folder` over them, and what is wrong with any of them."""
    shipped, shipped_problems = read_folder(PACKS / DEFAULT_PACK / TEMPLATE_FOLDER, TEMPLATE_FOLDER)
    own, own_problems = read_folder(folder, TEMPLATE_FOLDER)
    sources = shipped | own
    problems = [*shipped_problems, *own_problems]
    templates, wrong = _checked(tuple(sorted(sources.items())))
    return templates, problems + [
        Problem(
            file=f"{TEMPLATE_FOLDER}/{found.template}",
            line=found.line,
            column=found.column,
            path="",
            message=found.message,
            source=shown_line(sources[found.template].splitlines(), found.line),
            allowed=in_words(found.allowed, found.found),
            suggestion=found.suggestion,
        )
        for found in wrong
    ]


@lru_cache(maxsize=8)
def _checked(sources: tuple[tuple[str, str], ...]) -> tuple[Templates, tuple[TemplateProblem, ...]]:
    """Templates and what is wrong with them. Reading them takes longest of all, and the same ones are read again
    whenever a file beside them changed."""
    templates = Templates(dict(sources))
    return templates, templates.check()


def _read_policy(reading: Reading) -> Policy | None:
    form = reading.form(PolicyForm, ())
    rules = _read_rules(reading)
    if form is None:
        return None
    calendar = read_calendar(reading, ("calendar",), form.calendar)
    _check_labels(reading, form)
    _check_severities(reading, form)
    _check_lines(reading, form)
    return Policy(
        name=form.name,
        rules=rules,
        templates=reading.templates,
        calendar=calendar,
        failure_labels=tuple(form.failure_labels),
        experiment_labels=tuple(form.experiment_labels),
        severities=Severities(form.severities.labels, form.severities.default),
        systemic_questions=tuple(form.systemic_questions),
        blame_phrases=tuple(form.blame_phrases),
        limits=read_limits(reading, ("limits",), form.limits, calendar.zone),
    )


def _read_rules(reading: Reading) -> tuple[Rule, ...]:
    root = reading.document.root
    listed = root.get("rules") if isinstance(root, MapNode) else None
    # Anything but a list of rules is the form's error already.
    given = reading.document.plain(("rules",)) if isinstance(listed, ListNode) else []
    count = len(given)
    ids = [rule.get("id") if isinstance(rule, dict) else None for rule in given]
    for index, rule_id in enumerate(ids):
        if isinstance(rule_id, str) and rule_id in ids[:index]:
            first = reading.document.at(("rules", ids.index(rule_id), "id")).line
            reading.note(("rules", index, "id"), f'"{rule_id}" is the id of two rules (first on line {first})')
    return tuple(rule for index in range(count) for rule in read_rule(reading, ("rules", index)))


def _check_labels(reading: Reading, form: PolicyForm) -> None:
    if not form.failure_labels:
        reading.note(("failure_labels",), "without a label nothing is ever a failure")
    for key, labels in (("failure_labels", form.failure_labels), ("experiment_labels", form.experiment_labels)):
        for index, label in enumerate(labels):
            if not label.strip():
                reading.note((key, index), "an empty label")
            if has_label(labels[:index], label):
                reading.note((key, index), f'"{label}" is here twice')
    for index, label in enumerate(form.experiment_labels):
        if has_label(form.failure_labels, label):
            message = f'"{label}" is a failure label too, so that every failure would be an experiment'
            reading.note(("experiment_labels", index), message)


def _check_lines(reading: Reading, form: PolicyForm) -> None:
    for key, lines in (("systemic_questions", form.systemic_questions), ("blame_phrases", form.blame_phrases)):
        for index, line in enumerate(lines):
            if not has_words(line) or "\n" in line.strip():
                reading.note((key, index), "a few words in one line are wanted here")


def _check_severities(reading: Reading, form: PolicyForm) -> None:
    allowed = f"{SEVERITIES[0]} (the gravest) to {SEVERITIES[-1]}"
    labels = list(form.severities.labels)
    for index, (label, severity) in enumerate(form.severities.labels.items()):
        if has_label(labels[:index], label):
            reading.note_key(("severities", "labels", label), f'"{label}" is here twice: capitals make no difference')
        if severity not in SEVERITIES:
            reading.note(("severities", "labels", label), f"{severity} is no severity", allowed)
    if form.severities.default not in SEVERITIES:
        reading.note(("severities", "default"), f"{form.severities.default} is no severity", allowed)
