"""Private messages from the decision to the channel: at most once each, whatever fails, and no trace of whom."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from sqlalchemy import inspect, text

from connectors.errors import Ambiguous, Refused, Temporary
from rules.policy import People
from tests.rules.cases import PEOPLE
from tests.worker.company import ANN, LEA, MO, PACK, Company
from worker import dead
from worker.ledger.effects import EffectRow

FAILURE, MORTEM = "acme/shop#1", "acme/shop#2"


def address(person: str) -> str:
    return f"letter://secret-of-{person}"


#: Reviews are proposed privately too, which test_reviewing is about.
POLICY = replace(
    PACK,
    rules=tuple(rule for rule in PACK.rules if rule.id != "review"),
    people=People(
        MappingProxyType({one.id: replace(one, notify=(address(one.id),)) for one in PEOPLE.people.values()}), "lea"
    ),
    salt="of this installation",
)


@pytest.fixture
def company() -> Company:
    return Company(policy=POLICY)


def analysed(company: Company) -> None:
    """Ann's failure, acknowledged by Lea; the post-mortem is written and closed by Ann."""
    company.a_failure("sev2")
    company.settle()
    company.says(LEA, FAILURE, "/ack Rolling back.")
    company.pass_time("03-03 10:00")
    company.site.close(ANN, MORTEM)
    company.settle()


def written_to(company: Company) -> list[str]:
    return sorted(one for letter in company.letterbox.letters for one in letter.addresses)


def private_rows(company: Company) -> list[EffectRow]:
    (case,) = company.ledger.cases.all()
    return [row for row in company.ledger.effects.of(case.root).values() if row.kind == "notify"]


def test_each_participant_is_written_to_once(company: Company) -> None:
    """P10: and however often the case is looked at, reopened and closed again, never a second time."""
    analysed(company)
    assert written_to(company) == [address(ANN), address(LEA)]
    (letter,) = company.letterbox.to(address(ANN))
    assert letter.title == "For you alone: looking back at Checkout is down"
    assert letter.body.startswith("Hello Ann,")
    company.pass_time("03-03 11:00")
    company.site.reopen(MO, MORTEM)
    company.pass_time("03-04 10:00")
    company.site.close(MO, MORTEM)
    company.pass_time("03-20 10:00")
    assert written_to(company) == [address(ANN), address(LEA)]


def test_no_row_of_the_ledger_tells_who_was_written_to(company: Company) -> None:
    """P10: kept only as a salted hash, so that nobody can be looked up, not even by whoever holds the database."""
    analysed(company)
    engine = company.ledger.engine
    with engine.begin() as db:
        tables = [name for name in inspect(db).get_table_names() if name != "mentions"]
        rows = [str(tuple(row)) for name in tables for row in db.execute(text(f'SELECT * FROM "{name}"'))]  # noqa: S608
        mentioned = [str(tuple(row)) for row in db.execute(text("SELECT effect FROM mentions"))]
    assert len([row for row in rows if "'notify'" in row]) == 2
    private = [row for row in rows if "'notify'" in row]
    assert not [row for row in private for person in (ANN, LEA, "Ann", "Lea", "secret-of") if f"'{person}" in row]
    assert not [row for row in rows if "secret-of" in row]
    assert not {row.key for row in private_rows(company)} & {one.strip("(),'") for one in mentioned}


def test_nothing_of_it_stands_on_a_ticket(company: Company) -> None:
    """P10: reflection is never in a comment."""
    analysed(company)
    assert {kind for key in (FAILURE, MORTEM) for kind in company.kinds(key)} == {"status", "ask", "unapproved"}


@pytest.mark.parametrize("is_taken", [True, False], ids=["arrived-without-an-answer", "never-arrived"])
def test_after_a_bad_answer_nobody_is_written_to_again(company: Company, is_taken: bool) -> None:
    """P3: it cannot be read back, so it was recorded as sent before, and that is that."""
    company.weather.when["letter"] = Ambiguous("no answer")
    company.weather.answer_lost = is_taken
    analysed(company)
    company.weather.when.clear()
    company.pass_time("03-20 10:00")
    assert written_to(company) == ([address(ANN), address(LEA)] if is_taken else [])
    assert {row.state for row in private_rows(company)} == {"sent"}


