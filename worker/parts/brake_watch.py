"""Says aloud that the brake took hold, and how a person lifts it: what it holds back would otherwise just be missing.

Looks at the ledger, since the brake may be pulled by one process and lifted by another.
"""

from __future__ import annotations

from worker.brake import brake_sentence
from worker.ledger import Ledger
from worker.parts.part import Tell


class BrakeWatch:
    """`warn` is heard even where everything else is quiet."""

    def __init__(self, ledger: Ledger, warn: Tell, tell: Tell) -> None:
        self._ledger = ledger
        self._warn = warn
        self._tell = tell
        self._held_for = ""

    def look(self) -> None:
        """Say what changed since the last look. Raises sqlalchemy.exc.SQLAlchemyError when the ledger is away."""
        reason = self._ledger.installation.brake()
        if reason and reason != self._held_for:
            self._warn(brake_sentence(reason))
        elif self._held_for and not reason:
            self._tell("The brake is lifted: what was held back is decided anew.")
        self._held_for = reason
