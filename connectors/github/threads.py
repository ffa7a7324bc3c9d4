"""Long threads as they were read last: the comments and events beyond the first hundred, which need pages of their own.

What has changed since then is told by the first page, so an unchanged thread costs no page, and one that grew costs
what is new:

* Comments come by their last edit, the latest first. Once a page reaches back behind the latest edit that was known,
  everything written or edited since is among the fetched, whichever comment it was. A deleted one is told by the number
  of all: as long as the known and the fetched together are not as many as there are, the next page is read, to the end
  if need be, and then the fetched are all there are.
* Events are only ever added, so they come by their time, the latest last. Once a page meets an event that was known,
  those before it are known.

What moves no comment's time (an account renamed, or gone) is seen within the hour for which a thread is kept. The
memory is a process's own, bounded by threads and by size, and never the only copy of anything.

https://docs.github.com/en/graphql/guides/using-pagination-in-the-graphql-api
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.github.as_rest import database_id, nodes

Json = Mapping[str, Any]

_KEPT = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Thread:
    """The comments by id and the events by id, oldest first, of an issue as it was `read_at`."""

    comments: Mapping[int, Json]
    events: Mapping[str, Json]
    read_at: dt.datetime

    @property
    def chars(self) -> int:
        return sum(len(str(node.get("body", ""))) + 300 for node in (*self.comments.values(), *self.events.values()))


@dataclass(slots=True)
class Unrolled:
    """One issue's comments and events while they are being read, page after page. The cursors are empty once there is
    nothing more to read; `is_long` says that the first page did not hold everything."""

    known: Thread | None
    comments: dict[int, Json] = field(default_factory=dict)
    events: dict[str, Json] = field(default_factory=dict)
    after: str = ""
    before: str = ""
    is_long: bool = False
    is_joined: bool = False
    _number: int = -1

    @property
    def is_done(self) -> bool:
        return not (self.after or self.before)

    def as_thread(self, now: dt.datetime) -> Thread:
        """What is remembered of it: as old as the oldest of what it was joined from."""
        read_at = self.known.read_at if self.known and self.is_joined else now
        return Thread(self.comments, self.events, read_at)

    def add_comments(self, page: Json) -> None:
        """Raises ValueError where the pages do not hold as many as there are: somebody wrote while we read."""
        fetched = nodes(page)
        self.comments |= {database_id(node): node for node in fetched}
        is_first = self._number < 0
        if is_first:
            self._number = int(page["totalCount"])
        self.after = str(page["pageInfo"]["endCursor"]) if page["pageInfo"]["hasNextPage"] else ""
        self.is_long |= bool(self.after)
        if self.after and self.known and _reaches_behind(fetched, self.known):
            together = {**self.known.comments, **self.comments}
            if len(together) == self._number:
                self.comments, self.after, self.is_joined = together, "", True
        if not self.after and not is_first and len(self.comments) != self._number:
            raise ValueError("comments came or went between two pages")

    def add_events(self, page: Json) -> None:
        fetched = {str(node["id"]): node for node in nodes(page)}
        self.events = {**fetched, **self.events}
        self.before = str(page["pageInfo"]["startCursor"]) if page["pageInfo"]["hasPreviousPage"] else ""
        self.is_long |= bool(self.before)
        first = next(iter(fetched), "")
        if self.before and self.known and first in self.known.events:
            earlier = list(self.known.events)
            before = earlier[: earlier.index(first)]
            self.events = {**{one: self.known.events[one] for one in before}, **self.events}
            self.before, self.is_joined = "", True


def _reaches_behind(fetched: list[Json], known: Thread) -> bool:
    """Whether a page goes back to before the latest edit that was known. In the second of that edit there may have been
    another one since."""
    latest = max((str(node["updatedAt"]) for node in known.comments.values()), default="")
    return any(str(node["updatedAt"]) < latest for node in fetched)


class Threads:
    """Long threads by their issue's node id; thread-safe."""

    def __init__(self, threads_max: int = 500, chars_max: int = 32_000_000) -> None:
        self._threads_max, self._chars_max = threads_max, chars_max
        self._chars = 0
        self._by_id: OrderedDict[str, Thread] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, node_id: str, now: dt.datetime) -> Thread | None:
        with self._lock:
            thread = self._by_id.get(node_id)
            if thread is None or not dt.timedelta(0) <= now - thread.read_at < _KEPT:
                return None
            self._by_id.move_to_end(node_id)
            return thread

    def put(self, node_id: str, thread: Thread) -> None:
        """Remember a thread, unless it alone is too large."""
        with self._lock:
            self._drop(node_id)
            if thread.chars > self._chars_max:
                return
            self._by_id[node_id] = thread
            self._chars += thread.chars
            while len(self._by_id) > self._threads_max or self._chars > self._chars_max:
                self._drop(next(iter(self._by_id)))

    def _drop(self, node_id: str) -> None:
        old = self._by_id.pop(node_id, None)
        self._chars -= old.chars if old else 0

    def __len__(self) -> int:
        return len(self._by_id)
