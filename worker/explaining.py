"""Why a case stands where it does: every rule's verdict as a sentence (P8).

The case is read and decided as a look would, and nothing is done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rules.decision import Reason
from rules.refs import TicketRef
from worker.planning import PlannedCase, planned
from worker.program import Program
from worker.reconcile import Plan


@dataclass(frozen=True, slots=True)
class Explained:
    """One case: each rule's sentence, what would be done now, and the next look (ISO or empty)."""

    case: PlannedCase
    reasons: tuple[Reason, ...]
    sentences: tuple[str, ...]
    next_look: str


def explain(program: Program, ref: TicketRef) -> tuple[Explained, ...]:
    """Every case that the ticket belongs to; empty where it belongs to none and is no failure.

    Raises connectors.errors, and KeyError for a tracker that is not configured.
    """
    roots = program.ledger.cases.roots_of(ref)
    if roots:
        plans = [program.reconciler.plan(root) for root in roots]
        return tuple(_explained(program, plan) for plan in plans if plan)
    ticket = program.trackers[ref.tracker].fetch_ticket(ref)
    if known := program.ledger.cases.roots_of(ticket.ref):
        return tuple(_explained(program, plan) for root in known if (plan := program.reconciler.plan(root)))
    if not set(program.policy().failure_labels) & set(ticket.labels):
        return ()
    return (_explained(program, program.reconciler.plan_for(ticket)),)


def sentence_of(reason: Reason) -> str:
    """A rule's verdict in one sentence: which rule, what it asked, what it saw, where its clock stands, what next."""
    parts = [f"{reason.rule} on {reason.ticket} {'speaks' if reason.is_met else 'is silent'}: {reason.name}."]
    if reason.asked and reason.asked != "always":
        parts.append(f"It asks: {reason.asked}.")
    if reason.seen:
        parts.append(f"It saw {_seen(reason.seen)}.")
    if reason.since:
        parts.append(f"Its clock counts from {_moment(reason.since)} ({reason.anchor}).")
    if reason.stage:
        parts.append(f"It is at the rung {reason.stage}.")
    if reason.note:
        parts.append(f"Note: {reason.note}.")
    if reason.next_at:
        parts.append(f"It could say something else on {_moment(reason.next_at)}.")
    return " ".join(parts)


def _explained(program: Program, plan: Plan) -> Explained:
    wake_at = plan.decision.wake_at
    reasons = plan.decision.reasons
    return Explained(
        planned(plan, program.config.trackers),
        reasons,
        tuple(map(sentence_of, reasons)),
        wake_at.isoformat() if wake_at else "",
    )


def _seen(seen: Sequence[tuple[str, Any]]) -> str:
    return ", ".join(f"{name} = {_value(value)}" for name, value in seen)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value)


def _moment(at: dt.datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")
