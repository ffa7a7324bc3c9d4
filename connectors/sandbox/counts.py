"""How many requests reached the sandbox: the currency that the worker has to be thrifty with.

Counted are answers that an API gave, whatever became of them on the way back; a request that a fault kept
from the API is not. Answers 304 are reads too, and counted apart, since GitHub does not charge for them.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Questions that are sent by POST: the sandbox's GraphQL takes no other.
_POSTED_READS = frozenset({"/graphql"})


def is_read(method: str, path: str = "") -> bool:
    """Whether a request of this method, to this path where one is given, changes nothing."""
    return method in _READS or path in _POSTED_READS


class Counts:
    """Requests per site and account, and per site, method and path template. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_account: Counter[tuple[str, str, str]] = Counter()
        self._by_route: Counter[tuple[str, str, str]] = Counter()

    def add(self, site: str, account: str | None, method: str, template: str, status: int) -> None:
        kind = "reads" if is_read(method, template) else "writes"
        with self._lock:
            self._by_account[site, account or "", kind] += 1
            if status == 304:
                self._by_account[site, account or "", "unchanged"] += 1
            self._by_route[site, method, template] += 1

    def reads(self, site: str = "", account: str | None = None) -> int:
        """Reads, of one site and account or of all."""
        return self._sum("reads", site, account)

    def writes(self, site: str = "", account: str | None = None) -> int:
        """Writes, of one site and account or of all."""
        return self._sum("writes", site, account)

    def unchanged(self, site: str = "", account: str | None = None) -> int:
        """Reads that were answered 304, of one site and account or of all."""
        return self._sum("unchanged", site, account)

    def route(self, site: str, method: str, template: str) -> int:
        """Requests to one route, such as ("github", "POST", "/repos/{owner}/{repo}/issues")."""
        with self._lock:
            return self._by_route[site, method, template]

    def reset(self) -> None:
        with self._lock:
            self._by_account.clear()
            self._by_route.clear()

    def as_json(self) -> dict[str, Any]:
        """`{site: {"reads", "writes", "unchanged", "accounts": {account: {…}}, "routes": {"GET /x": n}}}`."""
        told: dict[str, Any] = {}
        with self._lock:
            for (site, account, kind), number in sorted(self._by_account.items()):
                entry = told.setdefault(site, _blank() | {"accounts": {}, "routes": {}})
                entry[kind] += number
                entry["accounts"].setdefault(account, _blank())[kind] += number
            for (site, method, template), number in sorted(self._by_route.items()):
                told[site]["routes"][f"{method} {template}"] = number
        return told

    def _sum(self, kind: str, site: str, account: str | None) -> int:
        with self._lock:
            return sum(
                number
                for (at, who, what), number in self._by_account.items()
                if what == kind and site in ("", at) and account in (None, who)
            )


def _blank() -> dict[str, int]:
    return {"reads": 0, "writes": 0, "unchanged": 0}
