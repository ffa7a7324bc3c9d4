"""P6 where all that counts time meets: ages, calendars and absences, quiet hours, overrides, ends of ladders.

Each of them is held alone elsewhere; here a decision and what is admitted of it stay as they are until the next look.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.admit import Budgets, admit
from rules.decide import decide
from rules.effects import AnyEffect, Assign, Keep, Notify, Say
from rules.facts import Case
from rules.language.policy_file import load_policy
from rules.own_calendar import OwnCalendar
from rules.policy import Away, People, Policy
from tests.rules.cases import PEOPLE
from tests.rules.test_decide_properties import aged_cases, moments

TEXT = """policy: 1
name: shop
include: [accountability]
limits: {quiet_hours: "19:00-08:00"}
variables: {patience: 3 business days}
rules:
  - id: stalled-action
    ladder:
      anchor: due
      rungs:
        - {at: -2 business days, do: [remind: owner]}
        - {at: 0 business days, do: [comment: overdue.md, mention: [owner]]}
        - {at: vars.patience, do: [comment: overdue.md, mention: [owner, lead]]}
        - {at: 200 hours, do: [comment: overdue.md, mention: [manager], label: escalated]}
      repeat_last: {every: 3 days, times: 4}
      quiet_hours: "20:00-07:00"
  - id: aged
    name: a label is put on when it is so
    step: own
    for: action
    when: >-
      action.idle_business_days > 5 && action.owner == "ann" && failure.severity <= 2
      || action.days_until_due in [1, 0, -4]
    do: [label: aged]
overrides:
  - {name: fast, labels: [sev1], variables: {patience: 1 business day}, rules: [{id: review, off: true}]}
"""
CALENDARS = (
    None,
    OwnCalendar(zone=ZoneInfo("Asia/Tokyo")),
    OwnCalendar(zone=ZoneInfo("America/New_York"), holidays=frozenset({dt.date(2026, 3, 9)})),
)


def _policy() -> Policy:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(TEXT, encoding="utf-8")
        return load_policy(path, people=PEOPLE)


POLICY = _policy()


@st.composite
def people(draw: st.DrawFn) -> People:
    """The same three, here and there, and away now and then."""
    found = {}
    for name, person in PEOPLE.people.items():
        starts = dt.date(2026, 3, 2) + dt.timedelta(days=draw(st.integers(0, 60)))
        ends = starts + dt.timedelta(days=draw(st.integers(0, 9)))
        stand_in = draw(st.sampled_from([one for one in ("", *PEOPLE.people) if one != name]))
        away = (Away(starts, ends, stand_in),) if draw(st.booleans()) else ()
        notify = ("https://hooks.example/1",) if draw(st.booleans()) else ()
        found[name] = replace(person, away=away, calendar=draw(st.sampled_from(CALENDARS)), notify=notify)
    return replace(PEOPLE, people=found)


def _meant(effect: AnyEffect) -> tuple[object, ...]:
    """What an effect is, and whom it reaches."""
    reaches: object = effect.digest if isinstance(effect, Keep) else None
    if isinstance(effect, Say):
        reaches = effect.mentions
    elif isinstance(effect, Notify | Assign):
        reaches = effect.person if isinstance(effect, Notify) else effect.account
    return effect.key, reaches, effect.asks, effect.in_hours


@settings(max_examples=80, deadline=None)
@given(aged_cases(), moments, st.floats(0, 1, exclude_max=True), people())
def test_no_wake_up_comes_late_where_everything_meets(case: Case, now: dt.datetime, part: float, them: People) -> None:
    policy = replace(POLICY, people=them, salt="salt")
    budgets = Budgets(policy.limits, policy.calendar, policy.calendars)
    decision = decide(policy, case, now)
    held = admit(decision.effects, budgets, now).held
    looks = [at for at in (decision.wake_at, *(one.until for one in held)) if at]
    horizon = min(looks, default=now + dt.timedelta(days=100))
    last = horizon - dt.timedelta(microseconds=1)
    for before in (min(now + (horizon - now) * part, last), last):
        then = decide(policy, case, before)
        assert list(map(_meant, then.effects)) == list(map(_meant, decision.effects))
        assert {one.effect.key for one in held} <= {one.effect.key for one in admit(then.effects, budgets, before).held}
        assert [(one.is_met, one.stage, one.note) for one in then.reasons] == [
            (one.is_met, one.stage, one.note) for one in decision.reasons
        ]
