"""One webhook delivery: who is to get it, what is sent and signed, and what came back.

The signature is made over the raw bytes, as receivers have to check it
(https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries,
https://developer.atlassian.com/cloud/jira/platform/webhooks/#secure-admin-webhooks). A secret is never shown.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import http.client
import ipaddress
import json
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Subscription:
    """A hook: events ("*" for all) of a container ("" for the whole site) go to a URL on this machine."""

    id: int
    site: str
    kind: str
    container: str
    url: str
    secret: str = field(repr=False)
    events: tuple[str, ...]
    created_at: dt.datetime
    is_active: bool = True
    content_type: str = "json"

    def wants(self, container: str, event: str) -> bool:
        return self.is_active and self.container in ("", container) and bool({"*", event} & set(self.events))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A delivery before it is sent. `guid` is shared by all deliveries of one event, repeated ones too."""

    subscription: Subscription
    guid: str
    event: str
    payload: dict[str, Any]
    is_redelivery: bool = False

    def body(self) -> bytes:
        text = json.dumps(self.payload, separators=(",", ":"))
        return text.encode() if self.subscription.content_type == "json" else self._form(text)

    @staticmethod
    def _form(text: str) -> bytes:
        return urllib.parse.urlencode({"payload": text}).encode()

    def target(self) -> str:
        """Path and query to post to. A Data Center adds to them who did it, as no Cloud does."""
        parts = urllib.parse.urlsplit(self.subscription.url)
        who = self.payload.get("user") or self.payload.get("comment", {}).get("updateAuthor") or {}
        told = (
            {"user_id": who["name"], "user_key": who["key"]}
            if self.subscription.kind == "jira" and "key" in who
            else {}
        )
        query = "&".join(part for part in (parts.query, urllib.parse.urlencode(told)) if part)
        return (parts.path or "/") + (f"?{query}" if query else "")

    def headers(self, body: bytes) -> dict[str, str]:
        """The vendor's headers; without a secret there is no signature, as with the vendors."""
        hook = self.subscription
        signature = "sha256=" + hmac.new(hook.secret.encode(), body, hashlib.sha256).hexdigest()
        if hook.kind == "github":
            told = {
                "User-Agent": "GitHub-Hookshot/sandbox",
                "X-GitHub-Event": self.event,
                "X-GitHub-Delivery": self.guid,
                "X-GitHub-Hook-ID": str(hook.id),
                "X-GitHub-Hook-Installation-Target-Type": "repository",
            }
            signed = {"X-Hub-Signature-256": signature}
        else:
            told = {
                "User-Agent": "Atlassian Webhook HTTP Client",
                "X-Atlassian-Webhook-Identifier": self.guid,
            }
            signed = {"X-Hub-Signature": signature}
        is_json = hook.content_type == "json"
        content_type = "application/json" if is_json else "application/x-www-form-urlencoded"
        return {"Content-Type": content_type, **told, **(signed if hook.secret else {})}


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one. `status_code` is 0 where no answer came."""

    id: int
    outgoing: Outgoing
    delivered_at: dt.datetime
    status: str
    status_code: int
    request_headers: dict[str, str]
    answer: str = ""


def is_loopback(url: str) -> bool:
    """Whether a URL is plain HTTP to this machine: the sandbox sends nothing anywhere else."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return False


def post_delivery(
    outgoing: Outgoing, timeout_s: float, opened: Callable[[http.client.HTTPConnection], None]
) -> tuple[str, int, str]:
    """Send once; (status in words, status code or 0, the answer's first 2,000 characters). Raises nothing.

    `opened` is handed the connection before anything is sent, so that a stopping sandbox can cut it.
    """
    parts = urllib.parse.urlsplit(outgoing.subscription.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=timeout_s)
    opened(connection)
    body = outgoing.body()
    try:
        connection.request("POST", outgoing.target(), body, outgoing.headers(body))
        answer = connection.getresponse()
        text = answer.read(2_000).decode("utf-8", "replace")
    except TimeoutError:
        return "timed out", 0, ""
    except (OSError, http.client.HTTPException):
        return "failed to connect to host", 0, ""
    finally:
        connection.close()
    good = 200 <= answer.status < 300
    return ("OK" if good else f"Invalid HTTP Response: {answer.status}"), answer.status, text
