"""A web side on a free port, with everything behind it, and deliveries signed as the trackers sign them."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import requests

from rules.refs import TicketRef
from worker.program import Program
from worker.readiness import Readiness
from worker.sandbox import WEBHOOK_SECRET
from worker.web import Web
from worker.web_server import WebServer

ISSUE = {"number": 7, "labels": [{"name": "failure"}]}
PAYLOAD = {"action": "labeled", "issue": ISSUE, "repository": {"full_name": "acme/shop"}}
REF = TicketRef("github", "acme/shop#7")


class Rig:
    """Counts how often it was said that something new waits."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.hints = 0
        self.queue_is_up = True
        self.start_problems: list[str] = []
        self.server = WebServer("127.0.0.1", 0)
        readiness = Readiness(program, lambda: self.queue_is_up, lambda: self.start_problems)
        self.server.start(Web(program, readiness, self._on_hint).app)

    def _on_hint(self) -> None:
        self.hints += 1

    def get(self, path: str) -> requests.Response:
        return requests.get(self.server.url + path, timeout=10)

    def deliver(
        self,
        payload: Any = PAYLOAD,
        *,
        to: str = "github",
        secret: str = WEBHOOK_SECRET,
        guid: str = "guid-1",
        event: str = "issues",
    ) -> requests.Response:
        """To GitHub's address, and signed."""
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        headers = {
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": guid,
            "X-Hub-Signature-256": signature(raw, secret),
        }
        return self.post(f"/webhooks/{to}", raw, headers)

    def post(self, path: str, raw: bytes, headers: dict[str, str] | None = None) -> requests.Response:
        """As it is."""
        headers = {"Content-Type": "application/json", **(headers or {})}
        return requests.post(self.server.url + path, data=raw, headers=headers, timeout=10, allow_redirects=False)


def signature(raw: bytes, secret: str = WEBHOOK_SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
