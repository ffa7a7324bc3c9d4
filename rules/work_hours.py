"""On which hours of a day people work, alike on all days or not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

#: Opening and closing, within one day.
Span = tuple[dt.time, dt.time]
Spans = tuple[Span, ...]

OFFICE: Spans = ((dt.time(9), dt.time(17)),)


@dataclass(frozen=True, slots=True)
class WorkHours:
    """`daily` are the spans of a day, in order and apart; `by_day` those of single ISO weekdays (Monday is 1) that have
    others."""

    daily: Spans = OFFICE
    by_day: tuple[tuple[int, Spans], ...] = ()

    def of(self, weekday: int) -> Spans:
        """The spans of an ISO weekday."""
        return next((spans for day, spans in self.by_day if day == weekday), self.daily)
