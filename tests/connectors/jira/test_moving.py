"""Our own double is moved to a done status through whatever workflow stands between, on both editions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.errors import Ambiguous, Refused
from connectors.sandbox.world import STRICT_WORKFLOW, CustomField, WorkflowStep
from connectors.tracker import TWIN_LABEL
from rules.refs import TicketRef
from tests.connectors.jira.jira_house import DataCenterHouse, JiraHouse, draft, marker

STATUSES = {
    "To Do": "new",
    "Blocked": "indeterminate",
    "In Progress": "indeterminate",
    "In Review": "indeterminate",
    "Done": "done",
    "Rejected": "done",
}
ORIGINAL = TicketRef("jira", "OPS-1")
CAUSE = CustomField("customfield_10050", "Cause", "select", ("Process", "People"))
NOTE = CustomField("customfield_10051", "Closing note", "paragraph")
JUDGE = CustomField("customfield_10052", "Judge", "user")


@pytest.fixture(params=[JiraHouse, DataCenterHouse], ids=["cloud", "data center"])
def house(request: pytest.FixtureRequest) -> Iterator[JiraHouse]:
    with request.param() as house:
        house.site.places["OPS"].statuses = dict(STATUSES)
        house.site.places["OPS"].custom_fields = (CAUSE, NOTE, JUDGE)
        yield house


def steps(*ways: str) -> tuple[WorkflowStep, ...]:
    """`To Do > In Progress` for a step, with what it demands behind a colon."""
    found = []
    for way in ways:
        path, _, required = way.partition(": ")
        source, _, target = path.partition(" > ")
        demanded = tuple(filter(None, required.split(", ")))
        found.append(WorkflowStep(f"{source} to {target}", (source,), target, demanded))
    return tuple(found)


def closed(house: JiraHouse, workflow: tuple[WorkflowStep, ...], begins: str = "To Do") -> list[str]:
    """The statuses through which a double goes."""
    house.site.places["OPS"].workflow = workflow
    twin = house.tracker.open_ticket(draft(), marker())
    if begins != "To Do":
        house.site.set_status("ana", twin.ref.key, begins)
    house.site.ticket(twin.ref.key).history.clear()
    house.tracker.close_twin(twin.ref, ORIGINAL)
    return moves(house, twin.ref)


def moves(house: JiraHouse, ref: TicketRef) -> list[str]:
    return [one.new for one in house.site.ticket(ref.key).history if one.kind in ("status", "closed", "reopened")]


@pytest.mark.parametrize(
    ("workflow", "begins", "way"),
    [
        pytest.param(STRICT_WORKFLOW, "To Do", ["In Progress", "Done"], id="strict"),
        pytest.param(STRICT_WORKFLOW, "In Progress", ["Done"], id="strict, begun already"),
        pytest.param(STRICT_WORKFLOW, "Done", [], id="done already"),
        pytest.param((), "To Do", ["Done"], id="every way is open"),
        pytest.param(
            steps("To Do > In Progress", "In Progress > In Review", "In Progress > To Do", "In Review > Done"),
            "To Do",
            ["In Progress", "In Review", "Done"],
            id="four statuses in a row",
        ),
        pytest.param(
            steps("To Do > In Progress", "To Do > Rejected", "In Progress > Done"), "To Do", ["Rejected"], id="shortest"
        ),
        pytest.param(
            steps("To Do > Blocked", "Blocked > To Do", "To Do > In Progress", "In Progress > Done"),
            "To Do",
            ["Blocked", "To Do", "In Progress", "Done"],
            id="back out of a dead end",
        ),
        pytest.param(
            steps("To Do > Done: customfield_10052", "To Do > In Progress", "In Progress > Done"),
            "To Do",
            ["In Progress", "Done"],
            id="round a screen that wants what we do not know",
        ),
        pytest.param(
            steps("To Do > Done: resolution, customfield_10050, customfield_10051"),
            "To Do",
            ["Done"],
            id="a full screen",
        ),
    ],
)
def test_a_double_goes_the_shortest_way_that_can_be_seen_to_a_done_status(
    house: JiraHouse, workflow: tuple[WorkflowStep, ...], begins: str, way: list[str]
) -> None:
    assert closed(house, workflow, begins) == way


def test_what_a_screen_demands_is_filled_and_the_resolution_says_duplicate(house: JiraHouse) -> None:
    closed(house, steps("To Do > Done: resolution, customfield_10050, customfield_10051"))
    (twin,) = house.site.in_place("OPS")
    assert (twin.resolution, twin.values["customfield_10050"]) == ("duplicate", "Process")
    assert "opened twice" in str(twin.values["customfield_10051"])


@pytest.mark.parametrize(
    ("workflow", "way", "said"),
    [
        pytest.param(
            steps("To Do > In Progress", "In Progress > To Do"),
            ["In Progress"],
            r"no way from here \(In Progress\) to a done status",
            id="no done status can be reached",
        ),
        pytest.param(steps("In Progress > Done"), [], r"no way from here \(To Do\)", id="no step from here"),
        pytest.param(
            steps("To Do > Done: customfield_10052"),
            [],
            "tried To Do to Done, and wants Judge.*Judge is required",
            id="a field that nobody can fill",
        ),
    ],
)
def test_a_double_that_cannot_be_closed_says_why_and_is_not_moved_to_and_fro(
    house: JiraHouse, workflow: tuple[WorkflowStep, ...], way: list[str], said: str
) -> None:
    house.site.places["OPS"].workflow = workflow
    twin = house.tracker.open_ticket(draft(), marker()).ref
    for _ in range(3):
        with pytest.raises(Refused, match=said):
            house.tracker.close_twin(twin, ORIGINAL)
    assert moves(house, twin) == way
    assert house.site.ticket(twin.key).labels == [TWIN_LABEL]


def test_a_loop_ends_after_a_handful_of_steps(house: JiraHouse) -> None:
    names = [f"Stage {number}" for number in range(12)]
    house.site.places["OPS"].statuses = {"To Do": "new", **dict.fromkeys(names, "indeterminate")}
    house.site.places["OPS"].workflow = steps(
        "To Do > Stage 0", *(f"Stage {n} > Stage {(n + 1) % 12}" for n in range(12))
    )
    twin = house.tracker.open_ticket(draft(), marker()).ref
    with pytest.raises(Refused, match="after 8 steps"):
        house.tracker.close_twin(twin, ORIGINAL)
    assert moves(house, twin) == names[:8]


@pytest.mark.parametrize("kind", ["error-502", "error-502-done"])
def test_after_an_unclear_answer_it_goes_on_from_where_the_double_stands(house: JiraHouse, kind: str) -> None:
    house.site.places["OPS"].workflow = STRICT_WORKFLOW
    twin = house.tracker.open_ticket(draft(), marker()).ref
    house.fault(kind, "POST", "/transitions", times=1)  # type: ignore[arg-type] - by its name
    with pytest.raises(Ambiguous):
        house.tracker.close_twin(twin, ORIGINAL)
    house.tracker.close_twin(twin, ORIGINAL)
    assert moves(house, twin) == ["In Progress", "Done"]
