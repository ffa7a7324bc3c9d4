"""The web side over real HTTP: deliveries that are genuine, forged, garbage, too large, repeated; and health."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from connectors.sandbox.server import Sandbox
from rules.refs import TicketRef
from tests.worker.web_rig import PAYLOAD, REF, Rig
from worker.config import load_config
from worker.ledger.database import open_memory_ledger
from worker.program import compose
from worker.readiness import Readiness
from worker.roles import RUN, SCHEDULER, WEB, WORKER, Role
from worker.sandbox import OUR_ACCOUNT


@pytest.fixture
def rig(config_file: Path) -> Iterator[Rig]:
    with config_file.open("a", encoding="utf-8") as stream:
        stream.write("webhook_bytes_max: 10000\n")
    program = compose(load_config(config_file, os.environ), ledger=open_memory_ledger())
    rig = Rig(program)
    yield rig
    rig.server.stop()
    program.close()


def test_a_genuine_delivery_is_noted_and_answered_202(rig: Rig) -> None:
    answer = rig.deliver()
    assert (answer.status_code, answer.json()) == (202, {"status": "will be looked at"})
    assert rig.program.ledger.inbox.get(REF) is not None
    assert rig.hints == 1


def test_a_delivery_asks_no_tracker(rig: Rig, company: Sandbox) -> None:
    """P4: it is a hint; what is true is fetched by the look."""
    rig.deliver()
    assert company.counts.reads() + company.counts.writes() == 0


def test_a_repeated_delivery_is_answered_200_and_noted_once(rig: Rig) -> None:
    rig.deliver()
    first = rig.program.ledger.inbox.get(REF)
    answer = rig.deliver()
    assert (answer.status_code, answer.json()) == (200, {"status": "seen before"})
    assert rig.program.ledger.inbox.get(REF) == first
    assert rig.hints == 1


@pytest.mark.parametrize(
    ("case", "status"),
    [
        pytest.param({"secret": "somebody-elses"}, 401, id="forged"),
        pytest.param({"payload": b"\x00garbage", "secret": "somebody-elses"}, 401, id="forged-garbage"),
        pytest.param({"payload": b"\x00garbage"}, 400, id="signed-garbage"),
        pytest.param({"payload": {"issue": 7}}, 400, id="signed-nonsense"),
        pytest.param({"payload": b"x" * 10_001}, 413, id="too-large"),
        pytest.param({"payload": b"x" * 3_000_000}, 413, id="far-too-large"),
        pytest.param({"to": "gitlab"}, 404, id="unknown-tracker"),
    ],
)
def test_a_delivery_that_is_not_genuine_leaves_nothing_behind(rig: Rig, case: dict[str, Any], status: int) -> None:
    """P11: verified before it is parsed, and nothing of it is kept."""
    assert rig.deliver(**case).status_code == status
    assert rig.program.ledger.inbox.is_empty()
    assert rig.hints == 0


def refusals(logs: Iterable[MutableMapping[str, Any]]) -> list[MutableMapping[str, Any]]:
    return [one for one in logs if one["event"] == "deliveries are refused"]


def test_deliveries_with_a_wrong_secret_are_told_once_until_one_is_believed(rig: Rig) -> None:
    """P7, P11: each is refused and counted, and a log is not filled by whoever sends them."""
    with capture_logs() as logs:
        for guid in ("guid-1", "guid-2", "guid-3"):
            assert rig.deliver(secret="somebody-elses", guid=guid).status_code == 401
        (told,) = refusals(logs)
        assert told["tracker"] == "github"
        assert "trackers.github.webhook_secret" in told["todo"]
        assert rig.deliver().status_code == 202
        rig.deliver(secret="somebody-elses")
    assert len(refusals(logs)) == 2
    assert 'aftermath_deliveries_total{status="401",tracker="github"} 4.0' in rig.get("/metrics").text


def test_a_ticket_that_is_no_failure_and_none_of_ours_is_passed_over(rig: Rig) -> None:
    answer = rig.deliver({**PAYLOAD, "issue": {"number": 8, "labels": [{"name": "wish"}]}})
    assert answer.status_code == 202
    assert rig.program.ledger.inbox.is_empty()


def test_a_failure_in_a_place_that_is_not_watched_is_passed_over(rig: Rig) -> None:
    """An organisation's webhook tells of all its repositories; of each it is said once (P7)."""
    elsewhere = {**PAYLOAD, "repository": {"full_name": "acme/other"}}
    with capture_logs() as logs:
        answer = rig.deliver(elsewhere)
        rig.deliver({**elsewhere, "action": "edited"}, guid="guid-2")
        rig.deliver({**elsewhere, "issue": {"number": 8, "labels": []}}, guid="guid-3")
    assert (answer.status_code, answer.json()) == (202, {"status": "no failure, and none of ours"})
    assert rig.program.ledger.inbox.is_empty()
    assert [(one["event"], one["place"]) for one in logs] == [
        ("a failure lies where nothing is watched, and is left alone", "github:acme/other")
    ]


def test_a_failure_is_noted_whatever_capitals_its_place_is_written_in(rig: Rig) -> None:
    rig.deliver({**PAYLOAD, "repository": {"full_name": "Acme/SHOP"}})
    assert rig.program.ledger.inbox.get(TicketRef("github", "Acme/SHOP#7")) is not None


def test_a_ticket_that_we_know_is_noted_whatever_its_labels(rig: Rig) -> None:
    rig.program.ledger.cases.open_case("root", REF, "1", "Checkout is down", rig.program.clock.now())
    rig.deliver({**PAYLOAD, "issue": {"number": 7, "labels": []}})
    assert rig.program.ledger.inbox.get(REF) is not None


