"""Who overhears what passes through the sandboxes of this process: requests, the answers to them, deliveries.

For tests that hold all of it against the vendors' own descriptions. Nothing that the sandbox does depends on it.
"""

from __future__ import annotations

from typing import Protocol

from connectors.sandbox.delivery import Outgoing
from connectors.sandbox.http import Api, Request
from connectors.sandbox.wire import Wire


class Overhearer(Protocol):
    """Called from the sandbox's threads, several at a time. Raises nothing, and changes nothing of what it is shown."""

    def answered(self, api: Api, request: Request, wire: Wire) -> None:
        """What an API answered, whatever a fault made of it on the way back."""

    def delivered(self, outgoing: Outgoing) -> None:
        """A webhook delivery that is about to be sent."""


#: Everybody who overhears. Whoever joins leaves again.
overhearers: list[Overhearer] = []
