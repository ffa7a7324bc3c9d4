"""A private channel on which nothing is sent: what would have been is told as an effect that was done."""

from __future__ import annotations

from collections.abc import Sequence


class NoPost:
    """Takes every letter, and lets it fall."""

    def send_privately(self, addresses: Sequence[str], title: str, body: str, calendar: str = "") -> None:
        """Send nothing."""
