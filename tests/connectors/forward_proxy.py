"""A small forward proxy on loopback: CONNECT for https, whole addresses for http. It notes where it was sent."""

from __future__ import annotations

import base64
import select
import socket
import threading
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class ForwardProxy:
    """`asked` are the first lines of requests. With a `password` it lets nobody through who does not show it."""

    def __init__(self, password: str = "") -> None:
        self.asked: list[str] = []
        self._wanted = base64.b64encode(f"us:{password}".encode()).decode() if password else ""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._threads[0].join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            head = b""
            while b"\r\n\r\n" not in head:
                got = connection.recv(65_536)
                if not got:
                    return
                head += got
            first, _, rest = head.partition(b"\r\n")
            self.asked.append(first.decode())
            if self._wanted and f"Proxy-Authorization: Basic {self._wanted}".encode() not in head:
                connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                return
            verb, target, version = first.decode().split(" ")
            if verb == "CONNECT":
                host, _, port = target.partition(":")
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                self._carry(connection, (host, int(port)), b"")
            else:
                parts = urlsplit(target)
                path = f"{parts.path}?{parts.query}" if parts.query else parts.path
                # Each request is told apart, since the caller may send the next one elsewhere.
                begin = f"{verb} {path} {version}\r\nConnection: close\r\n".encode()
                kept = b"\r\n".join(line for line in rest.split(b"\r\n") if not line.lower().startswith(b"connection:"))
                self._carry(connection, (parts.hostname or "", parts.port or 80), begin + kept)

    def _carry(self, one: socket.socket, address: tuple[str, int], begin: bytes) -> None:
        with socket.create_connection(address) as other:
            other.sendall(begin)
            while True:
                ready, _, _ = select.select([one, other], [], [], 20)
                for side in ready:
                    got = side.recv(65_536)
                    if not got:
                        return
                    (other if side is one else one).sendall(got)
                if not ready:
                    return
