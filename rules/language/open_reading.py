"""The `open` of a policy: which ticket is opened, with which words, for whom, and when it is due."""

from __future__ import annotations

from rules.durations import Duration
from rules.language.by_severity_reading import read_by_severity
from rules.language.document import KeyPath, MapNode, Scalar
from rules.language.part_reading import read_part
from rules.language.problems import closest, in_words
from rules.language.reading import Reading
from rules.language.validation import shown
from rules.language.verbs import VERBS
from rules.policy import OpenDo, Part, Role

KEYS = tuple(key.name for key in VERBS["open"].keys)


def read_open(reading: Reading, place: KeyPath) -> OpenDo | None:
    """What is to be opened; problems are noted."""
    node = reading.document.at(place)
    if not isinstance(node, MapNode):
        reading.note(place, f"{shown(node)} stands here, where a mapping is wanted", in_words(KEYS))
        return None
    for key in node.keys():  # noqa: SIM118 - a node is no dict
        if key not in KEYS:
            reading.note_key((*place, key), f'"{key}" is no key here', in_words(KEYS, key), closest(key, KEYS))
    missing = [key for key in VERBS["open"].needed if node.get(key) is None]
    for key in missing:
        reading.note_key(place, f'"{key}" is missing')
    what = _what(reading, (*place, "what")) if "what" not in missing else None
    template = reading.template((*place, "template")) if "template" not in missing else None
    due = read_by_severity(reading, (*place, "due")) if "due" not in missing else None
    title = _title(reading, place, what) if what else None
    assign = read_who(reading, (*place, "assign")) if node.get("assign") else None
    settle = read_settle(reading, (*place, "settle")) if node.get("settle") else None
    if not (what and template and due and title):
        return None
    return OpenDo(what, template, title, due, assign, settle)


def _what(reading: Reading, place: KeyPath) -> str | None:
    node = reading.document.at(place)
    if isinstance(node, Scalar) and node.value in {"post-mortem", "action"}:
        return str(node.value)
    names = ("post-mortem", "action")
    found = str(node.value) if isinstance(node, Scalar) else ""
    reading.note(place, f"{shown(node)} is nothing to open", in_words(names, found), closest(found, names))
    return None


def _title(reading: Reading, place: KeyPath, what: str) -> str | None:
    given = reading.document.at(place)
    if isinstance(given, MapNode) and given.get("title") is not None:
        return reading.template((*place, "title"), is_title=True)
    default = f"title-{what}.md"
    if default in reading.templates.names():
        return default
    reading.note_key(place, f'"title" is missing, and there is no template {default}')
    return None


def read_who(reading: Reading, place: KeyPath) -> Part | None:
    """A role, a person or a team; or `failure.owner`, which is another way to write a role."""
    node = reading.document.at(place)
    if isinstance(node, Scalar) and node.value == "failure.owner":
        return Role.OWNER
    return read_part(reading, place, Role, "role")


def read_settle(reading: Reading, place: KeyPath) -> Duration | None:
    """How long a text has to rest, in clock time."""
    duration = reading.positive_duration(place)
    if duration and duration.is_business:
        reading.note(
            place, f'"{duration}" counts business time; a text rests in clock time', "clock time, such as 15 m or 1 h"
        )
        return None
    return duration
