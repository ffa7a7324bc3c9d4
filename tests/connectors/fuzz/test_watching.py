"""What the other tests here watch with does see what it is there to see."""

from __future__ import annotations

import logging
import socket
from contextlib import suppress

import pytest

from tests.connectors.fuzz.watching import watched


def test_a_connection_elsewhere_is_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as there:
        port = there.getsockname()[1]
        with watched(port), socket.create_connection(("127.0.0.1", port)):
            pass
        with pytest.raises(AssertionError), watched(port + 1), socket.create_connection(("127.0.0.1", port)):
            pass


def test_a_name_that_is_looked_up_is_seen() -> None:
    with pytest.raises(AssertionError), watched(1), suppress(OSError):
        socket.getaddrinfo("elsewhere.invalid", 80)


@pytest.mark.parametrize("name", ["", "urllib3.connectionpool", "github.Requester", "connectors.anything"])
def test_a_secret_that_is_logged_is_seen(name: str) -> None:
    with pytest.raises(AssertionError), watched(1, "the-secret"):
        logging.getLogger(name).debug("with %s", "the-secret")
