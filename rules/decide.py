"""Deciding: what is to happen for one case, now. Pure: facts and time in, frozen data out (P2).

Everything desired is returned, whether done already or not; `worker.outstanding` takes away what is done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from rules.action_facts import action_facts
from rules.adopted import farewells, spared
from rules.asking import NOBODY_TO_ASK, is_unheard
from rules.clocks import Reading, Timeline, read_ladder
from rules.compose import compose
from rules.conditions import Verdict
from rules.decision import Decision, Reason, Withheld
from rules.due_fields import due_fields
from rules.effects import AnyEffect, OpenTicket
from rules.facts import ActionItem, Case, Ticket
from rules.graver import counted_since_graver
from rules.keys import event_key
from rules.lazy_facts import with_others
from rules.looking_back import next_look_at
from rules.lost_labels import lost_label
from rules.mended import amendments
from rules.mortem_text import written_at
from rules.occasion import Occasion
from rules.open_items import OpenItem
from rules.opening_places import withheld
from rules.own_fields import unfit_among
from rules.owners_given import handed_over
from rules.policy import AssignDo, Do, Ladder, LookBackDo, NotifyDo, OpenDo, Phase, Policy, Rule, Subject
from rules.reachable import NOBODY, reachable
from rules.replies import Reply, replies_wanted
from rules.resumed import resumptions
from rules.review_letters import next_review_at
from rules.review_terms import ReviewDo
from rules.situation import Situation
from rules.turning import next_turn
from rules.twins import neutralised
from rules.wakes import wakes_of

_ALWAYS = Verdict(True, "always")


class _Target(NamedTuple):
    """One thing that a rule looks at."""

    ticket: Ticket
    subject: str
    facts: Mapping[str, Any]
    open_item: OpenItem | None = None
    reply: Reply | None = None

    @property
    def item(self) -> ActionItem | None:
        return self.open_item.item if self.open_item else None


def decide(policy: Policy, case: Case, now: dt.datetime) -> Decision:
    """What is desired for the case at `now`, why, and when that could change by time alone."""
    situation = Situation(policy, case, now)
    effects: list[AnyEffect] = list(neutralised(situation))
    reasons: list[Reason] = []
    if case.is_known or _begins(situation):
        effects += (*handed_over(situation), *due_fields(situation))
        for judgement in judgements(situation):
            reasons.append(judgement.reason)
            effects += judgement.effects
        effects = spared(case, effects)
        is_active = situation.phase is Phase.ACTIVE
        effects += (*amendments(situation, effects), *farewells(case, situation.id)) if is_active else ()
        effects += resumptions(situation, effects)
    wake_at = min((wake.at for wake in wakes_of(situation, reasons)), default=None)
    lost = lost_label(case.failure, policy.failure_labels)
    under = situation.policy.override
    return Decision(situation.id, situation.phase, tuple(effects), tuple(reasons), wake_at, lost, under)


class Judgement(NamedTuple):
    """What one rule says of one thing that it looks at: `subject` is the thing's part in the case, `facts` are those
    that the rule could ask about. Made at each decision, so that it is no more than a tuple."""

    rule: Rule
    ticket: Ticket
    subject: str
    facts: Mapping[str, Any]
    reason: Reason
    effects: list[AnyEffect]


def judgements(situation: Situation) -> Iterator[Judgement]:
    """Every rule of the case's phase on everything that it looks at, in the policy's order. Explaining goes this way
    too, so that it cannot tell of another decision than was taken."""
    targets: dict[Subject, tuple[_Target, ...]] = {}  # every rule about a subject looks at the same
    for rule in situation.policy.rules:
        if rule.phase is situation.phase:
            if rule.subject not in targets:
                targets[rule.subject] = tuple(_targets(situation, rule.subject))
            for target in targets[rule.subject]:
                reason, wanted = _apply(situation, rule, target)
                reason = _as_asked(situation, rule, target, reason)
                yield Judgement(rule, target.ticket, target.subject, target.facts, reason, wanted)


def _begins(situation: Situation) -> bool:
    """Whether a failure that nothing of ours stands on is ours to take up."""
    start_at = situation.policy.limits.start_at
    return situation.phase is Phase.ACTIVE and (start_at is None or situation.standing.began_at >= start_at)


def _apply(situation: Situation, rule: Rule, target: _Target) -> tuple[Reason, list[AnyEffect]]:
    verdict = rule.when.judge(target.facts) if rule.when else _ALWAYS
    if not verdict.is_met:
        return _reason(rule, target, verdict), []
    if rule.ladder is None:
        return _apply_plain(situation, rule, target, verdict)
    timeline = timeline_of(situation, rule, rule.ladder, target.ticket, target.subject, target.facts)
    if timeline is None:
        return _reason(rule, target, verdict, note="has no due date to count from"), []
    ladder = reachable(rule.ladder, situation.policy.people)
    calendar = situation.attendance.calendar_for(target.ticket)
    reading = read_ladder(ladder, timeline, calendar, situation.now)
    effects: list[AnyEffect] = []
    if reading.stage:
        occasion = Occasion(rule, target.ticket, target.subject, reading, target.item)
        effects = _all(situation, occasion, reading.stage.rung.do)
    is_unheard_of = reading.stage and not effects and is_unheard(situation, target.ticket, reading.stage.rung.do)
    note = NOBODY_TO_ASK if is_unheard_of else ""
    if ladder is not rule.ladder:
        whole = read_ladder(rule.ladder, timeline, calendar, situation.now)
        note = NOBODY if whole.stage and whole.stage.rung not in ladder.rungs else note
    return _reason(rule, target, verdict, reading=reading, note=note), effects


def timeline_of(
    situation: Situation, rule: Rule, ladder: Ladder, ticket: Ticket, subject: str, facts: Mapping[str, Any]
) -> Timeline | None:
    """What the rule's ladder counts from on the ticket; None where there is no such event."""
    timeline = situation.timeline(ladder, ticket, partial(rung_key, situation, rule, subject))
    return counted_since_graver(situation, rule, facts, timeline) if timeline else None


