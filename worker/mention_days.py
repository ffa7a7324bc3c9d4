"""On which day a mention of somebody counts: their own local day, wherever the worker runs (P9). Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from rules.policy import Policy


class MentionDays:
    """Everybody's day (ISO) at one moment."""

    def __init__(self, policy: Policy, at: dt.datetime) -> None:
        self._usual = policy.calendar.local_date(at).isoformat()
        self._others = {one: policy.local_day(at, one) for one in policy.calendars}

    def of(self, person_id: str) -> str:
        """That person's; the policy's for whoever has no calendar of their own."""
        return self._others.get(person_id, self._usual)

    @property
    def earliest(self) -> str:
        """The earliest day that it is for anybody."""
        return min([self._usual, *self._others.values()])

    def spent(self, mentioned_on: Callable[[str], Mapping[str, int]]) -> dict[str, int]:
        """How often each person was mentioned on their day. `mentioned_on` gives the mentions of one day."""
        days = {self._usual, *self._others.values()}
        return {one: count for day in sorted(days) for one, count in mentioned_on(day).items() if self.of(one) == day}
