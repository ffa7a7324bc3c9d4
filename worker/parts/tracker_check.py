"""Asks the trackers at the start whether we can work there, and those that are away again until they can be asked.

What a person has to put right keeps Aftermath from starting. A tracker that is away does not: it is asked again
after a second, then after two, four and so on, at least once a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from worker.checking import Checked
from worker.clock import stopwatch_s
from worker.parts.part import StartError, Tell
from worker.parts.tracker_news import TrackerNews

ASK_AGAIN_S = 1.0
ASK_AGAIN_S_MAX = 60.0


class TrackerCheck:
    """`ask` looks at all `trackers`; `problems` is empty when all is well."""

    def __init__(
        self,
        ask: Callable[[], Checked],
        trackers: Collection[str],
        news: TrackerNews,
        tell: Tell,
        warn: Tell,
        elapsed_s: Callable[[], float] = stopwatch_s,
    ) -> None:
        self._ask = ask
        self._trackers = trackers
        self._news = news
        self._tell = tell
        self._warn = warn
        self._elapsed_s = elapsed_s
        self._checked = Checked()
        self._wait_s = ASK_AGAIN_S
        self._again_s = 0.0

    @property
    def problems(self) -> list[str]:
        return [*self._checked.wrong, *self._checked.away]

    def start(self) -> None:
        self._checked = self._ask()
        if self._checked.wrong:
            raise StartError("\n".join(self._checked.wrong))
        for name, account in self._checked.accounts.items():
            self._tell(f"writing on {name} as {account}")
        for sentence in self._checked.away:
            self._warn(f"{sentence} It is asked again, at least once a minute.")
        self._news.report("check", by_tracker(self._trackers, self.problems), is_told=True)
        self._again_s = self._elapsed_s() + self._wait_s

    def ask_again(self) -> None:
        """Ask whoever was away, where that is due."""
        if self._checked.is_good or self._elapsed_s() < self._again_s:
            return
        self._checked = self._ask()
        self._news.report("check", by_tracker(self._trackers, self.problems))
        self._wait_s = ASK_AGAIN_S if self._checked.is_good else min(ASK_AGAIN_S_MAX, self._wait_s * 2)
        self._again_s = self._elapsed_s() + self._wait_s

    def ask_to_stop(self) -> None:
        """Nothing goes on by itself."""

    def stop(self) -> None:
        """Nothing is held."""


def by_tracker(trackers: Iterable[str], sentences: Iterable[str]) -> Mapping[str, str]:
    """Sentences by the tracker that they begin with (`jira is away: …`, `jira:OPS …`), joined where there are several.
    The longest name that fits is meant."""
    told: dict[str, str] = {}
    for sentence in sentences:
        fitting = [name for name in trackers if sentence.startswith((f"{name} ", f"{name}:"))]
        name = max(fitting, key=len, default="")
        told[name] = f"{told[name]}; {sentence}" if name in told else sentence
    return told
