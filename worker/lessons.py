"""The library of lessons: what was learned, newest first, found by words, by label, by day or by ticket.

Read from the ledger alone, so that it answers when a tracker does not. It is the operator's own view: a lesson that not
everybody may read is shown and marked so (P14). It knows of cases and never of people (P10).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rules.facts import Audience
from rules.labels import has_label
from rules.lesson_words import HAPPENED, LEARNED
from rules.markdown import normal_heading
from rules.refs import TicketRef
from worker.ledger import Ledger
from worker.ledger.lessons import LessonRow
from worker.plain_reading import BREAK, HEADING

GIST_CHARACTERS_MAX = 240
_ESCAPED = re.compile(r"\\([^\w\s])")
_LINK = re.compile(r"\[([^\[\]]+)\]\([^()\s]+\)")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson as it is shown. `told` is the day, ISO, in the policy's zone; `gist` is what was learned in a line,
    and `text` the whole as Markdown. `generation` counts the times that the failure happened."""

    failure: str
    url: str
    case: str
    generation: int
    title: str
    told: str
    severity: int
    labels: tuple[str, ...]
    is_internal: bool
    gist: str
    text: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: every word, the label if there is one, and nothing older than `since`."""

    words: tuple[str, ...] = ()
    label: str = ""
    since: dt.date | None = None


def find_lessons(ledger: Ledger, wanted: Wanted, zone: dt.tzinfo) -> tuple[Lesson, ...]:
    """The lessons that fit, newest first. Words are found within words, whatever their case and accents.

    Raises sqlalchemy.exc.SQLAlchemyError.
    """
    words = [_plain(word) for word in wanted.words if _plain(word)]
    return tuple(
        lesson
        for row, lesson in _shown(ledger.lessons.all(), zone)
        if (not wanted.label or has_label(row.labels, wanted.label))
        and (wanted.since is None or lesson.told >= wanted.since.isoformat())
        and _has_all(row, words)
    )


def lessons_of(ledger: Ledger, ref: TicketRef, zone: dt.tzinfo) -> tuple[Lesson, ...]:
    """What was learned from a failure, by its present or an earlier address, or from the case that a ticket belongs to;
    newest first. Raises sqlalchemy.exc.SQLAlchemyError."""
    return tuple(lesson for _, lesson in _shown(ledger.lessons.of(ledger.cases.roots_of(ref)), zone))


def _shown(rows: Iterable[LessonRow], zone: dt.tzinfo) -> Iterable[tuple[LessonRow, Lesson]]:
    for row in rows:
        yield (
            row,
            Lesson(
                failure=str(row.failure),
                url=row.url,
                case=row.case,
                generation=int(row.case.rpartition(".")[2]),
                title=row.title,
                told=row.told_at.astimezone(zone).date().isoformat(),
                severity=row.severity,
                labels=row.labels,
                is_internal=row.audience is Audience.INTERNAL,
                gist=gist_of(row.text),
                text=row.text,
            ),
        )


def _has_all(row: LessonRow, words: Sequence[str]) -> bool:
    said = _plain(" ".join((row.title, str(row.failure), *row.labels, row.text)))
    return all(word in said for word in words)


def gist_of(text: str) -> str:
    """What was learned, in one line: the first paragraph below a heading that says so, else below one on what happened,
    else the first one at all. Empty where there is none."""
    parts = _parts(text)
    for headings in (LEARNED, HAPPENED):
        wanted = {normal_heading(heading) for heading in headings}
        for heading, paragraphs in parts:
            if normal_heading(heading) in wanted and paragraphs:
                return _line(paragraphs[0])
    return next((_line(paragraphs[0]) for _, paragraphs in parts if paragraphs), "")


def _parts(text: str) -> list[tuple[str, list[str]]]:
    """Headings with the paragraphs below each; what stands before the first has none."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for block in re.split(r"\n\s*\n", text.strip()):
        found = HEADING.fullmatch(block.strip())
        if found:
            parts.append((found["bold"] or found["marked"], []))
        elif block.strip():
            parts[-1][1].append(block)
    return parts


def _line(paragraph: str) -> str:
    line = " ".join(_without_markup(paragraph).split())
    return line if len(line) <= GIST_CHARACTERS_MAX else line[: GIST_CHARACTERS_MAX - 1].rstrip() + "…"


def _without_markup(text: str) -> str:
    return _ESCAPED.sub(r"\1", _LINK.sub(r"\1", text.replace(BREAK, "")))


def _plain(text: str) -> str:
    """Text as it is compared: letters without accents, in one case, the markup's backslashes taken off."""
    parted = unicodedata.normalize("NFKD", _without_markup(text)).casefold()
    return " ".join("".join(char for char in parted if not unicodedata.combining(char)).split())
