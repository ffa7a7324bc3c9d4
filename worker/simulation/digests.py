"""The weekly digest in a simulated company: two schedulers that both believe to lead, and a channel that fails.

It has chance of its own, drawn from the seed of the history, so that what else happens in a history does not depend
on who reads a digest.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connectors.errors import Ambiguous, Refused, Temporary
from connectors.memory.letterbox import Letter
from rules.digest_plan import DigestPlan, Reader
from rules.facts import Audience
from rules.policy import Policy
from worker.digest_post import DigestPost
from worker.ledger.database import Ledger
from worker.private_channel import PrivateChannel
from worker.simulation.kernel import Kernel
from worker.simulation.people import LEAD, MANAGER, letters_to
from worker.steps import NoWatcher

#: Who may read of everything, and a channel that everybody reads: nothing in a simulated company is public.
INSIDE = (f"{letters_to(LEAD)}/digest", f"{letters_to(MANAGER)}/digest")
OUTSIDE = "letter://everybody"
READERS = DigestPlan(
    (
        *(Reader(address.split("/")[2], Audience.INTERNAL, (address,)) for address in INSIDE),
        Reader("${EVERYBODY}", Audience.PUBLIC, (OUTSIDE,)),
    )
)
_GROUP = "digests"
_SCHEDULERS = 2
#: After the hour of a digest, schedulers ask so many minutes later.
_ASKS_MIN = (0, 1, 3, 32, 60, 180, 360, 1470, 1500, 2910, 4350, 5700, 5800, 8000)
_FATES = ("late", "refused", "not sent", "lost", "lost, done", "dies", "done, dies")


@dataclass(frozen=True, slots=True)
class Sending:
    """A message that somebody began to send: when, and to whom. `may_be_lost` where it need not have arrived."""

    at: dt.datetime
    address: str
    may_be_lost: bool


class DigestBox:
    """The readers' channels. `letters` are those that arrived, `sendings` all that were begun."""

    def __init__(self, kernel: Kernel, seed: int) -> None:
        self.letters: list[Letter] = []
        self.sendings: list[Sending] = []
        self.faults: Counter[str] = Counter()
        self._kernel = kernel
        self._random = random.Random(f"digests {seed}")  # noqa: S311 - repeatable, not secret
        self._failing = self._random.choice((0.0, 0.0, 0.3))

    def send_privately(self, addresses: Sequence[str], title: str, body: str, calendar: str = "") -> None:
        """Raises connectors.errors.Temporary, Refused or Ambiguous, or never returns, as chance has it."""
        fate = self._random.choice(_FATES) if self._random.random() < self._failing else ""
        surely_not = fate in ("refused", "not sent")
        if not surely_not:
            self.sendings += [Sending(self._kernel.time, one, fate in ("lost", "dies")) for one in addresses]
        self.faults.update([f"digest {fate}"] if fate else [])
        self._kernel.sleep(self._random.uniform(60, 900) if fate == "late" else self._random.uniform(0.1, 3))
        if fate in ("", "late", "lost, done", "done, dies"):
            self.letters.append(Letter(self._kernel.time, tuple(addresses), title, body))
        match fate:
            case "refused":
                raise Refused("simulated: no such channel")
            case "not sent":
                raise Temporary("simulated: not sent")
            case "lost" | "lost, done":
                raise Ambiguous("simulated: no answer")
            case "dies" | "done, dies":
                self._die()

    def _die(self) -> None:
        """The process that sends ends here: no handler of its own runs, and it is never resumed."""
        task = self._kernel.current()
        if task is not None:
            task.is_dead = True
            self._kernel.give_way()


class DigestSchedulers:
    """Ask again and again, from each Monday at nine on, and now and then after a restart."""

    def __init__(
        self,
        kernel: Kernel,
        seed: int,
        ledger: Callable[[], Ledger],
        policy: Callable[[], Policy],
        channel: PrivateChannel,
        installation: str,
    ) -> None:
        self._kernel = kernel
        self._random = random.Random(f"digest schedulers {seed}")  # noqa: S311 - repeatable, not secret
        self._ledger = ledger
        self._policy = policy
        self._channel = channel
        self._installation = installation
        self._posts: dict[int, tuple[Ledger, DigestPost]] = {}

    def work_until(self, end: dt.datetime) -> None:
        """Ask at the hours of every week up to then."""
        monday = self._kernel.time.replace(hour=9, minute=0, second=0, microsecond=0)
        monday -= dt.timedelta(days=monday.weekday())
        while monday < end:
            for minutes in _ASKS_MIN:
                at = monday + dt.timedelta(minutes=minutes)
                if self._kernel.time <= at < end:
                    self._kernel.at(at, self._ask)
            monday += dt.timedelta(weeks=1)

    def die(self) -> None:
        """Every process that is about to send ends, as where the machine of the database does."""
        self._kernel.kill(_GROUP)
        self._posts.clear()

    def _ask(self) -> None:
        for number in range(_SCHEDULERS):
            self._kernel.spawn(lambda number=number: self._post_all(number), _GROUP)  # type: ignore[misc]

    def _post_all(self, number: int) -> None:
        post = self._post(number)
        while self._ledger().installation.is_rebuilt(self._installation) and post.post_one():
            self._kernel.sleep(self._random.uniform(0.1, 2))

    def _post(self, number: int) -> DigestPost:
        ledger = self._ledger()
        known = self._posts.get(number)
        if known is None or known[0] is not ledger or self._random.random() < 0.1:
            post = DigestPost(ledger, self._policy, self._kernel, self._channel, NoWatcher(), self._installation)
            known = self._posts[number] = (ledger, post)
        return known[1]
