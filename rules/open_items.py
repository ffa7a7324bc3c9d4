"""Action items that were written down and have no ticket yet: from the post-mortem's text, and from `/action`.

Which of them gets a ticket, and when, is the policy's to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rules.action_items import match_items, read_action_items
from rules.facts import ActionItem, Audience, Case, ChangeKind, Command, Ticket
from rules.given_items import given_items
from rules.keys import opening_key

#: Gives the commands on a ticket by people with rights.
Commands = Callable[[Ticket], tuple[Command, ...]]


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An action item without a ticket, since when its wording has rested, and who can read where it stands."""

    item: ActionItem
    rested_since: dt.datetime
    is_command: bool
    audience: Audience


def unopened_items(case: Case, case_id: str, commands: Commands, now: dt.datetime) -> tuple[OpenItem, ...]:
    """Action items, from the post-mortem's text and from /action, that have no ticket yet. `case_id` is the present
    generation's."""
    opened = {action.item_id: action.ticket.title for action in case.actions}
    opened |= {gone.item: "" for gone in case.gone if gone.item}
    commanded = _commanded_items(case, case_id, commands, opened)
    from_text = {item: title for item, title in opened.items() if item not in {one.item.id for one in commanded}}
    written: tuple[ActionItem, ...] = ()
    rested = now
    mortem = case.post_mortem
    if mortem:
        written = read_action_items(mortem.body)
        edits = [c.at for c in mortem.changes if c.kind is ChangeKind.DESCRIBED]
        rested = max(edits, default=mortem.created_at)
    matched = match_items(written, from_text)
    audience = mortem.audience if mortem else case.failure.audience
    new = (item for item in written if item.id not in matched and not item.is_ticked)
    fresh = [OpenItem(item, rested, is_command=False, audience=audience) for item in new]
    return (*fresh, *(one for one in commanded if one.item.id not in opened))


def _commanded_items(case: Case, case_id: str, commands: Commands, opened: Iterable[str]) -> tuple[OpenItem, ...]:
    """Items given by /action on the failure or its post-mortem, with a ticket or without."""
    mortem = case.post_mortem
    titles: dict[str, tuple[str, ...]] = dict.fromkeys(opened, ())
    titles |= {action.item_id: _titles(action.ticket) for action in case.actions}

    def is_tried(item_id: str) -> bool:
        return opening_key(case_id, "action", item_id) in case.tried

    return tuple(
        OpenItem(item, command.at, is_command=True, audience=ticket.audience)
        for ticket in (case.failure, *((mortem,) if mortem else ()))
        for command, item in given_items(ticket.ref.tracker, commands(ticket), titles, is_tried if case.tried else None)
    )


def _titles(ticket: Ticket) -> tuple[str, ...]:
    """The title that a ticket has, and those that it had."""
    return (ticket.title, *(change.old for change in ticket.changes if change.kind is ChangeKind.RENAMED))
