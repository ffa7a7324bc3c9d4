"""P3 on a bad network: a write is sent once, its outcome is told truly, and reading back finds what was done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.errors import Ambiguous, Temporary, TrackerError
from connectors.sandbox.faults import FaultKind
from tests.connectors.jira.jira_house import OPS, JiraHouse, draft, marker


@pytest.fixture
def calm() -> Iterator[JiraHouse]:
    """A house whose tracker knows who we are, so that only the request in question meets the fault."""
    with JiraHouse(timeout_s=0.3) as house:
        house.tracker.who_we_are()
        yield house


WRITES: list[tuple[FaultKind, type[TrackerError], int]] = [
    ("refuse", Ambiguous, 0),
    ("limit", Temporary, 0),
    ("secondary", Temporary, 0),
    ("error-500", Ambiguous, 0),
    ("error-502", Ambiguous, 0),
    ("error-502-done", Ambiguous, 1),
    ("cut", Ambiguous, 0),
    ("cut-done", Ambiguous, 1),
    ("hang", Ambiguous, 0),
    ("hang-done", Ambiguous, 1),
    ("html", Ambiguous, 0),
]


@pytest.mark.parametrize(("kind", "error", "done"), WRITES, ids=[row[0] for row in WRITES])
def test_opening_a_ticket_is_tried_once_and_read_back(
    calm: JiraHouse, kind: FaultKind, error: type[TrackerError], done: int
) -> None:
    bookmark = calm.tracker.bookmark(OPS)
    calm.fault(kind, "POST", r"/issue$", times=1)
    writes = calm.tracker.requests.writes
    with pytest.raises(error):
        calm.tracker.open_ticket(draft(assignee="ana"), marker("sought"))
    assert calm.tracker.requests.writes == writes + 1
    assert len(calm.tracker.find_opened(OPS, "sought", bookmark)) == done
    assert len(calm.site.in_place("OPS")) == done


@pytest.mark.parametrize(("kind", "error", "done"), WRITES, ids=[row[0] for row in WRITES])
def test_a_comment_is_tried_once_and_read_back(
    calm: JiraHouse, kind: FaultKind, error: type[TrackerError], done: int
) -> None:
    ref = calm.opened()
    calm.fault(kind, "POST", r"/comment$", times=1)
    with pytest.raises(error):
        calm.tracker.post_comment(ref, "hello", marker("sought"))
    assert len(calm.tracker.find_comments(ref, "sought")) == done
    assert len(calm.site.ticket(ref.key).comments) == done


#: An answer without a body cannot be cut half-way: it is there or not.
STATES = [row for row in WRITES if row[0] != "cut-done"]


@pytest.mark.parametrize(("kind", "error", "done"), STATES, ids=[row[0] for row in STATES])
def test_a_state_can_be_written_again_after_any_outcome(
    calm: JiraHouse, kind: FaultKind, error: type[TrackerError], done: int
) -> None:
    ref = calm.opened()
    calm.fault(kind, "PUT", r"/issue/OPS-1$", times=1, skip=1)
    with pytest.raises(error):
        calm.tracker.add_label(ref, "failure")
    assert len(calm.site.ticket(ref.key).labels) == done
    calm.tracker.add_label(ref, "failure")
    assert calm.site.ticket(ref.key).labels == ["failure"]


def test_a_write_that_is_done_after_we_gave_up_is_found_later(calm: JiraHouse) -> None:
    calm.fault("hang-late", "POST", r"/issue$", times=1, event="late")
    with pytest.raises(Ambiguous):
        calm.tracker.open_ticket(draft(), marker("sought"))
    assert calm.tracker.find_opened(OPS, "sought", "0") == ()
    calm.sandbox.faults.release("late")
    assert calm.sandbox.wait_idle(5)
    assert [one.ref.key for one in calm.tracker.find_opened(OPS, "sought", "0")] == ["OPS-1"]


@pytest.mark.parametrize("kind", ["refuse", "cut", "cut-done", "error-500", "error-502", "hang"])
def test_a_read_survives_two_failures(calm: JiraHouse, kind: FaultKind) -> None:
    ref = calm.opened()
    calm.fault(kind, "GET", r"/issue/OPS-1$", times=2)
    assert calm.tracker.fetch_ticket(ref).ref == ref


@pytest.mark.parametrize("kind", ["refuse", "cut", "error-500", "html", "limit"])
def test_a_read_that_keeps_failing_is_temporary(calm: JiraHouse, kind: FaultKind) -> None:
    ref = calm.opened()
    calm.fault(kind, "GET", r"/issue/OPS-1$", retry_after_s=9)
    with pytest.raises(Temporary) as told:
        calm.tracker.fetch_ticket(ref)
    assert told.value.retry_after_s == (9.0 if kind == "limit" else None)
