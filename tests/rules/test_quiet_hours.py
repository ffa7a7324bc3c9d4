"""Nobody is disturbed in quiet hours: what would waits until they end where the person is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.admit import Budgets, admit
from rules.calendar import Calendar
from rules.decide import decide
from rules.effects import AddLabel, AnyEffect, Keep, Notify, Say, Urgency
from rules.language.policy_file import load_policy
from rules.policy import Limits
from rules.quiet_hours import NEVER_QUIET, QuietHours
from rules.work_hours import WorkHours
from tests.rules.cases import FIRST, PACK, a_case, a_failure, at, ref, says

NIGHT = QuietHours(dt.time(20), dt.time(7))
NOON = QuietHours(dt.time(12), dt.time(13))
UTC, BERLIN, TOKYO = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
#: Works while others sleep.
OWL = Calendar(hours=WorkHours(((dt.time(1), dt.time(5)),)))
BUDGETS = Budgets(Limits(quiet_hours=NIGHT), Calendar(), {"mo": Calendar(TOKYO), "owl": OWL})


def say(asks: str, *, severity: int = 2, in_hours: bool = False, quiet: QuietHours | None = None) -> Say:
    return Say(
        key=f"ask {asks}",
        case=FIRST,
        rule="r",
        why="w",
        urgency=Urgency(severity),
        ticket=ref(1),
        text="ask",
        body="",
        said="s",
        mentions=tuple(filter(None, [asks])),
        asks=asks,
        in_hours=in_hours,
        quiet_hours=quiet,
    )


def held_until(effect: AnyEffect, now: str, budgets: Budgets = BUDGETS) -> dt.datetime | None:
    """None where it may be said."""
    (held,) = admit([effect], budgets, at(now)).held or (None,)
    return held.until if held else None


@pytest.mark.parametrize(
    ("quiet", "zone", "now", "until"),
    [
        pytest.param(NIGHT, UTC, "03-06 19:59", None, id="just before"),
        pytest.param(NIGHT, UTC, "03-06 20:00", "03-07 07:00", id="as it begins"),
        pytest.param(NIGHT, UTC, "03-07 02:00", "03-07 07:00", id="after midnight"),
        pytest.param(NIGHT, UTC, "03-07 07:00", None, id="as it ends"),
        pytest.param(NIGHT, TOKYO, "03-06 12:00", "03-06 22:00", id="in another zone"),
        pytest.param(NOON, UTC, "03-06 12:30", "03-06 13:00", id="within one day"),
        pytest.param(NOON, UTC, "03-06 11:59", None, id="not yet"),
        pytest.param(NIGHT, BERLIN, "03-28 22:00", "03-29 05:00", id="a night that loses an hour"),
        pytest.param(NIGHT, BERLIN, "10-24 22:00", "10-25 06:00", id="a night that gains one"),
        pytest.param(
            QuietHours(dt.time(22), dt.time(2, 30)), BERLIN, "03-28 22:00", "03-29 01:00", id="its end is never shown"
        ),
        pytest.param(NEVER_QUIET, UTC, "03-06 00:00", None, id="never"),
    ],
)
def test_quiet_lasts_until_the_clock_on_the_wall_shows_its_end(
    quiet: QuietHours, zone: ZoneInfo, now: str, until: str | None
) -> None:
    assert quiet.until(at(now), zone) == (at(until) if until else None)


@given(
    st.integers(0, 365 * 24 * 60),
    st.sampled_from([UTC, BERLIN, TOKYO, ZoneInfo("Australia/Lord_Howe")]),
    st.sampled_from([NIGHT, NOON, QuietHours(dt.time(2, 15), dt.time(2, 45))]),
)
def test_quiet_ends_ahead_and_is_over_then(minutes: int, zone: ZoneInfo, quiet: QuietHours) -> None:
    now = at("01-01 00:00") + dt.timedelta(minutes=minutes)
    until = quiet.until(now, zone)
    if until is not None:
        assert until > now
        assert quiet.until(until, zone) is None


@pytest.mark.parametrize(
    ("effect", "now", "until"),
    [
        pytest.param(say("ann"), "03-06 21:00", "03-07 07:00", id="who is asked at night"),
        pytest.param(say("ann"), "03-06 19:00", None, id="by day"),
        pytest.param(say("mo"), "03-06 21:00", "03-06 22:00", id="it is six in Tokyo"),
        pytest.param(say("mo"), "03-06 15:00", "03-06 22:00", id="it is midnight in Tokyo"),
        pytest.param(say("ann", severity=1), "03-06 21:00", None, id="severity 1"),
        pytest.param(say(""), "03-06 21:00", None, id="it asks nobody"),
        pytest.param(
            say("ann", severity=1, quiet=NIGHT), "03-06 21:00", "03-07 07:00", id="a ladder's own, severity 1"
        ),
        pytest.param(say("ann", quiet=NEVER_QUIET), "03-06 21:00", None, id="a ladder that has none"),
        pytest.param(
            say("ann", quiet=NOON), "03-06 12:30", "03-06 13:00", id="a ladder's own in place of the policy's"
        ),
        pytest.param(say("ann", in_hours=True), "03-06 21:00", "03-09 09:00", id="in working hours anyway"),
        pytest.param(
            say("ann", in_hours=True, quiet=QuietHours(dt.time(8), dt.time(10))),
            "03-06 17:30",
            "03-09 10:00",
            id="the first hour of work is quiet",
        ),
        pytest.param(say("owl", in_hours=True), "03-06 02:00", None, id="who works at night is asked at night"),
        pytest.param(say("owl", in_hours=True), "03-06 06:00", "03-09 01:00", id="and then only"),
    ],
)
def test_whoever_would_be_disturbed_is_not(effect: Say, now: str, until: str | None) -> None:
    assert held_until(effect, now) == (at(until) if until else None)


def test_a_private_message_waits_and_what_reaches_nobody_does_not() -> None:
    letter = Notify(
        key="n",
        case=FIRST,
        rule="r",
        why="w",
        urgency=Urgency(2),
        ticket=ref(1),
        text="t",
        title="",
        body="",
        person="ann",
        since=at("03-06 12:00"),
        asks="ann",
    )
    label = AddLabel(key="label", case=FIRST, rule="r", why="w", ticket=ref(1), label="late")
    status = Keep(key="keep", case=FIRST, rule="r", why="w", ticket=ref(1), slot="status", body="", digest="")
    admission = admit([letter, label, status, replace(label, key="rung", asks="ann")], BUDGETS, at("03-06 21:00"))
    assert [one.effect.key for one in admission.held] == ["n", "rung"]
    assert [one.key for one in admission.admitted] == ["label", "keep"]
    assert admission.wake_at == at("03-07 07:00")


def test_why_it_waits_is_said_in_a_few_words() -> None:
    (held,) = admit([say("ann")], BUDGETS, at("03-06 21:00")).held
    assert held.why == "there are quiet hours (20:00-07:00) where ann is"
    assert held.is_for_hours


def test_a_reply_to_ones_own_command_waits_for_no_morning() -> None:
    """Whoever writes at night is awake."""
    policy = replace(PACK, limits=Limits(quiet_hours=NIGHT))
    case = a_case(a_failure("sev2", comments=(says("1", "03-06 21:00", "/help"),)))
    now = at("03-06 21:01")
    (reply,) = [one for one in decide(policy, case, now).effects if one.rule == "reply"]
    assert admit([reply], Budgets(policy.limits, policy.calendar), now).held == ()


def test_a_policy_and_a_ladder_say_when_it_is_quiet(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(
        "policy: 1\nname: quiet\ncalendar: {zone: UTC}\nlimits: {quiet_hours: '20:00 - 7:00'}\nrules:\n"
        "  - id: ask\n    name: it is asked\n    step: own\n    for: failure\n"
        "    ladder:\n      anchor: labelled\n      quiet_hours: none\n"
        "      rungs: [{at: 0 s, do: [comment: ask.md, mention: [owner]]}]\n",
        encoding="utf-8",
    )
    policy = load_policy(path)
    assert policy.limits.quiet_hours == NIGHT
    (rule,) = policy.rules
    assert rule.ladder is not None
    assert rule.ladder.quiet_hours == NEVER_QUIET
    assert PACK.limits.quiet_hours is None
    (effect,) = [one for one in decide(policy, a_case(), at("03-06 21:00")).effects if one.rule == "ask"]
    assert admit([effect], Budgets(policy.limits, policy.calendar), at("03-06 21:00")).held == ()
