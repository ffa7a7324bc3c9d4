"""The analyse step from the decision to people: a review that is proposed, a wording that is suggested, each once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import MappingProxyType

import pytest

from connectors.errors import Ambiguous, Temporary
from rules.calendar import Calendar
from rules.policy import People
from tests.rules.cases import PEOPLE
from tests.rules.ics import moment, read_calendar
from tests.worker.company import ANN, LEA, PACK, Company, at

FAILURE, MORTEM = "acme/shop#1", "acme/shop#2"
POLICY = replace(
    PACK,
    people=People(
        MappingProxyType({one.id: replace(one, notify=(f"letter://{one.id}",)) for one in PEOPLE.people.values()}),
        "lea",
    ),
    salt="of this installation",
)


@pytest.fixture
def company() -> Company:
    return Company(policy=POLICY)


def analysed(company: Company) -> None:
    """A failure on Monday at nine, whose post-mortem is opened at once; Lea acknowledges."""
    company.a_failure("sev2")
    company.settle()
    company.says(LEA, FAILURE, "/ack Rolling back.")
    company.settle()


def written(company: Company, to: str) -> list[tuple[str, str]]:
    """Title, and for when the entry that came with it is."""
    letters = company.letterbox.to(f"letter://{to}")
    return [(one.title, f"{moment(read_calendar(one.calendar)['DTSTART']):%m-%d %H:%M}") for one in letters]


ENTRY, DRAFT = "Review: Checkout is down", "Before the review: Checkout is down"


def test_whoever_took_part_gets_the_entry_once_and_the_draft_a_working_day_ahead(company: Company) -> None:
    analysed(company)
    for who in (ANN, LEA):
        assert written(company, who) == [(ENTRY, "03-09 09:00")]
    company.pass_time("03-06 18:00")
    company.pass_time("03-10 10:00")
    for who in (ANN, LEA):
        assert written(company, who) == [(ENTRY, "03-09 09:00"), (DRAFT, "03-09 09:00")]
    entry, draft = company.letterbox.to(f"letter://{ANN}")
    assert moment(read_calendar(entry.calendar)["DTSTART"]) == at("03-09 09:00")
    assert draft.at == at("03-06 09:00")


def test_a_moved_due_date_is_an_update_and_not_a_second_meeting(company: Company) -> None:
    analysed(company)
    company.pass_time("03-03 10:00")
    company.says(ANN, MORTEM, "/due 2026-03-12")
    company.settle()
    company.pass_time("03-04 10:00")
    assert written(company, LEA) == [(ENTRY, "03-09 09:00"), (ENTRY, "03-12 09:00")]
    old, new = (read_calendar(one.calendar) for one in company.letterbox.to(f"letter://{LEA}"))
    assert old["UID"] == new["UID"]
    assert int(old["SEQUENCE"]) < int(new["SEQUENCE"])


def test_a_holiday_that_moves_it_is_told_of_once(company: Company) -> None:
    analysed(company)
    company.policy = replace(company.policy, calendar=Calendar(holidays=frozenset({dt.date(2026, 3, 9)})))
    company.says(LEA, MORTEM, "We close on Monday.")
    company.settle()
    company.pass_time("03-04 10:00")
    assert written(company, LEA) == [(ENTRY, "03-09 09:00"), (ENTRY, "03-10 09:00")]


def test_after_an_outage_one_letter_says_both(company: Company) -> None:
    """P9."""
    company.a_failure("sev2")
    company.weather.when["letter"] = Temporary("down")
    company.settle()
    company.weather.when.clear()
    company.time = at("03-06 12:00")
    company.settle()
    assert written(company, ANN) == [(DRAFT, "03-09 09:00")]
    company.pass_time("03-10 10:00")
    assert written(company, ANN) == [(DRAFT, "03-09 09:00")]


def test_after_its_moment_the_status_comment_says_that_it_was_proposed(company: Company) -> None:
    analysed(company)
    company.pass_time("03-09 09:05")
    assert "Review: was proposed for **Mon 2026-03-09, 09:00 UTC**." in company.text("status", MORTEM)


@pytest.mark.parametrize("is_taken", [True, False], ids=["arrived-without-an-answer", "never-arrived"])
def test_an_entry_that_nobody_answered_for_is_not_sent_again(company: Company, is_taken: bool) -> None:
    """P3."""
    company.weather.when["letter"] = Ambiguous("no answer")
    company.weather.answer_lost = is_taken
    analysed(company)
    company.weather.when.clear()
    company.pass_time("03-05 10:00")
    assert written(company, ANN) == ([(ENTRY, "03-09 09:00")] if is_taken else [])


def test_an_empty_ledger_proposes_nothing_a_second_time(company: Company) -> None:
    """P1, P3."""
    analysed(company)
    company.pass_time("03-03 10:00")
    company.lose_the_database()
    company.pass_time("03-05 10:00")
    assert written(company, ANN) == [(ENTRY, "03-09 09:00")]


def test_without_channels_the_status_comment_is_all() -> None:
    company = Company(policy=PACK)
    analysed(company)
    (status,) = [c.body for c in company.ticket(MORTEM).comments if "Review: proposed for" in str(c.body)]
    assert "proposed for **Mon 2026-03-09, 09:00 UTC**" in str(status)
    assert company.letterbox.letters == []


# --- words -----------------------------------------------------------------------------------------


def blaming(company: Company) -> None:
    analysed(company)
    body = str(company.ticket(MORTEM).body).replace(
        "## What we learned\n", "## What we learned\n\nAnn forgot to look.\n"
    )
    company.site.set_body(LEA, MORTEM, body)


def test_a_wording_is_suggested_once_on_the_post_mortem_and_nowhere_else(company: Company) -> None:
    """P3, P14; and after it was taken out and written anew, never again."""
    blaming(company)
    company.pass_time("03-02 09:50")
    assert "wording" not in company.kinds(MORTEM)
    company.pass_time("03-02 10:30")
    assert company.kinds(MORTEM).count("wording") == 1
    company.site.set_body(LEA, MORTEM, str(company.ticket(MORTEM).body).replace("Ann forgot", "Lea failed"))
    company.pass_time("03-03 10:00")
    company.lose_the_database()
    company.pass_time("03-04 10:00")
    assert company.kinds(MORTEM).count("wording") == 1
    assert "wording" not in company.kinds(FAILURE)


def test_the_suggestion_mentions_nobody_and_quotes_the_words(company: Company) -> None:
    blaming(company)
    company.pass_time("03-02 10:30")
    (said,) = [str(c.body) for c in company.ticket(MORTEM).comments if "A suggestion" in str(c.body)]
    assert said.startswith("A suggestion on a few words of this text: “Ann forgot to look”.")
    assert "> What made it easy to miss, and what could have brought it to mind?" in said
    assert "mention:" not in said


def test_a_post_mortem_that_was_closed_meanwhile_is_left_alone(company: Company) -> None:
    blaming(company)
    company.site.close(LEA, MORTEM)
    company.pass_time("03-03 10:00")
    assert "wording" not in company.kinds(MORTEM)


# --- approving -------------------------------------------------------------------------------------


def test_an_approval_waits_for_the_answers_and_counts_without_another_word(company: Company) -> None:
    analysed(company)
    company.says(LEA, MORTEM, "/approve")
    company.settle()
    assert company.kinds(MORTEM).count("reply") == 1
    (status,) = [str(c.body) for c in company.ticket(MORTEM).comments if "Still to be answered" in str(c.body)]
    assert "approved by" not in status
    body = str(company.ticket(MORTEM).body)
    for heading in ("## What we learned\n", "## What made it possible\n"):
        body = body.replace(heading, f"{heading}\nMore than we knew.\n")
    company.site.set_body(ANN, MORTEM, body)
    company.pass_time("03-03 10:00")
    texts = [str(c.body) for c in company.ticket(MORTEM).comments]
    assert any("approved by Lea" in text for text in texts)
    assert not any("Still to be answered" in text for text in texts)
    assert company.kinds(MORTEM).count("reply") == 1
