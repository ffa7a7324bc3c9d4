"""Whoever is away is asked through their stand-in; where there is none, what can wait waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.admit import Budgets, admit
from rules.decide import decide
from rules.decision import Decision
from rules.effects import AnyEffect, Assign, Notify, OpenTicket, Say
from rules.facts import Actor, Audience, Case
from rules.own_calendar import OwnCalendar
from rules.policy import Away, People, Person, Policy, StandIn
from rules.situation import Situation
from tests.rules.cases import (
    ANN,
    BOB,
    PACK,
    PEOPLE,
    a_case,
    a_failure,
    a_post_mortem,
    an_action,
    at,
    closed,
    person,
    says,
)
from tests.rules.test_decide_properties import cases, moments

BOB_TOO = person("Bob", lead="lea")
DAY = dt.timedelta(days=1)


def away(first: str, last: str, stand_in: str = "") -> Away:
    return Away(dt.date.fromisoformat(f"2026-{first}"), dt.date.fromisoformat(f"2026-{last}"), stand_in)


def pack(*, zone: str = "", people: People = PEOPLE, **absences: Away) -> Policy:
    """The pack, with Bob in the people file, and people who are away then."""
    calendar = OwnCalendar(zone=ZoneInfo(zone)) if zone else None
    known = {**people.people, "bob": BOB_TOO}
    found = {
        one: replace(who, away=(absences[one],) if one in absences else (), calendar=calendar)
        for one, who in known.items()
    }
    return replace(PACK, people=replace(people, people=found))


def said(policy: Policy, case: Case, now: str, rule: str) -> Say:
    (found,) = [one for one in decide(policy, case, at(now)).effects if isinstance(one, Say) and one.rule == rule]
    return found


OVERDUE = a_case(a_failure(), None, an_action(due="2026-03-10"))
GRAVE = a_case(a_failure("sev1"))


@pytest.mark.parametrize(
    ("absences", "now", "asked", "words"),
    [
        pytest.param({}, "03-11 10:00", ("ann",), "[Ann](mention:ann)", id="nobody is away"),
        pytest.param(
            {"ann": away("03-09", "03-13", "bob")},
            "03-11 10:00",
            ("bob",),
            "[Bob](mention:bob) (for Ann until 13 Mar)",
            id="a stand-in",
        ),
        pytest.param(
            {"ann": away("03-11", "03-13", "bob"), "bob": away("03-10", "03-11", "mo")},
            "03-11 10:00",
            ("mo",),
            "[Mo](mention:mo) (for Ann until 11 Mar)",
            id="who is away too, theirs",
        ),
        pytest.param({"ann": away("03-12", "03-13", "bob")}, "03-11 10:00", ("ann",), "[Ann](mention:ann)", id="later"),
        pytest.param({"ann": away("03-09", "03-10", "bob")}, "03-11 10:00", ("ann",), "[Ann](mention:ann)", id="back"),
        pytest.param(
            {"lea": away("03-09", "03-20", "bob")}, "03-11 10:00", ("ann",), "[Ann](mention:ann)", id="others"
        ),
    ],
)
def test_a_stand_in_is_asked_in_ones_place(
    absences: dict[str, Away], now: str, asked: tuple[str, ...], words: str
) -> None:
    """And the text says so; the clock runs on, and the key is the same."""
    comment = said(pack(**absences), OVERDUE, now, "stalled-action")
    assert comment.mentions == asked
    assert words in comment.body
    assert comment.asks == asked[0]
    assert comment.key == said(PACK, OVERDUE, now, "stalled-action").key


def test_a_stand_in_who_has_left_is_not_asked() -> None:
    policy = pack(ann=away("03-09", "03-13", "bob"))
    left = replace(policy, people=policy.people.following({}, [("github", "bob")]))
    assert said(left, OVERDUE, "03-11 10:00", "stalled-action").mentions == ("ann",)


def test_the_days_of_an_absence_are_those_of_ones_own_zone() -> None:
    """The thirteenth is over in Tokyo at 15:00 in UTC."""
    policy = pack(zone="Asia/Tokyo", ann=away("03-09", "03-13", "bob"))
    assert said(policy, OVERDUE, "03-13 14:59", "stalled-action").mentions == ("bob",)
    assert said(policy, OVERDUE, "03-13 15:00", "stalled-action").mentions == ("ann",)
    assert decide(policy, OVERDUE, at("03-13 14:00")).wake_at == at("03-13 15:00")


def test_without_a_stand_in_ones_ladder_stands_still() -> None:
    """Due on Tuesday, away until Friday: she is asked on Monday."""
    policy = pack(ann=away("03-09", "03-13"))
    plain = {one.rule: one for one in decide(policy, OVERDUE, at("03-13 12:00")).reasons}
    assert plain["stalled-action"].next_at == at("03-16 09:00")
    assert said(policy, OVERDUE, "03-16 09:00", "stalled-action").mentions == ("ann",)
    lea = pack(lea=away("03-09", "03-13"))
    assert said(lea, OVERDUE, "03-11 09:00", "stalled-action").mentions == ("ann",)


def test_what_is_asked_in_working_hours_of_one_who_is_away_waits_for_their_return() -> None:
    """The seventh day's rung asks the manager alone."""
    policy = pack(mo=away("03-18", "03-24"))
    now = at("03-20 10:00")
    effects = [one for one in decide(policy, OVERDUE, now).effects if one.rule == "stalled-action"]
    budgets = Budgets(policy.limits, policy.calendar, policy.calendars)
    assert {one.until for one in admit(effects, budgets, now).held} == {at("03-25 09:00")}
    assert admit(effects, budgets, at("03-25 09:00")).held == ()


