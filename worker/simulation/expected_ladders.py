"""Whether every rung was spoken: in time, not before its time, once for each anchor, to the right people.

First each ladder comment that stands is asked for its reason: a rung that was due, and was the highest,
by the facts from which it may have been decided. Then each rung that fell due while the facts stood still
is asked for its comment. Where facts changed just then, nothing is demanded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import zip_longest

from worker.simulation.expected_anchors import Anchors, Stretch
from worker.simulation.expected_audience import Audience
from worker.simulation.expected_case import Cases, Generation
from worker.simulation.expected_moment import Moment
from worker.simulation.expected_rungs import LADDER_KINDS, Ladder, Occurrence, Rung, early_occurrence, occurrences
from worker.simulation.expected_setting import Patience, Violation
from worker.simulation.expected_story import Said, Story

#: A write may be stamped a little before the rung that it was decided for: clocks of two machines.
_TOLERANCE = dt.timedelta(minutes=2)
#: How far ahead to look for the rung that somebody spoke too early.
_AHEAD = dt.timedelta(days=400)
#: Openings that troubles may lie upon, one after the other; a bound, so that a mistake here ends.
_MORNINGS_MAX = 30


def ladder_violations(cases: Cases, patience: Patience) -> list[Violation]:
    """What is wrong with the ladders of all generations of all failures."""
    audience = Audience(cases, patience)
    found: list[Violation] = []
    for generations in cases.generations.values():
        for number, generation in enumerate(generations):
            is_current = number == len(generations) - 1
            for ticket in generation.tickets:
                if not ticket.is_twin:
                    found += _Climb(cases, patience, audience, generation, ticket).violations(is_current)
    return found


#: What speaks once: a rung, for the event that it counts from.
_Rung = tuple[str, int, Rung]


class _Climb:
    """One ladder on one ticket in one generation."""

    def __init__(
        self, cases: Cases, patience: Patience, audience: Audience, generation: Generation, ticket: Story
    ) -> None:
        self._cases = cases
        self._patience = patience
        self._audience = audience
        self._generation = generation
        self._ticket = ticket
        self._failure = generation.failure
        self._stretches = Anchors(cases, patience, generation, ticket).stretches()
        self._spoken = [s for s in ticket.comments if s.kind in LADDER_KINDS and s.case == generation.case]

    def violations(self, is_current: bool) -> list[Violation]:
        found = self._groundless()
        is_asked_for = is_current and not self._cases.setting.has_few_mentions
        return found + self._unspoken() if is_asked_for else found

    # --- every comment has its reason ------------------------------------------------------------

    def _groundless(self) -> list[Violation]:
        found: list[Violation] = []
        reasons: dict[int, list[Occurrence]] = {}
        for said in self._spoken:
            stretches = self._decided_in(said)
            if any(stretch.is_blurred for stretch in stretches):
                continue
            fitting = [one for one in self._speakable(said, stretches) if self._is_kind(said, one)]
            addressed = [one for one in fitting if self._audience.fits(self._ticket, said, one.rung)]
            timely = [one for one in addressed if self._audience.is_disturbed_rightly(self._failure, said, one)]
            new = [one for one in timely if not self._had_been_said(said, one, stretches)]
            if new:
                reasons[said.id] = new
            elif timely:
                found.append(self._violation("twice", f"{_name(said)} says again what had been said by its time"))
            elif addressed:
                found.append(
                    self._violation("wrong", f"{_name(said)} asks {said.asked} outside working hours, or in quiet ones")
                )
            elif fitting:
                asked = ", ".join(sorted(said.mentions)) or "nobody"
                found.append(self._violation("wrong", f"{_name(said)} reaches {asked}: that is not this rung's"))
            else:
                found.append(self._explain(said, stretches))
        return found + self._spoken_twice(reasons)

    def _decided_in(self, said: Said) -> list[Stretch]:
        since = self._patience.reach(said.at)
        return [s for s in self._stretches if s.begins <= said.at and s.ends > since]

    def _speakable(self, said: Said, stretches: list[Stretch]) -> Iterator[Occurrence]:
        """Rungs that were the highest due at some moment at which this comment may have been decided."""
        since = self._patience.reach(said.at)
        for stretch in stretches:
            if not stretch.may:
                continue
            begins, until = max(since, stretch.begins), min(said.at, stretch.ends) + _TOLERANCE
            for anchor in stretch.anchors:
                due = self._due(stretch, anchor, until)
                for one, higher in zip_longest(due, due[1:]):
                    if higher is None or higher.due > begins - _TOLERANCE:
                        yield one

    def _due(self, stretch: Stretch, anchor: Moment, until: dt.datetime) -> list[Occurrence]:
        """What has fallen due by then, the lowest first."""
        early = early_occurrence(stretch.ladder, stretch.base, stretch.hours) if stretch.base else None
        first = [early] if early and early.due <= until else []
        return first + occurrences(stretch.ladder, anchor, until, stretch.hours)

    @staticmethod
    def _is_kind(said: Said, one: Occurrence) -> bool:
        return said.kind == one.rung.kind

    def _had_been_said(self, said: Said, one: Occurrence, stretches: list[Stretch]) -> bool:
        """Whether the same people were asked the same after the rung had fallen due, be it by another policy's rung, or
        those of a higher rung were."""
        above = [rung for stretch in stretches for rung in stretch.ladder.rungs[one.number + 1 :]]
        for before in self._spoken:
            if before.at >= said.at or self._patience.reach(before.at) < one.due:
                continue
            is_same = (before.kind, before.mentions) == (said.kind, said.mentions)
            kinds_above = [rung for rung in above if before.kind == rung.kind and one.number >= 0]
            if is_same or any(self._audience.fits(self._ticket, before, rung) for rung in kinds_above):
                return True
        return False

    def _explain(self, said: Said, stretches: list[Stretch]) -> Violation:
        if not any(stretch.may for stretch in stretches):
            return self._violation("wrong", f"{_name(said)} speaks although its rule did not hold")
        coming = [
            one
            for stretch in stretches
            for anchor in stretch.anchors
            for one in self._due(stretch, anchor, said.at + _AHEAD)
            if self._is_kind(said, one) and one.due > said.at
        ]
        if coming:
            return self._violation("early", f"{_name(said)} speaks before its rung, due at {coming[0].due:%F %H:%M}")
        return self._violation("wrong", f"{_name(said)} speaks although another rung was the highest due")

    def _spoken_twice(self, reasons: dict[int, list[Occurrence]]) -> list[Violation]:
        """Comments that are left without a rung of their own, when each rung is given to one comment."""
        taken: dict[_Rung, int] = {}
        left = [said for said in self._spoken if said.id in reasons and not _give(said.id, reasons, taken, set())]
        return [self._violation("twice", f"{_name(said)} says again what this rung had said") for said in left]

    # --- every rung has its comment ---------------------------------------------------------------

    def _unspoken(self) -> list[Violation]:
        found: dict[tuple[dt.datetime, int], Violation] = {}
        for index, stretch in enumerate(self._stretches):
            if not stretch.must:
                continue
            for moment, one in self._falling_due(index):
                if (one.anchor.at, one.number) not in found:
                    violation = self._judge(index, moment, one)
                    if violation:
                        found[(one.anchor.at, one.number)] = violation
        return list(found.values())

    def _falling_due(self, index: int) -> Iterator[tuple[dt.datetime, Occurrence]]:
        """Rungs to be spoken in this stretch, and from when: those that fall due in it, and the highest before."""
        stretch = self._stretches[index]
        (anchor,) = stretch.anchors
        until = stretch.ends
        due = occurrences(stretch.ladder, anchor, until, stretch.hours)
        before = [one for one in due if one.due <= stretch.begins]
        if before and not self._is_new_ladder(index):
            yield stretch.begins, before[-1]
        early = early_occurrence(stretch.ladder, stretch.base, stretch.hours) if stretch.base else None
        if early and anchor == stretch.base and stretch.begins < early.due < until:
            yield early.due, early
        for one in due:
            if stretch.begins < one.due < until:
                yield one.due, one

    def _is_new_ladder(self, index: int) -> bool:
        """Whether severity, policy or calendar just changed: what the other ladder said may count for this one."""
        here = self._stretches[index]
        return any(s.ladder is not here.ladder or s.hours != here.hours for s in self._stretches[:index])

    def _judge(self, index: int, moment: dt.datetime, one: Occurrence) -> Violation | None:
        ladder, hours = self._stretches[index].ladder, self._stretches[index].hours
        deadline = self._deadline(moment, one)
        if deadline > self._cases.ended_at or not self._stands_still(index, deadline):
            return None
        (anchor,) = self._stretches[index].anchors
        higher = [o for o in occurrences(ladder, anchor, deadline, hours) if o.due > moment]
        if higher:
            return None  # the higher one speaks, and is judged for itself
        if one.number >= len(ladder.rungs) and self._is_new_ladder(index):
            return None  # a repetition that came sooner under another policy counts for this one
        since = self._speaks_since(index, anchor, one) - _TOLERANCE
        answering = [s for s in self._spoken if s.at >= since and self._answers(s, one, ladder)]
        if answering and answering[0].at <= deadline:
            return None
        who = " and ".join(one.rung.roles)
        sentence = f"{one.rung.kind} to the {who} was due at {moment:%F %H:%M}, counted from {anchor.event}"
        coming = occurrences(ladder, anchor, self._cases.ended_at, hours)
        until = min((o.due for o in coming if o.due > moment), default=self._cases.ended_at)
        if answering and answering[0].at < until and self._stands_still(index, answering[0].at):
            return self._violation("late", f"{sentence}, and came at {answering[0].at:%F %H:%M}")
        return self._violation("missing", f"{sentence}, and nothing stands there")

    def _deadline(self, moment: dt.datetime, one: Occurrence) -> dt.datetime:
        """By when a rung must have spoken that is wanted since then. One in working time that night or a weekend keeps
        from it speaks at the next opening, or when the trouble upon that is over."""
        deadline = self._audience.deadline(self._ticket, self._failure, moment)
        for _ in range(_MORNINGS_MAX):
            begins = deadline - self._cases.setting.slack
            opens = self._opening(deadline, one)
            opens = opens if opens > deadline else self._opening(begins, one)
            if opens == begins:
                break
            deadline = self._patience.deadline(opens)
        return deadline

    def _opening(self, moment: dt.datetime, one: Occurrence) -> dt.datetime:
        return self._audience.opening(self._ticket, self._failure, one, moment)

    def _stands_still(self, index: int, until: dt.datetime) -> bool:
        """Whether rule, ladder and anchor stay as they are up to a moment."""
        here = self._stretches[index]
        for stretch in self._stretches[index:]:
            if stretch.begins > until:
                break
            is_same = stretch.anchors == here.anchors and stretch.ladder is here.ladder and stretch.hours == here.hours
            if not stretch.must or not is_same:
                return False
        return True

    def _answers(self, said: Said, one: Occurrence, ladder: Ladder) -> bool:
        """Whether a comment is that rung's or a higher one's."""
        if one.number < 0:
            return said.kind == one.rung.kind and self._audience.fits(self._ticket, said, one.rung)
        lowest = min(one.number, len(ladder.rungs) - 1)
        return any(
            said.kind == rung.kind and self._audience.fits(self._ticket, said, rung) for rung in ladder.rungs[lowest:]
        )

    def _speaks_since(self, index: int, anchor: Moment, one: Occurrence) -> dt.datetime:
        """Since when the rung may have been spoken for that event: what it said before a stop is said, and so is what
        it said by another calendar."""
        stretch = self._stretches[index]
        if any(before.hours != stretch.hours for before in self._stretches[:index]):
            return self._ticket.created_at if one.number < 0 else self._anchor_since(anchor)
        if one.number < 0:
            return one.due
        due = one.due
        if anchor.was_at:
            before = Moment(anchor.was_at, anchor.event)
            due = occurrences(stretch.ladder, before, one.due, stretch.hours)[one.number].due
        return max(due, self._anchor_since(anchor))

    def _anchor_since(self, anchor: Moment) -> dt.datetime:
        """Since when the ladder counted from that event for the first time."""
        for stretch in self._stretches:
            if any(each.event == anchor.event or each.at == anchor.at for each in stretch.anchors):
                return stretch.begins
        return anchor.at

    def _violation(self, what: str, sentence: str) -> Violation:
        return Violation(self._ticket.key, what, sentence)


def _give(said_id: int, reasons: dict[int, list[Occurrence]], taken: dict[_Rung, int], asked: set[object]) -> bool:
    """Give a comment a rung of its own, moving others to another of theirs where that helps."""
    for one in reasons[said_id]:
        rung = (one.anchor.event, one.number, one.rung)
        if rung in asked:
            continue
        asked.add(rung)
        if rung not in taken or _give(taken[rung], reasons, taken, asked):
            taken[rung] = said_id
            return True
    return False


def _name(said: Said) -> str:
    return f"{said.kind} of {said.at:%F %H:%M}"
