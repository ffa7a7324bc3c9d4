"""GitHub's rate limits, counted down per account in hours and minutes of the sandbox's clock.

https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api: a primary limit per hour, one
for search per minute, and (where switched on) the secondary limit on requests that create content. A 304 is
not charged. Windows are fixed: one begins with the first request after the last one ended.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.github_errors import refusal
from connectors.sandbox.http import ApiError

_ANONYMOUS_PER_HOUR = 60
_SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


@dataclass(slots=True)
class _Window:
    ends_at: dt.datetime
    used: int = 0


class RateLimits:
    """`per_hour` requests, `points_per_hour` of GraphQL and `search_per_minute` searches an account;
    `content_per_minute` creations, 0 = no such limit. Thread-safe."""

    def __init__(
        self,
        now: Callable[[], dt.datetime],
        *,
        per_hour: int = 5_000,
        points_per_hour: int = 5_000,
        search_per_minute: int = 30,
        content_per_minute: int = 0,
    ) -> None:
        self.per_hour, self.search_per_minute, self.content_per_minute = per_hour, search_per_minute, content_per_minute
        self.points_per_hour = points_per_hour
        self._now = now
        self._lock = threading.Lock()
        self._windows: dict[tuple[str, str], _Window] = {}

    def take(self, account: str | None, resource: str) -> None:
        """Charge one request to `core`, `search` or `graphql`. Raises ApiError 403 when nothing is left."""
        with self._lock:
            window = self._window(account, resource)
            if window.used >= self._limit(account, resource):
                who = f"user ID {account}" if account else "127.0.0.1"
                error = refusal(403, f"API rate limit exceeded for {who}.")
                raise ApiError(error.status, error.body, self._headers(account, resource))
            window.used += 1

    def take_content(self, account: str | None) -> None:
        """Charge one creation. Raises ApiError 403 with Retry-After when the secondary limit is reached."""
        if not self.content_per_minute:
            return
        with self._lock:
            window = self._window(account, "content")
            if window.used >= self.content_per_minute:
                wait_s = max(1, int((window.ends_at - self._now()).total_seconds()))
                raise ApiError(403, refusal(403, _SECONDARY).body, {"Retry-After": str(wait_s)})
            window.used += 1

    def give_back(self, account: str | None, resource: str) -> None:
        """A request turned out to be free (304)."""
        with self._lock:
            window = self._window(account, resource)
            window.used = max(0, window.used - 1)

    def headers(self, account: str | None, resource: str) -> dict[str, str]:
        """The X-RateLimit headers as they stand."""
        with self._lock:
            return self._headers(account, resource)

    def overview(self, account: str | None) -> dict[str, Any]:
        """The answer to GET /rate_limit."""
        with self._lock:
            core, search, graphql = (self._rate(account, one) for one in ("core", "search", "graphql"))
            return {"resources": {"core": core, "search": search, "graphql": graphql}, "rate": core}

    def _headers(self, account: str | None, resource: str) -> dict[str, str]:
        rate = self._rate(account, resource)
        told = {f"X-RateLimit-{name.title()}": str(rate[name]) for name in ("limit", "remaining", "used", "reset")}
        return {**told, "X-RateLimit-Resource": resource}

    def _rate(self, account: str | None, resource: str) -> dict[str, int]:
        window, limit = self._window(account, resource), self._limit(account, resource)
        reset = int(window.ends_at.timestamp())
        return {"limit": limit, "remaining": max(0, limit - window.used), "reset": reset, "used": window.used}

    def _limit(self, account: str | None, resource: str) -> int:
        if resource == "search":
            return self.search_per_minute
        if resource == "graphql" and account:
            return self.points_per_hour
        return self.per_hour if account else min(self.per_hour, _ANONYMOUS_PER_HOUR)

    def _window(self, account: str | None, resource: str) -> _Window:
        now, key = self._now(), (account or "", resource)
        window = self._windows.get(key)
        if window is None or window.ends_at <= now:
            length = dt.timedelta(hours=1) if resource in ("core", "graphql") else dt.timedelta(minutes=1)
            window = self._windows[key] = _Window(now + length)
        return window
