"""The sandbox: a local HTTP server on which several trackers are mounted, with one clock and one set of faults.

Every site answers below `/<site name>`, as the vendors' clients are used to (`base_url` of PyGithub,
`server` of jira). `/` and the tickets' own addresses are pages for people; `/_sandbox/` is the control API.
It is a real server since what has to be tried is what a network does. It never listens beyond 127.0.0.1.
"""

from __future__ import annotations

import datetime as dt
import logging
import socket
import socketserver
import threading
from contextlib import suppress
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Self

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.control import Control, WorkingDays
from connectors.sandbox.counts import Counts
from connectors.sandbox.exchange import Exchange
from connectors.sandbox.faults import FaultPlan
from connectors.sandbox.http import Api, ApiError, Request
from connectors.sandbox.overheard import overhearers
from connectors.sandbox.pages import render_index, render_path
from connectors.sandbox.webhooks import Courier
from connectors.sandbox.wire import Wire
from connectors.sandbox.world import World

_CONTROL = "/_sandbox"


class Sandbox:
    """The server. The port is taken at once (0 = a free one), so that `url` is known before `start`.

    A context manager; `stop` ends every thread, hanging requests included. Thread-safe. Raises OSError when a
    named port is taken. `working_days` says where the clock stands after some of them.
    """

    def __init__(
        self,
        clock: SandboxClock,
        world: World | None = None,
        *,
        port: int = 0,
        seed: int = 0,
        working_days: WorkingDays | None = None,
    ) -> None:
        self.clock = clock
        self.world = world or World(clock.now)
        self.counts = Counts()
        self.faults = FaultPlan(seed)
        self.courier = Courier(clock.now, seed=seed)
        self.closing = threading.Event()
        self._apis: dict[str, Api] = {}
        self._control = Control(
            self.world,
            clock,
            counts=self.counts,
            faults=self.faults,
            courier=self.courier,
            hanging=lambda: self._hanging,
            working_days=working_days,
        )
        self._changed = threading.Condition()
        self._hanging = 0
        self._connections: set[socket.socket] = set()
        self._server = _Server(port, type("BoundExchange", (Exchange,), {"switchboard": self}))
        self._thread: threading.Thread | None = None

    # --- setting up ---------------------------------------------------------------------------

    def mount(self, api: Api) -> None:
        """Answer below `/<site name>` with this API, and deliver what happens there to those who subscribe."""
        self._apis[api.site.name] = api
        api.site.listeners.append(self.courier.listener(api))

    def url(self, site: str = "") -> str:
        """The base URL of a site, without a slash at the end; without a site, the server's own."""
        root = f"http://127.0.0.1:{self._server.server_address[1]}"
        return f"{root}/{site}" if site else root

    def start(self) -> Self:
        self.courier.start()
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="sandbox", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Cut every connection and end every thread. Calling it twice is fine."""
        self.closing.set()
        self.faults.release_all()
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        with self._changed:
            connections = list(self._connections)
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
        self.courier.stop()

    def wait_idle(self, timeout_s: float = 10.0) -> bool:
        """Wait until no delivery is under way and no request hangs; False when that took longer."""
        with self._changed:
            calm = self._changed.wait_for(lambda: self._hanging == 0, timeout_s)
        return calm and self.courier.wait_idle(timeout_s)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    # --- what connections ask -----------------------------------------------------------------

    def now(self) -> dt.datetime:
        return self.clock.now()

    def locate(self, path: str) -> tuple[Api | None, str]:
        """The API that a path belongs to, and the path below it. None for pages, control and the unknown."""
        name, slash, rest = path.removeprefix("/").partition("/")
        api = self._apis.get(name)
        if api is None or render_path(self.world, path) is not None:
            return None, path
        return api, slash + rest

    def answer(self, api: Api | None, request: Request) -> Wire:
        """Carry a request out. Never raises: what an API did not foresee is logged and answered 500."""
        if api is None:
            return self._answer_own(request)
        template = ""
        try:
            response = api.handle(request)
            template, wire = response.template, Wire.of(response)
        except ApiError as error:
            template, wire = error.template, Wire.of(error)
        except Exception:  # as a real server does: the caller sees a 500, the log says why
            logging.getLogger(__name__).exception("the sandbox failed at %s %s", request.method, request.path)
            wire = Wire(500, b'{"message": "Server Error"}', {"Content-Type": "application/json"})
        self.counts.add(api.site.name, request.account, request.method, template or "?", wire.status)
        for overhearer in overhearers:
            overhearer.answered(api, request, wire)
        return wire

    def joined(self, connection: socket.socket) -> None:
        with self._changed:
            self._connections.add(connection)
        if self.closing.is_set():
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def left(self, connection: socket.socket) -> None:
        with self._changed:
            self._connections.discard(connection)

    def hanging(self, by: int) -> None:
        with self._changed:
            self._hanging += by
            self._changed.notify_all()

    def _answer_own(self, request: Request) -> Wire:
        if request.path.startswith(f"{_CONTROL}/"):
            try:
                return Wire.of(self._control.handle(request))
            except ApiError as error:
                return Wire.of(error)
        page = render_index(self.world) if request.path == "/" else render_path(self.world, request.path)
        if page is None or request.method != "GET":
            return Wire.html(404, "<!DOCTYPE html><title>Not found</title><p>There is nothing at this address.")
        return Wire.html(200, page)


class _Server(ThreadingHTTPServer):
    """A thread a connection; all of them are joined when the server closes."""

    request_queue_size = 128
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, handler: type[Exchange]) -> None:
        self._lock = threading.Lock()
        self._alive: set[threading.Thread] = set()
        super().__init__(("127.0.0.1", port), handler)

    def server_bind(self) -> None:
        # HTTPServer would look its own name up in DNS here.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        thread = threading.Thread(target=self._serve, args=(request, client_address), name="sandbox-io", daemon=True)
        with self._lock:
            self._alive.add(thread)
        thread.start()

    def server_close(self) -> None:
        super().server_close()
        with self._lock:
            alive = list(self._alive)
        for thread in alive:
            thread.join()

    def _serve(self, request: socket.socket, client_address: object) -> None:
        try:
            self.finish_request(request, client_address)
        except Exception:  # one broken connection is no reason to be silent, nor to stop
            logging.getLogger(__name__).exception("the sandbox failed at a connection")
        finally:
            self.shutdown_request(request)
            with self._lock:
                self._alive.discard(threading.current_thread())
