"""The queue: the Redis or Valkey that the configuration names, else a Valkey of our own that lives with us."""

from __future__ import annotations

from worker.config import Config
from worker.outages import QUEUE, Outages
from worker.parts.part import StartError, Tell
from worker.queueing import RedisQueue
from worker.valkey import EmbeddedValkey, ValkeyError

VALKEY_STOP_S = 2.0


class QueueStore:
    """`queue` is there from `start` on. A named queue that is away keeps nothing from starting (P1)."""

    queue: RedisQueue

    def __init__(self, config: Config, tell: Tell, outages: Outages) -> None:
        self._config = config
        self._tell = tell
        self._outages = outages
        self._is_stopping = False
        self._valkey: EmbeddedValkey | None = None

    def start(self) -> None:
        config = self._config
        url = config.queue_url
        if not url:
            self._valkey = EmbeddedValkey(config.data / "valkey", stop_timeout_s=VALKEY_STOP_S)
            self._start_valkey(self._valkey)
            url = self._valkey.url
        self.queue = RedisQueue(url, config.installation, outages=self._outages)
        if config.queue_url and not self.queue.is_up():
            self._tell("the queue does not answer yet; hints wait in the ledger meanwhile")
        else:
            self._tell(f"queue: {'the Redis at queue:' if config.queue_url else 'a Valkey of our own'}")

    def keep_up(self) -> None:
        """Look whether it is there, and start our own Valkey again where it was killed."""
        if self._is_stopping or self.queue.is_up() or not self._valkey:
            return
        try:
            self._valkey.start()
        except ValkeyError as error:
            self._outages.away(QUEUE, str(error))

    def ask_to_stop(self) -> None:
        self._is_stopping = True

    def stop(self) -> None:
        if hasattr(self, "queue"):
            self.queue.close()
        if self._valkey:
            self._valkey.stop()

    def _start_valkey(self, valkey: EmbeddedValkey) -> None:
        try:
            valkey.start()
        except ValkeyError as error:
            raise StartError(str(error)) from None
