"""A plan as it is remembered: what it showed of each write, by the effect's key.

Of a private message nothing is kept but that there is one, as hashes that nobody can try out without the installation's
secret (P10).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class RememberedPlan:
    """`at` is ISO in UTC, `policy` the digest of the policy that was planned with. `troubled` are failures of which
    nothing could be planned: what becomes of theirs is not known."""

    at: str
    policy: str
    effects: tuple[RememberedEffect, ...]
    troubled: tuple[str, ...] = ()

    @property
    def by_key(self) -> Mapping[str, RememberedEffect]:
        return {effect.key: effect for effect in self.effects}


def remembered(plan: WholePlan, at: str, policy: str, secret: str) -> RememberedPlan:
    """What is kept of a plan."""
    effects = tuple(_effect(case, effect, secret) for case in plan.cases for effect in case.effects)
    return RememberedPlan(at, policy, effects, tuple(case.failure for case in plan.cases if case.problem))


def _effect(case: PlannedCase, effect: PlannedEffect, secret: str) -> RememberedEffect:
    def kept(text: str) -> str:
        return _hashed(text, secret) if effect.is_private and text else text

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


def _hashed(text: str, secret: str) -> str:
    return "hash:" + hmac.new(secret.encode(), f"private plan\n{text}".encode(), hashlib.sha256).hexdigest()[:32]


def is_hash(text: str) -> bool:
    """Whether a text that was kept is one that nobody may read."""
    return text.startswith("hash:")
