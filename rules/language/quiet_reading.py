"""Quiet hours as they are written: `"20:00-07:00"`, or `none`."""

from __future__ import annotations

import datetime as dt
import re

from rules.language.document import KeyPath, Scalar
from rules.language.reading import Reading
from rules.language.validation import shown
from rules.quiet_hours import NEVER_QUIET, QuietHours

_FORM = re.compile(r"(\d\d?):(\d\d) ?[-–] ?(\d\d?):(\d\d)\Z")
_NONE = frozenset({"none", "no", "never", "off", "false", "[]"})
_ALLOWED = 'from and until when, over midnight too, such as "20:00-07:00", or none'


def read_quiet_hours(reading: Reading, path: KeyPath) -> QuietHours | None:
    """The hours at a path; None where something is wrong, which is noted."""
    node = reading.document.at(path)
    written = str(node.value).strip() if isinstance(node, Scalar) and node.value is not None else ""
    if written == "none":
        return NEVER_QUIET
    match = _FORM.match(written)
    try:
        numbers = [int(part) for part in match.groups()] if match else []
        begins, ends = dt.time(numbers[0], numbers[1]), dt.time(numbers[2], numbers[3])
    except (IndexError, ValueError):
        reading.note(path, f"{shown(node)} are no quiet hours", _ALLOWED, "none" if written.lower() in _NONE else "")
        return None
    if begins == ends:
        reading.note(path, f"{shown(node)} ends when it begins", _ALLOWED)
        return None
    return QuietHours(begins, ends)
