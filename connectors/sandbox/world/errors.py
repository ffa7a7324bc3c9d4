"""What a tracker would refuse, in one word that each sandbox turns into its vendor's answer."""

from __future__ import annotations


class WorldError(Exception):
    """A request that the tracker would refuse. `reason` is the one word."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason  # "missing" | "denied" | "invalid" | "gone" | "locked" | "conflict"