def test_a_transferred_ticket_of_ours_is_known_at_its_new_address(rig: Rig) -> None:
    rig.program.ledger.cases.open_case("root", REF, "1", "Checkout is down", rig.program.clock.now())
    rig.deliver(
        {
            **PAYLOAD,
            "action": "transferred",
            "changes": {"new_issue": {"number": 3, "labels": []}, "new_repository": {"full_name": "acme/till"}},
        }
    )
    moved = TicketRef("github", "acme/till#3")
    assert rig.program.ledger.cases.roots_of(moved) == ["root"]
    assert rig.program.ledger.cases.roots_of(REF) == ["root"], "the old address goes on leading there"
    assert rig.program.ledger.inbox.get(moved) is not None


def test_deliveries_without_an_id_are_told_apart_by_their_bodies(rig: Rig) -> None:
    assert rig.deliver(guid="").status_code == 202
    assert rig.deliver({**PAYLOAD, "action": "edited"}, guid="").json() == {"status": "will be looked at"}
    assert rig.deliver(guid="").json() == {"status": "seen before"}


def test_a_process_that_answers_is_healthy(rig: Rig) -> None:
    assert rig.get("/healthz").status_code == 200


@pytest.mark.parametrize("part", ["queue", "trackers", "rebuild", "polling"])
def test_what_is_amiss_makes_it_unready_and_is_named(rig: Rig, part: str) -> None:
    """P7: nothing is out of order in silence."""
    program = rig.program
    if part != "rebuild":
        program.ledger.installation.mark_rebuilt(program.config.installation, program.clock.now())
    if part != "polling":
        for place in program.config.places:
            program.ledger.inbox.polled(str(place), "", (), program.clock.now())
    rig.queue_is_up = part != "queue"
    rig.start_problems = ["github is away"] if part == "trackers" else []
    answer = rig.get("/readyz")
    assert answer.status_code == 503
    assert list(answer.json()["problems"]) == [part]


def test_it_is_ready_when_nothing_is_amiss(rig: Rig) -> None:
    program = rig.program
    program.ledger.installation.mark_rebuilt(program.config.installation, program.clock.now())
    for place in program.config.places:
        program.poller.poll(place)
    assert (rig.get("/readyz").status_code, rig.get("/readyz").json()["problems"]) == (200, {})


def test_a_brake_that_holds_is_a_warning_and_no_reason_to_be_unready(rig: Rig) -> None:
    """P7, P13: it is seen where health is seen, and work gets done."""
    program = rig.program
    program.ledger.installation.mark_rebuilt(program.config.installation, program.clock.now())
    for place in program.config.places:
        program.ledger.inbox.polled(str(place), "", (), program.clock.now())
    assert rig.get("/readyz").json()["warnings"] == {}
    program.ledger.installation.set_brake("200 new comments", program.clock.now())
    answer = rig.get("/readyz")
    assert answer.status_code == 200
    assert "200 new comments" in answer.json()["warnings"]["brake"]


@pytest.mark.parametrize(
    ("role", "is_leading", "named"),
    [
        pytest.param(RUN, True, {"queue", "trackers", "rebuild"}, id="run"),
        pytest.param(WEB, True, set(), id="web-takes-deliveries-all-the-same"),
        pytest.param(WORKER, True, {"queue", "trackers", "rebuild"}, id="worker"),
        pytest.param(SCHEDULER, True, {"queue", "trackers", "rebuild"}, id="scheduler-at-work"),
        pytest.param(SCHEDULER, False, {"queue"}, id="scheduler-that-stands-by"),
    ],
)
def test_a_process_is_unready_only_for_what_its_own_role_needs(
    rig: Rig, role: Role, is_leading: bool, named: set[str]
) -> None:
    readiness = Readiness(
        rig.program, lambda: False, lambda: ["github is away"], role=role, is_leading=lambda: is_leading
    )
    assert set(readiness.problems()) == named
    assert readiness.standing() == ("active" if is_leading else "standby")


def test_a_poll_that_failed_makes_it_unready(rig: Rig, company: Sandbox) -> None:
    program = rig.program
    program.ledger.installation.mark_rebuilt(program.config.installation, program.clock.now())
    for place in program.config.places:
        program.poller.poll(place)
    company.world.sites["github"].accounts[OUR_ACCOUNT].is_active = False
    for place in program.config.places:
        program.poller.poll(place)
    assert "github:acme/shop" in rig.get("/readyz").json()["problems"]["polling"]


def test_figures_count_what_waits_and_what_was_asked_of_each_tracker(rig: Rig) -> None:
    rig.deliver()
    rig.program.trackers["github"].who_we_are()
    page = rig.get("/metrics").text
    assert "aftermath_hints_waiting 1.0" in page
    assert 'aftermath_requests_total{kind="read",tracker="github"} 1.0' in page
    assert 'aftermath_requests_total{kind="write",tracker="github"} 0.0' in page


def test_figures_count_deliveries_by_the_answer_they_got(rig: Rig) -> None:
    """A secret that was changed on one side only shows as a row of 401."""
    rig.deliver()
    rig.deliver(secret="somebody-elses")
    rig.deliver(to="gitlab")
    page = rig.get("/metrics").text
    assert 'aftermath_deliveries_total{status="202",tracker="github"} 1.0' in page
    assert 'aftermath_deliveries_total{status="401",tracker="github"} 1.0' in page
    assert "gitlab" not in page, "a name from outside becomes no label"
