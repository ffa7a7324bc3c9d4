"""Until when GraphQL is not asked again: at all, or about one thing.

A token, an App's installation or a proxy may not let it through. That is asked about again after some minutes, since
what was put right shall work. It is a process's own memory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

_KEPT = dt.timedelta(minutes=10)
_NAMES_MAX = 10_000


class Barred:
    """Safe to share between threads: nothing but whole values is replaced."""

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        self._now = now
        self._since: dict[str, tuple[dt.datetime, dt.timedelta]] = {}

    def note(self, what: str = "", keep: dt.timedelta = _KEPT) -> None:
        """It was refused for a repository or the like, or with an empty name for whatever is asked."""
        if len(self._since) >= _NAMES_MAX:
            self._since.clear()
        self._since[what] = (self._now(), keep)

    def has(self, what: str) -> bool:
        """Whether asking about that would be refused, as far as is known."""
        return self._is_kept("") or self._is_kept(what)

    def _is_kept(self, what: str) -> bool:
        since, keep = self._since.get(what, (None, _KEPT))
        # A clock that was set back must not keep it for longer than was meant.
        return since is not None and dt.timedelta(0) <= self._now() - since < keep
