"""A private channel in memory: what was written to whom, behind the same network as the in-memory tracker.

Shipped for the simulator and for trying out; nobody can read back from it, as from a real one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connectors.memory.network import Network


@dataclass(frozen=True, slots=True)
class Letter:
    """One message that arrived; `calendar` is the iCalendar file that came with it, or empty."""

    at: dt.datetime
    addresses: tuple[str, ...]
    title: str
    body: str
    calendar: str = ""


class Letterbox:
    """Everybody's letters, in the order in which they arrived."""

    def __init__(self, network: Network, now: Callable[[], dt.datetime]) -> None:
        self.letters: list[Letter] = []
        self._network = network
        self._now = now

    def send_privately(self, addresses: Sequence[str], title: str, body: str, calendar: str = "") -> None:
        """Raises whatever the network raises: connectors.errors.Temporary, Refused, Ambiguous."""

        def arrive() -> None:
            self.letters.append(Letter(self._now(), tuple(addresses), title, body, calendar))

        self._network.call("letter", True, arrive)

    def to(self, address: str) -> list[Letter]:
        return [letter for letter in self.letters if address in letter.addresses]
