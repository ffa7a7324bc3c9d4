"""Every fault does what its row in the table says: what the caller sees, and whether it was done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from connectors.sandbox.faults import KINDS, Fault, FaultPlan
from tests.connectors.sandbox.github_company import SHOP, Company, company

ISSUES = f"{SHOP}/issues"


@pytest.fixture
def at() -> Iterator[Company]:
    with company() as running:
        yield running


def post_issue(at: Company, **more: Any) -> requests.Response:
    return at.post(ISSUES, {"title": "Boom"}, **more)


@pytest.mark.parametrize(
    ("kind", "status", "is_done"),
    [
        ("limit", 429, False),
        ("secondary", 403, False),
        ("error-500", 500, False),
        ("error-502", 502, False),
        ("error-502-done", 502, True),
        ("error-503", 503, False),
        ("html", 200, False),
        ("slow", 201, True),
    ],
)
def test_a_fault_that_is_an_answer(at: Company, kind: Any, status: int, is_done: bool) -> None:
    at.sandbox.faults.add(Fault(kind, only="writes", times=1, retry_after_s=7, delay_s=0.01))
    answer = post_issue(at)
    assert answer.status_code == status
    assert bool(at.site.tickets) is is_done
    if kind in ("limit", "secondary"):
        assert answer.headers["Retry-After"] == "7"
        assert "secondary rate limit" in answer.json()["message"]
    if kind == "error-503":
        assert answer.headers["Retry-After"] == "7"
    if kind in ("html", "error-503"):
        assert answer.headers["Content-Type"].startswith("text/html")
    assert post_issue(at).status_code == 201, "the next request is none of the fault's business"


@pytest.mark.parametrize(
    ("kind", "is_done"),
    [("refuse", False), ("cut", False), ("cut-done", True)],
)
def test_a_fault_that_breaks_the_connection(at: Company, kind: Any, is_done: bool) -> None:
    at.sandbox.faults.add(Fault(kind, times=1))
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        post_issue(at)
    assert bool(at.site.tickets) is is_done
    assert post_issue(at).status_code == 201


@pytest.mark.parametrize(("kind", "is_done"), [("hang", False), ("hang-done", True)])
def test_a_fault_that_says_nothing(at: Company, kind: Any, is_done: bool) -> None:
    at.sandbox.faults.add(Fault(kind, times=1))
    with pytest.raises(requests.ReadTimeout):
        post_issue(at, timeout=0.1)
    assert at.sandbox.wait_idle()
    assert bool(at.site.tickets) is is_done


def test_a_late_write_lands_when_its_event_is_released_and_not_before(at: Company) -> None:
    """The nasty one: the caller has looked, found nothing, and then it turns up."""
    at.sandbox.faults.add(Fault("hang-late", times=1, event="late"))
    with pytest.raises(requests.ReadTimeout):
        post_issue(at, timeout=0.1)
    assert at.get(f"{ISSUES}?state=all").json() == []
    at.sandbox.faults.release("late")
    assert at.sandbox.wait_idle()
    assert [issue["title"] for issue in at.get(f"{ISSUES}?state=all").json()] == ["Boom"]


def test_a_late_write_may_land_after_a_delay(at: Company) -> None:
    at.sandbox.faults.add(Fault("hang-late", times=1, delay_s=0.05))
    with pytest.raises(requests.ReadTimeout):
        post_issue(at, timeout=0.1)
    assert at.sandbox.wait_idle()
    assert len(at.site.tickets) == 1


@pytest.mark.parametrize("kind", ["hang", "hang-done", "hang-late", "slow"])
def test_a_sandbox_that_stops_ends_what_hangs_and_carries_nothing_more_out(kind: Any) -> None:
    with company() as at:
        at.sandbox.faults.add(Fault(kind, delay_s=600, event="never"))
        outcome: list[Exception] = []

        def ask() -> None:
            try:
                post_issue(at, timeout=30)
            except requests.RequestException as error:
                outcome.append(error)

        caller = threading.Thread(target=ask)
        caller.start()
        while not at.sandbox.faults.fired:
            assert caller.is_alive()
        at.sandbox.stop()
        caller.join(5)
        assert not caller.is_alive()
        assert isinstance(outcome[0], requests.ConnectionError)
        assert len(at.site.tickets) <= (1 if kind == "hang-done" else 0)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("sandbox")]


def test_a_connection_that_is_kept_alive_is_cut_too(at: Company) -> None:
    with requests.Session() as session:
        session.headers["Authorization"] = "Bearer ada-token"
        assert session.get(at.sandbox.url("github") + "/user", timeout=5).status_code == 200
        at.sandbox.faults.add(Fault("cut", times=1))
        with pytest.raises(requests.ConnectionError):
            session.post(at.sandbox.url("github") + ISSUES, json={"title": "x"}, timeout=5)
    assert at.site.tickets == {}


def test_every_kind_in_the_table_is_tried_here() -> None:
    """A kind that is added without a row in these tests is noticed."""
    tried = {"limit", "secondary", "error-500", "error-502", "error-502-done", "error-503", "html", "slow"}
    tried |= {"refuse", "cut", "cut-done", "hang", "hang-done", "hang-late"}
    assert set(KINDS) == tried


# --- choosing ------------------------------------------------------------------------------------

GET = ("github", "ada", "GET", "/user")
POST = ("github", "ben", "POST", "/repos/acme/shop/issues")


@pytest.mark.parametrize(
    ("more", "request_", "matches"),
    [
        pytest.param({}, GET, True, id="everything"),
        pytest.param({"site": "jira"}, GET, False, id="another-site"),
        pytest.param({"account": "ben"}, GET, False, id="another-account"),
        pytest.param({"account": "ben"}, POST, True, id="this-account"),
        pytest.param({"method": "POST"}, GET, False, id="another-method"),
        pytest.param({"path": r"/issues$"}, POST, True, id="path-fits"),
        pytest.param({"path": r"^/issues"}, POST, False, id="path-does-not"),
        pytest.param({"only": "reads"}, POST, False, id="reads-only"),
        pytest.param({"only": "writes"}, POST, True, id="writes-only"),
    ],
)
def test_a_rule_is_about_the_requests_it_names(
    more: dict[str, Any], request_: tuple[str, str, str, str], matches: bool
) -> None:
    assert Fault("cut", **more).matches(*request_) is matches


@pytest.mark.parametrize(
    ("more", "fires_at"),
    [
        pytest.param({}, [1, 2, 3, 4, 5, 6], id="always"),
        pytest.param({"times": 2}, [1, 2], id="twice"),
        pytest.param({"skip": 2, "times": 1}, [3], id="only-the-third"),
        pytest.param({"every": 2}, [2, 4, 6], id="every-second"),
        pytest.param({"skip": 1, "every": 3}, [4], id="every-third-after-the-first"),
        pytest.param({"probability": 0.0}, [], id="never"),
    ],
)
def test_a_rule_fires_when_it_is_its_turn(more: dict[str, Any], fires_at: list[int]) -> None:
    plan = FaultPlan()
    plan.add(Fault("cut", **more))
    assert [n for n in range(1, 7) if plan.choose(*GET)] == fires_at
    assert plan.fired["cut"] == len(fires_at)


def test_the_first_rule_that_fires_wins() -> None:
    plan = FaultPlan()
    plan.add(Fault("cut", times=1))
    plan.add(Fault("html"))
    assert [fault.kind for fault in (plan.choose(*GET), plan.choose(*GET)) if fault] == ["cut", "html"]


def test_chance_is_repeatable() -> None:
    def drawn(seed: int) -> list[bool]:
        plan = FaultPlan(seed)
        plan.add(Fault("cut", probability=0.5))
        return [plan.choose(*GET) is not None for _ in range(64)]

    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)
    assert 10 < sum(drawn(7)) < 54


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        ({"kind": "explode"}, "'explode' is no fault; there are: refuse"),
        ({"kind": "cut", "colour": "red"}, "colour"),
        ({}, "a fault has a kind"),
        ({"kind": "cut", "probability": 2}, "probability is 0 to 1"),
        ({"kind": "cut", "path": "("}, "not a fault"),
        ({"kind": "cut", "only": "deletes"}, "'deletes' is not allowed"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(plain: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        Fault.from_json(plain)


def test_a_rule_survives_its_json() -> None:
    fault = Fault("hang-late", site="github", path="/issues$", only="writes", times=1, event="late")
    assert Fault.from_json(fault.as_json()) == fault