@pytest.mark.parametrize(
    ("absences", "asked"),
    [
        pytest.param({"ann": away("03-01", "03-05")}, ("lea",), id="the next one up"),
        pytest.param({"ann": away("03-01", "03-05"), "lea": away("03-01", "03-05")}, ("mo",), id="and the next"),
        pytest.param({"ann": away("03-01", "03-05", "bob")}, ("bob",), id="a stand-in first"),
        pytest.param({"ann": away("03-01", "03-05", "bob"), "bob": away("03-02", "03-02")}, ("lea",), id="away too"),
        pytest.param({one: away("03-01", "03-05") for one in ("ann", "lea", "mo")}, ("ann",), id="everybody is away"),
    ],
)
def test_what_cannot_wait_is_asked_of_the_next_one_up(absences: dict[str, Away], asked: tuple[str, ...]) -> None:
    """A first word on a sev1 is asked for at any hour."""
    assert said(pack(**absences), GRAVE, "03-02 09:00", "ask-ack-sev1").mentions == asked


def test_nobody_is_asked_twice_by_one_rung() -> None:
    """The lead stands in for the owner."""
    policy = pack(ann=away("03-01", "03-20", "lea"))
    assert said(policy, OVERDUE, "03-13 10:00", "stalled-action").mentions == ("lea",)


def test_no_stand_in_approves_their_own() -> None:
    """The owner of an action stands in for the lead: the manager is asked."""
    dates = tuple(says(str(n), f"03-0{n + 2} 10:00", f"/due 2026-03-{n + 19}", by=ANN) for n in (1, 2, 3))
    case = a_case(a_failure(), None, an_action(due="2026-03-10", comments=dates))
    assert said(pack(), case, "03-06 10:00", "postponed-action").mentions == ("lea",)
    assert said(pack(lea=away("03-01", "03-20", "bob")), case, "03-06 10:00", "postponed-action").mentions == ("bob",)
    assert said(pack(lea=away("03-01", "03-20", "ann")), case, "03-06 10:00", "postponed-action").mentions == ("mo",)


def test_who_stands_in_is_named_as_owner() -> None:
    policy = pack(lea=away("03-01", "03-20", "bob"))
    effects = decide(policy, a_case(a_failure(assignees=())), at("03-02 10:00")).effects
    assert [one.account for one in effects if isinstance(one, Assign)] == ["bob"]


def test_who_stands_in_gets_what_is_opened() -> None:
    policy = pack(ann=away("03-01", "03-20", "bob"))
    effects = decide(policy, a_case(a_failure("sev2")), at("03-02 10:00")).effects
    assert [one.assignee for one in effects if isinstance(one, OpenTicket)] == ["bob"]


def with_channels(policy: Policy) -> Policy:
    people = {one: replace(who, notify=(f"json://127.0.0.1/{one}",)) for one, who in policy.people.people.items()}
    return replace(policy, people=replace(policy.people, people=people, leadership=(people["mo"],)))


def letters(policy: Policy, case: Case, now: str, rule: str) -> list[Notify]:
    effects: tuple[AnyEffect, ...] = decide(policy, case, at(now)).effects
    return [one for one in effects if isinstance(one, Notify) and one.rule == rule]


def test_what_is_told_privately_is_told_to_the_stand_in_and_never_again_on_return() -> None:
    policy = with_channels(pack(mo=away("03-20", "04-03", "bob")))
    (letter,) = letters(policy, OVERDUE, "04-01 10:00", "stalled-action")
    assert (letter.person, letter.asks) == ("bob", "bob")
    assert letter.body.startswith("This reaches you in place of Mo until 3 Apr.\n\n")
    (later,) = letters(policy, OVERDUE, "04-04 10:00", "stalled-action")
    assert (later.person, later.key) == ("mo", letter.key)


def test_what_is_told_to_who_took_part_is_theirs_alone() -> None:
    """A reflection waits for its reader, wherever they are."""
    policy = with_channels(pack(ann=away("03-01", "04-20", "bob")))
    case = a_case(a_failure(), a_post_mortem(**closed("03-05 10:00")))
    assert [one.person for one in letters(policy, case, "03-06 10:00", "reflect")] == ["ann"]


