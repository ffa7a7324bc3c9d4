"""Whose turn is kept: what waited since yesterday goes before what is new today (P9)."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from rules.calendar import Calendar
from rules.effects import Say, Urgency
from rules.keys import case_id
from rules.mention_budget import Booking, MentionBudget
from rules.texts import mention
from tests.rules.cases import at, ref

FRIDAY, TODAY, MONDAY, TUESDAY = at("03-06 15:00"), "2026-03-06", "2026-03-09", "2026-03-10"
WAYS = {name: (mention(name.title(), name), mention(name.title(), "")) for name in ("ann", "lea", "mo")}


def say(root: str, *people: str, severity: int = 2, key: str = "ask", replies_to: str = "") -> Say:
    return Say(
        key=f"{key} of {root}",
        case=case_id(root, 1),
        rule="ask-ack",
        why="w",
        urgency=Urgency(severity),
        ticket=ref(1),
        text=key,
        body=f"{' and '.join(WAYS[person][0] for person in people)}, it waits.",
        said=f"said {root}",
        mentions=people,
        ways=tuple(WAYS[person] for person in people),
        replies_to=replies_to,
    )


def calendar_of(person: str) -> Calendar:
    """Mo is in Tokyo, where it is Saturday already."""
    return Calendar(ZoneInfo("Asia/Tokyo")) if person == "mo" else Calendar()


def booked(root: str, day: str, *, person: str = "ann", key: str = "ask") -> Booking:
    return Booking(person, day, root, str(ref(1)), "ask-ack", f"{key} of {root}")


def budget(*bookings: Booking, spent: int = 0, person: str = "ann") -> MentionBudget:
    return MentionBudget(2, {person: spent}, bookings, calendar_of, FRIDAY)


@pytest.mark.parametrize(
    ("bookings", "spent", "is_held"),
    [
        pytest.param([], 1, False, id="there is room"),
        pytest.param([], 2, True, id="spent"),
        pytest.param([booked("other", TODAY)], 1, True, id="the last place is another's"),
        pytest.param([booked("other", TODAY)], 0, False, id="another has one of two"),
        pytest.param([booked("other", MONDAY)], 1, False, id="another waits for Monday"),
        pytest.param([booked("other", TODAY, person="lea")], 1, False, id="another waits for somebody else"),
        pytest.param([booked("other", "2026-03-05")], 1, False, id="another let its day go by"),
        pytest.param([booked("mine", TODAY), booked("other", TODAY)], 1, False, id="the last place is its own"),
        pytest.param([booked("mine", "2026-03-05"), booked("other", TODAY)], 1, False, id="it waits for longer still"),
        pytest.param([booked("mine", TODAY, key="ask again")], 1, False, id="another rung of the rule had waited"),
        pytest.param([booked("mine", TODAY)], 2, True, id="others were faster than the books"),
        pytest.param([booked("mine", MONDAY), booked("other", TODAY)], 1, True, id="its day is yet to come"),
    ],
)
def test_places_are_kept_for_what_waited(bookings: list[Booking], spent: int, is_held: bool) -> None:
    assert budget(*bookings, spent=spent).holds(say("mine", "ann")) == ("ann" if is_held else "")


@pytest.mark.parametrize(
    ("bookings", "day"),
    [
        pytest.param([], MONDAY, id="after the weekend"),
        pytest.param([booked("a", MONDAY)], MONDAY, id="there is one left"),
        pytest.param([booked("a", MONDAY), booked("b", MONDAY)], TUESDAY, id="that day is full"),
        pytest.param([booked("mine", MONDAY)], None, id="it has a place"),
        pytest.param([booked("mine", TODAY)], MONDAY, id="its place of today was taken"),
        pytest.param([booked("a", MONDAY), booked("b", MONDAY), booked("mine", MONDAY, key="before")], MONDAY,
                     id="the rung before had a place"),
    ],
)  # fmt: skip
def test_what_waits_books_the_first_day_that_has_room(bookings: list[Booking], day: str | None) -> None:
    booking = budget(*bookings, spent=2).book(say("mine", "ann"), "ann")
    assert (booking and (booking.day, booking.key)) == (day and (day, "ask of mine"))


def test_of_several_that_wait_each_has_a_place_of_its_own() -> None:
    mentions = budget(spent=2)
    found = [mentions.book(say(root, "ann"), "ann") for root in "abcde"]
    assert [one.day for one in found if one] == [MONDAY, MONDAY, TUESDAY, TUESDAY, "2026-03-11"]


def test_where_no_day_has_room_it_waits_all_the_same() -> None:
    """A budget of nothing: the search ends."""
    assert MentionBudget(0, {}, (), calendar_of, FRIDAY).book(say("mine", "ann"), "ann")


def test_a_place_that_was_used_is_kept_no_longer() -> None:
    mentions = budget(booked("mine", TODAY))
    mentions.spend(say("mine", "ann"))
    assert not mentions.holds(say("new", "ann"))
    mentions.spend(say("new", "ann"))
    assert mentions.holds(say("newer", "ann"))


def test_whoever_is_above_is_named_where_they_were_mentioned_often_enough() -> None:
    """The owner is asked all the same."""
    said, over = budget(spent=2, person="lea").sparing(say("mine", "ann", "lea", "mo"))
    assert said.body == "[Ann](mention:ann) and Lea and [Mo](mention:mo), it waits."
    assert (said.mentions, over) == (("ann", "mo"), ("lea",))
    assert said.key == "ask of mine"


def test_nobody_above_is_told_what_the_owner_could_not_be_asked() -> None:
    assert budget(spent=2).holds(say("mine", "ann", "lea")) == "ann"
    assert budget(spent=2, person="lea").holds(say("mine", "ann", "lea")) == ""


def test_a_reply_is_counted_for_nobody_who_asked_for_it() -> None:
    """Its approver did not."""
    reply = say("mine", "ann", "lea", replies_to="ann")
    mentions = MentionBudget(1, {"ann": 9}, (), calendar_of, FRIDAY)
    assert mentions.holds(reply) == ""
    assert mentions.sparing(reply) == (reply, ())
    mentions.spend(reply)
    assert mentions.holds(say("other", "lea")) == "lea"
    assert MentionBudget(1, {"lea": 1}, (), calendar_of, FRIDAY).holds(reply) == "lea"


def test_severity_one_waits_for_nobody_and_names_everybody() -> None:
    grave = replace(say("mine", "ann", "lea"), urgency=Urgency(1))
    mentions = MentionBudget(1, {"ann": 9, "lea": 9}, (booked("other", TODAY),), calendar_of, FRIDAY)
    assert mentions.holds(grave) == ""
    assert mentions.sparing(grave) == (grave, ())


def test_it_says_why() -> None:
    assert budget(spent=2).why("ann") == "ann was mentioned 2 times today; the rest waits"
    kept = budget(booked("other", TODAY), spent=1).why("ann")
    assert kept == "ann may be mentioned 2 times a day, and what waited since yesterday goes first"


def test_a_place_is_kept_for_the_day_that_it_is_where_the_person_is() -> None:
    """On Friday at 15:00 it is Saturday in Tokyo: what waited for Friday there has waited, and Monday is next."""
    late = at("03-06 15:30")
    mentions = MentionBudget(1, {"mo": 1}, (booked("other", TODAY, person="mo"),), calendar_of, late)
    booking = mentions.book(say("mine", "mo"), "mo")
    assert booking is not None
    assert booking.day == MONDAY
    assert mentions.tomorrow("mo") == at("03-09 00:00")
    assert mentions.tomorrow("ann") == at("03-09 09:00")
