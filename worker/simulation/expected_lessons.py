"""The independent model's part on lessons in a repository: each lesson once, at its own path, and then the people's.

It looks at the repository's commits alone, which forget nothing: a second commit of ours at one path is a second write,
whatever stands there in the end. Where more people read the repository than the failure, there is to be none at all.
"""

from __future__ import annotations

from collections.abc import Iterable

from connectors.sandbox.world import CommitState, World
from worker.simulation.expected_case import Cases, Generation
from worker.simulation.expected_setting import Patience, Violation


def lesson_violations(world: World, cases: Cases, patience: Patience) -> Iterable[Violation]:
    """What is missing, twice, early or wrong about files. Nothing is asked for where nobody keeps lessons."""
    setting = cases.setting
    if not setting.handbook_place:
        return
    place = world.sites[setting.handbook_site].places[setting.handbook_place]
    by_path: dict[str, list[CommitState]] = {}
    for commit in place.commits:
        if commit.author == setting.ours:
            by_path.setdefault(commit.path, []).append(commit)
    for generations in cases.generations.values():
        for generation in generations:
            ours = by_path.pop(_path(setting.handbook_folder, generation.case), [])
            yield from _of_generation(cases, patience, generation, ours, is_refused=place.is_public)
    for path in by_path:
        yield Violation(path, "wrong", "a file that is no case's lesson")


def _of_generation(
    cases: Cases, patience: Patience, generation: Generation, ours: list[CommitState], *, is_refused: bool
) -> Iterable[Violation]:
    key = generation.failure.key
    if is_refused and ours:
        yield Violation(key, "wrong", "its lesson was written where more people read it")
    if len(ours) > 1:
        moments = " and ".join(f"{commit.at:%F %H:%M:%S}" for commit in ours)
        yield Violation(key, "twice", f"its lesson was written to a file at {moments}")
    for commit in ours:
        if not generation.is_closed or commit.at < generation.ends:
            yield Violation(key, "early", f"the file of {commit.at:%F %H:%M} came before its lesson was told")
        if f'case: "{generation.case}"' not in (commit.text or "").split("\n---\n")[0]:
            yield Violation(key, "wrong", "the file of its lesson does not say which case it is of")
    if generation.is_closed and not ours and not is_refused:
        deadline = patience.deadline(generation.ends)
        # A case whose label is off is not found again by a database that was lost.
        if deadline <= cases.ended_at and cases.is_failure_at(generation.failure, deadline):
            yield Violation(key, "missing", f"no file for the lesson of {generation.ends:%F %H:%M}")


def _path(folder: str, case: str) -> str:
    root, _, number = case.rpartition(".")
    return f"{folder}/{root}-{number}.md"
