"""Stopping between two effects: a look that is under way ends after the effect it is at, and hands its case back.

It listens to the steps of every look (`worker.steps`) and keeps who holds which case. Nothing is ever cut
while a request is on its way: an effect that was sent is answered and recorded first. A case whose look has not
come to its next safe step is not handed back: its request may still be done, and its lease keeps others away.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

from worker.apply import LeaseLost
from worker.ledger import Ledger
from worker.steps import Step

#: Steps at which a look may end without loss: before an intent is sent, or after its answer is recorded.
_SAFE = frozenset({Step.FETCHED, Step.DECIDED, Step.INTENDED, Step.CONFIRMED})


class Stopping:
    """A watcher, and the maker of lease tokens. Thread-safe."""

    def __init__(self, make_token: Callable[[], str]) -> None:
        self._make_token = make_token
        self._is_asked = threading.Event()
        self._lock = threading.Lock()
        self._held: dict[str, str] = {}
        self._interrupted: dict[str, str] = {}
        self._thread = threading.local()

    def token(self) -> str:
        """A fresh token for the look that begins on this thread."""
        self._thread.token = self._make_token()
        return str(self._thread.token)

    def reached(self, step: Step, detail: str) -> None:
        """Raises LeaseLost at the next safe step of a look, once stopping was asked for."""
        if step is Step.LEASED:
            with self._lock:
                self._held[detail] = self._thread.token
        elif step is Step.RELEASED:
            with self._lock:
                self._held.pop(detail, None)
        elif step in _SAFE and self._is_asked.is_set():
            self._interrupt()
            raise LeaseLost

    def ask(self) -> None:
        """Let looks under way end at their next safe step."""
        self._is_asked.set()

    def hand_back(self, ledger: Ledger, now: dt.datetime) -> int:
        """Release what interrupted looks still hold, each due again at once; how many cases."""
        with self._lock:
            ended, self._interrupted = self._interrupted, {}
        for root, token in ended.items():
            ledger.cases.wake(root, now)
            ledger.cases.release(root, token)
        return len(ended)

    def _interrupt(self) -> None:
        """The look of this thread ends here; what it holds may be handed back."""
        token = getattr(self._thread, "token", "")
        with self._lock:
            mine = [root for root, held_by in self._held.items() if held_by == token]
            self._interrupted |= {root: self._held.pop(root) for root in mine}
