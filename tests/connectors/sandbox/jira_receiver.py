"""Who hears a sandbox's Jira: a real receiver on loopback, and what it was told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.connectors.sandbox.jira_rig import SiteRig


class Receiver:
    """Keeps what it is sent: (path with query, headers, raw body)."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        got = self.got

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, raw))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks/jira"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver, while it listens."""
    receiver = Receiver()
    receiver.thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        receiver.thread.join()


def told(rig: SiteRig, receiver: Receiver) -> list[dict[str, Any]]:
    """The payloads since the last call, in order."""
    assert rig.sandbox.wait_idle()
    payloads = [json.loads(raw) for _, _, raw in receiver.got]
    receiver.got.clear()
    return payloads
