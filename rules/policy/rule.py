"""One rule of a policy, with its ladder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from rules.conditions import Condition
from rules.durations import Duration
from rules.joint_conditions import JointConditions
from rules.policy.doing import Do, LookBackDo, NotifyDo, OpenDo, SayDo
from rules.policy.terms import Anchor, Phase, Recipient, Reset, Subject
from rules.quiet_hours import QuietHours
from rules.review_terms import ReviewDo


@dataclass(frozen=True, slots=True)
class Rung:
    """One stage of a ladder: `at` counts from the anchor and may be negative. `name` is `at` as written."""

    name: str
    at: Duration
    do: tuple[Do, ...]

    @property
    def is_for_leadership_alone(self) -> bool:
        return all(isinstance(do, NotifyDo) and do.to == (Recipient.LEADERSHIP,) for do in self.do)


@dataclass(frozen=True)  # without slots: what every decision asks of it is worked out once
class Ladder:
    """The stages in order. An answer quiets it for `answer_quiets`, at most twice without progress. `resets` are the
    events that move it; where there are none, each stage is said once. The last stage is repeated each `repeat_last`:
    `repeat_times` at most, and no later than `repeat_for` after it, where these are given. `quiet_hours` are
    its own, for every severity; None: the policy's."""

    anchor: Anchor
    rungs: tuple[Rung, ...]
    answer_quiets: Duration
    repeat_last: Duration | None = None
    resets: frozenset[Reset] = frozenset(Reset)
    repeat_times: int | None = None
    repeat_for: Duration | None = None
    quiet_hours: QuietHours | None = None

    @cached_property
    def is_in_working_time(self) -> bool:
        return any(rung.at.is_business for rung in self.rungs)

    @cached_property
    def without_leadership(self) -> Ladder:
        """The ladder without the rungs that reach leadership alone."""
        kept = tuple(rung for rung in self.rungs if not rung.is_for_leadership_alone)
        return self if len(kept) == len(self.rungs) else replace(self, rungs=kept)


@dataclass(frozen=True)  # without slots, for the same reason
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

    @cached_property
    def openings(self) -> tuple[OpenDo, ...]:
        return tuple(do for do in self.do if isinstance(do, OpenDo))

    @cached_property
    def opens_after(self) -> Duration | None:
        """How long an action item rests before it gets a ticket."""
        return next((do.settle for do in self.openings if do.settle), None)

    @cached_property
    def speaks_after(self) -> Duration | None:
        """How long a ticket's text rests before something is said on it."""
        return next((do.settle for do in self.do if isinstance(do, SayDo) and do.settle), None)

    @cached_property
    def timed(self) -> tuple[LookBackDo | ReviewDo, ...]:
        """What comes to want something else by time alone."""
        return tuple(do for do in self.do if isinstance(do, LookBackDo | ReviewDo))
