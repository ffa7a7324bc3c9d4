"""The amounts of a configuration: intervals, counts and limits, each within its bounds."""

from __future__ import annotations

import datetime as dt

from rules.durations import Duration, Unit
from worker.config.forms import LimitOverridesForm
from worker.config.settings import LimitOverrides
from worker.config.sheet import Sheet

WORKERS_MAX = 64
_UNITS = {Unit.SECONDS: 1, Unit.MINUTES: 60, Unit.HOURS: 3600, Unit.DAYS: 86400, Unit.WEEKS: 604800}
_POLL_LEAST = dt.timedelta(seconds=1)


def read_poll_every(sheet: Sheet) -> dt.timedelta:
    """How long from one poll of a place to the next."""
    if "poll_every" not in sheet.form.model_fields_set:
        return dt.timedelta(minutes=5)
    duration = sheet.reading.positive_duration(("poll_every",))
    if duration is None:
        return dt.timedelta(minutes=5)
    every = span_of(duration)
    if every is None or every < _POLL_LEAST:
        sheet.note(("poll_every",), f"{duration} is no interval of clock time", "such as 90 s, 5 m, 1 h")
    return every or dt.timedelta(minutes=5)


def read_whole(sheet: Sheet, key: str, found: int, least: int, most: int) -> int:
    """The number found under a key, which must be from `least` to `most`."""
    if not least <= found <= most:
        sheet.note((key,), f"{found} is out of range", f"{least:,} to {most:,}")
    return found


def read_limits(sheet: Sheet, form: LimitOverridesForm) -> LimitOverrides:
    """What this installation says of limits, in place of its policy."""
    for name in ("mentions_per_day", "sweep_effects_max"):
        amount = getattr(form, name)
        if amount is not None and amount < 1:
            sheet.note(("limits", name), f"{amount} would silence everything: the least is 1")
    return LimitOverrides(form.mentions_per_day, form.sweep_effects_max, _start_at(sheet, form.start_at))


def _start_at(sheet: Sheet, written: str | None) -> dt.datetime | dt.date | None:
    if written is None:
        return None
    try:
        if len(written) == len("2026-12-01"):
            return dt.date.fromisoformat(written)
        moment = dt.datetime.fromisoformat(written)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        sheet.note(("limits", "start_at"), f'"{written}" is no moment', "2026-12-01 or 2026-12-01T09:00:00+01:00")
        return None
    return moment.astimezone(dt.UTC)


def span_of(duration: Duration) -> dt.timedelta | None:
    """A span of clock time; None for one of working days, whose length depends on the calendar."""
    seconds = _UNITS.get(duration.unit)
    return dt.timedelta(seconds=duration.amount * seconds) if seconds else None
