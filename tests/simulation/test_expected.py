"""The independent model finds what is missing and what stands twice, and is content with a good history (P1, P3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.markers import NAME
from tests.simulation.expected_worlds import (
    ACTION,
    ANN,
    BOB,
    CODEC,
    FAILURE,
    GOOD,
    ITEM,
    MORTEM,
    OURS,
    SETTING,
    Stage,
    Step,
    at,
    found,
    play,
    says,
    step,
    until,
    without,
)
from worker.simulation.expected import Trouble, Violation

BEFORE_ACTION = until(GOOD, "action")


def test_a_good_history_is_found_good() -> None:
    assert play(GOOD) == []


@pytest.mark.parametrize("name", ["write item", "robot", "answer again"])
def test_what_nobody_needs_may_be_left_out(name: str) -> None:
    """A robot's comment and a second answer within the quiet interval move no clock: without them all is as good."""
    assert play(without(GOOD, name)) == []


#: Step left out of the good history, ticket, words of the sentence.
MISSING = [
    pytest.param("status", FAILURE, "no status comment", id="status"),
    pytest.param("post-mortem status", MORTEM, "no status comment on the post-mortem", id="post-mortem-status"),
    pytest.param("ask", FAILURE, "ask to the owner", id="ask"),
    pytest.param("plan", FAILURE, "no plan", id="plan"),
    pytest.param("reminder", ACTION, "reminder to the owner was due at 2026-01-22 09:00", id="reminder"),
    pytest.param("overdue", ACTION, "overdue to the owner was due at 2026-01-26 09:00", id="overdue"),
    pytest.param("overdue after answer", ACTION, "owner was due at 2026-01-29 15:00", id="after-the-quiet-interval"),
    pytest.param("to lead after answer", ACTION, "owner and lead was due at 2026-02-03 15:00", id="lead-after-answer"),
    pytest.param("second pass", ACTION, "owner was due at 2026-02-09 10:00", id="same-rung-after-progress"),
    pytest.param("second pass to lead", ACTION, "lead was due at 2026-02-12 10:00", id="lead-after-progress"),
    pytest.param("second pass to manager", ACTION, "manager was due at 2026-02-18 10:00", id="manager"),
    pytest.param("repeat", ACTION, "manager was due at 2026-03-04 10:00", id="last-rung-again"),
    pytest.param("thanks", FAILURE, "without thanks", id="thanks"),
    pytest.param("lesson", FAILURE, "no lesson", id="lesson"),
]


@pytest.mark.parametrize(("name", "ticket", "words"), MISSING)
def test_what_is_left_out_is_missing(name: str, ticket: str, words: str) -> None:
    (violation,) = play(without(GOOD, name))
    assert (violation.what, violation.ticket) == ("missing", ticket)
    assert words in violation.sentence


def test_a_severe_failure_without_post_mortem_is_missing_one() -> None:
    steps = [one for one in until(GOOD, "write item") if "post-mortem" not in one.name]
    assert found(play(steps, ended_at="01-06 12:00")) == {("missing", FAILURE)}


@pytest.mark.parametrize("label", ["sev3", "experiment"])
def test_a_light_failure_needs_no_post_mortem(label: str) -> None:
    steps = [
        step("01-05 09:00", "failure", lambda s: s.fail(label)),
        says("01-05 09:03", "status", FAILURE, "status"),
        step("01-05 09:10", "ack", lambda s: s.comment(ANN, FAILURE, "/ack on it")),
    ]
    assert play(steps, ended_at="01-06 12:00") == []


def test_all_that_is_finished_wants_thanks_and_lesson() -> None:
    violations = play(without(GOOD, "thanks", "lesson"))
    assert [v.sentence.split(",")[0] for v in violations] == ["no lesson", "no thanks"]


def test_nothing_is_asked_for_before_its_slack_has_passed() -> None:
    assert play(without(GOOD, "thanks", "lesson"), ended_at="03-05 11:20") == []


# --- action items ---------------------------------------------------------------------------------


def _ask_without_rights(stage: Stage) -> None:
    stage.comment(BOB, FAILURE, f"/action {ITEM}")
    stage.say(FAILURE, "reply", BOB)


