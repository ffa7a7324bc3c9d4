"""What a case's facts mean under a policy at a moment: owners, dates, answers, what is left to do.

Pure and computed once per decision; conditions, ladders and templates all read from here, so that they
cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

from rules.blame import Blame
from rules.clocks import AnchorPoint, Timeline
from rules.dates import Due, Snooze, due_of, end_of, snoozes_of
from rules.endings import Endings, closed_as, ended_by_command
from rules.facts import (
    ActionItem,
    ActionTicket,
    ActorKind,
    Audience,
    Case,
    Change,
    Comment,
    Ticket,
)
from rules.first_word import FirstWord, first_word_of
from rules.given_commands import GivenCommands
from rules.handovers import handover, with_named_owners
from rules.labels import folded, has_label, in_either_case
from rules.lifecycle import Standing, commands_since, standing_of
from rules.mortem_text import template_source, written_at
from rules.open_items import OpenItem, unopened_items
from rules.policy import Anchor, Ladder, OpenDo, Phase, Policy
from rules.questions import open_questions
from rules.refs import TicketRef
from rules.roles import present_owner_of
from rules.wording import SUGGESTED_WITHIN, wording_wanted

#: Kinds of text that ask nobody for anything: those edited in place, replies to commands, and the suggestion of
#: another wording. All others are said once and may be answered.
STANDING = frozenset({"status", "plan", "reply", "wording"})


class Situation:
    """One case under one policy at one moment. Build it, read it, throw it away."""

    def __init__(self, policy: Policy, case: Case, now: dt.datetime) -> None:
        self.policy = policy
        self.standing: Standing = standing_of(case, policy.failure_labels)
        #: Commands on a ticket by people with rights, given in this generation.
        self.commands = GivenCommands(case.commands, commands_since(case, self.standing))
        self.case = with_named_owners(case, self.commands, policy.people)
        self._dues: dict[TicketRef, Due | None] = {}
        self._snoozes: dict[TicketRef, tuple[Snooze, ...]] = {}
        self.now = now
        #: Filled by `rules.viewing`: what all texts of this decision show alike, by audience.
        self.shared_views: dict[Audience, Any] = {}

    @property
    def id(self) -> str:
        return self.standing.case

    @property
    def phase(self) -> Phase:
        return self.standing.phase

    # --- the failure ----------------------------------------------------------------------------

    @cached_property
    def severity(self) -> int:
        return min(self._severities, default=self.policy.severities.default)

    @cached_property
    def _severities(self) -> list[int]:
        """The severities that the failure's labels name."""
        carried, named = folded(self.case.failure.labels), self.policy.severities.labels.items()
        return [severity for label, severity in named if label.casefold() in carried]

    @cached_property
    def is_experiment(self) -> bool:
        return has_label(self.case.failure.labels, *self.policy.experiment_labels)

    @cached_property
    def is_acknowledged(self) -> bool:
        """Somebody with rights said /ack, or the owner spoke up, since the label."""
        return self.first_word is not None

    @cached_property
    def first_word(self) -> FirstWord | None:
        failure = self.case.failure
        return first_word_of(failure, self.commands(failure), self.standing.began_at)

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

    # --- the post-mortem ------------------------------------------------------------------------

    @cached_property
    def open_questions(self) -> tuple[str, ...]:
        """The systemic questions that stand unanswered in the post-mortem, as the policy names them."""
        mortem, policy = self.case.post_mortem, self.policy
        if mortem is None or not policy.systemic_questions:
            return ()
        return open_questions(mortem.body, policy.systemic_questions, template_source(policy))

    @cached_property
    def blame(self) -> Blame | None:
        """Words that blame a person, in an open post-mortem on which somebody works."""
        return wording_wanted(self.policy, self.case, self.now)

    @property
    def blame_until(self) -> dt.datetime | None:
        """From when on it is too late to speak of them."""
        mortem = self.case.post_mortem
        return written_at(mortem) + SUGGESTED_WITHIN if mortem and self.blame else None

    # --- actions --------------------------------------------------------------------------------

    @cached_property
    def unopened(self) -> tuple[OpenItem, ...]:
        return unopened_items(self.case, self.id, self.commands, self.now)

    @cached_property
    def finished_at(self) -> dt.datetime | None:
        """Since when nothing is left to do: failure, post-mortem and actions closed, nothing awaited."""
        tickets = self.case.tickets
        if any(self.endings.is_open(ticket) for ticket in tickets) or self.unopened or self._awaits_mortem():
            return None
        ended = [end.at for action in self.case.actions if (end := self.endings.of(action))]
        return max([self.standing.began_at, *ended, *(ticket.closed_at for ticket in tickets if ticket.closed_at)])

    @cached_property
    def endings(self) -> Endings:
        return Endings(self.case, self.commands, self.policy.people)

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

    def due(self, ticket: Ticket) -> Due | None:
        """The due date as last set, and what set it: see `rules.dates`."""
        if ticket.ref not in self._dues:
            self._dues[ticket.ref] = due_of(ticket, self.commands(ticket), self.policy.calendar)
        return self._dues[ticket.ref]

    def snoozes(self, ticket: Ticket) -> tuple[Snooze, ...]:
        if ticket.ref not in self._snoozes:
            self._snoozes[ticket.ref] = snoozes_of(ticket, self.commands(ticket), self.policy.calendar)
        return self._snoozes[ticket.ref]

    def snooze(self, ticket: Ticket) -> Snooze | None:
        """The snooze that lasts longest, where one lasts now."""
        lasting = (one for one in self.snoozes(ticket) if one.until > self.now)
        return max(lasting, key=lambda one: one.until, default=None)

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
            snoozes=tuple(map(end_of, self.snoozes(ticket))),
            seen_at=self.seen_at(ticket),
        )

    def _base(self, anchor: Anchor, ticket: Ticket) -> AnchorPoint | None:
        if anchor is Anchor.DUE:
            due = self.due(ticket)
            if due is None:
                return None
            also = tuple(f"due:{one}:{due.day}" for one in due.also)
            return AnchorPoint(f"due:{due.set_by}:{due.day}", self.policy.calendar.end_of(due.day), also=also)
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
            and comment.author.kind is ActorKind.PERSON
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
            "failure.is_severity_set": bool(self._severities),
            "failure.is_open": case.failure.is_open,
            "failure.is_experiment": self.is_experiment,
            "failure.is_acknowledged": self.is_acknowledged,
            "failure.closed_as": str(closed_as(case.failure) or ""),
            "failure.has_owner": self._has_owner(case.failure),
            "failure.labels": in_either_case(case.failure.labels),
            "post_mortem.exists": mortem is not None,
            "post_mortem.is_open": mortem is not None and mortem.is_open,
            "post_mortem.blames_somebody": self.blame is not None,
            "post_mortem.open_questions": len(self.open_questions),
            "case.generation": self.standing.generation,
            "case.actions": len(case.actions),
            "case.open_actions": sum(self.endings.of(action) is None for action in case.actions),
            "case.unopened_items": len(self.unopened),
        }

    def action_facts(self, action: ActionTicket) -> dict[str, Any]:
        ticket = action.ticket
        return self.common_facts | {
            "action.is_open": self.endings.of(action) is None,
            "action.is_snoozed": self.snooze(ticket) is not None,
            "action.wants_status": self._wants_status(action),
            "action.has_owner": self._has_owner(ticket),
            "action.has_due": self.due(ticket) is not None,
            "action.labels": in_either_case(ticket.labels),
        }

    def _wants_status(self, action: ActionTicket) -> bool:
        """Whether a command snoozed or ended it, or did so once and its status comment stands there."""
        told = any(c.marker and c.marker.kind == "status" for c in self.our_comments(action.ticket))
        return told or self.snooze(action.ticket) is not None or ended_by_command(self.endings.of(action))

    def _has_owner(self, ticket: Ticket) -> bool:
        """Whether somebody is assigned, or was named by a command a moment ago."""
        if present_owner_of(self.policy.people, ticket):
            return True
        return handover(self.policy.people, self.case, ticket, self.commands(ticket)) is not None

    def item_facts(self, item: ActionItem) -> dict[str, Any]:
        return self.common_facts | {"item.is_ticked": item.is_ticked, "item.has_owner": bool(item.owner)}


def last_progress(ticket: Ticket) -> Change | None:
    """The last thing a person did that moved the ticket (P5)."""
    return next((change for change in reversed(ticket.changes) if change.is_progress), None)


def _opened(ticket: Ticket) -> AnchorPoint:
    return AnchorPoint("opened", ticket.created_at)
