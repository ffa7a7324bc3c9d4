"""A file of tests, read whole: everything wrong with it is told at once, as a policy's errors are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from rules.language.document import Document, KeyPath, ListNode, MapNode, Scalar
from rules.language.people_file import load_people, people_in
from rules.language.policy_file import load_policy, pack_path, shipped_packs
from rules.language.problems import DocumentError, closest, in_words
from rules.language.reading import Reading
from rules.policy import People, Policy, Routing
from rules.refs import Place
from rules.templates import Templates
from worker.rehearsal.happening import REACHING
from worker.rehearsal.trial.events import read_act
from worker.rehearsal.trial.expectations import Known, read_expected
from worker.rehearsal.trial.finding import PEOPLE_FILE, TrialSource
from worker.rehearsal.trial.forms import FailureForm, TrialFileForm, TrialForm
from worker.rehearsal.trial.moments import read_moment
from worker.rehearsal.trial.people import AnyVariable, people_at
from worker.rehearsal.trial.trials import Act, Expected, Opened, Trial, TrialFile
from worker.rehearsal.trial.watching import Watch
from worker.shown_paths import shown_path, shown_policy


class TrialError(DocumentError):
    """A file of tests that cannot be used; `problems` lists everything that is wrong with it."""


def read_trials(source: TrialSource) -> TrialFile:
    """All tests of a file. Raises TrialError, and PolicyError or PeopleError for what it names."""
    try:
        document = Document.read(source.path, source.shown)
    except DocumentError as error:
        raise TrialError(error.problems) from None
    reading = Reading(document, Templates({}))
    form = reading.form(TrialFileForm, ())
    place = _place(reading, form) if form else None
    path = _policy_path(reading, form, source) if form else None
    if form is None or place is None or path is None:
        raise TrialError(reading.problems)
    people = people_at(_people(reading, source, form, path), place.tracker)
    # Without people no team is known either, and none that a policy names can be told to be missing.
    given, routing = people if people.people else None, Routing(watched=(place,))
    policy = load_policy(path, people=given, routing=routing, shown_as=shown_policy(path))
    known = Known(policy)
    trials = [_trial(reading, ("tests", index), known) for index in range(len(form.tests))]
    _check_names(reading, trials)
    if not form.tests:
        reading.note(("tests",), "there is no test here")
    if reading.problems:
        raise TrialError(reading.problems)
    return TrialFile(source.shown, policy, place, form.public, tuple(trial for trial in trials if trial))


# --- what they are about ----------------------------------------------------------------------------


def _place(reading: Reading, form: TrialFileForm) -> Place | None:
    tracker, _, container = form.place.partition(":")
    if not tracker or not container or " " in container:
        reading.note(("place",), f'"{form.place}" is no place', "such as jira:OPS or github:acme/shop")
        return None
    return Place(tracker, container)


def _policy_path(reading: Reading, form: TrialFileForm, source: TrialSource) -> Path | None:
    if not form.policy:
        if source.policy is None:
            told = "no policy.yaml lies beside this file, or above its folder, and `policy:` names none"
            reading.note((), told, f"policy: a path from here, or a pack: {in_words(shipped_packs())}")
        return source.policy
    path = source.path.parent / form.policy
    if path.exists():
        return path
    if form.policy in shipped_packs():
        return pack_path(form.policy)
    told = f'"{form.policy}" is no file or folder as seen from here, and no shipped pack'
    reading.note(("policy",), told, in_words(shipped_packs(), form.policy), closest(form.policy, shipped_packs()))
    return None


def _people(reading: Reading, source: TrialSource, form: TrialFileForm, policy: Path) -> People:
    """Those of the file, or of the people file that it names, or of the one beside the policy; nobody where there is
    none. Raises PeopleError."""
    node = reading.document.root.get("people") if isinstance(reading.document.root, MapNode) else None
    if isinstance(node, MapNode):
        is_whole = isinstance(node.get("people"), MapNode)
        whole = node if is_whole else MapNode(place=node.place, entries=((Scalar(node.place, "people"), node),))
        return people_in(Document(whole), AnyVariable())
    if node is not None and not isinstance(form.people, str):
        reading.note(("people",), "people, or a people file's path, are wanted here")
        return People()
    beside = (policy if policy.is_dir() else policy.parent) / PEOPLE_FILE
    path = source.path.parent / form.people if form.people else beside
    if form.people and not path.is_file():
        reading.note(("people",), f'there is no file "{form.people}" as seen from here')
        return People()
    return load_people(path, AnyVariable(), shown_as=shown_path(path)) if path.is_file() else People()


# --- one test ---------------------------------------------------------------------------------------


def _trial(reading: Reading, path: KeyPath, known: Known) -> Trial | None:
    form = reading.form(TrialForm, path)
    if form is None:
        return None
    begins = _begins(reading, path, form, known.policy)
    if begins is None:
        return None
    acts = _acts(reading, path, form, known, begins)
    known.failure_label(reading, [*_labels(reading, path, form)])
    expect = _expectations(reading, (*path, "expect"), known) if form.expect is not None else None
    never = _expectations(reading, (*path, "never"), known, needs_verb=False) if form.never else {}
    for index, rule in enumerate(form.rules):
        known.rule(reading, (*path, "rules", index), rule)
    watch = Watch(begins, acts, expect or {}, never)
    named = {one.verb for one in watch.expected if one.verb}
    return Trial(
        name=" ".join(form.name.split()),
        line=reading.document.at(path).line,
        begins=begins,
        ends=watch.end(reading, (*path, "until"), known.policy, is_said=form.until is not None),
        failure=_opened(reading, path, form.failure, known),
        acts=tuple(acts),
        expect=tuple(expect.values()) if expect is not None else None,
        never=tuple(never.values()),
        verbs=frozenset(form.only or {*REACHING, *named}),
        rules=frozenset(form.rules),
    )


def _begins(reading: Reading, path: KeyPath, form: TrialForm, policy: Policy) -> dt.datetime | None:
    zone = policy.calendar.zone
    if form.failure.opened is not None:
        if form.begin is not None:
            reading.note_key((*path, "begin"), "`failure` says already when it was opened: one of the two is enough")
        return read_moment(reading, (*path, "failure", "opened"), zone)
    if form.begin is None:
        reading.note(path, "it is not said when it begins", "begin: 2026-03-02 09:00, or `opened` in the failure")
        return None
    return read_moment(reading, (*path, "begin"), zone)


def _opened(reading: Reading, path: KeyPath, form: FailureForm, known: Known) -> Opened:
    for key, name in (("reporter", form.reporter), ("owner", form.owner)):
        if name:
            known.person(reading, (*path, "failure", key), name)
    labels = form.labels if form.labels is not None else list(known.policy.failure_labels[:1])
    return Opened(form.title, tuple(labels), form.reporter, form.owner, form.text)


def _labels(reading: Reading, path: KeyPath, form: TrialForm) -> Iterator[KeyPath]:
    """Where the labels stand that a test puts on; nothing, where the failure's first one is the policy's own."""
    if form.failure.labels is None:
        return
    for index in range(len(form.failure.labels)):
        yield (*path, "failure", "labels", index)
    for index in range(len(form.events)):
        event = reading.document.at((*path, "events", index))
        if isinstance(event, MapNode) and event.get("label"):
            yield (*path, "events", index, "label")


def _acts(reading: Reading, path: KeyPath, form: TrialForm, known: Known, begins: dt.datetime) -> list[Act]:
    acts: list[Act] = []
    for index in range(len(form.events)):
        act = read_act(reading, (*path, "events", index), known, acts[-1].at if acts else begins)
        acts += [act] if act else []
    return acts


def _expectations(reading: Reading, path: KeyPath, known: Known, *, needs_verb: bool = True) -> dict[KeyPath, Expected]:
    """Each by where it stands."""
    node = reading.document.at(path)
    places = reading.each(path) if isinstance(node, ListNode) else []
    found = {place: read_expected(reading, place, known, needs_verb=needs_verb) for place in places}
    return {place: one for place, one in found.items() if one}


def _check_names(reading: Reading, trials: Sequence[Trial | None]) -> None:
    seen: dict[str, int] = {}
    for index, trial in enumerate(trials):
        if trial and trial.name in seen:
            reading.note(("tests", index, "name"), f"two tests are called so (first on line {seen[trial.name]})")
        if trial:
            seen.setdefault(trial.name, trial.line)
