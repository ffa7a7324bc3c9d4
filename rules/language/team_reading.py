"""What the people file says of time and of teams: calendars of their own, absences, who works together on what."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from types import MappingProxyType

from rules.labels import has_label
from rules.language.calendar_reading import read_own_calendar
from rules.language.document import KeyPath
from rules.language.forms import CalendarForm
from rules.language.people_forms import AwayForm, PeopleForm, PersonForm, TeamForm
from rules.language.problems import closest, in_words
from rules.language.reading import Reading
from rules.own_calendar import OwnCalendar
from rules.policy import Away, Recipient, Role, Team
from rules.refs import Place

#: Words that mean somebody by their part, wherever an id could stand.
RESERVED = frozenset({"failure.owner", "leads", *(word.value for word in (*Role, *Recipient))})
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,60}\Z")
_PLACE = re.compile(r"[^\s:]+:\S+\Z")
#: Who is away for longer has left.
_AWAY_DAYS_MAX = 730


def read_own(reading: Reading, path: KeyPath, form: CalendarForm | None) -> OwnCalendar | None:
    """A calendar of somebody's own, or None."""
    return read_own_calendar(reading, (*path, "calendar"), form) if form else None


def read_away(reading: Reading, person_id: str, form: PersonForm, people: Mapping[str, PersonForm]) -> tuple[Away, ...]:
    """A person's absences, earliest first. Problems are noted on the reading."""
    found = [
        (number, away)
        for number, one in enumerate(form.away)
        if (away := _away(reading, ("people", person_id, "away", number), person_id, one, people))
    ]
    found.sort(key=lambda one: one[1].starts)
    for (_, before), (number, after) in pairwise(found):
        if after.starts <= before.ends:
            place = ("people", person_id, "away", number, "from")
            reading.note(place, f"{after.starts} is a day of the absence before, {before.starts} to {before.ends}")
    return tuple(away for _, away in found)


def check_stand_ins(reading: Reading, away: Mapping[str, tuple[Away, ...]]) -> None:
    """Whoever stands in may be away too, and is stood in for; on no day may that come back to where it began."""
    told: set[str] = set()
    for start, absences in away.items():
        for number, absence in enumerate(absences):
            row = _circle(start, absence, away) if absence.stand_in not in ("", start) else []
            if row and told.isdisjoint(row):
                told.update(row)
                place = ("people", start, "away", number, "stand_in")
                reading.note(place, f"a circle of stand-ins: {' -> '.join(row)}")


def read_teams(reading: Reading, form: PeopleForm) -> Mapping[str, Team]:
    """The teams in the order of the file. Problems are noted on the reading."""
    labels: dict[str, str] = {}
    for team_id, team in form.teams.items():
        _check_team(reading, form, team_id, team)
        for number, label in enumerate(team.labels):
            other = labels.setdefault(label.casefold(), team_id)
            if other != team_id:
                reading.note(("teams", team_id, "labels", number), f'"{label}" is a label of "{other}" already')
    return MappingProxyType({team_id: _team(reading, team_id, team) for team_id, team in form.teams.items()})


def _team(reading: Reading, team_id: str, form: TeamForm) -> Team:
    places = (_place(reading, ("teams", team_id, "places", n), one) for n, one in enumerate(form.places))
    return Team(
        id=team_id,
        name=form.name or team_id,
        lead=form.lead,
        members=tuple(form.members),
        labels=tuple(form.labels),
        places=tuple(place for place in places if place),
        calendar=read_own(reading, ("teams", team_id), form.calendar),
    )


def _check_team(reading: Reading, form: PeopleForm, team_id: str, team: TeamForm) -> None:
    place = ("teams", team_id)
    if not _ID.match(team_id):
        reading.note_key(place, f'"{team_id}" cannot be an id', "small letters, figures, . _ and -, such as payments")
    elif team_id in RESERVED:
        reading.note_key(place, f'"{team_id}" means somebody by their part, so it cannot be an id')
    elif team_id in form.people:
        reading.note_key(place, f'"{team_id}" is the id of a person already')
    named: list[tuple[KeyPath, str]] = [((*place, "lead"), team.lead)] if team.lead else []
    named += [((*place, "members", number), member) for number, member in enumerate(team.members)]
    for where, found in named:
        if found not in form.people:
            reading.note(
                where, f'"{found}" is nobody in this file', in_words(form.people, found), closest(found, form.people)
            )
    for key, words in (("members", team.members), ("labels", team.labels)):
        for number, word in enumerate(words):
            if has_label(words[:number], word):
                reading.note((*place, key, number), f'"{word}" is here twice')
            if not word.strip():
                reading.note((*place, key, number), "nothing stands here")
    if not (team.lead or team.members):
        reading.note_key(place, "a team of nobody", "a lead, members, or both")


def _place(reading: Reading, path: KeyPath, written: str) -> Place | None:
    if not _PLACE.match(written):
        allowed = "a tracker's name and a repository or project, such as github:acme/shop or jira:OPS"
        reading.note(path, f'"{written}" is no place', allowed)
        return None
    tracker, _, container = written.partition(":")
    return Place(tracker, container)


def _away(
    reading: Reading, path: KeyPath, person_id: str, form: AwayForm, people: Mapping[str, PersonForm]
) -> Away | None:
    starts, ends = reading.date((*path, "from")), reading.date((*path, "to"))
    if form.stand_in == person_id:
        reading.note((*path, "stand_in"), "nobody stands in for themselves", in_words(set(people) - {person_id}))
    elif form.stand_in and form.stand_in not in people:
        message = f'"{form.stand_in}" is nobody in this file'
        reading.note((*path, "stand_in"), message, in_words(people, form.stand_in), closest(form.stand_in, people))
    if starts is None or ends is None:
        return None
    if ends < starts:
        reading.note((*path, "to"), f"{ends} is before {starts}", "the last day, which is one of them")
        return None
    if (ends - starts).days >= _AWAY_DAYS_MAX:
        reading.note((*path, "to"), f"that is longer than {_AWAY_DAYS_MAX} days", "an absence that comes to an end")
        return None
    return Away(starts, ends, form.stand_in)


def _circle(start: str, absence: Away, away: Mapping[str, tuple[Away, ...]]) -> list[str]:
    """The way from somebody's absence through stand-ins who are away on a day of it, where it comes back to them."""
    ways: list[tuple[list[str], dt.date, dt.date]] = [([start, absence.stand_in], absence.starts, absence.ends)]
    while ways:
        row, first, last = ways.pop()
        if row[-1] == start:
            return row
        ways += [
            ([*row, one.stand_in], max(first, one.starts), min(last, one.ends))
            for one in _meanwhile(away.get(row[-1], ()), first, last)
            if one.stand_in and (one.stand_in == start or one.stand_in not in row)
        ]
    return []


def _meanwhile(absences: Iterable[Away], first: dt.date, last: dt.date) -> list[Away]:
    return [one for one in absences if one.starts <= last and one.ends >= first]
