"""What a case's facts mean under a policy at a moment: owners, dates, answers, what is left to do.

Pure and computed once per decision; conditions, ladders and templates all read from here, so that they
cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rules import keys
from rules.action_items import match_items, read_action_items
from rules.clocks import AnchorPoint, Timeline
from rules.facts import (
    ActionItem,
    ActionTicket,
    ActorKind,
    Audience,
    Case,
    Change,
    ChangeKind,
    Command,
    Comment,
    Ticket,
)
from rules.lifecycle import Standing, standing_of
from rules.policy import Anchor, Ladder, OpenDo, Phase, Policy
from rules.roles import owner_of
from rules.snooze import parse_due, parse_snooze

#: Kinds of text that are edited in place; all others are said once and may be answered.
STANDING = frozenset({"status", "plan"})


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An action item without a ticket, since when its wording has rested, and who can read where it stands."""

    item: ActionItem
    rested_since: dt.datetime
    is_command: bool
    audience: Audience


class Situation:
    """One case under one policy at one moment. Build it, read it, throw it away."""

    def __init__(self, policy: Policy, case: Case, now: dt.datetime) -> None:
        self.policy = policy
        self.case = case
        self.now = now
        #: Filled by `rules.viewing`: what all texts of this decision show alike, by audience.
        self.shared_views: dict[Audience, Any] = {}

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.case, self.policy.failure_labels)

    @property
    def id(self) -> str:
        return self.standing.case

    @property
    def phase(self) -> Phase:
        return self.standing.phase

    # --- the failure ----------------------------------------------------------------------------

    @cached_property
    def severity(self) -> int:
        found = [self.policy.severities.labels[label] for label in self.case.failure.labels if label in self._severity]
        return min(found, default=self.policy.severities.default)

    @property
    def _severity(self) -> Mapping[str, int]:
        return self.policy.severities.labels

    @cached_property
    def is_experiment(self) -> bool:
        return any(label in self.case.failure.labels for label in self.policy.experiment_labels)

    @cached_property
    def is_acknowledged(self) -> bool:
        """Somebody with rights said /ack, or the owner spoke up, since the label."""
        failure, since = self.case.failure, self.standing.began_at
        owners = {actor.account for actor in failure.assignees}
        spoke = any(c.author.account in owners and c.at >= since and _is_person(c) for c in failure.comments)
        return spoke or any(c.name == "ack" and c.at >= since for c in self.commands(failure))

    def commands(self, ticket: Ticket) -> tuple[Command, ...]:
        """Commands there by people with rights, given in this generation."""
        since = self.standing.began_at
        return tuple(c for c in self.case.commands.get(ticket.ref, ()) if c.rights and c.at >= since)

    # --- what we said ---------------------------------------------------------------------------

    def our_comments(self, ticket: Ticket) -> tuple[Comment, ...]:
        """Comments that this generation of the case wrote there."""
        return tuple(c for c in ticket.comments if c.marker and c.marker.case == self.id)

    def seen_at(self, ticket: Ticket) -> dt.datetime:
        """When Aftermath first saw the ticket: it opened it, or it wrote there first; else now."""
        if ticket.marker:
            return ticket.created_at
        return min((c.at for c in self.our_comments(ticket)), default=self.now)

    @cached_property
    def is_thanked(self) -> bool:
        return any(c.marker and c.marker.kind == "thanks" for c in self.our_comments(self.case.failure))

    # --- actions --------------------------------------------------------------------------------

    @cached_property
    def unopened(self) -> tuple[OpenItem, ...]:
        """Action items, from the post-mortem's text and from /action, that have no ticket yet."""
        opened = {action.item_id: action.ticket.title for action in self.case.actions}
        opened |= {gone.item: "" for gone in self.case.gone if gone.item}
        commanded = self._commanded_items()
        from_text = {item: title for item, title in opened.items() if item not in {one.item.id for one in commanded}}
        written: tuple[ActionItem, ...] = ()
        rested = self.now
        mortem = self.case.post_mortem
        if mortem:
            written = read_action_items(mortem.body)
            edits = [c.at for c in mortem.changes if c.kind is ChangeKind.DESCRIBED]
            rested = max(edits, default=mortem.created_at)
        matched = match_items(written, from_text)
        audience = mortem.audience if mortem else self.case.failure.audience
        new = (item for item in written if item.id not in matched and not item.is_ticked)
        fresh = [OpenItem(item, rested, is_command=False, audience=audience) for item in new]
        return (*fresh, *(one for one in commanded if one.item.id not in opened))

    def _commanded_items(self) -> tuple[OpenItem, ...]:
        """Items given by /action on the failure or its post-mortem, with a ticket or without."""
        mortem = self.case.post_mortem
        return tuple(
            OpenItem(item, command.at, is_command=True, audience=ticket.audience)
            for ticket in (self.case.failure, *((mortem,) if mortem else ()))
            for command in self.commands(ticket)
            if (item := _commanded_item(ticket.ref.tracker, command))
        )

    @cached_property
    def finished_at(self) -> dt.datetime | None:
        """Since when nothing is left to do: failure, post-mortem and actions closed, nothing awaited."""
        tickets = self.case.tickets
        if any(ticket.is_open for ticket in tickets) or self.unopened or self._awaits_mortem():
            return None
        return max([self.standing.began_at, *(ticket.closed_at for ticket in tickets if ticket.closed_at)])

    def _awaits_mortem(self) -> bool:
        """Whether a rule is about to open the post-mortem: until it is there, nothing is finished."""
        if self.case.post_mortem or any(gone.role == "post-mortem" for gone in self.case.gone):
            return False
        facts = self._plain_facts | {"case.is_finished": False, "case.is_thanked": False}
        return any(
            rule.phase is self.phase and (rule.when is None or rule.when.judge(facts).is_met)
            for rule in self.policy.rules
            if any(isinstance(do, OpenDo) and do.what == "post-mortem" for do in rule.do)
        )

    @property
    def rests_until(self) -> dt.datetime | None:
        """When a finished case has rested: somebody may close the last ticket and think again."""
        return self.policy.calendar.add(self.finished_at, self.policy.rest) if self.finished_at else None

    @cached_property
    def is_finished(self) -> bool:
        return self.rests_until is not None and self.rests_until <= self.now

    # --- dates and clocks -----------------------------------------------------------------------

    def due(self, ticket: Ticket) -> tuple[dt.date, str] | None:
        """The due date as last set, and the id of what set it: /due, the tracker's field, or our opening."""
        change = next((c for c in reversed(ticket.changes) if c.kind is ChangeKind.DUE), None)
        commanded = self._commanded_due(ticket, change.at if change and ticket.due_on else None)
        if commanded:
            return commanded
        if ticket.due_on:
            return ticket.due_on, change.id if change else "opened"
        if change:
            return None  # somebody cleared the date
        opened_with = ticket.marker.extra.partition(":")[2] if ticket.marker else ""
        return (dt.date.fromisoformat(opened_with), "opened") if opened_with else None

    def _commanded_due(self, ticket: Ticket, since: dt.datetime | None) -> tuple[dt.date, str] | None:
        """The last /due that can be read, unless the field was set after it."""
        for command in reversed(self.commands(ticket)):
            if command.name == "due" and (since is None or command.at >= since):
                day = parse_due(command.argument, command.at, self.policy.calendar)
                if isinstance(day, dt.date):
                    return day, command.id
        return None

    def snoozes(self, ticket: Ticket) -> tuple[AnchorPoint, ...]:
        ends: list[AnchorPoint] = []
        for command in self.commands(ticket):
            if command.name == "snooze":
                end = parse_snooze(command.argument, command.at, self.policy.calendar)
                if isinstance(end, tuple):
                    ends.append(AnchorPoint(f"snooze:{command.id}", end[0], is_base=False))
        return tuple(ends)

    def snoozed_until(self, ticket: Ticket) -> dt.datetime | None:
        return max((s.at for s in self.snoozes(ticket) if s.at > self.now), default=None)

    def timeline(self, ladder: Ladder, ticket: Ticket) -> Timeline | None:
        """What the ladder counts from on this ticket; None where its anchor does not exist (no due date)."""
        base = self._base(ladder.anchor, ticket)
        if base is None:
            return None
        progress = last_progress(ticket) if ladder.anchor is Anchor.DUE else None
        since = max(base.at if ladder.anchor is not Anchor.DUE else ticket.created_at, self.standing.began_at)
        if progress:
            since = max(since, progress.at)
        return Timeline(
            base=base,
            progress=AnchorPoint(f"progress:{progress.id}", progress.at, is_base=False) if progress else None,
            answers=self._answers(ticket, since),
            snoozes=self.snoozes(ticket),
            seen_at=self.seen_at(ticket),
        )

    def _base(self, anchor: Anchor, ticket: Ticket) -> AnchorPoint | None:
        if anchor is Anchor.DUE:
            due = self.due(ticket)
            return AnchorPoint(f"due:{due[1]}:{due[0]}", self.policy.calendar.end_of(due[0])) if due else None
        if anchor is Anchor.PROGRESS:
            progress = last_progress(ticket)
            return AnchorPoint(f"progress:{progress.id}", progress.at) if progress else _opened(ticket)
        labelled = self.standing.labelled
        return AnchorPoint(f"labelled:{labelled.id}", labelled.at) if labelled else _opened(ticket)

    def _answers(self, ticket: Ticket, since: dt.datetime) -> tuple[AnchorPoint, ...]:
        """Comments by people who may answer, after we first asked since then."""
        asked = [
            c.at for c in self.our_comments(ticket) if c.marker and c.marker.kind not in STANDING and c.at >= since
        ]
        if not asked:
            return ()
        may_answer = {actor.account for actor in ticket.assignees}
        tracker = ticket.ref.tracker
        return tuple(
            AnchorPoint(f"answer:{comment.id}", comment.at, is_base=False)
            for comment in ticket.comments
            if comment.at > asked[0]
            and _is_person(comment)
            and (comment.author.account in may_answer or (tracker, comment.author.account) in self.case.trusted)
        )

    # --- for conditions -------------------------------------------------------------------------

    @cached_property
    def common_facts(self) -> dict[str, Any]:
        """Values of the facts that every condition can ask about (`rules.vocabulary`)."""
        return self._plain_facts | {"case.is_finished": self.is_finished, "case.is_thanked": self.is_thanked}

    @cached_property
    def _plain_facts(self) -> dict[str, Any]:
        case, mortem = self.case, self.case.post_mortem
        return {
            "failure.severity": self.severity,
            "failure.is_severity_set": any(label in self._severity for label in case.failure.labels),
            "failure.is_open": case.failure.is_open,
            "failure.is_experiment": self.is_experiment,
            "failure.is_acknowledged": self.is_acknowledged,
            "failure.has_owner": owner_of(self.policy.people, case.failure) is not None,
            "failure.labels": list(case.failure.labels),
            "post_mortem.exists": mortem is not None,
            "post_mortem.is_open": mortem is not None and mortem.is_open,
            "case.generation": self.standing.generation,
            "case.actions": len(case.actions),
            "case.open_actions": sum(action.ticket.is_open for action in case.actions),
            "case.unopened_items": len(self.unopened),
        }

    def action_facts(self, action: ActionTicket) -> dict[str, Any]:
        ticket = action.ticket
        return self.common_facts | {
            "action.is_open": ticket.is_open,
            "action.is_snoozed": self.snoozed_until(ticket) is not None,
            "action.has_owner": owner_of(self.policy.people, ticket) is not None,
            "action.has_due": self.due(ticket) is not None,
            "action.labels": list(ticket.labels),
        }

    def item_facts(self, item: ActionItem) -> dict[str, Any]:
        return self.common_facts | {"item.is_ticked": item.is_ticked, "item.has_owner": bool(item.owner)}


def last_progress(ticket: Ticket) -> Change | None:
    """The last thing a person did that moved the ticket (P5)."""
    return next((change for change in reversed(ticket.changes) if change.is_progress), None)


def _opened(ticket: Ticket) -> AnchorPoint:
    return AnchorPoint("opened", ticket.created_at)


def _is_person(comment: Comment) -> bool:
    return comment.author.kind is ActorKind.PERSON


def _commanded_item(tracker: str, command: Command) -> ActionItem | None:
    if command.name != "action" or not command.argument.strip():
        return None
    return ActionItem(id=keys.item_id(f"/action {tracker} {command.id}"), text=command.argument.strip())
