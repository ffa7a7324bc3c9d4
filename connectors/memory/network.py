"""What lies between us and the in-memory tracker: the seam at which the simulator delays, loses and breaks requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Network(Protocol):
    """What lies between us and the tracker. `call` runs `request` on the server's side, or does not, or later."""

    def call(self, what: str, is_write: bool, request: Callable[[], T]) -> T: ...


class CleanNetwork:
    """Nothing ever goes wrong; counts requests."""

    def __init__(self) -> None:
        self.reads = 0
        self.writes = 0

    def call(self, what: str, is_write: bool, request: Callable[[], T]) -> T:
        self.writes += is_write
        self.reads += not is_write
        return request()
