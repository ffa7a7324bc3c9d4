"""Deliveries arrive over real HTTP, signed over the raw body, once; and go wrong when they are told to."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections import Counter
from collections.abc import Iterator

import pytest

from connectors.sandbox.mischief import Mischief
from tests.connectors.sandbox.github_company import SHOP, Company, Receiver, company, receiver


@pytest.fixture
def at() -> Iterator[Company]:
    with company(seed=1) as running:
        yield running


@pytest.fixture
def ear() -> Iterator[Receiver]:
    with receiver() as listening:
        yield listening


def subscribe(at: Company, url: str, *, secret: str = "hush", events: tuple[str, ...] = ("*",)) -> None:
    at.sandbox.courier.subscribe("github", "github", url, container="acme/shop", secret=secret, events=events)


def settle(at: Company) -> None:
    assert at.sandbox.wait_idle()


def test_a_delivery_carries_github_s_headers_and_a_signature_over_the_raw_body(at: Company, ear: Receiver) -> None:
    subscribe(at, ear.url)
    at.post(f"{SHOP}/issues", {"title": "Boom — ⚡", "body": "ä"})
    settle(at)
    headers, body = ear.received[0]
    assert headers["X-GitHub-Event"] == "issues"
    assert uuid.UUID(headers["X-GitHub-Delivery"])
    assert headers["X-Hub-Signature-256"] == "sha256=" + hmac.new(b"hush", body, hashlib.sha256).hexdigest()
    assert headers["Content-Type"] == "application/json"


def test_without_a_secret_there_is_no_signature(at: Company, ear: Receiver) -> None:
    subscribe(at, ear.url, secret="")
    at.site.open_ticket("ada", "acme/shop", "Boom")
    settle(at)
    assert "X-Hub-Signature-256" not in ear.received[0][0]


def test_an_issue_opened_with_labels_gives_opened_and_one_labeled_a_label(at: Company, ear: Receiver) -> None:
    subscribe(at, ear.url)
    at.post(f"{SHOP}/issues", {"title": "Boom", "labels": ["failure", "sev1"], "assignees": ["ben"]})
    settle(at)
    assert ear.actions() == ["opened", "labeled", "labeled", "assigned"]
    opened, first = ear.payloads()[:2]
    assert [label["name"] for label in opened["issue"]["labels"]] == ["Failure", "sev1"]
    assert (first["label"]["name"], first["sender"]["login"]) == ("Failure", "ada")
    assert first["repository"]["full_name"] == "acme/shop"
    assert len({headers["X-GitHub-Delivery"] for headers, _ in ear.received}) == 4


def test_changes_to_an_issue_are_told_one_by_one(at: Company, ear: Receiver) -> None:
    at.site.open_ticket("ada", "acme/shop", "Boom")
    subscribe(at, ear.url)
    at.call("PATCH", f"{SHOP}/issues/1", {"title": "Bang", "body": "New", "state": "closed"}, who="ben")
    at.call("PATCH", f"{SHOP}/issues/1", {"state": "open"}, who="ben")
    comment = at.post(f"{SHOP}/issues/1/comments", {"body": "Hello"}, who="eve").json()["id"]
    at.call("PATCH", f"{SHOP}/issues/comments/{comment}", {"body": "Hello again"}, who="eve")
    at.call("DELETE", f"{SHOP}/issues/comments/{comment}", who="eve")
    settle(at)
    assert ear.actions() == ["edited", "edited", "closed", "reopened", "created", "edited", "deleted"]
    assert ear.payloads()[0]["changes"] == {"title": {"from": "Boom"}}
    assert ear.payloads()[4]["comment"]["user"]["login"] == "eve"


def test_only_what_was_subscribed_to_arrives(at: Company, ear: Receiver) -> None:
    subscribe(at, ear.url, events=("issue_comment",))
    at.site.open_ticket("ada", "acme/vault", "Elsewhere")
    at.site.open_ticket("ada", "acme/shop", "Boom")
    at.site.comment_on("ada", "acme/vault#1", "not for this hook")
    at.site.comment_on("ada", "acme/shop#1", "for this hook")
    settle(at)
    assert [payload["comment"]["body"] for payload in ear.payloads()] == ["for this hook"]


def test_a_failed_delivery_is_logged_and_not_repeated_until_somebody_asks(at: Company) -> None:
    with receiver(status=500) as ear:
        made = at.post(
            f"{SHOP}/hooks",
            {"events": ["issues"], "config": {"url": ear.url, "secret": "hush", "content_type": "json"}},
        ).json()
        at.site.open_ticket("ada", "acme/shop", "Boom")
        settle(at)
        assert ear.actions() == ["ping", "opened"]
        deliveries = f"{SHOP}/hooks/{made['id']}/deliveries"
        failed = at.get(deliveries).json()[0]
        assert (failed["status_code"], failed["event"], failed["redelivery"]) == (500, "issues", False)
        ear.status = 200
        assert at.post(f"{deliveries}/{failed['id']}/attempts").status_code == 202
        settle(at)
        again = at.get(deliveries).json()[0]
        assert (again["status_code"], again["redelivery"], again["guid"]) == (200, True, failed["guid"])
        assert ear.received[1][1] == ear.received[2][1]


def test_a_receiver_that_is_not_there_is_a_failed_delivery(at: Company) -> None:
    with receiver() as ear:
        url = ear.url
    subscribe(at, url)
    at.site.open_ticket("ada", "acme/shop", "Boom")
    settle(at)
    (delivery,) = at.sandbox.courier.deliveries()
    assert (delivery.status_code, delivery.status) == (0, "failed to connect to host")


def test_a_slow_receiver_is_under_way_until_it_answers_and_is_cut_when_the_sandbox_stops() -> None:
    with receiver(is_open=False) as ear, company() as at:
        subscribe(at, ear.url)
        at.site.open_ticket("ada", "acme/shop", "Boom")
        assert not at.sandbox.courier.wait_idle(0.05)
        assert at.sandbox.courier.pending == 1
        at.sandbox.stop()
        assert ear.received == []


@pytest.mark.parametrize(
    "url", ["http://example.com/hook", "https://127.0.0.1/hook", "http://10.0.0.1/", "ftp://127.0.0.1/", "hook", ""]
)
def test_nothing_is_sent_beyond_this_machine(at: Company, url: str) -> None:
    assert at.post(f"{SHOP}/hooks", {"config": {"url": url}}).status_code == 422
    assert at.sandbox.courier.subscriptions("github") == []


# --- mischief ------------------------------------------------------------------------------------


def open_many(at: Company, number: int = 20) -> None:
    for index in range(number):
        at.site.open_ticket("ada", "acme/shop", f"Number {index}")
    settle(at)


def titles(ear: Receiver) -> list[str]:
    return [payload["issue"]["title"] for payload in ear.payloads()]


IN_ORDER = [f"Number {index}" for index in range(20)]


def test_deliveries_arrive_once_and_in_order_on_a_good_day(at: Company, ear: Receiver) -> None:
    subscribe(at, ear.url)
    open_many(at)
    assert titles(ear) == IN_ORDER


def test_deliveries_can_be_lost(at: Company, ear: Receiver) -> None:
    subscribe(at, ear.url)
    at.sandbox.courier.mischief = Mischief(lose=0.5)
    open_many(at)
    assert 0 < len(ear.received) < 20
    assert len(ear.received) + at.sandbox.courier.lost == 20
    assert titles(ear) == sorted(titles(ear), key=IN_ORDER.index)


def test_deliveries_can_be_doubled_under_one_guid(at: Company, ear: Receiver) -> None:
    subscribe(at, ear.url)
    at.sandbox.courier.mischief = Mischief(duplicate=1.0)
    open_many(at, 3)
    guids = Counter(headers["X-GitHub-Delivery"] for headers, _ in ear.received)
    assert list(guids.values()) == [2, 2, 2]


@pytest.mark.parametrize("mischief", [Mischief(reorder=0.5), Mischief(delay=0.5, delay_s=0.05)], ids=str)
def test_deliveries_can_overtake_each_other_and_none_is_lost(at: Company, ear: Receiver, mischief: Mischief) -> None:
    subscribe(at, ear.url)
    at.sandbox.courier.mischief = mischief
    open_many(at)
    assert titles(ear) != IN_ORDER
    assert sorted(titles(ear)) == sorted(IN_ORDER)


def test_the_same_seed_loses_the_same_deliveries() -> None:
    def lost(seed: int) -> list[str]:
        with company(seed=seed) as at, receiver() as ear:
            subscribe(at, ear.url)
            at.sandbox.courier.mischief = Mischief(lose=0.5)
            open_many(at)
            return titles(ear)

    assert lost(3) == lost(3)
    assert lost(3) != lost(4)


@pytest.mark.parametrize("plain", [{"lose": 2}, {"delay_s": -1}, {"eat": 1}, {"lose": "often"}])
def test_impossible_mischief_is_refused(plain: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"probability|seconds|mischief has"):
        Mischief.from_json(plain)
