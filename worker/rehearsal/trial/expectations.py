"""What a test expects, read from its file: a verb, and what else has to be so. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from rules.labels import has_label
from rules.language.document import KeyPath, ListNode, Scalar
from rules.language.problems import closest, in_words
from rules.language.reading import Reading
from rules.language.validation import shown
from rules.policy import Policy
from worker.rehearsal.happening import VERBS
from worker.rehearsal.trial.forms import ExpectedForm
from worker.rehearsal.trial.moments import read_moment_or_day
from worker.rehearsal.trial.people import STRANGER
from worker.rehearsal.trial.trials import Expected

#: Behind these stands a template, or whom it asks.
_SAID = ("comment", "remind", "notify", "close")
_OPENED = ("post-mortem", "action")


@dataclass(frozen=True, slots=True)
class Known:
    """What may be named: by the policy, and by the people file. Without people every name is somebody."""

    policy: Policy

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(self.policy.people.people)

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(rule.id for rule in self.policy.every_rule))

    def person(self, reading: Reading, path: KeyPath, name: str) -> str:
        """The name, noted as a problem where the people file has nobody of that id."""
        names = (*self.people, STRANGER, "leadership")
        if self.people and name not in names:
            reading.note(path, f'"{name}" is nobody in the people file', in_words(names, name), closest(name, names))
        return name

    def rule(self, reading: Reading, path: KeyPath, rule_id: str) -> str:
        if rule_id not in self.rules:
            reading.note(
                path,
                f'"{rule_id}" is no rule of the policy',
                in_words(self.rules, rule_id),
                closest(rule_id, self.rules),
            )
        return rule_id

    def failure_label(self, reading: Reading, places: Sequence[KeyPath]) -> None:
        """Of the labels at these places, all that a test ever puts on, one has to make a failure; else nothing could
        happen, and a slip of the pen would look like a test that holds. Noted at the one that was probably meant."""
        labels = self.policy.failure_labels
        found = [(path, label) for path in places if isinstance(label := reading.document.plain(path), str)]
        if not found or has_label([label for _, label in found], *labels):
            return
        path, label = next(((path, label) for path, label in found if closest(label, labels)), found[0])
        told = f'"{label}" is no failure label of this policy'
        reading.note(path, told, in_words(labels), closest(label, labels))


def read_expected(reading: Reading, path: KeyPath, known: Known, *, needs_verb: bool = True) -> Expected | None:
    """One expectation, or None with its problems noted. `needs_verb`: one of the verbs has to be there."""
    form = reading.form(ExpectedForm, path)
    if form is None:
        return None
    verbs = [verb for verb in VERBS if verb in form.model_fields_set]
    if len(verbs) > 1:
        reading.note_key((*path, verbs[1]), f'"{verbs[0]}" stands here already: one thing in each line')
        return None
    if not verbs and needs_verb:
        reading.note(path, "it is not said what is to happen", f"one of {in_words(VERBS)}")
        return None
    verb = verbs[0] if verbs else ""
    what, asked = _object(reading, (*path, verb), verb, known) if verb else ("", None)
    when = read_moment_or_day(reading, (*path, "at"), known.policy.calendar.zone) if form.at is not None else None
    return Expected(
        line=reading.document.at(path).line,
        at=when if isinstance(when, dt.datetime) else None,
        day=when if when and not isinstance(when, dt.datetime) else None,
        verb=verb,
        what=what,
        on=form.on or "",
        asks=asked if form.asks is None else frozenset(_people(reading, (*path, "asks"), known)),
        rule=known.rule(reading, (*path, "rule"), form.rule) if form.rule else "",
        says=form.says or "",
    )


def _object(reading: Reading, path: KeyPath, verb: str, known: Known) -> tuple[str, frozenset[str] | None]:
    """What stands behind a verb: a template or another word, and whom it asks where people stand there."""
    node = reading.document.at(path)
    if isinstance(node, Scalar) and node.value is None:
        return "", None
    if verb in _SAID:
        return _said(reading, path, known)
    if verb == "open":
        return _opened(reading, path), None
    if verb == "due":
        return _due(reading, path), None
    text = reading.text(path) or ""
    return (known.person(reading, path, text) if verb == "assign" and text else text), None


def _said(reading: Reading, path: KeyPath, known: Known) -> tuple[str, frozenset[str] | None]:
    node = reading.document.at(path)
    if isinstance(node, Scalar) and isinstance(node.value, str) and node.value.endswith(".md"):
        names = sorted(known.policy.templates.names())
        if node.value not in names:
            reading.note(
                path, f'"{node.value}" is no template', in_words(names, node.value), closest(node.value, names)
            )
        return node.value, None
    return "", frozenset(_people(reading, path, known))


def _people(reading: Reading, path: KeyPath, known: Known) -> Sequence[str]:
    node = reading.document.at(path)
    if isinstance(node, ListNode) and not node.items:
        return ()
    names = [(where, reading.text(where)) for where in reading.each(path)]
    return [known.person(reading, where, name) for where, name in names if name]


def _opened(reading: Reading, path: KeyPath) -> str:
    node = reading.document.at(path)
    found = str(node.value) if isinstance(node, Scalar) else ""
    if found not in _OPENED:
        reading.note(path, f"{shown(node)} is nothing to open", in_words(_OPENED, found), closest(found, _OPENED))
    return found


def _due(reading: Reading, path: KeyPath) -> str:
    node = reading.document.at(path)
    if isinstance(node, Scalar) and node.value == "none":
        return "none"
    day = reading.date(path)
    return day.isoformat() if day else ""
