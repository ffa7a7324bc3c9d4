"""Comments of ours whose every edit is told to people by mail, and when each was edited last (P9).

Where a site allows no silent edit, a comment that is kept true would write to all watchers several times a day. What
the connector has met tells which those are; when they were edited stands on the tickets, so a lost database forgets
nothing. Nothing is asked for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from connectors.tracker import Tracker
from rules.facts import Case


def edited_aloud(case: Case, trackers: Mapping[str, Tracker]) -> dict[str, dt.datetime]:
    """By key: our comments on the case's tickets whose last edit was mailed to people, and when that was. One that was
    never edited is not among them."""
    loud = (ticket for ticket in case.tickets if not trackers[ticket.ref.tracker].edits_silently(ticket.ref))
    ours = (comment for ticket in loud for comment in ticket.comments if comment.marker)
    return {comment.marker.key: comment.edited_at for comment in ours if comment.marker and comment.edited_at}
