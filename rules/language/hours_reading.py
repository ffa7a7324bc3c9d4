"""The days and hours of a calendar as they are written: one span, several, or such by days of the week."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise

from rules.language.document import KeyPath, MapNode, Node, Scalar
from rules.language.forms import CalendarForm
from rules.language.problems import closest, in_words
from rules.language.reading import Reading
from rules.language.validation import shown
from rules.work_hours import Spans, WorkHours

WEEKDAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
_SPAN = re.compile(r"(\d\d?):(\d\d) ?[-–] ?(\d\d?):(\d\d)\Z")
_ALLOWED = 'such as "09:00-17:00" or "09:00-12:30, 13:30-17:00"'


def read_hours(reading: Reading, path: KeyPath, form: CalendarForm) -> tuple[frozenset[int] | None, WorkHours | None]:
    """Workdays (ISO) and hours as far as the file gives them, and they are right; what is wrong is noted."""
    given, place = form.model_fields_set, (*path, "hours")
    workdays = frozenset(WEEKDAYS[day] for day in form.workdays) if "workdays" in given else None
    if workdays is not None and not workdays:
        reading.note((*path, "workdays"), "no day of the week is a workday", in_words(WEEKDAYS))
        workdays = None
    if "hours" not in given:
        return workdays, None
    node = reading.document.at(place)
    if not isinstance(node, MapNode):
        spans = read_spans(reading, place, node)
        return workdays, WorkHours(spans) if spans else None
    if workdays is not None:
        reading.note_key((*path, "workdays"), "the hours name their days already: leave the workdays out")
    by_day = _read_by_day(reading, place, node)
    if not by_day:
        return None, None
    return frozenset(by_day), WorkHours(next(iter(by_day.values())), tuple(sorted(by_day.items())))


def read_spans(reading: Reading, path: KeyPath, node: Node) -> Spans:
    """Spans of one day, in order and apart; none where something is wrong, which is noted."""
    written = str(node.value) if isinstance(node, Scalar) and node.value is not None else ""
    spans = tuple(span for part in written.split(",") if (span := _span(part)))
    if len(spans) != len(written.split(",")):
        wrong = "are no hours" if isinstance(node, Scalar) else "stands here, where hours are wanted"
        reading.note(path, f"{shown(node)} {wrong}", f"opening and closing of one day, {_ALLOWED}")
        return ()
    if any(opens >= closes for opens, closes in spans):
        reading.note(path, f"{shown(node)} closes before it opens", "hours within one day")
        return ()
    if any(before[1] > after[0] for before, after in pairwise(spans)):
        reading.note(path, f"{shown(node)} overlaps, or is not in order", f"from morning to evening, {_ALLOWED}")
        return ()
    return spans


def _read_by_day(reading: Reading, path: KeyPath, node: MapNode) -> dict[int, Spans]:
    found: dict[int, Spans] = {}
    if not node.entries:
        reading.note(path, "no day of the week has hours", f"mon-fri: {_ALLOWED.removeprefix('such as ')}")
    for key in node.keys():  # noqa: SIM118 - a node is no dict
        place = (*path, key)
        spans = read_spans(reading, place, reading.document.at(place))
        for day in _read_days(reading, place, key):
            if day in found:
                name = next(name for name, number in WEEKDAYS.items() if number == day)
                reading.note_key(place, f'"{name}" has hours already')
            found[day] = spans
    return {day: spans for day, spans in found.items() if spans}


def _read_days(reading: Reading, path: KeyPath, written: str) -> list[int]:
    """`fri`, `mon-thu` or `mon, wed` as ISO weekdays; none where something is wrong, which is noted."""
    days: list[int] = []
    for part in written.split(","):
        ends = [end.strip() for end in part.split("-")]
        wrong = next((end for end in ends if end not in WEEKDAYS), None)
        if wrong is not None or len(ends) > 2 or WEEKDAYS[ends[0]] > WEEKDAYS[ends[-1]]:
            allowed = f"{in_words(WEEKDAYS)}, or a row of them such as mon-thu"
            reading.note_key(path, f'"{written}" names no days', allowed, closest(wrong or "", WEEKDAYS))
            return []
        days += range(WEEKDAYS[ends[0]], WEEKDAYS[ends[-1]] + 1)
    return days


def _span(written: str) -> tuple[dt.time, dt.time] | None:
    match = _SPAN.match(written.strip())
    try:
        numbers = [int(part) for part in match.groups()] if match else []
        return dt.time(numbers[0], numbers[1]), dt.time(numbers[2], numbers[3])
    except (IndexError, ValueError):
        return None
