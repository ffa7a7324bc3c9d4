"""What a case's facts mean: owners, dates, answers, what is left to do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rules.facts import Case, Change, ChangeKind, Comment, Ticket
from rules.policy import Anchor, Ladder
from rules.progress import last_progress
from rules.refs import TicketRef
from rules.situation import Situation
from tests.rules.cases import (
    ANN,
    BOB,
    LEA,
    OURS,
    PACK,
    ROBOT,
    a_case,
    a_failure,
    a_post_mortem,
    an_action,
    at,
    change,
    closed,
    says,
    we_say,
)

NOW = at("03-10 12:00")
LADDERS = {rule.id: rule.ladder for rule in PACK.rules if rule.ladder}


def situation(case: Case, now: str = "03-10 12:00") -> Situation:
    return Situation(PACK, case, at(now))


# --- severity, acknowledgement ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "severity"),
    [
        pytest.param([], 3, id="unset means 3"),
        pytest.param(["sev2"], 2, id="set"),
        pytest.param(["sev4", "sev1"], 1, id="the gravest of several"),
        pytest.param(["Sev1"], 1, id="capitals do not matter"),
        pytest.param(["severe", "urgent"], 3, id="other labels say nothing"),
    ],
)
def test_severity_comes_from_labels(labels: list[str], severity: int) -> None:
    assert situation(a_case(a_failure(*labels))).severity == severity


@pytest.mark.parametrize(
    ("comment", "is_acknowledged"),
    [
        pytest.param(says("c1", "03-02 10:00", "Looking into it."), True, id="the owner speaks up"),
        pytest.param(says("c1", "03-02 10:00", "/ack We are on it", by=LEA), True, id="/ack by somebody with rights"),
        pytest.param(says("c1", "03-02 10:00", "/ack mine!", by=BOB), False, id="/ack without rights"),
        pytest.param(says("c1", "03-02 10:00", "Is this known?", by=LEA), False, id="somebody else comments"),
        pytest.param(says("c1", "03-02 10:00", "> /ack We are on it", by=LEA), False, id="/ack in a quotation"),
        pytest.param(says("c1", "03-02 10:00", "```\n/ack\n```", by=LEA), False, id="/ack in code"),
        pytest.param(says("c1", "03-02 08:00", "Looking into it."), False, id="before the label"),
        pytest.param(says("c1", "03-02 10:00", "/ack done", by=ROBOT), False, id="a bot"),
    ],
)
def test_a_failure_is_acknowledged_by_those_who_may(comment: Comment, is_acknowledged: bool) -> None:
    """Commands are obeyed from people with rights only, and never in quotes or code (P11)."""
    assert situation(a_case(a_failure(comments=(comment,)))).is_acknowledged is is_acknowledged


# --- progress and answers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "is_progress"),
    [
        pytest.param(change("c1", "03-03 09:00", ChangeKind.STATUS), True, id="a person moves it"),
        pytest.param(change("c1", "03-03 09:00", ChangeKind.REFERENCED, new="commit 4f5e"), True, id="a commit"),
        pytest.param(change("c1", "03-03 09:00", ChangeKind.DESCRIBED), True, id="the text is written"),
        pytest.param(change("c1", "03-03 09:00", ChangeKind.LABELLED, new="backend"), False, id="a label"),
        pytest.param(change("c1", "03-03 09:00", ChangeKind.RENAMED), False, id="a new title"),
        pytest.param(change("c1", "03-03 09:00", ChangeKind.STATUS, by=ROBOT), False, id="a bot moves it"),
        pytest.param(change("c1", "03-03 09:00", ChangeKind.ASSIGNED, by=OURS), False, id="we assign somebody"),
        pytest.param(change("c1", "03-03 09:00", ChangeKind.LINKED, by=OURS), False, id="we link it"),
    ],
)
def test_progress_is_what_a_person_did_that_moves_the_ticket(done: Change, is_progress: bool) -> None:
    """Never a bot's doing, never our own, never `updated_at` (P5)."""
    assert (last_progress(an_action(changes=(done,)).ticket) == done) is is_progress


def answers(*comments: Comment, rule: str = "stalled-action", changes: tuple[Change, ...] = ()) -> list[str]:
    """Ids of the answers that count on an action."""
    action = an_action(comments=comments, changes=changes)
    ladder = LADDERS[rule]
    timeline = situation(a_case(a_failure(), None, action)).timeline(ladder, action.ticket)
    assert timeline
    return [answer.id.removeprefix("answer:") for answer in timeline.answers]


