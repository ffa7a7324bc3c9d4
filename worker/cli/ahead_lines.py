"""How a line about something to come is written: what, where, whom it asks, within 80 columns."""

from __future__ import annotations

import datetime as dt
import textwrap

from rules.policy import People
from rules.texts import names_in_a_row
from worker.cli.telling import Teller

_WIDTH = 80
#: Keeps what belongs together in one piece where its line is wrapped.
UNBROKEN = "\N{NO-BREAK SPACE}"


def happening_words(verb: str, where: str, what: str, asked: str) -> str:
    """Something that would reach people, such as `comment on github:acme/shop#1 (ask.md), asks Ada Byron`. Of a private
    message it is not told whom it is for (P10)."""
    match verb:
        case "open":
            return f"open {where}" + (f", given to {asked}" if asked else "")
        case "notify":
            return f"write to one person privately about {where} ({what})"
        case "close":
            return f"tell the lesson and let {where} go ({what})"
        case _:
            return f"{verb} on {where} ({what})" + (f", asks {asked}" if asked else "")


def names_of(people: People, ids: tuple[str, ...]) -> str:
    """People by their names, as far as they are known."""
    known = [people.get(one) for one in ids]
    return names_in_a_row([person.name if person else one for person, one in zip(known, ids, strict=True)])


def day_words(at: dt.datetime) -> str:
    """`Tue 3 Mar 2026`, of a local moment."""
    return f"{at:%a} {at.day} {at:%b %Y}"


def wrapped(teller: Teller, text: str, style: str = "", *, behind: str = " " * 9) -> None:
    """A line of at most 80 columns, what does not fit below it and further in; addresses stay in one piece."""
    for line in textwrap.wrap(text, _WIDTH, subsequent_indent=behind, break_long_words=False, break_on_hyphens=False):
        teller.line(line.replace(UNBROKEN, " "), style)
