"""How a case pauses and ends: one word when the label is taken off, then thanks, then the lesson."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from worker.simulation.expected_case import Cases, Generation, Spell, spells_of
from worker.simulation.expected_openings import Openings
from worker.simulation.expected_setting import Patience, Violation
from worker.simulation.expected_story import Said

#: An unlabelling undone within this time may have been seen, or not.
_BRIEF = dt.timedelta(hours=1)
#: When it is looked whether what was changed still holds, counted from the lesson.
_LOOKS_DAYS = (30, 90)


class Endings:
    """Pauses, thanks and lesson of a generation."""

    def __init__(self, cases: Cases, patience: Patience, openings: Openings) -> None:
        self._cases = cases
        self._patience = patience
        self._openings = openings

    def violations(self, generation: Generation) -> Iterable[Violation]:
        """What is missing, early or said too often."""
        yield from self._pauses(generation)
        yield from self._spoken_early(generation)
        yield from self._order(generation)
        if not generation.is_closed:
            yield from self._unspoken(generation)
        elif generation is self._cases.generations[generation.failure.key][-1]:
            yield from self._looks_back(generation)

    # --- pauses -----------------------------------------------------------------------------------

    def _pauses(self, generation: Generation) -> Iterable[Violation]:
        failure = generation.failure
        pauses = self._cases.spells(
            generation,
            lambda m: generation.is_running_at(m) and not self._cases.is_failure_at(failure, m),
        )
        left = self._said(generation, "paused")
        for pause in pauses:
            heard = [said for said in left if self._is_about(said, pause)]
            if heard:
                left.remove(heard[0])
            elif self._must_be_told(generation, pause):
                sentence = f"nobody was told that the clocks stand still since {pause.begins:%F %H:%M}"
                yield Violation(failure.key, "missing", sentence)
        for said in left:
            what = "twice" if any(self._is_about(said, pause) for pause in pauses) else "wrong"
            yield Violation(failure.key, what, f"the pause told at {said.at:%F %H:%M} is no new one")

    def _is_about(self, said: Said, pause: Spell) -> bool:
        return pause.begins <= said.at and self._patience.reach(said.at) < pause.ends

    def _must_be_told(self, generation: Generation, pause: Spell) -> bool:
        was_known = any(
            said.is_ours and said.case == generation.case and said.at < self._patience.reach(pause.begins)
            for said in generation.failure.comments
        )
        deadline = max(self._patience.deadline(pause.begins), pause.begins + _BRIEF)
        return was_known and deadline <= pause.ends

    # --- thanks and lesson --------------------------------------------------------------------------

    def _spoken_early(self, generation: Generation) -> Iterable[Violation]:
        finished = self._finished_spells(generation, is_strict=False)
        for kind in ("thanks", "lesson"):
            for said in self._said(generation, kind):
                since = self._patience.reach(said.at)
                if not any(spell.begins <= said.at and spell.ends > since for spell in finished):
                    sentence = f"{kind} of {said.at:%F %H:%M} came before the work was finished"
                    yield Violation(generation.failure.key, "early", sentence)

    def _order(self, generation: Generation) -> Iterable[Violation]:
        thanks, lessons = self._said(generation, "thanks"), self._said(generation, "lesson")
        failure = generation.failure
        if thanks and lessons and lessons[0].at < thanks[0].at:
            yield Violation(failure.key, "wrong", "the lesson came before the thanks")
        moments = [generation.begins, *(entry.at for entry in failure.history if entry.at > generation.begins)]
        was_experiment = [self._cases.is_experiment_at(failure, moment) for moment in moments]
        if lessons and not thanks and not any(was_experiment):
            yield Violation(failure.key, "missing", "the case was let go without thanks")
        if thanks and all(was_experiment):
            yield Violation(failure.key, "wrong", "thanks for an experiment, which goes the light way")

    def _unspoken(self, generation: Generation) -> Iterable[Violation]:
        finished = self._finished_spells(generation, is_strict=True)
        ended_at = self._cases.ended_at
        if not finished or finished[-1].ends < ended_at or self._openings.has_unopened_items(generation):
            return
        failure = generation.failure
        since = finished[-1].begins
        deadline = self._patience.deadline(since)
        is_experiment = self._cases.is_experiment_at(failure, ended_at)
        if deadline <= ended_at and not is_experiment and not self._said(generation, "thanks"):
            yield Violation(failure.key, "missing", f"no thanks, though all was finished at {since:%F %H:%M}")
        if self._patience.deadline(deadline) <= ended_at:
            yield Violation(failure.key, "missing", f"no lesson, though all was finished at {since:%F %H:%M}")

    def _looks_back(self, generation: Generation) -> Iterable[Violation]:
        """A case that stays let go is looked back at after 30 and 90 days, in its status comment and nowhere else.

        One whose label is off is not asked for: an empty database finds failures by their label.
        """
        told = "".join(said.body for said in self._said(generation, "status"))
        for days in _LOOKS_DAYS:
            due_at = generation.ends + dt.timedelta(days=days)
            words = f"after {days} days"
            is_labelled = self._cases.is_failure_at(generation.failure, due_at)
            if is_labelled and self._patience.deadline(due_at) <= self._cases.ended_at and words not in told:
                yield Violation(generation.failure.key, "missing", f"no look back {words}, due {due_at:%F %H:%M}")
            if self._cases.ended_at < due_at and words in told:
                yield Violation(generation.failure.key, "early", f"a look back {words}, due {due_at:%F %H:%M}")

    def _finished_spells(self, generation: Generation, is_strict: bool) -> list[Spell]:
        """When failure, post-mortem and actions were closed; `is_strict`: and nothing was still to be opened."""
        tickets = [ticket for ticket in generation.tickets if ticket is generation.failure or not ticket.is_twin]
        points = [generation.begins]
        for ticket in tickets:
            points += [ticket.created_at, *(entry.at for entry in ticket.history)]
        if is_strict:
            points += self._settled_points(generation)

        def is_finished(moment: dt.datetime) -> bool:
            # An experiment waits for nothing but its own ticket.
            is_experiment = self._cases.is_experiment_at(generation.failure, moment)
            awaited = [generation.failure] if is_experiment else tickets
            closed = all(ticket.created_at > moment or not ticket.is_open_at(moment) for ticket in awaited)
            active = self._cases.is_active_at(generation, moment)
            return active and closed and (not is_strict or self._is_settled(generation, moment))

        # The lesson itself ends the generation: up to its moment, all was as it should be.
        return spells_of([point for point in points if point >= generation.begins], generation.ends, is_finished)

    def _settled_points(self, generation: Generation) -> list[dt.datetime]:
        return [moment for moment in self._writings(generation) if moment < generation.ends]

    def _is_settled(self, generation: Generation, moment: dt.datetime) -> bool:
        """Nothing that people wrote is still resting, and the post-mortem that is wanted is there."""
        failure = generation.failure
        is_wanted = self._cases.severity_at(failure, moment) <= 2 and not self._cases.is_experiment_at(failure, moment)
        is_there = any(mortem.created_at <= moment for mortem in generation.mortems)
        return (is_there or not is_wanted) and all(rested <= moment for rested in self._writings(generation))

    def _writings(self, generation: Generation) -> list[dt.datetime]:
        """When each text that may hold items had rested for long enough to be read."""
        settle = self._cases.setting.settle
        texts = [mortem.last_edit() + settle for mortem in generation.mortems]
        for story in (generation.failure, *generation.mortems):
            texts += [said.is_known_since + settle for said in story.comments if said.is_person and said.commands]
        return [at for at in texts if at >= generation.begins]

    def _said(self, generation: Generation, kind: str) -> list[Said]:
        return [s for s in generation.failure.comments if s.kind == kind and s.case == generation.case]