ASKED = we_say("a", "03-03 09:00")


@pytest.mark.parametrize(
    ("comment", "counts"),
    [
        pytest.param(says("c1", "03-03 10:00", "Next week."), True, id="the owner"),
        pytest.param(says("c1", "03-03 10:00", "I will help.", by=LEA), True, id="somebody with rights"),
        pytest.param(says("c1", "03-03 10:00", "+1", by=BOB), False, id="a passer-by"),
        pytest.param(says("c1", "03-03 10:00", "/help"), False, id="the owner asks for help only"),
        pytest.param(says("c1", "03-03 10:00", "/case", by=LEA), False, id="somebody asks for the case only"),
        pytest.param(says("c1", "03-03 10:00", "/help\n\nNext week."), True, id="help, and a word"),
        pytest.param(says("c1", "03-03 10:00", "Bumped.", by=ROBOT), False, id="a bot"),
        pytest.param(we_say("c1", "03-03 10:00"), False, id="we ourselves"),
        pytest.param(says("c1", "03-03 08:00", "Next week."), False, id="before we asked"),
    ],
)
def test_an_answer_is_a_comment_by_somebody_concerned_after_we_asked(comment: Comment, counts: bool) -> None:
    """A person's answer does what people would expect; a bot's comment does nothing (P5)."""
    comments = sorted((ASKED, comment), key=lambda one: one.at)
    assert answers(*comments) == (["c1"] if counts else [])


def test_what_was_asked_for_a_comment_that_was_once_an_answer_is_not_asked_again() -> None:
    """Earlier versions counted from a `/help`. What they said for it was said, whatever is counted from now."""
    before = says("c1", "04-02 10:00", "/help")
    asked = we_say("a", "04-01 18:00")
    action = an_action(comments=(asked, before))
    now = "04-08 12:00"
    timeline = situation(a_case(a_failure(), None, action), now).timeline(LADDERS["stalled-action"], action.ticket)
    assert timeline
    assert timeline.answers == ()
    assert "answer:c1" in timeline.base.also


def test_what_we_keep_up_to_date_asks_nobody_and_so_is_not_answered() -> None:
    assert answers(we_say("a", "03-03 09:00", "status"), says("c1", "03-03 10:00", "Nice table.")) == []


def test_answers_before_the_last_progress_are_over() -> None:
    """So that the two that count in a row count anew."""
    moved = change("m", "03-03 12:00", ChangeKind.STATUS)
    asked_again = we_say("b", "03-04 09:00")
    after = says("c2", "03-04 10:00", "Later.")
    assert answers(ASKED, says("c1", "03-03 10:00", "Soon."), asked_again, after, changes=(moved,)) == ["c2"]


# --- dates -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        pytest.param({}, ("2026-04-01", "opened"), id="as we opened it"),
        pytest.param(
            {"due_on": at("04-08 00:00").date(), "changes": (change("d1", "03-03 09:00", ChangeKind.DUE),)},
            ("2026-04-08", "d1"),
            id="the tracker's field",
        ),
        pytest.param({"comments": (says("c1", "03-03 09:00", "/due 2026-04-15"),)}, ("2026-04-15", "c1.0"), id="/due"),
        pytest.param(
            {"comments": (says("c1", "03-03 09:00", "/due 2026-04-15"), says("c2", "03-04 09:00", "/due 2026-04-16"))},
            ("2026-04-16", "c2.0"),
            id="the last /due",
        ),
        pytest.param(
            {"comments": (says("c1", "03-03 09:00", "/due 2026-04-15", by=BOB),)},
            ("2026-04-01", "opened"),
            id="/due without rights",
        ),
        pytest.param(
            {"comments": (says("c1", "03-03 09:00", "/due some day"),)},
            ("2026-04-01", "opened"),
            id="/due that cannot be read",
        ),
        pytest.param(
            {
                "comments": (says("c1", "03-03 09:00", "/due 2026-04-15"),),
                "due_on": at("04-08 00:00").date(),
                "changes": (change("d1", "03-04 09:00", ChangeKind.DUE),),
            },
            ("2026-04-08", "d1"),
            id="the field, set after /due",
        ),
        pytest.param(
            {
                "comments": (says("c1", "03-05 09:00", "/due 2026-04-15"),),
                "due_on": at("04-08 00:00").date(),
                "changes": (change("d1", "03-04 09:00", ChangeKind.DUE),),
            },
            ("2026-04-15", "c1.0"),
            id="/due, said after the field was set",
        ),
    ],
)
def test_the_due_date_is_the_one_last_set(fields: dict[str, Any], due: tuple[str, str]) -> None:
    action = an_action(**fields)
    found = situation(a_case(a_failure(), None, action)).due(action.ticket)
    assert found
    assert (found.day.isoformat(), found.set_by) == due


