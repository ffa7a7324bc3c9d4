"""What people do in a test, read from its file: when, who, and one verb. Pure."""

from __future__ import annotations

import datetime as dt

from rules.language.document import KeyPath
from rules.language.problems import in_words
from rules.language.reading import Reading
from worker.rehearsal.trial.expectations import Known
from worker.rehearsal.trial.forms import EventForm
from worker.rehearsal.trial.moments import read_moment
from worker.rehearsal.trial.trials import Act

#: Behind these stands the ticket itself.
_ON_ITSELF = ("write", "edit", "close", "reopen")
VERBS = ("comment", "label", "unlabel", "assign", "due", "move", "commit", "tick", *_ON_ITSELF)
_FAILURE, _POST_MORTEM = "failure", "post-mortem"


def read_act(reading: Reading, path: KeyPath, known: Known, before: dt.datetime) -> Act | None:
    """One event, or None with its problems noted. `before` is when the one before it was."""
    form = reading.form(EventForm, path)
    if form is None:
        return None
    verbs = [verb for verb in VERBS if verb in form.model_fields_set]
    if len(verbs) != 1:
        told = "it is not said what is done" if not verbs else f'"{verbs[0]}" and "{verbs[1]}" at once'
        reading.note(path, told, f"one of {in_words(VERBS)}")
        return None
    verb = verbs[0]
    at = _when(reading, path, form, known, before)
    value = _value(reading, (*path, verb), verb, known)
    on = value if verb in _ON_ITSELF else form.on or (_POST_MORTEM if verb == "tick" else _FAILURE)
    _check_texts(reading, path, form, verb)
    known.person(reading, (*path, "by"), form.by)
    if at is None:
        return None
    text = form.before if verb == "edit" else form.text
    resolution = form.resolution.replace(" ", "_")
    return Act(at, form.by, verb, value, on, text or "", form.behind or "", resolution)


def _when(reading: Reading, path: KeyPath, form: EventForm, known: Known, before: dt.datetime) -> dt.datetime | None:
    if (form.at is None) == (form.after is None):
        told = "it is not said when" if form.at is None else '"at" and "after" at once'
        reading.note(path, told, "at: 2026-03-02 09:00, or after: 3 days, counted from the event before it")
        return None
    if form.after is not None:
        duration = reading.positive_duration((*path, "after"))
        return known.policy.calendar.add(before, duration) if duration else None
    at = read_moment(reading, (*path, "at"), known.policy.calendar.zone)
    if at and at < before:
        reading.note((*path, "at"), "it is earlier than the event before it: events stand in order of time")
    return at


def _value(reading: Reading, path: KeyPath, verb: str, known: Known) -> str:
    if verb == "due":
        node = reading.document.plain(path)
        day = None if node == "none" else reading.date(path)
        return day.isoformat() if day else ""
    text = reading.text(path) or ""
    if verb == "assign" and text:
        known.person(reading, path, text)
    return text


def _check_texts(reading: Reading, path: KeyPath, form: EventForm, verb: str) -> None:
    """What belongs to one verb stands beside that one, and there it is needed."""
    given = form.model_fields_set
    for key, name, wanted in (("text", "text", "write"), ("before", "from", "edit"), ("behind", "to", "edit")):
        if key in given and verb != wanted:
            reading.note_key((*path, name), f'"{name}" belongs to "{wanted}"')
        if key not in given and verb == wanted:
            reading.note(path, f'"{name}" is missing beside "{wanted}"')
    if "resolution" in given and verb != "close":
        reading.note_key((*path, "as"), '"as" belongs to "close"')
    if "on" in given and verb in _ON_ITSELF:
        reading.note_key((*path, "on"), f'the ticket stands behind "{verb}" already')
