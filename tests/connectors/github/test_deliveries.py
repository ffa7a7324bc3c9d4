"""Webhook deliveries: verified first, and then only an address is read from them (P4, P11)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.access import Secret
from connectors.errors import Denied, Refused
from connectors.github.deliveries import Deliveries
from rules.refs import Place, TicketRef
from tests.connectors.github.conftest import SECRET, issue_json

DELIVERIES = Deliveries("github", Secret(SECRET.decode()))
EXAMPLES = Path(__file__).parents[4] / "shared" / "data" / "webhooks" / "github.json"
REPOSITORY = {"full_name": "acme/shop"}


def signed(raw: bytes, event: str, secret: bytes = SECRET) -> dict[str, str]:
    signature = hmac.new(secret, raw, hashlib.sha256).hexdigest()
    return {"X-GitHub-Event": event, "X-GitHub-Delivery": "guid-1", "X-Hub-Signature-256": f"sha256={signature}"}


def parse(event: str, payload: object) -> Any:
    raw = json.dumps(payload).encode()
    return DELIVERIES.parse(signed(raw, event), raw)


def examples() -> list[Any]:
    if not EXAMPLES.exists():
        return [pytest.param("", {}, marks=pytest.mark.skip(reason="the recorded deliveries are not here"))]
    groups = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return [
        pytest.param(group["name"], payload, id=f"{group['name']}-{payload.get('action')}-{number}")
        for group in groups
        for number, payload in enumerate(group["examples"])
    ]


@pytest.mark.parametrize(("event", "payload"), [one for one in examples() if one.values[0] != "label"])
def test_a_recorded_delivery_is_understood(event: str, payload: Mapping[str, Any]) -> None:
    delivery = parse(event, payload)
    if event == "ping":
        assert (delivery.ref, delivery.is_greeting) == (None, True)
        return
    issue = payload.get("issue", {})
    if "pull_request" in issue:
        assert delivery is None
        return
    place = payload.get("changes", {}).get("new_repository", payload["repository"])["full_name"]
    number = payload.get("changes", {}).get("new_issue", issue)["number"]
    assert delivery.ref == TicketRef("github", f"{place}#{number}")
    assert delivery.labels == tuple(label["name"] for label in issue.get("labels", ()))
    assert (delivery.id, delivery.event) == ("guid-1", event)


@pytest.mark.parametrize(("event", "payload"), [one for one in examples() if one.values[0] == "label"])
def test_a_recorded_delivery_about_a_label_is_understood(event: str, payload: Mapping[str, Any]) -> None:
    """One that was made, or has another colour, changes nothing."""
    delivery = parse(event, payload)
    if payload["action"] != "deleted":
        assert delivery is None
        return
    assert (delivery.ref, delivery.labels) == (None, (payload["label"]["name"],))
    assert delivery.places == (Place("github", payload["repository"]["full_name"]),)


HERE = Place("github", "acme/shop")


@pytest.mark.parametrize(
    ("event", "payload", "places", "labels"),
    [
        pytest.param(
            "label",
            {"action": "edited", "label": {"name": "outage"}, "changes": {"name": {"from": "failure"}}},
            (HERE,),
            ("outage", "failure"),
            id="a-label-renamed",
        ),
        pytest.param("repository", {"action": "archived"}, (HERE,), (), id="archived"),
        pytest.param("repository", {"action": "publicized"}, (HERE,), (), id="publicized"),
        pytest.param("public", {}, (HERE,), (), id="made-public-the-old-way"),
        pytest.param(
            "repository",
            {"action": "renamed", "changes": {"repository": {"name": {"from": "store"}}}},
            (HERE, Place("github", "acme/store")),
            (),
            id="renamed",
        ),
        pytest.param(
            "repository",
            {"action": "transferred", "changes": {"owner": {"from": {"organization": {"login": "umbrella"}}}}},
            (HERE, Place("github", "umbrella/shop")),
            (),
            id="transferred",
        ),
        pytest.param(
            "repository",
            {"action": "renamed", "changes": {"repository": {"name": {"from": "../user"}}}},
            (HERE,),
            (),
            id="a-former-name-that-is-a-path",
        ),
        pytest.param(
            "installation_repositories",
            {"repositories_removed": [{"full_name": "acme/till"}], "repositories_added": []},
            (Place("github", "acme/till"),),
            (),
            id="our-app-may-not-go-in-any-more",
        ),
    ],
)
def test_an_event_about_a_place_names_it(
    event: str, payload: Mapping[str, Any], places: tuple[Place, ...], labels: tuple[str, ...]
) -> None:
    delivery = parse(event, {"repository": REPOSITORY, **payload})
    assert (delivery.ref, delivery.places, delivery.labels) == (None, places, labels)


@pytest.mark.parametrize(
    ("action", "key"),
    [
        pytest.param("blocked_by_added", "acme/shop#7", id="the-blocked-one"),
        pytest.param("blocking_added", "acme/attic#3", id="the-blocking-one"),
    ],
)
def test_a_dependency_points_at_the_side_it_is_about(action: str, key: str) -> None:
    blocked, blocking = issue_json(7), issue_json(3, "acme/attic")
    payload = {"action": action, "blocked_issue": blocked, "blocking_issue": blocking, "repository": REPOSITORY}
    assert parse("issue_dependencies", payload).ref.key == key


def test_a_secret_in_the_address_stands_for_no_signature_where_the_tracker_signs() -> None:
    raw = json.dumps({"action": "opened", "issue": issue_json(), "repository": REPOSITORY}).encode()
    for headers in ({"X-GitHub-Event": "issues"}, signed(raw, "issues")):
        with pytest.raises(Denied):
            DELIVERIES.parse(headers, raw, SECRET.decode())


def test_a_transfer_names_the_new_address_and_the_old() -> None:
    payload = {
        "action": "transferred",
        "issue": issue_json(7),
        "repository": REPOSITORY,
        "changes": {"new_issue": issue_json(3, "acme/attic"), "new_repository": {"full_name": "acme/attic"}},
    }
    delivery = parse("issues", payload)
    assert (delivery.ref.key, delivery.moved_from.key) == ("acme/attic#3", "acme/shop#7")


def test_an_issue_that_arrived_by_transfer_names_where_it_came_from() -> None:
    changes = {"old_issue": issue_json(9, "acme/attic"), "old_repository": {"full_name": "acme/attic"}}
    payload = {"action": "opened", "issue": issue_json(7), "repository": REPOSITORY, "changes": changes}
    delivery = parse("issues", payload)
    assert (delivery.ref.key, delivery.moved_from.key) == ("acme/shop#7", "acme/attic#9")


@pytest.mark.parametrize(
    ("action", "key"),
    [
        pytest.param("parent_issue_added", "acme/attic#3", id="the-child-has-a-new-parent"),
        pytest.param("sub_issue_added", "acme/shop#7", id="the-parent-has-a-new-child"),
        pytest.param("sub_issue_removed", "acme/shop#7", id="the-parent-lost-a-child"),
    ],
)
def test_a_sub_issue_event_points_at_the_side_it_is_about(action: str, key: str) -> None:
    parent, child = issue_json(7), issue_json(3, "acme/attic")
    payload = {"action": action, "parent_issue": parent, "sub_issue": child, "repository": REPOSITORY}
    assert parse("sub_issues", payload).ref.key == key


def test_a_pull_request_is_no_ticket() -> None:
    payload = {"action": "created", "issue": issue_json(pull_request={"url": "…"}), "repository": REPOSITORY}
    assert parse("issue_comment", payload) is None


def test_header_names_may_come_in_any_case() -> None:
    raw = json.dumps({"action": "opened", "issue": issue_json(), "repository": REPOSITORY}).encode()
    headers = {name.upper(): value for name, value in signed(raw, "issues").items()}
    assert DELIVERIES.parse(headers, raw) is not None


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param(signed(b"{}", "ping", b"another secret"), id="another-secret"),
        pytest.param(signed(b"{ }", "ping"), id="another-body"),
        pytest.param({"X-Hub-Signature-256": signed(b"{}", "ping")["X-Hub-Signature-256"][7:]}, id="without-its-name"),
        pytest.param({"X-Hub-Signature-256": "sha256=é\ud800"}, id="no-ascii"),
        pytest.param(
            {"X-Hub-Signature": "sha1=" + hmac.new(SECRET, b"{}", hashlib.sha1).hexdigest()}, id="only-the-old-sha1"
        ),
    ],
)
def test_a_delivery_that_is_not_signed_with_our_secret_is_denied(headers: dict[str, str]) -> None:
    """P11: whatever the body is, it is not looked at."""
    with pytest.raises(Denied):
        DELIVERIES.parse(headers, b"{}")


def test_an_empty_secret_accepts_nothing() -> None:
    """An HMAC with an empty key is one that anybody can make."""
    with pytest.raises(Denied):
        Deliveries("github", Secret()).parse(signed(b"{}", "ping", b""), b"{}")


@pytest.mark.parametrize(
    ("event", "raw"),
    [
        pytest.param("issues", b"", id="nothing"),
        pytest.param("issues", b"payload=%7B%7D", id="a-form"),
        pytest.param("issues", b"[1]", id="a-list"),
        pytest.param("issues", b"{}", id="no-issue"),
        pytest.param("issues", b"[" * 100_000, id="nested-too-deep"),
        pytest.param("issues", b'{"issue": null, "repository": {"full_name": "a/b"}}', id="null"),
        pytest.param("issues", b'{"issue": {"number": true}, "repository": {"full_name": "a/b"}}', id="no-number"),
        pytest.param("issues", b'{"issue": {"number": 1}, "repository": {"full_name": "a/../user"}}', id="a-path"),
        pytest.param("sub_issues", b'{"action": "sub_issue_added"}', id="no-parent"),
        pytest.param("issues", b"\xff\xfe{}", id="no-utf8"),
    ],
)
def test_garbage_is_refused_as_a_bad_request(event: str, raw: bytes) -> None:
    with pytest.raises(Refused) as caught:
        DELIVERIES.parse(signed(raw, event), raw)
    assert caught.value.status == 400


NAMES = ["issue", "repository", "full_name", "number", "labels", "name", "changes", "action", "url", "pull_request"]
NAMES += ["blocked_issue", "blocking_issue", "label", "from", "owner", "organization", "login", "repositories"]
NAMES += ["new_issue", "new_repository", "old_issue", "old_repository", "parent_issue", "sub_issue"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


KNOWN = ["issues", "issue_comment", "sub_issues", "issue_dependencies", "ping", ""]
KNOWN += ["label", "repository", "public", "installation", "installation_repositories"]


@given(event=st.sampled_from(KNOWN), payload=JSON)
def test_nothing_signed_makes_it_fail_in_another_way(event: str, payload: object) -> None:
    try:
        delivery = parse(event, payload)
    except Refused as refused:
        outcome = refused.status
    else:
        outcome = 200 if delivery and (delivery.ref or delivery.places) else 204
    assert outcome in (200, 204, 400)


@given(raw=st.binary(max_size=60), signature=st.text(max_size=80))
def test_nothing_unsigned_makes_it_fail_in_another_way(raw: bytes, signature: str) -> None:
    with pytest.raises(Denied):
        DELIVERIES.parse({"X-Hub-Signature-256": signature, "X-GitHub-Event": "issues"}, raw)
