"""The independent model sees every way in which a lesson's file can go wrong, and nothing where nothing is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.simulation.expected_worlds import (
    ANN,
    FAILURE,
    GOOD,
    OURS,
    SETTING,
    Stage,
    Step,
    found,
    moved,
    play,
    step,
    without,
)

HANDBOOK = "acme/handbook"
SHELVED = replace(SETTING, handbook_site="github", handbook_place=HANDBOOK, handbook_folder="lessons")


def path(stage: Stage, generation: int = 1) -> str:
    root, _, number = stage.case(generation).rpartition(".")
    return f"lessons/{root}-{number}.md"


def writes(when: str, who: str = OURS, *, text: str = "", at_path: str = "") -> Step:
    """Somebody writes the lesson's file, whatever stood there."""

    def write(stage: Stage) -> None:
        where = at_path or path(stage)
        present = stage.github.file(HANDBOOK, where)
        said = text or f'---\ncase: "{stage.case()}"\n---\n\nWhat we learned.\n'
        sha = present.blob_sha if present else ""
        stage.github.write_file(who, HANDBOOK, where, said, "Keep the lesson", blob_sha=sha)

    return step(when, "file", write)


def removes(when: str) -> Step:
    return step(when, "removed", lambda stage: stage.github.remove_file(ANN, HANDBOOK, path(stage)))


def handbook(*, is_public: bool = False) -> Step:
    return step("01-02 09:00", "handbook", lambda stage: stage.github.add_place(HANDBOOK, is_public=is_public))


KEPT = [handbook(), *GOOD, writes("03-05 11:06")]


def test_a_lesson_with_its_file_is_as_it_should_be() -> None:
    assert play(KEPT, setting=SHELVED) == []


def test_where_nobody_keeps_lessons_no_file_is_asked_for() -> None:
    assert play(GOOD) == []


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        pytest.param(without(KEPT, "file"), {("missing", FAILURE)}, id="missing"),
        pytest.param([*KEPT, writes("03-06 09:00")], {("twice", FAILURE)}, id="twice"),
        pytest.param(
            [*KEPT, writes("03-06 09:00", ANN), writes("03-07 09:00")], {("twice", FAILURE)}, id="over a person's"
        ),
        pytest.param([*KEPT, removes("03-06 09:00"), writes("03-07 09:00")], {("twice", FAILURE)}, id="put back"),
        pytest.param([*KEPT, writes("03-06 09:00", ANN), removes("03-07 09:00")], set(), id="what people do is theirs"),
        pytest.param(moved(KEPT, "file", "03-05 11:04"), {("early", FAILURE)}, id="before the lesson"),
        pytest.param(
            [*without(KEPT, "file"), writes("03-05 11:06", text="---\ncase: x\n---\n")],
            {("wrong", FAILURE)},
            id="of another case",
        ),
        pytest.param(
            [*KEPT, writes("03-06 09:00", at_path="lessons/y-1.md")], {("wrong", "lessons/y-1.md")}, id="of no case"
        ),
        pytest.param([handbook(is_public=True), *KEPT[1:]], {("wrong", FAILURE)}, id="where more people read"),
        pytest.param([handbook(is_public=True), *GOOD], set(), id="not written where more people read"),
    ],
)
def test_what_is_wrong_with_a_file_is_found(steps: list[Step], wanted: set[tuple[str, str]]) -> None:
    assert found(play(steps, setting=SHELVED)) == wanted


@pytest.mark.parametrize(
    ("ended_at", "is_late"), [("03-05 11:20", False), ("03-05 11:40", True)], ids=["within the slack", "after it"]
)
def test_a_file_may_take_as_long_as_a_write_may(ended_at: str, is_late: bool) -> None:
    steps: list[Step] = without(KEPT, "file")
    assert bool(play(steps, ended_at=ended_at, setting=SHELVED)) is is_late


def test_the_hand_made_file_stands_where_the_worker_would_write_it() -> None:
    """Otherwise nothing here would be judged."""
    stages: list[Stage] = []
    keep: Callable[[Stage], None] = stages.append
    play([*KEPT, step("03-09 09:00", "keep", keep)], setting=SHELVED)
    (commit,) = stages[0].github.commits(HANDBOOK)
    assert commit.path == path(stages[0])
