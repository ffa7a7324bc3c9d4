"""A small real HTTP server that answers as a test tells it: for what no well-behaved tracker would send."""

from __future__ import annotations

import json
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Reply:
    """What to answer. `cut` closes the connection without a word, `hang` says nothing until the end of the test."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    hang: bool = False

    def payload(self) -> tuple[bytes, str]:
        if isinstance(self.body, str):
            return self.body.encode(), "text/html; charset=utf-8"
        return (b"" if self.body is None else json.dumps(self.body).encode()), "application/json; charset=utf-8"


Answering = Callable[[Asked], Reply]


class Scripted:
    """Answers by `(method, path)`: one reply for ever, several in turn (the last stays), or a function."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.ended = threading.Event()
        self.connections: list[socket.socket] = []
        self._scripts: dict[tuple[str, str], deque[Reply] | Answering] = {}
        self._lock = threading.Lock()
        handler = type("BoundHandler", (_Handler,), {"scripted": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/api"

    def on(self, method: str, path: str, *replies: Reply | Answering) -> None:
        script = replies[0] if callable(replies[0]) else deque(r for r in replies if isinstance(r, Reply))
        self._scripts[method, path] = script

    def count(self, method: str, path: str) -> int:
        return sum(1 for each in self.asked if (each.method, each.path) == (method, path))

    def answer(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
            script = self._scripts.get((asked.method, asked.path))
            if script is None:
                return Reply(404, {"message": "Not Found"})
            if callable(script):
                return script(asked)
            return script.popleft() if len(script) > 1 else script[0]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self._server.shutdown()
        self._thread.join()
        for connection in self.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    scripted: Scripted

    def setup(self) -> None:
        super().setup()
        self.scripted.connections.append(self.connection)

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        path = parts.path.removeprefix("/api")
        reply = self.scripted.answer(Asked(self.command, path, query, headers, json.loads(raw) if raw else None))
        if reply.hang:
            self.scripted.ended.wait(30)
        if reply.hang or reply.cut:
            self.close_connection = True
            return
        content, kind = reply.payload()
        self.send_response(reply.status)
        for name, value in {"Content-Type": kind, **reply.headers}.items():
            self.send_header(name, value)
        if reply.status not in (204, 304):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if reply.status not in (204, 304):
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the base class's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""
