"""A decision as a tree of verdicts (P8): each rule with what it asked and saw, where its clock stands, what it wants
and what became of that, and the moments at which time alone could change any of it. Pure data.

Made of the case again, by the functions that decided it, and only when somebody asks. What became of an effect is known
to the worker alone, and handed in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from rules.decide import Judgement, judgements
from rules.decision import Decision, Reason, Withheld
from rules.effects import AnyEffect, OpenTicket, WriteFile
from rules.facts import Case
from rules.policy import LookBackDo, OpenDo, Phase, Policy, Rule, Subject
from rules.refs import TicketRef
from rules.situation import Situation
from rules.verdicts.clock_verdicts import ClockVerdict, RungState, clock_of
from rules.verdicts.effect_words import effect_words, with_article
from rules.verdicts.foresight import Foreseen, Foresight
from rules.verdicts.trees import ConditionTree, tree_of
from rules.wakes import Wake, wakes_of


class Fate(StrEnum):
    """What became of something that is wanted."""

    #: It would be done now.
    NOW = "now"
    DONE = "done"
    #: A budget, the brake, working hours or the like keep it back.
    HELD = "held"
    #: It was tried, and is tried again.
    WAITS = "waits"
    #: A person let it go.
    LET_GO = "let go"
    #: More people would read it than may read its source (P14).
    WITHHELD = "withheld"
    #: Another case tends the ticket.
    ELSEWHERE = "elsewhere"
    #: Nobody has said what became of it.
    WANTED = "wanted"


@dataclass(frozen=True, slots=True)
class EffectFate:
    """`why` completes it; `at` is when it was done, `until` when it is asked again, `lift` what ends the waiting."""

    fate: Fate
    why: str = ""
    at: dt.datetime | None = None
    until: dt.datetime | None = None
    lift: str = ""


@dataclass(frozen=True, slots=True)
class EffectVerdict:
    """One effect that is wanted. `where` is the ticket, or the place in which it is opened."""

    key: str
    what: str
    where: str
    rule: str
    fate: EffectFate


@dataclass(frozen=True, slots=True)
class Asked:
    """One of a rule's conditions; `group` names the group of rules that asks it, and is empty for the rule's own."""

    group: str
    tree: ConditionTree


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """One rule on one ticket. `comes` says what its next moment brings, and is empty where nobody will see it;
    `foreseen` whom that asks, so far as anybody can tell."""

    rule: str
    name: str
    subject: Subject
    ticket: TicketRef
    is_met: bool
    asked: tuple[Asked, ...]
    clock: ClockVerdict | None
    effects: tuple[EffectVerdict, ...]
    next_at: dt.datetime | None = None
    comes: str = ""
    note: str = ""
    foreseen: Foreseen | None = None


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """All rules of the case's phase in the policy's order; `beyond` are effects that no rule wants, such as an owner
    who was named by command; `wakes` are in order of time. `absences` names those whose going away (true) or return
    is the next one that matters."""

    case: str
    phase: Phase
    rules: tuple[RuleVerdict, ...]
    beyond: tuple[EffectVerdict, ...]
    wakes: tuple[Wake, ...]
    absences: tuple[tuple[str, bool], ...] = ()


_UNTOLD = EffectFate(Fate.WANTED)
_ELSEWHERE = EffectFate(Fate.ELSEWHERE, "another case looks after that ticket")
WhyWithheld = Callable[[Withheld], str]


def case_verdict(
    policy: Policy,
    case: Case,
    now: dt.datetime,
    decision: Decision,
    fates: Mapping[str, EffectFate] = MappingProxyType({}),
    why_withheld: WhyWithheld = lambda _: "more people would read it than may read its source",
) -> CaseVerdict:
    """The tree of a decision. `fates` are by the effects' keys."""
    situation = Situation(policy, case, now)
    is_taken_up = bool(decision.reasons)
    judged = tuple(judgements(situation)) if is_taken_up else ()
    wanted = {effect.key for effect in decision.effects}
    told = {key: _ELSEWHERE for one in judged for key in _keys(one) - wanted} | dict(fates)
    by_rule = {key for one in judged for key in _keys(one)}
    return CaseVerdict(
        case=situation.id,
        phase=situation.phase,
        rules=tuple(_foreseen(situation, [_rule_verdict(situation, one, told, why_withheld) for one in judged])),
        beyond=tuple(_effect_verdict(one, told) for one in decision.effects if one.key not in by_rule),
        wakes=tuple(sorted(wakes_of(situation, decision.reasons), key=lambda wake: wake.at)),
        absences=situation.attendance.changes,
    )


