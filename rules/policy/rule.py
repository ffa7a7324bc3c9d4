"""One rule of a policy, with its ladder."""

from __future__ import annotations

from dataclasses import dataclass

from rules.conditions import Condition
from rules.durations import Duration
from rules.policy.doing import Do
from rules.policy.terms import Anchor, Phase, Subject


@dataclass(frozen=True, slots=True)
class Rung:
    """One stage of a ladder: `at` counts from the anchor and may be negative. `name` is `at` as written."""

    name: str
    at: Duration
    do: tuple[Do, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The stages in order. An answer quiets it for `answer_quiets`, at most twice without progress. With `once` nothing
    moves it, no answer, progress or snooze, so that each stage is said once."""

    anchor: Anchor
    rungs: tuple[Rung, ...]
    answer_quiets: Duration
    repeat_last: Duration | None = None
    once: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence of a policy. `name` completes "… when …"; `when` is None for always."""

    id: str
    name: str
    step: str
    subject: Subject
    when: Condition | None = None
    phase: Phase = Phase.ACTIVE
    do: tuple[Do, ...] = ()
    ladder: Ladder | None = None
