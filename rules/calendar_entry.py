"""A meeting as an iCalendar file, for attaching to a private message.

https://www.rfc-editor.org/rfc/rfc5545: one VEVENT, tentative, with neither organiser nor attendees, since it is a
proposal that everybody may ignore. The same UID with a higher SEQUENCE replaces it. What stands in it was made for
its reader before; nothing here knows a case.
"""

from __future__ import annotations

import datetime as dt

#: https://www.rfc-editor.org/rfc/rfc5545#section-3.1 -- bytes of a line before it is folded.
_LINE_BYTES_MAX = 75
#: SEQUENCE counts seconds from here on: below 2^31 (section 3.3.8) for 68 years, and above any count of moves.
_COUNTED_FROM = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_ESCAPES = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}


def calendar_entry(
    uid: str, sequence: int, stamped: dt.datetime, starts: dt.datetime, ends: dt.datetime, title: str, url: str = ""
) -> str:
    """The file's text, lines ended by CRLF. `stamped` is when it was proposed so; moments are told in UTC."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Aftermath//review//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"SEQUENCE:{sequence}",
        f"DTSTAMP:{_moment(stamped)}",
        f"DTSTART:{_moment(starts)}",
        f"DTEND:{_moment(ends)}",
        f"SUMMARY:{_text(title)}",
        *([f"URL:{_address(url)}"] if url else []),
        "STATUS:TENTATIVE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def sequence_at(written: dt.datetime) -> int:
    """The SEQUENCE of a revision that is written then. It has to grow with each (section 3.8.7.4), and whatever could
    be counted shrinks when people edit or delete what they wrote; time does not."""
    return max(0, int((written - _COUNTED_FROM).total_seconds()))


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A TEXT value (section 3.3.11): one that could end its line or its field cannot."""
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(char for char in plain if char == "\n" or (ord(char) >= 0x20 and ord(char) != 0x7F))
    return "".join(_ESCAPES.get(char, char) for char in kept)


def _address(url: str) -> str:
    return "".join(char for char in url if ord(char) > 0x20 and ord(char) != 0x7F)


def _folded(line: str) -> str:
    """Cut into lines of at most 75 bytes, each but the first begun by a space, and no character cut in two."""
    parts = [""]
    for char in line:
        room = _LINE_BYTES_MAX - (len(parts) > 1)
        if len((parts[-1] + char).encode()) > room:
            parts.append("")
        parts[-1] += char
    return "\r\n ".join(parts)
