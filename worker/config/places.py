"""The places of a configuration: what is watched, and where tickets are opened."""

from __future__ import annotations

import re

from rules.language.document import KeyPath
from rules.language.problems import closest, in_words
from rules.refs import Place
from worker.config.sheet import Sheet

_CONTAINERS = {
    "github": (re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}\Z"), "a repository such as acme/shop"),
    "jira": (re.compile(r"[A-Z][A-Z0-9_]{1,99}\Z"), "a project's key such as OPS"),
}


def read_place(sheet: Sheet, path: KeyPath, written: str) -> Place | None:
    """The place that is written as `TRACKER:PLACE`; None where there is no such tracker, or no such place can be."""
    tracker, colon, container = written.partition(":")
    if not (tracker and colon and container):
        sheet.note(path, f'"{written}" is no place', "TRACKER:PLACE, such as github:acme/shop or jira:OPS")
        return None
    known = sheet.form.trackers.get(tracker)
    if known is None:
        names = list(sheet.form.trackers)
        sheet.note(path, f'there is no tracker "{tracker}"', in_words(names, tracker), closest(tracker, names))
        return None
    pattern, wanted = _CONTAINERS[known.kind]
    if not pattern.match(container):
        sheet.note(path, f'"{container}" is no place on {tracker}', wanted)
        return None
    return Place(tracker, container)


def read_route(sheet: Sheet, role: str) -> Place | None:
    """Where tickets of a role ("post_mortems", "actions") are opened; None where nothing is said of it."""
    written = getattr(sheet.form, role).place
    return read_place(sheet, (role, "place"), written) if written else None
