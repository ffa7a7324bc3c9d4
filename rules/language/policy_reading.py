"""A policy's tree, all of its files in one, read into `rules.policy`'s frozen data.

What is wrong in it is noted, and reading goes on: one run shows all of it.
"""

from __future__ import annotations

from dataclasses import replace

from rules.by_severity import SEVERITIES
from rules.endings import has_words
from rules.labels import has_label
from rules.language.calendar_reading import read_calendar, read_limits
from rules.language.conflicts import PlacedRule, note_conflicts
from rules.language.document import KeyPath, MapNode, Node
from rules.language.fields_reading import declared, read_fields
from rules.language.forms import PolicyForm
from rules.language.grouping import GroupConditions, ungroup
from rules.language.item_words_reading import read_item_words
from rules.language.problems import Problem
from rules.language.reading import Reading
from rules.language.rule_reading import read_rule
from rules.policy import Policy, Rule, Severities
from rules.variables import Variables


def read_policy(reading: Reading, in_texts: Variables) -> Policy | None:
    """The policy of the reading's document, or None where its form is wrong. `in_texts` are the variables that
    templates see."""
    form = reading.form(PolicyForm, ())
    reading.fields = declared(reading)
    rules = read_rules(reading)
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
        severities=Severities(form.severities.labels, form.severities.default, form.severities.priorities),
        fields=read_fields(reading, form.fields),
        systemic_questions=tuple(form.systemic_questions),
        blame_phrases=tuple(form.blame_phrases),
        item_words=read_item_words(reading, ("action_items",), form.action_items),
        variables=in_texts,
        limits=read_limits(reading, ("limits",), form.limits, calendar.zone),
    )


def read_rules(reading: Reading) -> tuple[Rule, ...]:
    """The rules of the reading's document, which it takes out of their groups."""
    groups, shared = ungroup(reading), GroupConditions(reading)
    placed: list[PlacedRule] = []
    for index, around in enumerate(groups):
        before = len(reading.problems)
        path: KeyPath = ("rules", index)
        placed += (PlacedRule(rule, path) for rule in read_rule(reading, path, around, shared))
        node = reading.document.at(path)
        told = (_with_patch(one, node) for one in reading.problems[before:])
        reading.problems[before:] = told
    note_conflicts(reading, placed)
    _check_business_time(reading)
    return tuple(one.rule for one in placed)


def _check_business_time(reading: Reading) -> None:
    """Where working time is counted, a calendar has to say when people work: nobody may guess."""
    root = reading.document.root
    if reading.first_business and isinstance(root, MapNode) and root.get("calendar") is None:
        path, duration = reading.first_business
        message = f'"{duration}" counts working time, and no calendar says when people work'
        reading.note(path, message, "a calendar, such as calendar: {zone: Europe/Berlin}")


def _with_patch(problem: Problem, rule: Node) -> Problem:
    """A problem with a rule that stands in another file than where it was patched says where that was, unless it is a
    variable's."""
    if problem.file == rule.source.file or problem.path.rpartition(".")[0].endswith("variables"):
        return problem
    return replace(problem, message=f"{problem.message} (as it is patched in {rule.source.file}:{rule.line})")


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
    for key, named in (("labels", form.severities.labels), ("priorities", form.severities.priorities)):
        for index, (name, severity) in enumerate(named.items()):
            if has_label([*named][:index], name):
                reading.note_key(("severities", key, name), f'"{name}" is here twice: capitals make no difference')
            if severity not in SEVERITIES:
                reading.note(("severities", key, name), f"{severity} is no severity", allowed)
    if form.severities.default not in SEVERITIES:
        reading.note(("severities", "default"), f"{form.severities.default} is no severity", allowed)
