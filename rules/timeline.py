"""A failure's history in lines, for the first draft of its post-mortem.

Only what people did about the failure, in the order in which it happened: who was told, who took it on, when it
ended. What led to it is for the people who were there to write. Every line is text of the failure's own ticket and
is shown only where everybody could read that before (P14); templates escape it like any text of a ticket (P11).
"""

from __future__ import annotations

import datetime as dt
from textwrap import shorten

from rules.facts import ActorKind, Change, ChangeKind, Ticket
from rules.first_word import TOLD_AS
from rules.labels import has_label
from rules.policy import Policy
from rules.roles import person_of
from rules.situation import Situation

LINES_MAX = 40
#: The first word is quoted up to so many characters: the whole stands on the failure.
_WORD_CHARACTERS_MAX = 160


def timeline_of(situation: Situation) -> tuple[str, ...]:
    """Lines such as `2026-09-08 09:12 UTC – reported by Ben Okri`, oldest first, at most 40. Times are UTC."""
    failure = situation.case.failure
    told = [(change.at, words) for change in failure.changes if (words := _words(situation.policy, failure, change))]
    if not any(change.kind is ChangeKind.OPENED for change in failure.changes):
        # Before whatever happened in the same moment: it was opened with its labels and its owner.
        told.insert(0, (failure.created_at, _reported(situation.policy, failure)))
    told += _first_word(situation)
    told.sort(key=lambda one: one[0])
    return tuple(f"{at:%Y-%m-%d %H:%M} UTC – {words}" for at, words in told[:LINES_MAX])


def _words(policy: Policy, failure: Ticket, change: Change) -> str:
    """What a change tells a reader of the post-mortem, or nothing."""
    match change.kind:
        case ChangeKind.OPENED:
            return _reported(policy, failure)
        case ChangeKind.LABELLED if _matters(policy, change.new):
            return f"labelled “{change.new}”"
        case ChangeKind.UNLABELLED if _matters(policy, change.old):
            return f"the label “{change.old}” was taken off"
        case ChangeKind.ASSIGNED:
            return f"{_name(policy, failure, change.new)} was named as owner"
        case ChangeKind.CLOSED:
            return "closed"
        case ChangeKind.REOPENED:
            return "reopened"
        case _:
            return ""


def _matters(policy: Policy, label: str) -> bool:
    """Whether a label says that this is a failure, and how grave; all others are somebody's bookkeeping."""
    return has_label((*policy.failure_labels, *policy.experiment_labels, *policy.severities.labels), label)


def _reported(policy: Policy, failure: Ticket) -> str:
    if failure.reporter.kind is not ActorKind.PERSON:
        return "reported by a machine"
    return f"reported by {person_of(policy.people, failure.ref.tracker, failure.reporter).name}"


def _name(policy: Policy, failure: Ticket, account: str) -> str:
    assigned = next((actor for actor in failure.assignees if actor.account == account), None)
    if assigned:
        return person_of(policy.people, failure.ref.tracker, assigned).name
    return policy.people.by_account(failure.ref.tracker, account).name


def _first_word(situation: Situation) -> list[tuple[dt.datetime, str]]:
    """When the first acknowledgement was given, by whom, and what it said."""
    failure = situation.case.failure
    given = situation.first_word
    if given is None:
        return []
    who = person_of(situation.policy.people, failure.ref.tracker, given.author).name
    said = shorten(given.text, _WORD_CHARACTERS_MAX, placeholder=" …")
    return [(given.at, f"{TOLD_AS} {who}: “{said}”" if said else f"{TOLD_AS} {who}")]
