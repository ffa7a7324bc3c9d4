"""Drives a sandbox from another process, through its control API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import requests

from connectors.sandbox.faults import Fault
from connectors.sandbox.mischief import Mischief

_TIMEOUT_S = 10.0


class SandboxControl:
    """`url` is the sandbox's own root, as `Sandbox.url()` gives it.

    Every method is one request and raises requests.RequestException when the sandbox cannot be reached, and
    ValueError with its sentence when it refuses.
    """

    def __init__(self, url: str, timeout_s: float = _TIMEOUT_S) -> None:
        self._root = url.rstrip("/") + "/_sandbox/"
        self._timeout_s = timeout_s

    def now(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self._ask("GET", "clock")["now"])

    def advance_to(self, instant: dt.datetime) -> dt.datetime:
        """Drive the clock forward to an instant; returns it."""
        return dt.datetime.fromisoformat(self._ask("POST", "clock", {"now": instant.isoformat()})["now"])

    def advance(self, by: dt.timedelta) -> dt.datetime:
        """Drive the clock forward by a span; returns the new instant."""
        return dt.datetime.fromisoformat(self._ask("POST", "clock", {"advance_s": by.total_seconds()})["now"])

    def counts(self) -> dict[str, Any]:
        """As `Counts.as_json` tells them."""
        return dict(self._ask("GET", "counts"))

    def reset_counts(self) -> None:
        self._ask("DELETE", "counts")

    def add_faults(self, *faults: Fault) -> None:
        self._ask("POST", "faults", [fault.as_json() for fault in faults])

    def faults(self) -> dict[str, Any]:
        """The rules with how often each met a request and fired, and what fired by kind."""
        return dict(self._ask("GET", "faults"))

    def clear_faults(self) -> None:
        self._ask("DELETE", "faults")

    def reseed(self, seed: int) -> None:
        self._ask("POST", "seed", {"seed": seed})

    def release(self, event: str) -> None:
        """Let everything go that waits for the event."""
        self._ask("POST", "release", {"event": event})

    def state(self) -> dict[str, Any]:
        """The whole world, by site."""
        return dict(self._ask("GET", "state"))

    def idle(self) -> dict[str, int]:
        """`deliveries` and `hanging` requests under way, and deliveries `lost` so far."""
        return dict(self._ask("GET", "idle"))

    def subscribe(
        self, site: str, url: str, *, container: str = "", secret: str = "", events: Iterable[str] = ("*",)
    ) -> int:
        """Add a webhook; its id."""
        wanted = {"site": site, "url": url, "container": container, "secret": secret, "events": list(events)}
        return int(self._ask("POST", "webhooks", wanted)["id"])

    def set_mischief(self, mischief: Mischief) -> None:
        self._ask("POST", "mischief", mischief.as_json())

    def _ask(self, method: str, name: str, body: Any = None) -> Any:
        with requests.Session() as session:
            session.trust_env = False  # no proxy between this machine and itself
            answer = session.request(method, self._root + name, json=body, timeout=self._timeout_s)
        if answer.status_code >= 400:
            raise ValueError(f"the sandbox refused {method} {name}: {answer.text[:500]}")
        return answer.json() if answer.content else None
