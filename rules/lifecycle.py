"""Which generation of a case this is, and whether it runs, rests or is over: folded from history alone.

A generation ends with its lesson comment. The failure's label put on again, or the failure reopened,
after that comment begins the next one. Nothing here needs the database, so losing it changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from rules.facts import ActorKind, Case, Change, ChangeKind, Command, Ticket
from rules.keys import case_id, case_root, split_case_id, state_key
from rules.labels import has_label
from rules.lost_labels import by_former_names, labels_on
from rules.policy import Phase


@dataclass(frozen=True, slots=True)
class Standing:
    """`labelled` is the change that put the failure label on for this generation, None when it was born with it."""

    case: str
    generation: int
    phase: Phase
    labelled: Change | None
    began_at: dt.datetime
    cancelled: Command | None = None


def root_of(failure: Ticket) -> str:
    """The case's root: from our status comment where there is one (ids change at a transfer), else from the id."""
    return _root_told(failure) or case_root(failure.ref.tracker, failure.uid)


def is_ours_already(failure: Ticket) -> bool:
    """Whether our status comment on a ticket says that it is the failure of a case."""
    return bool(_root_told(failure))


def _root_told(failure: Ticket) -> str:
    for comment in failure.comments:
        marker = comment.marker
        if marker and marker.kind == "status" and marker.key == state_key(marker.case, "failure", "status"):
            return split_case_id(marker.case)[0]
    return ""


def standing_of(case: Case, failure_labels: tuple[str, ...], start_at: dt.datetime | None = None) -> Standing:
    """Generation and phase of a case as of its facts. `start_at` is the policy's: failures from before are left alone,
    so that of one that came back since only what was said since its return counts."""
    failure = case.failure
    is_labelled = bool(labels_on(failure, failure_labels))
    closed = max(case.closings, key=lambda closing: closing.generation, default=None)
    generation = 1
    since: dt.datetime | None = None
    if closed is not None:
        since, generation = closed.at, closed.generation
        if not _returns(failure, failure_labels, since):
            return Standing(case_id(case.root, generation), generation, Phase.CLOSED, None, since)
        generation += 1
    labelled = _labelling(failure, failure_labels, since)
    began_at = _began_at(failure, labelled, since)
    if since is None:
        began_at = max(began_at, _taken_up_at(case, failure_labels, start_at) or began_at)
    phase = Phase.ACTIVE if is_labelled else Phase.PAUSED
    cancelled = _cancelled(case, failure_labels, began_at)
    if cancelled:
        phase = Phase.CANCELLED
    return Standing(case_id(case.root, generation), generation, phase, labelled, began_at, cancelled)


def commands_since(case: Case, standing: Standing) -> dt.datetime:
    """From when on commands count: the generation's beginning. Of one that was let go that is not known any more, so
    it is the end of the generation before: what commands ended while it ran stays ended."""
    if standing.phase is not Phase.CLOSED:
        return standing.began_at
    before = (closing.at for closing in case.closings if closing.generation < standing.generation)
    return max(before, default=case.failure.created_at)


def labelled_at(case: Case, standing: Standing, labels: tuple[str, ...]) -> dt.datetime:
    """Since when the failure is one this time: since the label was put on, or it came back; since it was opened where
    it was born with the label. Of a case that was let go, as it was while it ran."""
    if standing.labelled:
        return standing.labelled.at
    before = max((one.at for one in case.closings if one.generation < standing.generation), default=None)
    labelled = _labelling(case.failure, labels, before) if standing.phase is Phase.CLOSED else None
    return labelled.at if labelled else case.failure.created_at


def _cancelled(case: Case, labels: tuple[str, ...], since: dt.datetime) -> Command | None:
    """The first `/cancel` with a reason by somebody with rights, unless the failure was labelled anew after it."""
    changes = by_former_names(case.failure, labels)
    relabelled = [c.at for c in changes if c.kind is ChangeKind.LABELLED and has_label(labels, c.new)]
    since = max([since, *relabelled])
    given = (c for c in case.commands.get(case.failure.ref, ()) if c.name == "cancel" and c.at >= since)
    obeyed = (c for c in given if c.rights or (c.rights is None and _is_told(case.failure, c)))
    return next((c for c in obeyed if any(letter.isalnum() for letter in c.argument)), None)


