"""Who sends the weekly digest of one company, at its hour and by a clock that stands still: here, or in a process that
`tests.end_to_end.dying_worker` forks and that dies on the way.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from rules.digest_plan import DigestPlan, Reader
from rules.facts import Audience
from rules.language.policy_file import load_policy, pack_path
from rules.policy import People
from tests.end_to_end.boxes import Boxes
from worker.digest_post import DigestPost
from worker.ledger import open_ledger
from worker.steps import NoWatcher, Watcher

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


def send_digests(boxes: str, url: str, watcher: Watcher | None) -> None:
    """Send what is due on that ledger, or die on the way."""
    ledger = open_ledger(url)
    post = DigestPost(ledger, lambda: POLICY, FixedClock(NINE), Boxes(boxes), watcher or NoWatcher(), HOME)
    while post.post_one():
        pass
    ledger.close()
