"""`aftermath plan --until`: what would be said and to whom if nobody moved, by day, and for each case its ladder."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterator
from typing import Any

from rules.policy import People, Policy
from rules.refs import TicketRef
from rules.texts import names_in_a_row
from rules.verdicts.rung_words import stage_words
from worker.cli.telling import Teller, counted
from worker.phrases import moment
from worker.planned import as_it_would_stand
from worker.rehearsal.future import Future
from worker.rehearsal.happening import Happening

_WIDTH = 80
_MARGIN = " " * 9
#: Keeps a step of a ladder in one piece where its line is wrapped.
_UNBROKEN = "\N{NO-BREAK SPACE}"


def tell_future(teller: Teller, future: Future, policy: Policy, *, with_texts: bool) -> None:
    """Everything that reaches people, in order of time, then each case's ladder, then what it comes to."""
    zone, day = policy.calendar.zone, ""
    span = f"From {moment(future.begins, zone)} to {moment(future.ends, zone)}, if nobody moved:"
    _wrapped(teller, span, "bold", behind="")
    for one in future.reaching:
        at = one.at.astimezone(zone)
        if day != (day := _day(at)):
            teller.line()
            teller.line(day, "bold")
        _wrapped(teller, f"  {at:%H:%M}  {_sentence(future, policy, one)}")
        rung = f", {stage_words(one.stage)}" if one.stage else ""
        _wrapped(teller, f"{_MARGIN}{one.rule}{rung}: {one.why}", "dim")
        if with_texts and not one.is_private:
            teller.block(as_it_would_stand(one.text, by_login=False), f"{_MARGIN}| ")
    teller.line()
    _tell_ladders(teller, future, policy)
    for sentence in _sums(future):
        _wrapped(teller, sentence, behind="")
    teller.line("Nothing was written.", "bold")


def future_as_data(future: Future) -> dict[str, Any]:
    """The same for programs. Of a private message neither whom it is for nor its words are told (P10)."""
    cases = {case.root: str(case.failure) for case in future.cases}
    return {
        "begins": future.begins.isoformat(),
        "ends": future.ends.isoformat(),
        "happenings": [
            {
                "at": one.at.isoformat(),
                "what": one.verb,
                "text_of": one.what,
                "ticket": str(one.ticket),
                "is_opened_meanwhile": one.ticket in future.opened,
                "failure": cases.get(one.case, ""),
                "asks": [] if one.is_private else list(one.asks),
                "rule": one.rule,
                "stage": one.stage,
                "why": one.why,
                "title": "" if one.is_private else one.title,
                "text": "" if one.is_private else one.text,
                "reaches": one.reaches,
            }
            for one in future.happened
        ],
        "troubles": [
            {"at": one.at.isoformat(), "ticket": str(one.ticket) if one.ticket.key else "", "why": one.sentence}
            for one in future.troubles
        ],
        "brake": future.brake,
        "reads_spent": future.reads_spent,
        "is_good": future.is_good,
    }


def _sentence(future: Future, policy: Policy, one: Happening) -> str:
    where = _where(future, one.ticket)
    match one.verb:
        case "open":
            given = f", given to {_names(policy.people, one.asks)}" if one.asks else ""
            return f"open {where}{given}"
        case "notify":
            return f"write to one person privately about {where} ({one.what})"
        case "close":
            return f"tell the lesson and let {where} go ({one.what})"
        case _:
            asks = f", asks {_names(policy.people, one.asks)}" if one.asks else ""
            return f"{one.verb} on {where} ({one.what}){asks}"


def _where(future: Future, ref: TicketRef) -> str:
    """A ticket's address; of one that is not there yet, what it is going to be called."""
    if ref not in future.opened:
        return str(ref)
    place = ref.key.rpartition("#")[0] or ref.key.rpartition("-")[0]
    return f"a new ticket in {ref.tracker}:{place}, “{future.opened[ref]}”"


def _names(people: People, ids: tuple[str, ...]) -> str:
    known = [people.get(one) for one in ids]
    return names_in_a_row([person.name if person else one for person, one in zip(known, ids, strict=True)])


def _tell_ladders(teller: Teller, future: Future, policy: Policy) -> None:
    """For each case what is said on it, in a line: whose turn it is, and when."""
    for case in future.cases:
        steps = [one for one in future.reaching if one.case == case.root]
        if steps:
            teller.line(f"{case.failure}  {case.title}", "bold")
            _wrapped(teller, f"  {' → '.join(_steps(steps, policy))}", behind="    ")
    if future.reaching:
        teller.line()


def _steps(steps: list[Happening], policy: Policy) -> Iterator[str]:
    day = ""
    for one in steps:
        at = one.at.astimezone(policy.calendar.zone)
        told = f"{at.day} {at:%b} " if day != (day := f"{at:%m-%d}") else ""
        asked = "" if one.verb in ("notify", "open") else "+".join(one.asks)
        what = f"open {one.what}" if one.verb == "open" else one.what.removesuffix(".md")
        step = f"{told}{what}" + (f" ({asked})" if asked else "")
        yield step.replace(" ", _UNBROKEN)


def _sums(future: Future) -> Iterator[str]:
    if not future.reaching:
        yield "Nothing is said to anybody, and no ticket is opened."
    else:
        said = sum(one.verb in ("comment", "remind", "close") for one in future.happened)
        opened, letters = len(future.opened), sum(one.verb == "notify" for one in future.happened)
        writes = sum(one.verb != "notify" for one in future.happened)
        counts = ((said, "comment"), (opened, "new ticket"), (letters, "private message"))
        parts = [counted(number, noun) for number, noun in counts if number]
        yield f"{', '.join(parts)}: {counted(writes, 'write')} in all, with what is kept up to date."
    for trouble in future.troubles:
        where = f"{trouble.ticket} is left out: " if trouble.ticket.key else ""
        yield f"{where}{trouble.sentence}"
    if future.brake:
        since = "The brake holds" if future.held_from_the_start else "The brake would hold on the way"
        yield f"{since}, and everything new behind it: {future.brake}. `aftermath resume` lifts it."
    yield f"Reading all this took {counted(future.reads_spent, 'request')}."


def _day(at: dt.datetime) -> str:
    return f"{at:%a} {at.day} {at:%b %Y}"


def _wrapped(teller: Teller, text: str, style: str = "", *, behind: str = _MARGIN) -> None:
    """A line of at most 80 columns, what does not fit below it and further in; addresses stay in one piece."""
    for line in textwrap.wrap(text, _WIDTH, subsequent_indent=behind, break_long_words=False, break_on_hyphens=False):
        teller.line(line.replace(_UNBROKEN, " "), style)
