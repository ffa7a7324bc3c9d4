"""Says once that a tracker went away and once that it is back, however often it is asked in between.

Whoever meets trackers reports here what it met: the check at the start, and the polls.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

import structlog

_log = structlog.get_logger(__name__)


class TrackerNews:
    """Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reports: dict[str, dict[str, str]] = {}
        self._away: set[str] = set()

    def report(self, source: str, problems: Mapping[str, str], *, is_told: bool = False) -> None:
        """What a source sees now: a sentence for each tracker in trouble, replacing what it saw before.

        `is_told` says that people have read it already, so that it is not logged as well.
        """
        with self._lock:
            self._reports[source] = dict(problems)
            away = {tracker: text for one in self._reports.values() for tracker, text in one.items()}
            new, back = away.keys() - self._away, self._away - away.keys()
            self._away = set(away)
        for tracker in sorted(new) if not is_told else ():
            _log.warning("a tracker is away; it is asked again", tracker=tracker, problem=away[tracker])
        for tracker in sorted(back):
            _log.info("a tracker is back", tracker=tracker)
