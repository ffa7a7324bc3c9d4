"""The log of a webhook: what GitHub could not bring us, and asking for it once more.

GitHub tries once and keeps the log for some days. All tries of an event share its GUID, so that one which arrived at a
later try counts as arrived. The log is read from its newest entry down to the last one that was met before: while
nothing happens that is one conditional request.

A GitHub App has one hook for all its repositories, with the same log at `/app/hook` (`app_hook`).

https://docs.github.com/en/rest/repos/webhooks#list-deliveries-for-a-repository-webhook,
https://docs.github.com/en/rest/apps/webhooks#list-deliveries-for-an-app-webhook and
https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from connectors.github.answers import Answer
from connectors.github.client import PAGE_SIZE, Query, listed
from connectors.github.deliveries import EVENTS

#: A log of so many pages is a busy one; what lies further back, polling has brought long since.
_PAGES_MAX = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """The last try of an event that did not arrive. `number` is the try's own."""

    guid: str
    number: int
    at: dt.datetime


class Asks(Protocol):
    """Who may ask for a hook's log: our account, or the App whose hook it is. Raises connectors.errors."""

    def read(self, path: str, query: Query | None = None, *, remember: bool = False) -> Answer:
        """In up to three tries."""

    def write(self, verb: str, path: str) -> Answer:
        """Sent once."""


class HookLog:
    """One hook's log, and what was met of it. Not for several threads at once."""

    def __init__(self, client: Asks, path: str) -> None:
        self._client = client
        self._path = path
        self._newest = 0
        self._failed: dict[str, Entry] = {}
        self._arrived: dict[str, dt.datetime] = {}

    def failed(self, since: dt.datetime) -> list[Entry]:
        """What was tried since then and did not arrive, oldest first. Raises connectors.errors."""
        self._forget(since)
        newest = self._newest
        for one in self._new_entries(since):
            newest = max(newest, int(one["id"]))
            self._note(one)
        self._newest = newest  # not before all was read: what a cut connection left out is read next time
        return sorted(self._failed.values(), key=lambda entry: (entry.at, entry.number))

    def redeliver(self, number: int) -> None:
        """Ask for one more try; sent once. Raises Gone and Refused (the log has forgotten it) and the rest of
        connectors.errors.

        https://docs.github.com/en/rest/repos/webhooks#redeliver-a-delivery-for-a-repository-webhook
        """
        self._client.write("POST", f"{self._path}/deliveries/{number}/attempts")

    def _new_entries(self, since: dt.datetime) -> Iterator[dict[str, Any]]:
        """Newest first, as far as they are new to us."""
        answer = self._client.read(f"{self._path}/deliveries", {"per_page": PAGE_SIZE}, remember=True)
        for page in range(1, _PAGES_MAX + 1):
            for one in listed(answer):
                if int(one["id"]) == self._newest or _at(one) < since:
                    return
                yield one
            if not answer.next_url or page == _PAGES_MAX:
                return
            answer = self._client.read(answer.next_url)

    def _note(self, one: dict[str, Any]) -> None:
        guid, entry = str(one["guid"]), Entry(str(one["guid"]), int(one["id"]), _at(one))
        if one.get("event") not in EVENTS or guid in self._arrived:
            return
        if 200 <= int(one.get("status_code") or 0) < 300:
            self._arrived[guid] = entry.at
            self._failed.pop(guid, None)
        elif guid not in self._failed or self._failed[guid].number < entry.number:
            self._failed[guid] = entry

    def _forget(self, since: dt.datetime) -> None:
        self._failed = {guid: entry for guid, entry in self._failed.items() if entry.at >= since}
        self._arrived = {guid: at for guid, at in self._arrived.items() if at >= since}


def _at(one: dict[str, Any]) -> dt.datetime:
    return dt.datetime.fromisoformat(str(one["delivered_at"]))
