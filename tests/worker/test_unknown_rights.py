"""Whose rights cannot be asked for at this moment: what was obeyed counts on, and what is new waits (P4, P7)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.errors import Denied, Temporary
from tests.worker.company import ANN, BOB, LEA, Company
from worker.config import TrackerSettings
from worker.explaining import explained

FAILURE, ACTION = "acme/shop#1", "acme/shop#2"
TRACKERS = {"github": TrackerSettings("github", "github", "https://api.github.com")}


@pytest.fixture
def company() -> Company:
    """A small failure with one action, both Ann's."""
    made = Company()
    made.a_failure("sev3")
    made.settle()
    made.says(ANN, FAILURE, "/ack Rolling back.\n\n/action Rotate the keys")
    made.settle()
    return made


def withhold_rights(company: Company) -> None:
    company.weather.when["rights"] = Denied("may not ask", status=403)


def problem(company: Company) -> str:
    (row,) = company.ledger.cases.all()
    return row.problem


def called_off(company: Company) -> None:
    company.says(LEA, FAILURE, "/cancel this was a rehearsal")


def snoozed(company: Company) -> None:
    company.says(ANN, ACTION, "/snooze until 2026-05-20 because of the fair")


def declined(company: Company) -> None:
    company.says(ANN, ACTION, "/decline the old system is switched off")
    company.settle()
    company.says(LEA, ACTION, "/approve")


def merged(company: Company) -> None:
    company.says(ANN, ACTION, "/same-as https://tickets.example/browse/OPS-12")


def put_off(company: Company) -> None:
    company.says(ANN, ACTION, "/due 2026-06-01")


@pytest.mark.parametrize("give", [called_off, snoozed, declined, merged, put_off])
def test_what_was_obeyed_counts_on_while_nobody_tells_who_may_command(
    company: Company, give: Callable[[Company], None]
) -> None:
    give(company)
    company.pass_time("05-01 09:00")
    withhold_rights(company)
    company.says(BOB, FAILURE, "What became of it?")
    before = company.picture()
    company.settle()
    company.pass_time("05-10 09:00")
    assert company.picture() == before


def test_a_case_that_was_called_off_stays_so_though_the_database_was_lost(company: Company) -> None:
    """P1: our comment tells that somebody had the right to it."""
    called_off(company)
    company.settle()
    withhold_rights(company)
    before = company.picture()
    company.lose_the_database()
    company.pass_time("04-10 09:00")
    assert company.picture() == before


def test_a_new_command_waits_visibly_and_is_obeyed_once_rights_are_told(company: Company) -> None:
    """P7: nobody is told that they have none, and whoever runs Aftermath sees what to mend."""
    withhold_rights(company)
    called_off(company)
    company.settle()
    assert company.kinds() == ["status", "ask", "plan"]
    assert "new commands on github:acme/shop#1 wait" in problem(company)
    waits = explained(company.policy, company.plan(), company.time, TRACKERS).waits
    assert waits[-1].startswith("whether the /cancel on acme/shop#1 may be obeyed")
    company.weather.when.clear()
    company.pass_time("03-02 14:00")
    assert company.kinds()[-1] == "cancelled"
    assert problem(company) == ""


def test_an_edited_command_waits_and_what_stood_beside_it_counts_on(company: Company) -> None:
    """An edit runs what is new, and that takes somebody's rights."""
    comment = company.says(ANN, ACTION, "/due 2026-06-01\n\n/snooze 5 days because of the fair")
    company.settle()
    withhold_rights(company)
    company.site.edit_comment(ANN, comment.id, "/due 2026-06-01\n\n/snooze 80 days because of the fair")
    company.settle()
    given = company.plan().gathered.case.commands
    assert {one.name: one.rights for found in given.values() for one in found if one.name in ("due", "snooze")} == {
        "due": True,
        "snooze": None,
    }


def test_who_lost_their_rights_is_obeyed_no_longer_when_nobody_tells_later(company: Company) -> None:
    snoozed(company)
    company.settle()
    company.site.add_account(ANN, "Ann", default_rights="read")
    company.says(LEA, ACTION, "Hm.")
    company.settle()
    withhold_rights(company)
    commands = company.plan().gathered.case.commands
    assert {one.rights for found in commands.values() for one in found if one.name == "snooze"} == {None}


def test_a_tracker_that_is_away_is_asked_again_and_nothing_is_decided_meanwhile(company: Company) -> None:
    called_off(company)
    company.settle()
    before = company.picture()
    company.weather.when["rights"] = Temporary("away")
    company.says(LEA, FAILURE, "/snooze 5 days because of the fair")
    said = company.picture()
    company.pass_time("03-03 09:00")
    assert company.picture() == said != before


def test_an_answer_counts_on_while_nobody_tells_who_may_give_one(company: Company) -> None:
    """Lea answered a reminder; that her rights cannot be asked for later makes the reminder no more urgent."""
    company.pass_time("05-01 09:00")
    company.says(LEA, ACTION, "Next week.")
    company.settle()
    withhold_rights(company)
    company.pass_time("05-01 11:00")
    assert ("github", LEA) in company.plan().gathered.case.trusted
