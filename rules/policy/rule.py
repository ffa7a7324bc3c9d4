"""One rule of a policy, with its ladder."""

from __future__ import annotations

from dataclasses import dataclass

from rules.conditions import Condition
from rules.durations import Duration
from rules.joint_conditions import JointConditions
from rules.policy.doing import Do
from rules.policy.terms import Anchor, Phase, Reset, Subject


@dataclass(frozen=True, slots=True)
class Rung:
    """One stage of a ladder: `at` counts from the anchor and may be negative. `name` is `at` as written."""

    name: str
    at: Duration
    do: tuple[Do, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The stages in order. An answer quiets it for `answer_quiets`, at most twice without progress. `resets` are the
    events that move it; where there are none, each stage is said once. The last stage is repeated each `repeat_last`:
    `repeat_times` at most, and no later than `repeat_for` after it, where these are given."""

    anchor: Anchor
    rungs: tuple[Rung, ...]
    answer_quiets: Duration
    repeat_last: Duration | None = None
    resets: frozenset[Reset] = frozenset(Reset)
    repeat_times: int | None = None
    repeat_for: Duration | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence of a policy. `name` completes "… when …"; `when` is None for always, and joint conditions where the
    rule stands in groups that have one."""

    id: str
    name: str
    step: str
    subject: Subject
    when: Condition | JointConditions | None = None
    phase: Phase = Phase.ACTIVE
    do: tuple[Do, ...] = ()
    ladder: Ladder | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All that are asked, each with the name of its group: the outermost group's first, the rule's own last."""
        if isinstance(self.when, JointConditions):
            return self.when.each
        return (self.when,) if self.when else ()
