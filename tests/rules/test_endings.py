"""How actions end: done, declined with somebody's approval, merged, not planned, duplicate; and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rules.decide import decide
from rules.effects import Assign, Keep, Say
from rules.facts import ActionTicket, Actor, Audience, Case, ChangeKind, Closing, Comment, Resolution
from rules.policy import Phase
from rules.situation import Situation
from tests.rules.cases import (
    ANN,
    ANSWERED,
    BOB,
    LEA,
    MO,
    OURS,
    PACK,
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
    we_say,
)

NOW = at("04-20 12:00")
DONE = closed("03-05 09:00")
SEEN = we_say("s", "03-02 09:00", "status")


def ended(case: Case) -> str:
    """How the case's first action ended, and into which ticket it went."""
    end = Situation(PACK, case, NOW).endings.of(case.actions[0])
    return " into ".join(filter(None, (end.how.value, end.into.key if end.into else ""))) if end else "open"


def with_action(*comments: Comment, **fields: Any) -> Case:
    return a_case(a_failure("sev3", comments=(SEEN,)), None, an_action(comments=comments, **fields))


def decline(when: str = "03-03 09:00", by: Actor = ANN, body: str = "/decline it is switched off in May") -> Comment:
    return says(f"d{when}", when, body, by=by)


def approve(when: str = "03-04 09:00", by: Actor = LEA) -> Comment:
    return says(f"a{when}", when, "/approve", by=by)


#: Has rights, and is in no people file.
ROBERT = Actor("robert", "Robert")


def trusting(who: Actor, case: Case) -> Case:
    given = {
        ticket: tuple(replace(one, rights=one.rights or one.author == who) for one in found)
        for ticket, found in case.commands.items()
    }
    return replace(case, commands=given)


def reopened(when: str) -> dict[str, Any]:
    return {"changes": (change("r1", when, ChangeKind.REOPENED),)}


@pytest.mark.parametrize(
    ("case", "how"),
    [
        pytest.param(with_action(), "open", id="nothing happened"),
        pytest.param(with_action(**DONE), "done", id="closed"),
        pytest.param(with_action(resolution=Resolution.COMPLETED, **DONE), "done", id="closed as completed"),
        pytest.param(with_action(resolution=Resolution.NOT_PLANNED, **DONE), "not planned", id="closed as not planned"),
        pytest.param(with_action(resolution=Resolution.DUPLICATE, **DONE), "duplicate", id="closed as duplicate"),
        pytest.param(with_action(decline()), "open", id="declined by its owner alone"),
        pytest.param(with_action(decline(), approve()), "declined", id="and approved by the lead"),
        pytest.param(with_action(decline(), approve(by=MO)), "declined", id="or by the manager"),
        pytest.param(with_action(decline(), approve(by=ANN)), "open", id="nobody approves their own"),
        pytest.param(with_action(decline(), approve(by=BOB)), "open", id="approved by a passer-by"),
        pytest.param(with_action(decline(), approve("03-03 08:00")), "open", id="approved before it was declined"),
        pytest.param(with_action(decline(body="/decline"), approve()), "open", id="declined without a reason"),
        pytest.param(with_action(decline(body="/decline --"), approve()), "open", id="for a reason of dashes"),
        pytest.param(with_action(decline(by=BOB), approve()), "open", id="declined by a passer-by"),
        pytest.param(with_action(decline(by=LEA), approve(by=LEA)), "open", id="the lead alone"),
        pytest.param(with_action(decline(by=LEA), approve(by=MO)), "declined", id="the lead and the manager"),
        pytest.param(with_action(decline(by=MO), assignees=(LEA,)), "open", id="the manager alone"),
        pytest.param(with_action(decline(), approve(), **reopened("03-05 09:00")), "open", id="opened again since"),
        pytest.param(with_action(decline(), approve(), **DONE), "declined", id="declined, then closed"),
        pytest.param(
            with_action(decline(), resolution=Resolution.NOT_PLANNED, **DONE), "not planned", id="unapproved and closed"
        ),
        pytest.param(with_action(decline("03-01 09:00"), approve()), "open", id="declined before this case began"),
        pytest.param(
            with_action(says("c", "03-03 09:00", "/same-as OPS-12")), "merged", id="merged into one elsewhere"
        ),
        pytest.param(
            with_action(says("c", "03-03 09:00", "/same-as #1")), "merged into acme/shop#1", id="into one of the case"
        ),
        pytest.param(
            with_action(says("c", "03-03 09:00", "/same-as https://github.example/acme/shop/issues/1")),
            "merged into acme/shop#1",
            id="by its address",
        ),
        pytest.param(with_action(says("c", "03-03 09:00", "/same-as #3")), "open", id="merged into itself"),
        pytest.param(with_action(says("c", "03-03 09:00", "/same-as it")), "open", id="merged into nothing"),
        pytest.param(with_action(says("c", "03-03 09:00", "/same-as #1", by=BOB)), "open", id="by a passer-by"),
    ],
)
def test_an_action_ends_honestly(case: Case, how: str) -> None:
    assert ended(case) == how


