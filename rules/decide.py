"""Deciding: what is to happen for one case, now. Pure: facts and time in, frozen data out (P2).

Everything desired is returned, whether done already or not; `worker.outstanding` takes away what is done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rules.clocks import Reading, read_ladder
from rules.compose import Occasion, compose
from rules.conditions import Verdict
from rules.decision import Decision, Reason
from rules.effects import AnyEffect, CloseTwin, RetractComment, Urgency
from rules.facts import ActionItem, Case, Ticket
from rules.keys import state_key
from rules.policy import Do, OpenDo, Phase, Policy, Rule, Subject
from rules.refs import TicketRef
from rules.situation import OpenItem, Situation

_NO_RULE = "exactly-once"
_TWICE = "something of ours turned up a second time"


@dataclass(frozen=True, slots=True)
class _Target:
    """One thing that a rule looks at."""

    ticket: Ticket
    subject: str
    facts: Mapping[str, Any]
    open_item: OpenItem | None = None

    @property
    def item(self) -> ActionItem | None:
        return self.open_item.item if self.open_item else None


def decide(policy: Policy, case: Case, now: dt.datetime) -> Decision:
    """What is desired for the case at `now`, why, and when that could change by time alone."""
    situation = Situation(policy, case, now)
    effects: list[AnyEffect] = list(_neutralise(situation))
    reasons: list[Reason] = []
    if case.is_known or _begins(situation):
        for rule in policy.rules:
            if rule.phase is situation.phase:
                for target in _targets(situation, rule.subject):
                    reason, wanted = _apply(situation, rule, target)
                    reasons.append(reason)
                    effects += wanted
    wakes = [reason.next_at for reason in reasons if reason.next_at and reason.next_at > now]
    # Once the case was let go nothing waits for the work to have rested.
    rests_until = situation.rests_until if situation.phase is Phase.ACTIVE else None
    wakes += [at for at in (rests_until, *_snooze_ends(situation)) if at and at > now]
    return Decision(situation.id, situation.phase, tuple(effects), tuple(reasons), min(wakes, default=None))


def _begins(situation: Situation) -> bool:
    """Whether a failure that nothing of ours stands on is ours to take up."""
    start_at = situation.policy.limits.start_at
    return situation.phase is Phase.ACTIVE and (start_at is None or situation.standing.began_at >= start_at)


def _apply(situation: Situation, rule: Rule, target: _Target) -> tuple[Reason, list[AnyEffect]]:
    verdict = rule.when.judge(target.facts) if rule.when else Verdict(True, "always")
    if not verdict.is_met:
        return _reason(rule, target, verdict), []
    if rule.ladder is None:
        return _apply_plain(situation, rule, target, verdict)
    timeline = situation.timeline(rule.ladder, target.ticket)
    if timeline is None:
        return _reason(rule, target, verdict, note="has no due date to count from"), []
    reading = read_ladder(rule.ladder, timeline, situation.policy.calendar, situation.now)
    effects: list[AnyEffect] = []
    if reading.stage:
        occasion = Occasion(rule, target.ticket, target.subject, reading, target.item)
        effects = _all(situation, occasion, reading.stage.rung.do)
    note = "nobody to ask" if reading.stage and not effects else ""
    return _reason(rule, target, verdict, reading=reading, note=note), effects


def _apply_plain(situation: Situation, rule: Rule, target: _Target, verdict: Verdict) -> tuple[Reason, list[AnyEffect]]:
    rests_at = _rests_at(situation, rule, target)
    if rests_at and rests_at > situation.now:
        return _reason(rule, target, verdict, next_at=rests_at, note="waits until its text has rested"), []
    occasion = Occasion(rule, target.ticket, target.subject, None, target.item)
    effects = _all(situation, occasion, rule.do)
    opens = any(isinstance(do, OpenDo) for do in rule.do)
    note = "more people would read it there than may read its source (P14): route it elsewhere" if opens else ""
    return _reason(rule, target, verdict, note="" if effects else note), effects


def _rests_at(situation: Situation, rule: Rule, target: _Target) -> dt.datetime | None:
    """When an action item's text has rested long enough: nobody wants a ticket for half a sentence."""
    settle = next((do.settle for do in rule.do if isinstance(do, OpenDo) and do.settle), None)
    if settle is None or target.open_item is None or target.open_item.is_command:
        return None
    return situation.policy.calendar.add(target.open_item.rested_since, settle)


def _all(situation: Situation, occasion: Occasion, dos: tuple[Do, ...]) -> list[AnyEffect]:
    return [effect for do in dos for effect in compose(situation, occasion, do)]


def _targets(situation: Situation, subject: Subject) -> Iterator[_Target]:
    case, common = situation.case, situation.common_facts
    if subject is Subject.FAILURE:
        yield _Target(case.failure, "failure", common)
    elif subject is Subject.POST_MORTEM and case.post_mortem:
        yield _Target(case.post_mortem, "post-mortem", common)
    elif subject is Subject.ACTION:
        for action in case.actions:
            yield _Target(action.ticket, f"action:{action.item_id}", situation.action_facts(action))
    elif subject is Subject.ACTION_ITEM:
        for one in situation.unopened:
            yield _Target(case.failure, f"item:{one.item.id}", situation.item_facts(one.item), one)


def _reason(
    rule: Rule,
    target: _Target,
    verdict: Verdict,
    *,
    reading: Reading | None = None,
    next_at: dt.datetime | None = None,
    note: str = "",
) -> Reason:
    return Reason(
        rule=rule.id,
        name=rule.name,
        ticket=target.ticket.ref,
        is_met=verdict.is_met,
        asked=verdict.asked,
        seen=verdict.seen,
        stage=reading.stage.name if reading and reading.stage else "",
        anchor=reading.anchor.id if reading else "",
        since=reading.anchor.at if reading else None,
        next_at=reading.next_at if reading else next_at,
        note=note,
    )


def _snooze_ends(situation: Situation) -> list[dt.datetime]:
    ends = (situation.snoozed_until(action.ticket) for action in situation.case.actions)
    return [end for end in ends if end]


def _neutralise(situation: Situation) -> Iterator[AnyEffect]:
    """What turned up twice is taken out of sight, whatever the policy says (P3)."""
    for twin in situation.case.twins:
        if twin.comment_id:
            yield RetractComment(
                key=state_key(twin.key, twin.comment_id, "twin"),
                case=situation.id,
                rule=_NO_RULE,
                why=_TWICE,
                urgency=Urgency(0),
                ticket=twin.ticket,
                comment_id=twin.comment_id,
            )
        else:
            original = TicketRef(twin.ticket.tracker, twin.keeps)
            yield CloseTwin(
                key=state_key(twin.key, str(twin.ticket), "twin"),
                case=situation.id,
                rule=_NO_RULE,
                why=_TWICE,
                urgency=Urgency(0),
                ticket=twin.ticket,
                original=original,
            )
