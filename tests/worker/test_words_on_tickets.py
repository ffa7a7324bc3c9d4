"""What stands on tickets after a command: whoever comes by later reads what became of it, and nobody else hears it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.policy import People
from tests.rules.cases import PEOPLE
from tests.worker.company import ANN, LEA, MO, OURS, PACK, Company

FAILURE, ACTION = "acme/shop#1", "acme/shop#2"


def working(**fields: object) -> Company:
    """A small failure with one action, both Ann's."""
    made = Company(**fields)  # type: ignore[arg-type]
    made.a_failure("sev3")
    made.settle()
    made.says(ANN, FAILURE, "/ack Rolling back.\n\n/action Rotate the keys")
    made.settle()
    assert made.opened("action")
    return made


@pytest.fixture
def company() -> Company:
    return working()


# --- what was decided ------------------------------------------------------------------------------


def test_an_action_that_was_declined_says_who_approved_it_and_when(company: Company) -> None:
    company.says(ANN, ACTION, "/decline the keys are gone with the old system")
    company.settle()
    assert "status" not in company.kinds(ACTION), "nothing is decided yet"
    company.says(LEA, ACTION, "/approve")
    company.settle()
    assert "Declined by Ann, approved by Lea on 2026-03-02" in company.text("status", ACTION)


def test_an_ending_that_was_taken_back_is_told_no_longer(company: Company) -> None:
    company.says(ANN, ACTION, "/decline the keys are gone")
    approval = company.says(LEA, ACTION, "/approve")
    company.settle()
    company.site.delete_comment(LEA, approval.id)
    company.settle()
    assert "Declined" not in company.text("status", ACTION)
    assert company.kinds(ACTION).count("status") == 1


def test_a_snooze_is_told_until_it_ends(company: Company) -> None:
    company.says(ANN, ACTION, "/snooze 5 days because we wait for the vendor.")
    company.settle()
    assert "Snoozed until 2026-03-07 by Ann: we wait for the vendor. Nobody" in company.text("status", ACTION)
    company.pass_time("03-07 12:00")
    assert "Snoozed" not in company.text("status", ACTION)


def test_the_reason_of_a_snooze_that_not_everybody_may_read_is_not_told(company: Company) -> None:
    """P14."""
    company.site.comment_on(LEA, ACTION, "/snooze 5 days because Bob is on sick leave", is_internal=True)
    company.settle()
    assert "Snoozed until 2026-03-07. Nobody" in company.text("status", ACTION)
    assert not [body for _, body in company.ours(ACTION) if "sick" in body or "Lea" in body]


def test_a_snooze_of_a_post_mortem_stands_in_its_status_comment() -> None:
    company = Company()
    company.a_failure("sev2")
    company.settle()
    (mortem,) = company.opened("post-mortem")
    company.says(LEA, mortem.key, "/snooze until 2026-03-20 code freeze")
    company.settle()
    assert "Snoozed until 2026-03-20 by Lea: code freeze." in company.text("status", mortem.key)
    company.pass_time("03-20 12:00")
    assert "Snoozed" not in company.text("status", mortem.key)


def test_a_lost_database_changes_no_word_of_it(company: Company) -> None:
    """P1."""
    company.says(ANN, ACTION, "/decline the keys are gone")
    company.says(LEA, ACTION, "/approve")
    company.says(ANN, FAILURE, "/snooze soon")
    company.settle()
    before = company.picture()
    company.lose_the_database()
    company.settle()
    assert company.picture() == before


# --- replies ---------------------------------------------------------------------------------------


def test_a_reply_says_that_what_it_refused_was_mended(company: Company) -> None:
    comment = company.says(ANN, ACTION, "/snooze 5 days")
    company.settle()
    assert "could not be done" in company.text("reply", ACTION)
    company.site.edit_comment(ANN, comment.id, "/snooze 5 days because of the fair")
    company.settle()
    assert company.text("reply", ACTION).startswith("Settled.")
    assert company.kinds(ACTION).count("reply") == 1


def test_a_comment_that_is_edited_back_is_refused_again_in_the_same_reply(company: Company) -> None:
    comment = company.says(ANN, ACTION, "/snooze 5 days")
    company.settle()
    refused = company.ours(ACTION)[-1]
    company.site.edit_comment(ANN, comment.id, "No, let us do it.")
    company.settle()
    assert company.text("reply", ACTION).startswith("Settled.")
    company.lose_the_database()
    company.site.edit_comment(ANN, comment.id, "/snooze 5 days")
    company.settle()
    assert company.ours(ACTION)[-1] == refused
    assert company.kinds(ACTION) == ["reply"]


def test_a_reply_whose_comment_was_deleted_is_let_rest(company: Company) -> None:
    comment = company.says(ANN, ACTION, "/snooze 5 days")
    company.settle()
    before = company.ours(ACTION)
    company.site.delete_comment(ANN, comment.id)
    company.pass_time("03-03 12:00")
    assert company.ours(ACTION) == before


def test_a_reply_that_refused_nothing_is_never_written_anew(company: Company) -> None:
    comment = company.says(ANN, ACTION, "/help")
    company.settle()
    before = company.ours(ACTION)
    company.site.edit_comment(ANN, comment.id, "Never mind.")
    company.settle()
    assert company.ours(ACTION) == before