#: What somebody writes, and whether a ticket is owed for it.
WRITTEN: list[object] = [
    pytest.param(lambda s: s.jira.set_body(ANN, MORTEM, f"- [ ] {ITEM}"), True, id="check-list"),
    pytest.param(lambda s: s.jira.set_body(ANN, MORTEM, f"- [x] {ITEM}"), False, id="ticked"),
    pytest.param(lambda s: s.jira.set_body(ANN, MORTEM, f"> - [ ] {ITEM}"), False, id="quoted-check-list"),
    pytest.param(lambda s: s.comment(ANN, FAILURE, f"One more.\n\n/action {ITEM}"), True, id="command"),
    pytest.param(lambda s: s.comment(ANN, MORTEM, f"/action {ITEM}"), True, id="command-in-post-mortem"),
    pytest.param(_ask_without_rights, False, id="no-rights"),
    pytest.param(lambda s: s.comment(ANN, FAILURE, f"```\n/action {ITEM}\n```"), False, id="command-in-code"),
    pytest.param(lambda s: s.comment(ANN, FAILURE, f"> /action {ITEM}"), False, id="quoted-command"),
]


@pytest.mark.parametrize(("write", "is_owed"), WRITTEN)
def test_each_improvement_written_down_is_owed_a_ticket(write: Callable[[Stage], object], is_owed: bool) -> None:
    steps = [*without(BEFORE_ACTION, "write item"), step("01-06 11:00", "write", write)]
    expected = [Violation(FAILURE, "missing", f"no action for “{ITEM}”")] if is_owed else []
    assert play(steps, ended_at="01-06 16:00") == expected


def test_an_improvement_that_is_still_being_written_is_owed_nothing() -> None:
    assert play(BEFORE_ACTION, ended_at="01-06 11:40") == []


def test_an_improvement_whose_wording_was_mended_later_has_its_ticket() -> None:
    mend = step("01-07 10:00", "mend", lambda s: s.jira.set_body(ANN, MORTEM, f"- [ ] {ITEM.replace('the', 'our')}"))
    assert play([*GOOD, mend]) == []


# --- twice ------------------------------------------------------------------------------------------

#: What stands once too often, and where.
TWICE = [
    pytest.param(says("01-05 09:05", "x", FAILURE, "status"), FAILURE, id="status-with-the-same-key"),
    pytest.param(says("01-26 09:04", "x", ACTION, "overdue", ANN), ACTION, id="rung-with-another-key"),
    pytest.param(says("01-22 09:05", "x", ACTION, "reminder", ANN), ACTION, id="reminder"),
    pytest.param(says("01-05 09:05", "x", FAILURE, "ask", ANN), FAILURE, id="ask"),
    pytest.param(says("03-05 11:04", "x", FAILURE, "thanks"), FAILURE, id="thanks"),
    pytest.param(says("03-05 11:06", "x", FAILURE, "lesson"), FAILURE, id="lesson"),
    pytest.param(says("01-06 11:23", "x", FAILURE, "plan"), FAILURE, id="plan"),
]


@pytest.mark.parametrize(("extra", "ticket"), TWICE)
def test_a_comment_that_stands_once_too_often_is_found(extra: Step, ticket: str) -> None:
    assert found(play([*GOOD, extra])) == {("twice", ticket)}


def test_two_comments_of_one_key_are_found_though_no_rule_is_known_for_them() -> None:
    again = [
        step(when, "x", lambda s: s.say(FAILURE, "hello", same_key="one")) for when in ("01-05 12:00", "01-05 13:00")
    ]
    assert found(play([*GOOD, *again])) == {("twice", FAILURE)}


def _finish(key: str) -> Step:
    return step("03-05 10:01", "close twin", lambda s: s.github.close(ANN, key))


#: How a second ticket for the same improvement came to be.
TWINS: list[object] = [
    pytest.param(lambda s: s.open_action(due_on=""), id="same-key"),
    pytest.param(lambda s: s.open_action(due_on="", salt="other"), id="another-key"),
]


@pytest.mark.parametrize("open_twin", TWINS)
def test_a_second_ticket_for_the_same_improvement_is_found(open_twin: Callable[[Stage], object]) -> None:
    steps = [*GOOD, step("01-06 11:22", "twin", open_twin), _finish("acme/shop#3")]
    assert found(play(steps)) == {("twice", "acme/shop#3")}


