"""One case's plan as it is shown: each write as it would stand, why, and what it costs in requests. Pure.

A link that no reading of the tickets shows is told apart where the ledger cannot say either whether it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rules.effects import (
    AddLabel,
    AnyEffect,
    Assign,
    CloseTwin,
    Keep,
    LinkTickets,
    Notify,
    OpenTicket,
    RetractComment,
    Say,
)
from rules.policy import Phase
from worker.config import TrackerSettings
from worker.reconcile import Plan

_MENTION = re.compile(r"\[([^\]\n]*)\]\(mention:([^)\s]+)\)")
_SUB_ISSUE = "sub-issue"


@dataclass(frozen=True, slots=True)
class PlannedEffect:
    """One write. `text` is the body as it would stand, or empty; `reads` and `writes` are requests to `tracker`.

    `held` says why it would wait, empty where it would be done now; `until` when to ask again, ISO or empty.
    `is_new` is False for what adds nothing for the brake to count.
    """

    what: str
    ticket: str
    title: str
    text: str
    rule: str
    why: str
    tracker: str
    reads: int
    writes: int
    is_new: bool = False
    held: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class PlannedCase:
    """One failure. `problem` says why nothing could be planned for it; `is_left_alone`, that it is older than the
    start date."""

    failure: str
    title: str
    phase: str
    effects: tuple[PlannedEffect, ...]
    problem: str = ""
    is_left_alone: bool = False


def planned(plan: Plan, trackers: Mapping[str, TrackerSettings], *, is_stand_in: bool = False) -> PlannedCase:
    """One case's plan as it is shown. `is_stand_in`: the ledger was filled from the trackers just now, so that it does
    not know of links that no ticket shows."""
    failure = plan.gathered.case.failure
    effects = [_planned_effect(effect, trackers, is_stand_in) for effect in plan.admission.admitted]
    effects += [
        _planned_effect(held.effect, trackers, is_stand_in, held.why, held.until.isoformat() if held.until else "")
        for held in plan.admission.held
    ]
    decision = plan.decision
    return PlannedCase(
        failure=str(failure.ref),
        title=failure.title,
        phase=decision.phase.value,
        effects=tuple(effect for effect in effects if effect),
        is_left_alone=decision.phase is Phase.ACTIVE and not (decision.reasons or decision.effects),
    )


def _planned_effect(
    effect: AnyEffect, trackers: Mapping[str, TrackerSettings], is_stand_in: bool, held: str = "", until: str = ""
) -> PlannedEffect | None:
    """None for what takes no request: on GitHub, links other than to sub-issues stand in texts alone."""
    where = effect.place if isinstance(effect, OpenTicket) else effect.ticket
    is_github = trackers[where.tracker].kind == "github"
    if is_github and isinstance(effect, LinkTickets) and effect.relation != _SUB_ISSUE:
        return None
    what, title, text = _shown(effect)
    why = effect.why
    if is_stand_in and isinstance(effect, LinkTickets) and effect.target.tracker != where.tracker:
        what = f"make sure of the {what}"
        why = f"{why}; whether it stands cannot be seen from here, and where it does this changes nothing"
    reads, writes = _cost(effect)
    return PlannedEffect(
        what=what,
        ticket=str(where),
        title=title,
        text=as_it_would_stand(text, by_login=is_github),
        rule=effect.rule,
        why=why,
        tracker=where.tracker,
        reads=reads,
        writes=writes,
        is_new=isinstance(effect, OpenTicket | Say | Keep),
        held=held,
        until=until,
    )


def _shown(effect: AnyEffect) -> tuple[str, str, str]:
    """What is done, in words; a title; a body."""
    match effect:
        case OpenTicket():
            return f"open {_a(effect.role)}", effect.title, effect.body
        case Say():
            return f"comment ({effect.text})", "", effect.body
        case Keep():
            return f"keep the {effect.slot} comment", "", effect.body
        case AddLabel():
            return f'add the label "{effect.label}"', "", ""
        case Assign():
            return f"assign {effect.account}", "", ""
        case LinkTickets():
            return f"link to {effect.target} ({effect.relation})", effect.title, ""
        case RetractComment():
            return "take a doubled comment of ours out of sight", "", ""
        case CloseTwin():
            return f"close our doubled ticket, a duplicate of {effect.original}", "", ""
        case Notify():
            return f"write to one person privately ({effect.text})", effect.title, effect.body


def _cost(effect: AnyEffect) -> tuple[int, int]:
    """Reads and writes that the effect takes when all goes well; a tracker may want one more for a new label."""
    match effect:
        case OpenTicket():
            return 1, 1
        case CloseTwin():
            return 0, 2
        case Notify():
            return 0, 0
        case _:
            return 0, 1


def as_it_would_stand(body: str, *, by_login: bool) -> str:
    """A body with its mentions as a reader sees them: GitHub shows the login, Jira the name."""
    return _MENTION.sub(lambda found: f"@{found[2] if by_login else found[1] or found[2]}", body)


def _a(role: str) -> str:
    return f"an {role}" if role[:1] in "aeiou" else f"a {role}"
