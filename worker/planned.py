"""One case's plan as it is shown: each write as it would stand, why, and what it costs in requests. Pure.

A link that no reading of the tickets shows is told apart where the ledger cannot say either whether it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rules.decision import Reason, Withheld
from rules.effects import (
    Amend,
    AnyEffect,
    CloseTwin,
    Keep,
    LinkTickets,
    Notify,
    OpenTicket,
    Say,
    WriteFile,
)
from rules.policy import Phase
from rules.verdicts.effect_words import effect_words, with_article
from worker.config import Opening, TrackerSettings
from worker.plan import Plan
from worker.withheld import why_withheld

_MENTION = re.compile(r"\[([^\]\n]*)\]\(mention:([^)\s]+)\)")
_SUB_ISSUE = "sub-issue"


@dataclass(frozen=True, slots=True)
class PlannedEffect:
    """One write. `text` is the body as it would stand, or empty; `reads` and `writes` are requests to `tracker`.

    `held` says why it would wait, empty where it would be done now; `until` when to ask again, ISO or empty.
    `is_new` is False for what adds nothing for the brake to count. `key` is the effect's, by which another plan has it
    too; `is_private` says that it is for one person alone.
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
    key: str = ""
    is_private: bool = False


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


def planned(
    plan: Plan,
    trackers: Mapping[str, TrackerSettings],
    *,
    is_stand_in: bool = False,
    refused: Mapping[str, str] = MappingProxyType({}),
    openings: Mapping[str, Opening] = MappingProxyType({}),
) -> PlannedCase:
    """One case's plan as it is shown. `is_stand_in`: the ledger was filled from the trackers just now, so that it does
    not know of links that no ticket shows. `refused` says, by an effect's key, why it would not be done after all;
    `openings` what new tickets get, by their role."""
    failure = plan.gathered.case.failure
    effects = [
        _planned_effect(effect, trackers, openings, is_stand_in, refused.get(effect.key, ""))
        for effect in plan.admission.admitted
    ]
    for held in plan.admission.held:
        until = held.until.isoformat() if held.until else ""
        effects.append(_planned_effect(held.effect, trackers, openings, is_stand_in, held.why, until))
    effects += [_withheld_effect(reason, reason.withheld) for reason in plan.decision.reasons if reason.withheld]
    decision = plan.decision
    return PlannedCase(
        failure=str(failure.ref),
        title=failure.title,
        phase=decision.phase.value,
        effects=tuple(effect for effect in effects if effect),
        is_left_alone=decision.phase is Phase.ACTIVE and not (decision.reasons or decision.effects),
    )


def _planned_effect(
    effect: AnyEffect,
    trackers: Mapping[str, TrackerSettings],
    openings: Mapping[str, Opening],
    is_stand_in: bool,
    held: str = "",
    until: str = "",
) -> PlannedEffect | None:
    """None for what takes no request: on GitHub, links other than to sub-issues stand in texts alone."""
    where = effect.place if isinstance(effect, OpenTicket | WriteFile) else effect.ticket
    is_github = trackers[where.tracker].kind == "github"
    if is_github and isinstance(effect, LinkTickets) and effect.relation != _SUB_ISSUE:
        return None
    what, title, text = _shown(effect)
    why = effect.why
    if isinstance(effect, OpenTicket) and effect.role in openings:
        what += openings[effect.role].in_words(effect.urgency.severity, dict(effect.above))
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
        key=effect.key,
        is_private=isinstance(effect, Notify),
    )


def _withheld_effect(reason: Reason, one: Withheld) -> PlannedEffect:
    """A ticket that waits for a place that no more people can read than its source."""
    return PlannedEffect(
        what=f"open {with_article(one.role)}",
        ticket=str(one.place),
        title=one.title,
        text="",
        rule=reason.rule,
        why=reason.name,
        tracker=one.place.tracker,
        reads=0,
        writes=0,
        held=why_withheld(one),
        key=f"withheld:{reason.rule}:{one.role}:{one.source}:{one.title}",
    )


def _shown(effect: AnyEffect) -> tuple[str, str, str]:
    """What is done, in words; a title; a body."""
    what = effect_words(effect)
    match effect:
        case OpenTicket() | Notify():
            return what, effect.title, effect.body
        case Say() | Keep() | Amend() | WriteFile():
            return what, "", effect.body
        case LinkTickets():
            return what, effect.title, ""
        case _:
            return what, "", ""


def _cost(effect: AnyEffect) -> tuple[int, int]:
    """Reads and writes that the effect takes when all goes well; a tracker may want one more for a new label."""
    match effect:
        case OpenTicket():
            return 1, 1
        case CloseTwin():
            return 0, 2
        case Notify():
            return 0, 0
        case WriteFile():
            return 2, 1
        case _:
            return 0, 1


def as_it_would_stand(body: str, *, by_login: bool) -> str:
    """A body with its mentions as a reader sees them: GitHub shows the login, Jira the name."""
    return _MENTION.sub(lambda found: f"@{found[2] if by_login else found[1] or found[2]}", body)