@pytest.mark.parametrize("assigned_to", [ANN, MO, BOB])
def test_what_was_declined_and_approved_stays_ended_whoever_is_assigned_later(assigned_to: Actor) -> None:
    """Robert, who owned nothing, declined what was nobody's; the lead of all approved."""
    given = change("g1", "03-06 09:00", ChangeKind.ASSIGNED, by=LEA, new=assigned_to.account)
    comments = (decline(by=ROBERT), approve())
    case = trusting(ROBERT, with_action(*comments, assignees=(assigned_to,), changes=(given,)))
    assert ended(case) == "declined"


def test_the_lead_of_a_later_owner_has_no_say_in_what_was_approved() -> None:
    people = dict(PACK.people.people) | {"mo": replace(PACK.people.people["mo"], lead="ann", manager="ann")}
    policy = replace(PACK, people=replace(PACK.people, people=people))
    taken = change("g0", "03-06 09:00", ChangeKind.UNASSIGNED, old="ann")
    given = change("g1", "03-06 09:00", ChangeKind.ASSIGNED, new="mo")
    case = with_action(decline(), approve(), assignees=(MO,), changes=(taken, given))
    end = Situation(policy, case, NOW).endings.of(case.actions[0])
    assert end is not None


def test_who_owned_nothing_cannot_decline_once_the_action_is_somebody_s() -> None:
    given = change("g1", "03-02 10:00", ChangeKind.ASSIGNED, by=LEA, new="ann")
    taken = change("g2", "03-06 10:00", ChangeKind.UNASSIGNED, by=LEA, old="ann")
    case = with_action(decline(by=ROBERT), approve(), assignees=(), changes=(given, taken))
    assert ended(trusting(ROBERT, case)) == "open"


def test_two_actions_never_wait_for_each_other() -> None:
    """The later of two merges that would close a circle does not count."""
    first = an_action(3, "itema", comments=(says("c1", "03-03 09:00", "/same-as #4"),))
    other = an_action(4, "itemb", comments=(says("c2", "03-03 10:00", "/same-as #3"),))
    case = a_case(a_failure("sev3"), None, first, other)
    endings = Situation(PACK, case, NOW).endings
    assert (ended(case), endings.of(other)) == ("merged into acme/shop#4", None)


@pytest.mark.parametrize(
    ("comments", "is_asked"),
    [
        pytest.param((), True, id="nothing said"),
        pytest.param((decline("03-31 09:00"),), True, id="a decline that waits for approval"),
        pytest.param((decline(), approve()), False, id="declined"),
        pytest.param((says("c", "03-03 09:00", "/same-as #1"),), False, id="merged"),
    ],
)
def test_the_ladder_goes_on_until_the_action_has_ended(comments: tuple[Comment, ...], is_asked: bool) -> None:
    case = with_action(SEEN, *comments, due="2026-03-16")
    asked = [one for one in decide(PACK, case, NOW).effects if one.rule == "stalled-action" and isinstance(one, Say)]
    assert bool(asked) is is_asked


def test_an_open_ticket_does_not_hold_up_a_case_whose_action_was_declined() -> None:
    case = a_case(a_failure("sev3", **DONE), None, an_action(comments=(decline(), approve("03-06 09:00"))))
    assert Situation(PACK, case, NOW).finished_at == at("03-06 09:00")


# --- what is said of it ----------------------------------------------------------------------------


def ended_case() -> Case:
    """Six actions, each of which ended in another way or not at all."""
    actions: list[ActionTicket] = [
        an_action(3, "a", title="Done", **DONE),
        an_action(4, "b", title="Dropped", resolution=Resolution.NOT_PLANNED, **DONE),
        an_action(5, "c", title="Twice", resolution=Resolution.DUPLICATE, assignees=(MO,), **DONE),
        an_action(6, "d", title="Declined", comments=(decline(), approve())),
        an_action(7, "e", title="Merged", comments=(says("m", "03-03 09:00", "/same-as #3"),)),
    ]
    return a_case(a_failure("sev3", comments=(SEEN,), **DONE), a_post_mortem(**DONE), *actions)


