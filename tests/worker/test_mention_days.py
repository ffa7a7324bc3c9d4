"""A mention counts on the day that it is where the person is."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from rules.own_calendar import OwnCalendar
from tests.rules.cases import PACK, PEOPLE, at
from worker.mention_days import MentionDays

PERSONS = dict(PEOPLE.people) | {
    "lea": replace(PEOPLE.people["lea"], calendar=OwnCalendar(zone=ZoneInfo("Asia/Tokyo"))),
    "mo": replace(PEOPLE.people["mo"], calendar=OwnCalendar(zone=ZoneInfo("Pacific/Pago_Pago"))),
}
POLICY = replace(PACK, people=replace(PEOPLE, people=PERSONS))
LEDGER = {"2026-03-05": {"mo": 1, "lea": 7}, "2026-03-06": {"ann": 2, "mo": 9}, "2026-03-07": {"lea": 3, "ann": 5}}


def test_each_is_counted_on_their_own_day() -> None:
    """At 20:00 in UTC the sixth is today, in Tokyo the seventh is; at 05:00 it is still the fifth in Pago Pago."""
    assert MentionDays(POLICY, at("03-06 20:00")).spent(lambda day: LEDGER[day]) == {"ann": 2, "mo": 9, "lea": 3}
    early = MentionDays(POLICY, at("03-06 05:00"))
    assert early.spent(lambda day: LEDGER[day]) == {"ann": 2, "mo": 1}
    assert early.earliest == "2026-03-05"
    assert MentionDays(PACK, at("03-06 05:00")).earliest == "2026-03-06"


def test_somebody_whom_the_file_does_not_know_has_the_policys_day() -> None:
    days = MentionDays(POLICY, at("03-06 20:00"))
    assert (days.of("github/eve"), days.of("lea")) == ("2026-03-06", "2026-03-07")
