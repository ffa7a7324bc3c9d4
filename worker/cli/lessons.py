"""`aftermath lessons`: what was learned, newest first; with a ticket one lesson whole. Asks no tracker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Annotated

import typer

from rules.refs import TicketRef
from worker.cli.telling import (
    DEFAULT_CONFIG,
    NOT_GOOD,
    ConfigOption,
    JsonOption,
    Teller,
    counted,
    fail,
    read_config,
    told_errors,
)
from worker.lessons import Lesson, Wanted, find_lessons, lessons_of
from worker.logs import Mask
from worker.phrases import ordinal
from worker.planning import compose_as_it_stands


def command(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORDS…|REF]", help="Words to find, or a ticket such as github:acme/shop#7."),
    ] = None,
    since: Annotated[str, typer.Option(metavar="DATE", help="Only lessons told on that day or later.")] = "",
    label: Annotated[str, typer.Option(help="Only failures that carry this label.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    as_data: JsonOption = False,
) -> None:
    """Show what was learned, newest first: everything, what has all the words, or one failure's lesson whole.

    Exits with 1 when the ticket has told no lesson.
    """
    settings = read_config(config, asks_trackers=False)
    ref = _ref(words or [], settings.trackers)
    wanted = Wanted(tuple(words or ()), label, _day(since))
    teller = Teller(Mask(settings.secrets))
    with told_errors(settings):
        program = compose_as_it_stands(settings)
        try:
            zone = program.policy().calendar.zone
            ledger, is_rebuilt = program.ledger, program.is_rebuilt()
            found = lessons_of(ledger, ref, zone) if ref else find_lessons(ledger, wanted, zone)
        finally:
            program.close()
    if as_data:
        teller.json(found)
    elif not is_rebuilt:
        teller.line(
            "The ledger is not yet filled from the trackers: `aftermath run` does that first, `rebuild` by hand."
        )
    elif ref:
        for lesson in found:
            _show_whole(teller, lesson)
    else:
        _show_list(teller, found, is_all=wanted == Wanted())
    if ref and not found:
        fail(f"No lesson of {ref} was told: a case tells it when everything is closed.", NOT_GOOD)


def _ref(words: Sequence[str], trackers: Collection[str]) -> TicketRef | None:
    """The ticket, where one word names one on a tracker of ours."""
    if len(words) != 1:
        return None
    try:
        ref = TicketRef.parse(words[0])
    except ValueError:
        return None
    return ref if ref.tracker in trackers else None


def _day(written: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(written) if written else None
    except ValueError:
        fail(f'"{written}" is no day: write it as 2026-11-30.')


def _show_list(teller: Teller, lessons: Sequence[Lesson], *, is_all: bool) -> None:
    for lesson in lessons:
        teller.line(f"{lesson.told}  sev{lesson.severity}  {lesson.failure}  {lesson.title}{_remark(lesson)}")
        teller.line(f"    {lesson.gist or 'Nothing was written down beyond the ticket.'}", "dim")
    if lessons:
        which = lessons[0].failure
        teller.line(f"{counted(len(lessons), 'lesson')}. `aftermath lessons {which}` shows one whole.", "bold")
    elif is_all:
        teller.line("No lesson yet: a case tells one when everything is closed.", "bold")
    else:
        teller.line("No lesson says that. Fewer words find more.", "bold")


def _show_whole(teller: Teller, lesson: Lesson) -> None:
    teller.line(f"{lesson.title}{_remark(lesson)}", "bold")
    labels = f", labelled {', '.join(lesson.labels)}" if lesson.labels else ""
    teller.line(f"{lesson.failure}, severity {lesson.severity}{labels}; told on {lesson.told}")
    teller.line(lesson.url)
    teller.line()
    teller.block(lesson.text, margin="  ")
    teller.line()


def _remark(lesson: Lesson) -> str:
    remarks = [f"the {ordinal(lesson.generation)} time"] if lesson.generation > 1 else []
    remarks += ["internal"] if lesson.is_internal else []
    return f" ({', '.join(remarks)})" if remarks else ""
