"""A plan as it is remembered: what it showed of each write, by the effect's key.

Of a private message nothing is kept but that there is one, as hashes that nobody can try out without the installation's
secret (P10). A secret that somebody wrote into a ticket is masked before anything is kept, as it is wherever a plan is
shown (P11).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from worker.logs import Mask
from worker.planned import PlannedCase, PlannedEffect
from worker.planning import WholePlan


@dataclass(frozen=True, slots=True)
class RememberedEffect:
    """One write. `ticket` is where, `failure` whose case it is; `text` may be a hash, which changes with the text."""

    key: str
    failure: str
    case_title: str
    what: str
    ticket: str
    title: str
    text: str
    rule: str
    why: str
    held: str

    def masked(self, mask: Mask) -> RememberedEffect:
        """The same without any secret; two of one write have one key all the same."""
        return RememberedEffect(**{one.name: mask.text(getattr(self, one.name)) for one in fields(self)})


@dataclass(frozen=True, slots=True)
class RememberedPlan:
    """`at` is ISO in UTC, `policy` the digest of the policy that was planned with. `troubled` are failures of which
    nothing could be planned: what becomes of theirs is not known."""

    at: str
    policy: str
    effects: tuple[RememberedEffect, ...]
    troubled: tuple[str, ...] = ()

    def masked(self, mask: Mask) -> RememberedPlan:
        """The plan as it may be kept and shown."""
        return replace(self, effects=tuple(one.masked(mask) for one in self.effects))

    @property
    def by_key(self) -> Mapping[str, RememberedEffect]:
        return {effect.key: effect for effect in self.effects}


def remembered(plan: WholePlan, at: str, policy: str, secret: str, mask: Mask) -> RememberedPlan:
    """What is kept of a plan."""
    effects = tuple(_effect(case, effect, secret) for case in plan.cases for effect in case.effects)
    troubled = tuple(case.failure for case in plan.cases if case.problem)
    return RememberedPlan(at, policy, effects, troubled).masked(mask)


def _effect(case: PlannedCase, effect: PlannedEffect, secret: str) -> RememberedEffect:
    def kept(text: str) -> str:
        return hashed(text, secret) if effect.is_private and text else text

    return RememberedEffect(
        key=effect.key,
        failure=case.failure,
        case_title=case.title,
        what=effect.what,
        ticket=effect.ticket,
        title=kept(effect.title),
        text=kept(effect.text),
        rule=effect.rule,
        why=effect.why,
        held=effect.held,
    )


def hashed(text: str, secret: str) -> str:
    """What is kept of a text that nobody may read: it changes with the text."""
    return "hash:" + hmac.new(secret.encode(), f"private plan\n{text}".encode(), hashlib.sha256).hexdigest()[:32]


def is_hash(text: str) -> bool:
    """Whether a text that was kept is one that nobody may read."""
    return text.startswith("hash:")
