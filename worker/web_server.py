"""Serves the web side from a thread of this process (uvicorn). The port is taken before anything else starts."""

from __future__ import annotations

import logging
import socket
import threading

import uvicorn
from starlette.applications import Starlette

_STOP_S = 3


class WebServer:
    """`host` and `port` as configured; port 0 takes a free one. Raises OSError when the port is taken."""

    def __init__(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
        except OSError:
            self._socket.close()
            raise
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._socket.getsockname()[1]}"
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self, app: Starlette) -> None:
        """Serve from a thread; returns once the port answers."""
        # No access log and no logging of its own: a URL may carry what somebody should not have put there.
        config = uvicorn.Config(
            app,
            # Whatever else happens to be installed: tests and production run the same.
            loop="asyncio",
            http="h11",
            ws="none",
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=_STOP_S,
            server_header=False,
        )
        # It logs all the same where somebody gives its logger a handler.
        logging.getLogger("uvicorn.access").disabled = True
        self._socket.listen(128)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="web", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Answer what was asked and end. Calling it twice is fine."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(_STOP_S + 2)
            self._server = self._thread = None
        self._socket.close()
