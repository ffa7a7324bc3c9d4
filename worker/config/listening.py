"""What is written for an address to listen on, in the configuration and on the command line."""

from __future__ import annotations

import re

PORT_MAX = 65_535
_LISTEN = re.compile(r"(?P<host>\[[0-9A-Fa-f:]+\]|[^:\s]+):(?P<port>\d{1,5})\Z")


def parse_listen(written: str) -> tuple[str, int] | None:
    """Host and port of `HOST:PORT`, or None. The host is written out, so nobody listens to the world by accident."""
    match = _LISTEN.match(written)
    if match is None or int(match["port"]) > PORT_MAX:
        return None
    return match["host"].strip("[]"), int(match["port"])
