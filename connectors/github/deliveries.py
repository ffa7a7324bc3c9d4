"""Webhook deliveries: verified over the raw body, then read for one thing only, what to look at (P4).

Nothing is parsed before the signature is right (P11), and an empty secret accepts nothing. What comes out
is an address and labels; every other word of a payload is left alone. Most events are about an issue. A few are about a
whole repository, such as that it or a label in it has another name: nothing else would tell of those.

See https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries and
https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

from connectors.access import Secret
from connectors.errors import Denied, Refused
from connectors.github import place_events
from connectors.github.addresses import key_in_url, make_key
from connectors.github.parse import labels
from connectors.tracker import Delivery
from rules.refs import TicketRef

Json = Mapping[str, Any]

#: What a hook of ours is to tell. An older server may not know the last two.
EVENTS = ("issues", "issue_comment", "label", "repository", "sub_issues", "issue_dependencies")
EVENTS_OF_OLD = EVENTS[:4]


class Deliveries:
    """Reads the deliveries of one tracker."""

    def __init__(self, name: str, webhook_secret: Secret) -> None:
        self._name = name
        self._secret = webhook_secret
        self._reads: dict[str, Callable[[str, str, Json], Delivery | None]] = {
            "issues": self._issue,
            "issue_comment": self._issue,
            "sub_issues": self._sub_issue,
            "issue_dependencies": self._dependency,
            "ping": lambda delivery_id, event, _: Delivery(delivery_id, event, None, is_greeting=True),
        }

    def parse(self, headers: Mapping[str, str], raw: bytes, path_secret: str = "") -> Delivery | None:
        """The delivery, or None for one that means nothing to us. Raises Denied and Refused (400)."""
        given = {name.lower(): value for name, value in headers.items()}
        if path_secret:
            raise Denied("GitHub signs what it sends: a secret in the address is no signature.", status=401)
        self._verify(given.get("x-hub-signature-256", ""), raw)
        payload = _object(raw)
        event = given.get("x-github-event", "")
        delivery_id = given.get("x-github-delivery", "")
        try:
            if read := self._reads.get(event):
                return read(delivery_id, event, payload)
            about = place_events.read(self._name, event, payload)
        except (KeyError, TypeError, ValueError, AttributeError):
            refused = Refused(f"The delivery of {event} names nothing in GitHub's form.", status=400)
        else:
            return Delivery(delivery_id, event, None, about.labels, places=about.places) if about else None
        raise refused

    def _verify(self, signature: str, raw: bytes) -> None:
        accepted = self._secret.accepted()
        if not accepted:
            raise Denied("No webhook secret is configured for this tracker: its deliveries cannot be believed.")
        given = signature.encode("utf-8", "replace")
        matches = [hmac.compare_digest(_signature(secret, raw), given) for secret in accepted]
        if not any(matches):
            raise Denied("The delivery is not signed with this webhook's secret.", status=401)

    def _issue(self, delivery_id: str, event: str, payload: Json) -> Delivery | None:
        issue, name = payload["issue"], payload["repository"]["full_name"]
        if issue.get("pull_request"):
            return None
        here, changes = self._ref(name, issue), payload.get("changes") or {}
        ref, moved_from = here, None
        if changes.get("new_issue"):
            ref, moved_from = self._ref(changes["new_repository"]["full_name"], changes["new_issue"]), here
        elif changes.get("old_issue"):
            moved_from = self._ref(changes["old_repository"]["full_name"], changes["old_issue"])
        return Delivery(delivery_id, event, ref, labels(issue), moved_from)

    def _sub_issue(self, delivery_id: str, event: str, payload: Json) -> Delivery:
        """The side of the link that the event is about: the sub-issue has a new parent, or the parent a new child."""
        side = "sub_issue" if str(payload["action"]).startswith("parent_issue") else "parent_issue"
        return self._of_side(delivery_id, event, payload, side)

    def _dependency(self, delivery_id: str, event: str, payload: Json) -> Delivery:
        """https://docs.github.com/en/webhooks/webhook-events-and-payloads#issue_dependencies"""
        side = "blocked_issue" if str(payload["action"]).startswith("blocked_by") else "blocking_issue"
        return self._of_side(delivery_id, event, payload, side)

    def _of_side(self, delivery_id: str, event: str, payload: Json, side: str) -> Delivery:
        issue = payload[side]
        key = key_in_url(issue["url"]) or make_key(payload["repository"]["full_name"], issue["number"])
        return Delivery(delivery_id, event, TicketRef(self._name, key), labels(issue))

    def _ref(self, full_name: object, issue: Json) -> TicketRef:
        return TicketRef(self._name, make_key(full_name, issue["number"]))

    def __repr__(self) -> str:
        return f"Deliveries({self._name!r})"


def _signature(secret: str, raw: bytes) -> bytes:
    return b"sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest().encode()


def _object(raw: bytes) -> Json:
    try:
        payload = json.loads(raw)
    except (ValueError, RecursionError):
        payload = None
    if not isinstance(payload, dict):
        raise Refused("The delivery is no JSON object: set the webhook's content type to application/json.", status=400)
    return payload