def rung_key(situation: Situation, rule: Rule, subject: str, anchor: str, stage: str) -> str:
    """The key of what a rung of the rule says about the subject."""
    return event_key(situation.id, subject, rule.id, stage, anchor)


def _as_asked(situation: Situation, rule: Rule, target: _Target, reason: Reason) -> Reason:
    """The reason with what its condition adds to it: when it turns, and which of the tracker's own fields hold nothing
    that fits."""
    fields, case = situation.policy.fields, situation.case
    if fields and rule.when and not reason.note:
        tickets = {"failure": case.failure, "post_mortem": case.post_mortem, "action": target.ticket}
        reason = replace(reason, note=unfit_among(rule.when.facts, fields, tickets))
    turn = next_turn(situation, rule, target.facts, target.ticket)
    if turn is None:
        return reason
    if not turn.is_known:
        return replace(reason, asked_again_at=turn.at)
    is_first = reason.next_at is None or turn.at < reason.next_at
    return replace(reason, next_at=turn.at, next_stage="") if is_first else reason


def _apply_plain(situation: Situation, rule: Rule, target: _Target, verdict: Verdict) -> tuple[Reason, list[AnyEffect]]:
    rests_at = _rests_at(situation, rule, target)
    if rests_at and rests_at > situation.now:
        return _reason(rule, target, verdict, next_at=rests_at, note="waits until its text has rested"), []
    occasion = Occasion(rule, target.ticket, target.subject, None, target.item, target.reply)
    effects = _all(situation, occasion, rule.do)
    kept = _kept_back(situation, rule, target, effects) if rule.openings else None
    note = "" if effects else _silence(rule)
    return _reason(rule, target, verdict, next_at=_next_at(situation, occasion), note=note, kept=kept), effects


def _kept_back(situation: Situation, rule: Rule, target: _Target, effects: list[AnyEffect]) -> Withheld | None:
    """What the rule would have opened, were it not for those who would read it."""
    if len(rule.openings) == sum(isinstance(one, OpenTicket) for one in effects):
        return None
    openings = (withheld(situation, do, target.item) for do in rule.openings)
    return next((one for one in openings if one), None)


def _next_at(situation: Situation, occasion: Occasion) -> dt.datetime | None:
    """When a rule that is met could come to want something else by time alone."""
    if occasion.reply:
        return occasion.reply.until
    if not occasion.rule.timed:
        return None
    moments = [
        next_look_at(situation) if isinstance(do, LookBackDo) else next_review_at(situation, occasion, do)
        for do in occasion.rule.timed
    ]
    return min((moment for moment in moments if moment), default=None)


def _silence(rule: Rule) -> str:
    """Why a rule that is met does nothing, where its facts do not say it."""
    if any(isinstance(do, OpenDo) for do in rule.do):
        return "more people would read it there than may read its source (P14): route it elsewhere"
    if any(isinstance(do, AssignDo) for do in rule.do):
        return "nobody who is meant has an account there, or they have left"
    if any(isinstance(do, NotifyDo) for do in rule.do):
        return "nobody who is meant has a private channel"
    if any(isinstance(do, ReviewDo) for do in rule.do):
        return "nobody who took part has a private channel, or its time has passed"
    return ""


def _rests_at(situation: Situation, rule: Rule, target: _Target) -> dt.datetime | None:
    """When an action item's or a post-mortem's text has rested long enough: nobody wants a ticket for half a sentence,
    nor a word on it."""
    if rule.speaks_after:
        return situation.policy.calendar.add(written_at(target.ticket), rule.speaks_after)
    if target.open_item is None or target.open_item.is_command or rule.opens_after is None:
        return None
    return situation.policy.calendar.add(target.open_item.rested_since, rule.opens_after)


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
            yield _Target(action.ticket, f"action:{action.item_id}", action_facts(situation, action))
    elif subject is Subject.ACTION_ITEM:
        for one in situation.unopened:
            yield _Target(case.failure, f"item:{one.item.id}", situation.item_facts(one.item), one)
    elif subject is Subject.COMMENT:
        for reply in replies_wanted(situation):
            yield _Target(reply.ticket, reply.subject, with_others(common, reply.facts), reply=reply)


def _reason(
    rule: Rule,
    target: _Target,
    verdict: Verdict,
    *,
    reading: Reading | None = None,
    next_at: dt.datetime | None = None,
    note: str = "",
    kept: Withheld | None = None,
) -> Reason:
    asked = (rule.id, rule.name, target.ticket.ref, verdict.is_met, verdict.asked, verdict.seen)
    if reading is None:
        return Reason(*asked, next_at=next_at, note=note, withheld=kept)
    return Reason(
        *asked,
        stage=reading.stage.name if reading.stage else "",
        anchor=reading.anchor.id,
        since=reading.anchor.at,
        event_at=reading.anchor.event_at,
        next_at=reading.next_at,
        note=note,
        withheld=kept,
        next_stage=reading.next_stage,
    )
