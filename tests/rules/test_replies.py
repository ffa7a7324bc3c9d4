"""Commands that ask for something or cannot be obeyed are replied to once, kindly; all others are left alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from rules.commands import KNOWN_COMMANDS, nearest_command
from rules.decide import decide
from rules.effects import Say
from rules.facts import Actor, Case, ChangeKind, Comment
from rules.refusals import PLACES
from rules.replies import REPLIED_WITHIN
from rules.situation import Situation
from tests.rules.cases import (
    ANN,
    ANSWERED,
    BOB,
    LEA,
    MO,
    PACK,
    ROBOT,
    a_case,
    a_failure,
    a_post_mortem,
    an_action,
    at,
    change,
    labelled,
    says,
    taken_off,
    we_say,
)

NOW = at("03-03 12:00")
WHEN = "03-03 10:00"


def replies(case: Case, now: dt.datetime = NOW) -> list[Say]:
    return [one for one in decide(PACK, case, now).effects if isinstance(one, Say) and one.text == "reply"]


def on_failure(*comments: Comment, **fields: object) -> Case:
    return a_case(a_failure("sev3", comments=comments, **fields))


def on_action(*comments: Comment, **fields: object) -> Case:
    return a_case(a_failure("sev3"), None, an_action(comments=comments, **fields))


def on_action_unfound(*comments: Comment) -> Case:
    """Nobody found the ticket that the first line names."""
    return replace(on_action(*comments), unfound=frozenset({"c1.0"}))


def on_mos_action(*comments: Comment) -> Case:
    return on_action(*comments, assignees=(MO,))


def on_post_mortem(*comments: Comment) -> Case:
    return a_case(a_failure("sev2"), a_post_mortem(comments=comments, body=ANSWERED))


#: Where, by whom, what was written, what the reply says of it.
CANNOT_BE_OBEYED = [
    pytest.param(on_action, ANN, "/snooze", "until when, and why", id="snooze-without-anything"),
    pytest.param(on_action, ANN, "/snooze because of the fair", "until when, and why", id="snooze-without-end"),
    pytest.param(on_action, ANN, "/snooze 5 days", "a reason", id="snooze-without-reason"),
    pytest.param(on_action, ANN, "/snooze until 2026-02-30 fair", "until when", id="snooze-until-no-day"),
    pytest.param(on_action, ANN, "/snooze 100 days because of it", "within 90 days", id="snooze-for-ever"),
    pytest.param(on_action, ANN, "/due soon", "a day or a length of time", id="due-unreadable"),
    pytest.param(on_action, ANN, "/due 2026-01-01", "over already", id="due-over"),
    pytest.param(on_failure, ANN, "/due 5 days", "`/due` is given on its post-mortem or on an action", id="place"),
    pytest.param(on_action, ANN, "/ack on it", "`/ack` is given on the failure", id="ack-on-an-action"),
    pytest.param(on_post_mortem, ANN, "/cancel a rehearsal", "given on the failure", id="cancel-on-a-post-mortem"),
    pytest.param(on_failure, ANN, "/cancel", "a reason", id="cancel-without-reason"),
    pytest.param(on_failure, ANN, "/action", "what is different afterwards", id="action-without-words"),
    pytest.param(on_action, ANN, "/owner @nobody-we-know", "Nobody of that name", id="owner-unknown"),
    pytest.param(on_action, ANN, "/owner", "Nobody of that name", id="owner-of-no-name"),
    pytest.param(on_action, ANN, "/decline", "a reason", id="decline-without-reason"),
    pytest.param(on_action, ANN, "/approve", "nothing to approve", id="approve-without-a-decline"),
    pytest.param(on_post_mortem, ANN, "/approve", "Nobody approves a plan of their own", id="approve-own-plan"),
    pytest.param(on_action, ANN, "/same-as that other one", "name the ticket", id="same-as-nothing"),
    pytest.param(on_action, ANN, "/same-as #3", "That is this ticket itself.", id="same-as-itself"),
    pytest.param(on_action_unfound, ANN, "/same-as #99", "no ticket that can be seen", id="same-as-nothing-there"),
    pytest.param(on_failure, ANN, "/thanks @nobody-we-know for it", "Nobody of that name", id="thanks-to-nobody"),
    pytest.param(on_failure, ANN, "/thanks @lea", "what for", id="thanks-for-nothing"),
    pytest.param(on_failure, BOB, "/ack", "people who may edit", id="no-rights"),
    pytest.param(on_failure, BOB, "/help", "people who may edit", id="help-without-rights"),
    pytest.param(on_action, ANN, "/snoze 5 days because", "Did you mean `/snooze`?", id="misspelt"),
]


@pytest.mark.parametrize(("place", "who", "body", "sentence"), CANNOT_BE_OBEYED)
def test_a_command_that_cannot_be_obeyed_is_replied_to(place: object, who: Actor, body: str, sentence: str) -> None:
    case = place(says("c1", WHEN, body, by=who))  # type: ignore[operator]
    (reply,) = replies(case)
    assert sentence in reply.body
    assert f"[{who.name}](mention:{who.account})" in reply.body
    assert reply.mentions == (who.account if who is not BOB else "github/bob",)


@pytest.mark.parametrize(
    ("place", "who", "body", "is_mendable"),
    [
        pytest.param(on_action, ANN, "/snooze 5 days", True, id="a reason is missing"),
        pytest.param(on_action, ANN, "/snoze 5 days", True, id="a slip"),
        pytest.param(on_failure, ANN, "/due 5 days", False, id="it belongs elsewhere"),
        pytest.param(on_failure, ANN, "/due 5 days\n\n/cancel", True, id="one of two"),
        pytest.param(on_post_mortem, ANN, "/approve", False, id="somebody else has to approve the plan"),
        pytest.param(on_action, ANN, "/approve", False, id="there is nothing to approve"),
        pytest.param(on_mos_action, ANN, "/accept", False, id="it is somebody else's"),
        pytest.param(on_failure, BOB, "/ack", False, id="no rights"),
    ],
)
def test_editing_is_proposed_where_other_words_would_mend_it(
    place: object, who: Actor, body: str, is_mendable: bool
) -> None:
    told = replies(place(says("c1", WHEN, body, by=who)))  # type: ignore[operator]
    assert [("Mend it by editing your comment" in one.body) for one in told] == [is_mendable]


@pytest.mark.parametrize(
    ("place", "who", "body"),
    [
        pytest.param(on_failure, ANN, "/ack on it", id="ack"),
        pytest.param(on_failure, ANN, "/action alert before it ends", id="action"),
        pytest.param(on_failure, LEA, "/owner @ann", id="owner"),
        pytest.param(on_failure, LEA, "/owner me", id="owner-me"),
        pytest.param(on_action, LEA, "/owner [Ann](mention:ann)", id="owner-by-a-mention"),
        pytest.param(on_post_mortem, ANN, "/due 2026-04-01", id="due"),
        pytest.param(on_action, ANN, "/snooze 5 days because of the fair", id="snooze"),
        pytest.param(on_action, ANN, "/accept", id="accept"),
        pytest.param(on_action, LEA, "/accept", id="accepted-by-the-lead"),
        pytest.param(on_post_mortem, LEA, "/approve", id="approve"),
        pytest.param(on_action, ANN, "/same-as OPS-12", id="same-as"),
        pytest.param(on_failure, ANN, "/thanks @lea for the calm", id="thanks"),
        pytest.param(on_failure, ROBOT, "/snooze", id="a bot's"),
        pytest.param(on_failure, ANN, "/retest", id="another bot's command"),
        pytest.param(on_failure, BOB, "/akc", id="misspelt by a passer-by"),
        pytest.param(on_action, ANN, "> /snooze", id="quoted"),
        pytest.param(on_action, ANN, "```\n/snooze\n```", id="code"),
        pytest.param(on_action, ANN, "`/snooze`", id="inline code"),
        pytest.param(on_action, ANN, "No command at all.", id="plain words"),
    ],
)
def test_everything_else_is_left_alone(place: object, who: Actor, body: str) -> None:
    assert replies(place(says("c1", WHEN, body, by=who))) == []  # type: ignore[operator]


#: What maintainers type every day for prow, triagebot, GitLab and others.
OTHER_BOTS = [
    "assign", "unassign", "lgtm", "hold", "unhold", "retest", "test", "close", "reopen", "cc", "uncc", "kind",
    "area", "label", "milestone", "lifecycle", "priority", "remove-label", "ok-to-test", "rebase", "merge",
    "backport", "cherry-pick", "cherrypick", "duplicate", "dup", "lock", "unlock", "wip", "draft", "ready", "title",
    "retitle", "transfer", "ping", "rerun", "recheck", "build", "deploy", "run", "skip", "override",
    "verify-owners", "check-cla", "joke", "meow", "woof", "relate", "estimate", "spend", "todo", "done", "tag",
    "label-needed", "sig", "honk", "pony", "bark", "shrug", "stale", "unstale", "pin", "unpin", "triage", "release",
]  # fmt: skip


@pytest.mark.parametrize("name", OTHER_BOTS)
def test_commands_of_other_bots_are_none_of_our_business(name: str) -> None:
    assert nearest_command(name) == ""


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("snoze", "snooze"), ("snoooze", "snooze"), ("snozoe", "snooze"), ("akc", "ack"), ("ackn", "ack"),
        ("acton", "action"), ("aproove", "approve"), ("declined", "decline"), ("sameas", "same-as"),
        ("hlep", "help"), ("thank", "thanks"), ("cancle", "cancel"), ("ownr", "owner"), ("accpet", "accept"),
    ],
)  # fmt: skip
def test_a_slip_of_one_or_two_letters_is_understood(written: str, meant: str) -> None:
    assert nearest_command(written) == meant


def test_one_comment_has_one_reply_however_many_lines_it_has() -> None:
    (reply,) = replies(on_action(says("c1", WHEN, "/snooze\n\n/due soon\n\n/decline\n\n/help")))
    assert reply.body.count("\n- ") == 3
    assert "| `/ack`" in reply.body


def test_the_same_mistake_on_two_lines_is_told_once() -> None:
    (reply,) = replies(on_action(says("c1", WHEN, "/due soon\n\n/due later")))
    assert reply.body.count("a day or a length of time") == 1


def test_two_comments_have_two_replies() -> None:
    case = on_action(says("c1", WHEN, "/snooze"), says("c2", "03-03 11:00", "/snooze"))
    assert len({reply.key for reply in replies(case)}) == 2


def test_an_edited_comment_is_replied_to_again_only_when_its_commands_are_other_ones() -> None:
    (first,) = replies(on_action(says("c1", WHEN, "/snooze")))
    (again,) = replies(on_action(says("c1", WHEN, "Sorry for the noise.\n\n/snooze")))
    (other,) = replies(on_action(says("c1", WHEN, "/snooze 5 days")))
    assert first.key == again.key != other.key
    assert replies(on_action(says("c1", WHEN, "/snooze 5 days because of the fair"))) == []


def test_a_comment_that_nobody_edits_is_answered_once() -> None:
    """Whether the `/decline` waits still or was approved, and what else can be obeyed by now."""
    asked = says("c1", WHEN, "/decline it is switched off\n\n/case")
    (first,) = replies(on_action(asked))
    (again,) = replies(on_action(asked, says("c2", "03-03 11:00", "/approve", by=LEA)))
    assert first.body != again.body
    assert first.key == again.key


def test_somebody_s_new_name_answers_nothing_anew() -> None:
    keys = {
        replies(on_action(says("c1", WHEN, f"/thanks [{name}](mention:zoe) for it")))[0].key
        for name in ("Zoe", "Zoe B.")
    }
    assert len(keys) == 1


def test_the_key_holds_no_wording() -> None:
    """A literal, since keys live in trackers for years (P3)."""
    (reply,) = replies(on_action(says("c1", WHEN, "/snooze 5 days")))
    assert reply.key == "z6kuc6hl7w73sbu2uipd"


def test_somebody_without_rights_is_told_once_a_ticket() -> None:
    noisy = (says(f"c{n}", f"03-03 10:0{n}", "/ack", by=BOB) for n in range(4))
    assert len(replies(on_failure(*noisy))) == 1


def test_deleting_the_comment_does_not_tell_it_again() -> None:
    """Nobody without rights can make us write, however often they write and delete."""
    keys = {replies(on_failure(says(f"c{n}", WHEN, f"/help {n}", by=BOB)))[0].key for n in range(4)}
    assert len(keys) == 1
    cleo = says("c9", WHEN, "/help", by=Actor("cleo", "Cleo"))
    (other,) = replies(on_failure(cleo))
    assert other.key not in keys
    (elsewhere,) = replies(on_action(says("c1", WHEN, "/help", by=BOB)))
    assert elsewhere.key not in keys


def test_nobody_is_told_of_rights_that_could_not_be_looked_up() -> None:
    case = on_failure(says("c1", WHEN, "/ack", by=BOB))
    unknown = {ref: tuple(replace(one, rights=None) for one in given) for ref, given in case.commands.items()}
    assert replies(replace(case, commands=unknown)) == []


def test_what_was_written_before_the_label_is_let_rest() -> None:
    """First sight of an old ticket (P9)."""
    case = on_failure(says("c1", "03-03 10:00", "/snooze"), changes=(labelled("03-03 11:00"),))
    assert replies(case) == []


def test_a_reply_that_would_come_a_week_late_is_not_given() -> None:
    case = on_action(says("c1", WHEN, "/snooze"))
    assert len(replies(case, at(WHEN) + REPLIED_WITHIN - dt.timedelta(minutes=1))) == 1
    assert replies(case, at(WHEN) + REPLIED_WITHIN) == []


def test_a_paused_case_replies_to_nobody() -> None:
    assert replies(a_case(taken_off(comments=(says("c1", WHEN, "/snooze"),)))) == []


@pytest.mark.parametrize(
    "nasty",
    ["@everyone", "/cancel now", "#12", "<!-- x -->", "https://evil.example", "[x](mention:x9)", "*bold*", "</table>"],
)
@pytest.mark.parametrize("command", ["snooze", "due", "owner", "same-as", "thanks", "sn00ze"])
def test_a_reply_repeats_nothing_of_what_was_written(command: str, nasty: str) -> None:
    """It can hold neither a mention nor a link nor a command of somebody's making (P11)."""
    harmless = replies(on_action(says("c1", WHEN, f"/{command} xyzzy")))
    given = replies(on_action(says("c1", WHEN, f"/{command} {nasty}")))
    for reply in given:
        assert nasty not in reply.body
        assert not harmless or reply.body == harmless[0].body