def test_a_comment_for_some_is_answered_to_the_same(company: Company) -> None:
    """P14: that it holds a command, and whose it is, is nobody else's business."""
    company.site.comment_on(LEA, FAILURE, "/action Rotate what Bob leaked", is_internal=True)
    company.says(ANN, FAILURE, "/snooze")
    company.settle()
    told = [comment for comment in company.ticket().comments if "could not be done" in comment.body]
    assert [(comment.author, comment.is_internal) for comment in told] == [(OURS, True), (OURS, False)]
    assert "is read by more people than this comment" in told[0].body


def test_a_reply_to_some_stays_with_them_when_it_is_mended(company: Company) -> None:
    comment = company.site.comment_on(LEA, FAILURE, "/action Rotate what Bob leaked", is_internal=True)
    company.settle()
    company.site.edit_comment(LEA, comment.id, "We talk about it tomorrow.")
    company.settle()
    (settled,) = [one for one in company.ticket().comments if one.body.startswith("Settled.")]
    assert settled.is_internal


# --- nothing is said again -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        pytest.param(FAILURE, "/action Write the runbook", "On reflection:\n\n/action Write the runbook", id="action"),
        pytest.param(ACTION, "/due 2026-03-04", "On reflection:\n\n/due 2026-03-04", id="due"),
        pytest.param(ACTION, "/due 2026-03-05\n/due 2026-03-04", "/due 2026-03-04", id="due, taken up"),
        pytest.param(
            ACTION,
            "/snooze until 2026-05-04 the fair",
            "> well\n\n/snooze until 2026-05-04 the fair",
            id="snooze",
        ),
    ],
)
def test_a_ladder_says_nothing_again_when_a_command_moves_in_its_comment(key: str, before: str, after: str) -> None:
    """P3: with the ledger, and by what stands on the tickets alone."""
    company = working()
    comment = company.says(ANN, key, before)
    company.pass_time("05-05 12:00")
    keys = [ticket.key for ticket in company.opened("action")]
    said = [company.kinds(one) for one in keys]
    assert any("overdue" in kinds for kinds in said)
    company.site.edit_comment(ANN, comment.id, after)
    company.settle()
    assert [company.kinds(one) for one in keys] == said
    company.lose_the_database()
    company.settle()
    assert [company.kinds(one) for one in keys] == said


def test_a_ladder_goes_on_under_the_new_line() -> None:
    company = working()
    comment = company.says(ANN, ACTION, "/due 2026-03-04")
    company.pass_time("03-05 12:00")
    assert company.kinds(ACTION) == ["status", "reminder", "overdue"]
    company.site.edit_comment(ANN, comment.id, "On reflection:\n\n/due 2026-03-04")
    company.pass_time("03-10 12:00")
    assert company.kinds(ACTION) == ["status", "reminder", "overdue", "overdue"]


PUBLIC = "letter://mo"


def people(mo: tuple[str, ...]) -> People:
    """Mo, who is asked when a week has passed, with these channels."""
    return replace(PEOPLE, people={**PEOPLE.people, "mo": replace(PEOPLE.people["mo"], notify=mo)})


@pytest.mark.parametrize(
    ("first", "then"), [((), (PUBLIC,)), ((PUBLIC,), ())], ids=["a channel was added", "a channel was taken away"]
)
def test_what_somebody_was_told_one_way_they_are_not_told_another(
    first: tuple[str, ...], then: tuple[str, ...]
) -> None:
    company = working()
    company.site.places["acme/shop"].is_public = True
    company.policy = replace(PACK, people=people(first))
    company.pass_time("05-15 12:00")

    def told() -> tuple[int, int]:
        return len(company.letterbox.letters), sum("mention:mo" in body for _, body in company.ours(ACTION))

    before = told()
    assert sum(before) == 1
    company.policy = replace(PACK, people=people(then))
    company.says(ANN, FAILURE, "Under way.")
    company.settle()
    assert told() == before
    company.pass_time("06-01 12:00")
    assert sum(told()) == 2, "the next rung tells them the new way"


# --- who they were then ----------------------------------------------------------------------------


def test_whoever_approved_a_plan_may_be_given_work_of_it() -> None:
    """P11: nobody approves their own plan, and it was nobody's of theirs then."""
    company = Company(policy=replace(PACK, systemic_questions=()))
    company.a_failure("sev2")
    company.settle()
    (mortem,) = company.opened("post-mortem")
    company.says(LEA, mortem.key, "/action Rotate the keys\n\n/approve")
    company.settle()
    assert "approved by Lea on 2026-03-02" in company.text("status", mortem.key)
    company.time = company.time.replace(hour=12)
    (action,) = company.opened("action")
    company.site.assign(ANN, action.key, (LEA,))
    company.site.assign(ANN, mortem.key, (LEA,))
    company.settle()
    assert "approved by Lea on 2026-03-02" in company.text("status", mortem.key)
    company.says(MO, mortem.key, "/owner @mo")
    company.time = company.time.replace(hour=13)
    company.says(MO, mortem.key, "/approve")
    company.settle()
    assert "approved by Lea" in company.text("status", mortem.key)
