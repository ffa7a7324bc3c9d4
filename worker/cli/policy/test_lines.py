"""How a test's outcome is told: like a diff, by day, each line with what was asked of whom and by which rule."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.verdicts.rung_words import stage_words
from worker.cli.telling import Teller, counted
from worker.rehearsal.happening import Happening
from worker.rehearsal.trial.comparing import Line
from worker.rehearsal.trial.people import called
from worker.rehearsal.trial.recording import recorded
from worker.rehearsal.trial.result import TrialResult
from worker.rehearsal.trial.rows import Row, rows_of
from worker.rehearsal.trial.trials import Expected

_WIDTH = 80
_MARGIN = " " * 15
#: So many lines of a text are shown where it is otherwise than expected.
_GLANCE = 12
#: How what a pair differs in is called.
_WORDS = {"at": "when", "what": "text", "asks": "asked", "says": "words", "order": "the order"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown beyond what went wrong: what happened in `good` tests, every one of the `texts`, and whether tests
    that expect nothing yet are `recorded`."""

    good: bool = False
    texts: bool = False
    recorded: bool = False


def tell_result(teller: Teller, result: TrialResult, shown: Shown) -> None:
    """One test: a tick, a cross and why, or a dot where it does not say yet what is to come of it."""
    if not result.has_failed:
        mark, style = ("·", "yellow") if result.expects_nothing else ("✓", "green")
        _wrapped(teller, f"  {mark} {result.trial.name}", style, behind="    ")
        if result.expects_nothing:
            hint = "" if shown.recorded else ": --record shows what happens"
            teller.line(f"    it expects nothing yet{hint}", "yellow")
        if shown.good:
            _tell_lines(teller, result, [Line(None, one) for one in result.seen], shown, is_compared=False)
        return
    _wrapped(teller, f"  ✗ {result.trial.name}", "red", behind="    ")
    for problem in result.lived.problems:
        _wrapped(teller, f"    ! {problem}", "red")
    _tell_lines(teller, result, result.lines, shown)
    for breach in result.breaches:
        if breach.happened and breach.expected:
            at = breach.happened.at.astimezone(result.file.policy.calendar.zone)
            _wrapped(teller, f"    ! never: {_of_expected(breach.expected)} (line {breach.expected.line})", "red")
            _wrapped(teller, f"        but {_day(at)} {at:%H:%M}  {_of_happened(result, breach.happened)}", "")
            _because(teller, breach.happened)
            if shown.texts or breach.expected.says:
                _text(teller, breach.happened, is_whole=shown.texts)


def tell_recorded(teller: Teller, result: TrialResult) -> None:
    """What happened, as it may be pasted into the test."""
    teller.line("    # to be pasted into the test, once it is what you want:", "dim")
    for line in recorded(result):
        teller.line(f"    {line}")


def _tell_lines(
    teller: Teller, result: TrialResult, lines: Sequence[Line], shown: Shown, *, is_compared: bool = True
) -> None:
    zone, day = result.file.policy.calendar.zone, ""
    for row in rows_of(lines, zone):
        if day != (day := _day(row.at) if row.at else "at any time"):
            teller.line(f"      {day}", "dim")
        happened = row.line.happened
        if happened and (row.line.is_good or not is_compared):
            _wrapped(teller, f"        {happened.at.astimezone(zone):%H:%M}  {_of_happened(result, happened)}", "dim")
            if shown.texts:
                _text(teller, happened, is_whole=True)
            continue
        if row.has_expected and row.line.expected:
            _tell_expected(teller, row, row.line.expected, zone)
        if row.has_happened and happened:
            _tell_otherwise(teller, result, row, happened, shown)


def _tell_expected(teller: Teller, row: Row, expected: Expected, zone: dt.tzinfo) -> None:
    """What was expected and did not come so."""
    when = expected.at.astimezone(zone).strftime("%H:%M") if expected.at else "     "
    _wrapped(teller, f"    -   {when}  {_of_expected(expected)} (line {expected.line})", "red")
    if row.line.happened is None:
        teller.line(f"{_MARGIN}did not come", "red")
    elif row.is_apart:
        came = row.line.happened.at.astimezone(zone)
        teller.line(f"{_MARGIN}came {_day(came)} {came:%H:%M}", "red")


def _tell_otherwise(teller: Teller, result: TrialResult, row: Row, happened: Happening, shown: Shown) -> None:
    """What came, and was not expected at all or not so."""
    at, line = happened.at.astimezone(result.file.policy.calendar.zone), row.line
    _wrapped(teller, f"    +   {at:%H:%M}  {_of_happened(result, happened)}", "yellow")
    if line.differs:
        words = ", ".join(_WORDS.get(key, key) for key in line.differs)
        than = f" than in line {line.expected.line}" if row.is_apart and line.expected else ""
        teller.line(f"{_MARGIN}otherwise{than}: {words}", "yellow")
    if shown.texts or "says" in line.differs:
        _text(teller, happened, is_whole=shown.texts)
    _because(teller, happened)


def _text(teller: Teller, happened: Happening, *, is_whole: bool) -> None:
    """What was said, as people read it: whole, or as much of it as is read at a glance."""
    lines: list[str] = []
    for line in happened.text.strip().splitlines():
        lines += textwrap.wrap(line, _WIDTH - len(_MARGIN) - 2, break_on_hyphens=False) or [""]
    cut = len(lines) if is_whole or len(lines) <= _GLANCE else _GLANCE - 1
    for line in lines[:cut]:
        teller.line(f"{_MARGIN}| {line}".rstrip(), "dim")
    if lines[cut:]:
        teller.line(f"{_MARGIN}| … ({counted(len(lines) - cut, 'more line')}: --texts shows all)", "dim")


def _because(teller: Teller, happened: Happening) -> None:
    rung = f", {stage_words(happened.stage)}" if happened.stage else ""
    _wrapped(teller, f"{_MARGIN}{happened.rule}{rung}: {happened.why}", "dim")


def _of_happened(result: TrialResult, one: Happening) -> str:
    what = one.verb if one.verb in ("status", "plan") else f"{one.verb} {one.what}"
    title = f": {one.title}" if one.verb == "open" else ""
    on = "" if one.verb == "open" else f" on {result.name_of(one)}"
    asks = f", asks {_row(called(person) for person in one.asks)}" if one.asks and one.verb != "open" else ""
    given = f", given to {_row(called(person) for person in one.asks)}" if one.asks and one.verb == "open" else ""
    return f"{what}{title}{on}{asks}{given}"


def _of_expected(one: Expected) -> str:
    parts = [one.verb or "anything", one.what]
    parts += [f"on {one.on}"] if one.on else []
    said = " ".join(part for part in parts if part)
    if one.asks is not None:
        said += f", asks {_row(sorted(one.asks)) or 'nobody'}"
    said += f", by {one.rule}" if one.rule else ""
    return said + (f", says “{' '.join(one.says.split())}”" if one.says else "")


def _day(at: dt.datetime) -> str:
    return f"{at:%a} {at.day:>2} {at:%b %Y}"


def _row(names: Iterator[str] | list[str]) -> str:
    *most, last = [*names] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _wrapped(teller: Teller, text: str, style: str, *, behind: str = "") -> None:
    """A line of at most 80 columns; what does not fit goes on below it, further in."""
    behind = behind or " " * max(len(text) - len(text.lstrip()) + 2, 15)
    for line in textwrap.wrap(text, _WIDTH, subsequent_indent=behind, break_on_hyphens=False):
        teller.line(line, style)
