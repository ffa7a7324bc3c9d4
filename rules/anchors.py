"""The event that a ladder counts from on a ticket, before answers, progress, snoozes or first sight move it.

What has no due date, since somebody cleared it or there never was one, is not forgotten: it counts from the last thing
that moved it, and so long after it as the policy gives such a ticket when it is opened.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from rules.calendar import Calendar
from rules.clocks import AnchorPoint
from rules.dates import Due
from rules.durations import Duration
from rules.facts import Case, Change, Ticket
from rules.policy import OpenDo, Policy

#: How the name of what a ticket without a due date counts from begins.
UNDATED = "undated:"
_DAY = dt.timedelta(days=1)
#: So far another calendar may move a day, in days; the nearest first.
_NEARBY = tuple(sign * away for away in range(1, 63) for sign in (1, -1))


def opened(ticket: Ticket) -> AnchorPoint:
    """The ticket's opening."""
    return AnchorPoint("opened", ticket.created_at)


def due_point(due: Due, calendar: Calendar) -> AnchorPoint:
    """The end of the day on which something is due, named after what set it. Of a length of time it is known also by
    the days that other calendars would have made of it: who gets a calendar, or was away, hears nothing twice."""
    also = tuple(f"due:{one}:{due.day}" for one in due.also)
    if due.is_reckoned:
        also += _in_other_calendars(due.set_by, due.day)
    return AnchorPoint(f"due:{due.set_by}:{due.day}", calendar.end_of(due.day), also=also)


@lru_cache(maxsize=1024)  # every look asks for the same
def _in_other_calendars(set_by: str, day: dt.date) -> tuple[str, ...]:
    return tuple(f"due:{set_by}:{day + away * _DAY}" for away in _NEARBY)


def undated_point(ticket: Ticket, progress: Change | None, after: Duration, calendar: Calendar) -> AnchorPoint:
    """Where a ticket without a due date counts from: so long after the last progress, else after its opening."""
    last = progress_point(ticket, progress)
    return AnchorPoint(f"{UNDATED}{last.id}", calendar.add(last.at, after), is_base=False, event_at=last.at)


def progress_point(ticket: Ticket, progress: Change | None) -> AnchorPoint:
    """The last progress, else the ticket's opening."""
    return AnchorPoint(f"progress:{progress.id}", progress.at) if progress else opened(ticket)


def given_after(policy: Policy, case: Case, ticket: Ticket, severity: int) -> Duration | None:
    """How long the policy gives such a ticket when it is opened; None where it opens none, and for what another case
    looks after."""
    adoption = case.adopted.get(ticket.ref)
    if ticket.ref == case.failure.ref or (adoption and adoption.is_elsewhere):
        return None
    what = "post-mortem" if case.post_mortem and case.post_mortem.ref == ticket.ref else "action"
    openings = (do for rule in policy.rules for do in rule.do if isinstance(do, OpenDo) and do.what == what)
    return next((do.due.for_severity(severity) for do in openings), None)