def body(case: Case, rule: str) -> str:
    (effect,) = [one for one in decide(PACK, case, NOW).effects if one.rule == rule]
    assert isinstance(effect, Say | Keep)
    return effect.body


def test_the_plan_says_how_each_action_ended() -> None:
    plan = body(ended_case(), "plan")
    assert "1 of 5 done, 1 declined, 1 merged, 1 not planned, 1 duplicate" in plan
    states = [line.rstrip(" |").rpartition("| ")[2] for line in plan.split("\n") if line.startswith("| [")]
    link = "[acme/shop#3](https://github.example/acme/shop/issues/3)"
    assert states == ["done", "not planned", "duplicate", "declined", f"merged (into {link})"]


def test_the_status_says_how_they_ended() -> None:
    assert "Actions: 1 of 5 done, 1 declined, 1 merged, 1 not planned, 1 duplicate" in body(ended_case(), "status")


def test_the_status_says_so_after_the_case_was_let_go() -> None:
    """What commands ended while the case ran stays ended."""
    case = replace(ended_case(), closings=(Closing(1, at("03-05 12:00")),))
    assert "Actions: 1 of 5 done, 1 declined, 1 merged" in body(case, "status")


def test_the_status_waits_for_nothing_that_has_ended() -> None:
    case = a_case(a_failure("sev3"), None, an_action(comments=(decline(), approve())))
    assert "the action" not in body(case, "status")


def test_thanks_are_for_finished_work_only() -> None:
    thanks = body(ended_case(), "thanks")
    assert "finished “Done”" in thanks
    assert [word for word in ("Dropped", "Twice", "Declined", "Merged", "Mo") if word in thanks] == []


def test_the_lesson_says_what_was_not_done() -> None:
    case = ended_case()
    thanked = a_failure("sev3", comments=(SEEN, we_say("t", "03-05 10:00", "thanks")), **DONE)
    lesson = body(a_case(thanked, case.post_mortem, *case.actions), "lesson")
    changed, _, rest = lesson.partition("Not everything was done")
    assert "issues/3" in changed
    assert "issues/4" not in changed
    assert "issues/4) Dropped: not planned" in rest
    assert "issues/6) Declined: declined" in rest


def test_what_is_internal_is_not_named_as_what_an_action_went_into() -> None:
    """P14: the merged action's own line says that it was merged, and no more."""
    hidden = an_action(3, "a", audience=Audience.INTERNAL)
    merged = an_action(4, "b", audience=Audience.PUBLIC, comments=(says("m", "03-03 09:00", "/same-as #3"),))
    plan = body(a_case(a_failure("sev3", audience=Audience.PUBLIC), None, hidden, merged), "plan")
    assert "| merged |" in plan
    assert "acme/shop#3" not in plan


@pytest.mark.parametrize(
    ("comments", "state"),
    [
        pytest.param((), "| open |", id="nothing said"),
        pytest.param((says("c", "03-03 09:00", "/accept"),), "| open (accepted) |", id="accepted by its owner"),
        pytest.param((says("c", "03-03 09:00", "/accept", by=LEA),), "| open |", id="accepted by somebody else"),
        pytest.param((decline(),), "| open (a `/decline` waits for approval) |", id="a decline waits"),
    ],
)
def test_the_plan_says_what_an_owner_answered(comments: tuple[Comment, ...], state: str) -> None:
    assert state in body(with_action(*comments), "plan")


@pytest.mark.parametrize(
    ("comments", "is_approved"),
    [
        pytest.param((), False, id="nobody"),
        pytest.param((approve(),), True, id="the lead"),
        pytest.param((approve(by=ANN),), False, id="its owner"),
        pytest.param((approve(by=BOB),), False, id="a passer-by"),
    ],
)
def test_the_plan_says_who_approved_it(comments: tuple[Comment, ...], is_approved: bool) -> None:
    case = a_case(a_failure("sev2"), a_post_mortem(comments=comments, body=ANSWERED), an_action())
    assert ("approved by Lea" in body(case, "plan")) is is_approved


# --- the failure -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("resolution", "words"),
    [
        pytest.param(Resolution.DUPLICATE, "the same as another failure", id="duplicate"),
        pytest.param(Resolution.NOT_PLANNED, "no failure after all", id="not planned"),
    ],
)
def test_a_failure_closed_otherwise_is_asked_about_once(resolution: Resolution, words: str) -> None:
    case = a_case(a_failure("sev3", resolution=resolution, **DONE), None, an_action())
    decision = decide(PACK, case, NOW)
    (asked,) = [one for one in decision.effects if one.rule == "closed-otherwise" and isinstance(one, Say)]
    assert words in asked.body
    assert asked.mentions == ("ann",)
    later = decide(PACK, case, at("05-20 12:00"))
    assert [one.key for one in later.effects if one.rule == "closed-otherwise"] == [asked.key]


