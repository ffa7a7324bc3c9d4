"""A tree of verdicts in sentences: the one source for the command line and the web. Pure.

A sentence is about what people know: tickets, days, who did what. How it is indented, marked or coloured is for whoever
shows it to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from rules.texts import names_in_a_row
from rules.verdicts.anchor_events import EVENT_WORDS, AnchorEvent, EventKind
from rules.verdicts.case_verdicts import Asked, EffectVerdict, Fate, RuleVerdict
from rules.verdicts.clock_verdicts import ClockVerdict, RungState, RungVerdict
from rules.verdicts.expressions import Join
from rules.verdicts.foresight import foreseen_words
from rules.verdicts.leaf_words import leaf_words
from rules.verdicts.moments import brief, day, day_named, moment
from rules.verdicts.rung_words import stage_words
from rules.verdicts.spans import span_words
from rules.verdicts.trees import ConditionTree, deciding

#: So many of the leaves that decide are named in one sentence.
_DECIDERS_TOLD_MAX = 4


class Mark(StrEnum):
    """What a line says of itself."""

    YES = "yes"
    NO = "no"
    #: It is now, or next.
    NOW = "now"
    WAITS = "waits"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a tree that is shown; `depth` begins at 0."""

    depth: int
    mark: Mark
    text: str


# --- rules ----------------------------------------------------------------------------------------


def rule_lines(verdict: RuleVerdict, zone: dt.tzinfo = dt.UTC) -> tuple[Line, ...]:
    """A rule's tree, line by line."""
    return tuple(_rule_lines(verdict, zone))


def _rule_lines(verdict: RuleVerdict, zone: dt.tzinfo) -> Iterator[Line]:
    mark = Mark.YES if verdict.is_met else Mark.NO
    yield Line(0, mark, f"{verdict.rule} on {verdict.ticket.key}: {verdict.name}")
    for asked in verdict.asked:
        yield from _asked_lines(asked)
    if not verdict.asked:
        yield Line(1, Mark.PLAIN, "it asks nothing")
    if verdict.clock:
        yield from _clock_lines(verdict.clock, zone)
    for effect in verdict.effects:
        on = "" if effect.where == str(verdict.ticket) else f" on {effect.where}"
        yield Line(1, _FATES[effect.fate.fate], f"{effect.what}{on}: {fate_words(effect, zone)}")
    if verdict.note:
        yield Line(1, Mark.PLAIN, verdict.note)
    if verdict.foreseen and verdict.next_at:
        yield Line(1, Mark.WAITS, f"next it asks {foreseen_words(verdict.foreseen, zone)}")
    if verdict.next_at and not verdict.clock:
        yield Line(1, Mark.WAITS, f"it could say something else on {moment(verdict.next_at, zone)}")


def _asked_lines(asked: Asked) -> Iterator[Line]:
    if not asked.group:
        yield from condition_lines(asked.tree, 1)
        return
    mark = Mark.YES if asked.tree.is_met else Mark.NO
    yield Line(1, mark, f"its group asks, “{asked.group}”")
    for part in asked.tree.parts if asked.tree.join is Join.ALL else (asked.tree,):
        yield from condition_lines(part, 2)


def condition_lines(tree: ConditionTree, depth: int = 0, *, is_wanted: bool = True) -> Iterator[Line]:
    """A condition's parts, each as the statement that holds. What stands behind a `!` is told the other way round, so
    that a mark always says whether it helps."""
    if tree.join is Join.NOT:
        yield from condition_lines(tree.parts[0], depth, is_wanted=not is_wanted)
        return
    mark = Mark.YES if tree.is_met is is_wanted and not tree.error else Mark.NO
    match tree.join:
        case Join.LEAF:
            yield Line(depth, mark, leaf_words(tree, is_wanted=is_wanted))
        case Join.CHOICE:
            test, then, otherwise = tree.parts
            told = names_in_a_row([leaf_words(one.leaf, is_wanted=one.is_wanted) for one in deciding(test)])
            yield Line(depth, mark, f"what is asked depends: {told}, so")
            yield from condition_lines(then if test.is_met else otherwise, depth + 1, is_wanted=is_wanted)
        case _:
            is_all = (tree.join is Join.ALL) is is_wanted
            yield Line(depth, mark, "all of these are asked" if is_all else "one of these is enough")
            for part in tree.parts:
                yield from condition_lines(part, depth + 1, is_wanted=is_wanted)


def because(verdict: RuleVerdict) -> str:
    """Why the rule speaks or does not, in as few statements as decide it."""
    failing = [asked for asked in verdict.asked if not asked.tree.is_met]
    told = [
        leaf_words(one.leaf, is_wanted=one.is_wanted)
        for asked in failing or verdict.asked
        for one in deciding(asked.tree)
    ]
    unique = list(dict.fromkeys(told))
    left = len(unique) - _DECIDERS_TOLD_MAX
    shown = [*unique[:_DECIDERS_TOLD_MAX], *([f"{left} more"] if left > 0 else [])]
    return "; ".join(shown)


def silent_words(verdict: RuleVerdict) -> str:
    """One sentence on a rule that does not speak."""
    return f"{verdict.rule} on {verdict.ticket.key} is silent: {because(verdict)}"


# --- clocks ---------------------------------------------------------------------------------------

