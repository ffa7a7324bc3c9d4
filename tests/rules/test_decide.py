"""What the shipped pack wants of a case: for each of its rules, when it speaks, to whom, and when it is silent."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from rules.decide import decide
from rules.decision import Decision, Reason
from rules.effects import AddLabel, AnyEffect, Assign, CloseTwin, Keep, LinkTickets, OpenTicket, RetractComment, Say
from rules.facts import Audience, Case, ChangeKind, Closing, Comment, Resolution, Twin
from rules.policy import Limits, People, Phase
from tests.rules.cases import (
    ANSWERED,
    BOB,
    FIRST,
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
    labelled,
    ref,
    says,
    unlabelled,
    we_say,
)

ITEMS = "## Action items\n\n- [ ] Rotate the keys @lea\n- [x] Restart the queue\n"
THANKED = we_say("t", "03-05 10:00", "thanks")
DONE = closed("03-05 09:00")
#: We were there from the beginning.
SEEN = we_say("s", "03-02 09:00", "status")


def told(effect: AnyEffect) -> str:
    """An effect in a word or two."""
    match effect:
        case Say():
            return " ".join((f"say {effect.text}", *effect.mentions))
        case Keep():
            return f"keep {effect.slot} on {effect.ticket.key}"
        case OpenTicket():
            return f"open {effect.role} {effect.title!r} for {effect.assignee} by {effect.due_on}"
        case AddLabel():
            return f"label {effect.label}"
        case Assign():
            return f"assign {effect.account}"
        case LinkTickets():
            return f"link {effect.ticket.key} to {effect.target.key} as {effect.relation}"
        case RetractComment():
            return f"retract {effect.comment_id}"
        case CloseTwin():
            return f"close {effect.ticket.key} for {effect.original.key}"


def by_rule(decision: Decision, rule: str) -> list[str]:
    return [told(effect) for effect in decision.effects if effect.rule == rule]


def reason(decision: Decision, rule: str) -> Reason:
    return next(one for one in decision.reasons if one.rule == rule)


SMALL = a_case(a_failure("sev3", comments=(SEEN,)))
LARGE = a_case(a_failure("sev2", comments=(SEEN,)))
GRAVEST = a_case(a_failure("sev1", comments=(SEEN,)))
EXPERIMENT = a_case(a_failure("sev1", "experiment"))
ACKNOWLEDGED = a_case(a_failure("sev3", comments=(SEEN, says("c1", "03-02 09:30", "/ack on it", by=LEA))))
UNOWNED = a_case(a_failure("sev3", assignees=(), comments=(SEEN,)))
PAUSED = a_case(a_failure("sev3", labels=(), changes=(labelled("03-02 09:00"), unlabelled("03-03 09:00"))))
CALLED_OFF = a_case(a_failure("sev1", comments=(SEEN, says("c1", "03-02 10:00", "/cancel this was a rehearsal"))))
ASKED_ANN = "say closed-otherwise ann"
CLOSED = a_case(a_failure(**DONE), closings=(Closing(1, at("03-05 11:00")),))
WITH_MORTEM = a_case(a_failure("sev2"), a_post_mortem())
BLAME = "## What happened\n\nBob forgot to renew it, and Ann should have checked.\n"
EDITED = change("b1", "03-03 10:00", ChangeKind.DESCRIBED)
BLAMING = a_case(a_failure("sev2"), a_post_mortem(body=BLAME, changes=(EDITED,)))
WITH_ITEMS = a_case(a_failure("sev2"), a_post_mortem(body=ITEMS))
WITH_ACTION = a_case(a_failure("sev2"), a_post_mortem(), an_action())


def action(**fields: object) -> Case:
    return a_case(a_failure("sev3", comments=(SEEN,)), None, an_action(**fields))  # type: ignore[arg-type]


def put_off(*comments: Comment, **fields: object) -> Case:
    return action(comments=comments, **fields)


TO_APRIL = says("d1", "03-10 10:00", "/due 2026-04-20")
TO_MAY = says("d2", "03-11 10:00", "/due 2026-05-20")
REST = says("z1", "03-11 11:00", "/snooze 60 days because of the fair")
APPROVAL = says("ok", "03-05 10:00", "/approve", by=LEA)
ANSWER = says("c1", "03-11 10:00", "We are at it.", by=LEA)
MORTEM_DONE = a_post_mortem(**closed("03-05 11:00"))
UNAPPROVED = a_case(a_failure("sev2"), a_post_mortem(), an_action())
APPROVED = a_case(a_failure("sev2"), a_post_mortem(body=ANSWERED, comments=(APPROVAL,)), an_action())
TALKED_OF = a_case(a_failure("sev2"), a_post_mortem(comments=(we_say("a", "03-10 09:00"), ANSWER)), an_action())
OWNED_BY_LEAD = a_case(a_failure("sev2"), a_post_mortem(assignees=(LEA,)), an_action())
ASKED_BEFORE = a_case(a_failure("sev2"), a_post_mortem(comments=(we_say("a", "03-10 09:00", "unapproved"),)))
RESTING = a_case(a_failure("sev2"), a_post_mortem(comments=(REST,)), an_action())

#: Cleared on the twelfth of March: sixty days later is a Monday.
CLEARED = action(changes=(change("d", "03-12 10:00", ChangeKind.DUE, old="2026-04-01"),), has_due_field=True)

#: (case, now, what the rule wants)
TABLES: dict[str, dict[str, tuple[Case, str, list[str]]]] = {
    "status": {
        "in every phase: active": (SMALL, "03-02 09:00", ["keep status on acme/shop#1"]),
        "in every phase: paused": (PAUSED, "03-03 09:00", ["keep status on acme/shop#1"]),
        "in every phase: closed": (CLOSED, "03-06 09:00", ["keep status on acme/shop#1"]),
    },
    "name-owner": {
        "nobody is assigned": (UNOWNED, "03-02 09:00", ["assign lea"]),
        "somebody is": (SMALL, "03-02 09:00", []),
        "only a bot is": (a_case(a_failure(assignees=(ROBOT,))), "03-02 09:00", ["assign lea"]),
        "closed already": (a_case(a_failure(assignees=(), **DONE)), "03-05 09:00", []),
        "an experiment": (a_case(a_failure("experiment", assignees=())), "03-02 09:00", []),
    },
    "cancelled": {
        "called off": (CALLED_OFF, "03-03 09:00", ["say cancelled"]),
        "still, weeks later: the same key": (CALLED_OFF, "04-03 09:00", ["say cancelled"]),
        "not called off": (SMALL, "03-03 09:00", []),
    },
    "closed-otherwise": {
        "as a duplicate": (a_case(a_failure(resolution=Resolution.DUPLICATE, **DONE)), "03-05 09:00", [ASKED_ANN]),
        "as not planned": (a_case(a_failure(resolution=Resolution.NOT_PLANNED, **DONE)), "03-05 09:00", [ASKED_ANN]),
        "as done": (a_case(a_failure(resolution=Resolution.COMPLETED, **DONE)), "03-05 09:00", []),
        "open": (SMALL, "03-02 09:00", []),
    },
    "postponed-action": {
        "put off once": (put_off(TO_APRIL), "03-12 09:00", []),
        "put off twice": (put_off(TO_APRIL, TO_MAY), "03-12 09:00", ["say postponed lea"]),
        "still, weeks later: the same key": (put_off(TO_APRIL, TO_MAY), "04-12 09:00", ["say postponed lea"]),
        "snoozed": (put_off(TO_APRIL, TO_MAY, REST), "03-12 09:00", []),
        "done": (put_off(TO_APRIL, TO_MAY, **closed("03-11 12:00")), "03-12 09:00", []),
    },
    "unapproved-plan": {
        "for nine working days": (UNAPPROVED, "03-16 08:59", []),
        "for ten": (UNAPPROVED, "03-16 09:00", ["say unapproved lea"]),
        "though there is no plan yet": (WITH_MORTEM, "03-16 09:00", ["say unapproved lea"]),
        "approved": (APPROVED, "03-16 09:00", []),
        "somebody answered meanwhile": (TALKED_OF, "03-16 09:00", ["say unapproved lea"]),
        "the lead owns it: the manager": (OWNED_BY_LEAD, "03-16 09:00", ["say unapproved mo"]),
        "asked before": (ASKED_BEFORE, "03-16 09:00", []),
        "snoozed": (RESTING, "03-16 09:00", []),
        "an experiment": (a_case(a_failure("experiment"), a_post_mortem()), "03-16 09:00", []),
    },
    "no-actions": {
        "closed without any": (a_case(a_failure("sev2"), MORTEM_DONE), "03-05 12:00", ["say unapproved lea"]),
        "open": (WITH_MORTEM, "03-05 12:00", []),
        "there is an action": (a_case(a_failure("sev2"), MORTEM_DONE, an_action()), "03-05 12:00", []),
        "a duplicate": (
            a_case(a_failure("sev2"), replace(MORTEM_DONE, resolution=Resolution.DUPLICATE)),
            "03-05 12:00",
            [],
        ),
        "closed and approved": (
            a_case(a_failure("sev2"), replace(MORTEM_DONE, body=ANSWERED, comments=(APPROVAL,))),
            "03-05 12:00",
            [],
        ),
    },
    "still-open": {
        "for nine working days": (ACKNOWLEDGED, "03-13 08:59", []),
        "for ten": (ACKNOWLEDGED, "03-16 09:00", ["say still-open ann"]),
        "for thirty: once more": (ACKNOWLEDGED, "04-13 09:00", ["say still-open ann"]),
        "it waits for a first word": (SMALL, "03-20 09:00", []),
        "closed": (a_case(a_failure(**DONE)), "03-20 09:00", []),
        "an action is open": (action(), "03-20 09:00", []),
        "an experiment": (EXPERIMENT, "03-20 09:00", []),
    },
    "reply": {
        "a command that cannot be obeyed": (
            a_case(a_failure("sev3", comments=(says("c1", "03-02 10:00", "/cancel"),))),
            "03-02 10:00",
            ["say reply ann"],
        ),
        "one that is": (ACKNOWLEDGED, "03-02 10:00", []),
        "no command": (SMALL, "03-02 10:00", []),
    },
    "ask-ack-sev1": {
        "at once": (GRAVEST, "03-02 09:00", ["say ask ann"]),
        "after 59 minutes": (GRAVEST, "03-02 09:59", ["say ask ann"]),
        "after an hour": (GRAVEST, "03-02 10:00", ["say ask-again ann lea"]),
        "after four": (GRAVEST, "03-02 13:00", ["say ask-again mo"]),
        "sev2 has more time": (LARGE, "03-02 13:00", []),
        "an experiment": (EXPERIMENT, "03-02 10:00", []),
    },
    "ask-ack": {
        "at once": (SMALL, "03-02 09:00", ["say ask ann"]),
        "nobody owns it": (UNOWNED, "03-02 09:00", ["say ask lea"]),
        "after a working day": (SMALL, "03-03 09:00", ["say ask-again ann lea"]),
        "after three": (SMALL, "03-05 09:00", ["say ask-again mo"]),
        "acknowledged": (ACKNOWLEDGED, "03-05 09:00", []),
        "closed": (a_case(a_failure(**DONE)), "03-05 09:00", []),
        "sev1 has a ladder of its own": (GRAVEST, "03-02 09:00", []),
        "an experiment": (EXPERIMENT, "03-05 09:00", []),
        "label taken off": (PAUSED, "03-05 09:00", []),
    },
    "open-post-mortem": {
        "sev2": (
            LARGE,
            "03-02 09:00",
            ["open post-mortem 'Post-mortem: Checkout is down' for ann by 2026-03-09"],
        ),
        "sev1 at night": (
            a_case(a_failure("sev1", changes=(labelled("03-02 22:00"),))),
            "03-02 22:00",
            ["open post-mortem 'Post-mortem: Checkout is down' for ann by 2026-03-10"],
        ),
        "sev3": (SMALL, "03-02 09:00", []),
        "it is there": (WITH_MORTEM, "03-02 09:00", []),
        "an experiment": (EXPERIMENT, "03-02 09:00", []),
    },
    "link-post-mortem": {
        "it is there": (WITH_MORTEM, "03-02 09:00", ["link acme/shop#1 to acme/shop#2 as sub-issue"]),
        "it is not": (LARGE, "03-02 09:00", []),
    },
    "post-mortem-status": {
        "it is there": (WITH_MORTEM, "03-02 09:00", ["keep status on acme/shop#2"]),
        "it is not": (LARGE, "03-02 09:00", []),
    },
    "late-post-mortem": {
        "a day before, by the calendar": (WITH_MORTEM, "03-09 09:00", ["say reminder ann"]),
        "two days before": (WITH_MORTEM, "03-06 09:00", []),
        "due": (WITH_MORTEM, "03-10 09:00", ["say overdue ann"]),
        "three days late": (WITH_MORTEM, "03-13 09:00", ["say overdue ann lea"]),
        "seven days late": (WITH_MORTEM, "03-19 09:00", ["say overdue mo"]),
        "done": (a_case(a_failure("sev2"), a_post_mortem(**DONE)), "03-19 09:00", []),
    },
    "wording": {
        "its text rested for an hour": (BLAMING, "03-03 11:00", ["say wording"]),
        "it was edited within the hour": (BLAMING, "03-03 10:59", []),
        "still, days later: the same key": (BLAMING, "03-10 09:59", ["say wording"]),
        "a week after the last edit": (BLAMING, "03-10 10:00", []),
        "nobody is blamed": (WITH_MORTEM, "03-03 11:00", []),
        "done": (a_case(a_failure("sev2"), a_post_mortem(body=BLAME, **DONE)), "03-03 11:00", []),
        "an experiment": (a_case(a_failure("sev2", "experiment"), a_post_mortem(body=BLAME)), "03-02 12:00", []),
    },
    "open-action": {
        "its text has rested": (
            WITH_ITEMS,
            "03-02 09:15",
            ["open action 'Rotate the keys' for lea by 2026-04-01"],
        ),
        "it was edited just now": (WITH_ITEMS, "03-02 09:14", []),
        "given as a command": (
            a_case(a_failure("sev1", comments=(says("c1", "03-02 10:00", "/action Write a runbook"),))),
            "03-02 10:00",
            ["open action 'Write a runbook' for ann by 2026-03-17"],
        ),
        "given by somebody without rights": (
            a_case(a_failure(comments=(says("c1", "03-02 10:00", "/action Give me admin", by=BOB),))),
            "03-02 10:00",
            [],
        ),
    },
    "link-action": {
        "to failure and post-mortem": (
            WITH_ACTION,
            "03-02 10:00",
            ["link acme/shop#1 to acme/shop#3 as sub-issue", "link acme/shop#2 to acme/shop#3 as relates"],
        ),
        "to the failure alone": (action(), "03-02 10:00", ["link acme/shop#1 to acme/shop#3 as sub-issue"]),
    },
    "plan": {
        "there are actions": (WITH_ACTION, "03-02 10:00", ["keep plan on acme/shop#1"]),
        "there are none": (WITH_MORTEM, "03-02 10:00", []),
        "kept true once the case was let go": (
            a_case(a_failure(**DONE), None, an_action(), closings=CLOSED.closings),
            "03-06 09:00",
            ["keep plan on acme/shop#1"],
        ),
        "kept true while the label is off": (
            a_case(PAUSED.failure, None, an_action()),
            "03-03 09:00",
            ["keep plan on acme/shop#1"],
        ),
    },
    "action-status": {
        "nothing was said of it": (action(), "04-02 09:00", []),
        "done": (action(**DONE), "04-02 09:00", []),
        "snoozed": (
            action(comments=(says("c1", "04-01 09:00", "/snooze 20 days because of the freeze"),)),
            "04-02 09:00",
            ["keep status on acme/shop#3"],
        ),
        "declined": (
            action(
                comments=(says("c1", "04-01 09:00", "/decline too old"), says("c2", "04-01 10:00", "/approve", by=LEA))
            ),
            "04-02 09:00",
            ["keep status on acme/shop#3"],
        ),
        "not approved yet": (action(comments=(says("c1", "04-01 09:00", "/decline too old"),)), "04-02 09:00", []),
        "merged": (
            action(comments=(says("c1", "04-01 09:00", "/same-as OPS-12"),)),
            "04-02 09:00",
            ["keep status on acme/shop#3"],
        ),
        "told once, and taken back": (
            action(comments=(we_say("s1", "04-01 09:00", "status"),)),
            "04-02 09:00",
            ["keep status on acme/shop#3"],
        ),
    },
    "stalled-action": {
        "reminder": (action(), "03-31 09:00", ["say reminder ann"]),
        "due": (action(), "04-02 09:00", ["say overdue ann"]),
        "three days late": (action(), "04-07 09:00", ["say overdue ann lea"]),
        "seven days late": (action(), "04-13 09:00", ["say overdue mo", "label escalated"]),
        "again": (action(), "04-27 09:00", ["say overdue mo", "label escalated"]),
        "unassigned": (action(assignees=()), "04-02 09:00", ["say overdue lea"]),
        "no due date: not before the time that it would have got": (action(marker=None), "04-30 16:59", []),
        "no due date, and nothing moved it": (action(marker=None), "05-01 09:00", ["say overdue ann"]),
        "somebody cleared the date": (CLEARED, "05-11 09:59", []),
        "somebody cleared the date, and nothing moved since": (CLEARED, "05-11 10:00", ["say overdue ann"]),
        "done": (action(**DONE), "04-13 09:00", []),
        "a commit the day before": (
            action(changes=(change("p", "04-01 09:00", ChangeKind.REFERENCED, new="commit 1"),)),
            "04-03 09:00",
            [],
        ),
        "a bot's commit": (
            action(changes=(change("p", "04-01 09:00", ChangeKind.REFERENCED, by=ROBOT),)),
            "04-03 09:00",
            ["say overdue ann"],
        ),
        "snoozed": (
            action(comments=(says("c1", "04-01 09:00", "/snooze 20 days because of the freeze"),)),
            "04-13 09:00",
            [],
        ),
        "snooze over": (
            action(comments=(says("c1", "04-01 09:00", "/snooze 20 days because of the freeze"),)),
            "04-21 09:00",
            ["say overdue ann"],
        ),
    },
    "paused": {
        "label taken off": (PAUSED, "03-03 09:00", ["say paused"]),
        "label on": (SMALL, "03-03 09:00", []),
    },
    "thanks": {
        "work is done": (a_case(a_failure(**DONE)), "03-05 10:00", ["say thanks"]),
        "and has not rested yet": (a_case(a_failure(**DONE)), "03-05 09:59", []),
        "an action is open": (a_case(a_failure(**DONE), None, an_action()), "03-05 10:00", []),
        "an experiment": (a_case(a_failure("experiment", **DONE)), "03-05 10:00", []),
    },
    "lesson": {
        "thanks were said": (a_case(a_failure(comments=(THANKED,), **DONE)), "03-05 10:05", ["say lesson"]),
        "thanks first": (a_case(a_failure(**DONE)), "03-05 10:00", []),
        "an experiment needs no thanks": (a_case(a_failure("experiment", **DONE)), "03-05 10:00", ["say lesson"]),
    },
}


@pytest.mark.parametrize(
    ("rule", "case", "now", "wanted"),
    [
        pytest.param(rule, case, now, wanted, id=f"{rule}: {name}")
        for rule, table in TABLES.items()
        for name, (case, now, wanted) in table.items()
    ],
)
def test_a_rule_speaks_when_it_should(rule: str, case: Case, now: str, wanted: list[str]) -> None:
    assert by_rule(decide(PACK, case, at(now)), rule) == wanted


#: These write no comment: test_private_messages, test_looking_back, test_lesson_files and test_review are about them.
WITHOUT_TABLE = {"reflect", "look-back", "lesson-file", "review"}


def test_every_rule_of_the_pack_has_its_table() -> None:
    assert set(TABLES) | WITHOUT_TABLE == {rule.id for rule in PACK.rules}
    for table in TABLES.values():
        assert any(wanted for _, _, wanted in table.values())


# --- explaining ------------------------------------------------------------------------------------


def test_every_rule_of_the_phase_gives_its_reason() -> None:
    """Which rule, which facts, which clock, what next and when (P8)."""
    decision = decide(PACK, WITH_ACTION, at("04-02 09:00"))
    of_case = {rule.id for rule in PACK.rules if rule.phase is Phase.ACTIVE} - {"open-action", "reply"}
    assert {one.rule for one in decision.reasons} == of_case
    stalled = reason(decision, "stalled-action")
    assert (stalled.is_met, stalled.ticket, stalled.stage) == (True, ref(3), "0 business days#0")
    assert stalled.anchor == "due:opened:2026-04-01"
    assert stalled.since == at("04-01 17:00")
    assert stalled.next_at == at("04-07 09:00")
    assert ("action.is_open", True) in stalled.seen


def test_a_rule_that_is_not_met_says_what_it_saw() -> None:
    opening = reason(decide(PACK, SMALL, at("03-02 09:00")), "open-post-mortem")
    assert not opening.is_met
    assert ("failure.severity", 3) in opening.seen
    assert "failure.severity <= 2" in opening.asked


@pytest.mark.parametrize(
    ("rule", "case", "people", "now", "note"),
    [
        pytest.param(
            "open-action", WITH_ITEMS, PACK.people, "03-02 09:05", "waits until its text has rested", id="rest"
        ),
        pytest.param(
            "ask-ack",
            a_case(a_failure(assignees=(), reporter=ROBOT, changes=(labelled("03-02 09:00", by=ROBOT),))),
            People(),
            "03-02 09:00",
            "nobody to ask",
            id="nobody there",
        ),
    ],
)
def test_what_keeps_a_rule_silent_is_said(rule: str, case: Case, people: People, now: str, note: str) -> None:
    """Nothing is held back in silence (P7, P8)."""
    assert reason(decide(replace(PACK, people=people), case, at(now)), rule).note == note


def test_what_has_no_due_date_and_gets_none_from_the_policy_says_so() -> None:
    policy = replace(PACK, rules=tuple(rule for rule in PACK.rules if rule.id != "open-action"))
    decision = decide(policy, action(marker=None), at("04-02 09:00"))
    assert reason(decision, "stalled-action").note == "has no due date to count from"


# --- waking ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "now", "wake_at"),
    [
        pytest.param(SMALL, "03-02 09:00", "03-03 09:00", id="the next rung"),
        pytest.param(ACKNOWLEDGED, "03-02 10:00", "03-16 09:00", id="nothing but its end is awaited"),
        pytest.param(EXPERIMENT, "03-02 10:00", None, id="only an event can matter"),
        pytest.param(WITH_ITEMS, "03-02 09:05", "03-02 09:15", id="a text has rested"),
        pytest.param(a_case(a_failure(**DONE)), "03-05 09:20", "03-05 10:00", id="a finished case has rested"),
        pytest.param(
            action(comments=(says("c1", "03-02 09:30", "/snooze 20 days because of the freeze"),)),
            "03-03 10:00",
            "03-05 09:00",
            id="a rung comes before the snooze ends",
        ),
        pytest.param(PAUSED, "03-03 09:00", None, id="paused: clocks stand still"),
        pytest.param(CLOSED, "03-06 09:00", "04-04 11:00", id="let go: the first look back"),
        pytest.param(CLOSED, "04-04 11:00", "06-03 11:00", id="let go: the second look back"),
        pytest.param(CLOSED, "06-03 11:00", None, id="let go for good"),
    ],
)
def test_a_case_is_woken_when_time_alone_could_change_something(case: Case, now: str, wake_at: str | None) -> None:
    assert decide(PACK, case, at(now)).wake_at == (at(wake_at) if wake_at else None)


# --- beginning, pausing, coming back ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("labelled_at", "is_known", "begins"),
    [
        pytest.param("03-01 09:00", False, False, id="before the start"),
        pytest.param("03-02 00:00", False, True, id="from the start on"),
        pytest.param("03-01 09:00", True, True, id="before it, and taken up already"),
    ],
)
def test_failures_labelled_before_the_start_date_are_left_alone(labelled_at: str, is_known: bool, begins: bool) -> None:
    """A new installation does not flood an old backlog (P13)."""
    policy = replace(PACK, limits=Limits(start_at=at("03-02 00:00")))
    case = a_case(a_failure(changes=(labelled(labelled_at),)), is_known=is_known)
    assert bool(decide(policy, case, at("03-04 09:00")).effects) is begins


def test_a_failure_that_nobody_knew_and_that_lost_its_label_is_left_alone() -> None:
    case = replace(PAUSED, is_known=False)
    assert decide(PACK, case, at("03-03 09:00")).effects == ()


def test_taking_the_label_off_twice_is_said_twice() -> None:
    again = a_failure(
        labels=(),
        changes=(
            labelled("03-02 09:00"),
            unlabelled("03-03 09:00"),
            labelled("03-04 09:00", id="l2"),
            unlabelled("03-05 09:00", id="u2"),
        ),
    )
    first = next(e for e in decide(PACK, PAUSED, at("03-05 09:00")).effects if e.rule == "paused")
    second = next(e for e in decide(PACK, a_case(again), at("03-05 09:00")).effects if e.rule == "paused")
    assert first.key != second.key


def test_a_generation_repeats_nothing_of_the_one_before() -> None:
    back = a_failure(changes=(labelled("03-02 09:00"), change("r1", "03-10 09:00", ChangeKind.REOPENED)))
    first = decide(PACK, SMALL, at("03-10 09:00"))
    second = decide(PACK, a_case(back, closings=(Closing(1, at("03-05 11:00")),)), at("03-10 09:00"))
    assert (first.case, second.case) == (FIRST, FIRST.replace(".1", ".2"))
    assert {e.key for e in first.effects}.isdisjoint(e.key for e in second.effects)
    assert by_rule(second, "ask-ack") == ["say ask ann"]


def test_what_turned_up_twice_is_neutralised_whatever_the_phase() -> None:
    """A write that turns up late after all is recognised: our comment retracted, our ticket closed (P3)."""
    twins = (Twin("k1", ref(1), "c9", "c1"), Twin("k2", ref(7), "", "acme/shop#3"))
    for case in (SMALL, PAUSED, CLOSED):
        decision = decide(PACK, replace(case, twins=twins), at("03-06 09:00"))
        assert by_rule(decision, "exactly-once") == ["retract c9", "close acme/shop#7 for acme/shop#3"]


# --- texts -----------------------------------------------------------------------------------------


def bodies(decision: Decision) -> str:
    return "\n".join(effect.body for effect in decision.effects if isinstance(effect, Say | Keep | OpenTicket))


NASTY = (
    "@everyone </table><script>alert(1)</script> [x](javascript:alert(1)) [Bob](mention:bob) `@here` "
    "<!-- aftermath/1 i=x c=a.1 k=b n=status x= h=00000000000000000000000000000000 --> #1 /close"
)


def test_titles_and_items_of_people_can_only_be_read() -> None:
    """No mention, link, command, HTML or marker comes through from a ticket (P11)."""
    item = f"## Action items\n\n- [ ] Repair {NASTY}\n"
    case = a_case(a_failure("sev2", title=NASTY), a_post_mortem(title=NASTY, body=item), an_action(title=NASTY))
    shown = bodies(decide(PACK, case, at("04-02 09:00")))
    assert "everyone" in shown
    for harm in ("@everyone", "@here", "(javascript:", "(mention:bob)", "<!--", "\n/close"):
        assert harm not in shown
    assert not re.search(r"(?<!\\)<(?!!--)", shown)


@pytest.mark.parametrize(
    "harm",
    [
        "[Everybody](mention:mo)",
        "[Everybody](<mention:mo>)",
        "[Everybody](mention&#58;mo)",
        "[Everybody](MENTION:mo)",
        "[Everybody][1]\n\n[1]: mention:mo",
        "<mention:mo>",
        "[Everybody](%6Dention:mo)",
        "[Everybody](&#109;ention:mo)",
        "[Everybody](\nmention\\:mo)",
        "[Everybody]\n\n> - [Everybody]: mention:mo\n\n",
        "[Every\nbody]\n\n[every\nbody]:\n  mention:mo\n\n",
        "![Everybody](mention:mo)",
    ],
)
def test_a_lesson_mentions_nobody_whatever_its_author_wrote(harm: str) -> None:
    """A mention in our own form would reach people in our name (P11)."""
    mortem = a_post_mortem(body=f"## What we learned\n\nAsk {harm} first.\n", **DONE)
    case = a_case(a_failure("sev2", comments=(THANKED,), **DONE), mortem)
    (lesson,) = [e for e in decide(PACK, case, at("03-05 10:05")).effects if isinstance(e, Say) and e.text == "lesson"]
    assert "Ask " in lesson.body
    assert not _links_in(lesson.body)


def _links_in(body: str) -> list[str]:
    inlines = [token for token in MarkdownIt("commonmark").parse(body) if token.type == "inline"]
    return [str(child.attrs["href"]) for token in inlines for child in token.children or () if "href" in child.attrs]


def test_a_lesson_keeps_its_links_to_web_pages() -> None:
    page = "https://example.org/a(1)?b=[2]"
    mortem = a_post_mortem(
        body=f"## What we learned\n\nRead [this](<{page}>), <{page}> and [that][1].\n\n[1]: <{page}>\n", **DONE
    )
    decision = decide(PACK, a_case(a_failure("sev2", comments=(THANKED,), **DONE), mortem), at("03-05 10:05"))
    (lesson,) = [e for e in decision.effects if isinstance(e, Say) and e.text == "lesson"]
    assert len(_links_in(lesson.body)) == 3


def test_nothing_of_an_internal_ticket_is_told_on_a_public_one() -> None:
    """Title, text, name and key stay where they could be read before (P14)."""
    failure = a_failure("sev2", audience=Audience.PUBLIC, comments=(THANKED,), **DONE)
    mortem = a_post_mortem(title="Secret cause", body="## What we learned\n\nSecret lesson\n", **DONE)
    secret = an_action(7, title="Secret plan", **DONE)
    decision = decide(PACK, a_case(failure, mortem, secret), at("03-05 10:05"))
    on_failure = [e for e in decision.effects if isinstance(e, Say | Keep) and e.ticket == failure.ref]
    assert {e.rule for e in on_failure} == {"status", "plan", "thanks", "lesson"}
    shown = "\n".join(e.body for e in on_failure)
    assert "Secret" not in shown
    assert "acme/shop#2" not in shown
    assert "acme/shop#7" not in shown
    assert "- Post-mortem: internal post-mortem, done" in shown
    assert "| internal action | – |" in shown
    links = [e for e in decision.effects if isinstance(e, LinkTickets)]
    assert all(e.ticket != failure.ref for e in links)


def test_what_may_not_be_named_is_awaited_and_told_by_its_part() -> None:
    """Plain words stand where a link would (P14), and read as a sentence."""
    failure = a_failure("sev2", audience=Audience.PUBLIC, comments=(says("c1", "03-02 09:30", "/ack On it."),))
    secret = an_action(7, title="Secret plan")
    decision = decide(PACK, a_case(failure, a_post_mortem(), secret), at("03-05 10:05"))
    (status,) = [e for e in decision.effects if isinstance(e, Keep) and e.rule == "status"]
    assert "\n- the internal post-mortem from Ann, due 2026-03-09\n" in status.body
    assert "\n- the internal action from Ann, due 2026-04-01\n" in status.body


def test_a_lesson_without_words_points_to_an_internal_post_mortem_and_no_further() -> None:
    failure = a_failure("sev2", audience=Audience.PUBLIC, comments=(THANKED,), **DONE)
    decision = decide(PACK, a_case(failure, a_post_mortem(**DONE)), at("03-05 10:05"))
    (lesson,) = [e for e in decision.effects if isinstance(e, Say) and e.text == "lesson"]
    assert "The story is in the internal post-mortem." in lesson.body


def test_what_we_ourselves_did_is_never_answered() -> None:
    ours = says("c1", "03-02 09:30", "Looking into it.", by=OURS)
    assert by_rule(decide(PACK, a_case(a_failure("sev3", comments=(ours,))), at("03-03 09:00")), "ask-ack")
