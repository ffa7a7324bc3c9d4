"""What people wrote, took off, gave away or deleted is theirs (P12)."""

from __future__ import annotations

from tests.worker.company import ANN, LEA, OURS, Company
from tests.worker.reconcile.stories import FAILURE, MORTEM, an_overdue_action
from worker.rebuild import Rebuilt


def test_a_label_that_a_person_took_off_is_not_put_back(company: Company) -> None:
    """Not even where the ledger no longer knows that we put it there (P12)."""
    action = an_overdue_action(company)
    company.pass_time("04-13 12:00")
    assert "escalated" in action.labels
    company.site.remove_label(LEA, action.key, "escalated")
    company.lose_the_database()
    company.pass_time("05-20 12:00")
    assert "escalated" not in action.labels


def test_a_label_that_a_person_took_off_is_not_put_back_in_other_letters(company: Company) -> None:
    """GitHub takes `Escalated` and `escalated` for one label, and so do people (P12)."""
    action = an_overdue_action(company)
    company.site.add_label(LEA, action.key, "Escalated")
    company.site.remove_label(LEA, action.key, "Escalated")
    company.pass_time("05-20 12:00")
    assert company.kinds(action.key).count("overdue") > 2
    assert not {"escalated", "Escalated"} & set(action.labels)


def test_a_failure_labelled_in_capitals_is_taken_up_and_found_again(company: Company) -> None:
    company.a_failure(labels=("Failure", "SEV2"))
    company.settle()
    assert company.kinds() == ["status", "ask"]
    assert len(company.opened("post-mortem")) == 1
    assert company.lose_the_database() == Rebuilt(failures=1, tickets=1)
    company.settle()
    assert len(company.opened("post-mortem")) == 1


def test_a_body_is_written_once_and_never_again(company: Company) -> None:
    """What people wrote is theirs (P12)."""
    company.a_failure("sev2", body="It is down.")
    company.settle()
    company.site.set_body(LEA, MORTEM, "All mine now.")
    company.site.set_title(LEA, MORTEM, "What we know")
    company.pass_time("04-30 12:00")
    assert (company.ticket(MORTEM).body, company.ticket(MORTEM).title) == ("All mine now.", "What we know")
    assert company.ticket().body == "It is down."


def test_a_status_comment_that_a_person_deleted_stays_deleted(company: Company) -> None:
    """A person is not argued with (P12)."""
    company.a_failure()
    company.settle()
    status = next(comment for comment in company.ticket().comments if comment.author == OURS)
    company.site.delete_comment(LEA, status.id)
    company.says(ANN, FAILURE, "/ack")
    company.pass_time("03-10 12:00")
    assert "status" not in company.kinds()


def test_somebody_who_gave_the_failure_away_is_not_assigned_again(company: Company) -> None:
    company.a_failure(assignees=())
    company.settle()
    company.site.assign(LEA, FAILURE, ())
    company.pass_time("03-03 12:00")
    assert company.ticket().assignees == []


def test_a_failure_is_never_closed_by_us(company: Company) -> None:
    """Only people close it (P12)."""
    company.a_failure("sev2")
    company.pass_time("12-01 09:00")
    assert company.ticket().status == "To Do"
    assert {entry.actor for entry in company.ticket().history if entry.kind == "closed"} == set()


def test_who_deletes_our_comments_does_not_stop_the_clock(company: Company) -> None:
    """It means "not here, please", and not "never mind": a clock is stopped by taking the label off."""
    company.a_failure("sev2")
    company.settle()
    for comment in tuple(company.ticket().comments):
        company.site.delete_comment(LEA, comment.id)
    company.pass_time("03-10 12:00")
    assert company.kinds().count("ask-again") > 1
