"""A duration of a policy that may be another one for each severity."""

from __future__ import annotations

from rules.by_severity import SEVERITIES, BySeverity
from rules.durations import Duration
from rules.language.document import KeyPath, MapNode
from rules.language.reading import Reading


def read_by_severity(reading: Reading, place: KeyPath) -> BySeverity | None:
    """One duration for all severities, or one for each that is named."""
    node = reading.document.at(place)
    if not isinstance(node, MapNode):
        duration = reading.positive_duration(place)
        return BySeverity({SEVERITIES[-1]: duration}) if duration else None
    durations: dict[int, Duration] = {}
    for key in node.keys():  # noqa: SIM118 - a node is no dict
        if not key.isdecimal() or int(key) not in SEVERITIES:
            reading.note_key((*place, key), f'"{key}" is no severity', "1 (the gravest) to 5")
        elif duration := reading.positive_duration((*place, key)):
            durations[int(key)] = duration
    if not node.entries:
        reading.note(place, "no severity is named here", "1 (the gravest) to 5")
    return BySeverity(durations) if durations else None
