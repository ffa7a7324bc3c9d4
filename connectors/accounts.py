"""An account that somebody wrote into a file, as its tracker has it today.

Files name people by what they are called, and people are called otherwise one day: a login changes, an account is
switched off or deleted. A tracker's own id for it stays, and tells a new name from somebody else with the old one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """Whether somebody is behind an account: `left` ones were switched off, of `gone` ones the tracker knows nothing
    (any more), and `untold` it does not tell us."""

    THERE = "there"
    LEFT = "left"
    GONE = "gone"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class AccountNow:
    """`id` is the tracker's lasting id, as text, and `account` what it is called now; both empty where nobody tells."""

    standing: Standing
    id: str = ""
    account: str = ""
