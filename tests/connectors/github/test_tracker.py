"""GitHubTracker against the sandbox, over real HTTP: who we are, where, and what is listed."""

from __future__ import annotations

import pytest

from connectors.errors import Denied, Gone, Refused
from connectors.github.tracker import GitHubTracker
from connectors.tracker import Tracker
from rules.facts import Actor, ActorKind, Audience
from rules.refs import Place
from tests.connectors.github.company import SHOP, VAULT, Company, company


def test_it_is_a_tracker(acme: Company) -> None:
    port: Tracker = acme.tracker
    assert all(callable(getattr(port, name)) for name in vars(Tracker) if not name.startswith("_") and name != "name")
    assert port.name == "github"


def test_we_are_known_and_asked_for_once(acme: Company) -> None:
    assert acme.tracker.who_we_are() == Actor("aftermath", "Aftermath", ActorKind.OURS)
    acme.tracker.who_we_are()
    assert acme.tracker.requests.reads == 1


def test_wrong_credentials_are_denied() -> None:
    with company(us="nobody") as acme, pytest.raises(Denied):
        acme.tracker.who_we_are()


# --- places ------------------------------------------------------------------------------------


def test_an_audience_is_remembered_for_an_hour(acme: Company) -> None:
    assert acme.tracker.audience(SHOP) is Audience.PUBLIC
    assert acme.tracker.audience(VAULT) is Audience.INTERNAL
    acme.site.places["acme/shop"].is_public = False
    acme.pass_time(3599)
    assert acme.tracker.audience(SHOP) is Audience.PUBLIC
    acme.pass_time(2)
    assert acme.tracker.audience(SHOP) is Audience.INTERNAL


def test_an_audience_can_be_asked_for_anew_and_is_remembered_then(acme: Company) -> None:
    """P14: before a lesson of an internal failure is written to a repository."""
    assert acme.tracker.audience(VAULT) is Audience.INTERNAL
    acme.site.places[VAULT.container].is_public = True
    assert acme.tracker.audience(VAULT) is Audience.INTERNAL
    assert acme.tracker.audience(VAULT, is_anew=True) is Audience.PUBLIC
    assert acme.tracker.audience(VAULT) is Audience.PUBLIC


def test_a_place_where_we_may_work_passes_the_check(acme: Company) -> None:
    acme.site.accounts["aftermath"].rights["acme/shop"] = "triage"
    acme.tracker.check_place(SHOP)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        pytest.param({"is_archived": True}, Refused, "archived", id="archived"),
        pytest.param({"has_issues": False}, Gone, "switched off", id="no-issues"),
        pytest.param({"rights": "read"}, Denied, "aftermath may only read acme/shop", id="may-only-read"),
        pytest.param({"rights": "none", "is_public": False}, Gone, "invite it", id="may-not-look"),
    ],
)
def test_a_place_that_lacks_something_says_what(
    acme: Company, change: dict[str, object], error: type[Refused], says: str
) -> None:
    change = dict(change)
    if "rights" in change:
        acme.site.accounts["aftermath"].rights["acme/shop"] = str(change.pop("rights"))
    for name, value in change.items():
        setattr(acme.site.places["acme/shop"], name, value)
    with pytest.raises(error, match=says):
        acme.tracker.check_place(SHOP)


@pytest.mark.parametrize(
    ("account", "may"),
    [("ada", True), ("ben", True), ("tom", True), ("eve", False), ("stranger", False), ("", False), ("../x", False)],
)
def test_rights_are_triage_or_more(acme: Company, account: str, may: bool) -> None:
    assert acme.tracker.has_rights(acme.ref(acme.open()), account) is may


def test_rights_are_remembered_for_ten_minutes(acme: Company) -> None:
    ref = acme.ref(acme.open())
    assert acme.tracker.has_rights(ref, "eve") is False
    acme.site.accounts["eve"].rights["acme/shop"] = "write"
    acme.pass_time(599)
    assert acme.tracker.has_rights(ref, "Eve") is False
    acme.pass_time(2)
    assert acme.tracker.has_rights(ref, "eve") is True


# --- listings ----------------------------------------------------------------------------------


def test_a_label_is_found_whatever_its_case_and_the_ticket_closed_or_open(acme: Company) -> None:
    opened = acme.open(labels=("Failure",))
    closed = acme.open(labels=("Failure", "sev1"))
    acme.open(labels=("failure-drill",))
    acme.site.close("ada", closed.key)
    found = acme.tracker.labelled(SHOP, "failure")
    assert {each.ref.key: each.is_closed for each in found} == {opened.key: False, closed.key: True}


def test_another_place_is_left_alone(acme: Company) -> None:
    acme.site.open_ticket("ada", "acme/vault", "Secret", "", labels=("failure",))
    assert acme.tracker.labelled(SHOP, "failure") == ()
    with pytest.raises(Gone):
        acme.tracker.labelled(Place("github", "acme/nowhere"), "failure")


def test_the_tracker_says_its_name_and_no_secret(acme: Company) -> None:
    assert isinstance(acme.tracker, GitHubTracker)
    assert repr(acme.tracker) == f"GitHubTracker('github', '{acme.sandbox.url('github')}')"
