"""What `emulate` 0.11.2 lacks of GitHub: which tests of the contract have to fail on it, and why."""

from __future__ import annotations

EMULATE: dict[str, str] = {}
