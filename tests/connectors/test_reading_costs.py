"""docs/connectors.md says what reading a case costs: so many requests are counted here."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from connectors.tracker import Tracker
from tests.connectors.contract_stage import START, Stage, data_center_stage, github_stage, jira_stage, marker

PAGE = (Path(__file__).parents[2] / "docs" / "connectors.md").read_text(encoding="utf-8")
#: A failure, its post-mortem and its actions.
TICKETS = 12
STAGES: dict[str, Callable[[], AbstractContextManager[Stage]]] = {
    "GitHub": github_stage,
    "Jira Cloud": jira_stage,
    "Jira Data Center": data_center_stage,
}


def reads(tracker: Tracker) -> int:
    counted: int = tracker.requests.snapshot().reads  # type: ignore[attr-defined]
    return counted


@pytest.mark.parametrize("name", STAGES)
def test_a_case_costs_as_many_requests_as_the_page_says(name: str) -> None:
    """Read for the first time, and read again with nothing changed."""
    row = re.search(rf"^\| {name} \|.*\| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
    assert row, f"docs/connectors.md has no figures for {name}"
    with STAGES[name]() as stage:
        stage.tracker.who_we_are()  # once in a process
        # With a day, so that whether GitHub's owner has a field for it is asked here: once a day, for all its tickets.
        refs = [stage.tracker.open_ticket(stage.draft(due_on=START.date()), marker()).ref for _ in range(TICKETS)]
        for ref in refs:
            stage.tracker.post_comment(ref, "Where this stands", marker("standing"))
        counts = []
        for _ in range(2):
            before = reads(stage.tracker)
            assert len(stage.tracker.fetch_tickets(refs)) == TICKETS
            counts.append(reads(stage.tracker) - before)
    assert counts == [int(row[1]), int(row[2])]
