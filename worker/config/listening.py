"""What is written for an address to listen on, in the configuration and on the command line."""

from __future__ import annotations

import re

PORT_MAX = 65_535
_LISTEN = re.compile(r"(?P<host>\[[0-9A-Fa-f:]+\]|[^:\s]+):(?P<port>\d{1,5})\Z")


#: What the configuration and the command line say is allowed.
LISTEN_ALLOWED = "HOST:PORT, such as 127.0.0.1:7744; port 0 takes a free one"


def parse_listen(written: str) -> tuple[str, int] | None:
    """Host and port of `HOST:PORT`, or None. The host is written out, so nobody listens to the world by accident."""
    match = _LISTEN.match(written)
    if match is None or int(match["port"]) > PORT_MAX:
        return None
    return match["host"].strip("[]"), int(match["port"])


def listen_problem(written: str) -> tuple[str, str]:
    """What is wrong with an address that `parse_listen` does not take, and what to write instead."""
    if re.fullmatch(r"\d{1,5}", written) and int(written) <= PORT_MAX:
        return (
            f"{written} is a port, and the host is missing",
            f'"127.0.0.1:{written}" for this machine alone, "0.0.0.0:{written}" for every network it is in',
        )
    return "this is nothing to listen on", LISTEN_ALLOWED
