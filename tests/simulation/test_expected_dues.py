"""The independent model knows what Jira's due date should show: what people said last, by command or by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.simulation.expected_worlds import ANN, GOOD, LEA, MORTEM, OURS, Step, found, play, step, until

OPENED = until(GOOD, "write item")
WANTED, BY_HAND = dt.date(2026, 1, 20), dt.date(2026, 1, 22)
COMMAND = step("01-06 10:00", "command", lambda s: s.comment(LEA, MORTEM, f"/due {WANTED}"))
WRITTEN = step("01-06 10:02", "written", lambda s: s.jira.set_due(OURS, MORTEM, WANTED))
MOVED = step("01-06 12:00", "moved", lambda s: s.jira.set_due(ANN, MORTEM, BY_HAND))
ARGUED = step("01-06 12:02", "argued", lambda s: s.jira.set_due(OURS, MORTEM, WANTED))
EARLY = step("01-06 09:00", "moved before", lambda s: s.jira.set_due(ANN, MORTEM, BY_HAND))


@pytest.mark.parametrize(
    ("steps", "ended_at", "what"),
    [
        pytest.param([COMMAND, WRITTEN], "01-06 16:00", set(), id="a command that is shown"),
        pytest.param([COMMAND], "01-06 16:00", {("wrong", MORTEM)}, id="a command that is not shown"),
        pytest.param([COMMAND], "01-06 10:20", set(), id="a command of just now"),
        pytest.param([COMMAND, WRITTEN, MOVED], "01-06 16:00", set(), id="moved by hand after it"),
        pytest.param([COMMAND, WRITTEN, MOVED, ARGUED], "01-06 16:00", {("wrong", MORTEM)}, id="argued with"),
        pytest.param([EARLY, COMMAND], "01-06 16:00", {("wrong", MORTEM)}, id="moved by hand before it"),
        pytest.param([EARLY, COMMAND, WRITTEN], "01-06 16:00", set(), id="moved by hand before it, and shown"),
    ],
)
def test_the_field_shows_what_people_said_last(steps: list[Step], ended_at: str, what: set[tuple[str, str]]) -> None:
    assert found(play([*OPENED, *steps], ended_at=ended_at)) == what
