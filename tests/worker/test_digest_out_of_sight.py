"""What we are kept from is in no weekly digest until it can be read again: who may read it, nobody can say (P14)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from connectors.errors import Denied, Refused, Temporary, TrackerError
from rules.digest_plan import DigestPlan
from rules.policy import Limits
from rules.refs import Place, TicketRef
from tests.worker.company import ANN, HOME, SHOP, at
from tests.worker.office import FAILURE, LEA_READS, OUTSIDERS, POLICY, Office, something_stuck
from worker.digest_outlook import read_outlook
from worker.polling import Poller

DENIED = Denied("Resource not accessible by integration", status=403)
EVERY = dt.timedelta(minutes=1)
KEPT_FROM_US = [
    pytest.param(DENIED, id="a-right-was-taken-away"),
    pytest.param(Refused("the value 'OPS' does not exist", status=400), id="the-place-is-not-known-to-us"),
]
ONLY_AWAY = [
    pytest.param(Denied("Bad credentials", status=401), id="our-token-ran-out"),
    pytest.param(Temporary("GitHub could not be reached"), id="the-tracker-is-away"),
]


@pytest.fixture
def office() -> Office:
    """Lea reads of everything, and somebody of what is public, which the whole shop is."""
    people = replace(POLICY.people, digest=DigestPlan((LEA_READS, OUTSIDERS)))
    office = Office(policy=replace(POLICY, people=people))
    office.site.places[SHOP.container].is_public = True
    return office


def poll(office: Office, place: Place = SHOP) -> None:
    Poller(office.ledger, {"github": office.tracker}, [place], lambda: office.policy, office, EVERY).poll_due(
        at_once=True
    )


def left_out(office: Office) -> tuple[str, ...]:
    return read_outlook(office.ledger, office.policy, HOME, office.time).left_out


def looked_at_in_vain(office: Office, error: TrackerError) -> None:
    """A webhook tells of the ticket, and the look that follows cannot read it, on Monday at eight."""
    something_stuck(office)
    office.weather.when["ticket"] = error
    office.ledger.inbox.put([TicketRef("github", FAILURE)], office.time)
    office.settle()


def asked_in_vain(office: Office, error: TrackerError) -> None:
    """Nobody touches the case, and what changed in its place cannot be asked for."""
    poll(office)
    something_stuck(office)
    office.weather.when["changed"] = error
    poll(office)


@pytest.mark.parametrize("meets", [looked_at_in_vain, asked_in_vain], ids=["a-look", "a-poll"])
@pytest.mark.parametrize("error", KEPT_FROM_US)
def test_what_we_are_kept_from_is_told_to_nobody(office: Office, meets: object, error: TrackerError) -> None:
    """Not even to those who may read of internal tickets: it may be a secret by now."""
    meets(office, error)  # type: ignore[operator]
    outlook = read_outlook(office.ledger, office.policy, HOME, office.time)
    assert outlook.left_out == (f"github:{FAILURE}",)
    assert [(one.reader, one.state) for one in outlook.readers] == [
        ("lea", "nothing to tell"),
        ("${OPEN}", "nothing to tell"),
    ]


def test_a_failure_that_we_are_kept_from_is_in_no_letter(office: Office) -> None:
    looked_at_in_vain(office, DENIED)
    office.lead_time("03-09 12:00")
    assert office.digests() == []


@pytest.mark.parametrize("meets", [looked_at_in_vain, asked_in_vain], ids=["a-look", "a-poll"])
@pytest.mark.parametrize("error", ONLY_AWAY)
def test_an_outage_says_nothing_of_who_may_read(office: Office, meets: object, error: TrackerError) -> None:
    meets(office, error)  # type: ignore[operator]
    assert left_out(office) == ()
    office.lead_time("03-09 12:00")
    assert [to for _, to in office.digests()] == ["lea", "open"]


def test_a_case_that_can_be_read_again_is_back(office: Office) -> None:
    looked_at_in_vain(office, DENIED)
    office.weather.when.clear()
    office.pass_time("03-09 09:30")
    assert left_out(office) == ()
    office.lead_time("03-10 12:00")
    assert [to for _, to in office.digests()] == ["lea", "open"]


def test_a_place_that_can_be_read_again_has_its_cases_looked_at_and_told(office: Office) -> None:
    """No look of their own would be due before the digest."""
    asked_in_vain(office, DENIED)
    office.weather.when.clear()
    office.time = at("03-09 08:30")
    poll(office)
    office.settle()
    assert left_out(office) == ()
    office.lead_time("03-10 12:00")
    assert [to for _, to in office.digests()] == ["lea", "open"]


def test_a_place_that_became_internal_meanwhile_is_told_to_those_inside_alone(office: Office) -> None:
    asked_in_vain(office, DENIED)
    office.site.places[SHOP.container].is_public = False
    office.weather.when.clear()
    office.time = at("03-09 08:30")
    poll(office)
    office.lead_time("03-10 12:00")
    assert [to for _, to in office.digests()] == ["lea"]


def test_of_another_place_that_is_closed_to_us_the_digest_knows_nothing(office: Office) -> None:
    elsewhere = Place("github", "acme/shop-internal")
    office.site.add_place(elsewhere.container)
    something_stuck(office)
    poll(office, elsewhere)
    office.weather.when["changed"] = DENIED
    poll(office, elsewhere)
    assert office.ledger.inbox.poll_problems()
    assert left_out(office) == ()


def test_what_had_to_wait_is_not_forgotten_over_it(office: Office) -> None:
    """It stands on no ticket, so that a look cannot find it again."""
    office.policy = replace(office.policy, limits=Limits(mentions_per_day=1))
    for title in ("Checkout is down", "Search is down"):
        office.a_failure("sev3", title=title)
    office.settle()
    office.weather.when["ticket"] = DENIED
    for number in (1, 2):
        office.says(ANN, f"acme/shop#{number}", "I look into it.")
    office.settle()
    assert left_out(office) == ("github:acme/shop#2",)
    office.weather.when.clear()
    office.lead_time("03-09 12:00")
    assert "**Had to wait for another day: 1**" in office.letterbox.to("letter://lea")[-1].body


def test_a_failure_that_would_not_be_told_is_not_said_to_be_left_out(office: Office) -> None:
    """It came to its end long ago."""
    poll(office)
    office.a_failure("sev3")
    office.settle()
    office.says(ANN, FAILURE, "/ack Rolling back.")
    office.site.close(ANN, FAILURE)
    office.pass_time("06-15 12:00")
    office.weather.when["changed"] = DENIED
    poll(office)
    assert office.ledger.inbox.poll_problems()
    assert left_out(office) == ()
