"""Which day is meant by a date in plain words that stands in a post-mortem: `by Friday`.

It was said when the text came to rest, by whoever edited it last, in their calendar. An edit says it anew while no
ticket carries the item; a ticket's own date stands from its opening on.
"""

from __future__ import annotations

import datetime as dt

from rules.calendars import calendar_of
from rules.facts import ChangeKind, Ticket
from rules.policy import Policy
from rules.spoken_dates import spoken_date


def day_said(policy: Policy, mortem: Ticket | None, words: str, until: dt.datetime | None = None) -> dt.date | None:
    """The day that the words in the post-mortem mean, as its text stood at `until`, or stands now; None without any."""
    if mortem is None or not words:
        return None
    edits = [c for c in mortem.changes if c.kind is ChangeKind.DESCRIBED and (until is None or c.at <= until)]
    last = max(edits, key=lambda one: one.at, default=None)
    at, writer = (last.at, last.actor) if last else (mortem.created_at, mortem.reporter)
    person = policy.people.by_account(mortem.ref.tracker, writer.account)
    return spoken_date(words, at, calendar_of(policy, person))
