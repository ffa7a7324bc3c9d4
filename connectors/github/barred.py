"""Until when GraphQL is not asked again: at all, or about one repository.

A token, an App's installation or a proxy may not let it through. That is asked about again after some minutes, since
what was put right shall work. It is a process's own memory.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

_KEPT = dt.timedelta(minutes=10)
_PLACES_MAX = 10_000


class Barred:
    """Safe to share between threads: nothing but whole values is replaced."""

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        self._now = now
        self._since: dict[str, tuple[dt.datetime, dt.timedelta]] = {}

    def note(self, container: str = "", keep: dt.timedelta = _KEPT) -> None:
        """It was refused for a repository, or without one for whatever is asked."""
        if len(self._since) >= _PLACES_MAX:
            self._since.clear()
        self._since[container] = (self._now(), keep)

    def has(self, container: str) -> bool:
        """Whether asking about that repository would be refused, as far as is known."""
        return self._is_kept("") or self._is_kept(container)

    def _is_kept(self, container: str) -> bool:
        since, keep = self._since.get(container, (None, _KEPT))
        # A clock that was set back must not keep it for longer than was meant.
        return since is not None and dt.timedelta(0) <= self._now() - since < keep