#: The same where it counts from some time after the event.
_QUIET = {
    EventKind.ANSWER: "the end of the quiet after the last answer",
    EventKind.PROGRESS: "the end of the quiet after the last progress",
}


def event_words(clock: ClockVerdict, zone: dt.tzinfo = dt.UTC) -> str:
    """What a clock counts from, without who did it: `the due date`, `the end of the quiet after the last answer (Mon 2
    Mar)`."""
    event = clock.event
    is_later = event.at is not None and event.at < clock.since
    words = _QUIET.get(event.kind, EVENT_WORDS[event.kind]) if is_later else EVENT_WORDS[event.kind]
    is_dated = is_later and event.at and (event.kind in _QUIET or event.kind is EventKind.UNDATED)
    return f"{words} ({day(event.at, zone)})" if is_dated and event.at else words


def _clock_lines(clock: ClockVerdict, zone: dt.tzinfo) -> Iterator[Line]:
    yield Line(1, Mark.PLAIN, f"it counts from {event_words(clock, zone)}{_set_by(clock.event, zone)}")
    if clock.base:
        yield Line(
            2, Mark.PLAIN, f"no longer from {EVENT_WORDS[clock.base.kind]}{_set_by(clock.base, zone)}: that is earlier"
        )
    if clock.is_first_sight:
        yield Line(2, Mark.PLAIN, "moved to when Aftermath first saw the ticket: rungs had passed by then")
    if clock.stopped:
        yield Line(2, Mark.PLAIN, f"moved along by {span_words(clock.stopped)}, in which the clocks stood still")
    if clock.since != clock.event.at:
        yield Line(2, Mark.PLAIN, f"so from {moment(clock.since, zone)}")
    for rung in clock.rungs:
        yield _rung_line(rung, zone, clock.since)


#: What is done with what a clock counts from.
_VERBS = {EventKind.LABELLED: " put on", EventKind.DUE: " set", EventKind.SNOOZE: " asked for"}


def _set_by(event: AnchorEvent, zone: dt.tzinfo) -> str:
    """Who set it, how and when, as far as that is known."""
    on = f" on {moment(event.at, zone)}" if event.at else ""
    by = f" by {event.by}" if event.by else ""
    named = f", {day_named(event.day)}" if event.day else ""
    if event.what.startswith(("when", "by")):
        return f"{named}, set {event.what}{on}"
    if event.what and event.kind in (EventKind.PROGRESS, EventKind.UNDATED):
        return f": {event.what}{by}{on}"
    how = f" ({event.what})" if event.what else ""
    verb = _VERBS.get(event.kind, "")
    return f"{named},{verb}{by}{how}{on}" if by or on else named


_RUNGS = {
    RungState.STANDS: Mark.NOW,
    RungState.SAID: Mark.YES,
    RungState.NEXT: Mark.WAITS,
    RungState.LATER: Mark.WAITS,
}


def _rung_line(rung: RungVerdict, zone: dt.tzinfo, since: dt.datetime) -> Line:
    at = brief(rung.at, zone, since) if rung.at else ""
    said = f"said on {brief(rung.said_at, zone, since)}" if rung.said_at else ""
    told = {
        RungState.STANDS: f"stands now, {said or f'since {at}'}",
        RungState.SAID: said,
        RungState.PASSED: f"was due on {at} and passed over, since a higher one was due or nobody was there to ask",
        RungState.LEFT_OUT: "left out, since it belongs to a date that was set",
        RungState.UNREACHABLE: "left out, since nobody of leadership has a private channel",
        RungState.NEXT: f"next, on {at}",
        RungState.LATER: f"on {at}",
    }
    return Line(2, _RUNGS.get(rung.state, Mark.PLAIN), f"{stage_words(rung.stage)}, {rung.what}: {told[rung.state]}")


# --- effects --------------------------------------------------------------------------------------

_FATES = {
    Fate.NOW: Mark.NOW,
    Fate.DONE: Mark.YES,
    Fate.HELD: Mark.WAITS,
    Fate.WAITS: Mark.WAITS,
    Fate.LET_GO: Mark.PLAIN,
    Fate.WITHHELD: Mark.NO,
    Fate.ELSEWHERE: Mark.PLAIN,
    Fate.WANTED: Mark.PLAIN,
}
_FATE_WORDS = {
    Fate.NOW: "to be done now",
    Fate.DONE: "done",
    Fate.HELD: "held back",
    Fate.WAITS: "it did not work yet",
    Fate.LET_GO: "let go",
    Fate.WITHHELD: "not done",
    Fate.ELSEWHERE: "left alone",
    Fate.WANTED: "wanted",
}


def fate_words(effect: EffectVerdict, zone: dt.tzinfo = dt.UTC) -> str:
    """What became of an effect, until when, and what a person can do about it."""
    fate = effect.fate
    if fate.fate is Fate.WAITS:
        again = f"; it is tried again on {moment(fate.until, zone)}" if fate.until else ""
        return f"it did not work yet: {fate.why}{again}"
    at = f" on {moment(fate.at, zone)}" if fate.at else ""
    why = f": {fate.why}" if fate.why else ""
    until = f", until {moment(fate.until, zone)}" if fate.until else ""
    lift = f"; {fate.lift}" if fate.lift else ""
    return f"{_FATE_WORDS[fate.fate]}{at}{why}{until}{lift}"
