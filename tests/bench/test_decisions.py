"""Decisions a second on one core over many generated cases, beside nothing but the conditions that those decisions
evaluate; memory that does not grow with their number; and what one big case costs.

What stands between a decision and its conditions is everything else that it does: people's texts are read, clocks and
ladders counted, effects made with their keys. Each case is new and holds words of its own, so that nothing remembered
helps: what a worker meets at its first look. The second look at a case, which follows its writes, is told beside it.

Times are those of the processor, so that who else is busy on the machine makes less of a difference.
"""

from __future__ import annotations

import copy
import datetime as dt
import os
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from rules.action_facts import action_facts
from rules.conditions import Condition
from rules.decide import decide
from rules.facts import ActionTicket, Case, Change, ChangeKind, Comment
from rules.keys import item_id
from rules.policy import Subject
from rules.situation import Situation
from tests.bench.generated import NOW, stream_of_cases
from tests.bench.memory import held_kib
from tests.bench.tables import processor_seconds, tell
from tests.rules.cases import ANN, PACK, a_case, a_failure, a_post_mortem, an_action, at, change, labelled, says

pytestmark = pytest.mark.bench

CASES, CHUNK = 100_000, 1_000
#: Of so many cases of each chunk the conditions are evaluated alone, and the second decision is timed.
BESIDE = 100
#: After so many cases it is looked how much memory is held; what is remembered on purpose is filled by the first.
MEMORY_AFTER = (10_000, 50_000, 100_000)
#: Python's own arenas come and go by so much; a hundred bytes kept of each case would be more.
GROWTH_KIB_MAX = 8 * 1024
#: Comments of the biggest case, and actions of it; the others have a quarter and a half.
COMMENTS, ACTIONS = 2_000, 48
BIG_TURNS = 3
#: Commands in one thread, and a quarter of them beside.
COMMANDS = 240
_TALK = ("Still at it.", "/due 2026-05-04", "/thanks @lea for the log", "Is there news?")


@dataclass
class _Timed:
    """Seconds a case, one figure a chunk."""

    decided: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    judged: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    conditions: int = 0
    effects: int = 0

    def add(self, cases: list[tuple[Case, dt.datetime]]) -> None:
        """Decide about all of them once, and time what stands beside it on some."""
        self.decided.append(processor_seconds(lambda: _decide_all(cases)) / len(cases))
        some = cases[:BESIDE]
        self.again.append(sum(_seconds_again(case, now) for case, now in some) / len(some))
        self.effects += sum(len(decide(PACK, case, now).effects) for case, now in some)
        asked = [pair for case, now in some for pair in evaluations(case, now)]
        self.conditions += len(asked)
        # Facts are worked out when they are first asked for, which is here.
        named = [(one._compiled, {name: facts[name] for name in one.facts}) for one, facts in asked]
        self.judged.append(processor_seconds(lambda: _judge_all(asked)) / len(some))
        self.bare.append(processor_seconds(lambda: _evaluate_all(named)) / len(some))

    def rows(self) -> list[tuple[str, int, float]]:
        """Each with its rate, and that rate beside the bare evaluation's; both are medians over the chunks."""
        told = (
            ("decisions about new cases", self.decided),
            ("decisions about a case that was decided just before", self.again),
            ("their conditions alone, verdicts remembered", self.judged),
            ("their conditions alone, each evaluated by CEL", self.bare),
        )
        return [(what, round(1 / statistics.median(each)), _ratio(self.bare, each)) for what, each in told]


def _ratio(bare: list[float], others: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(bare, others, strict=True))


