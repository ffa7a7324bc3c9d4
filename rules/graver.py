"""Since when a failure is grave enough for a rule.

A failure that is a sev3 for two days and then a sev1 was not left without a first word "for four hours" as a sev1: what
is asked of a graver failure counts from the moment that it became one. One that became less grave counts as before.
The anchor keeps its name, so that nothing is said twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from rules.clocks import Timeline
from rules.facts import ChangeKind
from rules.lazy_facts import with_others
from rules.policy import Anchor, Rule
from rules.situation import Situation

_SEVERITY = "failure.severity"


def counted_since_graver(situation: Situation, rule: Rule, facts: Mapping[str, Any], timeline: Timeline) -> Timeline:
    """The rule's timeline: where it counts from the label, no earlier than the severity for which it speaks."""
    since = _graver_since(situation, rule, facts) if rule.ladder and rule.ladder.anchor is Anchor.LABELLED else None
    if since is None or since <= timeline.base.at:
        return timeline
    return replace(timeline, base=replace(timeline.base, at=since))


def _graver_since(situation: Situation, rule: Rule, facts: Mapping[str, Any]) -> dt.datetime | None:
    """When the failure was made graver so that the rule, which is met now, came to be met; None where it was before."""
    severity = situation.severity
    for at, before in _severities_before(situation):
        if before < severity:
            return None
        if before > severity and rule.when and not rule.when.judge(with_others(facts, {_SEVERITY: before})).is_met:
            return at
        severity = before
    return None


def _severities_before(situation: Situation) -> Iterator[tuple[dt.datetime, int]]:
    """Backwards: each moment since the beginning at which a label of severity or the priority changed, and the
    severity before it."""
    failure, severities = situation.case.failure, situation.policy.severities
    levels = {label.casefold(): level for label, level in severities.labels.items()}
    on = {label.casefold() for label in failure.labels} & levels.keys()
    priority = failure.priority
    for change in reversed(failure.changes):
        if change.at <= situation.standing.began_at:
            return
        if change.kind is ChangeKind.LABELLED and change.new.casefold() in on:
            on.discard(change.new.casefold())
        elif change.kind is ChangeKind.UNLABELLED and change.old.casefold() in levels:
            on.add(change.old.casefold())
        elif change.kind is ChangeKind.PRIORITY:
            priority = change.old
        else:
            continue
        yield change.at, min((levels[label] for label in on), default=severities.without_label(priority))
