"""When a condition over ages comes to say something else by time alone.

Ages go up one step at known moments (`rules.ages`), so the next moment that can matter is found by asking the condition
about step after step, everything else being as it is: what else time changes has a wake-up of its own, at which this is
asked anew. A condition that stays as it is for very long is looked at again then, and no sooner (P6).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rules.ages import AGES, Age, age_of
from rules.by_severity import SEVERITIES
from rules.conditions import Condition
from rules.facts import Ticket
from rules.joint_conditions import JointConditions
from rules.lazy_facts import with_others
from rules.policy import Anchor, OpenDo, Rule
from rules.situation import AWAITING, Situation

#: So many steps ahead are asked about; with days as steps a year and a month.
STEPS_MAX = 400

_SEVERITY = "failure.severity"
_Asked = Condition | JointConditions


@dataclass(frozen=True, slots=True)
class Turn:
    """The next moment at which a condition has to be asked again. `is_known`: it turns then; else nothing is known of
    what comes after, and until then it stays as it is."""

    at: dt.datetime
    is_known: bool


def next_turn(situation: Situation, rule: Rule, facts: Mapping[str, Any], ticket: Ticket) -> Turn | None:
    """When the rule's condition, asked about `ticket`, next turns by time alone; None where no age of it moves."""
    condition = rule.when
    if condition is None or AGES.isdisjoint(condition.facts):
        return None
    ages = {name: age_of(name, situation, ticket) for name in condition.facts if name in AGES}
    turns = (_turn(condition, _seen(condition, one), ages) for one in _also_asked(rule, facts))
    return min((turn for turn in turns if turn), key=lambda turn: turn.at, default=None)


def _also_asked(rule: Rule, facts: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The facts, and those by which the same condition is asked elsewhere in a decision: whether the case waits for its
    post-mortem (`Situation.finished_at`), and what the failure's earlier severity would have meant (`rules.graver`)."""
    yield facts
    if any(isinstance(do, OpenDo) and do.what == "post-mortem" for do in rule.do):
        yield with_others(facts, AWAITING)
    if rule.ladder and rule.ladder.anchor is Anchor.LABELLED:
        for severity in SEVERITIES:
            yield with_others(facts, {_SEVERITY: severity})


def _seen(condition: _Asked, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in condition.facts}


def _turn(condition: _Asked, seen: Mapping[str, Any], ages: Mapping[str, Age]) -> Turn | None:
    moving = {name: age for name, age in ages.items() if age.reached}
    if len(moving) == 1:
        [(name, age)] = moving.items()
        rests = tuple((one, tuple(value) if isinstance(value, list) else value) for one, value in seen.items())
        try:
            steps = _known_steps_to_turn(condition, rests, name, age.step)
        except TypeError:  # a variable that is a list stands in it, and cannot be looked up
            steps = _steps_to_turn(condition, rests, name, age.step)
        return Turn(age.reached(steps or STEPS_MAX), steps is not None) if age.reached else None
    return _first_turn(condition, dict(seen), moving) if moving else None


def _steps_to_turn(condition: _Asked, seen: tuple[tuple[str, Any], ...], name: str, step: int) -> int | None:
    """How many steps of the one age that moves turn the condition; None where STEPS_MAX do not."""
    facts: dict[str, Any] = {one: list(value) if isinstance(value, tuple) else value for one, value in seen}
    holds = condition.holds(facts)
    for number in range(1, STEPS_MAX + 1):
        facts[name] += step
        if condition.holds(facts) is not holds:
            return number
    return None


#: The same case is asked all day, and cases of one kind alike.
_known_steps_to_turn = lru_cache(maxsize=4096)(_steps_to_turn)


def _first_turn(condition: _Asked, facts: dict[str, Any], moving: Mapping[str, Age]) -> Turn:
    """The same where several ages move, each at moments of its own."""
    holds = condition.holds(facts)
    steps = dict.fromkeys(moving, 1)
    coming = {name: age.reached(1) for name, age in moving.items() if age.reached}
    at = min(coming.values())
    for _ in range(STEPS_MAX):
        at = min(coming.values())
        for name in [name for name, moment in coming.items() if moment == at]:
            age = moving[name]
            facts[name] += age.step
            steps[name] += 1
            coming[name] = age.reached(steps[name]) if age.reached else at
        if condition.holds(facts) is not holds:
            return Turn(at, is_known=True)
    return Turn(at, is_known=False)
