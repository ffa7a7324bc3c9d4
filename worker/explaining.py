"""Why a case stands where it does, for a lead to read (P8): what it waits for, what comes next and when, and why
nothing is said meanwhile; and, for whoever wrote the policy, every rule's verdict.

The case is read and decided as a look would, and nothing is done.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.commands import KNOWN_COMMANDS
from rules.decision import Reason
from rules.facts import Case
from rules.policy import Do, LabelDo, LookBackDo, NotifyDo, OpenDo, Phase, Policy, Recipient, Rule, Rung, SayDo, Subject
from rules.reachable import reachable
from rules.refs import TicketRef
from rules.situation import Situation
from rules.texts import names_in_a_row
from rules.viewing import view_of
from worker.config import TrackerSettings
from worker.phrases import moment
from worker.plan import Plan
from worker.planned import PlannedCase, PlannedEffect, planned
from worker.program import Program
from worker.verdicts import RuleVerdict, anchor_words, sentence_of, stage_words, verdict_of
from worker.watched_places import begins_case, is_watched

_LINK = re.compile(r"\[((?:\\.|[^\]\\])+)\]\([^)\s]*\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that time alone will bring: `at` is ISO in UTC, `when` the same for people."""

    at: str
    when: str
    what: str


@dataclass(frozen=True, slots=True)
class Explained:
    """One case. `waits` and `quiet` are phrases, `coming` is in order of time; `sentences` are the rules' verdicts,
    one for each of `reasons`, and `verdicts` the same in parts. `next_look` is the ledger's, as `status` tells it: ISO,
    or empty where only news can matter, or where no look was ever taken. `override` is the policy's that
    holds for it, or empty."""

    case: PlannedCase
    waits: tuple[str, ...]
    coming: tuple[Moment, ...]
    quiet: tuple[str, ...]
    reasons: tuple[Reason, ...]
    sentences: tuple[str, ...]
    verdicts: tuple[RuleVerdict, ...]
    next_look: str
    override: str = ""


def explain(program: Program, ref: TicketRef) -> tuple[Explained, ...]:
    """Every case that the ticket belongs to; empty where it belongs to none and begins none.

    Raises connectors.errors, and KeyError for a tracker that is not configured.
    """
    roots = program.ledger.cases.roots_of(ref)
    if roots:
        plans = [program.reconciler.planner.plan(root) for root in roots]
        return tuple(_explained(program, plan) for plan in plans if plan)
    ticket = program.trackers[ref.tracker].fetch_ticket(ref)
    if known := program.ledger.cases.roots_of(ticket.ref):
        return tuple(_explained(program, plan) for root in known if (plan := program.reconciler.planner.plan(root)))
    if not begins_case(program.ledger, program.policy(), ticket):
        return ()
    return (_explained(program, program.reconciler.planner.plan_for(ticket)),)


def why_no_case(program: Program, ref: TicketRef) -> str:
    """In a sentence, why a ticket that belongs to no case is none. Asks no tracker."""
    policy = program.policy()
    if not is_watched(program.ledger, policy, ref):
        watched = names_in_a_row([str(place) for place in policy.routing.watched])
        return f"{ref} belongs to no case, and begins none: `watch:` names {watched} alone."
    return f"{ref} belongs to no case: it carries none of the labels {', '.join(policy.failure_labels)}."


def _explained(program: Program, plan: Plan) -> Explained:
    row = program.ledger.cases.get(plan.gathered.case.root)
    next_look, now, zone = row.wake_at if row else None, program.clock.now(), program.policy().calendar.zone
    for_its_turn = tuple(
        f"{program.write_budget.why(wait)}: what is left to write waits for its turn, until {moment(wait.until, zone)}"
        for wait in program.ledger.write_budgets.waits_of(plan.gathered.case.root, now)
    )
    return explained(program.policy(), plan, now, program.config.trackers, next_look, for_its_turn)


def explained(
    policy: Policy,
    plan: Plan,
    now: dt.datetime,
    trackers: Mapping[str, TrackerSettings],
    next_look: dt.datetime | None = None,
    for_its_turn: Sequence[str] = (),
) -> Explained:
    """A plan, explained; `for_its_turn` says for which trackers the case waits to write. Pure."""
    decision, case = plan.decision, plan.gathered.case
    policy = Situation(policy, case, now).policy
    shown = planned(plan, trackers)
    return Explained(
        case=shown,
        waits=waits_of(policy, case, now),
        coming=tuple(_coming(policy, decision.reasons, now)),
        quiet=_folded([*for_its_turn, *_quiet(policy, plan, shown), *_snoozed(policy, plan, now)]),
        reasons=decision.reasons,
        sentences=tuple(sentence_of(reason) for reason in decision.reasons),
        verdicts=tuple(verdict_of(reason, policy.calendar.zone) for reason in decision.reasons),
        next_look=next_look.isoformat() if next_look else "",
        override=decision.override,
    )


# --- for a lead -----------------------------------------------------------------------------------


def waits_of(policy: Policy, case: Case, now: dt.datetime) -> tuple[str, ...]:
    """What the case waits for, as its status comment says it, in plain words."""
    situation = Situation(policy, case, now)
    return (*map(plain, view_of(situation, case.failure).waiting), *_in_doubt(situation))


def _in_doubt(situation: Situation) -> Iterator[str]:
    """Commands that nobody could say of whether they may be obeyed."""
    for ref, given in situation.case.commands.items():
        waits = (one for one in given if one.rights is None and one.name in KNOWN_COMMANDS)
        names = dict.fromkeys(one.name for one in waits if one.at >= situation.standing.began_at)
        for name in names:
            yield f"whether the /{name} on {ref.key} may be obeyed: the tracker does not tell us who may command there"


