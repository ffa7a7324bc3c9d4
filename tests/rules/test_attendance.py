"""Time is that of the person asked: ladders in their owner's calendar, dates in that of who wrote them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from rules.decide import decide
from rules.decision import Reason
from rules.effects import Say
from rules.facts import Actor, Case, Comment, Marker
from rules.own_calendar import OwnCalendar
from rules.policy import Away, Policy
from rules.situation import Situation
from rules.work_hours import WorkHours
from tests.rules.cases import ANN, FIRST, LEA, PACK, PEOPLE, a_case, a_failure, an_action, at, says, we_say

TOKYO = OwnCalendar(zone=ZoneInfo("Asia/Tokyo"))
#: Ten to four, and never on a Monday.
SHORT = OwnCalendar(
    workdays=frozenset({2, 3, 4, 5}), hours=WorkHours(((dt.time(10), dt.time(16)),)), holidays=frozenset()
)


def pack(**calendars: OwnCalendar) -> Policy:
    """The pack, with people who have these calendars."""
    people = {one: replace(person, calendar=calendars.get(one)) for one, person in PEOPLE.people.items()}
    return replace(PACK, people=replace(PEOPLE, people=people))


def ladder(policy: Policy, case: Case, now: str, rule: str = "stalled-action") -> Reason:
    (found,) = [one for one in decide(policy, case, at(now)).reasons if one.rule == rule]
    return found


def owned(owner: Actor, *comments: Comment) -> Case:
    """An action of theirs, due on Tuesday the tenth."""
    return a_case(a_failure(), None, an_action(due="2026-03-10", assignees=(owner,), comments=comments))


@pytest.mark.parametrize(
    ("calendars", "owner", "next_at"),
    [
        pytest.param({}, ANN, "03-09 09:00", id="the policy's"),
        pytest.param({"lea": TOKYO}, ANN, "03-09 09:00", id="whoever else has another"),
        pytest.param({"ann": TOKYO}, ANN, "03-09 00:00", id="nine in Tokyo"),
        pytest.param({"ann": SHORT}, ANN, "03-06 10:00", id="Monday is none of hers, and she begins at ten"),
        pytest.param({"ann": TOKYO}, LEA, "03-09 09:00", id="it follows the owner"),
    ],
)
def test_a_ladder_counts_in_its_owners_calendar(
    calendars: Mapping[str, OwnCalendar], owner: Actor, next_at: str
) -> None:
    """A due day ends with their working day, and working days before it are theirs."""
    assert ladder(pack(**calendars), owned(owner), "03-04 12:00").next_at == at(next_at)


def test_a_due_day_ends_when_its_owner_goes_home() -> None:
    for policy, ends in ((PACK, "03-10 17:00"), (pack(ann=TOKYO), "03-10 08:00"), (pack(ann=SHORT), "03-10 16:00")):
        assert ladder(policy, owned(ANN), "03-13 12:00").since == at(ends)


@pytest.mark.parametrize(
    ("who", "day"), [(ANN, "2026-03-06"), (LEA, "2026-03-07")], ids=["of ann in UTC", "of lea in Tokyo"]
)
def test_a_length_of_time_behind_due_is_counted_where_its_writer_is(who: Actor, day: str) -> None:
    """At 20:00 in UTC it is the next day in Tokyo."""
    case = owned(ANN, says("1", "03-05 20:00", "/due 1 day", by=who))
    due = Situation(pack(lea=TOKYO), case, at("03-05 21:00")).due(case.actions[0].ticket)
    assert due is not None
    assert due.day == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("who", "until"), [(ANN, "03-09 09:00"), (LEA, "03-09 00:00")], ids=["of ann in UTC", "of lea in Tokyo"]
)
def test_a_snooze_until_a_day_ends_when_its_writers_work_begins(who: Actor, until: str) -> None:
    case = owned(ANN, says("1", "03-05 20:00", "/snooze until 2026-03-08 code freeze", by=who))
    (snooze,) = Situation(pack(lea=TOKYO), case, at("03-05 21:00")).snoozes(case.actions[0].ticket)
    assert snooze.until == at(until)


def test_what_is_said_of_a_date_that_is_over_is_said_in_its_writers_time() -> None:
    """At half past midnight in Tokyo the fifth is over; in UTC it is not."""
    case = owned(ANN, says("1", "03-05 15:30", "/due 2026-03-05", by=LEA))
    situation = Situation(pack(lea=TOKYO), case, at("03-05 21:00"))
    due = situation.due(case.actions[0].ticket)
    assert due is not None
    assert due.day == dt.date(2026, 3, 10)
    assert [one for one in decide(pack(lea=TOKYO), case, at("03-05 21:00")).reasons if one.rule == "reply"]
    assert not [one for one in decide(PACK, case, at("03-05 21:00")).reasons if one.rule == "reply"]


def test_calendars_change_when_something_is_said_and_never_its_key() -> None:
    """Else whoever gets one would hear everything once more."""
    everywhere = pack(ann=TOKYO, lea=SHORT, mo=TOKYO)
    case = owned(ANN, says("1", "03-05 20:00", "/snooze until 2026-03-12 freeze", by=LEA))
    keys = {effect.key for effect in decide(PACK, case, at("04-09 12:00")).effects}
    assert {effect.key for effect in decide(everywhere, case, at("04-09 12:00")).effects} == keys


def overdue(policy: Policy, *comments: Comment) -> Say:
    """What is said of Ann's action that is late."""
    effects = decide(policy, owned(ANN, *comments), at("03-24 12:00")).effects
    (said,) = (one for one in effects if isinstance(one, Say) and one.rule == "stalled-action")
    return said


def told(said: Say) -> Comment:
    return replace(we_say("2", "03-24 12:00"), marker=Marker(FIRST, said.key, "overdue", said.said))


def test_who_was_away_after_saying_how_long_it_takes_hears_nothing_twice() -> None:
    """The day moves with their calendar, and what was said for it stays said."""
    given = says("1", "03-02 10:00", "/due 10 business days")
    said = overdue(PACK, given)
    absent = replace(PEOPLE.people["ann"], away=(Away(dt.date(2026, 3, 9), dt.date(2026, 3, 9)),))
    policy = replace(PACK, people=replace(PEOPLE, people={**PEOPLE.people, "ann": absent}))
    assert overdue(policy, given).key != said.key
    assert overdue(policy, given, told(said)).key == said.key


def test_a_length_of_time_that_was_written_anew_is_another() -> None:
    given = says("1", "03-02 10:00", "/due 10 business days")
    said = overdue(PACK, given)
    edited = replace(given, body="/due 9 business days", edited_at=at("03-23 11:00"))
    assert overdue(PACK, edited, told(said)).key != said.key


def test_whose_hours_a_rung_waits_for_is_whom_it_asks_first() -> None:
    """All that it does together."""
    effects = decide(PACK, owned(ANN), at("03-20 12:00")).effects
    rung = {type(one).__name__: one.asks for one in effects if one.rule == "stalled-action"}
    assert rung == {"Say": "mo", "AddLabel": "mo"}
