"""A worker process that kills itself at a given step: `python -m tests.end_to_end.dying_worker`.

It reads orders, one JSON object a line, and forks a process for each, so that importing is paid for once: the
forking process has no threads, no connections and no database. A forked one is a worker from its first request
to its death by SIGKILL, where no handler of its own runs; without an order to die it ends when nothing is due.
Answers are JSON lines too: first `{"pid": …}`, then `{"status": …}` as os.waitpid gives it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NoReturn

from connectors.sandbox.control_client import SandboxControl
from tests.end_to_end.boxes import Boxes
from tests.end_to_end.digest_sender import send_digests
from tests.end_to_end.fault_rig import Worker, policy_of
from tests.end_to_end.writes import DIGEST, LETTERS, WRITES
from worker.ledger import open_ledger
from worker.steps import Step

#: Steps of one effect; the others are steps of a whole look.
_OF_EFFECTS = frozenset({Step.SENDING, Step.ANSWERED, Step.CONFIRMED})


class Deadly:
    """A watcher that ends its own process when `step` is reached, for effects only with one of kind `effect`."""

    def __init__(self, step: Step, effect: str) -> None:
        self._step = step
        self._effect = effect

    def reached(self, step: Step, detail: str) -> None:
        if step is self._step and (step not in _OF_EFFECTS or detail == self._effect):
            os.kill(os.getpid(), signal.SIGKILL)


class FollowedClock:
    """The sandbox's clock, asked once and from then on moved by this process alone."""

    def __init__(self, control: SandboxControl) -> None:
        self._control = control
        self._now = control.now()

    def now(self) -> dt.datetime:
        return self._now

    def advance_to(self, instant: dt.datetime) -> dt.datetime:
        self._now = self._control.advance_to(instant)
        return self._now


def live(order: Mapping[str, Any]) -> None:
    """Be a worker: look until nothing is due, or die on the way. Or be who sends the weekly digest."""
    if order["write"] == DIGEST.name:
        step = order["step"]
        send_digests(order["letters"], order["ledger"], Deadly(Step(step), DIGEST.effect) if step else None)
        return
    write = next(one for one in (*WRITES, *LETTERS) if one.name == order["write"])
    ledger = open_ledger(order["ledger"])
    clock = FollowedClock(SandboxControl(order["sandbox"]))
    # A request that dies with its sender is not to be given up before.
    watcher = Deadly(Step(order["step"]), write.effect) if order["step"] else None
    more = {"watcher": watcher, "timeout_s": 10, "channel": Boxes(order["letters"]), "edition": write.edition}
    Worker(order["urls"], ledger, clock, write.policy, **more).settle()
    ledger.close()


def _be_forked(order: Mapping[str, Any]) -> NoReturn:
    code = 1
    try:
        live(order)
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it was, this process ends here and says why
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def serve() -> None:
    """Fork a worker for each order until the orders end."""
    for loaded_late in ("apprise.plugins.custom_json", "psycopg"):
        import_module(loaded_late)
    for is_routed in (True, False):
        policy_of(is_routed=is_routed)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _be_forked(json.loads(line))
        _say({"pid": pid})
        _say({"status": os.waitpid(pid, 0)[1]})


def _say(what: Mapping[str, int]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve()
