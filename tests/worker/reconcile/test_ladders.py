"""An action that stands still is brought up step by step; progress and answers move its clock, noise does not."""

from __future__ import annotations

import pytest

from tests.worker.company import ANN, BOB, LEA, OURS, ROBOT, Company, at
from tests.worker.reconcile.stories import MORTEM, an_overdue_action, through_to_the_lesson


def test_an_action_that_stands_still_is_escalated_step_by_step(company: Company) -> None:
    action = an_overdue_action(company)
    company.pass_time("04-30 12:00")
    said = [(marker.kind, marker.extra) for marker, _ in company.ours(action.key)]
    assert [kind for kind, _ in said] == ["reminder", "overdue", "overdue", "overdue", "overdue"]
    assert "escalated" in action.labels
    assert "(mention:mo)" in company.text("overdue", action.key)


def test_of_several_rungs_due_at_once_only_the_highest_speaks(company: Company) -> None:
    """After an outage of weeks there is one comment, not four (P9)."""
    action = an_overdue_action(company)
    company.time = at("04-14 12:00")
    company.settle()
    assert company.kinds(action.key) == ["overdue"]
    assert "(mention:mo)" in company.text("overdue", action.key)


def test_what_an_outage_kept_from_being_asked_waits_for_the_next_working_moment(company: Company) -> None:
    """P9: who comes back on a Saturday night wakes nobody; the label waits with the comment."""
    action = an_overdue_action(company)
    company.time = at("04-11 03:00")
    company.settle()
    assert company.kinds(action.key) == []
    assert "escalated" not in action.labels
    (held,) = {one.why for one in company.plan().admission.held}
    assert held == "it is asked in working hours only"
    assert company.ledger.cases.next_wake() == at("04-13 09:00")
    company.pass_time("04-13 09:00")
    assert company.kinds(action.key) == ["overdue"]
    assert "escalated" in action.labels


def test_what_waits_for_the_morning_is_not_said_when_somebody_moved_by_then(company: Company) -> None:
    action = an_overdue_action(company)
    company.time = at("04-11 03:00")
    company.settle()
    company.site.reference(ANN, action.key, "commit 4f5e6d")
    company.pass_time("04-13 12:00")
    assert company.kinds(action.key) == []


def test_a_sev1_is_asked_for_in_the_night() -> None:
    """Its ladder counts in clock time."""
    company = Company(begin="03-07 03:00")
    company.a_failure("sev1")
    company.pass_time("03-07 04:05")
    assert [kind for kind in company.kinds() if kind != "status"] == ["ask", "ask-again"]


def test_there_is_one_status_comment_edited_in_place(company: Company) -> None:
    """Edited, not posted again (P9)."""
    through_to_the_lesson(company)
    assert company.kinds().count("status") == 1
    assert company.kinds(MORTEM).count("status") == 1
    assert company.weather.calls["edit"] > 2


def test_an_answer_quiets_and_progress_begins_anew(company: Company) -> None:
    """A person's answer does what people would expect (P5)."""
    action = an_overdue_action(company)
    company.pass_time("04-02 10:00")
    company.says(ANN, action.key, "Waiting for the vendor.")
    company.pass_time("04-07 09:30")
    assert company.kinds(action.key) == ["reminder", "overdue"]
    company.site.reference(ANN, action.key, "commit 4f5e6d")
    company.pass_time("04-10 09:00")
    assert company.kinds(action.key) == ["reminder", "overdue"]
    company.pass_time("04-10 10:00")
    assert company.kinds(action.key) == ["reminder", "overdue", "overdue"]


@pytest.mark.parametrize(
    "noise",
    [
        pytest.param(lambda c, key: c.says(ROBOT, key, "Bump!"), id="a bot comments"),
        pytest.param(lambda c, key: c.site.reference(ROBOT, key, "commit 1"), id="a bot pushes"),
        pytest.param(lambda c, key: c.site.set_status(ROBOT, key, "In Progress"), id="a bot moves it"),
        pytest.param(lambda c, key: c.site.assign(OURS, key, (LEA, ANN)), id="we ourselves assign"),
        pytest.param(lambda c, key: c.site.set_title(OURS, key, "Another title"), id="we ourselves rename"),
        pytest.param(lambda c, key: c.says(BOB, key, "+1"), id="a passer-by"),
        pytest.param(lambda c, key: c.site.add_label(LEA, key, "backend"), id="somebody labels"),
    ],
)
def test_what_is_no_progress_moves_no_clock(company: Company, noise: object) -> None:
    """A bot's and our own activity move `updated_at`, and no clock (P5)."""
    action = an_overdue_action(company)
    company.pass_time("04-02 10:00")
    noise(company, action.key)  # type: ignore[operator]
    assert action.updated_at == company.time
    company.pass_time("04-07 09:00")
    company.settle()
    assert company.kinds(action.key) == ["reminder", "overdue", "overdue"]


def test_a_snooze_holds_until_it_ends_and_ends_when_it_is_deleted(company: Company) -> None:
    action = an_overdue_action(company)
    snooze = company.says(ANN, action.key, "/snooze until 2026-04-20 code freeze")
    company.pass_time("04-10 09:00")
    assert company.kinds(action.key) == ["status"], "it tells of the snooze, and asks nobody"
    company.site.delete_comment(ANN, snooze.id)
    company.settle()
    assert company.kinds(action.key) == ["status", "overdue"]
