"""A small company on a sandboxed GitHub, a plain HTTP client for its people, and a receiver of webhooks."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.github_api import GithubApi
from connectors.sandbox.github_limits import RateLimits
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import Site

START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
SHOP = "/repos/acme/shop"


@dataclass
class Company:
    """`ada` owns, `ben` and the bot write, `tom` triages, `eve` reads, `zoe` may not even look."""

    sandbox: Sandbox
    site: Site
    api: GithubApi

    def call(
        self, method: str, path: str, body: Any = None, *, who: str = "ada", timeout: float = 10.0, **more: Any
    ) -> requests.Response:
        """One request with a person's token, on a connection of its own."""
        headers = {"Authorization": f"Bearer {who}-token", **more.pop("headers", {})}
        url = self.sandbox.url("github") + path
        return requests.request(method, url, json=body, headers=headers, timeout=timeout, **more)

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.call("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> requests.Response:
        return self.call("POST", path, body, **more)


@contextmanager
def company(*, per_hour: int = 5_000, search_lag_s: float = 0.0, seed: int = 0) -> Iterator[Company]:
    """A running sandbox with a public repository `acme/shop` and a private one, `acme/vault`."""
    clock = SandboxClock(START)
    sandbox = Sandbox(clock, seed=seed)
    site = sandbox.world.add_site("github", "github")
    site.add_account("ada", "Ada Lovelace", default_rights="admin")
    site.add_account("ben", "Ben Bitdiddle")
    site.add_account("tom", "Tom Tester", default_rights="triage")
    site.add_account("eve", "Eve Reader", default_rights="read")
    site.add_account("zoe", "Zoe Outside", default_rights="none")
    site.add_account("aftermath[bot]", "Aftermath", is_bot=True)
    site.add_place("acme/shop", is_public=True, labels={"Failure": "d73a4a"})
    site.add_place("acme/vault")
    limits = RateLimits(clock.now, per_hour=per_hour)
    api = GithubApi(site, sandbox.url("github"), sandbox.courier, limits=limits, search_lag_s=search_lag_s)
    sandbox.mount(api)
    with sandbox:
        yield Company(sandbox, site, api)


@dataclass
class Receiver:
    """Takes webhook deliveries over real HTTP and keeps them; answers `status`."""

    url: str = ""
    status: int = 200
    gate: threading.Event = field(default_factory=threading.Event)
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def payloads(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.received]

    def actions(self) -> list[str]:
        return [payload.get("action", "ping") for payload in self.payloads()]


@contextmanager
def receiver(status: int = 200, *, is_open: bool = True) -> Iterator[Receiver]:
    """`is_open` False lets it hang until its `gate` is set."""
    kept = Receiver(status=status)
    if is_open:
        kept.gate.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.gate.wait(30)
            kept.received.append((dict(self.headers), body))
            self.send_response(kept.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(ConnectionError):
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_address[1]}/hooks?from=github"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        kept.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
