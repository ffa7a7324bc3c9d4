"""Reads an iCalendar file back by the letter of RFC 5545, sharing nothing with what wrote it."""

from __future__ import annotations

import datetime as dt
import re

_UNESCAPED = {"n": "\n", "N": "\n", ",": ",", ";": ";", "\\": "\\"}


def read_calendar(text: str) -> dict[str, str]:
    """The properties of its one event. Fails where the file is none: line ends, lengths, nesting, a name twice."""
    assert text.endswith("\r\n")
    physical = text.split("\r\n")[:-1]
    assert all(len(line.encode()) <= 75 and "\n" not in line and "\r" not in line for line in physical)
    lines: list[str] = []
    for line in physical:
        if line.startswith(" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR")
    begin, end = lines.index("BEGIN:VEVENT"), lines.index("END:VEVENT")
    assert lines.count("BEGIN:VEVENT") == 1
    pairs = [re.fullmatch(r"([A-Z-]+):(.*)", line, re.DOTALL) for line in lines[begin + 1 : end]]
    found = {pair[1]: pair[2] for pair in pairs if pair}
    assert len(found) == len(pairs)
    return found | {"SUMMARY": re.sub(r"\\(.)", lambda one: _UNESCAPED[one[1]], found["SUMMARY"])}


def moment(written: str) -> dt.datetime:
    """`20261127T100000Z`."""
    return dt.datetime.strptime(written, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
