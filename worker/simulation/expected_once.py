"""Nothing twice: whatever happened on the network, one of each is left for people to see.

Our tickets and comments are told apart by their markers only, and our own duplicates by the text too.
What was retracted or neutralised does not count: nobody meets it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable

from worker.simulation import expected_approvals as approvals
from worker.simulation import expected_unclosed as unclosed
from worker.simulation.expected_case import Cases
from worker.simulation.expected_rungs import LADDER_KINDS
from worker.simulation.expected_setting import Violation
from worker.simulation.expected_story import STANDING_KINDS, Said, Story

#: Said once in a case. `paused` may be said at every pause, and is judged with the pauses.
_ONCE_A_CASE = ("thanks", "lesson", "wording", approvals.UNAPPROVED)
#: What may be said again for a new reason, and is judged where that is known.
_TOLD_ELSEWHERE = LADDER_KINDS | {"paused", unclosed.KIND, approvals.POSTPONED}


def once_violations(cases: Cases) -> list[Violation]:
    """Everything of ours that stands twice, that bears no marker, or that belongs to no case there ever was."""
    twice = [*_twice_by_key(cases), *_comments_twice(cases), *_tickets_twice(cases)]
    return [*_unmarked(cases), *_strays(cases), *twice]


def _unmarked(cases: Cases) -> Iterable[Violation]:
    for story in cases.stories:
        if story.is_ours and story.marker is None:
            yield Violation(story.key, "wrong", "a ticket of ours bears no marker that can be believed")
        for said in story.comments:
            if said.is_ours and said.marker is None:
                yield Violation(story.key, "wrong", f"our comment of {said.at:%F %H:%M} bears no marker")


def _strays(cases: Cases) -> Iterable[Violation]:
    known = {generation.case for generations in cases.generations.values() for generation in generations}
    for story in cases.stories:
        if story.marker and story.marker.case not in known:
            yield Violation(story.key, "wrong", f"this {story.marker.kind} belongs to no case")
        for said in _ours(story):
            if said.marker and said.case not in known:
                yield Violation(story.key, "wrong", f"the {said.kind} of {said.at:%F %H:%M} belongs to no case")


def _twice_by_key(cases: Cases) -> Iterable[Violation]:
    standing: dict[str, list[str]] = defaultdict(list)
    for story in cases.stories:
        if story.marker and not story.is_neutralised:
            standing[story.marker.key].append(f"the ticket {story.key}")
        for said in _ours(story):
            if said.marker:
                standing[said.marker.key].append(f"the {said.kind} of {said.at:%F %H:%M} on {story.key}")
    for key, things in standing.items():
        if len(things) > 1:
            yield Violation(things[1].rpartition(" ")[2], "twice", f"{' and '.join(things)} bear the key {key}")


def _comments_twice(cases: Cases) -> Iterable[Violation]:
    for story in cases.stories:
        groups: dict[Hashable, list[Said]] = defaultdict(list)
        for said in _ours(story):
            if said.kind in STANDING_KINDS or said.kind in _ONCE_A_CASE:
                groups[said.kind, said.case].append(said)
            elif said.kind not in _TOLD_ELSEWHERE:
                groups[said.kind, said.case, said.body].append(said)
        for group in groups.values():
            for said in group[1:]:
                yield Violation(story.key, "twice", f"{said.kind} stands again since {said.at:%F %H:%M}")


def _tickets_twice(cases: Cases) -> Iterable[Violation]:
    groups: dict[Hashable, list[Story]] = defaultdict(list)
    for story in cases.stories:
        if story.marker and not story.is_neutralised:
            item = story.marker.extra.partition(":")[0] if story.marker.kind == "action" else ""
            groups[story.marker.case, story.marker.kind, item].append(story)
    for group in groups.values():
        for story in group[1:]:
            yield Violation(story.key, "twice", f"what it was opened for is there already as {group[0].key}")


def _ours(story: Story) -> list[Said]:
    """Our comments on a ticket that people still look at."""
    return [] if story.is_neutralised else [said for said in story.comments if said.is_ours]
