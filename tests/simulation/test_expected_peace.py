"""The independent model finds whom we disturb: asleep, away, or mentioned often enough that day (P9)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from connectors.memory.letterbox import Letter
from connectors.sandbox.world import World
from tests.simulation.expected_worlds import ANN, FAILURE, GOOD, LEA, MO, SETTING, at, play, says, step, until
from worker.simulation.expected_calendar import WorkingTime
from worker.simulation.expected_files import SENTENCES, Files
from worker.simulation.expected_peace import letters_at_night
from worker.simulation.expected_people import Absence, Colleague, Company, Quiet
from worker.simulation.expected_setting import Setting

QUIET = Quiet(dt.time(20), dt.time(7))
ANN_IS_AWAY = Company(
    colleagues={ANN: Colleague(WorkingTime(), (Absence(dt.date(2026, 1, 5), dt.date(2026, 1, 30), MO),))}
)


def in_company(company: Company, mentions_per_day: int = 5) -> Setting:
    return replace(SETTING, files=(Files(company=company),), mentions_per_day=mentions_per_day)


def sentences(said: list[object], setting: Setting, labels: str = "sev2") -> list[str]:
    steps = [step("01-05 06:00", "failure", lambda s: s.fail(labels)), *said]
    violations = play(steps, ended_at="01-05 06:10", setting=setting)  # type: ignore[arg-type]
    return [one.sentence for one in violations]


@pytest.mark.parametrize(
    ("when", "labels", "is_disturbed"),
    [
        pytest.param("01-05 06:03", "sev2", True, id="in the night"),
        pytest.param("01-05 06:03", "sev1", False, id="a sev1 may"),
        pytest.param("01-05 07:03", "sev2", False, id="in the morning"),
    ],
)
def test_a_question_in_quiet_hours_is_wrong(when: str, labels: str, is_disturbed: bool) -> None:
    found = sentences([says(when, "ask", FAILURE, "closed-otherwise", ANN)], in_company(Company(quiet=QUIET)), labels)
    assert any("disturbs ann" in one for one in found) is is_disturbed


@pytest.mark.parametrize(("asked", "is_wrong"), [(ANN, True), (MO, False)], ids=["who is away", "who stands in"])
def test_whoever_is_away_and_has_a_stand_in_is_not_asked(asked: str, is_wrong: bool) -> None:
    found = sentences([says("01-05 09:03", "ask", FAILURE, "closed-otherwise", asked)], in_company(ANN_IS_AWAY))
    assert any("is away and has a stand-in" in one for one in found) is is_wrong


@pytest.mark.parametrize(
    ("mentions", "kind", "labels", "is_wrong"),
    [
        pytest.param(3, "closed-otherwise", "sev2", True, id="once more"),
        pytest.param(2, "closed-otherwise", "sev2", False, id="just enough"),
        pytest.param(3, "reply", "sev2", False, id="replies do not count"),
        pytest.param(3, "closed-otherwise", "sev1", False, id="nor is a sev1 held"),
    ],
)
def test_nobody_is_mentioned_more_often_on_their_day(mentions: int, kind: str, labels: str, is_wrong: bool) -> None:
    said = [says(f"01-05 1{number}:00", str(number), FAILURE, kind, LEA) for number in range(mentions)]
    found = sentences(said, in_company(Company(), mentions_per_day=2), labels)  # type: ignore[arg-type]
    assert any("mentions lea once more on 2026-01-05, after 2" in one for one in found) is is_wrong


def test_a_private_letter_in_the_night_is_wrong() -> None:
    letters = [
        Letter(at(when), (f"letter://{ANN}",), "Before the review: it", "it") for when in ("01-05 23:00", "01-06 12:00")
    ]
    setting = in_company(Company(quiet=QUIET))
    (found,) = letters_at_night(World(lambda: at("01-07 12:00")), setting, letters)
    assert found.sentence == "a letter of 2026-01-05 23:00 reaches ann in quiet hours"


# --- policies that change --------------------------------------------------------------------------

LATER = replace(
    SETTING,
    files=(Files(), Files(since=at("01-31 00:00"), sentences=SENTENCES["later"])),
)
#: Overdue on 26 January, and told to the lead three working days later.
TOLD = [
    *until(GOOD, "answer"),
    says("01-29 09:02", "to lead", "acme/shop#2", "overdue", ANN, LEA),
]


def test_a_rung_that_is_moved_to_a_later_time_is_wanted_by_the_policy_then_in_force() -> None:
    """Nine working days after 26 January, which is 6 February, and not seven."""
    to_manager = says("02-06 09:02", "to manager", "acme/shop#2", "overdue", MO)
    assert play([*TOLD, to_manager], ended_at="02-06 12:00", setting=LATER) == []
    (missing,) = play(TOLD, ended_at="02-06 12:00", setting=LATER)
    assert missing.what == "missing"
    assert play([*TOLD, to_manager], ended_at="02-06 12:00", setting=SETTING) != []


def test_what_another_policy_said_is_not_said_again() -> None:
    """The lead hears of it on 29 January, and again after an edit that hurries."""
    hurried = replace(SETTING, files=(Files(), Files(since=at("01-29 12:00"), sentences=SENTENCES["hurried"])))
    again = says("01-29 12:10", "again", "acme/shop#2", "overdue", ANN, LEA)
    found = [one.sentence for one in play([*TOLD, again], ended_at="01-29 12:20", setting=hurried)]
    assert any("says again" in one or "another rung" in one for one in found)
