"""What a case's facts mean under a policy at a moment: owners, dates, answers, what is left to do.

Pure and computed once per decision; conditions, ladders and templates all read from here, so that they
cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

from rules.adopted import due_by_policy
from rules.anchors import due_point, given_after, opened, progress_point, undated_point
from rules.answers import answers_on
from rules.attendance import Attendance
from rules.blame import Blame
from rules.case_facts import case_facts
from rules.clocks import AnchorPoint, Timeline
from rules.dates import Due, Snooze, due_of, end_of, snoozes_of
from rules.endings import Endings
from rules.facts import (
    ActionItem,
    Case,
    Change,
    Comment,
    Readership,
    Ticket,
)
from rules.first_sight import STANDING, first_sight
from rules.first_word import FirstWord, first_word_of
from rules.given_commands import GivenCommands
from rules.handovers import handover, with_named_owners
from rules.labels import has_label
from rules.lazy_facts import with_others
from rules.leavers import left_people
from rules.lifecycle import Standing, commands_since, standing_of
from rules.mortem_text import written_at
from rules.open_items import OpenItem, twin_commands, unopened_items
from rules.overrides import applying_to
from rules.policy import Anchor, Ladder, OpenDo, Phase, Policy, Reset
from rules.postponements import postponements
from rules.progress import KeyOf, timeline_known
from rules.questions import open_questions
from rules.refs import TicketRef
from rules.roles import present_owner_of
from rules.standstill import Stop, stops_of, with_closed
from rules.wording import SUGGESTED_WITHIN, wording_wanted

#: As which it is asked whether a rule is about to open the post-mortem: whether the case is finished hangs on that.
AWAITING: Mapping[str, Any] = {"case.is_finished": False, "case.is_thanked": False}


class Situation:
    """One case under one policy at one moment. Build it, read it, throw it away."""

    def __init__(self, policy: Policy, case: Case, now: dt.datetime) -> None:
        self.standing: Standing = standing_of(case, policy.failure_labels, policy.limits.start_at)
        self.id: str = self.standing.case
        self.phase: Phase = self.standing.phase
        #: Commands on a ticket by people with rights, given in this generation.
        self._since = commands_since(case, self.standing)
        self.commands = GivenCommands(case.commands, self._since)
        self.case: Case = with_named_owners(case, self.commands, policy.people)
        #: The policy as it is for this failure (`rules.policy.Override`).
        self.policy = applying_to(policy, self.case.failure)
        self.attendance = Attendance(self.policy, now)
        self._ours: dict[TicketRef, tuple[Comment, ...]] = {}
        self._dues: dict[TicketRef, Due | None] = {}
        self._snoozes: dict[TicketRef, tuple[Snooze, ...]] = {}
        self._seen_at: dict[TicketRef, dt.datetime] = {}
        self.now = now
        #: Filled by `rules.viewing`: what all texts of this decision show alike, by audience.
        self.shared_views: dict[Readership, Any] = {}
        #: Filled by `rules.review`: what is proposed for a post-mortem, by the identity of the policy's proposal.
        self.reviews: dict[tuple[int, TicketRef], Any] = {}

    # --- the failure ----------------------------------------------------------------------------

    @cached_property
    def severity(self) -> int:
        return self.policy.severities.of(self.case.failure.labels, self.case.failure.priority)

    @property
    def is_severity_set(self) -> bool:
        failure = self.case.failure
        return self.policy.severities.is_set(failure.labels, failure.priority)

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
        found = self._ours.get(ticket.ref)
        if found is None:
            found = tuple([c for c in ticket.comments if c.marker and c.marker.case == self.id])
            self._ours[ticket.ref] = found
        return found

    def seen_at(self, ticket: Ticket) -> dt.datetime:
        """When Aftermath first saw the ticket: see `rules.first_sight`."""
        found = self._seen_at.get(ticket.ref)
        if found is None:
            found = first_sight(self.case, self.id, ticket, self.standing.began_at, self.now)
            self._seen_at[ticket.ref] = found
        return found

    @cached_property
    def left_people(self) -> frozenset[str]:
        """The ids of the people who left: see `rules.leavers`."""
        return left_people(self.case, self.policy.people)

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
        return open_questions(mortem.body, policy.systemic_questions, policy.mortem_source)

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
        return unopened_items(self.case, self.id, self.commands, self.now, self.policy.item_words)

    @cached_property
    def twin_commands(self) -> frozenset[tuple[TicketRef, str]]:
        """The `/action`s that say what another action says."""
        return twin_commands(self.case, self.id, self.commands)

    @cached_property
    def finished_at(self) -> dt.datetime | None:
        """Since when nothing is left to do: failure, post-mortem and actions closed, nothing awaited. An experiment
        waits for its own ticket alone: nobody is reminded of anything else, so that it could wait for ever."""
        tickets, failure = self.case.tickets, self.case.failure
        if self.is_experiment and not failure.is_open:
            return max(self.standing.began_at, failure.closed_at or failure.created_at)
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
        facts = with_others(self.common_facts, AWAITING)
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
            since, seen_at = max(self._since, self.seen_at(self.case.failure)), self.seen_at(ticket)
            due_on = due_by_policy(self.policy, self.case, ticket, self.severity, since, seen_at)
            self._dues[ticket.ref] = due_of(ticket, self.commands(ticket), self.attendance.writer_on(ticket), due_on)
        return self._dues[ticket.ref]

    def snoozes(self, ticket: Ticket) -> tuple[Snooze, ...]:
        if ticket.ref not in self._snoozes:
            self._snoozes[ticket.ref] = snoozes_of(ticket, self.commands(ticket), self.attendance.writer_on(ticket))
        return self._snoozes[ticket.ref]

    def snooze(self, ticket: Ticket) -> Snooze | None:
        """The snooze that lasts longest, where one lasts now."""
        lasting = [one for one in self.snoozes(ticket) if one.until > self.now]
        return max(lasting, key=lambda one: one.until) if lasting else None

    def postponements(self, ticket: Ticket) -> tuple[AnchorPoint, ...]:
        """Each time that people put its due date off, earliest first."""
        return postponements(ticket, self.commands(ticket), self.attendance.writer_on(ticket))

    def timeline(self, ladder: Ladder, ticket: Ticket, key_of: KeyOf | None = None) -> Timeline | None:
        """What the ladder, whose words have the keys `key_of`, counts from there; None where there is no such event."""
        by_step, ours = partial(self._timeline, ladder, ticket), self.our_comments(ticket)
        return timeline_known(ladder, ticket, by_step, ours, key_of, self.attendance.calendar_for(ticket))

    def _timeline(self, ladder: Ladder, ticket: Ticket, step: Change | None) -> Timeline | None:
        """The same where `step` is the last progress."""
        base = self._base(ladder.anchor, ticket, step)
        if base is None:
            return None
        stops = with_closed(self._stops, ticket) if ticket is self.case.failure else self._stops
        if not ladder.resets:
            return Timeline(base, None, (), (), self.seen_at(ticket), stops)
        progress = step if ladder.anchor is Anchor.DUE else None
        since = max(base.at if ladder.anchor is not Anchor.DUE else ticket.created_at, self.standing.began_at)
        since = max(since, progress.at) if progress else since
        answers = answers_on(ticket, self._asked(ticket, since), self.case.trusted)
        return answers.named_in(
            Timeline(
                base=base,
                progress=AnchorPoint(f"progress:{progress.id}", progress.at, is_base=False) if progress else None,
                answers=answers.counting if Reset.ANSWER in ladder.resets else (),
                snoozes=tuple(map(end_of, self.snoozes(ticket))) if Reset.SNOOZE in ladder.resets else (),
                seen_at=self.seen_at(ticket),
                stops=stops,
            )
        )

    def _base(self, anchor: Anchor, ticket: Ticket, progress: Change | None) -> AnchorPoint | None:
        if anchor is Anchor.DUE:
            if due := self.due(ticket):
                return due_point(due, self.attendance.calendar_for(ticket))
            after = given_after(self.policy, self.case, ticket, self.severity)
            return undated_point(ticket, progress, after, self.attendance.calendar_for(ticket)) if after else None
        if anchor is Anchor.PROGRESS:
            return progress_point(ticket, progress)
        if anchor is Anchor.POSTPONED:
            return next(reversed(self.postponements(ticket)), None)
        labelled = self.standing.labelled
        return AnchorPoint(f"labelled:{labelled.id}", labelled.at) if labelled else opened(ticket)

    @cached_property
    def _stops(self) -> tuple[Stop, ...]:
        failure = self.case.failure
        return stops_of(failure, self.policy.failure_labels, self.commands(failure))

    def _asked(self, ticket: Ticket, since: dt.datetime) -> list[dt.datetime]:
        """When we asked somebody for something there, since then."""
        asked = (c for c in self.our_comments(ticket) if c.marker and c.marker.kind not in STANDING)
        return [comment.at for comment in asked if comment.at >= since]

    # --- for conditions -------------------------------------------------------------------------

    @cached_property
    def common_facts(self) -> Mapping[str, Any]:
        """Values of the facts that every condition can ask about (`rules.vocabulary`), as they are asked for."""
        return case_facts(self)

    def has_owner(self, ticket: Ticket) -> bool:
        """Whether somebody is assigned, or was named by a command a moment ago."""
        if present_owner_of(self.policy.people, ticket):
            return True
        return handover(self.policy.people, self.case, ticket, self.commands(ticket)) is not None

    def item_facts(self, item: ActionItem) -> Mapping[str, Any]:
        item_facts = {"item.is_ticked": item.is_ticked, "item.has_owner": bool(item.owner)}
        return with_others(self.common_facts, item_facts)
