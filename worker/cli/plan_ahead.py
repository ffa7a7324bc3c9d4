"""`aftermath plan --until`: what would be said and to whom if nobody moved, by day, and for each case its ladder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rules.policy import Policy
from rules.verdicts.rung_words import stage_words
from worker.cli.ahead_lines import UNBROKEN, day_words, happening_words, names_of, wrapped
from worker.cli.plan_ahead_diff import changes_as_data, changes_in_a_line, tell_changes_to_come
from worker.cli.telling import Teller, counted
from worker.phrases import moment
from worker.planned import as_it_would_stand
from worker.plans.looking_ahead import LookedAhead
from worker.rehearsal.future import Future
from worker.rehearsal.happening import Happening

_MARGIN = " " * 9


@dataclass(frozen=True, slots=True)
class Shows:
    """What is shown: each of the `texts`, only what differs, as `data`."""

    texts: bool = False
    diff: bool = False
    data: bool = False


def tell_looked_ahead(teller: Teller, looked: LookedAhead, policy: Policy, shows: Shows) -> None:
    """What would come, or only what differs."""
    changes = {"changes": looked.changes and changes_as_data(looked.changes)}
    if shows.data:
        teller.json(changes if shows.diff else future_as_data(looked.future) | changes)
        return
    if shows.diff:
        tell_changes_to_come(teller, looked, policy, with_texts=shows.texts)
    else:
        tell_future(teller, looked.future, policy, with_texts=shows.texts)
    for sentence in _sums(looked, policy, is_diff=shows.diff):
        wrapped(teller, sentence, behind="")
    if looked.why_not_kept:
        wrapped(teller, looked.why_not_kept, "yellow", behind="")
    teller.line("Nothing was written.", "bold")


def tell_future(teller: Teller, future: Future, policy: Policy, *, with_texts: bool) -> None:
    """Everything that reaches people, in order of time, then each case's ladder."""
    zone, day = policy.calendar.zone, ""
    span = f"From {moment(future.begins, zone)} to {moment(future.ends, zone)}, if nobody moved:"
    wrapped(teller, span, "bold", behind="")
    for one in future.reaching:
        at = one.at.astimezone(zone)
        if day != (day := day_words(at)):
            teller.line()
            teller.line(day, "bold")
        told = happening_words(one.verb, future.called(one.ticket), one.what, names_of(policy.people, one.asks))
        wrapped(teller, f"  {at:%H:%M}  {told}")
        rung = f", {stage_words(one.stage)}" if one.stage else ""
        wrapped(teller, f"{_MARGIN}{one.rule}{rung}: {one.why}", "dim")
        if with_texts and not one.is_private:
            teller.block(as_it_would_stand(one.text, by_login=False), f"{_MARGIN}| ")
    teller.line()
    _tell_ladders(teller, future, policy)


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


def _tell_ladders(teller: Teller, future: Future, policy: Policy) -> None:
    """For each case what is said on it, in a line: whose turn it is, and when."""
    for case in future.cases:
        steps = [one for one in future.reaching if one.case == case.root]
        if steps:
            teller.line(f"{case.failure}  {case.title}", "bold")
            wrapped(teller, f"  {' → '.join(_steps(steps, policy))}", behind="    ")
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
        yield step.replace(" ", UNBROKEN)


def _sums(looked: LookedAhead, policy: Policy, *, is_diff: bool) -> Iterator[str]:
    """What it comes to, and in a line what differs, where that is not told already."""
    future = looked.future
    if is_diff and looked.configured:
        yield f"Under this policy {_comes_to(future)}; under the configured one {_comes_to(looked.configured)}."
    else:
        yield f"{_comes_to(future)[0].upper()}{_comes_to(future)[1:]}."
    yield from _troubles(looked)
    yield from _brakes(looked)
    yield f"Reading all this took {counted(future.reads_spent, 'request')}."
    if not is_diff:
        yield from changes_in_a_line(looked, policy)


def _brakes(looked: LookedAhead) -> Iterator[str]:
    brake, configured = looked.future.brake, looked.configured
    if brake:
        since = "The brake holds" if looked.future.held_from_the_start else "The brake would hold on the way"
        yield f"{since}, and everything new behind it: {brake}. `aftermath resume` lifts it."
    elif configured and configured.brake:
        yield f"Under the configured policy the brake would hold, and everything new behind it: {configured.brake}."


def _comes_to(future: Future) -> str:
    if not future.reaching:
        return "nothing is said to anybody, and no ticket is opened"
    said = sum(one.verb in ("comment", "remind", "close") for one in future.happened)
    opened, letters = len(future.opened), sum(one.verb == "notify" for one in future.happened)
    writes = sum(one.verb != "notify" for one in future.happened)
    counts = ((said, "comment"), (opened, "new ticket"), (letters, "private message"))
    parts = [counted(number, noun) for number, noun in counts if number]
    return f"{', '.join(parts)}: {counted(writes, 'write')} in all, with what is kept up to date"


def _troubles(looked: LookedAhead) -> Iterator[str]:
    """What was left out, by either of the policies."""
    troubles = (*looked.future.troubles, *(looked.configured.troubles if looked.configured else ()))
    for where, why in dict.fromkeys((one.ticket, one.sentence) for one in troubles):
        yield f"{where} is left out: {why}" if where.key else why
