"""Issue links and remote links on the sandbox's Jira."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.sandbox.jira_rig import Rig

PLAN = {
    "globalId": "aftermath=1",
    "relationship": "action of",
    "object": {"url": "https://example.com/1", "title": "Plan"},
}


@pytest.fixture
def rig() -> Iterator[Rig]:
    """With OPS-1 and OPS-2."""
    with Rig() as rig:
        rig.opened("first")
        rig.opened("second")
        yield rig


def link(rig: Rig, source: str, target: str, kind: str = "Blocks", **more: Any) -> tuple[int, Any]:
    body = {"type": {"name": kind}, "inwardIssue": {"key": source}, "outwardIssue": {"key": target}}
    return rig.call("POST", "issueLink", body, **more)


def issue_links(rig: Rig, key: str, **more: Any) -> list[tuple[str, str, str]]:
    """(type, side, key of the other ticket)."""
    shown = rig.good("GET", f"issue/{key}", fields="issuelinks", **more)["fields"]["issuelinks"]
    sides = [(entry["type"]["name"], side, entry[side]["key"]) for entry in shown for side in entry if "Issue" in side]
    return [(name, side, key) for name, side, key in sides]


def test_a_link_reads_outward_from_the_ticket_named_as_inward(rig: Rig) -> None:
    assert link(rig, "OPS-1", "OPS-2") == (201, None)

    assert issue_links(rig, "OPS-1") == [("Blocks", "outwardIssue", "OPS-2")]
    assert issue_links(rig, "OPS-2") == [("Blocks", "inwardIssue", "OPS-1")]


def test_linking_twice_is_taken_as_done(rig: Rig) -> None:
    assert [link(rig, "OPS-1", "OPS-2")[0] for _ in range(2)] == [201, 201]
    assert len(rig.site.ticket("OPS-1").links) == 1

    link(rig, "OPS-1", "OPS-2", "Relates")
    assert [kind for kind, _, _ in issue_links(rig, "OPS-1")] == ["Blocks", "Relates"]


@pytest.mark.parametrize(
    ("target", "kind", "account", "status"),
    [
        pytest.param("OPS-9", "Blocks", "ana", 404, id="missing ticket"),
        pytest.param("OPS-2", "Causes", "ana", 404, id="unknown type"),
        pytest.param("OPS-1", "Blocks", "ana", 400, id="to itself"),
        pytest.param("OPS-2", "Blocks", "rea", 401, id="without the right"),
    ],
)
def test_a_wrong_link_is_refused(rig: Rig, target: str, kind: str, account: str, status: int) -> None:
    assert link(rig, "OPS-1", target, kind, account=account)[0] == status
    assert issue_links(rig, "OPS-1") == []


def test_a_link_is_read_and_deleted_by_its_id(rig: Rig) -> None:
    link(rig, "OPS-1", "OPS-2")
    number = rig.site.ticket("OPS-1").links[0].id

    shown = rig.good("GET", f"issueLink/{number}")
    assert (shown["inwardIssue"]["key"], shown["outwardIssue"]["key"]) == ("OPS-1", "OPS-2")
    assert [rig.call("DELETE", f"issueLink/{number}")[0] for _ in range(2)] == [204, 404]
    assert issue_links(rig, "OPS-2") == []


def test_a_link_to_a_ticket_that_one_may_not_see_is_left_out(rig: Rig) -> None:
    public = rig.opened(project="PUB")
    link(rig, public, "OPS-1")

    assert issue_links(rig, public, account="olga") == []
    assert issue_links(rig, public) == [("Blocks", "outwardIssue", "OPS-1")]


def test_the_link_types_are_listed(rig: Rig) -> None:
    types = rig.good("GET", "issueLinkType")["issueLinkTypes"]

    assert {"Blocks", "Duplicate", "Relates"} <= {kind["name"] for kind in types}


# --- remote links ---------------------------------------------------------------------------------


def test_a_remote_link_with_a_known_global_id_is_updated_in_place(rig: Rig) -> None:
    path = "issue/OPS-1/remotelink"
    first = rig.call("POST", path, PLAN)
    changed = {**PLAN, "object": {"url": "https://example.com/2", "title": "New plan"}}

    second = rig.call("POST", path, changed)

    assert (first[0], second[0], first[1]["id"]) == (201, 200, second[1]["id"])
    (shown,) = rig.good("GET", path)
    assert (shown["globalId"], shown["relationship"], shown["object"]["url"], shown["object"]["title"]) == (
        "aftermath=1",
        "action of",
        "https://example.com/2",
        "New plan",
    )


def test_remote_links_without_a_global_id_pile_up(rig: Rig) -> None:
    for _ in range(2):
        rig.good("POST", "issue/OPS-1/remotelink", {"object": PLAN["object"]})

    assert len(rig.good("GET", "issue/OPS-1/remotelink")) == 2


def test_the_same_global_id_on_another_ticket_is_another_link(rig: Rig) -> None:
    assert [rig.call("POST", f"issue/{key}/remotelink", PLAN)[0] for key in ("OPS-1", "OPS-2")] == [201, 201]


def test_a_remote_link_is_read_and_deleted_by_either_id(rig: Rig) -> None:
    path = "issue/OPS-1/remotelink"
    number = rig.good("POST", path, PLAN)["id"]

    assert rig.good("GET", f"{path}/{number}") == rig.good("GET", path, globalId="aftermath=1")
    assert [rig.call("DELETE", f"{path}/{number}")[0] for _ in range(2)] == [204, 404]
    rig.good("POST", path, PLAN)
    assert [rig.call("DELETE", path, globalId="aftermath=1")[0] for _ in range(2)] == [204, 404]
    assert rig.good("GET", path) == []


@pytest.mark.parametrize(
    ("body", "account", "status"),
    [
        pytest.param({"object": {"url": "https://example.com"}}, "ana", 400, id="no title"),
        pytest.param({}, "ana", 400, id="no object"),
        pytest.param({**PLAN, "globalId": "x" * 256}, "ana", 400, id="long global id"),
        pytest.param(PLAN, "rea", 403, id="without the right"),
        pytest.param(PLAN, "olga", 404, id="hidden ticket"),
    ],
)
def test_a_wrong_remote_link_is_refused(rig: Rig, body: Any, account: str, status: int) -> None:
    assert rig.call("POST", "issue/OPS-1/remotelink", body, account=account)[0] == status
    assert rig.site.ticket("OPS-1").links == []
