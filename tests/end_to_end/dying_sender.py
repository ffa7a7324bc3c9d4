"""Senders of the weekly digest that kill themselves: `python -m tests.end_to_end.dying_sender ORDER`.

ORDER is JSON: where the boxes are, and for each step a ledger on which one sender dies at it. Each is forked from this
process, which has no threads and no database, and ends by SIGKILL, where no handler of its own runs. The statuses that
they ended with are written as JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
from dataclasses import replace
from importlib import import_module
from typing import NoReturn

from rules.digest_plan import DigestPlan, Reader
from rules.facts import Audience
from rules.language.policy_file import load_policy, pack_path
from rules.policy import People
from tests.end_to_end.boxes import Boxes
from worker.digest_post import DigestPost
from worker.ledger import open_ledger
from worker.steps import Step

HOME = "tests"
#: A Monday, at the hour of the digest.
NINE = dt.datetime(2026, 3, 9, 9, 0, tzinfo=dt.UTC)
READERS = DigestPlan((Reader("ada", Audience.INTERNAL, ("letter://ada",)),))
POLICY = replace(load_policy(pack_path("accountability")), people=People(digest=READERS), salt="of these tests")


class FixedClock:
    """A clock that stands still unless it is moved."""

    def __init__(self, time: dt.datetime) -> None:
        self.time = time

    def now(self) -> dt.datetime:
        return self.time


class Deadly:
    """Ends this process when the step is reached."""

    def __init__(self, step: Step) -> None:
        self._step = step

    def reached(self, step: Step, detail: str) -> None:
        if step is self._step:
            os.kill(os.getpid(), signal.SIGKILL)


def be_a_sender(boxes: str, step: str, url: str) -> NoReturn:
    post = DigestPost(open_ledger(url), lambda: POLICY, FixedClock(NINE), Boxes(boxes), Deadly(Step(step)), HOME)
    post.post_one()
    os._exit(3)  # it should not have come so far


if __name__ == "__main__":
    import_module("apprise")  # paid for once, and not by each sender
    order = json.loads(sys.argv[1])
    statuses = {}
    for step, url in order["ledgers"].items():
        pid = os.fork()
        if pid == 0:
            be_a_sender(order["boxes"], step, url)
        statuses[step] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    sys.stdout.write(json.dumps(statuses))
