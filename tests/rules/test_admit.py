"""What may be said now and what waits: mention budgets, the brake, and nothing dropped."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from rules.admit import Budgets, admit
from rules.calendar import Calendar
from rules.effects import AddLabel, AnyEffect, Keep, OpenTicket, RetractComment, Say, Urgency
from rules.policy import Limits
from rules.refs import Place
from tests.rules.cases import FIRST, at, ref

NOW = at("03-06 15:00")  # a Friday
BUDGETS = Budgets(Limits(mentions_per_day=2, sweep_effects_max=4), Calendar())


def say(key: str, *mentions: str, severity: int = 3, overdue_s: int = 0) -> Say:
    return Say(
        key=key,
        case=FIRST,
        rule="r",
        why="w",
        urgency=Urgency(severity, overdue_s),
        ticket=ref(1),
        text="ask",
        body="",
        said=f"said {key}",
        mentions=mentions,
    )


def keep(key: str, slot: str) -> Keep:
    return Keep(key=key, case=FIRST, rule="r", why="w", ticket=ref(1), slot=slot, body="", digest="")


LABEL = AddLabel(key="label", case=FIRST, rule="r", why="w", ticket=ref(1), label="escalated")
RETRACT = RetractComment(key="retract", case=FIRST, rule="r", why="w", ticket=ref(1), comment_id="c")
OPEN = OpenTicket(
    key="open", case=FIRST, rule="r", why="w", role="action", item="i", place=Place("github", "a/b"), title="", body=""
)
STATUS, PLAN = keep("status", "status"), keep("plan", "plan")


def keys(effects: tuple[AnyEffect, ...]) -> list[str]:
    return [effect.key for effect in effects]


@pytest.mark.parametrize(
    ("effects", "mentioned", "admitted", "held"),
    [
        pytest.param([say("a", "ann"), say("b", "ann")], {}, ["a", "b"], [], id="within the budget"),
        pytest.param([say("a", "ann")], {"ann": 2}, [], ["a"], id="spent already today"),
        pytest.param([say("a", "ann"), say("b", "ann"), say("c", "ann")], {}, ["a", "b"], ["c"], id="spent here"),
        pytest.param([say("a", "lea")], {"ann": 2}, ["a"], [], id="somebody else's budget"),
        pytest.param([say("a", "lea", "ann")], {"ann": 2}, ["a"], [], id="the second of two is over"),
        pytest.param([say("a", "ann", "lea")], {"ann": 2}, [], ["a"], id="the first of two is over"),
        pytest.param([replace(say("a", "ann"), replies_to="ann")], {"ann": 2}, ["a"], [], id="a reply to them"),
        pytest.param([say("a", "ann", severity=1)], {"ann": 9}, ["a"], [], id="sev1 is exempt"),
        pytest.param(
            [say("a", "ann", severity=1), say("b", "ann", severity=1), say("c", "ann")],
            {},
            ["a", "b"],
            ["c"],
            id="sev1 counts all the same",
        ),
        pytest.param([say("a")], {"ann": 9}, ["a"], [], id="nobody is mentioned"),
    ],
)
def test_a_person_s_mentions_have_a_daily_budget(
    effects: list[Say], mentioned: dict[str, int], admitted: list[str], held: list[str]
) -> None:
    """The rest waits (P9)."""
    admission = admit(effects, replace(BUDGETS, mentioned_today=mentioned), NOW)
    assert keys(admission.admitted) == admitted
    assert [one.effect.key for one in admission.held] == held


def test_what_waits_for_the_budget_says_why_and_waits_for_the_next_working_day() -> None:
    (held,) = admit([say("a", "ann")], replace(BUDGETS, mentioned_today={"ann": 2}), NOW).held
    assert held.until == at("03-09 09:00")
    assert "ann" in held.why
    assert "2 times today" in held.why


def test_whoever_is_named_and_not_mentioned_is_told_of() -> None:
    """P8."""
    (spared,) = admit([say("a", "lea", "ann")], replace(BUDGETS, mentioned_today={"ann": 2}), NOW).spared
    assert (spared.effect.key, spared.until) == ("a", at("03-09 09:00"))
    assert "ann" in spared.why


def test_what_may_have_gone_out_already_does_not_wait_for_itself() -> None:
    """It was counted as it went out; whether it arrived is read back before anything is sent again."""
    spent = replace(BUDGETS, mentioned_today={"ann": 2, "lea": 2}, under_way=frozenset({"a"}))
    asking = say("a", "ann", "lea")
    admission = admit([asking, say("b", "ann")], spent, NOW)
    assert admission.admitted == (asking,)
    assert [one.effect.key for one in admission.held] == ["b"]


def test_what_waits_asks_for_a_place_once() -> None:
    spent = replace(BUDGETS, mentioned_today={"ann": 2})
    (held,) = admit([say("a", "ann")], spent, NOW).held
    assert held.booking
    assert held.booking.day == "2026-03-09"
    (again,) = admit([say("a", "ann")], replace(spent, booked=(held.booking,)), NOW).held
    assert again.booking is None


@pytest.mark.parametrize(
    ("budgets", "admitted"),
    [
        pytest.param(BUDGETS, ["a", "label", "open", "plan", "retract", "status"], id="below the cap"),
        pytest.param(replace(BUDGETS, sweep_effects=3), ["label", "open", "retract"], id="one below the cap"),
        pytest.param(replace(BUDGETS, sweep_effects=4), ["label", "retract"], id="at the cap"),
        pytest.param(replace(BUDGETS, is_braked=True), ["label", "retract"], id="the brake holds"),
        pytest.param(
            replace(BUDGETS, is_braked=True, standing=frozenset({"status", "plan"})),
            ["label", "plan", "retract", "status"],
            id="editing what stands there already goes on",
        ),
    ],
)
def test_the_brake_holds_what_makes_noise(budgets: Budgets, admitted: list[str]) -> None:
    """An absolute cap per sweep; neutralising and converging go on (P13)."""
    admission = admit([say("a"), OPEN, STATUS, PLAN, LABEL, RETRACT], budgets, NOW)
    assert sorted(keys(admission.admitted)) == admitted
    assert all(one.until is None for one in admission.held)


def test_a_ticket_is_opened_before_anything_is_said() -> None:
    """So that what is said can link it."""
    assert keys(admit([say("a", severity=1), STATUS, OPEN], BUDGETS, NOW).admitted)[0] == "open"


def test_the_brake_holds_sev1_too() -> None:
    assert admit([say("a", "ann", severity=1)], replace(BUDGETS, is_braked=True), NOW).admitted == ()


@pytest.mark.parametrize(
    ("one", "other", "first"),
    [
        pytest.param(say("a", severity=3), say("b", severity=1), "b", id="the severer"),
        pytest.param(say("a", overdue_s=3600), say("b", overdue_s=7200), "b", id="the longer overdue"),
        pytest.param(say("a", overdue_s=7200), say("b", severity=2), "b", id="severity before lateness"),
        pytest.param(say("a", overdue_s=100), say("b", overdue_s=200), "a", id="within a quarter, the policy's order"),
    ],
)
def test_the_most_urgent_goes_first_when_not_all_can(one: Say, other: Say, first: str) -> None:
    assert keys(admit([one, other], replace(BUDGETS, sweep_effects=3), NOW).admitted) == [first]


@pytest.mark.parametrize(
    ("now", "until"),
    [
        pytest.param("03-06 09:00", None, id="at the opening"),
        pytest.param("03-06 16:59", None, id="before closing time"),
        pytest.param("03-06 17:00", "03-09 09:00", id="at closing time"),
        pytest.param("03-07 03:00", "03-09 09:00", id="on a Saturday night"),
        pytest.param("03-09 08:59", "03-09 09:00", id="early on Monday"),
    ],
)
def test_what_asks_in_working_hours_waits_for_them_whatever_the_severity(now: str, until: str | None) -> None:
    """All that a rung does together; what is in clock time waits for nothing (P9)."""
    rung = [replace(say("a", "ann", severity=1), in_hours=True), replace(LABEL, in_hours=True)]
    admission = admit([*rung, say("b", "ann")], BUDGETS, at(now))
    assert keys(admission.admitted) == (["b"] if until else ["a", "label", "b"])
    assert [(one.effect.key, one.until, one.is_for_hours) for one in admission.held] == (
        [("a", at(until), True), ("label", at(until), True)] if until else []
    )
    assert admission.wake_at == (at(until) if until else None)


def test_what_only_a_person_can_lift_is_said_first() -> None:
    (held,) = admit([replace(say("a"), in_hours=True)], replace(BUDGETS, is_braked=True), at("03-07 03:00")).held
    assert held.until is None
    assert "brake" in held.why


def test_nothing_is_dropped() -> None:
    """What is not admitted is held, and everything is one or the other (P7)."""
    effects = [
        say("a", "ann"),
        say("b", "ann"),
        say("c", "ann"),
        say("d"),
        say("e"),
        OPEN,
        STATUS,
        PLAN,
        LABEL,
        RETRACT,
    ]
    admission = admit(effects, BUDGETS, NOW)
    assert sorted([*keys(admission.admitted), *(one.effect.key for one in admission.held)]) == sorted(
        e.key for e in effects
    )
    assert all(one.why for one in admission.held)


def test_the_next_look_comes_when_the_first_of_what_waits_may_go_on() -> None:
    spent = replace(BUDGETS, mentioned_today={"ann": 2})
    assert admit([say("a", "ann")], spent, NOW).wake_at == at("03-09 09:00")
    assert admit([say("a", "lea")], spent, NOW).wake_at is None
    assert admit([say("a")], replace(BUDGETS, is_braked=True), NOW).wake_at is None


@pytest.mark.parametrize(
    ("effect", "edited_at", "held_until"),
    [
        pytest.param(STATUS, "03-06 09:00", "03-07 09:00", id="edited this morning"),
        pytest.param(replace(STATUS, urgency=Urgency(1)), "03-06 09:00", "03-07 09:00", id="of a sev1 too"),
        pytest.param(STATUS, "03-05 15:00", None, id="edited a day ago"),
        pytest.param(PLAN, None, None, id="never edited, or in silence"),
    ],
)
def test_a_comment_whose_edits_are_mailed_is_edited_once_a_day(
    effect: Keep, edited_at: str | None, held_until: str | None
) -> None:
    """P9: where a tracker tells its watchers of every edit."""
    aloud = {effect.key: at(edited_at)} if edited_at else {}
    admission = admit([effect], replace(BUDGETS, edited_aloud=aloud), NOW)
    assert [one.until for one in admission.held] == ([at(held_until)] if held_until else [])
    assert keys(admission.admitted) == ([] if held_until else [effect.key])


TOKYO = replace(BUDGETS, calendars={"mo": Calendar(ZoneInfo("Asia/Tokyo")), "lea": Calendar(ZoneInfo("America/Lima"))})


@pytest.mark.parametrize(
    ("asks", "until"),
    [
        pytest.param("ann", "03-09 09:00", id="whose calendar is the policy's"),
        pytest.param("mo", "03-09 00:00", id="nine in Tokyo"),
        pytest.param("lea", None, id="in Lima it is noon"),
        pytest.param("", "03-09 09:00", id="it asks nobody"),
    ],
)
def test_what_is_asked_in_working_hours_waits_for_the_morning_of_the_person_asked(asks: str, until: str | None) -> None:
    """And so does all that its rung does together, late on Friday: a label puts nobody out of bed."""
    rung = [
        replace(say("a", *filter(None, [asks])), in_hours=True, asks=asks),
        replace(LABEL, in_hours=True, asks=asks),
    ]
    admission = admit(rung, TOKYO, at("03-06 17:30"))
    assert {one.until for one in admission.held} == ({at(until)} if until else set())
    assert len(admission.held) == (2 if until else 0)
    assert admission.wake_at == (at(until) if until else None)


@pytest.mark.parametrize(
    ("person", "until"), [("ann", "03-09 09:00"), ("mo", "03-09 00:00")], ids=["the policy's", "one of Tokyo"]
)
def test_who_was_mentioned_often_enough_is_mentioned_on_their_own_next_working_day(person: str, until: str) -> None:
    """At 20:00 on Friday it is Saturday in Tokyo; both come to work on Monday."""
    spent = replace(TOKYO, mentioned_today={person: 2})
    (held,) = admit([say("a", person)], spent, at("03-06 20:00")).held
    assert held.until == at(until)
    assert held.booking is not None
    assert held.booking.day == "2026-03-09"