def _is_told(failure: Ticket, cancel: Command) -> bool:
    """Whether we said after the command, as it stands, that the case was called off: somebody had the right to it,
    though neither the tracker nor the ledger can tell so now."""
    told = (c.at for c in failure.comments if c.marker and c.marker.kind == Phase.CANCELLED.value)
    return any(at >= cancel.stands_since for at in told)


def _returns(failure: Ticket, labels: tuple[str, ...], since: dt.datetime) -> list[Change]:
    """What brought the failure back after `since`: its label put on again, or a reopening while it was on."""
    returns: list[Change] = []
    for change, is_on, _ in _backwards(failure, labels):
        if change.at <= since:
            break
        if is_on and _is_return(change, labels):
            returns.append(change)
    return returns[::-1]


def _backwards(failure: Ticket, labels: tuple[str, ...]) -> Iterator[tuple[Change, bool, bool]]:
    """The failure's changes, the last one first, each with whether a failure label was on after it, and before it."""
    on = labels_on(failure, labels)
    for change in reversed(by_former_names(failure, labels)):
        is_on = bool(on)
        # What was put on was off before, and the other way round.
        if change.kind is ChangeKind.LABELLED:
            on.discard(change.new.casefold())
        elif change.kind is ChangeKind.UNLABELLED and has_label(labels, change.old):
            on.add(change.old.casefold())
        yield change, is_on, bool(on)


def _began_at(failure: Ticket, labelled: Change | None, since: dt.datetime | None) -> dt.datetime:
    """From when on commands and answers count: the label, or a reopening before it that was not undone, since
    people who reopen a failure may speak before somebody labels it again."""
    if labelled is None:
        return max(failure.created_at, since or failure.created_at)
    began_at = labelled.at
    for change in reversed([c for c in failure.changes if c.at <= labelled.at] if since else []):
        if since and (change.at <= since or change.kind is ChangeKind.CLOSED):
            break
        if change.kind is ChangeKind.REOPENED:
            began_at = change.at
    return began_at


def _taken_up_at(case: Case, labels: tuple[str, ...], start_at: dt.datetime | None) -> dt.datetime | None:
    """The event for which a first generation was taken up: of all that put the label on before we first wrote there,
    the last. What was said while an earlier labelling stood, perhaps years ago, was said about something else. Where
    that was before `start_at` as well, it is the failure's reopening since then.

    What its ladders and keys are called after stays the first labelling: only the moment is another.
    """
    failure, seen_at = case.failure, _first_written_at(case)
    if seen_at is None and case.is_known:
        return None  # something of ours stands there or is remembered, and nobody knows since when
    returns = [
        change
        for change, is_on, was_on in _backwards(failure, labels)
        if is_on and _is_return(change, labels) and (seen_at is None or change.at <= seen_at)
        if change.kind is ChangeKind.REOPENED or not was_on
    ]
    put_on = max((one.at for one in returns if one.kind is ChangeKind.LABELLED), default=failure.created_at)
    if start_at is None or put_on >= start_at:
        return put_on
    return max((one.at for one in returns if one.at >= start_at), default=put_on)


def _first_written_at(case: Case) -> dt.datetime | None:
    """When the first generation first wrote on its failure, where that is known."""
    first, failure = case_id(case.root, 1), case.failure
    ours = (comment.at for comment in failure.comments if comment.marker and comment.marker.case == first)
    return min(ours, default=case.wrote.get((first, failure.ref)))


def _is_return(change: Change, labels: tuple[str, ...]) -> bool:
    if change.actor.kind is ActorKind.OURS:
        return False
    if change.kind is ChangeKind.REOPENED:
        return True
    return change.kind is ChangeKind.LABELLED and has_label(labels, change.new)


def _labelling(failure: Ticket, labels: tuple[str, ...], since: dt.datetime | None) -> Change | None:
    """The event this generation counts from: the first that began it, so that unlabelling and relabelling
    while the case is open resumes the same clocks rather than starting new ones."""
    if since is None:
        starts = [c for c in failure.changes if c.kind is ChangeKind.LABELLED and has_label(labels, c.new)]
    else:
        starts = _returns(failure, labels, since)
    return starts[0] if starts else None
