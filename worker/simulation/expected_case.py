"""A failure's generations and the tickets that belong to each, as the trackers show them.

A generation ends with our lesson. It comes back with the first reopening, or putting on of the failure
label, by anybody but us after that. Nothing in here says what ought to be there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from connectors.sandbox.world import World
from rules.keys import case_root
from worker.simulation.expected_moment import Moment
from worker.simulation.expected_setting import Setting
from worker.simulation.expected_story import Story

#: Failures come back a few times, not for ever.
_GENERATIONS_MAX = 1000


@dataclass(frozen=True)
class Spell:
    """A period during which something held, its end excluded."""

    begins: dt.datetime
    ends: dt.datetime


@dataclass
class Generation:
    """One case. `begun_by` holds more than one event where either may count as its beginning.

    `mortems` and `actions` are the tickets that bear this case's marker, twins among them.
    """

    case: str
    failure: Story
    begun_by: list[Moment]
    ends: dt.datetime
    is_closed: bool
    mortems: list[Story] = field(default_factory=list)
    actions: list[Story] = field(default_factory=list)

    @property
    def begins(self) -> dt.datetime:
        return self.begun_by[0].at

    def is_running_at(self, moment: dt.datetime) -> bool:
        return self.begins <= moment < self.ends

    @property
    def tickets(self) -> list[Story]:
        return [self.failure, *self.mortems, *self.actions]


class Cases:
    """All tickets of the sites as stories, and all generations of all failures."""

    def __init__(self, world: World, setting: Setting, ended_at: dt.datetime) -> None:
        self.setting = setting
        self.ended_at = ended_at
        self.stories: list[Story] = []
        for name in dict.fromkeys((setting.failure_site, setting.mortem_site, setting.action_site)):
            site = world.sites[name]
            self.stories += [Story(site, ticket, setting) for ticket in site.tickets.values()]
        self.failures = [story for story in self.stories if self._was_failure(story)]
        self.generations: dict[str, list[Generation]] = {
            failure.key: self._generations(failure) for failure in self.failures
        }

    def is_failure_at(self, failure: Story, moment: dt.datetime) -> bool:
        return self.setting.failure_label in failure.labels_at(moment)

    def is_active_at(self, generation: Generation, moment: dt.datetime) -> bool:
        return generation.is_running_at(moment) and self.is_failure_at(generation.failure, moment)

    def is_experiment_at(self, failure: Story, moment: dt.datetime) -> bool:
        return self.setting.experiment_label in failure.labels_at(moment)

    def severity_at(self, failure: Story, moment: dt.datetime) -> int:
        """The gravest of the labels, else the default."""
        named = self.setting.severity_labels
        levels = [named[label] for label in failure.labels_at(moment) if label in named]
        return min(levels, default=self.setting.default_severity)

    def spells(self, generation: Generation, holds: Callable[[dt.datetime], bool]) -> list[Spell]:
        """The periods within a generation in which something held that only changes with the failure's history."""
        points = [entry.at for entry in generation.failure.history]
        return spells_of([generation.begins, *points], generation.ends, holds)

    def active_spells(self, generation: Generation) -> list[Spell]:
        return self.spells(generation, lambda moment: self.is_active_at(generation, moment))

    # --- inside -----------------------------------------------------------------------------------

    def _was_failure(self, story: Story) -> bool:
        label = self.setting.failure_label
        is_there = story.site == self.setting.failure_site and story.key.startswith(self.setting.failure_place)
        return is_there and any(entry.kind == "labelled" and entry.new == label for entry in story.history)

    def _generations(self, failure: Story) -> list[Generation]:
        root = case_root(failure.site, failure.uid)
        found: list[Generation] = []
        after: dt.datetime | None = None
        for number in range(1, _GENERATIONS_MAX):
            case = f"{root}.{number}"
            begun_by = self._beginnings(failure, after)
            if not begun_by:
                break
            if after is None:
                begun_by += self._put_back_unseen(failure, case, begun_by[0].at)
            lessons = [said.at for said in failure.comments if said.kind == "lesson" and said.case == case]
            ends = lessons[0] if lessons else self.ended_at
            generation = Generation(case, failure, begun_by, ends, bool(lessons))
            generation.mortems = self._opened(case, "post-mortem")
            generation.actions = self._opened(case, "action")
            found.append(generation)
            if not lessons:
                break
            after = lessons[0]
        return found

    def _beginnings(self, failure: Story, after: dt.datetime | None) -> list[Moment]:
        """What began the generation: the label for the first, for later ones a reopening or the label.

        Where the failure came back without its label, either the reopening or the label may count.
        """
        label = self.setting.failure_label
        kinds = ("labelled",) if after is None else ("labelled", "reopened")
        found: list[Moment] = []
        for entry in failure.history:
            is_ours = after is not None and entry.actor == self.setting.ours
            if entry.kind not in kinds or is_ours or (after is not None and entry.at <= after):
                continue
            if entry.kind == "labelled" and entry.new != label:
                continue
            found.append(Moment(entry.at, f"begun {entry.id}"))
            if self.is_failure_at(failure, entry.at):
                return found
        return []  # it came back, but is no failure (yet)

    def _put_back_unseen(self, failure: Story, case: str, begun_at: dt.datetime) -> list[Moment]:
        """The label taken off and put on again before we first wrote: what was said before that counts no more."""
        seen_at = failure.first_sight(case) or self.ended_at
        return [
            Moment(entry.at, f"begun {entry.id}")
            for entry in failure.history
            if entry.kind == "labelled" and entry.new == self.setting.failure_label and begun_at < entry.at <= seen_at
        ]

    def _opened(self, case: str, kind: str) -> list[Story]:
        stories = [s for s in self.stories if s.marker and s.marker.case == case and s.marker.kind == kind]
        return sorted(stories, key=lambda story: (story.created_at, int(story.uid)))


def spells_of(points: Iterable[dt.datetime], ends: dt.datetime, holds: Callable[[dt.datetime], bool]) -> list[Spell]:
    """The periods in which `holds`, which changes at no other moments than `points`."""
    edges = sorted({point for point in points if point < ends})
    found: list[Spell] = []
    for begin, end in zip(edges, [*edges[1:], ends], strict=True):
        if not holds(begin):
            continue
        if found and found[-1].ends == begin:
            found[-1] = Spell(found[-1].begins, end)
        else:
            found.append(Spell(begin, end))
    return found
