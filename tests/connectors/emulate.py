"""GitHub as npm's `emulate` speaks it (Apache-2.0): a server that nobody here wrote, for the contract's tests.

One server a process of the tests, started when it is first needed and ended with it; each stage has repositories of
its own on it. It would listen on every interface and tell the machine's time, and has no setting for either: a few
lines loaded before it (`loopback.cjs`) mend both.
"""

from __future__ import annotations

import atexit
import datetime as dt
import functools
import itertools
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import requests

from rules.refs import Place
from tests.connectors.github_people import GitHubPeople
from tests.connectors.npm import installed

VERSION = "0.11.2"
FOUNDER = "founder"
_START_S = 20
_numbers = itertools.count(1)


class Emulate:
    """A running server, whose clock is set from outside."""

    def __init__(self, url: str, clock: Path) -> None:
        self.url, self._clock = url, clock

    def set_clock(self, now: dt.datetime) -> None:
        self._clock.write_text(str(round(now.timestamp() * 1000)), encoding="ascii")

    def new_place(self, tracker: str, name: str, rights: dict[str, str]) -> tuple[Place, GitHubPeople]:
        """A repository that nobody has used yet, and its people, each with the permission named."""
        place = Place(tracker, f"acme/{name}-{next(_numbers)}")
        people = GitHubPeople(self.url, place, FOUNDER)
        made = {"name": place.container.partition("/")[2], "auto_init": True}
        people.ask(FOUNDER, "POST", "/orgs/acme/repos", made)
        for account, permission in rights.items():
            people.invite(account, permission)
        return place, people


@functools.cache
def running_emulate(accounts: tuple[str, ...]) -> Emulate:
    """The server of this process, on which these accounts have tokens. Skips the test where it cannot be had."""
    program = installed("emulate", VERSION) / "dist" / "index.js"
    folder = Path(tempfile.mkdtemp(prefix="emulate-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    everybody = (FOUNDER, *accounts)
    seed = {
        "tokens": {f"{who}-token": {"login": who, "scopes": ["repo"]} for who in everybody},
        "github": {
            "users": [{"login": who, "name": who} for who in everybody],
            "orgs": [{"login": "acme", "members": [{"login": FOUNDER, "role": "admin"}]}],
        },
    }
    (folder / "seed.json").write_text(json.dumps(seed), encoding="utf-8")
    server = Emulate(f"http://127.0.0.1:{(port := _free_port())}", folder / "clock")
    server.set_clock(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    command = ["node", "--require", str(Path(__file__).with_name("loopback.cjs")), str(program), "start"]
    command += ["--service", "github", "--port", str(port), "--base-url", server.url, "--seed", "seed.json"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "TESTS_CLOCK": str(folder / "clock")},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )
    atexit.register(_stop, process)
    _wait_for(server.url, process, folder / "log")
    return server


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            requests.get(f"{url}/user", timeout=1)
        except requests.RequestException:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"emulate {VERSION} did not start: {log.read_text(encoding='utf-8')[-500:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin:
        process.stdin.close()
    process.kill()
    process.wait()