def test_help_lists_every_command() -> None:
    (reply,) = replies(on_action(says("c1", WHEN, "/help")))
    assert [name for name in sorted(KNOWN_COMMANDS - {"help"}) if f"`/{name}" not in reply.body] == []


def test_case_tells_where_the_case_stands() -> None:
    (reply,) = replies(on_action(says("c1", WHEN, "/case")))
    assert "[acme/shop#1]" in reply.body
    assert "severity 3" in reply.body
    assert "0 of 1 actions done" in reply.body


def test_every_command_has_its_places() -> None:
    assert set(PLACES) == KNOWN_COMMANDS


def test_a_reply_asks_nobody_for_anything() -> None:
    """What is written after it is a comment like any other, and quiets no ladder."""
    replied = we_say("r1", "03-03 09:00", "reply")
    asked = we_say("r1", "03-03 09:00", "overdue")
    ladder = next(rule.ladder for rule in PACK.rules if rule.id == "stalled-action")
    assert ladder
    for ours, answers in ((replied, 0), (asked, 1)):
        case = on_action(ours, says("c1", WHEN, "Under way."))
        timeline = Situation(PACK, case, NOW).timeline(ladder, case.actions[0].ticket)
        assert timeline
        assert len(timeline.answers) == answers


# --- a decline that waits for approval -------------------------------------------------------------