def test_a_person_s_ticket_without_a_date_has_none() -> None:
    assert situation(a_case()).due(a_failure()) is None


@pytest.mark.parametrize(
    ("body", "until"),
    [
        pytest.param("/snooze 5 days because of the freeze", "03-15 09:00", id="a length"),
        pytest.param("/snooze until 2026-03-18 code freeze", "03-18 09:00", id="a day"),
        pytest.param("/snooze 5 days", None, id="no reason"),
        pytest.param("> /snooze 5 days because of the freeze", None, id="quoted"),
        pytest.param("", None, id="deleted again"),
    ],
)
def test_a_snooze_lasts_while_it_stands_there(body: str, until: str | None) -> None:
    """Commands are facts: deleting a /snooze revokes it."""
    comments = (says("c1", "03-10 09:00", body),) if body else ()
    action = an_action(comments=comments)
    snooze = situation(a_case(a_failure(), None, action)).snooze(action.ticket)
    assert (snooze.until if snooze else None) == (at(until) if until else None)


# --- first sight -----------------------------------------------------------------------------------


def test_a_ticket_that_we_opened_was_seen_when_it_was_opened() -> None:
    action = an_action(created_at=at("03-04 09:00"))
    assert situation(a_case()).seen_at(action.ticket) == at("03-04 09:00")


def test_another_ticket_was_seen_when_we_first_wrote_there_and_else_now() -> None:
    assert situation(a_case()).seen_at(
        a_failure(comments=(we_say("a", "03-05 09:00"), we_say("b", "03-06 09:00")))
    ) == at("03-05 09:00")
    assert situation(a_case()).seen_at(a_failure(comments=(says("a", "03-05 09:00", "Hm."),))) == NOW


# --- what is left to do ----------------------------------------------------------------------------

TEXT = "## Action items\n\n- [ ] Rotate the keys\n- [x] Restart the queue\n"


def unopened(case: Case) -> list[str]:
    return [one.item.text for one in situation(case).unopened]


def test_an_item_that_is_ticked_already_needs_no_ticket() -> None:
    assert unopened(a_case(a_failure(), a_post_mortem(body=TEXT))) == ["Rotate the keys"]


def test_an_item_that_has_a_ticket_is_not_opened_again() -> None:
    case = a_case(a_failure(), a_post_mortem(body=TEXT))
    item = situation(case).unopened[0].item.id
    assert unopened(a_case(a_failure(), a_post_mortem(body=TEXT), an_action(item=item, title="Rotate the keys"))) == []


def test_an_edited_wording_is_the_same_item() -> None:
    case = a_case(a_failure(), a_post_mortem(body=TEXT), an_action(item="itema", title="Rotate all the keys"))
    assert unopened(case) == []


def test_a_ticked_item_keeps_its_ticket_to_itself() -> None:
    """A new item that reads alike does not take the ticket of the one that is done: it gets its own (P7)."""
    body = "## Action items\n\n- [x] Add an alert for disk space on db1\n- [ ] Add an alert for disk space on db2\n"
    first = situation(a_case(a_failure(), a_post_mortem(body=body.replace("[x]", "[ ]")))).unopened[0].item.id
    done = an_action(item=first, title="Add an alert for disk space on db1", **closed("03-05 09:00"))
    assert unopened(a_case(a_failure(), a_post_mortem(body=body), done)) == ["Add an alert for disk space on db2"]


def test_an_item_may_be_given_as_a_command_on_failure_or_post_mortem() -> None:
    case = a_case(
        a_failure(comments=(says("c1", "03-03 09:00", "/action Rotate the keys"),)),
        a_post_mortem(
            comments=(says("c2", "03-03 09:00", "/action Write a runbook"), says("c3", "03-03 09:00", "/action"))
        ),
    )
    assert unopened(case) == ["Rotate the keys", "Write a runbook"]


