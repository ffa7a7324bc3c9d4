"""What a webhook could not bring is found in its log, in as few requests as that takes, and asked for once more."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Iterator

import pytest

from connectors.access import Access, Secret
from connectors.errors import Ambiguous, Refused, Temporary
from connectors.github.app import App
from connectors.github.tracker import GitHubTracker
from connectors.sandbox.faults import Fault
from connectors.tracker import FailedDelivery
from rules.refs import Place
from tests.connectors.github.app_company import key_pair
from tests.connectors.github.company import Company
from tests.connectors.github.conftest import CODEC, NOW
from tests.connectors.github.scripted import Asked, Reply, Scripted
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


# --- an App's own hook --------------------------------------------------------------------------

FORGE = Place("github", "globex/forge")
CONFIG, LOG, AGAIN = "/app/hook/config", "/app/hook/deliveries", "/app/hook/deliveries/12/attempts"
ENTRY = {"id": 12, "guid": "g", "event": "issues", "status_code": 502, "delivered_at": "2026-11-02T08:59:00Z"}
SINCE = NOW - dt.timedelta(days=1)


@pytest.fixture
def app(server: Scripted) -> GitHubTracker:
    """An App that both owners let in, and that may not look at their repositories' hooks."""
    server.on("GET", CONFIG, Reply(200, {"url": f"https://aftermath.example{PATH}", "content_type": "json"}))
    server.on("GET", LOG, Reply(200, [ENTRY]))
    server.on("POST", AGAIN, Reply(202, {}))
    for number, place in enumerate((SHOP, FORGE), start=1):
        token = {"token": f"ghs_{number}", "expires_at": "2026-11-02T10:00:00Z"}
        server.on("GET", f"/repos/{place.container}/installation", Reply(200, {"id": number}))
        server.on("POST", f"/app/installations/{number}/access_tokens", Reply(201, token))
        server.on("GET", f"/repos/{place.container}/hooks", Reply(403, {"message": "Not accessible"}))
    access = Access(Secret(key_pair()[0]), timeout_s=5)
    return GitHubTracker("github", server.url, access, CODEC, Secret(), now=lambda: NOW, app=App("12345"))


def test_what_an_apps_own_hook_could_not_bring_is_told_once_for_all_its_places(
    server: Scripted, app: GitHubTracker
) -> None:
    told = [[one.handle for one in app.failed_deliveries(place, PATH, SINCE)] for place in (SHOP, FORGE, SHOP)]
    assert told == [["app/12"], [], ["app/12"]]
    assert (server.count("GET", CONFIG), server.count("GET", LOG)) == (1, 2)


def test_an_app_asks_by_its_own_signature_for_another_try(server: Scripted, app: GitHubTracker) -> None:
    (one,) = app.failed_deliveries(SHOP, PATH, SINCE)
    app.redeliver(SHOP, one)
    (asked,) = [each for each in server.asked if (each.method, each.path) == ("POST", AGAIN)]
    assert asked.headers["authorization"].startswith("Bearer eyJ")


def test_an_apps_question_for_another_try_is_sent_once(server: Scripted, app: GitHubTracker) -> None:
    """P3."""
    (one,) = app.failed_deliveries(SHOP, PATH, SINCE)
    server.on("POST", AGAIN, Reply(cut=True))
    with pytest.raises(Ambiguous):
        app.redeliver(SHOP, one)
    assert server.count("POST", AGAIN) == 1


@pytest.mark.parametrize(
    "config",
    [
        pytest.param(Reply(404, {"message": "Not Found"}), id="an App without a hook"),
        pytest.param(Reply(200, {"url": ""}), id="no address"),
        pytest.param(Reply(200, {}), id="none told"),
        pytest.param(Reply(200, {"url": "https://aftermath.example/builds"}), id="one that leads elsewhere"),
    ],
)
def test_an_apps_hook_that_does_not_lead_to_us_is_left_alone(
    server: Scripted, app: GitHubTracker, config: Reply
) -> None:
    server.on("GET", CONFIG, config)
    assert app.failed_deliveries(SHOP, PATH, SINCE) == ()
    assert server.count("GET", LOG) == 0


def test_a_log_of_several_pages_is_read_by_the_app_itself(server: Scripted, app: GitHubTracker) -> None:
    def log(asked: Asked) -> Reply:
        if asked.query.get("cursor"):
            return Reply(200, [{**ENTRY, "id": 11, "guid": "f"}])
        return Reply(200, [ENTRY], {"Link": f'<{server.url}{LOG}?cursor=12>; rel="next"'})

    server.on("GET", LOG, log)
    assert [one.handle for one in app.failed_deliveries(SHOP, PATH, SINCE)] == ["app/11", "app/12"]


def test_a_token_has_no_hook_of_its_own(acme: Company) -> None:
    with pytest.raises(Refused, match="Only a GitHub App"):
        acme.tracker.redeliver(SHOP, FailedDelivery("guid", "app/12", NOW))