def test_the_lead_is_asked_to_approve_a_decline() -> None:
    (reply,) = replies(on_action(says("c1", WHEN, "/decline the system is switched off in May")))
    assert reply.mentions == ("lea",)
    assert "Ann would like to decline" in reply.body


def test_the_manager_is_asked_when_the_lead_declines() -> None:
    case = on_action(says("c1", WHEN, "/decline the system is switched off", by=LEA), assignees=(LEA,))
    assert [reply.mentions for reply in replies(case)] == [("mo",)]


def test_an_approved_decline_asks_for_nothing_more() -> None:
    comments = (says("c1", WHEN, "/decline it is switched off"), says("c2", "03-03 11:00", "/approve", by=LEA))
    assert replies(on_action(*comments)) == []


@pytest.mark.parametrize(
    "comments",
    [
        pytest.param(
            (says("c1", WHEN, "/decline it is switched off"), says("c2", "03-03 10:30", "/approve", by=LEA)),
            id="declined",
        ),
        pytest.param((says("c1", WHEN, "/same-as acme/shop#9"),), id="merged"),
    ],
)
def test_nobody_is_corrected_when_an_action_that_had_ended_is_opened_again(comments: tuple[Comment, ...]) -> None:
    """Opening it again takes the ending back, and nothing was wrong with the commands."""
    reopened = change("r1", "03-03 11:00", ChangeKind.REOPENED)
    assert replies(on_action(*comments, changes=(reopened,))) == []


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        pytest.param(ANN, "Nobody approves their own", id="whoever declined"),
        pytest.param(Actor("cleo", "Cleo"), "lead or manager", id="a colleague"),
    ],
)
def test_an_approval_by_the_wrong_person_is_replied_to(who: Actor, sentence: str) -> None:
    comments = (says("c1", WHEN, "/decline it is switched off"), says("c2", "03-03 11:00", "/approve", by=who))
    case = on_action(*comments)
    given = {ref: tuple(replace(one, rights=True) for one in found) for ref, found in case.commands.items()}
    bodies = [reply.body for reply in replies(replace(case, commands=given))]
    assert any(sentence in body for body in bodies)


def test_without_a_lead_anybody_else_may_approve() -> None:
    """A team of one file less: nobody is known to stand above anybody."""
    policy = replace(PACK, people=replace(PACK.people, people={}, default_lead=""))
    comments = (says("c1", WHEN, "/decline it is switched off"), says("c2", "03-03 11:00", "/approve", by=MO))
    effects = decide(policy, on_action(*comments), NOW).effects
    assert [one for one in effects if isinstance(one, Say) and one.text == "reply"] == []
