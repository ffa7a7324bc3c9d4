"""Whose working time counts: a person's own keys over their team's over the policy's."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from rules.calendar import Calendar
from rules.calendars import calendar_of
from rules.language.people_file import load_people
from rules.policy import Away, Person, Policy, Team
from rules.refs import Place
from rules.work_hours import OFFICE
from tests.rules.cases import PACK

FILE = """
people:
  ada:
    name: Ada Byron
    calendar: {zone: Asia/Tokyo, country: JP}
  ben:
    name: Ben Okri
    calendar: {workdays: [sat, mon], holidays: [2026-12-30 to 2027-01-02]}
    away: [{from: 2027-03-01, to: 2027-03-02}, {from: 2026-12-21, to: 2026-12-22, stand_in: ada}]
  cy: {name: Cy Twombly}
  dee: {name: Dee Roe}
teams:
  payments:
    name: Payments
    lead: cy
    members: [ada, ben]
    labels: [payments]
    places: ["github:acme/shop"]
    calendar: {hours: {mon-thu: "09:00-12:30, 13:30-17:00", fri: "09:00-13:00"}, holidays: [2026-12-28]}
"""
BAVARIA = Calendar(
    ZoneInfo("Europe/Berlin"),
    holidays=frozenset({dt.date(2026, 12, 29)}),
    public_holidays=frozenset({dt.date(2027, 1, 6)}),
)


def policy(tmp_path: Path) -> Policy:
    path = tmp_path / "people.yaml"
    path.write_text(FILE, encoding="utf-8")
    return replace(PACK, calendar=BAVARIA, people=load_people(path))


def calendar(policy: Policy, who: str) -> Calendar:
    return calendar_of(policy, policy.people.people[who])


def test_what_a_person_says_replaces_their_teams_and_that_the_policys(tmp_path: Path) -> None:
    ada = calendar(policy(tmp_path), "ada")
    assert ada.zone.key == "Asia/Tokyo"
    assert ada.workdays == {1, 2, 3, 4, 5}
    assert ada.hours.of(5) == ((dt.time(9), dt.time(13)),)
    assert ada.holidays == {dt.date(2026, 12, 28)}
    assert dt.date(2027, 1, 11) in ada.public_holidays  # coming of age
    assert dt.date(2027, 1, 6) not in ada.public_holidays


def test_days_of_ones_own_take_the_hours_of_the_team_where_it_has_some_for_them(tmp_path: Path) -> None:
    """And those of its first day where it has none."""
    ben = calendar(policy(tmp_path), "ben")
    assert ben.zone == BAVARIA.zone
    assert ben.workdays == {6, 1}
    assert ben.hours.of(6) == ben.hours.of(1) == ((dt.time(9), dt.time(12, 30)), (dt.time(13, 30), dt.time(17)))
    assert ben.public_holidays == BAVARIA.public_holidays


def test_days_away_are_no_working_days_where_nobody_stands_in(tmp_path: Path) -> None:
    ben = calendar(policy(tmp_path), "ben")
    assert not ben.is_workday(dt.date(2027, 3, 1))
    assert ben.is_workday(dt.date(2026, 12, 21))
    assert not ben.is_workday(dt.date(2027, 1, 2))


def test_everybody_else_has_the_policys_own(tmp_path: Path) -> None:
    """Also who leads a team without being one of it, and whom the file does not know."""
    known = policy(tmp_path)
    for person in (known.people.people["cy"], known.people.people["dee"], Person("github/eve", "Eve"), None):
        assert calendar_of(known, person) is BAVARIA


def test_a_calendar_is_put_together_once(tmp_path: Path) -> None:
    known = policy(tmp_path)
    assert calendar(known, "ada") is calendar(known, "ada")
    assert calendar(replace(known, calendar=Calendar()), "ben").zone.key == "UTC"


def test_teams_and_absences_are_as_the_file_has_them(tmp_path: Path) -> None:
    people = policy(tmp_path).people
    assert people.people["ben"].away == (
        Away(dt.date(2026, 12, 21), dt.date(2026, 12, 22), "ada"),
        Away(dt.date(2027, 3, 1), dt.date(2027, 3, 2)),
    )
    team = people.teams["payments"]
    assert replace(team, calendar=None) == Team(
        "payments", "Payments", "cy", ("ada", "ben"), ("payments",), (Place("github", "acme/shop"),)
    )
    assert BAVARIA.hours.daily == OFFICE
