"""What a webhook could not bring is found in its log, in as few requests as that takes, and asked for once more."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Iterator

import pytest

from connectors.access import Access, Secret
from connectors.errors import Refused, Temporary
from connectors.github.client import GitHubClient
from connectors.github.hook_log import HookLog
from connectors.sandbox.faults import Fault
from connectors.tracker import FailedDelivery
from rules.refs import Place
from tests.connectors.github.company import Company
from tests.connectors.github.conftest import NOW
from tests.connectors.github.scripted import Reply, Scripted
from tests.connectors.sandbox.github_company import Receiver, receiver

SHOP = Place("github", "acme/shop")
PATH = "/webhooks/github"
#: More than a page of the log.
MANY = 230


@pytest.fixture
def run_by_admins(acme: Company) -> Company:
    """Our account administers the repository, so that it is shown its hooks."""
    acme.site.accounts["aftermath"].default_rights = "admin"
    return acme


@pytest.fixture
def ear() -> Iterator[Receiver]:
    with receiver() as listening:
        yield listening


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def nobody() -> str:
    """An address where nobody listens."""
    return f"http://127.0.0.1:{closed_port()}{PATH}"


def subscribe(acme: Company, url: str, container: str = "acme/shop") -> int:
    return acme.sandbox.courier.subscribe("github", "github", url, container=container, secret="s3cret").id


def failed(acme: Company, days: float = 3) -> tuple[FailedDelivery, ...]:
    return acme.tracker.failed_deliveries(SHOP, PATH, acme.sandbox.clock.now() - dt.timedelta(days=days))


def open_some(acme: Company, count: int = 1) -> None:
    for _ in range(count):
        acme.open()
    assert acme.sandbox.wait_idle()


def requests(acme: Company) -> int:
    return acme.tracker.requests.snapshot().reads


def test_what_nobody_took_is_found_oldest_first(run_by_admins: Company) -> None:
    subscribe(run_by_admins, nobody())
    open_some(run_by_admins, 3)
    log = run_by_admins.sandbox.courier.deliveries()
    assert [one.id for one in failed(run_by_admins)] == [entry.outgoing.guid for entry in log]


def test_one_that_arrived_at_a_later_try_is_not_found(run_by_admins: Company, ear: Receiver) -> None:
    """All tries of an event share its id."""
    ear.status = 500
    subscribe(run_by_admins, ear.url.partition("/hooks")[0] + PATH)
    open_some(run_by_admins)
    (one,) = failed(run_by_admins)
    ear.status = 200
    run_by_admins.tracker.redeliver(SHOP, one)
    assert run_by_admins.sandbox.wait_idle()
    assert failed(run_by_admins) == ()
    assert [headers["X-GitHub-Delivery"] for headers, _ in ear.received] == [one.id, one.id]


def test_a_log_of_several_pages_is_read_to_its_end_once_and_then_costs_one_request(run_by_admins: Company) -> None:
    subscribe(run_by_admins, nobody())
    open_some(run_by_admins, MANY)
    assert len(failed(run_by_admins)) == MANY
    before = requests(run_by_admins)
    assert len(failed(run_by_admins)) == MANY
    assert requests(run_by_admins) == before + 1, "of that answer GitHub says that it is unchanged"
    open_some(run_by_admins)
    assert len(failed(run_by_admins)) == MANY + 1
    assert requests(run_by_admins) == before + 2


def test_a_log_that_broke_off_in_the_middle_is_read_whole_the_next_time(run_by_admins: Company) -> None:
    subscribe(run_by_admins, nobody())
    open_some(run_by_admins, MANY)
    run_by_admins.sandbox.faults.add(Fault("error-500", method="GET", path="/deliveries$", skip=1))
    with pytest.raises(Temporary):
        failed(run_by_admins)
    run_by_admins.sandbox.faults.clear()
    assert len(failed(run_by_admins)) == MANY


def test_what_failed_before_the_days_that_count_is_left_alone(run_by_admins: Company) -> None:
    subscribe(run_by_admins, nobody())
    open_some(run_by_admins)
    run_by_admins.sandbox.clock.advance(dt.timedelta(days=2))
    assert len(failed(run_by_admins)) == 1
    assert failed(run_by_admins, days=1) == ()


def test_what_is_nothing_to_us_is_not_found(run_by_admins: Company) -> None:
    """A hook that leads elsewhere, and an event that we do not read."""
    courier = run_by_admins.sandbox.courier
    courier.subscribe("github", "github", "http://127.0.0.1:9/builds", container="acme/shop")
    number = subscribe(run_by_admins, nobody())
    hook = next(one for one in courier.subscriptions("github") if one.id == number)
    courier.send(hook, "push", {"ref": "refs/heads/main"})
    open_some(run_by_admins)
    assert len(failed(run_by_admins)) == 1


def test_where_hooks_are_for_administrators_only_that_is_asked_once_an_hour(acme: Company) -> None:
    """No trouble: polling brings the news."""
    subscribe(acme, nobody())
    open_some(acme)
    for _ in range(3):
        assert failed(acme) == ()
    asked = requests(acme)
    acme.site.accounts["aftermath"].default_rights = "admin"
    acme.sandbox.clock.advance(dt.timedelta(minutes=61))
    assert len(failed(acme)) == 1
    assert asked == 1


def test_a_hook_that_was_taken_away_meanwhile_is_no_trouble(run_by_admins: Company) -> None:
    number = subscribe(run_by_admins, nobody())
    open_some(run_by_admins)
    (one,) = failed(run_by_admins)
    run_by_admins.sandbox.courier.unsubscribe(number)
    assert failed(run_by_admins) == ()
    with pytest.raises(Refused):
        run_by_admins.tracker.redeliver(SHOP, one)


@pytest.mark.parametrize("handle", ["", "7", "../7", "7/8/attempts", "7/x", "-1/2"])
def test_a_handle_that_is_none_becomes_no_address(run_by_admins: Company, handle: str) -> None:
    """P11."""
    before = run_by_admins.sandbox.counts.writes()
    with pytest.raises(Refused):
        run_by_admins.tracker.redeliver(SHOP, FailedDelivery("guid", handle, run_by_admins.sandbox.clock.now()))
    assert run_by_admins.sandbox.counts.writes() == before


def test_the_log_of_an_app_differs_by_its_address_alone(server: Scripted) -> None:
    """Its hook has no number: there is one for all repositories."""
    entry = {"id": 12, "guid": "g", "event": "issues", "status_code": 502, "delivered_at": "2026-11-02T08:59:00Z"}
    server.on("GET", "/app/hook/deliveries", Reply(200, [entry]))
    server.on("POST", "/app/hook/deliveries/12/attempts", Reply(202, {}))
    log = HookLog(GitHubClient(server.url, Access(Secret("token")), lambda: NOW), "/app/hook")
    (one,) = log.failed(NOW - dt.timedelta(days=1))
    log.redeliver(one.number)
    assert server.count("POST", "/app/hook/deliveries/12/attempts") == 1
