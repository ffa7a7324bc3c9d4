"""Business time: which hours of which days count, in one time zone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from rules.durations import Duration, Unit
from rules.work_hours import WorkHours

_SECONDS = {
    Unit.SECONDS: 1,
    Unit.MINUTES: 60,
    Unit.HOURS: 3600,
    Unit.DAYS: 86_400,
    Unit.WEEKS: 604_800,
}
#: No calendar is searched further than this for its next working day: one that has none is an error.
_SEARCH_DAYS_MAX = 3_660
#: So many sums and days are remembered: anchors rest, so every look asks for the same rungs.
_REMEMBERED_MAX = 8_192
_DAY = dt.timedelta(days=1)
_MINUTE = dt.timedelta(minutes=1)

#: Opening and closing as moments in UTC.
_Shift = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working time. `workdays` are ISO weekdays (Monday is 1), `hours` the local times of each. `holidays` are own
    closing days, `public_holidays` those of a country.

    A span of hours begins when the clock on the wall first shows its opening that day, or a later time, and ends when
    it first shows its closing.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    workdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    hours: WorkHours = WorkHours()
    holidays: frozenset[dt.date] = frozenset()
    public_holidays: frozenset[dt.date] = frozenset()
    # What was worked out already; nothing but the fields above decides it.
    _sums: dict[tuple[dt.datetime, Duration], dt.datetime] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _shifts: dict[dt.date, tuple[_Shift, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_workday(self, day: dt.date) -> bool:
        is_open = day.isoweekday() in self.workdays and bool(self.hours.of(day.isoweekday()))
        return is_open and day not in self.holidays and day not in self.public_holidays

    def add(self, at: dt.datetime, duration: Duration) -> dt.datetime:
        """The moment `duration` after `at` (before, where it is negative), in UTC.

        Clock units count seconds. N business days later is the same time of day on the Nth working day
        that follows, moved into working hours; 0 business days is the next working moment. Business hours
        count working time only.
        """
        # Sums of local times would count the hour that a clock change adds or takes.
        at = at.astimezone(dt.UTC)
        if duration.unit in _SECONDS:
            return at + dt.timedelta(seconds=duration.amount * _SECONDS[duration.unit])
        found = self._sums.get((at, duration))
        if found is None:
            if len(self._sums) >= _REMEMBERED_MAX:
                self._sums.clear()
            is_days = duration.unit is Unit.BUSINESS_DAYS
            found = self._add_days(at, duration.amount) if is_days else self._add_hours(at, duration.amount)
            self._sums[at, duration] = found
        return found

    def end_of(self, day: dt.date) -> dt.datetime:
        """The moment by which something due on that date is due: closing time, in UTC."""
        return self._at(day, self.hours.of(day.isoweekday())[-1][1])

    def local_date(self, at: dt.datetime) -> dt.date:
        return at.astimezone(self.zone).date()

    def next_working_moment(self, at: dt.datetime) -> dt.datetime:
        """`at` itself in working hours, else the next opening; in UTC."""
        at = at.astimezone(dt.UTC)
        return max(at, self._shift_from(at)[0])

    def after_working(self, at: dt.datetime, left: dt.timedelta) -> dt.datetime:
        """The moment at which so much working time has passed since `at`, in UTC."""
        moment, closes = self._from(at)
        while left > (room := closes - moment):
            left -= room
            moment, closes = self._from(closes)
        return moment + left

    def working_time(self, begins: dt.datetime, ends: dt.datetime) -> dt.timedelta:
        """How much working time lies between two moments; none where the second is not later."""
        total = dt.timedelta()
        moment, closes = self._from(begins)
        while moment < ends:
            total += min(closes, ends) - moment
            moment, closes = self._from(closes)
        return total

    def business_days_between(self, begins: dt.datetime, ends: dt.datetime) -> int:
        """How many business days have passed whole, as rungs count them; none where the second is not later."""
        start = self.next_working_moment(begins).astimezone(self.zone)
        day, days = start.date(), 0
        while self._on(day := self._step(day, 1), start) <= ends:
            days += 1
        return days

    def _add_days(self, at: dt.datetime, days: int) -> dt.datetime:
        moment = self.next_working_moment(at)
        if not days:
            return moment
        start = moment.astimezone(self.zone)
        day = start.date()
        for _ in range(abs(days)):
            day = self._step(day, 1 if days > 0 else -1)
        return self._on(day, start)

    def _on(self, day: dt.date, start: dt.datetime) -> dt.datetime:
        """The time of day that a local moment has, on another day, moved into working hours."""
        return self.next_working_moment(self._at(day, start.time().replace(tzinfo=None)))

    def _add_hours(self, at: dt.datetime, hours: int) -> dt.datetime:
        left = dt.timedelta(hours=abs(hours))
        if hours >= 0:
            return self.after_working(at, left)
        opens, moment = self._until(at)
        while left > (room := moment - opens):
            left -= room
            opens, moment = self._until(opens)
        return moment - left

    def _from(self, at: dt.datetime) -> _Shift:
        """The next working moment and the closing after it."""
        at = at.astimezone(dt.UTC)
        opens, closes = self._shift_from(at)
        return max(at, opens), closes

    def _until(self, at: dt.datetime) -> _Shift:
        """The last working moment that had begun before `at`, with the opening before it: `at` itself in working
        hours, else the last closing."""
        at = at.astimezone(dt.UTC)
        day = self.local_date(at)
        for opens, closes in reversed(self._shifts_of(day)):
            if opens < at:
                return opens, min(at, closes)
        return self._shifts_of(self._step(day, -1))[-1]

    def _shift_from(self, at: dt.datetime) -> _Shift:
        """The shift that lasts at a moment, else the next one."""
        day = self.local_date(at)
        for shift in self._shifts_of(day):
            if at < shift[1]:
                return shift
        return self._shifts_of(self._step(day, 1))[0]

    def _shifts_of(self, day: dt.date) -> tuple[_Shift, ...]:
        """A day's hours as moments; none of a closing day, nor of hours that a clock change leaves out."""
        found = self._shifts.get(day)
        if found is None:
            if len(self._shifts) >= _REMEMBERED_MAX:
                self._shifts.clear()
            spans = self.hours.of(day.isoweekday()) if self.is_workday(day) else ()
            shifts = ((self._at(day, opens), self._at(day, closes)) for opens, closes in spans)
            found = self._shifts[day] = tuple(shift for shift in shifts if shift[0] < shift[1])
        return found

    def _step(self, day: dt.date, direction: int) -> dt.date:
        for _ in range(_SEARCH_DAYS_MAX):
            day += direction * _DAY
            if self._shifts_of(day):
                return day
        raise ValueError("this calendar has no working day within ten years")

    def _at(self, day: dt.date, time: dt.time) -> dt.datetime:
        """When the clock on the wall first shows that time on that day, or a later one where it leaves that out."""
        local = dt.datetime.combine(day, time, self.zone)
        moment = local.astimezone(dt.UTC)
        if moment.astimezone(self.zone).replace(tzinfo=None) == local.replace(tzinfo=None):
            return moment
        return self._after_gap(local)

    def _after_gap(self, local: dt.datetime) -> dt.datetime:
        """The moment at which clocks are put forward over a time that they never show."""
        moment = local.replace(fold=1).astimezone(dt.UTC).replace(second=0, microsecond=0)
        while moment.astimezone(self.zone).replace(tzinfo=None) < local.replace(tzinfo=None):
            moment += _MINUTE
        return moment