def test_two_trackers_may_number_their_comments_alike() -> None:
    """The same id on the failure's tracker and on the post-mortem's is two commands all the same."""
    mortem = a_post_mortem(
        ref=TicketRef("jira", "OPS-1"), comments=(says("17", "03-03 09:00", "/action Write a runbook"),)
    )
    case = a_case(a_failure(comments=(says("17", "03-03 09:00", "/action Rotate the keys"),)), mortem)
    assert len({one.item.id for one in situation(case).unopened}) == 2


DONE = closed("03-05 09:00")


@pytest.mark.parametrize(
    ("failure", "post_mortem", "actions", "finished"),
    [
        pytest.param(a_failure(**DONE), None, [], "03-05 09:00", id="a small failure, closed"),
        pytest.param(a_failure(), None, [], None, id="failure open"),
        pytest.param(a_failure("sev2", **DONE), None, [], None, id="post-mortem yet to be opened"),
        pytest.param(a_failure("sev2", **DONE), a_post_mortem(), [], None, id="post-mortem open"),
        pytest.param(
            a_failure("sev2", **DONE), a_post_mortem(**closed("03-06 09:00")), [], "03-06 09:00", id="post-mortem done"
        ),
        pytest.param(
            a_failure("sev2", **DONE), a_post_mortem(body=TEXT, **DONE), [], None, id="an item without a ticket"
        ),
        pytest.param(a_failure(**DONE), None, [an_action()], None, id="an action open"),
        pytest.param(a_failure(**DONE), None, [an_action(**closed("03-07 09:00"))], "03-07 09:00", id="actions done"),
        pytest.param(
            a_failure("sev2", "experiment", **DONE), a_post_mortem(), [an_action()], "03-05 09:00", id="an experiment"
        ),
        pytest.param(a_failure("experiment"), None, [an_action()], None, id="an experiment, still open"),
        pytest.param(
            a_failure(**closed("03-01 09:00")),
            None,
            [],
            "03-02 09:00",
            id="closed before it was labelled: since the label",
        ),
    ],
)
def test_a_case_is_finished_when_nothing_is_left_to_do(
    failure: Ticket, post_mortem: Ticket | None, actions: list[object], finished: str | None
) -> None:
    case = a_case(failure, post_mortem, *actions)  # type: ignore[arg-type]
    assert situation(case).finished_at == (at(finished) if finished else None)


def test_a_finished_case_rests_for_an_hour_before_anybody_is_thanked() -> None:
    """Somebody may close the last ticket and think again."""
    case = a_case(a_failure(**closed("03-05 09:00")))
    assert not situation(case, "03-05 09:59").is_finished
    assert situation(case, "03-05 10:00").is_finished


# --- generations -----------------------------------------------------------------------------------


def test_commands_of_an_earlier_generation_are_over() -> None:
    failure = a_failure(comments=(says("c1", "03-01 09:00", "/action Rotate the keys"),))
    assert unopened(a_case(failure)) == []


def test_what_we_said_in_an_earlier_generation_is_not_this_one_s() -> None:
    old = we_say("a", "03-05 09:00", "thanks", case="another.1")
    assert not situation(a_case(a_failure(comments=(old,)))).is_thanked
    assert situation(
        a_case(a_failure(comments=(replace(old, marker=we_say("b", "03-05 09:00", "thanks").marker),)))
    ).is_thanked


def test_a_ladder_from_the_due_date_does_not_begin_without_one() -> None:
    ladder = LADDERS["stalled-action"]
    assert isinstance(ladder, Ladder)
    assert ladder.anchor is Anchor.DUE
    assert situation(a_case()).timeline(ladder, a_failure()) is None


def test_a_reporter_without_rights_moves_no_clock() -> None:
    """Whoever reported a failure asks for news; that is not an answer (P5)."""
    action = an_action(reporter=BOB, comments=(ASKED, says("c1", "03-03 10:00", "Any news?", by=BOB)))
    timeline = situation(a_case(a_failure(), None, action)).timeline(LADDERS["stalled-action"], action.ticket)
    assert timeline
    assert timeline.answers == ()
    assert ANN in action.ticket.assignees
