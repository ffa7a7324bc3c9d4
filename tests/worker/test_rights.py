"""Whose comments count, and how few requests it takes to know."""

from __future__ import annotations

import datetime as dt

import pytest

from connectors.errors import Denied
from tests.worker.company import ANN, LEA, MO, Company
from worker.rights import CROWD_MAX, KEPT

FAILURE = "acme/shop#1"
CROWD = 300


@pytest.fixture
def company() -> Company:
    """A failure that Ann was asked about in the morning; some hours later the whole world has an opinion."""
    company = Company()
    company.a_failure()
    company.settle()
    company.pass_time("03-02 12:00")
    return company


def crowd(company: Company, number: int = CROWD) -> None:
    for index in range(number):
        account = f"passer-by-{index}"
        company.site.add_account(account, f"Passer-by {index}", default_rights="read")
        company.says(account, FAILURE, "Me too.")


def asked(company: Company) -> int:
    return company.weather.calls["rights"]


def test_of_a_crowd_only_so_many_are_asked_about_and_none_twice_within_the_hour(company: Company) -> None:
    """Each is a request, and on a public ticket anybody may write."""
    crowd(company)
    company.settle()
    assert asked(company) == CROWD_MAX
    for minutes in range(5, 55, 10):
        company.time = company.time.replace(minute=minutes)
        company.says("passer-by-0", FAILURE, "Still.")
        company.settle()
    assert asked(company) == CROWD_MAX
    company.time += KEPT
    company.says("passer-by-0", FAILURE, "Again.")
    company.settle()
    assert asked(company) == 2 * CROWD_MAX


@pytest.mark.parametrize(
    ("who", "text"),
    [
        pytest.param(LEA, "/ack I have it.", id="whoever gives a command"),
        pytest.param(ANN, "Looking into it.", id="the owner"),
    ],
)
def test_in_a_crowd_those_who_matter_are_heard(company: Company, who: str, text: str) -> None:
    crowd(company)
    company.says(who, FAILURE, text)
    company.pass_time("03-04 09:00")
    assert company.kinds() == ["status", "ask"], "nobody is asked again"


def test_in_a_crowd_somebody_whom_we_asked_is_heard_though_they_own_nothing(company: Company) -> None:
    """The lead was asked when the owner was silent; the crowd came first, and the lead's word still counts."""
    company.pass_time("03-05 12:00")
    assert any(f"mention:{LEA}" in body for _, body in company.ours())
    crowd(company)
    company.says(LEA, FAILURE, "We are on it, more tomorrow.")
    company.settle()
    assert ("github", LEA) in company.plan().gathered.case.trusted


def test_of_a_crowd_those_that_wrote_since_the_last_progress_come_first(company: Company) -> None:
    crowd(company, 2 * CROWD_MAX)
    company.time += dt.timedelta(minutes=1)
    company.site.assign(LEA, FAILURE, (LEA,))
    company.time += dt.timedelta(minutes=1)
    company.says(MO, FAILURE, "Good, I will help.")
    assert ("github", MO) in company.plan().gathered.case.trusted


def test_what_a_tracker_did_not_tell_is_asked_again_at_the_next_look(company: Company) -> None:
    """What a person puts right works at once."""
    company.says(MO, FAILURE, "On it.")
    company.weather.when["rights"] = Denied("not allowed to ask", status=403)
    assert company.plan().gathered.case.trusted == frozenset()
    company.weather.when.clear()
    assert company.plan().gathered.case.trusted == {("github", MO)}


def test_nobody_is_asked_about_for_a_command_that_is_none_of_ours(company: Company) -> None:
    """Each is a request: other bots' commands cost none, a slip of one of ours does."""
    for index in range(CROWD):
        company.says(LEA, FAILURE, f"/retest {index}")
    before = asked(company)
    gathered = company.plan().gathered.case
    assert {one.name for given in gathered.commands.values() for one in given} == {"retest"}
    assert {one.rights for given in gathered.commands.values() for one in given} == {None}
    lately = asked(company) - before
    assert lately <= 1, "as one of the crowd"
    company.says(MO, FAILURE, "/akc On it.")
    assert company.plan().gathered.case.commands
    assert asked(company) > before + lately