def test_its_case_goes_on() -> None:
    case = a_case(a_failure("sev3", resolution=Resolution.DUPLICATE, **DONE), None, an_action(due="2026-03-16"))
    decision = decide(PACK, case, NOW)
    assert decision.phase is Phase.ACTIVE
    assert any(one.rule == "stalled-action" for one in decision.effects)


@pytest.mark.parametrize("resolution", [Resolution.NONE, Resolution.COMPLETED])
def test_a_failure_that_is_done_is_not_asked_about(resolution: Resolution) -> None:
    case = a_case(a_failure("sev3", resolution=resolution, **DONE))
    assert [one for one in decide(PACK, case, NOW).effects if one.rule == "closed-otherwise"] == []


# --- /cancel ---------------------------------------------------------------------------------------

CANCEL = says("c1", "03-03 09:00", "/cancel this was a rehearsal")


def phase(*comments: Comment, **fields: Any) -> Phase:
    return Situation(PACK, a_case(a_failure("sev3", comments=comments, **fields)), NOW).phase


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        pytest.param(phase(CANCEL), Phase.CANCELLED, id="with a reason"),
        pytest.param(phase(), Phase.ACTIVE, id="the comment was deleted"),
        pytest.param(phase(says("c1", "03-03 09:00", "/cancel")), Phase.ACTIVE, id="without a reason"),
        pytest.param(phase(says("c1", "03-03 09:00", "/cancel it", by=BOB)), Phase.ACTIVE, id="by a passer-by"),
        pytest.param(phase(says("c1", "03-01 09:00", "/cancel it")), Phase.ACTIVE, id="before the label"),
        pytest.param(
            phase(CANCEL, changes=(labelled("03-02 09:00"), labelled("03-04 09:00", id="l2"))),
            Phase.ACTIVE,
            id="labelled anew since",
        ),
        pytest.param(
            phase(CANCEL, changes=(labelled("03-02 09:00"), labelled("03-04 09:00", "sev1", id="l2"))),
            Phase.CANCELLED,
            id="another label since",
        ),
    ],
)
def test_a_case_is_called_off_by_command(case: Phase, expected: Phase) -> None:
    assert case is expected


def test_a_case_that_was_called_off_says_so_once_and_is_quiet() -> None:
    case = a_case(a_failure("sev1", comments=(SEEN, CANCEL)), a_post_mortem(), an_action(due="2026-03-16"))
    decision = decide(PACK, case, NOW)
    said = [one for one in decision.effects if isinstance(one, Say)]
    assert [one.text for one in said] == ["cancelled"]
    assert [one.rule for one in decision.effects if not isinstance(one, Say)] == ["status", "plan"]
    assert "Called off" in body(case, "status")
    assert decision.wake_at is None


def test_calling_it_off_a_second_time_is_said_anew() -> None:
    first = a_case(a_failure("sev3", comments=(SEEN, CANCEL)))
    again = a_case(a_failure("sev3", comments=(SEEN, says("c9", "03-05 09:00", "/cancel for good"))))
    keys = {
        effect.key
        for case in (first, again)
        for effect in decide(PACK, case, NOW).effects
        if effect.rule == "cancelled"
    }
    assert len(keys) == 2


def test_words_put_above_the_command_call_nothing_off_anew() -> None:
    edited = replace(CANCEL, body=f"Sorry, all!\n\n{CANCEL.body}")
    keys = {
        effect.key
        for comment in (CANCEL, edited)
        for effect in decide(PACK, a_case(a_failure("sev3", comments=(SEEN, comment))), NOW).effects
        if effect.rule == "cancelled"
    }
    assert len(keys) == 1


# --- /thanks ---------------------------------------------------------------------------------------


def test_thanks_by_command_are_told_with_the_others() -> None:
    given = says("c1", "03-03 09:00", "/thanks @mo for the calm explanation at night")
    case = a_case(a_failure("sev3", comments=(SEEN, given), **DONE))
    assert "- **Mo** is thanked for “the calm explanation at night”" in body(case, "thanks")


def test_thanks_given_where_fewer_people_read_are_not_told_to_more() -> None:
    given = says("c1", "03-03 09:00", "/thanks @mo for the secret")
    hidden = a_post_mortem(comments=(given,), audience=Audience.INTERNAL, **DONE)
    case = a_case(a_failure("sev2", comments=(SEEN,), audience=Audience.PUBLIC, **DONE), hidden)
    assert "secret" not in body(case, "thanks")


