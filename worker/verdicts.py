"""Each rule's verdict on a case, for whoever wrote the policy (P8): which rule, what it asked, what it saw, where its
clock stands, what next. As one sentence, and in parts that a screen can show below each other. Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rules.decision import Reason
from worker.phrases import moment, ordinal

#: What a ladder counts from, by the word that its anchor's id begins with.
_ANCHORS = {
    "labelled": "the failure label",
    "opened": "the opening of the ticket",
    "due": "the due date",
    "progress": "the last progress",
    "answer": "the last answer",
    "snooze": "the end of the snooze",
}
#: The same where it counts from some time after the event, whose day is told.
_LATER = {
    "answer": "the end of the quiet after the last answer",
    "progress": "the end of the quiet after the last progress",
    "undated": "the time given after the last progress, as there is no due date",
}


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What one rule says of one ticket. `parts` are pairs of a word and what belongs to it: `rule` and its name, then
    `asks`, `saw`, `clock`, `note` and `next`, each where there is any."""

    rule: str
    ticket: str
    speaks: bool
    parts: tuple[tuple[str, str], ...]


def verdict_of(reason: Reason, zone: dt.tzinfo = dt.UTC) -> RuleVerdict:
    """Moments are told in the zone in which the policy counts its hours."""
    clock = []
    if reason.since:
        clock.append(f"from {anchor_words(reason, zone)}, {moment(reason.since, zone)}")
    if reason.stage:
        clock.append(f"stands at what is due {stage_words(reason.stage)}")
    parts = (
        ("rule", reason.name),
        ("asks", reason.asked if reason.asked != "always" else ""),
        ("saw", _seen(reason.seen)),
        ("clock", "; ".join(clock)),
        ("note", reason.note),
        ("next", moment(reason.next_at, zone) if reason.next_at else ""),
    )
    return RuleVerdict(
        reason.rule, str(reason.ticket), reason.is_met, tuple((word, told) for word, told in parts if told)
    )


def sentence_of(reason: Reason) -> str:
    """The same as a sentence or several, in UTC."""
    parts = [f"{reason.rule} on {reason.ticket} {'speaks' if reason.is_met else 'is silent'}: {reason.name}."]
    if reason.asked and reason.asked != "always":
        parts.append(f"It asks: {reason.asked}.")
    if reason.seen:
        parts.append(f"It saw {_seen(reason.seen)}.")
    if reason.since:
        parts.append(f"Its clock counts from {anchor_words(reason)}, {moment(reason.since)}.")
    if reason.stage:
        parts.append(f"It stands at what is due {stage_words(reason.stage)}.")
    if reason.note:
        parts.append(f"Note: {reason.note}.")
    if reason.next_at:
        parts.append(f"It could say something else on {moment(reason.next_at)}.")
    return " ".join(parts)


def stage_words(stage: str) -> str:
    """`0 seconds#0` as `at once`, `-2 business days#0` as `2 business days before`, `7 business days#2` as
    `after 7 business days, for the 3rd time`."""
    span, _, occurrence = stage.rpartition("#")
    repeated = f", for the {ordinal(int(occurrence) + 1)} time" if occurrence not in ("", "0") else ""
    if span.startswith("0 "):
        words = "on the day" if "day" in span else "at once"
    else:
        words = f"{span.removeprefix('-')} before" if span.startswith("-") else f"after {span}"
    return words + repeated


def anchor_words(reason: Reason, zone: dt.tzinfo = dt.UTC) -> str:
    """What a rule's clock counts from: `due:…` as `the due date`."""
    word = reason.anchor.partition(":")[0]
    if reason.event_at and word in _LATER:
        day = reason.event_at.astimezone(zone)
        return f"{_LATER[word]} ({day:%a} {day.day} {day:%b})"
    return _ANCHORS.get(word, reason.anchor)


def _seen(seen: Sequence[tuple[str, Any]]) -> str:
    return ", ".join(f"{name} = {_value(value)}" for name, value in seen)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value) or "nothing"