def _foreseen(situation: Situation, rules: Sequence[RuleVerdict]) -> Iterator[RuleVerdict]:
    """Each with whom it asks next; the nearest moments are foreseen first."""
    foresight = Foresight(situation)
    ahead = sorted((rule.next_at, index) for index, rule in enumerate(rules) if rule.next_at and rule.comes)
    found = {index: foresight.of(rules[index].rule, rules[index].ticket, at) for at, index in ahead}
    return (replace(rule, foreseen=found.get(index)) for index, rule in enumerate(rules))


def _keys(judgement: Judgement) -> set[str]:
    return {effect.key for effect in judgement.effects}


def _rule_verdict(
    situation: Situation, judgement: Judgement, fates: Mapping[str, EffectFate], why_withheld: WhyWithheld
) -> RuleVerdict:
    rule, reason = judgement.rule, judgement.reason
    effects = [_effect_verdict(effect, fates) for effect in judgement.effects]
    if kept := reason.withheld:
        fate = EffectFate(Fate.WITHHELD, why_withheld(kept))
        effects.append(EffectVerdict("", f"open {with_article(kept.role)}", str(kept.place), rule.id, fate))
    clock = clock_of(situation, judgement)
    return RuleVerdict(
        rule=rule.id,
        name=rule.name,
        subject=rule.subject,
        ticket=judgement.ticket.ref,
        is_met=reason.is_met,
        asked=_asked(judgement),
        clock=clock,
        effects=tuple(effects),
        next_at=reason.next_at,
        comes=_comes(rule, reason, clock) if reason.next_at else "",
        note=reason.note,
    )


def _asked(judgement: Judgement) -> tuple[Asked, ...]:
    """Each of the rule's conditions, by the facts by which the rule was judged."""
    return tuple(Asked(one.group, tree_of(one, judgement.facts)) for one in judgement.rule.conditions)


def _comes(rule: Rule, reason: Reason, clock: ClockVerdict | None) -> str:
    """What the rule's next moment brings, and nothing where nobody sees it: an old command is no longer replied to
    then, or what keeps the rule silent is no matter of waiting."""
    key = reason.ticket.key
    if rule.subject is Subject.COMMENT:
        return ""
    if not reason.is_met:
        return f"{key}: what it asks is looked at again"
    if clock:
        upcoming = next((rung for rung in clock.rungs if rung.state is RungState.NEXT), None)
        is_rung = upcoming is not None and upcoming.at == reason.next_at
        return f"{upcoming.what} on {key}" if upcoming and is_rung else f"{key}: what it asks is looked at again"
    if reason.note and not any(isinstance(do, OpenDo) for do in rule.do):
        return ""
    if any(isinstance(do, LookBackDo) for do in rule.do):
        return f"{key}: a quiet look back: has it come back, does the change hold?"
    return f"{key}: {reason.name}"


def _effect_verdict(effect: AnyEffect, fates: Mapping[str, EffectFate]) -> EffectVerdict:
    where = effect.place if isinstance(effect, OpenTicket | WriteFile) else effect.ticket
    return EffectVerdict(effect.key, effect_words(effect), str(where), effect.rule, fates.get(effect.key, _UNTOLD))