# --- /owner, /accept -------------------------------------------------------------------------------


def assigned(case: Case) -> list[tuple[str, str]]:
    wanted = [one for one in decide(PACK, case, NOW).effects if isinstance(one, Assign)]
    return [(one.ticket.key, one.account) for one in wanted]


def by_hand(when: str, by: Actor = ANN) -> Any:
    return change("h1", when, ChangeKind.ASSIGNED, by=by, new="mo")


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        pytest.param(with_action(says("c", "03-03 09:00", "/owner @lea")), ["lea"], id="an account"),
        pytest.param(with_action(says("c", "03-03 09:00", "/owner Lea")), ["lea"], id="a name"),
        pytest.param(with_action(says("c", "03-03 09:00", "/owner [Lea](mention:lea)")), ["lea"], id="a mention"),
        pytest.param(with_action(says("c", "03-03 09:00", "/owner me", by=MO)), ["mo"], id="oneself"),
        pytest.param(with_action(says("c", "03-03 09:00", "/owner @Lea, please.")), ["lea"], id="with a kind word"),
        pytest.param(with_action(says("c", "03-03 09:00", "/owner lea.")), ["lea"], id="as a sentence"),
        pytest.param(with_action(says("c", "03-03 09:00", "/owner @ann")), [], id="who owns it already"),
        pytest.param(with_action(says("c", "03-03 09:00", "/owner @zed")), [], id="nobody we know"),
        pytest.param(with_action(says("c", "03-03 09:00", "/owner @lea", by=BOB)), [], id="by a passer-by"),
        pytest.param(
            with_action(says("c", "03-03 09:00", "/owner @lea"), says("d", "03-03 10:00", "/owner @mo")),
            ["mo"],
            id="the last word counts",
        ),
        pytest.param(
            with_action(says("c", "03-03 09:00", "/owner @lea"), changes=(by_hand("03-04 09:00"),)),
            [],
            id="assigned by hand since",
        ),
        pytest.param(
            with_action(says("c", "03-03 09:00", "/owner @lea"), changes=(by_hand("03-03 08:00"),)),
            ["lea"],
            id="assigned by hand before",
        ),
        pytest.param(
            with_action(says("c", "03-03 09:00", "/owner @lea"), changes=(by_hand("03-04 09:00", OURS),)),
            ["lea"],
            id="assigned by us since: an older wish",
        ),
        pytest.param(
            with_action(says("c", "03-03 09:00", "/accept", by=MO), assignees=()), ["mo"], id="accepted when free"
        ),
        pytest.param(with_action(says("c", "03-03 09:00", "/accept", by=MO)), [], id="accepted by the manager"),
    ],
)
def test_a_ticket_is_given_to_whom_a_command_names(case: Case, wanted: list[str]) -> None:
    assert assigned(case) == [("acme/shop#3", account) for account in wanted]


def test_the_failure_is_given_to_whom_a_command_names_instead_of_the_lead() -> None:
    case = a_case(a_failure("sev3", assignees=(), comments=(SEEN, says("c", "03-02 10:00", "/owner @mo"))))
    assert assigned(case) == [("acme/shop#1", "mo")]


def test_of_several_assignees_the_one_named_last_is_the_owner() -> None:
    """Nobody is taken off (P12): the reminders go to whom it was given."""
    given = says("c", "03-03 09:00", "/owner @mo")
    case = with_action(SEEN, given, assignees=(ANN, MO), due="2026-04-21")
    (reminder,) = [one for one in decide(PACK, case, NOW).effects if isinstance(one, Say) and one.text == "reminder"]
    assert reminder.mentions == ("mo",)


@pytest.mark.parametrize(
    ("comment", "body"),
    [
        pytest.param("c2", "/owner @lea", id="another comment"),
        pytest.param("c1", "/owner @mo", id="the comment was edited"),
    ],
)
def test_another_word_on_who_owns_it_has_another_key(comment: str, body: str) -> None:
    keys = {
        effect.key
        for case in (
            with_action(says("c1", "03-03 09:00", "/owner @lea")),
            with_action(says(comment, "03-03 09:00", body)),
        )
        for effect in decide(PACK, case, NOW).effects
        if isinstance(effect, Assign)
    }
    assert len(keys) == 2


def test_an_action_s_command_names_the_action_alone() -> None:
    assert ref(3).key in {key for key, _ in assigned(with_action(says("c", "03-03 09:00", "/owner @lea")))}
