"""One connection's requests: read, met by a fault perhaps, answered. This is the only place that plays faults.

It works on the raw socket, since half the faults are things that happen to a connection and not answers.
"""

from __future__ import annotations

import logging
import socket
import struct
import threading
import urllib.parse
from contextlib import suppress
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, ClassVar

from connectors.sandbox.faults import Fault, FaultPlan
from connectors.sandbox.http import Api, Request
from connectors.sandbox.wire import Wire, fault_answer

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from typing import Protocol

    class Switchboard(Protocol):
        """What a connection asks of the sandbox it belongs to."""

        faults: FaultPlan
        closing: threading.Event

        def locate(self, path: str) -> tuple[Api | None, str]: ...
        def answer(self, api: Api | None, request: Request) -> Wire: ...
        def now(self) -> dt.datetime: ...
        def joined(self, connection: socket.socket) -> None: ...
        def left(self, connection: socket.socket) -> None: ...
        def hanging(self, by: int) -> None: ...


_BODY_MAX = 8 * 1024 * 1024
_RESET = struct.pack("ii", 1, 0)


class Exchange(BaseHTTPRequestHandler):
    """One connection. `switchboard` is set by the server on a subclass."""

    switchboard: ClassVar[Switchboard]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.switchboard.joined(self.connection)

    def finish(self) -> None:
        self.switchboard.left(self.connection)
        with suppress(OSError):
            super().finish()

    def handle(self) -> None:
        # A caller that gives up or is cut off is the ordinary case here, and no error.
        with suppress(ConnectionError, TimeoutError):
            super().handle()

    def _exchange(self) -> None:
        raw_path, _, raw_query = self.path.partition("?")
        api, path = self.switchboard.locate(urllib.parse.unquote(raw_path))
        headers = {name.lower(): value for name, value in self.headers.items()}
        account = api.authenticate(headers) if api else None
        fault = self.switchboard.faults.choose(api.site.name, account or "", self.command, path) if api else None
        if fault is not None and fault.kind == "refuse":
            self._reset()
            return
        body = self._read_body(headers)
        if body is None:
            self._send(Wire(413 if "content-length" in headers else 411), is_last=True)
            return
        # What is answered to HEAD is what GET would have been, without the body.
        method = "GET" if self.command == "HEAD" else self.command
        query = urllib.parse.parse_qs(raw_query, keep_blank_values=True)
        request = Request(method, path, query, headers, body, account)
        if fault is None or api is None:
            self._send(self.switchboard.answer(api, request))
        else:
            self._play(fault, api, request)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _exchange  # noqa: N815 - the base class looks for these names

    # --- faults -------------------------------------------------------------------------------

    def _play(self, fault: Fault, api: Api, request: Request) -> None:
        canned = fault_answer(fault, api.site.kind)
        match fault.kind:
            case "cut":
                self._cut(b"")
            case "cut-done":
                self._cut_half(self.switchboard.answer(api, request))
            case "hang":
                self._hang()
            case "hang-done":
                self._hang(before=lambda: self.switchboard.answer(api, request))
            case "hang-late":
                self._hang(after=lambda: self._late(fault, api, request))
            case "slow":
                if not self.switchboard.closing.wait(fault.delay_s):
                    self._send(self.switchboard.answer(api, request))
            case "error-502-done":
                self.switchboard.answer(api, request)
                self._send(canned or Wire(502))
            case _:
                self._send(canned or Wire(500))

    def _hang(self, before: Callable[[], Any] | None = None, after: Callable[[], Any] | None = None) -> None:
        """Say nothing until the caller has given up (or the sandbox stops)."""
        self.close_connection = True
        self.switchboard.hanging(+1)
        try:
            if before:
                before()
            with suppress(OSError):
                while self.connection.recv(4096):
                    pass
            if after:
                after()
        finally:
            self.switchboard.hanging(-1)

    def _late(self, fault: Fault, api: Api, request: Request) -> None:
        if fault.event:
            self.switchboard.faults.event(fault.event).wait()
        else:
            self.switchboard.closing.wait(fault.delay_s)
        if not self.switchboard.closing.is_set():
            self.switchboard.answer(api, request)

    def _cut_half(self, wire: Wire) -> None:
        whole = wire.encode(self.switchboard.now())
        self._cut(whole[: len(whole) - max(1, len(wire.data) // 2)])

    def _cut(self, first: bytes) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.sendall(first)
            self.connection.shutdown(socket.SHUT_RDWR)

    def _reset(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.rfile.close()
            self.switchboard.left(self.connection)
            self.connection.close()

    # --- the wire -----------------------------------------------------------------------------

    def _read_body(self, headers: dict[str, str]) -> bytes | None:
        if "transfer-encoding" in headers:
            return None
        try:
            length = int(headers.get("content-length", "0"))
        except ValueError:
            return None
        return self.rfile.read(length) if 0 <= length <= _BODY_MAX else None

    def _send(self, wire: Wire, *, is_last: bool = False) -> None:
        if is_last:
            self.close_connection = True
        data = wire.encode(
            self.switchboard.now(), with_body=self.command != "HEAD", is_last=is_last or self.close_connection
        )
        self.connection.sendall(data)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return format_datetime(self.switchboard.now(), usegmt=True)

    def version_string(self) -> str:
        return "aftermath-sandbox"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        logging.getLogger(__name__).debug(format, *args)
