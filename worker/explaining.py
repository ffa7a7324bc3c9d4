"""Why a case stands where it does, for a lead to read (P8): what it waits for, what comes next and when, and why
nothing is said meanwhile; and, for whoever wrote the policy, every rule's tree of verdicts.

The case is read and decided as a look would, and nothing is done. Its sentences come from `rules.verdicts.sentences`
and `rules.waiting`, wherever they are shown.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.command_views import snooze_view
from rules.commands import KNOWN_COMMANDS
from rules.facts import Case, ChangeKind
from rules.labels import has_label
from rules.policy import Phase, Policy
from rules.refs import TicketRef
from rules.situation import Situation
from rules.texts import names_in_a_row
from rules.verdicts.case_verdicts import CaseVerdict, Fate, RuleVerdict, case_verdict
from rules.verdicts.clock_verdicts import RungState
from rules.verdicts.foresight import standstill_words
from rules.verdicts.next_words import coming_words, next_look_words
from rules.verdicts.rung_words import stage_words
from rules.verdicts.sentences import Line, because, event_words, fate_words, rule_lines
from rules.viewing import view_of
from worker.config import TrackerSettings
from worker.fates import fates_of, moments_of
from worker.phrases import moment
from worker.plan import Plan
from worker.planned import PlannedCase, PlannedEffect, planned
from worker.program import Program
from worker.watched_places import begins_case, is_watched
from worker.withheld import why_withheld

_LINK = re.compile(r"\[((?:\\.|[^\]\\])+)\]\([^)\s]*\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that time alone will bring: `at` is ISO in UTC, `when` the same for people."""

    at: str
    when: str
    what: str


@dataclass(frozen=True, slots=True)
class RuleTold:
    """One rule on one ticket, line by line; `why` says in as few statements as decide it why it does not speak."""

    rule: str
    name: str
    ticket: str
    speaks: bool
    why: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """One case. `waits` and `quiet` are phrases, `coming` is in order of time; `rules` tells the `tree` of verdicts in
    sentences. `next_look` is the ledger's, as `status` tells it: ISO, or empty where only news can matter, or where no
    look was ever taken; `next_why` is when the case is looked at next and what for: then, and after a look now.
    `override` is the policy's that holds for it, or empty."""

    case: PlannedCase
    waits: tuple[str, ...]
    coming: tuple[Moment, ...]
    quiet: tuple[str, ...]
    next_look: str
    next_why: str
    rules: tuple[RuleTold, ...]
    tree: CaseVerdict
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
    case = plan.gathered.case
    policy = Situation(policy, case, now).policy
    zone = policy.calendar.zone
    shown = planned(plan, trackers)
    tree = case_verdict(policy, case, now, plan.decision, fates_of(plan), why_withheld)
    return Explained(
        case=shown,
        waits=() if shown.is_left_alone else waits_of(policy, case, now),
        coming=tuple(_coming(tree, zone)),
        quiet=_folded([*for_its_turn, *_quiet(policy, plan, shown, tree, now), *_snoozed(policy, plan, now)]),
        next_look=next_look.isoformat() if next_look else "",
        next_why=next_look_words(tree, zone, moments_of(plan), next_look),
        rules=tuple(_told(rule, zone) for rule in tree.rules),
        tree=tree,
        override=plan.decision.override,
    )


def _told(rule: RuleVerdict, zone: dt.tzinfo) -> RuleTold:
    why = "" if rule.is_met else because(rule)
    return RuleTold(rule.rule, rule.name, str(rule.ticket), rule.is_met, why, rule_lines(rule, zone))


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


def _coming(tree: CaseVerdict, zone: dt.tzinfo) -> Iterator[Moment]:
    """What each rule would say or do next, should nothing happen until then, so far as anybody sees it."""
    ahead = {wake.at for wake in tree.wakes}
    upcoming = [(at, rule) for rule in tree.rules if (at := rule.next_at) and at in ahead and rule.comes]
    moments = [(rule.foreseen.at if rule.foreseen else at, rule) for at, rule in upcoming]
    for at, rule in sorted(moments, key=lambda pair: pair[0]):
        yield Moment(at.isoformat(), moment(at, zone), f"{coming_words(rule, zone)} ({rule.rule})")


