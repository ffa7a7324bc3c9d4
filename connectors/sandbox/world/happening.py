"""What a site tells those who listen: the webhooks, and the tests that watch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from connectors.sandbox.world.ticket import CommentState, HistoryEntry, TicketState


@dataclass(frozen=True, slots=True)
class Happening:
    """What listeners are told, in order. `what` is the history kind, or comment-created, -edited, -deleted."""

    site: str
    what: str
    ticket: TicketState
    actor: str
    at: dt.datetime
    comment: CommentState | None = None
    entry: HistoryEntry | None = None


@dataclass(frozen=True, slots=True)
class PlaceHappening:
    """What befell a place and none of its tickets. `what` is label-renamed or label-deleted."""

    site: str
    what: str
    container: str
    actor: str
    old: str = ""
    new: str = ""


Listener = Callable[[Happening], None]
PlaceListener = Callable[[PlaceHappening], None]
