"""A repository's webhook is made once, mended where it stands, and taken away again; by an administrator alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.errors import Ambiguous, Denied, Gone
from connectors.github.deliveries import EVENTS, EVENTS_OF_OLD
from connectors.sandbox.delivery import Subscription
from connectors.sandbox.faults import Fault
from connectors.sandbox.http import Request
from connectors.webhooks import HookState
from rules.refs import Place
from tests.connectors.github.company import Company
from tests.connectors.github.conftest import SECRET, make_tracker
from tests.connectors.github.scripted import Asked, Reply, Scripted

SHOP = Place("github", "acme/shop")
PATH = "/webhooks/github"
URL = f"http://127.0.0.1:9{PATH}"


@pytest.fixture
def run_by_admins(acme: Company) -> Company:
    acme.site.accounts["aftermath"].default_rights = "admin"
    return acme


def hooks_of(acme: Company) -> list[Subscription]:
    return acme.sandbox.courier.subscriptions("github", "acme/shop")


def written(acme: Company) -> list[Request]:
    return [one for one in acme.api.asked if one.method != "GET"]


def test_it_is_made_with_everything_that_it_needs(run_by_admins: Company) -> None:
    made = run_by_admins.tracker.hooks.install_hook(SHOP, URL)
    (hook,) = hooks_of(run_by_admins)
    assert made.state is HookState.INSTALLED
    assert (hook.url, hook.secret, hook.content_type, hook.is_active) == (URL, SECRET.decode(), "json", True)
    assert hook.events == EVENTS
    (asked,) = written(run_by_admins)
    assert asked.json()["config"]["insecure_ssl"] == "0"
    assert run_by_admins.tracker.hooks.look_for_hook(SHOP, PATH, URL).state is HookState.GOOD


def test_made_again_it_is_the_same_one_as_it_should_be(run_by_admins: Company) -> None:
    """Its secret cannot be read, so that it is sent anew: it may have been changed on our side."""
    courier = run_by_admins.sandbox.courier
    hook = courier.subscribe("github", "github", URL, container="acme/shop", secret="old", events=["push"])
    courier.change(replace(hook, is_active=False, content_type="form"))
    assert run_by_admins.tracker.hooks.look_for_hook(SHOP, PATH, "").found == (
        f"The webhook of acme/shop to {URL} is switched off; sends forms and no JSON; says nothing of "
        f"issues, issue_comment, label, repository, sub_issues, issue_dependencies."
    )
    for _ in range(2):
        assert run_by_admins.tracker.hooks.install_hook(SHOP, URL).state is HookState.UPDATED
    (mended,) = hooks_of(run_by_admins)
    assert (mended.id, mended.secret, mended.events, mended.is_active) == (hook.id, SECRET.decode(), EVENTS, True)
    assert mended.content_type == "json"


def test_another_installation_s_webhook_is_left_alone(run_by_admins: Company) -> None:
    other = "http://127.0.0.1:8/webhooks/github"
    run_by_admins.sandbox.courier.subscribe("github", "github", other, container="acme/shop", secret="theirs")
    run_by_admins.tracker.hooks.install_hook(SHOP, URL)
    assert [hook.url for hook in hooks_of(run_by_admins)] == [other, URL]
    run_by_admins.tracker.hooks.remove_hook(SHOP, PATH, URL)
    assert [(hook.url, hook.secret) for hook in hooks_of(run_by_admins)] == [(other, "theirs")]


def test_taken_away_it_is_gone_and_that_may_be_said_again(run_by_admins: Company) -> None:
    keeper = run_by_admins.tracker.hooks
    keeper.install_hook(SHOP, URL)
    assert keeper.remove_hook(SHOP, PATH, URL).state is HookState.REMOVED
    assert hooks_of(run_by_admins) == []
    for url in (URL, ""):
        assert keeper.remove_hook(SHOP, PATH, url).state is HookState.MISSING


@pytest.mark.parametrize("hosts", [("127.0.0.1:8",), ("127.0.0.1:8", "127.0.0.1:9")], ids=["one", "several"])
def test_without_its_address_none_is_taken_away(run_by_admins: Company, hosts: tuple[str, ...]) -> None:
    """Another installation's ends in the same path."""
    there = [f"http://{host}{PATH}" for host in hosts]
    for url in there:
        run_by_admins.sandbox.courier.subscribe("github", "github", url, container="acme/shop", secret="theirs")
    told = run_by_admins.tracker.hooks.remove_hook(SHOP, PATH, "")
    assert (told.state, written(run_by_admins)) == (HookState.UNCLEAR, [])
    assert ", ".join(there) in told.found
    assert [hook.url for hook in hooks_of(run_by_admins)] == there


def test_who_administers_nothing_is_told_so_and_writes_nothing(acme: Company) -> None:
    assert acme.tracker.hooks.look_for_hook(SHOP, PATH, URL).state is HookState.HIDDEN
    with pytest.raises((Denied, Gone)):
        acme.tracker.hooks.install_hook(SHOP, URL)
    assert written(acme) == []
    steps = " ".join(acme.tracker.hooks.by_hand([SHOP], URL))
    assert "/acme/shop/settings/hooks/new" in steps
    assert URL in steps
    assert SECRET.decode() not in steps


@pytest.mark.parametrize("kind", ["cut-done", "error-502-done"])
def test_an_answer_that_is_lost_makes_no_second_one(run_by_admins: Company, kind: str) -> None:
    """P3: it is read back."""
    run_by_admins.break_with(Fault(kind, method="POST", path="/hooks$", times=1))  # type: ignore[arg-type]
    assert run_by_admins.tracker.hooks.install_hook(SHOP, URL).state is HookState.INSTALLED
    assert len(hooks_of(run_by_admins)) == 1


def test_what_was_not_made_is_not_said_to_be(run_by_admins: Company) -> None:
    run_by_admins.break_with(Fault("cut", method="POST", path="/hooks$", times=1))
    with pytest.raises(Ambiguous):
        run_by_admins.tracker.hooks.install_hook(SHOP, URL)
    assert hooks_of(run_by_admins) == []


def test_an_older_server_is_asked_for_the_events_that_it_has(server: Scripted) -> None:
    def create(asked: Asked) -> Reply:
        is_known = set(asked.body["events"]) <= set(EVENTS_OF_OLD)
        return Reply(201, {"id": 1}) if is_known else Reply(422, {"message": "Validation Failed"})

    server.on("GET", "/repos/acme/shop/hooks", Reply(200, []))
    server.on("POST", "/repos/acme/shop/hooks", create)
    made = make_tracker(server.url, []).hooks.install_hook(SHOP, URL)
    assert (made.state, server.count("POST", "/repos/acme/shop/hooks")) == (HookState.INSTALLED, 2)
