"""Asks the trackers at the start whether we can work there, and those that are away again until they can be asked.

What a person has to put right keeps Aftermath from starting the first time, when it is a slip in the configuration most
likely, and where no tracker lets us in at all. Later it does not: of ten repositories one is archived, and the cases of
the nine others go on. A tracker that is away never does: it is asked again after a second, then after two, four and so
on, at least once a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from worker.checking import Checked
from worker.clock import stopwatch_s
from worker.parts.part import StartError, Tell
from worker.parts.tracker_news import TrackerNews

ASK_AGAIN_S = 1.0
ASK_AGAIN_S_MAX = 60.0
#: What a person has to put right is put right by day, and asking costs a request or two for each place.
WRONG_AGAIN_S = 900.0


class TrackerCheck:
    """`ask` looks at all `trackers`, `has_run` says whether this installation ever did its work; `problems` is empty
    when all is well."""

    def __init__(
        self,
        ask: Callable[[], Checked],
        trackers: Collection[str],
        news: TrackerNews,
        tell: Tell,
        warn: Tell,
        has_run: Callable[[], bool],
        elapsed_s: Callable[[], float] = stopwatch_s,
    ) -> None:
        self._ask = ask
        self._trackers = trackers
        self._news = news
        self._tell = tell
        self._warn = warn
        self._has_run = has_run
        self._elapsed_s = elapsed_s
        self._checked = Checked()
        self._wait_s = ASK_AGAIN_S
        self._again_s = 0.0

    @property
    def problems(self) -> list[str]:
        return [*self._checked.wrong, *self._checked.away]

    @property
    def away(self) -> list[str]:
        """Of the problems, those that keep us from our work: the others are told, and hold up their own cases only."""
        return [*self._checked.away]

    @property
    def wrong(self) -> list[str]:
        return [*self._checked.wrong]

    def start(self) -> None:
        self._checked = self._ask()
        if self._checked.wrong and (self._is_locked_out() or not self._has_run()):
            raise StartError("\n".join(self._checked.wrong))
        for sentence in self._checked.wrong:
            self._warn(f"{sentence}\n  Everything else goes on. `aftermath check` says what to do.")
        for name, account in self._checked.accounts.items():
            self._tell(f"writing on {name} as {account}")
        for sentence in self._checked.away:
            self._warn(f"{sentence} It is asked again, at least once a minute.")
        self._news.report("check", by_tracker(self._trackers, self.problems), is_told=True)
        self._again_s = self._elapsed_s() + self._next_wait_s()

    def ask_again(self) -> None:
        """Ask again, where that is due: whoever was away, and whether what was wrong is right by now."""
        if self._checked.is_good or self._elapsed_s() < self._again_s:
            return
        self._checked = self._ask()
        self._news.report("check", by_tracker(self._trackers, self.problems))
        self._wait_s = ASK_AGAIN_S if self._checked.is_good else min(ASK_AGAIN_S_MAX, self._wait_s * 2)
        self._again_s = self._elapsed_s() + self._next_wait_s()

    def _next_wait_s(self) -> float:
        return self._wait_s if self._checked.away else WRONG_AGAIN_S

    def _is_locked_out(self) -> bool:
        """Whether nothing could be done at all: most likely a token that was changed and mistyped."""
        return not self._checked.accounts and not self._checked.away

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
