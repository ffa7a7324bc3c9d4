"""Following a sandbox's clock."""

from __future__ import annotations

import datetime as dt
import http.server
import json
import threading
from collections.abc import Iterator

import pytest
import requests

from connectors.sandbox.server import Sandbox
from worker.clock_following import SandboxClockReader


@pytest.fixture
def clock(company: Sandbox) -> Iterator[SandboxClockReader]:
    reader = SandboxClockReader(f"{company.url()}/_sandbox/clock")
    yield reader
    reader.close()


def test_it_tells_the_sandbox_s_time(clock: SandboxClockReader, company: Sandbox) -> None:
    assert clock.now() == company.clock.now()


def test_a_clock_that_was_driven_is_seen_at_once_by_who_asks_for_it(
    clock: SandboxClockReader, company: Sandbox
) -> None:
    clock.now()
    driven = company.clock.advance(dt.timedelta(days=3))
    assert clock.fresh() == driven


def test_many_questions_in_a_moment_are_few_requests() -> None:
    """Counted by a server of our own: the sandbox does not count who asks its clock."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"now": "2026-03-02T09:00:00+00:00"}).encode())

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        reader = SandboxClockReader(f"http://127.0.0.1:{server.server_address[1]}/clock")
        for _ in range(1_000):
            reader.now()
        reader.close()
        server.shutdown()
    assert 1 <= len(asked) < 500


def test_time_stands_still_when_the_sandbox_is_gone(clock: SandboxClockReader, company: Sandbox) -> None:
    before = clock.now()
    company.stop()
    assert clock.fresh() == before


def test_a_sandbox_that_was_never_there_is_an_error(company: Sandbox) -> None:
    company.stop()
    reader = SandboxClockReader(f"{company.url()}/_sandbox/clock")
    with pytest.raises(requests.RequestException):
        reader.now()
    reader.close()
