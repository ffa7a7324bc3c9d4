"""A person is mentioned so often a day, and the rest waits (P9)."""

from __future__ import annotations

from connectors.errors import Ambiguous
from rules.policy import Limits
from rules.refs import TicketRef
from tests.worker.company import ANN, LEA, SHOP, Company, at
from tests.worker.office import POLICY, Office


def mentions_of(company: Company, account: str) -> int:
    keys = [ticket.key for ticket in company.site.in_place(SHOP.container)]
    return sum(f"(mention:{account})" in body for key in keys for _, body in company.ours(key))


def test_a_person_is_mentioned_so_often_a_day_and_no_more() -> None:
    """The rest waits for the next working day (P9)."""
    company = Company(limits=Limits(mentions_per_day=2))
    for number in range(5):
        company.a_failure(title=f"Failure {number}")
    company.settle()
    assert mentions_of(company, ANN) == 2
    held = [held for number in range(1, 6) for held in company.plan(f"acme/shop#{number}").admission.held]
    assert len(held) == 3
    assert {one.until for one in held} == {at("03-03 09:00")}


def test_what_waited_is_said_the_next_day() -> None:
    company = Company(limits=Limits(mentions_per_day=2))
    failures = [company.a_failure(title=f"Failure {number}") for number in range(3)]
    company.settle()
    for failure in failures[:2]:
        company.says(ANN, failure.key, "/ack")
    company.pass_time("03-03 09:00")
    company.settle()
    assert company.kinds(failures[2].key) == ["status", "ask-again"]
    assert mentions_of(company, ANN) == 3


def test_who_was_never_asked_is_not_told_that_it_still_waits() -> None:
    company = Company(limits=Limits(mentions_per_day=1))
    failures = [company.a_failure(title=f"Failure {number}") for number in range(2)]
    company.settle()
    company.says(ANN, failures[0].key, "/ack")
    company.pass_time("03-03 09:00")
    told = company.text("ask-again", failures[1].key)
    assert told.startswith("[Ann](mention:ann) and [Lea](mention:lea), this failure is waiting for a first word. ")


def test_what_waited_yesterday_goes_before_what_was_asked_already() -> None:
    """Otherwise those who were asked take every place again, and the rest is never heard."""
    company = Company(limits=Limits(mentions_per_day=5))
    failures = [company.a_failure("sev2", title=f"Failure {number}", assignees=()).key for number in range(8)]
    asked = {day: _asked_of(company, failures, day) for day in ("03-02 12:00", "03-03 12:00", "03-04 12:00")}
    assert asked["03-02 12:00"] == failures[:5]
    assert len(asked["03-03 12:00"]) == 5
    assert set(failures[5:]) < set(asked["03-03 12:00"])
    assert sorted(asked["03-04 12:00"]) == sorted({*failures[:5]} - {*asked["03-03 12:00"]})


def _asked_of(company: Company, keys: list[str], until: str) -> list[str]:
    """On which of the tickets something was asked until then."""
    before = {key: len(company.kinds(key)) for key in keys}
    company.pass_time(until)
    return [key for key in keys if {"ask", "ask-again"} & set(company.kinds(key)[before[key] :])]


def test_a_place_is_kept_for_nobody_who_needs_it_no_more() -> None:
    company = Company(limits=Limits(mentions_per_day=1))
    first, second = (company.a_failure(title=f"Failure {number}").key for number in range(2))
    company.settle()
    assert company.ledger.bookings.of("", "2026-03-03")
    company.says(ANN, second, "/ack")
    company.settle()
    assert company.ledger.bookings.of("", "2026-03-03") == ()
    company.pass_time("03-03 12:00")
    assert company.kinds(first) == ["status", "ask", "ask-again"]


def test_a_reply_to_a_command_waits_for_no_other_day() -> None:
    """Whoever wrote is waiting, and asked for it."""
    company = Company(limits=Limits(mentions_per_day=1))
    company.a_failure("sev2")
    company.settle()
    company.says(ANN, "acme/shop#2", "/help")
    for number in range(4):
        company.says(ANN, "acme/shop#1", f"/due tomorrow-{number}")
    company.settle()
    assert company.kinds("acme/shop#2").count("reply") == 1
    assert company.kinds().count("reply") == 4
    assert company.ledger.effects.mentioned_on("2026-03-02") == {"ann": 1}


def test_the_owner_is_asked_though_the_lead_was_mentioned_often_enough() -> None:
    """The lead is named, and reads in the digest that somebody could not be asked."""
    company = Company(limits=Limits(mentions_per_day=1))
    company.a_failure("sev3")
    company.pass_time("03-03 08:00")
    company.a_failure("sev3", assignees=(LEA,))  # before working hours: nobody waits for those to be asked at once
    company.pass_time("03-03 09:00")
    assert company.text("ask-again").startswith("[Ann](mention:ann) and Lea, this failure is still waiting ")
    assert company.plan().admission.held == ()


def test_the_last_mention_of_a_day_is_tried_again_on_the_same_day() -> None:
    """Its first try was counted, and nobody knows whether it arrived."""
    company = Company(limits=Limits(mentions_per_day=1))
    company.weather.when["comment"] = Ambiguous("the connection was cut")
    company.a_failure()
    company.settle()
    company.weather.when.clear()
    company.pass_time("03-02 12:00")
    assert company.kinds() == ["status", "ask"]


def test_what_never_arrived_waits_where_others_took_its_place_on_the_next_day() -> None:
    """Its first try counted on the day before; whoever it asks was asked by another case since."""
    company = Company(limits=Limits(mentions_per_day=1))
    company.weather.when["comment"] = Ambiguous("the connection was cut")
    company.a_failure()
    company.settle()
    company.weather.when.clear()
    company.time = at("03-03 09:00")
    second = company.a_failure(title="Search is down")
    company.reconciler.look_at(TicketRef("github", second.key))
    company.pass_time("03-03 18:00")
    assert mentions_of(company, ANN) == 1
    company.pass_time("03-04 18:00")
    assert mentions_of(company, ANN) == 2


def test_a_grave_failure_is_exempt_from_the_budget() -> None:
    """P9."""
    company = Company(limits=Limits(mentions_per_day=1))
    for number in range(3):
        company.a_failure("sev1", title=f"Failure {number}")
    company.settle()
    assert mentions_of(company, ANN) == 3


def test_the_digest_tells_of_whom_a_comment_could_only_name() -> None:
    """P7, P9: the rest waits for it."""
    office = Office(policy=POLICY, limits=Limits(mentions_per_day=1))
    office.a_failure("sev3", title="Checkout is down")
    office.pass_time("03-03 08:00")
    office.a_failure("sev3", title="Search is down", assignees=(LEA,))
    office.lead_time("03-09 12:00")
    told = office.letterbox.to("letter://lea")[-1].body
    waited = told[told.index("**Had to wait for another day") :]
    assert "Checkout is down" in waited
