"""`lessons:`: the repository, and the folder in it, that lessons are written to as files."""

from __future__ import annotations

import re

from rules.language.problems import closest, in_words
from rules.policy import Shelf
from worker.config.places import read_place
from worker.config.sheet import Sheet

_FOLDER = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(?:/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}){0,8})?\Z")


def read_lessons(sheet: Sheet) -> Shelf | None:
    """None where no lessons are written, or what stands there does not fit."""
    form = sheet.form.lessons
    if form is None:
        return None
    folder = form.folder.strip().strip("/")
    if not _FOLDER.match(folder):
        sheet.note(
            ("lessons", "folder"),
            f'"{form.folder}" is no folder in a repository',
            "names of letters, figures, - and _, such as lessons or docs/lessons",
        )
    tracker = _tracker(sheet, form.tracker)
    place = read_place(sheet, ("lessons", "repository"), f"{tracker}:{form.repository}") if tracker else None
    return Shelf(place, folder) if place else None


def _tracker(sheet: Sheet, written: str) -> str:
    """The tracker that the repository is on: the one that is named, else the only one that has repositories."""
    able = [name for name, tracker in sheet.form.trackers.items() if tracker.kind == "github"]
    if written and written not in able:
        what = "keeps no files" if written in sheet.form.trackers else "is no tracker here"
        sheet.note(("lessons", "tracker"), f'"{written}" {what}', in_words(able, written), closest(written, able))
        return ""
    if not written and len(able) != 1:
        message = (
            'several trackers have repositories: say which with "tracker"'
            if able
            else "lessons are written to a repository on GitHub, and no tracker here is GitHub's"
        )
        sheet.note(("lessons",), message, in_words(able))
        return ""
    return written or able[0]