@pytest.mark.parametrize("open_twin", TWINS)
def test_a_second_ticket_that_was_neutralised_is_forgiven(open_twin: Callable[[Stage], object]) -> None:
    neutralise = step("01-06 11:25", "neutralise", lambda s: s.neutralise("acme/shop#3"))
    assert play([*GOOD, step("01-06 11:22", "twin", open_twin), neutralise]) == []


def test_a_second_post_mortem_is_found() -> None:
    extra = [
        step("01-05 09:06", "twin", lambda s: s.open_mortem()),
        says("01-05 09:07", "twin status", "OPS-2", "status"),
        step("01-08 10:00", "close twin", lambda s: s.jira.close(ANN, "OPS-2")),
    ]
    assert found(play([*GOOD, *extra])) == {("twice", "OPS-2")}


# --- markers, rest, trouble ------------------------------------------------------------------------


def test_a_comment_of_ours_without_marker_is_wrong() -> None:
    extra = step("01-07 10:00", "bare", lambda s: s.comment(OURS, FAILURE, "Who said this?"))
    assert found(play([*GOOD, extra])) == {("wrong", FAILURE)}


def test_a_marker_that_somebody_else_copied_is_not_ours() -> None:
    def copy(stage: Stage) -> None:
        line = stage.ticket(FAILURE).comments[0].properties[NAME]
        assert CODEC.read(line) is not None
        stage.github.comment_on(BOB, FAILURE, "copied", properties={NAME: line})

    assert play([*GOOD, step("01-07 10:00", "copy", copy)]) == []


def test_a_comment_for_a_case_that_never_was_is_wrong() -> None:
    extra = step("01-07 10:00", "stray", lambda s: s.say(FAILURE, "status", generation=7))
    assert found(play([*GOOD, extra])) == {("wrong", FAILURE)}


def test_a_ticket_opened_while_the_label_is_off_is_wrong() -> None:
    steps = [
        *BEFORE_ACTION,
        step("01-07 09:00", "label off", lambda s: s.github.remove_label(ANN, FAILURE, "failure")),
        says("01-07 09:03", "paused", FAILURE, "paused"),
        step("01-07 12:00", "action", lambda s: s.open_action()),
    ]
    assert found(play(steps[:-1], ended_at="01-07 16:00")) == {("missing", FAILURE)}
    assert ("wrong", ACTION) in found(play(steps, ended_at="01-07 16:00"))


def test_what_was_wanted_before_the_label_went_off_stays_missing() -> None:
    """The item had rested for a day when the label was taken off, so its ticket was owed by then."""
    off = step("01-07 11:00", "label off", lambda s: s.github.remove_label(ANN, FAILURE, "failure"))
    steps = [*BEFORE_ACTION, off, says("01-07 11:03", "paused", FAILURE, "paused")]
    assert [v.sentence for v in play(steps, ended_at="01-09 12:00")] == [f"no action for “{ITEM}”"]


def test_trouble_moves_every_deadline_to_its_end() -> None:
    steps = without(GOOD, "thanks", "lesson")
    trouble = Trouble(at("03-05 11:10"), at("03-05 20:00"))
    assert play(steps, ended_at="03-05 20:25", troubles=[trouble]) == []
    assert found(play(steps, ended_at="03-05 21:05", troubles=[trouble])) == {("missing", FAILURE)}


def test_a_status_comment_that_trouble_hid_is_not_missed_too_soon() -> None:
    steps = [step("01-05 09:00", "failure", lambda s: s.fail("sev3", "experiment"))]
    trouble = Trouble(at("01-05 09:05"), at("01-05 15:00"))
    assert play(steps, ended_at="01-05 15:50", troubles=[trouble]) == []
    assert found(play(steps, ended_at="01-05 16:05", troubles=[trouble])) == {("missing", FAILURE)}


def test_the_secret_is_not_in_the_settings_representation() -> None:
    assert "secret" not in repr(SETTING)


def test_a_renamed_ticket_is_still_known_by_its_marker() -> None:
    rename = step("01-07 10:00", "rename", lambda s: s.github.set_title(ANN, ACTION, "Something else entirely"))
    assert play([*GOOD, rename]) == []
