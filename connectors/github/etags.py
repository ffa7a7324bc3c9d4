"""Answers remembered with their ETag, so that an unchanged one costs nothing of the rate limit.

ETags belong to a token, so each tracker has its own memory; and a new token (an App's is renewed each hour) may cost
one full answer for each source, after which the memory is right again. It is bounded twice, by entries and by size,
and the answer used longest ago goes first. It is never the only copy of anything.

See https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from connectors.github.answers import Answer


@dataclass(frozen=True, slots=True)
class Remembered:
    etag: str
    answer: Answer


class EtagCache:
    """Good answers by their address; thread-safe."""

    def __init__(self, entries_max: int = 2_000, chars_max: int = 64_000_000) -> None:
        self._entries_max = entries_max
        self._chars_max = chars_max
        self._chars = 0
        self._by_url: OrderedDict[str, Remembered] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, url: str) -> Remembered | None:
        with self._lock:
            if url in self._by_url:
                self._by_url.move_to_end(url)
            return self._by_url.get(url)

    def put(self, url: str, answer: Answer) -> None:
        """Remember an answer if it has an ETag and is not too large."""
        etag = answer.headers.get("etag", "")
        with self._lock:
            self._drop(url)
            if not etag or answer.chars > self._chars_max:
                return
            self._by_url[url] = Remembered(etag, answer)
            self._chars += answer.chars
            while len(self._by_url) > self._entries_max or self._chars > self._chars_max:
                self._drop(next(iter(self._by_url)))

    def _drop(self, url: str) -> None:
        old = self._by_url.pop(url, None)
        self._chars -= old.answer.chars if old else 0

    def __len__(self) -> int:
        return len(self._by_url)
