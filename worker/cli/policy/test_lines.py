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
from worker.rehearsal.trial.trials import Expected

_WIDTH = 80
_MARGIN = " " * 15
#: So many lines of a text are shown where it is otherwise than expected.
_GLANCE = 12
#: How what a pair differs in is called.
_WORDS = {"at": "when", "what": "text", "asks": "asked", "says": "words"}


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
    for line in lines:
        at = _moment(line, zone)
        if at and _day(at) != day:
            day = _day(at)
            teller.line(f"      {day}", "dim")
        if line.happened and (line.is_good or not is_compared):
            came = line.happened.at.astimezone(zone)
            _wrapped(teller, f"        {came:%H:%M}  {_of_happened(result, line.happened)}", "dim")
            if shown.texts:
                _text(teller, line.happened, is_whole=True)
        else:
            _tell_bad(teller, result, line, shown)


def _tell_bad(teller: Teller, result: TrialResult, line: Line, shown: Shown) -> None:
    zone = result.file.policy.calendar.zone
    if line.expected:
        when = line.expected.at.astimezone(zone).strftime("%H:%M") if line.expected.at else "     "
        _wrapped(teller, f"    -   {when}  {_of_expected(line.expected)} (line {line.expected.line})", "red")
    if line.happened:
        at = line.happened.at.astimezone(zone)
        is_elsewhere = (
            line.expected is not None and "at" in line.differs and _day(at) != _day(_moment(line, zone) or at)
        )
        elsewhere = f"{_day(at)}: " if is_elsewhere else ""
        _wrapped(teller, f"    +   {at:%H:%M}  {elsewhere}{_of_happened(result, line.happened)}", "yellow")
        if line.differs:
            words = ", ".join(_WORDS.get(key, key) for key in line.differs)
            teller.line(f"{_MARGIN}otherwise: {words}", "yellow")
        if shown.texts or "says" in line.differs:
            _text(teller, line.happened, is_whole=shown.texts)
        _because(teller, line.happened)
    elif line.expected:
        teller.line(f"{_MARGIN}did not come", "red")


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


def _moment(line: Line, zone: dt.tzinfo) -> dt.datetime | None:
    """The moment under whose day a line stands: what was expected goes before what came."""
    if line.expected and line.expected.day:
        return dt.datetime.combine(line.expected.day, dt.time(), zone)
    at = line.expected.at if line.expected and line.expected.at else line.happened.at if line.happened else None
    return at.astimezone(zone) if at else None


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
