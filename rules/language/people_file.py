"""The people file: who is who on which tracker, and whose lead and manager somebody is.

Names and accounts only; nothing about anybody's work is ever kept here (P10).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from rules.accounts import folded_account
from rules.language.channel_reading import read_channels
from rules.language.digest_reading import read_digest, read_leadership
from rules.language.document import Document
from rules.language.people_forms import PeopleForm, PersonForm
from rules.language.problems import DocumentError, closest, in_words
from rules.language.reading import Reading
from rules.language.team_reading import RESERVED, check_stand_ins, read_away, read_own, read_teams
from rules.policy import People, Person
from rules.templates import Templates

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,60}\Z")
_ACCOUNT = re.compile(r"\S.{0,200}\Z")
_RELATIONS = ("lead", "manager")


class PeopleError(DocumentError):
    """A people file that cannot be used; `problems` lists everything that is wrong with it."""


def load_people(path: Path, environ: Mapping[str, str] | None = None, *, shown_as: str = "") -> People:
    """Everybody in the file. Raises PeopleError with every problem found.

    `environ` holds the variables that private addresses are written as; without it nobody has a private channel.
    `shown_as` is what problems call the file; left out, its name.
    """
    try:
        document = Document.read(path, shown_as)
    except DocumentError as error:
        raise PeopleError(error.problems) from None
    return people_in(document, environ)


def people_in(document: Document, environ: Mapping[str, str] | None = None) -> People:
    """Everybody in a document that was read. Raises PeopleError, as `load_people` does."""
    reading = Reading(document, Templates({}))
    form = reading.form(PeopleForm, ())
    people = _read(reading, form, environ) if form else None
    if reading.problems or people is None:
        raise PeopleError(reading.problems)
    return people


def _read(reading: Reading, form: PeopleForm, environ: Mapping[str, str] | None) -> People:
    _check(reading, form)
    channels = read_channels(reading, {one: person.notify for one, person in form.people.items()}, environ)
    people = {one: _person(reading, form, one, channels.get(one, ())) for one in form.people}
    check_stand_ins(reading, {one: person.away for one, person in people.items()})
    leadership = read_leadership(reading, form.leadership, people, environ)
    digest = read_digest(reading, form.digest, people, form.default_lead, leadership, environ)
    teams = read_teams(reading, form)
    return People(MappingProxyType(people), form.default_lead, leadership, digest, teams=teams)


def _person(reading: Reading, everybody: PeopleForm, person_id: str, notify: tuple[str, ...]) -> Person:
    form = everybody.people[person_id]
    accounts = MappingProxyType(dict(form.accounts))
    calendar = read_own(reading, ("people", person_id), form.calendar)
    away = read_away(reading, person_id, form, everybody.people)
    return Person(person_id, form.name, accounts, form.lead, form.manager, notify, calendar, away)


def _check(reading: Reading, form: PeopleForm) -> None:
    for person_id, person in form.people.items():
        place = ("people", person_id)
        if not _ID.match(person_id):
            reading.note_key(place, f'"{person_id}" cannot be an id', "small letters, figures, . _ and -, such as ada")
        elif person_id in RESERVED:
            reading.note_key(place, f'"{person_id}" means somebody by their part, so it cannot be an id')
        if not person.name.strip():
            reading.note((*place, "name"), "an empty name")
        for relation in _RELATIONS:
            _check_known(reading, (*place, relation), getattr(person, relation), form.people)
    _check_known(reading, ("default_lead",), form.default_lead, form.people)
    _check_accounts(reading, form.people)
    for relation in _RELATIONS:
        _check_cycles(reading, form.people, relation)


def _check_known(reading: Reading, place: tuple[str, ...], found: str, people: Mapping[str, PersonForm]) -> None:
    if found and found not in people:
        reading.note(place, f'"{found}" is nobody in this file', in_words(people, found), closest(found, people))


def _check_accounts(reading: Reading, people: Mapping[str, PersonForm]) -> None:
    taken: dict[tuple[str, str], str] = {}
    for person_id, person in people.items():
        for tracker, account in person.accounts.items():
            place = ("people", person_id, "accounts", tracker)
            if not _ACCOUNT.match(account):
                reading.note(place, "an account is a login or an account id in one line")
                continue
            other = taken.setdefault((tracker, folded_account(account)), person_id)
            if other != person_id:
                reading.note(place, f'"{account}" on {tracker} is the account of "{other}" already')


def _check_cycles(reading: Reading, people: Mapping[str, PersonForm], relation: str) -> None:
    """Going up from anybody must come to an end; each circle is told once, at its first person."""
    told: set[str] = set()
    for start in people:
        way = [start]
        while (above := getattr(people[way[-1]], relation)) in people and above not in way:
            way.append(above)
        if above in way and not told.intersection(circle := way[way.index(above) :]):
            told.update(circle)
            row = " -> ".join([*circle, circle[0]])
            reading.note(("people", circle[0], relation), f"a circle of {relation}s: {row}")