def _coming(policy: Policy, reasons: Sequence[Reason], now: dt.datetime) -> Iterator[Moment]:
    """What each rule would say or do next, should nothing happen until then."""
    later = [(reason.next_at, reason) for reason in reasons if reason.next_at and reason.next_at > now]
    rules = {rule.id: rule for rule in policy.rules}
    for at, reason in sorted(later, key=lambda pair: pair[0]):
        rule = rules.get(reason.rule)
        if rule and _passes_unseen(rule, reason):
            continue
        when = moment(at, policy.calendar.zone)
        yield Moment(at.isoformat(), when, f"{_next_words(policy, rule, reason)} ({reason.rule})")


def _passes_unseen(rule: Rule, reason: Reason) -> bool:
    """Whether the rule's next moment brings nothing that anybody sees: an old command is no longer replied to then, or
    what keeps the rule silent is no matter of waiting."""
    is_opening = any(isinstance(do, OpenDo) for do in rule.do)
    return rule.subject is Subject.COMMENT or (rule.ladder is None and bool(reason.note) and not is_opening)


def _next_words(policy: Policy, rule: Rule | None, reason: Reason) -> str:
    if rule is None or rule.ladder is None or reason.since is None:
        is_back = rule is not None and any(isinstance(do, LookBackDo) for do in rule.do)
        back = "a quiet look back: has it come back, does the change hold?" if is_back else ""
        return f"{reason.ticket.key}: {back or reason.name}"
    rungs = reachable(rule.ladder, policy.people).rungs
    due = [rung for rung in rungs if rung.name == reason.next_stage.rpartition("#")[0]]
    return f"{rung_words(due[0] if due else rungs[-1])} on {reason.ticket.key}"


def rung_words(rung: Rung) -> str:
    """What a rung does, such as `owner and lead are asked`."""
    words = [found for do in rung.do if (found := _do_words(do))]
    return names_in_a_row(words) or "something is done"


def _do_words(do: Do) -> str:
    match do:
        case SayDo():
            asked = names_in_a_row([role.value for role in do.mention])
            verb = "are asked" if len(do.mention) > 1 else "is asked"
            if do.kind == "reminder":
                verb = verb.replace("asked", "reminded")
            return f"{asked} {verb}" if asked else f"something is said ({do.kind})"
        case LabelDo():
            return f"the label {do.label} is put on"
        case NotifyDo():
            is_up = do.to == (Recipient.LEADERSHIP,)
            return "leadership is told privately" if is_up else "a private message is sent"
        case _:
            return ""


def _quiet(policy: Policy, plan: Plan, shown: PlannedCase) -> Iterator[str]:
    """Why nothing is said beyond what is to be done now."""
    phase = plan.decision.phase
    if phase is Phase.PAUSED:
        yield "the failure label was taken off: all clocks stand still until it is put back"
    elif phase is Phase.CLOSED:
        yield "the lesson was told and the case let go"
    elif not plan.decision.reasons:
        start = policy.limits.start_at
        yield f"it was labelled before {start:%Y-%m-%d}, the start date" if start else "no rule looks at it"
    if plan.decision.lost_label:
        label = plan.decision.lost_label
        yield f"the label “{label}” is gone, and nobody took it off: the clocks go on, and `status` says what to do"
    yield from (_why_held(policy, effect) for effect in shown.effects if effect.held)
    speaking = {(effect.rule, effect.ticket) for effect in shown.effects}
    for reason in plan.decision.reasons:
        is_speaking = (reason.rule, str(reason.ticket)) in speaking
        if reason.is_met and not is_speaking and not reason.withheld and (reason.anchor or reason.note):
            yield _why_quiet(policy, reason)


def _folded(lines: Sequence[str]) -> tuple[str, ...]:
    """Each line once, with how often it stood there."""
    return tuple(line if times == 1 else f"{line} ({times} times)" for line, times in Counter(lines).items())


def _snoozed(policy: Policy, plan: Plan, now: dt.datetime) -> Iterator[str]:
    """The tickets on which somebody asked for time: their rules are silent by condition, so that no clock tells it."""
    if plan.decision.phase is not Phase.ACTIVE:
        return
    situation = Situation(policy, plan.gathered.case, now)
    for ticket in plan.gathered.case.tickets:
        snooze = situation.snooze(ticket) if ticket.is_open else None
        if snooze:
            yield f"{ticket.ref.key}: snoozed until {moment(snooze.until, policy.calendar.zone)} (/snooze)"


def _why_held(policy: Policy, effect: PlannedEffect) -> str:
    until = f", until {moment(dt.datetime.fromisoformat(effect.until), policy.calendar.zone)}" if effect.until else ""
    return f"{effect.what} on {effect.ticket} is held back: {effect.held}{until}"


def _why_quiet(policy: Policy, reason: Reason) -> str:
    if reason.note:
        return f"{reason.ticket.key}: {reason.note} ({reason.rule})"
    said = f"what was due {stage_words(reason.stage)} was said" if reason.stage else "nothing is due yet"
    if reason.since:
        zone = policy.calendar.zone
        said += f", counted from {anchor_words(reason, zone)}, {moment(reason.since, zone)}"
    return f"{reason.ticket.key}: {said} ({reason.rule})"


def plain(markdown: str) -> str:
    """A line of ours without its Markdown."""
    return _ESCAPE.sub(r"\1", _LINK.sub(r"\1", markdown).replace("`", ""))
