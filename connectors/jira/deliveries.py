"""Webhook deliveries from Jira: verified over the raw body, and only then looked into.

What comes out is which ticket to look at. Comments and links are sometimes delivered with ids only; the id
then stands for the key, which Jira takes in its place. A Data Center that is too old to sign calls an address that ends
in the secret instead.

https://developer.atlassian.com/cloud/jira/platform/webhooks/ and
https://developer.atlassian.com/server/jira/platform/webhooks/
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from connectors.access import Secret
from connectors.errors import Denied, Refused
from connectors.jira.addresses import is_issue_name, is_project_name
from connectors.tracker import Delivery
from rules.refs import Place, TicketRef

_EVENT = re.compile(r"[A-Za-z][A-Za-z0-9_:-]{0,99}")
_DELIVERY_ID = re.compile(r"[\x21-\x7e]{1,200}")
_ISSUE_EVENTS = ("jira:issue_", "comment_", "issuelink_")
_PROJECT_EVENTS = ("project_updated", "project_deleted", "project_soft_deleted", "project_restored", "project_archived")
_ISSUE_IN_URL = re.compile(r"/issue/([0-9]{1,18})(?:/|$)")


class DeliveryReader:
    """Verifies and reads deliveries for one tracker. `repr` shows no secret."""

    def __init__(self, tracker: str, secret: Secret) -> None:
        self._tracker = tracker
        self._secret = secret

    def __repr__(self) -> str:
        return f"DeliveryReader({self._tracker!r})"

    def read(self, headers: Mapping[str, str], raw: bytes, path_secret: str = "") -> Delivery | None:
        """The delivery, None for an event that means nothing to us. Raises Denied, Refused (400)."""
        named = {name.lower(): value for name, value in headers.items()}
        self._verify(named.get("x-hub-signature"), raw, path_secret)
        payload = _object(raw)
        event = payload.get("webhookEvent")
        if not isinstance(event, str) or not _EVENT.fullmatch(event):
            raise Refused("the delivery names no event", status=400)
        if event.startswith(_PROJECT_EVENTS):
            return self._project(event, named, raw, payload)
        if not event.startswith(_ISSUE_EVENTS):
            return None
        name = _issue_name(payload)
        return Delivery(
            id=_delivery_id(named, raw),
            event=event,
            ref=TicketRef(self._tracker, name) if name else None,
            labels=_labels(payload),
            moved_from=self._moved_from(payload, name),
        )

    def _verify(self, signature: str | None, raw: bytes, path_secret: str) -> None:
        """Where there are both, a signature and a secret in the address, both have to be right."""
        accepted = self._secret.accepted()
        if not accepted:
            raise Denied("no webhook secret is configured for this tracker: its deliveries cannot be believed")
        same = [_is_same(secret, path_secret) for secret in accepted]
        if path_secret and not any(same):
            raise Denied("the secret that the webhook's address ends in is not ours")
        if path_secret and signature is None:
            return
        given = (signature or "").strip().encode("utf-8", "replace")
        matches = [hmac.compare_digest(_signature(secret, raw), given) for secret in accepted]
        if not any(matches):
            raise Denied("the delivery's X-Hub-Signature is missing or wrong: is the webhook's secret ours?")

    def _project(self, event: str, headers: Mapping[str, str], raw: bytes, payload: dict[str, Any]) -> Delivery | None:
        """What became of a whole project: its key, its rights, or that it was archived or deleted."""
        key = _record(payload.get("project")).get("key")
        if not isinstance(key, str) or not is_project_name(key):
            return None
        return Delivery(_delivery_id(headers, raw), event, None, places=(Place(self._tracker, key),))

    def _moved_from(self, payload: dict[str, Any], name: str) -> TicketRef | None:
        """The former key, where the delivery's changelog tells of a move."""
        for item in _list(_record(payload.get("changelog")).get("items")):
            old = _record(item).get("fromString")
            if _record(item).get("field") == "Key" and isinstance(old, str) and is_issue_name(old) and old != name:
                return TicketRef(self._tracker, old)
        return None


def _signature(secret: str, raw: bytes) -> bytes:
    return b"sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest().encode()


def _is_same(secret: str, given: str) -> bool:
    """In constant time, whatever their lengths."""
    one, other = (hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in (secret, given))
    return hmac.compare_digest(one, other)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        payload = json.loads(raw)
    except (ValueError, RecursionError):
        payload = None
    if not isinstance(payload, dict):
        raise Refused("the delivery is no JSON object", status=400)
    return payload


def _issue_name(payload: dict[str, Any]) -> str:
    """Key or id of the ticket that the delivery is about, "" where none is named."""
    issue, link = _record(payload.get("issue")), _record(payload.get("issueLink"))
    candidates = (issue.get("key"), issue.get("id"), link.get("sourceIssueId"), link.get("destinationIssueId"))
    for candidate in candidates:
        if isinstance(candidate, str | int) and not isinstance(candidate, bool):
            name = str(candidate) if not isinstance(candidate, int) or 0 < candidate < 10**18 else ""
            if is_issue_name(name):
                return name
    address = _record(payload.get("comment")).get("self")
    match = _ISSUE_IN_URL.search(address) if isinstance(address, str) else None
    return match[1] if match else ""


def _labels(payload: dict[str, Any]) -> tuple[str, ...]:
    fields = _record(_record(payload.get("issue")).get("fields"))
    return tuple(label for label in _list(fields.get("labels")) if isinstance(label, str))


def _delivery_id(headers: Mapping[str, str], raw: bytes) -> str:
    """Jira's identifier, the same when it delivers again; a digest of the body where there is none."""
    given = headers.get("x-atlassian-webhook-identifier", "")
    return given if _DELIVERY_ID.fullmatch(given) else hashlib.sha256(raw).hexdigest()


def _record(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