def test_decisions_per_second_and_memory_over_a_hundred_thousand_cases() -> None:
    timed, stream, held = _Timed(), stream_of_cases(seed=1), []
    for number in range(1, CASES // CHUNK + 1):
        timed.add(list(islice(stream, CHUNK)))
        if number * CHUNK in MEMORY_AFTER and Path("/proc/self/status").exists():
            held.append(held_kib(os.getpid()))
    looked_at = len(timed.decided) * BESIDE
    tell(
        f"Decisions a second on one core: {CASES:,} cases, median of {len(timed.decided)} times {CHUNK:,}",
        ("", "cases a second", "to bare CEL"),
        timed.rows(),
        f"{timed.conditions / looked_at:.1f} conditions and {timed.effects / looked_at:.1f} effects a decision.",
        f"Memory after {', '.join(f'{count:,}' for count in MEMORY_AFTER)} cases: "
        f"{', '.join(f'{kib / 1024:.1f}' for kib in held)} MiB.",
    )
    assert timed.effects > looked_at, "these cases want hardly anything"
    assert max(held, default=0) - (held or [0])[0] < GROWTH_KIB_MAX


def test_one_big_case_costs_in_proportion_to_its_size() -> None:
    """Comments, changes and actions by the thousand: twice as many take about twice as long, never four times."""
    rows, taken = [], []
    for part in (4, 2, 1):
        cases = [(big_case(COMMENTS // part, ACTIONS // part, turn), NOW) for turn in range(BIG_TURNS)]
        taken.append(min(processor_seconds(partial(_decide_all, [one])) for one in cases))
        rows.append((f"{COMMENTS // part:,} comments and changes, {ACTIONS // part} actions", taken[-1] * 1000))
    tell(
        "One big case", ("", "ms a decision"), rows, f"Four times as big takes {taken[2] / taken[0]:.1f} times as long."
    )
    assert taken[2] < 6 * taken[0]


@pytest.mark.parametrize(
    ("texts", "most"),
    [
        (("/action Improve part",), COMMANDS),
        (("/decline since", "/approve"), COMMANDS),
        (("/snooze 3 days for",), COMMANDS),
        (("/owner @nobody",), 4 * COMMANDS),  # of fewer the time that everything else takes tells more
    ],
)
def test_a_thread_of_commands_costs_in_proportion_to_its_length(texts: tuple[str, ...], most: int) -> None:
    """Whoever writes hundreds of commands into one ticket holds nobody up."""
    rows, taken = [], []
    for count in (most // 4, most):
        cases = [(_case_of_commands(texts, count, turn), NOW) for turn in range(BIG_TURNS)]
        taken.append(min(processor_seconds(partial(_decide_all, [one])) for one in cases))
        rows.append((f"{count} of {' and '.join(text.split()[0] for text in texts)}", taken[-1] * 1000))
    tell("One ticket full of commands", ("", "ms a decision"), rows)
    assert taken[1] < 12 * taken[0]  # four times as many: their square would be sixteen


def _case_of_commands(texts: tuple[str, ...], count: int, turn: int) -> Case:
    thread = _long_thread(count, f"{turn}", texts)
    if texts[0].startswith("/action"):
        return a_case(a_failure("sev2", comments=thread))
    return a_case(a_failure("sev2"), a_post_mortem(), an_action(comments=thread))


def big_case(comments: int, actions: int, turn: int) -> Case:
    """So many comments and changes spread over the failure, its post-mortem and so many actions, each with a line; one
    line in eight was reworded since. The words are those of the turn alone."""
    items = [f"Improve part {number} of shop {turn}" for number in range(actions)]
    spread = comments // (actions + 2)
    written = (f"- [ ] {item}{' by half' * (number % 8 == 0)}\n" for number, item in enumerate(items))
    body = "## What happened\n\nIt grew.\n\n## Action items\n\n" + "".join(written)
    return a_case(
        a_failure("sev2", comments=_long_thread(spread, "f"), changes=(labelled("03-02 09:00"), *_moves(spread, "f"))),
        a_post_mortem(body=body, comments=_long_thread(spread, "m")),
        *(_big_action(number, item, spread) for number, item in enumerate(items)),
    )


def _big_action(number: int, item: str, spread: int) -> ActionTicket:
    name = f"a{number}"
    return an_action(
        3 + number, item_id(item), title=item, comments=_long_thread(spread, name), changes=_moves(spread, name)
    )


def _long_thread(count: int, name: str, texts: tuple[str, ...] = _TALK) -> tuple[Comment, ...]:
    when = (at("03-02 10:00") + dt.timedelta(minutes=number) for number in range(count))
    return tuple(
        says(f"{name}c{number}", f"{moment:%m-%d %H:%M}", f"{texts[number % len(texts)]} {number}", by=ANN)
        for number, moment in enumerate(when)
    )


def _moves(count: int, name: str) -> tuple[Change, ...]:
    when = (at("03-02 10:00") + dt.timedelta(minutes=number) for number in range(count))
    return tuple(
        change(f"{name}h{number}", f"{moment:%m-%d %H:%M}", ChangeKind.STATUS, new="x")
        for number, moment in enumerate(when)
    )


def _seconds_again(case: Case, now: dt.datetime) -> float:
    """How long the second decision takes. Its facts were fetched anew, so that they are equal and not the same."""
    decide(PACK, case, now)
    fetched = copy.deepcopy(case)
    return processor_seconds(lambda: decide(PACK, fetched, now))


def _decide_all(cases: list[tuple[Case, dt.datetime]]) -> None:
    for case, now in cases:
        decide(PACK, case, now)


def _judge_all(asked: list[tuple[Condition, Mapping[str, Any]]]) -> None:
    for condition, facts in asked:
        condition.judge(facts)


def _evaluate_all(named: list[tuple[Any, Mapping[str, Any]]]) -> None:
    for compiled, facts in named:
        compiled.eval(data=facts)


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