def _quiet(policy: Policy, plan: Plan, shown: PlannedCase, tree: CaseVerdict, now: dt.datetime) -> Iterator[str]:
    """Why nothing is said beyond what is to be done now."""
    yield from _resting(policy, plan, now)
    if plan.decision.lost_label:
        label = plan.decision.lost_label
        yield f"the label “{label}” is gone, and nobody took it off: the clocks go on, and `status` says what to do"
    yield from _held(policy, tree, [effect for effect in shown.effects if effect.held])
    yield from dict.fromkeys(line for one in tree.rules if one.foreseen for line in standstill_words(one.foreseen))
    for rule in tree.rules:
        fates = {effect.fate.fate for effect in rule.effects}
        for effect in rule.effects:
            if effect.fate.fate in (Fate.WAITS, Fate.LET_GO):
                yield f"{effect.what} on {effect.where}: {fate_words(effect, policy.calendar.zone)}"
        if rule.is_met and (rule.clock or rule.note) and not fates & {Fate.NOW, Fate.HELD, Fate.WAITS, Fate.WITHHELD}:
            yield _why_quiet(rule, policy.calendar.zone)


def _why_paused(policy: Policy, plan: Plan) -> str:
    """The label was taken off; or another policy knows failures by another one."""
    failure, known = plan.gathered.case.failure, policy.failure_labels
    taken_off = any(one.kind is ChangeKind.UNLABELLED and has_label(known, one.old) for one in failure.changes)
    if taken_off:
        return "the failure label was taken off: all clocks stand still until it is put back"
    labels = " or ".join(f"“{label}”" for label in known)
    return f"it does not carry {labels}, by which this policy knows a failure: all clocks stand still until it does"


def _resting(policy: Policy, plan: Plan, now: dt.datetime) -> Iterator[str]:
    """Why no rule that asks anything looks at the case at all."""
    match plan.decision.phase:
        case Phase.PAUSED:
            yield _why_paused(policy, plan)
        case Phase.CLOSED:
            yield "the lesson was told and the case let go"
        case Phase.CANCELLED:
            command = Situation(policy, plan.gathered.case, now).standing.cancelled
            on = f" on {moment(command.at, policy.calendar.zone)}" if command else ""
            yield (
                f"it was called off (/cancel{on}): all clocks stand still until the failure label is taken off and put "
                f"back, or that comment is deleted"
            )
        case _ if not plan.decision.reasons:
            start = policy.limits.start_at
            again = "it is left alone until the label is put on anew"
            yield (
                f"it was labelled before {start:%Y-%m-%d}, the start date: {again}" if start else "no rule looks at it"
            )


def _folded(lines: Sequence[str]) -> tuple[str, ...]:
    """Each line once, with how often it stood there."""
    return tuple(line if times == 1 else f"{line} ({times} times)" for line, times in Counter(lines).items())


def _snoozed(policy: Policy, plan: Plan, now: dt.datetime) -> Iterator[str]:
    """The tickets on which somebody asked for time: their rules are silent by condition, so that no clock tells it."""
    if plan.decision.phase is not Phase.ACTIVE:
        return
    situation = Situation(policy, plan.gathered.case, now)
    for ticket in plan.gathered.case.tickets:
        snooze, view = situation.snooze(ticket), snooze_view(situation, ticket)
        if snooze and view and ticket.is_open:
            by = f" by {view.by}" if view.by else ""
            reason = f": {view.reason}" if view.reason else ""
            yield (
                f"{ticket.ref.key}: snoozed until {moment(snooze.until, policy.calendar.zone)}{by}{reason}; deleting "
                f"the comment with the /snooze ends it"
            )


def _held(policy: Policy, tree: CaseVerdict, held: Sequence[PlannedEffect]) -> Iterator[str]:
    """What is held back, together where it is for the same reason, and what a person can do about it."""
    lifts = {one.fate.why: one.fate.lift for rule in tree.rules for one in rule.effects}
    for why, until in dict.fromkeys((one.held, one.until) for one in held):
        whats = [f"{one.what} on {one.ticket}" for one in held if (one.held, one.until) == (why, until)]
        different = list(dict.fromkeys(whats))
        lasting = f", until {moment(dt.datetime.fromisoformat(until), policy.calendar.zone)}" if until else ""
        lift = f"; {found}" if (found := lifts.get(why, "")) else ""
        verb = "are" if len(different) > 1 else "is"
        line = f"{names_in_a_row(different)} {verb} held back: {why}{lasting}{lift}"
        yield from [line] if len(different) > 1 else [line] * len(whats)


def _why_quiet(rule: RuleVerdict, zone: dt.tzinfo) -> str:
    key = rule.ticket.key
    if rule.note or rule.clock is None:
        return f"{key}: {rule.note} ({rule.rule})"
    stands = next((rung for rung in rule.clock.rungs if rung.state is RungState.STANDS), None)
    said = f"what was due {stage_words(stands.stage)} was said" if stands else "nothing is due yet"
    counted = f"counted from {event_words(rule.clock, zone)}, {moment(rule.clock.since, zone)}"
    return f"{key}: {said}, {counted} ({rule.rule})"


def plain(markdown: str) -> str:
    """A line of ours without its Markdown."""
    return _ESCAPE.sub(r"\1", _LINK.sub(r"\1", markdown).replace("`", ""))
