"""The worker threads, which look at what is queued; and how they end without losing or repeating anything."""

from __future__ import annotations

from worker.parts.part import Tell
from worker.parts.queue_store import QueueStore
from worker.program import Program

#: What looks under way may take to reach their next safe step. A request that takes longer is cut by the end of
#: the process, and read back by whoever takes its case when the lease has run out.
LOOKS_END_S = 6.0


class Looking:
    def __init__(self, program: Program, store: QueueStore, tell: Tell) -> None:
        self._program = program
        self._store = store
        self._tell = tell
        self._is_started = False

    def start(self) -> None:
        threads = self._program.config.workers
        self._store.queue.start_workers(self._program.look, threads)
        self._is_started = True
        self._tell(f"{threads} worker threads")

    def ask_to_stop(self) -> None:
        self._program.stopping.ask()

    def stop(self) -> None:
        """End looks at their next safe step, hand back their cases, and what was fetched ahead to the queue."""
        if not self._is_started:
            return
        self._is_started = False
        self.ask_to_stop()
        self._store.queue.stop_workers(LOOKS_END_S)
        self._program.stopping.hand_back(self._program.ledger, self._program.clock.now())
