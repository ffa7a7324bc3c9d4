"""Nothing missing while a case runs: post-mortem, actions, and the standing comments that tell of them.

Asked of the current generation only, and only for what has been wanted for so long that it must be there.
And nothing was opened while the case stood still.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher

from rules.keys import item_id
from worker.simulation.expected_case import Cases, Generation, Spell
from worker.simulation.expected_setting import Patience, Violation
from worker.simulation.expected_story import Story

_SAME_TEXT = 0.6
_WATCHED = dt.timedelta(hours=1)


class Openings:
    """Tickets and standing comments that a generation is owed."""

    def __init__(self, cases: Cases, patience: Patience) -> None:
        self._cases = cases
        self._patience = patience
        self._settle = cases.setting.settle

    def violations(self, generation: Generation, is_current: bool) -> Iterable[Violation]:
        """What is missing, and what was opened while nothing should be."""
        yield from self._status(generation)
        yield from self._opened_at_rest(generation)
        yield from self._opened_elsewhere(generation)
        if is_current:
            yield from self._post_mortem(generation)
            yield from self._actions(generation)
            yield from self._plan(generation)
            yield from self._post_mortem_status(generation)

    def has_unopened_items(self, generation: Generation) -> bool:
        """Whether something written down has no ticket (yet)."""
        return any(not _is_opened(text, generation) for text, _ in self._wanted_items(generation))

    # --- inside -----------------------------------------------------------------------------------

    def _status(self, generation: Generation) -> Iterable[Violation]:
        is_there = any(s.kind == "status" and s.case == generation.case for s in generation.failure.comments)
        for spell in self._cases.active_spells(generation):
            healthy = self._patience.healthy_spells(spell.begins, spell.ends)
            if not is_there and any(ends - begins > _WATCHED for begins, ends in healthy):
                sentence = f"no status comment, though it was a failure since {spell.begins:%F %H:%M}"
                yield Violation(generation.failure.key, "missing", sentence)
                return

    def _post_mortem(self, generation: Generation) -> Iterable[Violation]:
        failure = generation.failure
        if generation.mortems:
            return
        spells = self._cases.spells(
            generation,
            lambda moment: (
                self._cases.is_active_at(generation, moment)
                and self._cases.severity_at(failure, moment) <= 2
                and not self._cases.is_experiment_at(failure, moment)
            ),
        )
        if self._is_overdue(spells, lambda spell: spell.begins):
            yield Violation(failure.key, "missing", "no post-mortem, though it is sev1 or sev2")

    def _actions(self, generation: Generation) -> Iterable[Violation]:
        for text, written_at in self._wanted_items(generation):
            ready = written_at + self._settle
            if not _is_opened(text, generation) and self._was_active_long_after(generation, ready):
                yield Violation(generation.failure.key, "missing", f"no action for “{text}”")

    def _plan(self, generation: Generation) -> Iterable[Violation]:
        opened = [action.created_at for action in generation.actions if not action.is_twin]
        is_there = any(s.kind == "plan" and s.case == generation.case for s in generation.failure.comments)
        if opened and not is_there and self._was_active_long_after(generation, min(opened)):
            yield Violation(generation.failure.key, "missing", "no plan comment, though it has actions")

    def _post_mortem_status(self, generation: Generation) -> Iterable[Violation]:
        for mortem in generation.mortems:
            is_there = any(said.kind == "status" for said in mortem.comments)
            if not mortem.is_twin and not is_there and self._was_active_long_after(generation, mortem.created_at):
                yield Violation(mortem.key, "missing", "no status comment on the post-mortem")

    def _opened_at_rest(self, generation: Generation) -> Iterable[Violation]:
        """Tickets that were opened when the case was not active at any moment that could have decided it."""
        for ticket in (*generation.mortems, *generation.actions):
            since = self._patience.reach(ticket.created_at)
            spells = self._cases.active_spells(generation)
            if not any(spell.begins <= ticket.created_at and spell.ends > since for spell in spells):
                yield Violation(ticket.key, "wrong", "it was opened while the case stood still")

    def _opened_elsewhere(self, generation: Generation) -> Iterable[Violation]:
        setting = self._cases.setting
        for tickets, wanted in (
            (generation.mortems, (setting.mortem_site, setting.mortem_place)),
            (generation.actions, (setting.action_site, setting.action_place)),
        ):
            for ticket in tickets:
                if (ticket.site, ticket.place) != wanted:
                    yield Violation(ticket.key, "wrong", f"it was opened in {ticket.site} {ticket.place}")

    def _wanted_items(self, generation: Generation) -> Iterable[tuple[str, dt.datetime]]:
        """Texts that want a ticket, and since when they read so."""
        for mortem in generation.mortems:
            if not mortem.is_twin:
                yield from ((text, mortem.last_edit()) for text in mortem.items())
                yield from self._commanded(mortem, generation)
        yield from self._commanded(generation.failure, generation)

    def _commanded(self, story: Story, generation: Generation) -> Iterable[tuple[str, dt.datetime]]:
        # What was said between the events that may count as the beginning may be obeyed or not.
        since = generation.begun_by[-1].at
        for said in story.comments:
            if said.at >= since and generation.is_running_at(said.at) and story.obeys(said):
                for name, argument in said.commands:
                    if name == "action" and argument:
                        yield argument, said.is_known_since

    def _was_active_long_after(self, generation: Generation, moment: dt.datetime) -> bool:
        spells = [spell for spell in self._cases.active_spells(generation) if spell.ends > moment]
        return self._is_overdue(spells, lambda spell: max(spell.begins, moment))

    def _is_overdue(self, spells: list[Spell], since: Callable[[Spell], dt.datetime]) -> bool:
        return any(self._patience.deadline(since(spell)) <= spell.ends for spell in spells)


def _is_opened(text: str, generation: Generation) -> bool:
    """Whether some action is for this text, as it was worded or nearly."""
    for action in generation.actions:
        item = action.marker.extra.partition(":")[0] if action.marker else ""
        if item == item_id(text) or _plain(action.title) == _plain(text):
            return True
    return any(
        SequenceMatcher(None, _plain(action.title), _plain(text)).ratio() >= _SAME_TEXT for action in generation.actions
    )


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().casefold()
