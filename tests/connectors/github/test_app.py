"""A GitHub App: whose repositories it reaches with which token, and when a token is renewed. Over real HTTP."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from connectors.access import Secret
from connectors.errors import Denied, Temporary
from connectors.github.app import App
from connectors.inspection import Finding, Grade, Wanted
from connectors.sandbox.faults import Fault
from connectors.sandbox.github_apps import SandboxApp
from rules.facts import ActorKind
from tests.connectors.github.app_company import (
    APP_ID,
    FORGE,
    SHOP,
    STRANGE,
    AppCompany,
    app_company,
    key_pair,
)
from tests.connectors.github.conftest import MARKER

LOOKUP = "/repos/{owner}/{repo}/installation"


@pytest.fixture
def at() -> Iterator[AppCompany]:
    with app_company() as running:
        yield running


def test_an_app_writes_as_its_bot(at: AppCompany) -> None:
    we = at.tracker.who_we_are()
    assert (we.account, we.kind) == ("aftermath[bot]", ActorKind.OURS)


def test_each_owner_has_an_installation_of_its_own_and_each_is_asked_for_once(at: AppCompany) -> None:
    for place in (SHOP, FORGE, SHOP, FORGE):
        ref = at.opened(place)
        at.tracker.post_comment(ref, "Looking into it", MARKER)
        assert at.tracker.fetch_ticket(ref).comments[0].author.account == "aftermath[bot]"
    assert at.sandbox.counts.route("github", "GET", LOOKUP) == 2
    assert at.tokens_made() == 2


def test_a_named_installation_is_not_looked_for(at: AppCompany) -> None:
    tracker = at.connect(app=App(str(APP_ID), at.globex.id))
    tracker.fetch_ticket(at.opened(FORGE))
    assert at.sandbox.counts.route("github", "GET", LOOKUP) == 0


def test_a_repository_that_no_installation_reaches_is_told_with_what_to_do(at: AppCompany) -> None:
    with pytest.raises(Denied, match="does not reach initech/vault: install it for initech"):
        at.tracker.fetch_ticket(at.opened(STRANGE))


@pytest.mark.parametrize("to", ["globex", "globex/forge", "GLOBEX"])
def test_a_query_goes_with_the_token_of_the_owner_that_it_is_for(at: AppCompany, to: str) -> None:
    at.tracker.fetch_ticket(at.opened(SHOP))
    at.tracker._client.query_graphql("query { viewer { login } }", to=to)
    badge = at.api.apps.badge(at.api.asked[-1].headers["authorization"])
    assert badge
    assert badge.installation is at.globex


def test_a_question_for_nobody_in_particular_goes_with_any_installation(at: AppCompany) -> None:
    at.acme.is_suspended = True
    told = at.tracker._client.query_graphql("query { viewer { login } }")
    assert told == {"viewer": {"login": "aftermath"}}


# --- renewal ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "made"),
    [
        pytest.param(54, 1, id="kept-while-more-than-five-minutes-are-left"),
        pytest.param(56, 2, id="renewed-in-its-last-five-minutes"),
        pytest.param(90, 2, id="renewed-after-its-end"),
    ],
)
def test_a_token_is_renewed_before_it_ends(at: AppCompany, minutes: float, made: int) -> None:
    ref = at.opened(SHOP)
    at.tracker.fetch_ticket(ref)
    at.later(minutes=minutes)
    at.tracker.fetch_ticket(ref)
    assert at.tokens_made() == made


def test_many_threads_renew_a_token_once(at: AppCompany) -> None:
    ref = at.opened(SHOP)
    at.tracker.fetch_ticket(ref)
    at.later(hours=2)
    together = threading.Barrier(8)

    def ask(_: int) -> str:
        together.wait()
        return at.tracker.fetch_ticket(ref).title

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"Down"}
    assert at.tokens_made() == 2


def test_while_one_thread_renews_the_others_go_on_with_the_old_token(at: AppCompany) -> None:
    ref = at.opened(SHOP)
    at.tracker.fetch_ticket(ref)
    at.later(minutes=57)
    at.sandbox.faults.add(Fault("slow", method="POST", path="access_tokens", delay_s=2))
    with ThreadPoolExecutor(1) as pool:
        renewing = pool.submit(at.tracker.fetch_ticket, ref)
        while not at.sandbox.faults.fired["slow"]:
            time.sleep(0.01)
        assert at.tracker.fetch_ticket(ref).title == "Down"
        assert not renewing.done()
        assert renewing.result().title == "Down"
    assert at.tokens_made() == 2


def test_a_renewal_that_fails_costs_nothing_while_the_old_token_is_good(at: AppCompany) -> None:
    ref = at.opened(SHOP)
    at.tracker.fetch_ticket(ref)
    at.later(minutes=57)
    at.sandbox.faults.add(Fault("error-500", method="POST", path="access_tokens"))
    at.tracker.post_comment(ref, "Looking into it", MARKER)
    at.later(minutes=4)
    with pytest.raises(Temporary):
        at.tracker.post_comment(ref, "Still looking", MARKER)
    assert len(at.site.tickets[at.site.by_key[ref.key]].comments) == 1


def test_a_token_that_was_revoked_is_replaced_and_the_write_is_done_once(at: AppCompany) -> None:
    ref = at.opened(SHOP)
    at.tracker.fetch_ticket(ref)
    at.later(minutes=10)
    at.api.apps.revoke_tokens()
    at.tracker.post_comment(ref, "Looking into it", MARKER)
    assert at.tokens_made() == 2
    assert len(at.site.tickets[at.site.by_key[ref.key]].comments) == 1


def test_an_app_that_was_installed_anew_is_found_by_its_new_installation(at: AppCompany) -> None:
    ref = at.opened(SHOP)
    at.tracker.fetch_ticket(ref)
    at.later(minutes=10)
    at.api.apps.uninstall(at.acme)
    with pytest.raises(Denied, match="does not reach acme/shop"):
        at.tracker.fetch_ticket(ref)
    at.api.apps.install(at.app, "acme")
    assert at.tracker.fetch_ticket(ref).title == "Down"


def test_a_suspended_installation_is_told_with_what_to_do(at: AppCompany) -> None:
    at.acme.is_suspended = True
    with pytest.raises(Denied, match="suspended: whoever suspended it can lift that"):
        at.tracker.fetch_ticket(at.opened(SHOP))


def test_a_lacking_permission_is_named(at: AppCompany) -> None:
    at.acme.permissions["issues"] = "read"
    with pytest.raises(Denied, match=r"not accessible by integration\. It needs issues=write\."):
        at.tracker.post_comment(at.opened(SHOP), "Hello", MARKER)


def test_renewals_are_counted_as_requests(at: AppCompany) -> None:
    at.tracker.fetch_ticket(at.opened(SHOP))
    asked = at.sandbox.counts.reads("github") + at.sandbox.counts.writes("github")
    assert at.tracker.requests.reads + at.tracker.requests.writes == asked
    assert at.tracker.requests.writes == 0


# --- the key ------------------------------------------------------------------------------------


class ChangingSecret(Secret):
    """A secret that another one takes the place of when it is looked at again."""

    def __init__(self, first: str, then: str) -> None:
        super().__init__(first)
        self._then = then

    def changed_from(self, used: str) -> bool:
        self._value = self._then
        return self._value != used


def test_a_key_that_was_replaced_is_read_again(at: AppCompany) -> None:
    tracker = at.connect(key=ChangingSecret(key_pair(1)[0], key_pair()[0]))
    assert tracker.who_we_are().account == "aftermath[bot]"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        pytest.param(lambda: key_pair(1)[0], "does not take the App's key", id="another-key"),
        pytest.param(lambda: "-----BEGIN RSA PRIVATE KEY-----\nhunter2", "cannot be read", id="no-key"),
    ],
)
def test_a_wrong_key_is_told_and_never_shown(at: AppCompany, key: object, said: str) -> None:
    assert callable(key)
    tracker = at.connect(key=Secret(key()))
    with pytest.raises(Denied, match=said) as told:
        tracker.who_we_are()
    shown = "".join(traceback.format_exception(told.value)) + repr(tracker) + repr(vars(tracker._client))
    assert key() not in shown
    assert key().splitlines()[1] not in shown


def test_no_repr_and_no_error_shows_a_token(at: AppCompany) -> None:
    at.tracker.fetch_ticket(at.opened(SHOP))
    shown = repr(at.tracker) + repr(vars(at.tracker._client)) + repr(vars(at.tracker._client._keys)["_tokens"])
    assert "ghs_" not in shown


# --- what check tells ---------------------------------------------------------------------------


def findings(at: AppCompany, wanted: Wanted) -> list[Finding]:
    return [finding for finding in at.tracker.inspect(wanted) if finding.about == "app"]


def test_check_tells_which_installation_reaches_what(at: AppCompany) -> None:
    found = {finding.found for finding in findings(at, Wanted((SHOP, FORGE)))}
    assert found == {
        f"The App's installation {at.acme.id} (acme) reaches acme/shop, with the permissions that are needed.",
        f"The App's installation {at.globex.id} (globex) reaches globex/forge, with the permissions that are needed.",
    }


def test_check_tells_where_the_app_is_not_installed(at: AppCompany) -> None:
    (found,) = findings(at, Wanted((STRANGE,)))
    assert (found.grade, "initech/vault" in found.found) == (Grade.WRONG, True)


def test_check_tells_what_an_installation_lacks(at: AppCompany) -> None:
    at.acme.permissions = {"metadata": "read", "issues": "read", "contents": "read"}
    (found,) = findings(at, Wanted((SHOP,), files=(SHOP,)))
    assert found.grade is Grade.WRONG
    assert "lacks Issues: read and write and Contents: read and write" in found.found
    assert "owner of acme then accepts it" in found.todo


def test_check_tells_of_a_suspension(at: AppCompany) -> None:
    at.acme.is_suspended = True
    assert any("is suspended" in finding.found for finding in findings(at, Wanted((SHOP,))))


def test_check_finds_nothing_wrong_with_an_app_that_is_set_up_well(at: AppCompany) -> None:
    at.site.open_ticket("ada", SHOP.container, "Down")
    wrong = [one for one in at.tracker.inspect(Wanted((SHOP, FORGE))) if one.grade in (Grade.WRONG, Grade.AWAY)]
    assert wrong == []


def test_an_app_that_nobody_knows_is_not_taken(at: AppCompany) -> None:
    at.api.apps.register(SandboxApp(7, "other", key_pair(1)[1], "ada"))
    tracker = at.connect(app=App("7"))
    (first, *_) = tracker.inspect(Wanted((SHOP,)))
    assert (first.about, first.grade) == ("token", Grade.WRONG)
    assert first.where.endswith("/settings/apps"), "the page with the App's keys, not the one with people's tokens"
