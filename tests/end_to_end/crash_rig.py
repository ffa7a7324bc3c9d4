"""Workers in processes of their own, and a tracker that can kill one while its request is under way."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from connectors.jira.edition import CLOUD
from connectors.sandbox.github_api import GithubApi
from connectors.sandbox.http import ApiError, Request, Response
from connectors.sandbox.jira_api import JiraApi
from connectors.sandbox.jira_server_api import JiraServerApi
from connectors.sandbox.letters import LETTERS, Letters
from tests.end_to_end.crash_table import DONE, LATE, RECEIVED, Moment
from tests.end_to_end.fault_rig import Company
from tests.end_to_end.writes import Write
from worker.simulation.people import OURS

_ROOT = Path(__file__).parents[2]
#: Nothing here takes so long; it only keeps a broken test from hanging, in real seconds.
PATIENCE_S = 60.0
Handle = Callable[[Request], Response]


class Nursery:
    """Starts workers, one at a time, out of one process that has imported everything. A context manager."""

    def __init__(self, log: Path) -> None:
        self._log = log.open("w+")
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.end_to_end.dying_worker"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._server:
            assert self._server.stdin
            self._server.stdin.close()
        self._log.close()

    def run(self, order: dict[str, Any], born: Callable[[int], None] = lambda _: None) -> int:
        """Let a worker live; the status that it ended with. `born` is told its process id while it lives."""
        assert self._server.stdin
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        born(int(self._answer()["pid"]))
        return os.waitstatus_to_exitcode(int(self._answer()["status"]))

    def complaints(self) -> str:
        """What workers wrote to standard error so far."""
        self._log.flush()
        return Path(self._log.name).read_text()

    def _answer(self) -> dict[str, int]:
        assert self._server.stdout
        line = self._server.stdout.readline()
        assert line, f"the process that starts workers has died:\n{self.complaints()}"
        answer: dict[str, int] = json.loads(line)
        return answer


class Trap:
    """Kills the worker at its first request of one kind, and may hold what it left behind until it is let go on."""

    def __init__(self, write: Write, moment: Moment) -> None:
        self._write = write
        self._moment = moment
        self._pids: queue.Queue[int] = queue.Queue()
        self._is_set = moment in (RECEIVED, DONE, LATE)
        self._late = threading.Event()
        self._settled = threading.Event()

    @property
    def edition(self) -> str:
        return self._write.edition

    def born(self, pid: int) -> None:
        self._pids.put(pid)

    def let_go_on(self) -> None:
        """Let the tracker carry out the request that the dead one left behind, and wait until it has."""
        self.set_free()
        assert self._settled.wait(PATIENCE_S)

    def set_free(self) -> None:
        """Hold nothing any more."""
        self._late.set()

    def pass_on(self, site: str, request: Request, handle: Handle) -> Response:
        """What the tracker makes of a request, and its sender's death where this is the one."""
        if not (self._is_set and self._is_wanted(site, request)):
            return handle(request)
        self._is_set = False
        try:
            if self._moment == DONE:
                answer = handle(request)
                self._kill()
                return answer
            self._kill()
            if self._moment == LATE and self._late.wait(PATIENCE_S):
                return handle(request)
            raise ApiError(503)  # nobody is there to read it
        finally:
            self._settled.set()

    def _is_wanted(self, site: str, request: Request) -> bool:
        write = self._write
        sender = None if site == LETTERS else OURS  # whoever has the address of a box may write to it
        is_its_kind = (site, request.method, request.account) == (write.site, write.method, sender)
        return is_its_kind and re.search(write.path, request.path) is not None

    def _kill(self) -> None:
        os.kill(self._pids.get(timeout=PATIENCE_S), signal.SIGKILL)


class _TrappedGithub(GithubApi):
    trap: Trap

    def handle(self, request: Request) -> Response:
        return self.trap.pass_on(self.site.name, request, super().handle)


class _TrappedJira(JiraApi):
    trap: Trap

    def handle(self, request: Request) -> Response:
        return self.trap.pass_on(self.site.name, request, super().handle)


class _TrappedJiraServer(JiraServerApi):
    trap: Trap

    def handle(self, request: Request) -> Response:
        return self.trap.pass_on(self.site.name, request, super().handle)


class _TrappedLetters(Letters):
    trap: Trap

    def handle(self, request: Request) -> Response:
        return self.trap.pass_on(self.site.name, request, super().handle)


@contextmanager
def company_with_trap(trap: Trap) -> Iterator[Company]:
    """A running sandbox with the trap in it, Jira's edition that of the trap's write."""
    trapped_jira = _TrappedJira if trap.edition == CLOUD else _TrappedJiraServer
    github, jira, letters = (
        type(api.__name__, (api,), {"trap": trap}) for api in (_TrappedGithub, trapped_jira, _TrappedLetters)
    )
    acme = Company(github_api=github, jira_api=jira, letters=letters)
    with acme.sandbox:
        try:
            yield acme
        finally:
            trap.set_free()
