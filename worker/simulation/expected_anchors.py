"""From which event a ladder counts, on one ticket, at each moment of a history.

A ticket's time is cut into stretches in which no fact changed. Each says whether the ladder's rule held,
surely (`must`) or perhaps (`may`), and which anchors are right by the facts of that stretch. Where two
readings of the facts are fair, both anchors are in it and nothing is demanded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from worker.simulation.expected_calendar import WorkingTime
from worker.simulation.expected_case import Cases, Generation
from worker.simulation.expected_moment import Moment
from worker.simulation.expected_rungs import Ladder
from worker.simulation.expected_setting import Patience
from worker.simulation.expected_stops import Stops
from worker.simulation.expected_story import ASKING_NOTHING, Said, Story, plain_lines


@dataclass(frozen=True)
class Stretch:
    """A period without a change of facts, its end excluded. `is_blurred`: what people had written is not known. `hours`
    are those that the ladder counts in: its ticket's owner's."""

    begins: dt.datetime
    ends: dt.datetime
    ladder: Ladder
    anchors: tuple[Moment, ...]
    base: Moment | None
    may: bool
    must: bool
    is_blurred: bool
    hours: WorkingTime


class Anchors:
    """Stretches of one ticket in one generation."""

    def __init__(self, cases: Cases, patience: Patience, generation: Generation, ticket: Story) -> None:
        self._cases = cases
        self._setting = cases.setting
        self._patience = patience
        self._generation = generation
        self._ticket = ticket
        self._snoozes = ticket.snoozes()
        self._stops = Stops(cases, generation, ticket)
        self._first_sight = ticket.first_sight(generation.case)
        self._became_sev1 = list(self._turns_to_sev1())

    def stretches(self) -> list[Stretch]:
        """In order of time, from the ticket's opening or the generation's beginning to the generation's end."""
        begins = max(self._generation.begins, self._ticket.created_at)
        ends = self._cases.ended_at
        points = {begins, *self._points()}
        edges = sorted(point for point in points if begins <= point < ends)
        return [self._stretch(begin, end) for begin, end in zip(edges, [*edges[1:], ends], strict=False)]

    # --- inside -----------------------------------------------------------------------------------

    def _points(self) -> list[dt.datetime]:
        """Every moment at which a fact may change."""
        failure, ticket = self._generation.failure, self._ticket
        points = [entry.at for entry in (*failure.history, *ticket.history)]
        for said in ticket.comments:
            points += [said.at, said.is_known_since]
        points += [end.at for _, end in self._snoozes]
        points += [files.since for files in self._setting.files]
        return [*points, self._generation.ends]

    def _stretch(self, begins: dt.datetime, ends: dt.datetime) -> Stretch:
        ladder, owner = self._ladder(begins), self._ticket.owner_at(begins)
        hours = self._setting.files_at(begins).company.hours_of(owner)
        base = self._ticket.due_at(begins) if ladder.is_from_due else self._generation.begun_by[0]
        anchors = self._anchors(ladder, base, begins, hours) if base else []
        may, must = self._holds(ladder, begins)
        is_blurred = self._ticket.is_blurred_at(begins)
        # Where people have calendars of their own, whoever is asked for nobody has one that nobody here foresees.
        is_clear = len(anchors) == 1 and not is_blurred and bool(owner or not self._setting.has_own_times)
        may, must = may and bool(anchors), must and is_clear
        return Stretch(begins, ends, ladder, tuple(anchors), base, may, must, is_blurred, hours)

    def _ladder(self, moment: dt.datetime) -> Ladder:
        failure, sentences = self._generation.failure, self._setting.files_at(moment).sentences
        ladders = sentences.ladders_of(failure.labels_at(moment), failure.owner_at(moment))
        if self._ticket is failure:
            return ladders.ask_sev1 if self._cases.severity_at(self._ticket, moment) == 1 else ladders.ask
        return ladders.stalled_action if self._ticket in self._generation.actions else ladders.late_post_mortem

    def _holds(self, ladder: Ladder, moment: dt.datetime) -> tuple[bool, bool]:
        """Whether the ladder's rule may hold, and whether it surely does."""
        failure = self._generation.failure
        holds = (
            self._cases.is_active_at(self._generation, moment)
            and self._ticket.is_open_at(moment)
            and not self._cases.is_experiment_at(failure, moment)
            and not ladder.is_off
        )
        if self._ticket in self._generation.actions:
            holds = holds and not any(said_at <= moment < end.at for said_at, end in self._snoozes)
        if ladder.is_from_due:
            return holds, holds
        surely = self._is_acknowledged(moment, is_strict=True)
        perhaps = self._is_acknowledged(moment, is_strict=False)
        return holds and not surely, holds and not perhaps

    def _is_acknowledged(self, moment: dt.datetime, is_strict: bool) -> bool:
        """A first word since the label: `/ack`, or words of somebody who was an owner when they wrote, or is one now.

        Not `is_strict`: whatever anybody wrote who was ever an owner, since either of the events that may count.
        """
        ticket, begun_by = self._ticket, self._generation.begun_by
        since = begun_by[-1 if is_strict else 0].at
        everybody = tuple(account for _, accounts in ticket.assigned for account in accounts)
        for said in ticket.comments:
            if not (since <= said.at <= moment and said.is_person):
                continue
            is_ack = any(name == "ack" for name, _ in said.commands)
            owners = (*ticket.assignees_at(moment), *ticket.assignees_at(said.at)) if is_strict else everybody
            if (is_ack and said.has_rights) or (said.author in owners and (is_ack or _tells_something(said))):
                return True
        return False

    def _anchors(self, ladder: Ladder, base: Moment, moment: dt.datetime, hours: WorkingTime) -> list[Moment]:
        bases = (
            [base] if ladder.is_from_due else [self._as_grave(ladder, one, moment) for one in self._generation.begun_by]
        )
        progress = [step for step in self._ticket.progress if step.at <= moment] if ladder.is_from_due else []
        later = [Moment(self._quiet_after(ladder, step.at, hours), step.event) for step in progress[-1:]]
        since = max([self._generation.begins, *(step.at for step in progress)])
        answer = self._counted_answer(ladder, since, moment, hours)
        if answer:
            later.append(Moment(self._quiet_after(ladder, answer.at, hours), f"answer {answer.id}"))
        later += [end for said_at, end in self._snoozes if said_at <= moment]
        found: list[Moment] = []
        for one in bases:
            latest = max([one, *later], key=lambda candidate: candidate.at)
            seen = self._first_seen(ladder, latest, hours)
            moved = (self._stops.moved(each, moment, None if ladder.quiet_hours else hours) for each in seen)
            found += [each for each in moved if each not in found]
        return found

    def _as_grave(self, ladder: Ladder, base: Moment, moment: dt.datetime) -> Moment:
        """The base of what a sev1 is asked: no earlier than it became one."""
        turns = [at for at in self._became_sev1 if at <= moment] if ladder.quiet_hours else []
        return Moment(max([base.at, *turns]), base.event)

    def _turns_to_sev1(self) -> Iterator[dt.datetime]:
        was_sev1 = False
        for entry in self._generation.failure.history:
            is_sev1 = self._cases.severity_at(self._generation.failure, entry.at) == 1
            if is_sev1 and not was_sev1:
                yield entry.at
            was_sev1 = is_sev1

    def _quiet_after(self, ladder: Ladder, moment: dt.datetime, hours: WorkingTime) -> dt.datetime:
        if ladder.quiet_hours:
            return moment + dt.timedelta(hours=ladder.quiet_hours)
        return hours.add_business_days(moment, self._setting.quiet_days)

    def _counted_answer(
        self, ladder: Ladder, since: dt.datetime, moment: dt.datetime, hours: WorkingTime
    ) -> Said | None:
        """The answer that quiets the ladder: a conversation counts once, and two count in a row."""
        asked_at: dt.datetime | None = None
        counted: list[Said] = []
        for said in self._ticket.comments:
            if said.at < since or said.at > moment:
                continue
            if said.is_ours and said.marker and said.kind not in ASKING_NOTHING:
                asked_at = asked_at or said.at
            if asked_at is None or said.at <= asked_at or not self._is_answer(said, moment):
                continue
            if counted and said.at < self._quiet_after(ladder, counted[-1].at, hours):
                continue
            if len(counted) < 2:
                counted.append(said)
        return counted[-1] if counted else None

    def _is_answer(self, said: Said, moment: dt.datetime) -> bool:
        ticket = self._ticket
        may_answer = said.author in ticket.assignees_at(moment) or said.has_rights
        return said.is_person and may_answer and not _asks_for_help_only(said)

    def _first_seen(self, ladder: Ladder, anchor: Moment, hours: WorkingTime) -> list[Moment]:
        """The anchor, or our first sight of the ticket where the second rung had passed by then.

        Where it passed while we were writing for the first time, either may have been taken.
        """
        seen_at = self._first_sight
        if seen_at is None or anchor.at > seen_at:
            return [anchor]
        second = ladder.rungs[1].due(anchor.at, hours)
        seen = Moment(seen_at, "first sight")
        if second > seen_at:
            return [anchor]
        return [seen] if second <= self._patience.reach(seen_at) else [anchor, seen]


def _tells_something(said: Said) -> bool:
    """Whether a comment has words besides commands, quotations and code."""
    return any(not line.startswith("/") and any(map(str.isalnum, line)) for line in plain_lines(said.body))


def _asks_for_help_only(said: Said) -> bool:
    """Whether a comment is nothing but a `/help` or a `/case`, which answers nobody."""
    names = {name for name, _ in said.commands}
    return bool(names) and names <= {"help", "case"} and not _tells_something(said)
