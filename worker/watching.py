"""Several watchers of the steps of a look as one: logs, metrics, stopping, and whoever a test or the demo adds."""

from __future__ import annotations

from worker.steps import Step, Watcher


class Watchers:
    """Tells each in turn. One that raises ends the look there, so the one that may stands last."""

    def __init__(self, *watchers: Watcher) -> None:
        self._watchers = watchers

    def reached(self, step: Step, detail: str) -> None:
        for watcher in self._watchers:
            watcher.reached(step, detail)
