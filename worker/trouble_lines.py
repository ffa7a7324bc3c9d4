"""What is in trouble, as `status` tells it: a line for each, and one for a crowd of the same.

One channel or one missing right can keep a dozen cases from something: whoever reads a dozen lines looks for a dozen
causes. Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from worker.phrases import moment
from worker.status import Trouble

#: So many that say the same are told in one line.
CROWD_FROM = 3


@dataclass(frozen=True, slots=True)
class TroubleLine:
    """One line, and whether a person has to do something."""

    text: str
    needs_person: bool


def trouble_lines(troubles: Iterable[Trouble], zone: dt.tzinfo) -> tuple[TroubleLine, ...]:
    """In the order in which they are given; a crowd stands where its first does."""
    groups: dict[tuple[str, ...], list[Trouble]] = {}
    for index, one in enumerate(troubles):
        is_alone = not one.key  # two cases that say the same are two cases
        same = (one.what, one.problem, one.todo.removesuffix(one.key), str(index) if is_alone else "")
        groups.setdefault(same, []).append(one)
    lines: list[TroubleLine] = []
    for group in groups.values():
        parts = [group] if len(group) >= CROWD_FROM else [[one] for one in group]
        lines += [TroubleLine(_line(part, zone), part[0].needs_person) for part in parts]
    return tuple(lines)


def _line(group: list[Trouble], zone: dt.tzinfo) -> str:
    first, more = group[0], len(group) - 1
    where = f"{first.where} and {more} more" if more else first.where
    stop = "" if first.problem.endswith((".", "!", "?")) else "."
    again = _again(group, zone)
    return f"{first.what} on {where}: {first.problem}{stop + again if again else ''} [{_mark(group)}]"


def _again(group: list[Trouble], zone: dt.tzinfo) -> str:
    moments = [one.again_at for one in group if one.again_at]
    if not moments:
        return ""
    tried = "Looked at again" if group[0].what == "case" else "Tried again"
    first = ", the first of them" if len(group) > 1 else ""
    return f" {tried}{first} on {moment(dt.datetime.fromisoformat(min(moments)), zone)}."


def _mark(group: list[Trouble]) -> str:
    first = group[0]
    if not first.needs_person:
        return "tried again by itself"
    if not first.todo:
        return "needs you"
    return f"needs you: {first.todo}" if len(group) == 1 else "needs you: `aftermath dead` lists each, with what to do"