def test_on_a_public_ticket_the_owners_stand_in_is_asked_as_the_owner_is() -> None:
    policy = with_channels(pack(ann=away("03-09", "03-20", "bob")))
    case = a_case(a_failure(), None, an_action(due="2026-03-10", audience=Audience.PUBLIC))
    assert said(policy, case, "03-11 10:00", "stalled-action").mentions == ("bob",)


def test_a_circle_of_stand_ins_leads_nowhere() -> None:
    """The people file refuses one; whoever makes people otherwise gets no endless search."""
    circle = pack(ann=away("03-01", "03-20", "bob"), bob=away("03-01", "03-20", "ann"))
    there = Situation(circle, OVERDUE, at("03-11 10:00")).attendance.there_for(circle.people.people["ann"])
    assert there.id == "ann"
    assert not isinstance(there, StandIn)


def test_one_wakes_for_the_absences_of_those_who_have_a_part_and_of_nobody_else() -> None:
    asleep = decide(PACK, OVERDUE, at("03-11 10:00")).wake_at
    assert decide(pack(bob=away("03-12", "03-12", "ann")), OVERDUE, at("03-11 10:00")).wake_at == asleep
    assert decide(pack(ann=away("03-12", "03-12", "bob")), OVERDUE, at("03-11 10:00")).wake_at == at("03-12 00:00")
    assert BOB.account == "bob"


people_away = st.lists(
    st.tuples(
        st.sampled_from(["ann", "lea", "mo", "bob"]),
        st.integers(0, 30),
        st.integers(0, 10),
        st.sampled_from(["", "ann", "lea", "mo", "bob"]),
    ),
    max_size=4,
    unique_by=lambda one: one[0],
)


def identities(decision: Decision) -> list[tuple[str, tuple[str, ...]]]:
    """What it wants, and whom that asks."""
    return [(one.key, one.mentions if isinstance(one, Say) else (one.asks,)) for one in decision.effects]


@settings(max_examples=100, deadline=None)
@given(cases(), moments, st.floats(0, 1, exclude_max=True), people_away, st.sampled_from(["", "Asia/Tokyo"]))
def test_no_wake_up_comes_late_for_who_is_away(
    case: Case, now: dt.datetime, part: float, absences: list[tuple[str, int, int, str]], zone: str
) -> None:
    """At any instant before the wake-up the same is wanted of the same people (P6)."""
    first = dt.date(2026, 3, 2)
    found = {
        who: Away(first + days * DAY, first + (days + more) * DAY, stand_in if stand_in != who else "")
        for who, days, more, stand_in in absences
    }
    policy = pack(zone=zone, **found)
    decision = decide(policy, case, now)
    horizon = decision.wake_at or now + 400 * DAY
    last = horizon - dt.timedelta(microseconds=1)
    assert horizon > now
    for before in (min(now + (horizon - now) * part, last), last):
        assert identities(decide(policy, case, before)) == identities(decision)


def test_somebody_unknown_is_never_away() -> None:
    attendance = Situation(PACK, OVERDUE, at("03-11 10:00")).attendance
    eve = Person("github/eve", "Eve")
    assert attendance.there_for(eve) is eve
    assert attendance.there_now(eve) is eve
    assert attendance.changes_at is None


def declined(approved_by: str = "") -> Case:
    """Ann declines; somebody says that this is well."""
    words = (says("1", "03-11 10:00", "/decline The service goes away."),)
    if approved_by:
        words += (says("2", "03-11 12:00", "/approve", by=Actor(approved_by, approved_by.title())),)
    case = a_case(a_failure(), None, an_action(due="2026-03-10", comments=words))
    ref = case.actions[0].ticket.ref
    rights = {ref: tuple(replace(one, rights=True) for one in case.commands[ref])}
    return replace(case, commands={**case.commands, **rights})


@pytest.mark.parametrize(
    ("absences", "who", "is_over"),
    [
        pytest.param({}, "bob", False, id="who stands above nobody"),
        pytest.param({"lea": away("03-09", "03-20", "bob")}, "bob", True, id="who stands in for the lead"),
        pytest.param({"lea": away("03-09", "03-20", "bob")}, "lea", True, id="the lead, who is away and looks in"),
        pytest.param({"lea": away("03-12", "03-20", "bob")}, "bob", True, id="it is the twelfth somewhere"),
        pytest.param({"lea": away("03-13", "03-20", "bob")}, "bob", False, id="not yet"),
        pytest.param({"lea": away("03-09", "03-20", "ann")}, "ann", False, id="nobody approves their own"),
    ],
)
def test_a_stand_in_approves_for_whom_they_stand_in(absences: dict[str, Away], who: str, is_over: bool) -> None:
    policy, case = pack(**absences), declined(who)
    endings = Situation(policy, case, at("03-11 13:00")).endings
    assert (endings.of(case.actions[0]) is not None) is is_over


def test_whoever_stands_in_is_asked_for_their_approval() -> None:
    reply = said(pack(lea=away("03-09", "03-20", "bob")), declined(), "03-11 10:05", "reply")
    assert "bob" in reply.mentions
    assert "[Bob](mention:bob) (for Lea until 20 Mar)" in reply.body
