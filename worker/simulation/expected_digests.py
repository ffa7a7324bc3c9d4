"""The independent model's part on the weekly digest: at most one a week for each reader, at its hour, and true.

Monday is Monday and nine is nine o'clock in UTC; the simulated company has no holidays. What has to be told is read
from the trackers: an action that somebody closed in the week before. Nothing in the company is public, so whoever may
read of public tickets alone hears nothing. One that went astray on its way is not sent again, so only one that nobody
began to send is missing; and not even that, where the database was lost or the trackers were away around its hour.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from connectors.memory.letterbox import Letter
from connectors.sandbox.world import TicketState, World
from worker.simulation.digests import INSIDE, Sending
from worker.simulation.expected_setting import Setting, Trouble, Violation

_WEEK, _DAY, _HOUR = dt.timedelta(weeks=1), dt.timedelta(days=1), dt.timedelta(hours=1)
#: Four days after its hour a digest is left out, and a message may be on its way for a quarter of an hour.
_LATEST = 4 * _DAY + _HOUR
#: What was closed at least so long before the hour has been seen by then, and an empty database filled again.
_SEEN_AFTER = 1.5 * _DAY
_FINISHED = re.compile(r"\*\*Finished: \d+\*\*\n\n(?P<lines>(?:- .*\n)+)")
_DONE = re.compile(r"- [a-z-]+ \[(?P<key>[^\]]+)\]\([^)]*\), “.*”$", re.MULTILINE)


def digest_violations(
    world: World,
    setting: Setting,
    letters: Sequence[Letter],
    sendings: Sequence[Sending],
    troubles: Sequence[Trouble],
    began_at: dt.datetime,
    ended_at: dt.datetime,
) -> list[Violation]:
    """What is twice, late, untrue or to a stranger about the digests, and what is missing."""
    found = list(_twice(letters)) + list(_wrong(world, letters))
    monday = _monday(began_at) + _WEEK
    while monday + _DAY < ended_at:
        is_troubled = any(one.begins < monday + _LATEST and one.ends > monday - _SEEN_AFTER for one in troubles)
        if not is_troubled and monday - _SEEN_AFTER > began_at:
            found += _missing(world, setting, sendings, max(began_at, monday - _WEEK), monday)
        monday += _WEEK
    return found


def _twice(letters: Iterable[Letter]) -> Iterator[Violation]:
    sent = Counter((address, _monday(letter.at)) for letter in letters for address in letter.addresses)
    for (address, monday), times in sent.items():
        if times > 1:
            yield Violation("", "twice", f"{times} digests of the week from {monday:%F} reached {address}")


def _wrong(world: World, letters: Iterable[Letter]) -> Iterator[Violation]:
    tickets = {ticket.key: ticket for site in world.sites.values() for ticket in site.tickets.values()}
    for letter in letters:
        monday = _monday(letter.at)
        for address in letter.addresses:
            if address not in INSIDE:
                yield Violation("", "wrong", f"a digest of internal tickets went to {address}")
        if letter.at > monday + _LATEST:
            yield Violation("", "late", f"a digest went out on {letter.at:%F %H:%M}")
        listed = _FINISHED.search(letter.body)
        for line in _DONE.finditer(listed["lines"] if listed else ""):
            ticket = tickets.get(line["key"])
            if ticket is None or not any(monday - _WEEK <= at < monday for at in _closings(ticket)):
                yield Violation(line["key"], "wrong", f"the digest of {monday:%F} says that it was finished before")


def _missing(
    world: World, setting: Setting, sendings: Iterable[Sending], since: dt.datetime, monday: dt.datetime
) -> Iterator[Violation]:
    begun = {one.address for one in sendings if monday <= one.at < monday + _LATEST}
    told = [
        ticket.key
        for site in world.sites.values()
        for ticket in site.tickets.values()
        if _is_our_action(ticket, setting.ours) and _was_closed_for_good(ticket, setting.ours, since, monday)
    ]
    for address in INSIDE if told else ():
        if address not in begun:
            yield Violation(told[0], "missing", f"no digest of {monday:%F} for {address}, and it was finished before")


def _is_our_action(ticket: TicketState, ours: str) -> bool:
    return ticket.reporter == ours and "action" in ticket.labels and "aftermath-duplicate" not in ticket.labels


def _was_closed_for_good(ticket: TicketState, ours: str, since: dt.datetime, monday: dt.datetime) -> bool:
    """Closed by a person within the week, once, and not touched after it until the digest."""
    closings = [entry for entry in ticket.history if entry.kind in ("closed", "reopened") and entry.at < monday + _DAY]
    if len(closings) != 1 or closings[0].kind != "closed" or closings[0].actor == ours:
        return False
    return since + _HOUR <= closings[0].at < monday - _SEEN_AFTER


def _closings(ticket: TicketState) -> list[dt.datetime]:
    return [entry.at for entry in ticket.history if entry.kind == "closed"]


def _monday(at: dt.datetime) -> dt.datetime:
    """The last Monday at nine."""
    day = at.date() - dt.timedelta(days=at.weekday())
    monday = dt.datetime.combine(day, dt.time(9), dt.UTC)
    return monday if monday <= at else monday - _WEEK
