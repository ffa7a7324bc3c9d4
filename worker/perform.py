"""One effect, one request: the only module that writes to a tracker.

Nothing is remembered, read back or tried again here: `worker.apply` does that around each request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import structlog

from connectors.tracker import Draft, Found, Link, Tracker
from rules.effects import (
    AddLabel,
    Amend,
    AnyEffect,
    Assign,
    CloseTwin,
    Keep,
    LinkTickets,
    Notify,
    OpenTicket,
    RetractComment,
    Say,
    SetDue,
    WriteFile,
)
from rules.facts import Comment, Marker
from worker.config import Opening
from worker.private_channel import PrivateChannel

#: What tickets get, by their role.
Openings = Mapping[str, Opening]

_log = structlog.get_logger(__name__)

#: The result of an effect for which nothing had to be written. What is before the `|` goes into the ledger: nothing.
STOOD_ALREADY = "|stood already"


class Performer:
    """Sends effects to where they belong: a tracker, or a person's private channel."""

    def __init__(
        self,
        trackers: Mapping[str, Tracker],
        openings: Openings,
        channel: PrivateChannel,
        addresses_of: Callable[[str], tuple[str, ...]],
    ) -> None:
        self._trackers = trackers
        self._openings = openings
        self._channel = channel
        self._addresses_of = addresses_of

    def perform(self, effect: AnyEffect, shown: Comment | None) -> str:
        """Send the one request that the effect is; `shown` is our standing comment, where there is one.

        Its result: a comment's id, `key|uid` of a ticket, or STOOD_ALREADY. Raises connectors.errors.
        """
        match effect:
            case OpenTicket():
                found = self._trackers[effect.place.tracker].open_ticket(self._draft(effect), _marker(effect))
                _tell_left_out(effect, found)
                return f"{found.ref.key}|{found.uid}"
            case Say() | Amend() | Keep():
                return self._write_comment(effect, shown)
            case AddLabel():
                self._on(effect).add_label(effect.ticket, effect.label)
            case SetDue():
                self._on(effect).set_due(effect.ticket, effect.due_on)
            case Assign():
                self._on(effect).assign(effect.ticket, effect.account)
            case LinkTickets():
                return self._link(effect)
            case RetractComment():
                self._on(effect).retract_comment(effect.ticket, effect.comment_id)
            case CloseTwin():
                self._on(effect).close_twin(effect.ticket, effect.original)
            case Notify():
                addresses = self._addresses_of(effect.person)
                self._channel.send_privately(addresses, effect.title, effect.body, effect.calendar)
            case WriteFile():
                # Nothing of the ticket: with its key in it the commit would show up there.
                why = f"Keep the lesson of case {effect.case}"
                tracker = self._trackers[effect.place.tracker]
                tracker.write_file(effect.place, effect.path, effect.body, _marker(effect), why)
                return effect.path
        return ""

    def _write_comment(self, effect: Say | Amend | Keep, shown: Comment | None) -> str:
        """Post or edit the comment, and return its id."""
        tracker, marker = self._on(effect), _marker(effect)
        match effect:
            case Say():
                return tracker.post_comment(effect.ticket, effect.body, marker, effect.readers)
            case Amend():
                tracker.edit_comment(effect.ticket, effect.comment_id, effect.body, marker, effect.readers)
                return effect.comment_id
            case Keep():
                if shown is None:
                    return tracker.post_comment(effect.ticket, effect.body, marker)
                # Whoever restricted it meanwhile meant it: an edit that names no readers may open it to everybody.
                tracker.edit_comment(effect.ticket, shown.id, effect.body, marker, shown.readers)
                return shown.id

    def _on(
        self, effect: Say | Amend | Keep | SetDue | AddLabel | Assign | LinkTickets | RetractComment | CloseTwin
    ) -> Tracker:
        return self._trackers[effect.ticket.tracker]

    def _link(self, effect: LinkTickets) -> str:
        was_written = self._on(effect).link(effect.ticket, _link(effect))
        return "" if was_written else STOOD_ALREADY

    def _draft(self, effect: OpenTicket) -> Draft:
        opening = self._openings.get(effect.role, Opening())
        return Draft(
            place=effect.place,
            title=effect.title,
            body=effect.body,
            labels=effect.labels,
            assignee=effect.assignee,
            due_on=effect.due_on,
            ticket_type=opening.ticket_type,
            level=effect.level,
            priority=opening.priority(effect.urgency.severity),
            parent=opening.parent_key(dict(effect.above)),
            fields=opening.fields,
        )


def send_digest(channel: PrivateChannel, addresses: Sequence[str], title: str, body: str) -> None:
    """Send the weekly digest to one reader: of all that we send, the one thing that belongs to no case.

    Raises as PrivateChannel says.
    """
    channel.send_privately(addresses, title, body)


def _tell_left_out(effect: OpenTicket, found: Found) -> None:
    """What the tracker did not take of what a ticket was to get; `aftermath check` tells it, too (P7)."""
    if found.left_out:
        _log.warning(
            "opened without all that it was to get",
            ticket=str(found.ref),
            role=effect.role,
            left_out=found.left_out,
            todo="`aftermath check` says what can be given",
        )


def _marker(effect: OpenTicket | Say | Amend | Keep | WriteFile) -> Marker:
    match effect:
        case OpenTicket():
            extra = f"{effect.item}:{effect.due_on or ''}"
            return Marker(effect.case, effect.key, effect.role, extra)
        case Say():
            extra = f"{effect.said}:{effect.answers}" if effect.answers else effect.said
            return Marker(effect.case, effect.key, effect.text, extra)
        case Amend():
            return Marker(effect.case, effect.of, effect.text, effect.extra)
        case Keep():
            return Marker(effect.case, effect.key, effect.slot, effect.digest)
        case WriteFile():
            return Marker(effect.case, effect.key, effect.slot)


def _link(effect: LinkTickets) -> Link:
    return Link(effect.target, effect.target_uid, effect.url, effect.title, effect.relation, effect.key)