def test_a_bad_answer_is_shown_until_the_case_is_let_go_without_name_or_address(company: Company) -> None:
    """P7, P10: `status` tells that a channel fails, and on which ticket; other work goes on."""
    company.weather.when["letter"] = Ambiguous("a private channel did not say that it took the message")
    analysed(company)
    shown = company.ledger.effects.in_trouble()
    assert [(row.kind, row.rule, row.ticket, row.problem) for row in shown] == [
        ("notify", "reflect", f"github:{MORTEM}", "a private channel did not say that it took the message")
    ] * 2
    company.site.close(ANN, FAILURE)
    company.pass_time("03-03 12:00")
    assert company.kinds()[-2:] == ["thanks", "lesson"]
    assert company.ledger.effects.in_trouble() == []


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(Refused("a private address is none that can be written to"), id="refused"),
        pytest.param(Temporary("not sent"), id="not-sent"),
    ],
)
def test_what_was_certainly_not_sent_is_tried_again(company: Company, error: Exception) -> None:
    company.weather.when["letter"] = error  # type: ignore[assignment]
    analysed(company)
    assert written_to(company) == []
    company.weather.when.clear()
    company.pass_time("03-03 16:00")
    assert written_to(company) == [address(ANN), address(LEA)]


def test_after_a_lost_database_nothing_older_is_sent_again(company: Company) -> None:
    """P1, P3: nobody knows any more whether it was sent."""
    analysed(company)
    company.pass_time("03-04 10:00")
    company.lose_the_database()
    company.settle()
    company.site.reopen(MO, MORTEM)
    company.settle()
    company.site.close(MO, MORTEM)
    company.pass_time("03-20 10:00")
    assert written_to(company) == [address(ANN), address(LEA)]


def test_what_has_its_reason_after_the_loss_is_sent(company: Company) -> None:
    company.a_failure("sev2")
    company.settle()
    company.says(LEA, FAILURE, "/ack Rolling back.")
    company.settle()
    company.pass_time("03-02 15:00")
    company.lose_the_database()
    company.pass_time("03-03 10:00")
    company.site.close(ANN, MORTEM)
    company.settle()
    assert written_to(company) == [address(ANN), address(LEA)]


def test_a_failing_channel_of_one_case_holds_up_no_other(company: Company) -> None:
    """P7."""
    company.weather.when["letter"] = Ambiguous("no answer")
    analysed(company)
    company.a_failure("sev2", title="Search is down")
    company.settle()
    assert company.kinds("acme/shop#3")[:2] == ["status", "ask"]


def test_a_plan_shows_that_somebody_is_written_to_and_not_whom(company: Company) -> None:
    """P10, P13."""
    company.a_failure("sev2")
    company.settle()
    company.says(LEA, FAILURE, "/ack Rolling back.")
    company.pass_time("03-03 10:00")
    company.site.close(ANN, MORTEM)
    plan = company.plan()
    private = [effect for effect in plan.admission.admitted if effect.kind == "notify"]
    assert len(private) == 2
    assert written_to(company) == []


def test_a_letter_in_doubt_is_not_sent_again_whatever_is_said_to_it(company: Company) -> None:
    """P3: let go and taken up again it is still in doubt; who asks for it by name is told why."""
    company.weather.when["letter"] = Ambiguous("no answer")
    company.weather.answer_lost = True
    analysed(company)
    company.weather.when.clear()
    sent, in_doubt = written_to(company), [one.key for one in dead.read_dead(company.ledger)]
    assert {one.state for one in dead.read_dead(company.ledger)} == {"in doubt"}
    assert dead.retry(company.ledger, None, company.time) == 0
    with pytest.raises(dead.UnknownEffect, match="nobody gets a private message twice"):
        dead.retry(company.ledger, in_doubt, company.time)
    for key in in_doubt:
        dead.drop(company.ledger, key)
        dead.retry(company.ledger, [key], company.time)
    company.settle()
    assert written_to(company) == sent != []


def test_a_letter_that_was_surely_not_sent_survives_a_rebuild_by_hand(company: Company) -> None:
    company.weather.when["letter"] = Refused("no such channel")
    analysed(company)
    company.weather.when.clear()
    company.rebuild()
    dead.retry(company.ledger, None, company.time)
    company.settle()
    assert written_to(company) == [address(ANN), address(LEA)]
