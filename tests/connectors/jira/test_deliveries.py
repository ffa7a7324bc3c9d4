"""Webhook deliveries: verified before they are parsed, and never more than a hint."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.access import Secret
from connectors.errors import Denied, Refused
from connectors.jira.deliveries import DeliveryReader
from connectors.tracker import Delivery
from rules.refs import Place, TicketRef

SECRET = b"webhook-secret"
SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "webhooks" / "jira"
READER = DeliveryReader("jira", Secret(SECRET.decode()))


def signed(raw: bytes, secret: bytes = SECRET) -> dict[str, str]:
    return {"X-Hub-Signature": "sha256=" + hmac.new(secret, raw, hashlib.sha256).hexdigest()}


def read(payload: Any, **headers: str) -> Delivery | None:
    raw = json.dumps(payload).encode()
    return READER.read(signed(raw) | headers, raw)


@pytest.mark.parametrize(
    ("name", "event", "key", "moved_from"),
    [
        ("comment_created", "comment_created", "26313", None),
        ("comment_deleted", "comment_deleted", "INDEV-28", None),
        ("issue_created", "jira:issue_created", None, None),
        ("issue_updated_issue-assigned", "jira:issue_updated", None, None),
        ("issue_updated_move-issue", "jira:issue_updated", "INDEV-130", "TEST-55"),
        ("issue_updated_status-changed", "jira:issue_updated", "INDEV-6", None),
        ("issuelink_created_relates", "issuelink_created", "18074", None),
    ],
)
def test_a_real_delivery_names_its_ticket(name: str, event: str, key: str | None, moved_from: str | None) -> None:
    path = SAMPLES / f"{name}.json"
    if not path.exists():
        pytest.skip("the collected deliveries are not beside this repository")
    raw = path.read_bytes()
    payload = json.loads(raw)
    delivery = READER.read(signed(raw), raw)
    assert delivery is not None
    assert delivery.event == event
    assert delivery.ref == TicketRef("jira", key or payload["issue"]["key"])
    if name == "issue_updated_move-issue":
        old = next(item["fromString"] for item in payload["changelog"]["items"] if item["field"] == "Key")
        moved_from = old
    assert delivery.moved_from == (TicketRef("jira", moved_from) if moved_from else None)


def test_labels_are_those_of_the_payload() -> None:
    payload = {"webhookEvent": "jira:issue_updated", "issue": {"key": "OPS-1", "fields": {"labels": ["failure", 5]}}}
    delivery = read(payload)
    assert delivery is not None
    assert delivery.labels == ("failure",)


@pytest.mark.parametrize(
    "event", ["user_created", "project_created", "jira:version_released", "sprint_started", "worklog_created"]
)
def test_an_event_that_concerns_no_ticket_is_none(event: str) -> None:
    assert read({"webhookEvent": event, "issue": {"key": "OPS-1"}}) is None


def test_a_delivery_keeps_its_id_when_it_comes_again() -> None:
    payload = {"webhookEvent": "jira:issue_deleted", "issue": {"key": "OPS-1"}}
    named, plain, again = read(payload, **{"x-atlassian-webhook-IDENTIFIER": "abc-1"}), read(payload), read(payload)
    assert named is not None
    assert plain is not None
    assert again is not None
    assert named.id == "abc-1"
    assert plain.id == again.id != "abc-1"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param({"X-Hub-Signature": ""}, id="empty"),
        pytest.param({"X-Hub-Signature": "sha1=abc"}, id="another-method"),
        pytest.param({"X-Hub-Signature": "sha256=é\ud800"}, id="no-ascii"),
        pytest.param(signed(b"{", b"another secret"), id="another-secret"),
        pytest.param(signed(b"{ "), id="another-body"),
    ],
)
def test_a_wrong_signature_is_denied_before_anything_is_parsed(headers: dict[str, str]) -> None:
    """P11: the body is no JSON, and that is not what is complained about."""
    with pytest.raises(Denied):
        READER.read(headers, b"{")


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(Denied):
        DeliveryReader("jira", Secret()).read(signed(b"{}", b""), b"{}")


CREATED = json.dumps({"webhookEvent": "jira:issue_created", "issue": {"key": "OPS-1"}}).encode()
OURS = SECRET.decode()


@pytest.mark.parametrize(
    ("headers", "path_secret"),
    [
        pytest.param({}, OURS, id="the-secret-alone"),
        pytest.param(signed(CREATED), OURS, id="both-right"),
        pytest.param(signed(CREATED), "", id="the-signature-alone"),
    ],
)
def test_a_delivery_is_believed_by_its_signature_or_by_the_secret_in_its_address(
    headers: dict[str, str], path_secret: str
) -> None:
    delivery = READER.read(headers, CREATED, path_secret)
    assert delivery is not None
    assert delivery.ref == TicketRef("jira", "OPS-1")


@pytest.mark.parametrize(
    ("headers", "path_secret"),
    [
        pytest.param({}, "another secret", id="another-secret"),
        pytest.param({}, OURS[:-1], id="its-beginning"),
        pytest.param({}, f"{OURS}/", id="and-more"),
        pytest.param({}, "\ud800é", id="no-ascii"),
        pytest.param(signed(CREATED), "another secret", id="another-secret-though-it-is-signed"),
        pytest.param(signed(CREATED, b"another secret"), OURS, id="another-signature"),
        pytest.param({"X-Hub-Signature": ""}, OURS, id="an-empty-signature"),
    ],
)
def test_of_signature_and_secret_each_that_is_there_has_to_be_right(headers: dict[str, str], path_secret: str) -> None:
    """P11: and what is wrong of them is in no error."""
    with pytest.raises(Denied) as told:
        READER.read(headers, CREATED, path_secret)
    assert path_secret not in str(told.value)


def test_without_a_secret_of_ours_one_in_the_address_is_not_believed_either() -> None:
    for path_secret in ("", "x"):
        with pytest.raises(Denied):
            DeliveryReader("jira", Secret()).read({}, CREATED, path_secret)


@pytest.mark.parametrize(
    ("key", "places"),
    [
        pytest.param("OPS", (Place("jira", "OPS"),), id="a-project"),
        pytest.param("../x", None, id="a-path"),
        pytest.param(7, None, id="a-number"),
    ],
)
def test_an_event_about_a_project_names_it(key: Any, places: tuple[Place, ...] | None) -> None:
    delivery = read({"webhookEvent": "project_updated", "project": {"key": key}})
    assert (delivery.places if delivery else None) == places


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"{}", b'{"webhookEvent": 5}', b"[" * 100_000, b"\xff\xfe"])
def test_signed_garbage_is_refused_with_400(raw: bytes) -> None:
    with pytest.raises(Refused) as told:
        READER.read(signed(raw), raw)
    assert told.value.status == 400


@pytest.mark.parametrize("key", ["../x", "OPS-1/comment", "ops-1", "", 5.5, True, None, -3, ["OPS-1"]])
def test_a_key_that_is_none_is_not_handed_on(key: Any) -> None:
    delivery = read({"webhookEvent": "jira:issue_updated", "issue": {"key": key}})
    assert delivery is not None
    assert delivery.ref is None


def test_the_secret_is_in_no_repr() -> None:
    assert "webhook-secret" not in repr(READER)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["issue", "key", "id", "fields", "labels", "changelog", "items", "field", "fromString", "comment"]
            )
            | st.sampled_from(["self", "issueLink", "sourceIssueId"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["jira:issue_updated", "comment_created", "issuelink_deleted", "x"]) | JSON,
    JSON,
    st.binary(max_size=40),
)
def test_no_payload_raises_anything_but_refusals(event: Any, payload: Any, noise: bytes) -> None:
    body = {"webhookEvent": event, **payload} if isinstance(payload, dict) else payload
    for raw in (json.dumps(body).encode(), noise):
        for headers in (signed(raw), {"X-Hub-Signature": noise.decode("latin-1")}):
            try:
                delivery = READER.read(headers, raw)
            except (Denied, Refused):
                continue
            assert delivery is None or delivery.event == event
