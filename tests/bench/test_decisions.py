"""Decisions a second, beside nothing but the conditions that those decisions evaluate, on the same cases.

What stands between the two is everything else that a decision does: facts, clocks, ladders, texts, keys. The
cases are generated from one seed, and differ in severity, owners, comments, commands, actions and what is closed.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from rules.action_facts import action_facts
from rules.conditions import Condition
from rules.decide import decide
from rules.facts import ActionTicket, Case, ChangeKind, Comment
from rules.policy import Subject
from rules.situation import Situation
from tests.bench.tables import medians, tell
from tests.rules.cases import (
    ANN,
    BOB,
    LEA,
    MO,
    PACK,
    ROOT,
    a_case,
    a_failure,
    a_post_mortem,
    an_action,
    change,
    closed,
    labelled,
    says,
    we_say,
)

pytestmark = pytest.mark.bench

CASES = 200
TURNS = 5
NOW = dt.datetime(2026, 4, 20, 11, 0, tzinfo=dt.UTC)
_WORDS = ("Is anybody looking?", "/ack We are on it.", "Still waiting for the vendor.", "/due 2026-05-04", "bump")


def generated_cases(count: int, seed: int = 1) -> list[tuple[Case, dt.datetime]]:
    """Cases and the moments at which they are looked at, all of one seed."""
    chance = random.Random(seed)
    return [(_case(chance), NOW + dt.timedelta(hours=chance.randrange(2_000))) for _ in range(count)]


def _case(chance: random.Random) -> Case:
    owners = chance.choice(((), (ANN,), (BOB,), (ANN, LEA)))
    marks = [label for label in (chance.choice(("sev1", "sev2", "sev3", "")),) if label]
    marks += ["experiment"] * (chance.random() < 0.05)
    failure = a_failure(
        *marks,
        assignees=owners,
        comments=_comments(chance),
        changes=(labelled("03-02 09:00"), change("a1", "03-02 09:30", ChangeKind.ASSIGNED, new="ann")),
        **(closed("03-20 12:00") if chance.random() < 0.3 else {}),
    )
    mortem = a_post_mortem(
        body="## What happened\n\nThe queue grew.\n\n## Action items\n\n"
        + "".join(f"- [ ] Improve part {number} of the shop\n" for number in range(chance.randrange(4))),
        comments=_comments(chance),
        **(closed("03-30 12:00") if chance.random() < 0.5 else {}),
    )
    actions = [_action(chance, number) for number in range(chance.randrange(5))]
    case = a_case(failure, mortem if chance.random() < 0.8 else None, *actions)
    return replace(case, root=f"{ROOT[:-4]}{chance.randrange(10_000):04}")


def _action(chance: random.Random, number: int) -> ActionTicket:
    fields: dict[str, Any] = {"comments": _comments(chance), "assignees": chance.choice(((), (ANN,), (MO,)))}
    if chance.random() < 0.4:
        fields |= closed("04-10 10:00")
    return an_action(3 + number, f"item{number}", f"2026-04-{1 + chance.randrange(28):02}", **fields)


def _comments(chance: random.Random) -> tuple[Comment, ...]:
    ours = [we_say("o1", "03-02 09:05", "status"), we_say("o2", "03-02 09:06", "ask")]
    theirs = [
        says(f"c{number}", f"03-{3 + number:02} 10:00", chance.choice(_WORDS), by=chance.choice((ANN, BOB, LEA)))
        for number in range(chance.randrange(12))
    ]
    return (*ours, *theirs)


def evaluations(case: Case, now: dt.datetime) -> Iterator[tuple[Condition, Mapping[str, Any]]]:
    """The conditions that deciding asks about this case, with the facts it asks them of."""
    situation = Situation(PACK, case, now)
    for rule in PACK.rules:
        if rule.conditions and rule.phase is situation.phase:
            for facts in _facts(situation, rule.subject):
                yield from ((condition, facts) for condition in rule.conditions)


def _facts(situation: Situation, subject: Subject) -> list[Mapping[str, Any]]:
    case = situation.case
    if subject is Subject.ACTION:
        return [action_facts(situation, action) for action in case.actions]
    if subject is Subject.ACTION_ITEM:
        return [situation.item_facts(one.item) for one in situation.unopened]
    return [situation.common_facts] if subject is Subject.FAILURE or case.post_mortem else []


def test_decisions_per_second_beside_the_bare_evaluation_of_the_same_conditions() -> None:
    cases = generated_cases(CASES)
    asked = [pair for case, now in cases for pair in evaluations(case, now)]
    effects = sum(len(decide(PACK, case, now).effects) for case, now in cases)
    assert asked
    assert effects > CASES, "these cases want hardly anything"

    def decide_all() -> None:
        for case, now in cases:
            decide(PACK, case, now)

    def judge_all() -> None:
        for condition, facts in asked:
            condition.judge(facts)

    decided_s, judged_s = medians(TURNS, decide_all, judge_all)
    tell(
        f"Decisions a second: {CASES} cases, {len(asked):,} conditions, {effects:,} effects; median of {TURNS} turns",
        ("", "a second", "share of deciding"),
        [
            ("decisions", round(CASES / decided_s), 1.0),
            ("their conditions alone, a case at a time", round(CASES / judged_s), judged_s / decided_s),
        ],
        f"Deciding takes {decided_s / judged_s:.1f} times what its conditions take.",
        f"{len(asked) / CASES:.1f} conditions and {effects / CASES:.1f} effects a decision.",
    )
