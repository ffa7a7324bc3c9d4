"""Lessons as files in a repository: which there are to be, where they stand and what they say. Pure.

A file is the lesson as it was told on the failure, for people who look for lessons and not for tickets. It begins with
front matter that other programs can read. Each generation that was let go has its own, at a path made of the case's id:
nothing from a ticket stands in a path. It says no more than the failure's readers may know (P14), and how it is found
done is the worker's affair: it is written once, and from then on it is the repository's (P12).
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

from rules import keys
from rules.effects import AnyEffect, WriteFile
from rules.facts import Case, Closing, Ticket
from rules.first_word import first_word_of
from rules.lifecycle import commands_since
from rules.occasion import Occasion, Origin, origin_of
from rules.policy import FileDo, Phase, Shelf
from rules.readers import has_level
from rules.situation import Situation
from rules.viewing import view_of

#: The slot of its key, and its kind in markers.
SLOT = "lesson-file"
#: The steps whose day our own comments on the failure tell, by the comments' kind.
_TOLD = {"plan": "plan", "celebrate": "thanks", "learn": "lesson"}


def lesson_files(situation: Situation, occasion: Occasion, do: FileDo) -> list[AnyEffect]:
    """One file for each generation of the case that was let go, oldest first; none where nobody keeps lessons, and of
    a failure that a security level's few read (P14)."""
    shelf = situation.policy.routing.lessons
    if shelf is None or has_level(situation.case.failure):
        return []
    let_go = [_as_let_go(situation, closing) for closing in situation.case.closings]
    return [_file(one, occasion, do, shelf) for one in let_go if one.phase is Phase.CLOSED]


def lesson_path(folder: str, case: str) -> str:
    """`lessons/<root>-<generation>.md`: of the case's id alone, so that it stays the same whatever becomes of the
    ticket."""
    root, generation = keys.split_case_id(case)
    return "/".join(part for part in (folder, f"{root}-{generation}.md") if part)


def _file(situation: Situation, occasion: Occasion, do: FileDo, shelf: Shelf) -> WriteFile:
    failure = situation.case.failure

    def body() -> str:
        # As a private text does, it mentions nobody: a file reaches nobody, and its readers are others.
        view = view_of(situation, failure, audience=failure.audience, is_private=True)
        return f"{front_matter(situation)}\n{situation.policy.templates.render(do.template, view).rstrip()}\n"

    origin: Origin = {**origin_of(situation, occasion), "case": situation.id}
    return WriteFile(
        key=keys.state_key(situation.id, occasion.subject, SLOT),
        ticket=failure.ref,
        place=shelf.place,
        path=lesson_path(shelf.folder, situation.id),
        slot=SLOT,
        audience=failure.audience,
        body=body,
        **origin,
    )


def _as_let_go(situation: Situation, closing: Closing) -> Situation:
    """The case as it was when that generation ended: what came after it is not part of its lesson."""
    case = situation.case
    if closing == case.closings[-1] and situation.phase is Phase.CLOSED:
        return situation
    earlier = next((one for one in case.earlier if one.generation == closing.generation), None)
    then = Case(
        root=case.root,
        failure=replace(
            case.failure, changes=tuple(change for change in case.failure.changes if change.at <= closing.at)
        ),
        post_mortem=earlier.post_mortem if earlier else None,
        actions=earlier.actions if earlier else (),
        commands=case.commands,
        trusted=case.trusted,
        closings=tuple(one for one in case.closings if one.generation <= closing.generation),
        is_known=True,
    )
    return Situation(situation.policy, then, situation.now)


def front_matter(situation: Situation) -> str:
    """The YAML between two lines of hyphens: which case, which failure, when, how grave, and the day of each step that
    has one. Reflection has none: that is nobody's business (P10)."""
    failure = situation.case.failure
    days = _days(situation)
    lines = [
        "---",
        f"case: {yaml_text(situation.id)}",
        f"ticket: {yaml_text(str(failure.ref))}",
        f"failure: {yaml_text(failure.url)}",
        f"title: {yaml_text(failure.title)}",
        f"date: {days['learn']}",
        f"severity: {situation.severity}",
        f"labels: [{', '.join(map(yaml_text, failure.labels))}]",
        "steps:",
        *(f"  {step}: {day}" for step, day in days.items()),
        "---",
        "",
    ]
    return "\n".join(lines)


def _days(situation: Situation) -> dict[str, dt.date]:
    """By step, in the order of the steps: the calendar's days on which they were taken."""
    case, failure = situation.case, situation.case.failure
    since = commands_since(case, situation.standing)
    word = first_word_of(failure, situation.commands(failure), since)
    let_go_at = case.closings[-1].at
    moments: dict[str, dt.datetime | None] = {
        "own": word.at if word and word.at <= let_go_at else None,
        "analyse": case.post_mortem.closed_at if case.post_mortem else None,
        **{step: _first_said(situation, failure, kind) for step, kind in _TOLD.items()},
    }
    moments["learn"] = let_go_at
    local_date = situation.policy.calendar.local_date
    return {step: local_date(at) for step, at in moments.items() if at}


def _first_said(situation: Situation, failure: Ticket, kind: str) -> dt.datetime | None:
    said = [c.at for c in situation.our_comments(failure) if c.marker and c.marker.kind == kind]
    return min(said, default=None)


def yaml_text(text: str) -> str:
    """A text as a YAML scalar in double quotes, in one line: whatever it says, it is a text and nothing more (P11)."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escaped(char) for char in quoted)


def _escaped(char: str) -> str:
    number = ord(char)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
