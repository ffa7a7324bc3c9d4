"""Failures that fewer people read than the place that tickets are routed to (P14): nothing is opened there, and
`check`, `plan`, `status` and `explain` say why and what to do; once that is done, it is opened by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.inspection import Grade
from rules.refs import Place, TicketRef
from tests.end_to_end.desk import Desk
from tests.end_to_end.directions import OPS, SHOP, Direction
from tests.end_to_end.story import ALARM, RUNBOOK
from worker.explaining import explain
from worker.inspecting import inspect_tracker
from worker.planning import plan_all
from worker.status import read_status

PLANS = Place("github", "acme/plans")
#: Everything of an internal failure is routed to a repository that everybody may read.
TOO_WIDE = Direction(OPS, PLANS, PLANS, public=frozenset({PLANS}))
#: Only the action items of an internal post-mortem are.
HALF = Direction(SHOP, OPS, PLANS, public=frozenset({SHOP, PLANS}))
#: Nothing is routed for actions, which are opened beside a public failure.
BESIDE = Direction(SHOP, OPS, public=frozenset({SHOP}))
KEPT = "not everybody jira:OPS-1, where the words come from"


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with Desk(request.param, tmp_path, is_polling=True).open() as office:
        yield office


def fails(desk: Desk) -> TicketRef:
    failure = desk.report("ben", desk.direction.failure, "Checkout is down", "502", "failure", "sev2")
    desk.hear()
    desk.comment("ada", failure, "/ack")
    return failure


def checked(desk: Desk) -> list[tuple[Grade, str, str]]:
    """What `check` says of P14 on GitHub: how grave, what, and what to do."""
    section = inspect_tracker(desk.program, "github", desk.folder / "aftermath.yaml")
    return [(one.grade, one.found, one.todo) for one in section.findings if "not everybody" in one.found]


def in_status(desk: Desk) -> list[str]:
    return [one.problem for one in read_status(desk.program).troubles if one.needs_person]


@pytest.mark.parametrize("desk", [TOO_WIDE], indirect=True)
def test_what_is_routed_to_too_many_is_told_everywhere_and_opened_once_that_is_mended(desk: Desk) -> None:
    """P7, P8, P14: the post-mortem and an action of a Jira failure, in a public repository."""
    failure = fails(desk)
    desk.comment("ada", failure, f"/action {RUNBOOK}")
    desk.hear()
    assert desk.opened("post-mortem") == desk.opened("action") == []
    assert desk.ticket(failure).comments, "the case goes on with what it may do"
    everybody = f"everybody can read github:acme/plans and {KEPT}"
    mend = "in aftermath.yaml that no more people can read, or make github:acme/plans private"
    assert in_status(desk) == [
        "; ".join(
            f"1 {role} is not opened: {everybody}; name a place under `{key}:` {mend}, and it is opened"
            for role, key in (("post-mortem", "post_mortems"), ("action", "actions"))
        )
    ]
    shown = [(one.what, one.ticket, one.title, one.held) for one in plan_all(desk.program).held]
    assert shown == [
        ("open a post-mortem", str(PLANS), "Checkout is down",
         f"{everybody}; name a place under `post_mortems:` {mend}, and it is opened"),
        ("open an action", str(PLANS), RUNBOOK, f"{everybody}; name a place under `actions:` {mend}, and it is opened"),
    ]  # fmt: skip
    (explained,) = explain(desk.program, failure)
    assert [line for line in explained.quiet if "acme/plans" in line] == [
        f"{what} on github:acme/plans is held back: {held}" for what, _, _, held in shown
    ]
    desk.site("github").places["acme/plans"].is_public = False
    desk.pass_until(desk.clock.now() + dt.timedelta(days=1, hours=1))
    (mortem,), (action,) = desk.opened("post-mortem"), desk.opened("action")
    assert {desk.ticket(mortem).container, desk.ticket(action).container} == {"acme/plans"}
    assert in_status(desk) == []


@pytest.mark.parametrize("desk", [TOO_WIDE], indirect=True)
def test_check_refuses_it_with_the_lines_of_the_file(desk: Desk) -> None:
    for role, line, key in (("post-mortem", 8, "post_mortems"), ("action", 9, "actions")):
        found = (
            f"aftermath.yaml:{line}: {role}s are to be opened in github:acme/plans, which everybody can read, and not "
            f"everybody jira:OPS, where failures are labelled (line 7): no {role} of theirs is opened."
        )
        todo = f"Name a place under `{key}:` that no more people can read, or make acme/plans private."
        assert (Grade.WRONG, found, todo) in checked(desk)
    assert len(checked(desk)) == 2
    desk.site("github").places["acme/plans"].is_public = False
    desk.clock.advance(dt.timedelta(hours=1))
    assert checked(desk) == []


@pytest.mark.parametrize(
    ("desk", "line", "place", "mend"),
    [
        pytest.param(HALF, 9, "acme/plans", ", or make acme/plans private", id="routed"),
        pytest.param(BESIDE, 7, "acme/shop", "", id="beside-the-failure"),
    ],
    indirect=["desk"],
)
def test_items_of_an_internal_post_mortem_are_named_where_actions_are_public(
    desk: Desk, line: int, place: str, mend: str
) -> None:
    """P14: a note in `check`, since what is given on the failure works; `status` says when something waits."""
    found = (
        f"aftermath.yaml:{line}: actions are to be opened in github:{place}, which everybody can read, and not "
        "everybody jira:OPS, where post-mortems are opened (line 8): what is written down there gets no ticket, "
        "only what `/action` says on the failure itself."
    )
    todo = f"Name a place under `actions:` that no more people can read{mend}."
    assert checked(desk) == [(Grade.NOTE, found, todo)]
    fails(desk)
    (mortem,) = desk.opened("post-mortem")
    desk.write("ada", mortem, f"## Action items\n\n- [ ] {ALARM}\n- [ ] {RUNBOOK}\n")
    desk.hear()
    desk.pass_until(desk.clock.now() + dt.timedelta(minutes=20))
    (problem,) = in_status(desk)
    assert problem.startswith("2 actions are not opened: everybody can read github:acme/")
    assert KEPT in problem
    assert problem.endswith("and they are opened")
