"""What holds for every case there could be: deciding is pure, keys are stable, no wake-up comes late (P2, P6)."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.admit import Budgets, admit
from rules.decide import decide
from rules.decision import Decision
from rules.effects import AnyEffect, Keep, Say
from rules.facts import ActionTicket, Case, Change, ChangeKind, Closing, Comment, Ticket
from rules.language.policy_file import load_policy
from rules.policy import Limits, Policy, Subject
from tests.rules.cases import (
    ANN,
    BEGIN,
    BOB,
    LEA,
    MO,
    PACK,
    PEOPLE,
    ROBOT,
    a_case,
    a_failure,
    a_post_mortem,
    an_action,
    closed,
    labelled,
    says,
    we_say,
)

ROOT = Path(__file__).parents[2]
EXAMPLES = settings(max_examples=60, deadline=None)
MANY = settings(max_examples=150, deadline=None)

moments = st.integers(0, 70 * 24 * 4).map(lambda quarters: BEGIN + dt.timedelta(minutes=15 * quarters))
actors = st.sampled_from([ANN, LEA, MO, BOB, ROBOT])
texts = st.sampled_from(
    [
        "Looking into it.",
        "/ack on it",
        "/snooze 5 days because of the freeze",
        "/snooze until 2026-03-20 code freeze",
        "/due 2026-03-25",
        "/due next Friday",
        "/snooze until Monday we wait",
        "/action Write a runbook",
        "> /ack quoted",
        "…",
    ]
)
kinds = st.sampled_from(
    [ChangeKind.STATUS, ChangeKind.REFERENCED, ChangeKind.DUE, ChangeKind.LABELLED, ChangeKind.ASSIGNED]
)
bodies = st.sampled_from(
    [
        "",
        "## Action items\n\n- [ ] Rotate the keys\n- [x] Restart the queue\n",
        "## Action items\n\n- [ ] Rotate the keys by Friday\n- [ ] Restart the queue (due in 2 weeks)\n",
        "## What we learned\n\nMuch.\n",
    ]
)


def _when(moment: dt.datetime) -> str:
    return f"{moment:%m-%d %H:%M}"


@st.composite
def histories(draw: st.DrawFn, ticket: str) -> dict[str, Any]:
    """Comments and changes of a ticket, in order of time, their ids its own."""
    spoken = sorted(draw(st.lists(moments, max_size=4)))
    comments: list[Comment] = []
    for number, moment in enumerate(spoken):
        if draw(st.booleans()):
            comments.append(says(f"{ticket}c{number}", _when(moment), draw(texts), by=draw(actors)))
        else:
            comments.append(
                we_say(f"{ticket}o{number}", _when(moment), draw(st.sampled_from(["status", "overdue", "thanks"])))
            )
    moved = sorted(draw(st.lists(moments, max_size=3)))
    changes = [
        Change(f"{ticket}h{number}", moment, draw(actors), draw(kinds), new="x") for number, moment in enumerate(moved)
    ]
    return {"comments": tuple(comments), "changes": tuple(changes)}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    labels = draw(st.sets(st.sampled_from(["sev1", "sev2", "sev3", "experiment"]), max_size=2))
    history = draw(histories("f"))
    fields: dict[str, Any] = history | {"changes": (labelled("03-02 09:00"), *history["changes"])}
    if draw(st.booleans()):
        fields |= closed(_when(draw(moments)))
    if draw(st.booleans()):
        fields["assignees"] = ()
    failure = a_failure(*sorted(labels), **fields)
    mortem: Ticket | None = None
    if draw(st.booleans()):
        ending = closed(_when(draw(moments))) if draw(st.booleans()) else {}
        mortem = a_post_mortem(body=draw(bodies), **draw(histories("m")), **ending)
    actions: list[ActionTicket] = []
    for number in range(draw(st.integers(0, 2))):
        ending = closed(_when(draw(moments))) if draw(st.booleans()) else {}
        due = BEGIN.date() + dt.timedelta(days=draw(st.integers(0, 40)))
        actions.append(
            an_action(3 + number, f"item{'ab'[number]}", due.isoformat(), **draw(histories("ab"[number])), **ending)
        )
    return a_case(failure, mortem, *actions)


def identities(decision: Decision) -> list[tuple[str, str]]:
    """What deciding wants: keys, and the content of what is kept up to date."""
    return [(effect.key, effect.digest if isinstance(effect, Keep) else "") for effect in decision.effects]


@EXAMPLES
@given(cases(), moments)
def test_the_same_input_gives_the_same_decision(case: Case, now: dt.datetime) -> None:
    """Neither I/O nor a clock: same input, same effects, same keys (P2)."""
    assert repr(decide(PACK, case, now)) == repr(decide(PACK, case, now))


@EXAMPLES
@given(cases(), moments)
def test_a_decision_is_frozen_data(case: Case, now: dt.datetime) -> None:
    """Every effect can be hashed and compared, and nothing of the case was changed by deciding on it (P2)."""
    before = repr(case)
    decision = decide(PACK, case, now)
    assert repr(case) == before
    assert len({*decision.effects}) == len(decision.effects)
    assert decision == decide(PACK, case, now)


@EXAMPLES
@given(cases(), moments)
def test_no_two_effects_of_a_decision_share_a_key(case: Case, now: dt.datetime) -> None:
    counts = Counter(effect.key for effect in decide(PACK, case, now).effects)
    assert [key for key, count in counts.items() if count > 1] == []


@MANY
@given(cases(), moments, st.floats(0, 1, exclude_max=True))
def test_no_wake_up_comes_late(case: Case, now: dt.datetime, part: float) -> None:
    """At any instant before the wake-up the decision is the same: sleeping until then misses nothing (P6)."""
    decision = decide(PACK, case, now)
    horizon = decision.wake_at or now + dt.timedelta(days=400)
    last = horizon - dt.timedelta(microseconds=1)
    for before in (min(now + (horizon - now) * part, last), last):  # the product may round up to the wake-up itself
        assert identities(decide(PACK, case, before)) == identities(decision)


#: Rules over ages in many ways, each seen by whether its label is wanted.
AGED = (
    ("failure", "active", "failure.age_days > 3"),
    ("failure", "active", "failure.age_days == 5 || failure.idle_days == 9"),
    ("failure", "active", "failure.severity == 1 && failure.age_days in [2, 3, 11]"),
    ("failure", "active", "failure.idle_days % 6 < 2 && !case.is_finished"),
    ("failure", "active", "failure.idle_business_days >= 4 && failure.age_days < 25"),
    ("failure", "paused", "failure.age_days >= 7"),
    ("failure", "closed", "failure.age_days >= 10 && failure.idle_business_days >= 3"),
    ("post-mortem", "active", "post_mortem.is_open && post_mortem.days_until_due < 0"),
    ("post-mortem", "active", "post_mortem.idle_days + failure.age_days > 12"),
    ("action", "active", "action.days_until_due in [0, 1, 4]"),
    ("action", "active", "action.idle_business_days > 5 && action.is_open && !action.is_snoozed"),
    ("action", "active", "action.days_until_due < 20 ? action.age_days > 2 : failure.age_days > 30"),
)


def _aged_policy() -> Policy:
    labels = "".join(
        f"  - {{id: aged{number}, name: a label is put on when it is so, step: own, for: {subject}, while: {phase},\n"
        f"     when: '{when}', do: [label: aged{number}]}}\n"
        for number, (subject, phase, when) in enumerate(AGED)
    )
    ladder = (
        "  - {id: grave, name: it is asked when grave or old, step: own, for: failure,\n"
        "     when: failure.severity == 1 || failure.age_days > 10,\n"
        "     ladder: {anchor: labelled, rungs: [{at: 12 days, do: [comment: ask.md]}]}}\n"
        "  - {id: late, name: a post-mortem is opened when a failure is old, step: analyse, for: failure,\n"
        "     when: failure.age_days < 15 && !case.is_finished,\n"
        "     do: [open: {what: post-mortem, template: post-mortem.md, due: 5 business days}]}\n"
    )
    rest = "severities: {labels: {sev1: 1, sev2: 2}}\ncalendar: {zone: America/New_York}\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(f"policy: 1\nname: aged\n{rest}rules:\n{labels}{ladder}", encoding="utf-8")
        return load_policy(path, people=PEOPLE)


AGED_POLICY = _aged_policy()


@st.composite
def aged_cases(draw: st.DrawFn) -> Case:
    """Cases that run, rest or were let go, made graver or not, with tickets opened at other times than the failure."""
    case = draw(cases())
    made_graver = Change("g", draw(moments), LEA, ChangeKind.LABELLED, new="sev1")
    off = Change("u", draw(moments), LEA, ChangeKind.UNLABELLED, old="failure")
    failure = case.failure
    if draw(st.booleans()):
        changes = tuple(sorted((*failure.changes, made_graver), key=lambda one: one.at))
        failure = replace(failure, labels=(*failure.labels, "sev1"), changes=changes)
    if draw(st.integers(0, 3)) == 0:
        changes = tuple(sorted((*failure.changes, off), key=lambda one: one.at))
        failure = replace(failure, labels=tuple(one for one in failure.labels if one != "failure"), changes=changes)
    closings = (Closing(1, draw(moments)),) if draw(st.integers(0, 3)) == 0 else ()
    opened = [BEGIN + dt.timedelta(minutes=draw(st.integers(0, 9_000))) for _ in case.actions]
    actions = tuple(
        replace(action, ticket=replace(action.ticket, created_at=moment))
        for action, moment in zip(case.actions, opened, strict=True)
    )
    return replace(case, failure=failure, actions=actions, closings=closings)


@settings(max_examples=300, deadline=None)
@given(aged_cases(), moments, st.floats(0, 1, exclude_max=True))
def test_no_wake_up_comes_late_where_conditions_ask_for_ages(case: Case, now: dt.datetime, part: float) -> None:
    """The same for facts that grow with time, in every phase: no day is slept through that turns a condition (P6)."""
    decision = decide(AGED_POLICY, case, now)
    horizon = decision.wake_at or now + dt.timedelta(days=400)
    last = horizon - dt.timedelta(microseconds=1)
    for before in (min(now + (horizon - now) * part, last), last):
        then = decide(AGED_POLICY, case, before)
        assert identities(then) == identities(decision)
        assert [reason.is_met for reason in then.reasons] == [reason.is_met for reason in decision.reasons]


@EXAMPLES
@given(cases(), moments, st.sampled_from([PACK, AGED_POLICY]))
def test_a_wake_up_lies_ahead(case: Case, now: dt.datetime, policy: Policy) -> None:
    """Otherwise the case would be looked at again and again without anything being different."""
    decision = decide(policy, case, now)
    assert decision.wake_at is None or decision.wake_at > now


@EXAMPLES
@given(cases(), moments)
def test_of_a_ladder_at_most_one_rung_speaks(case: Case, now: dt.datetime) -> None:
    """However much has come due, a ticket hears each rule once (P9); a reply is one for each comment it answers."""
    ladders = {rule.id for rule in PACK.rules if rule.subject is not Subject.COMMENT}
    said = (e for e in decide(PACK, case, now).effects if isinstance(e, Say))
    spoken = Counter((e.rule, e.ticket) for e in said if e.rule in ladders)
    assert set(spoken.values()) <= {1}


@EXAMPLES
@given(cases(), moments, st.sampled_from(["title", "url", "updated_at", "ref"]))
def test_what_does_not_concern_a_rule_changes_no_key(case: Case, now: dt.datetime, what: str) -> None:
    """Another title, another address, another `updated_at`: the same keys (P5)."""

    def edited(ticket: Ticket) -> Ticket:
        return replace(ticket, **_edit(ticket, what))

    actions = tuple(replace(action, ticket=edited(action.ticket)) for action in case.actions)
    mortem = edited(case.post_mortem) if case.post_mortem else None
    failure = edited(case.failure)
    moved = {edited(ticket).ref: commands for ticket in case.tickets for commands in [case.commands[ticket.ref]]}
    other = replace(case, failure=failure, post_mortem=mortem, actions=actions, commands=moved)
    before, after = decide(PACK, case, now), decide(PACK, other, now)
    # A link's slots are numbered, and written on the elder of both: an address is what it is about.
    assert [e.key for e in before.effects] == [e.key for e in after.effects]
    assert before.wake_at == after.wake_at


def _edit(ticket: Ticket, what: str) -> dict[str, Any]:
    match what:
        case "title":
            return {"title": f"{ticket.title}!"}
        case "url":
            return {"url": "https://github.example/elsewhere"}
        case "updated_at":
            return {"updated_at": ticket.updated_at + dt.timedelta(days=30)}
        case _:
            return {"ref": replace(ticket.ref, key=ticket.ref.key.replace("acme/shop", "acme/store"))}


@EXAMPLES
@given(cases(), moments)
def test_a_bot_s_doing_changes_no_ladder(case: Case, now: dt.datetime) -> None:
    """A bot comments, moves and pushes at every ticket: nobody is asked sooner, later or otherwise (P5)."""

    def with_bot(ticket: Ticket) -> Ticket:
        last = max((one.at for one in (*ticket.comments, *ticket.changes)), default=ticket.created_at)
        moved = Change("bot", last, ROBOT, ChangeKind.STATUS, new="In Progress")
        comment = Comment("bot", last, ROBOT, "/ack /snooze 5 days because\n\n/due 2027-01-01")
        return replace(ticket, comments=(*ticket.comments, comment), changes=(*ticket.changes, moved))

    actions = tuple(replace(action, ticket=with_bot(action.ticket)) for action in case.actions)
    mortem = with_bot(case.post_mortem) if case.post_mortem else None
    other = replace(case, failure=with_bot(case.failure), post_mortem=mortem, actions=actions)
    assert [e.key for e in decide(PACK, other, now).effects] == [e.key for e in decide(PACK, case, now).effects]


@EXAMPLES
@given(cases(), moments, st.integers(0, 3), st.integers(0, 6), st.booleans())
def test_admitting_drops_nothing_and_doubles_nothing(
    case: Case, now: dt.datetime, per_day: int, spent: int, is_braked: bool
) -> None:
    """Everything desired is admitted or held (P2, P7)."""
    effects = decide(PACK, case, now).effects
    limits = Limits(mentions_per_day=per_day, sweep_effects_max=5)
    admission = admit(effects, Budgets(limits, PACK.calendar, sweep_effects=spent, is_braked=is_braked), now)
    seen: list[AnyEffect] = [*admission.admitted, *(held.effect for held in admission.held)]
    assert Counter(effect.key for effect in seen) == Counter(effect.key for effect in effects)
    assert all(held.until is None or held.until > now for held in admission.held)
    if is_braked:
        assert not any(isinstance(effect, Say) for effect in admission.admitted)


_PRINT = """
from rules.decide import decide
from tests.rules.cases import PACK, a_case, a_failure, a_post_mortem, an_action, at, says, we_say
case = a_case(
    a_failure("sev2", "backend", "urgent", comments=(says("c", "03-02 10:00", "/action Write a runbook"),)),
    a_post_mortem(body="## Action items\\n\\n- [ ] Rotate the keys\\n- [ ] Split the queue\\n"),
    an_action(comments=(we_say("a", "03-03 09:00"), says("b", "03-03 10:00", "Soon."))),
    an_action(4, "itemb"),
)
print(repr(decide(PACK, case, at("04-08 12:00"))))
"""


def _printed(hash_seed: str) -> bytes:
    environment = {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT), "TZ": "Pacific/Auckland"}
    return subprocess.run(
        [sys.executable, "-c", _PRINT], cwd=ROOT, env=environment, capture_output=True, check=True, timeout=60
    ).stdout


def test_another_process_decides_the_same_byte_for_byte() -> None:
    """No order of a set, no hash of a string and no zone of a machine enters a decision (P2)."""
    first = _printed("1")
    assert len(first) > 10_000
    assert _printed("2") == first
