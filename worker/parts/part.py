"""What every part of a running Aftermath can do: start, be asked to stop, and stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

#: Takes one line for people, such as what a part has just started.
Tell = Callable[[str], None]


class StartError(Exception):
    """Aftermath cannot start until a person puts something right. The text says what, in sentences."""


class Part(Protocol):
    """Parts start in order and stop in the opposite one. A part that never started may be stopped."""

    def start(self) -> None:
        """Raises StartError."""

    def ask_to_stop(self) -> None:
        """Begin nothing new from now on. Returns at once; every part is asked before any is stopped."""

    def stop(self) -> None:
        """Finish what is under way and let go of everything. Calling it twice is fine."""
