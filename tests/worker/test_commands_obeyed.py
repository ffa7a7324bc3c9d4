"""Commands in a whole case, from the comment to what stands on the tickets: each obeyed or replied to exactly once."""

from __future__ import annotations

import pytest

from connectors.errors import Denied
from tests.worker.company import ANN, BOB, LEA, MO, Company

FAILURE, ACTION, SECOND = "acme/shop#1", "acme/shop#2", "acme/shop#3"


@pytest.fixture
def company() -> Company:
    """A small failure with one action, both Ann's."""
    made = Company()
    made.a_failure("sev3")
    made.settle()
    made.says(ANN, FAILURE, "/ack Rolling back.\n\n/action Rotate the keys")
    made.settle()
    assert made.opened("action")
    return made


def test_a_command_that_cannot_be_obeyed_is_replied_to_once(company: Company) -> None:
    """P3: neither later looks nor a lost database say it again."""
    company.says(ANN, ACTION, "/snooze")
    company.settle()
    assert company.kinds(ACTION) == ["reply"]
    company.says(LEA, ACTION, "I would like to know, too.")
    company.lose_the_database()
    company.pass_time("03-05 09:00")
    assert company.kinds(ACTION) == ["reply"]


def test_a_mended_comment_is_obeyed_and_not_replied_to_again(company: Company) -> None:
    comment = company.says(ANN, ACTION, "/snooze 5 days")
    company.settle()
    company.site.edit_comment(ANN, comment.id, "/snooze 5 days because of the fair")
    company.settle()
    assert company.kinds(ACTION) == ["reply", "status"]
    (snoozed,) = company.plan().gathered.case.actions
    assert [command.name for command in company.plan().gathered.case.commands[snoozed.ticket.ref]] == ["snooze"]


def test_a_passer_by_is_told_once_however_often_they_try(company: Company) -> None:
    for _ in range(3):
        company.says(BOB, FAILURE, "/ack")
        company.settle()
    assert company.kinds().count("reply") == 1
    assert "Bob" in company.text("reply")


def test_nobody_is_told_that_they_have_no_rights_when_we_may_not_ask(company: Company) -> None:
    """P7: that our account lacks a permission is shown to those who run it, not to those who write."""
    company.weather.when["rights"] = Denied("no")
    company.says(ANN, FAILURE, "/ack")
    company.settle()
    assert "reply" not in company.kinds()


def test_our_own_reply_is_no_command_and_wants_no_reply(company: Company) -> None:
    company.says(ANN, ACTION, "/help")
    company.settle()
    before = company.picture()
    company.pass_time("03-03 09:00")
    assert company.picture() == before


def test_a_ticket_is_given_to_somebody_and_stays_where_people_put_it(company: Company) -> None:
    company.says(LEA, ACTION, "/owner @mo")
    company.settle()
    assert MO in company.ticket(ACTION).assignees
    assert "| Mo |" in company.text("plan")
    company.time = company.time.replace(hour=12)
    company.site.assign(LEA, ACTION, (ANN,))
    company.settle()
    company.lose_the_database()
    company.settle()
    assert company.ticket(ACTION).assignees == [ANN]


def test_an_owner_named_at_once_is_named_instead_of_the_lead() -> None:
    company = Company()
    failure = company.a_failure("sev3", assignees=())
    company.says(LEA, failure.key, "/owner @mo")
    company.settle()
    assert company.ticket().assignees == [MO]


def test_a_declined_action_holds_nothing_up(company: Company) -> None:
    """Its ticket stays open: closing is for people to do."""
    company.says(ANN, ACTION, "/decline the keys are gone with the old system")
    company.settle()
    assert "[Lea](mention:lea)" in company.text("reply", ACTION)
    company.site.close(ANN, FAILURE)
    company.pass_time("03-03 09:00")
    assert "lesson" not in company.kinds()
    company.says(LEA, ACTION, "/approve")
    company.pass_time("03-03 11:00")
    assert company.kinds()[-2:] == ["thanks", "lesson"]
    assert "0 of 1 done, 1 declined" in company.text("plan")
    assert "finished" not in company.text("thanks").partition("Thank you")[2].partition("Something")[0]
    assert company.ticket(ACTION).status == "To Do"


def test_another_date_is_told_on_the_ticket_where_the_tracker_has_no_field_for_it(company: Company) -> None:
    """The text with which it was opened names the first date, and is never written again (P12)."""
    before = company.ticket(ACTION).body
    comment = company.says(ANN, ACTION, "/due 2026-06-01")
    company.settle()
    assert "due 2026-06-01" in company.text("status", ACTION)
    company.site.delete_comment(ANN, comment.id)
    company.pass_time("03-03 09:00")
    assert "due 2026-05-01" in company.text("status", ACTION)
    assert company.ticket(ACTION).body == before


def test_a_case_that_was_called_off_is_quiet_until_that_is_taken_back(company: Company) -> None:
    comment = company.says(LEA, FAILURE, "/cancel this was a rehearsal")
    company.pass_time("06-01 09:00")
    assert company.kinds().count("cancelled") == 1
    assert company.kinds(ACTION) == []
    assert "Called off" in company.text("status")
    company.site.delete_comment(LEA, comment.id)
    company.pass_time("06-02 12:00")
    assert "Where this stands" in company.text("status")
    assert company.kinds(ACTION) == ["overdue"]


def test_a_lost_database_keeps_a_case_called_off(company: Company) -> None:
    company.says(LEA, FAILURE, "/cancel this was a rehearsal")
    company.settle()
    before = company.picture()
    company.lose_the_database()
    company.pass_time("06-01 09:00")
    assert company.picture() == before


def test_a_failure_closed_as_a_duplicate_is_asked_about_and_its_case_goes_on(company: Company) -> None:
    company.site.close(LEA, FAILURE, "duplicate")
    company.pass_time("06-01 09:00")
    assert company.kinds().count("closed-otherwise") == 1
    assert "overdue" in company.kinds(ACTION)


def test_an_action_in_an_internal_comment_becomes_nobody_s_title(company: Company) -> None:
    """P14: the comment's words are for those who may read it."""
    company.site.comment_on(LEA, FAILURE, "/action Rotate what Bob leaked\n\n/thanks @ann for it", is_internal=True)
    company.settle()
    assert len(company.opened("action")) == 1
    assert not [ticket.title for ticket in company.site.tickets.values() if "leaked" in ticket.title]
