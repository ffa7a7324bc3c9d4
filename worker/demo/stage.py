"""Starts everything and drives it: people act, the clock leaps from one moment at which something happens to the next.

Between two moments everything comes to rest: deliveries are carried, looks are taken, and only then is the
sandbox's clock moved on. Nothing waits for real time to pass.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from connectors.markers import MarkerCodec
from connectors.sandbox.server import Sandbox
from worker.clock import stopwatch_s
from worker.config import Config
from worker.demo.company import NAMES, build_acme, read_files, write_files
from worker.demo.people import Colleague
from worker.demo.script import LISTENS_FOR, Act, script
from worker.demo.story import Story
from worker.demo.witness import Witness
from worker.running import Running
from worker.sandbox import OUR_ACCOUNT, JiraEdition, subscribe

#: A moment that has not come to rest after so long hangs.
PATIENCE_S = 20.0
#: How often it is looked whether everything is at rest; what is waited for is other threads' silence.
LOOK_EVERY_S = 0.005
#: More moments than this between two acts would be a wake-up that never moves on.
MOMENTS_MAX = 200
_JUST_AFTER = dt.timedelta(seconds=1)


class StageError(Exception):
    """The story cannot go on. The text is a sentence that says where it stopped."""


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that was started. `is_stopped` is asked between moments."""

    sandbox: Sandbox
    running: Running
    config: Config
    config_path: Path
    witness: Witness
    story: Story
    is_polling: bool
    is_stopped: Callable[[], bool]

    def play(self) -> None:
        """The whole story. Raises StageError when it gets stuck, Interrupted when it is stopped."""
        acts = script(self.sandbox.faults)
        with ExitStack() as leaving:
            people = {account: Colleague(self.sandbox, account) for account in NAMES if account != OUR_ACCOUNT}
            for colleague in people.values():
                leaving.callback(colleague.close)
            self._come_to_rest()
            for act in acts:
                self._pass_until(act.at)
                self._play(act, people)
        self._pass_until(acts[-1].at + LISTENS_FOR)

    def _play(self, act: Act, people: dict[str, Colleague]) -> None:
        self.story.acted(act)
        try:
            act.do(people)
        except (requests.RequestException, ValueError, StopIteration) as error:
            raise StageError(f"The story stopped at “{act.says}”: {error}") from error
        self._come_to_rest()
        if self.is_polling:
            self._tell()
            self._advance_to(self.sandbox.clock.now() + self.config.poll_every + _JUST_AFTER)
            self._come_to_rest()
        self._tell(act.remark)

    def _tell(self, remark: str = "") -> None:
        self.story.wrote(self.sandbox.clock.now(), self.witness.news(), self.sandbox.faults.fired.total())
        if remark:
            self.story.remarked(remark)

    # --- time -----------------------------------------------------------------------------------

    def _pass_until(self, until: dt.datetime) -> None:
        """Stop at every moment before `until` at which Aftermath wants to look, then go there."""
        for _ in range(MOMENTS_MAX):
            moment = self._next_moment()
            if moment is None or moment >= until:
                break
            self._advance_to(moment)
            self._come_to_rest()
            self._tell()
        else:
            raise StageError(f"Aftermath keeps waking up at {self.sandbox.clock.now():%a %d %b %H:%M}.")
        self._advance_to(until)
        self._come_to_rest()
        self._tell()

    def _next_moment(self) -> dt.datetime | None:
        ledger = self.running.program.ledger
        return min((at for at in (ledger.cases.next_wake(), ledger.inbox.next_due()) if at), default=None)

    def _advance_to(self, moment: dt.datetime) -> None:
        if self.is_stopped():
            raise Interrupted
        clock = self.sandbox.clock
        clock.advance_to(max(moment, clock.now()))

    # --- rest -----------------------------------------------------------------------------------

    def _come_to_rest(self) -> None:
        deadline, pause = stopwatch_s() + PATIENCE_S, threading.Event()
        self.running.nudge()
        while not self._is_at_rest():
            if stopwatch_s() > deadline:
                now = self.sandbox.clock.now()
                raise StageError(f"Nothing moved on at {now:%a %d %b %H:%M} for {PATIENCE_S:.0f} s.")
            if self.is_stopped():
                raise Interrupted
            pause.wait(LOOK_EVERY_S)

    def _is_at_rest(self) -> bool:
        """Nothing is delivered, due or looked at; and nothing was written while that was being found out.

        News is asked after first: what a delivery or a poll leaves behind is then met by the question after it.
        """
        before = self.sandbox.counts.writes()
        return (
            self.sandbox.courier.pending == 0
            and self._is_polled()
            and self.running.is_idle()
            and self.sandbox.counts.writes() == before
        )

    def _is_polled(self) -> bool:
        inbox, now = self.running.program.ledger.inbox, self.sandbox.clock.now()
        polled = (inbox.cursor(str(place))[1] for place in self.config.places)
        return all(at is not None and now < at + self.config.poll_every for at in polled)


@contextmanager
def set_stage(
    folder: Path,
    story: Story,
    *,
    is_polling: bool,
    is_stopped: Callable[[], bool],
    jira: JiraEdition = "cloud",
) -> Iterator[Stage]:
    """Start the company and its Aftermath, with everything they keep in `folder`; end them behind the block.

    Raises OSError, and what `Running.start` raises.
    """
    with build_acme(jira) as sandbox:
        path = write_files(sandbox, folder)
        config = read_files(path, is_polling=is_polling)
        with Running(config, clock=sandbox.clock) as running:
            if not is_polling:
                subscribe(sandbox, running.web_url)
            witness = Witness(sandbox.world, MarkerCodec(config.installation, config.secret.encode()))
            yield Stage(sandbox, running, config, path, witness, story, is_polling=is_polling, is_stopped=is_stopped)
