"""Why a case stands where it does, for a lead to read (P8): what it waits for, what comes next and when, and why
nothing is said meanwhile; and, for whoever wrote the policy, every rule's verdict.

The case is read and decided as a look would, and nothing is done.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.decision import Reason
from rules.facts import Case
from rules.labels import has_label
from rules.policy import Do, LabelDo, NotifyDo, Phase, Policy, Rung, SayDo
from rules.refs import TicketRef
from rules.situation import Situation
from rules.texts import names_in_a_row
from rules.viewing import view_of
from worker.config import TrackerSettings
from worker.phrases import moment, ordinal
from worker.planned import PlannedCase, planned
from worker.program import Program
from worker.reconcile import Plan

#: What a ladder counts from, by the word that its anchor's id begins with.
_ANCHORS = {
    "labelled": "the failure label",
    "opened": "the opening of the ticket",
    "due": "the due date",
    "progress": "the last progress",
    "answer": "the last answer",
    "snooze": "the end of the snooze",
}
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
    one for each of `reasons`; `next_look` is ISO or empty."""

    case: PlannedCase
    waits: tuple[str, ...]
    coming: tuple[Moment, ...]
    quiet: tuple[str, ...]
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
    if not has_label(ticket.labels, *program.policy().failure_labels):
        return ()
    return (_explained(program, program.reconciler.plan_for(ticket)),)


def _explained(program: Program, plan: Plan) -> Explained:
    return explained(program.policy(), plan, program.clock.now(), program.config.trackers)


def explained(policy: Policy, plan: Plan, now: dt.datetime, trackers: Mapping[str, TrackerSettings]) -> Explained:
    """A plan, explained. Pure."""
    decision, case = plan.decision, plan.gathered.case
    wake_at = decision.wake_at
    shown = planned(plan, trackers)
    return Explained(
        case=shown,
        waits=waits_of(policy, case, now),
        coming=tuple(_coming(policy, decision.reasons, now)),
        quiet=tuple(_quiet(policy, plan, shown)),
        reasons=decision.reasons,
        sentences=tuple(sentence_of(reason) for reason in decision.reasons),
        next_look=wake_at.isoformat() if wake_at else "",
    )


# --- for a lead -----------------------------------------------------------------------------------


def waits_of(policy: Policy, case: Case, now: dt.datetime) -> tuple[str, ...]:
    """What the case waits for, as its status comment says it, in plain words."""
    return tuple(map(plain, view_of(Situation(policy, case, now), case.failure).waiting))


def _coming(policy: Policy, reasons: Sequence[Reason], now: dt.datetime) -> Iterator[Moment]:
    """What each rule would say or do next, should nothing happen until then."""
    later = [(reason.next_at, reason) for reason in reasons if reason.next_at and reason.next_at > now]
    for at, reason in sorted(later, key=lambda pair: pair[0]):
        when = moment(at, policy.calendar.zone)
        yield Moment(at.isoformat(), when, f"{_next_words(policy, reason, at)} ({reason.rule})")


def _next_words(policy: Policy, reason: Reason, at: dt.datetime) -> str:
    rule = next((rule for rule in policy.rules if rule.id == reason.rule), None)
    if rule is None or rule.ladder is None or reason.since is None:
        return f"{reason.ticket.key}: {reason.note or 'decided again'}"
    rungs = rule.ladder.rungs
    due = [rung for rung in rungs if policy.calendar.add(reason.since, rung.at) == at]
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
            return "a private message is sent"
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
    held = [f"{effect.what} on {effect.ticket} is held back: {effect.held}" for effect in shown.effects if effect.held]
    yield from held
    speaking = {(effect.rule, effect.ticket) for effect in shown.effects}
    for reason in plan.decision.reasons:
        is_speaking = (reason.rule, str(reason.ticket)) in speaking
        if reason.is_met and not is_speaking and (reason.anchor or reason.note):
            yield _why_quiet(policy, reason)


def _why_quiet(policy: Policy, reason: Reason) -> str:
    if reason.note:
        return f"{reason.ticket.key}: {reason.note} ({reason.rule})"
    said = f"what was due {_stage_words(reason.stage)} was said" if reason.stage else "nothing is due yet"
    if reason.since:
        said += f", counted from {_anchor_words(reason.anchor)} ({moment(reason.since, policy.calendar.zone)})"
    return f"{reason.ticket.key}: {said} ({reason.rule})"


# --- rule by rule ---------------------------------------------------------------------------------


def sentence_of(reason: Reason) -> str:
    """A rule's verdict: which rule, what it asked, what it saw, where its clock stands, what next."""
    parts = [f"{reason.rule} on {reason.ticket} {'speaks' if reason.is_met else 'is silent'}: {reason.name}."]
    if reason.asked and reason.asked != "always":
        parts.append(f"It asks: {reason.asked}.")
    if reason.seen:
        parts.append(f"It saw {_seen(reason.seen)}.")
    if reason.since:
        parts.append(f"Its clock counts from {_anchor_words(reason.anchor)}, {moment(reason.since)}.")
    if reason.stage:
        parts.append(f"It stands at what is due {_stage_words(reason.stage)}.")
    if reason.note:
        parts.append(f"Note: {reason.note}.")
    if reason.next_at:
        parts.append(f"It could say something else on {moment(reason.next_at)}.")
    return " ".join(parts)


def plain(markdown: str) -> str:
    """A line of ours without its Markdown."""
    return _ESCAPE.sub(r"\1", _LINK.sub(r"\1", markdown).replace("`", ""))


def _stage_words(stage: str) -> str:
    """`0 seconds#0` as `at once`, `-2 business days#0` as `2 business days before`, `7 business days#2` as
    `after 7 business days, for the 3rd time`."""
    span, _, occurrence = stage.rpartition("#")
    repeated = f", for the {ordinal(int(occurrence) + 1)} time" if occurrence not in ("", "0") else ""
    if span.startswith("0 "):
        words = "on the day" if "day" in span else "at once"
    else:
        words = f"{span.removeprefix('-')} before" if span.startswith("-") else f"after {span}"
    return words + repeated


def _anchor_words(anchor: str) -> str:
    return _ANCHORS.get(anchor.partition(":")[0], anchor)


def _seen(seen: Sequence[tuple[str, Any]]) -> str:
    return ", ".join(f"{name} = {_value(value)}" for name, value in seen)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value) or "nothing"
