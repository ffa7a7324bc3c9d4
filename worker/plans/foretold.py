"""A look ahead as it is remembered: what would reach people, told so that another look ahead can be held against it.

Tickets that are not there yet have numbers of that one look: here they go by the key under which they would be opened.
Of a private message neither whom it is for nor its words are kept, and of texts no secret (P10, P11).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from rules.refs import TicketRef
from worker.logs import Mask
from worker.planned import as_it_would_stand
from worker.plans.remembered import hashed
from worker.rehearsal.future import Future
from worker.rehearsal.happening import Happening
from worker.rehearsal.overlay import NUMBERS_FROM

#: What stands in a text in the place of the number that a ticket would have.
NOT_YET_NUMBERED = "(new)"
_NUMBERS = re.compile(rf"\b\d{{{len(str(NUMBERS_FROM))}}}\b")


@dataclass(frozen=True, slots=True)
class Foretold:
    """One thing that would reach people. `at` is ISO in UTC, `case` the case's root; `on` is what the ticket goes by in
    every look ahead, `where` what it is called. `asks` are people's ids, `text` may be a hash; `stage` is the rung."""

    key: str
    case: str
    failure: str
    case_title: str
    at: str
    verb: str
    what: str
    on: str
    where: str
    asks: tuple[str, ...]
    rule: str
    stage: str
    why: str
    title: str
    text: str

    @property
    def moment(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.at)

    def masked(self, mask: Mask) -> Foretold:
        """The same without any secret."""
        names = [one.name for one in fields(self) if isinstance(getattr(self, one.name), str)]
        changes: dict[str, Any] = {name: mask.text(getattr(self, name)) for name in names}
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class RememberedFuture:
    """`begins` and `ends` are ISO in UTC, `policy` the digest of the policy that was looked ahead with. `troubled` are
    roots of cases that were left out: what becomes of them is not known."""

    begins: str
    ends: str
    policy: str
    happenings: tuple[Foretold, ...]
    troubled: tuple[str, ...] = ()

    @property
    def first(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.begins)

    @property
    def last(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.ends)

    def masked(self, mask: Mask) -> RememberedFuture:
        """The look ahead as it may be kept and shown."""
        return replace(self, happenings=tuple(one.masked(mask) for one in self.happenings))

    def of_cases(self, roots: frozenset[str]) -> RememberedFuture:
        """What it told of these."""
        return replace(self, happenings=tuple(one for one in self.happenings if one.case in roots))


def remembered_future(future: Future, policy: str, secret: str, mask: Mask) -> RememberedFuture:
    """What is kept of a look ahead. Where it did not come to its end, as far as it came."""
    opened = {one.ticket: one.key for one in future.happened if one.verb == "open"}
    ends = min([future.ends, *(one.at for one in future.troubles if not one.ticket.key)])
    told = tuple(_foretold(future, one, opened, secret) for one in future.reaching)
    troubled = tuple(root for one in future.troubles for root in one.roots)
    return RememberedFuture(future.begins.isoformat(), ends.isoformat(), policy, told, troubled).masked(mask)


def _foretold(future: Future, one: Happening, opened: Mapping[TicketRef, str], secret: str) -> Foretold:
    case = next((case for case in future.cases if case.root == one.case), None)
    numbers = {ref.key.rpartition("#")[2].rpartition("-")[2] for ref in opened}

    def kept(text: str) -> str:
        if one.is_private:
            return hashed(text, secret) if text else text
        shown = as_it_would_stand(text, by_login=False)
        return _NUMBERS.sub(lambda found: NOT_YET_NUMBERED if found[0] in numbers else found[0], shown)

    return Foretold(
        key=one.key,
        case=one.case,
        failure=str(case.failure) if case else "",
        case_title=case.title if case else "",
        at=one.at.astimezone(dt.UTC).isoformat(),
        verb=one.verb,
        what=one.what,
        on=f"opened:{opened[one.ticket]}" if one.ticket in opened else str(one.ticket),
        where=future.called(one.ticket),
        asks=() if one.is_private else one.asks,
        rule=one.rule,
        stage=one.stage,
        why=one.why,
        title=kept(one.title),
        text=kept(one.text),
    )
