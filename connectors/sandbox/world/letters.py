"""A message that reached somebody privately."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LetterState:
    """One message that reached somebody privately. `to` is the name of their box, `calendar` an iCalendar file that
    came with it, or empty."""

    at: dt.datetime
    to: str
    title: str
    body: str
    calendar: str = ""
