"""`aftermath lessons`: what was learned, newest first; with a ticket one lesson whole. Asks no tracker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

import typer

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
    warn_of_policy,
)
from worker.lessons import Lesson, Wanted, find_lessons, lessons_of
from worker.logs import Mask
from worker.phrases import ordinal
from worker.plain_reading import plain_reading
from worker.planning import compose_as_it_stands
from worker.presence import unfilled_words
from worker.referring import SeveralTickets, ticket_among_words


def command(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORDS…|REF]", help="Words to find, or a ticket: its address, OPS-12, #7."),
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
    wanted = Wanted(tuple(words or ()), label, _day(since))
    teller = Teller(Mask(settings.secrets))
    with told_errors(settings):
        program = compose_as_it_stands(settings, needs_policy=False)
        warn_of_policy(program.policy.problem, Mask(settings.secrets))
        try:
            zone = program.policy().calendar.zone
            ledger, is_rebuilt = program.ledger, program.is_rebuilt()
            ref = ticket_among_words(words or [], settings, ledger.cases.roots_of)
            found = lessons_of(ledger, ref, zone) if ref else find_lessons(ledger, wanted, zone)
            is_empty = not found and not ledger.lessons.all()
        except SeveralTickets as error:
            fail(str(error))
        finally:
            program.close()
    if as_data:
        teller.json(found)
    elif not is_rebuilt:
        teller.line(unfilled_words(settings))
    elif ref:
        for lesson in found:
            _show_whole(teller, lesson)
    else:
        _show_list(teller, found, "" if is_empty else _why_none(wanted))
    if ref and not found:
        fail(f"No lesson of {ref} was told: a case tells it when everything is closed.", NOT_GOOD)


def _day(written: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(written) if written else None
    except ValueError:
        fail(f'"{written}" is no day: write it as 2026-11-30.')


def _show_list(teller: Teller, lessons: Sequence[Lesson], why_none: str) -> None:
    for lesson in lessons:
        teller.line(f"{lesson.told}  sev{lesson.severity}  {lesson.failure}  {lesson.title}{_remark(lesson)}")
        teller.line(f"    {lesson.gist or 'Nothing was written down beyond the ticket.'}", "dim")
    if lessons:
        which = lessons[0].failure
        teller.line(f"{counted(len(lessons), 'lesson')}. `aftermath lessons {which}` shows one whole.", "bold")
    else:
        teller.line(why_none or "No lesson yet: a case tells one when everything is closed.", "bold")


def _why_none(wanted: Wanted) -> str:
    """Why nothing is shown, where there are lessons, and what would show some."""
    if wanted.label or wanted.since:
        return "No lesson fits all of that: `aftermath lessons` alone shows every one."
    if len(wanted.words) > 1:
        return "No lesson has all of these words: fewer words find more."
    return "No lesson says that: `aftermath lessons` alone shows every one."


def _show_whole(teller: Teller, lesson: Lesson) -> None:
    teller.line(f"{lesson.title}{_remark(lesson)}", "bold")
    labels = f", labelled {', '.join(lesson.labels)}" if lesson.labels else ""
    teller.line(f"{lesson.failure}, severity {lesson.severity}{labels}; told on {lesson.told}")
    teller.line(lesson.url)
    teller.line()
    reading = plain_reading(lesson.text)
    for line in reading.lines:
        teller.line(f"  {line.text}".rstrip(), "bold" if line.is_heading else "")
    teller.line()
    for number, address in enumerate(reading.addresses, 1):
        teller.line(f"  [{number}] {address}", "dim")
    if reading.addresses:
        teller.line()


def _remark(lesson: Lesson) -> str:
    remarks = [f"the {ordinal(lesson.generation)} time"] if lesson.generation > 1 else []
    remarks += ["internal"] if lesson.is_internal else []
    return f" ({', '.join(remarks)})" if remarks else ""
