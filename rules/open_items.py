"""Action items that were written down and have no ticket yet: from the post-mortem's text, and from `/action`.

Which of them gets a ticket, and when, is the policy's to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rules.action_items import is_bare, match_items, read_action_items
from rules.facts import ActionItem, Case, ChangeKind, Command, Readership, Ticket
from rules.given_items import given_items
from rules.keys import opening_key
from rules.policy.item_words import ENGLISH, ItemWords
from rules.refs import TicketRef
from rules.same_wording import is_same_wording

#: Gives the commands on a ticket by people with rights.
Commands = Callable[[Ticket], tuple[Command, ...]]


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An action item without a ticket, since when its wording has rested, and who can read where it stands."""

    item: ActionItem
    rested_since: dt.datetime
    is_command: bool
    audience: Readership


def unopened_items(
    case: Case, case_id: str, commands: Commands, now: dt.datetime, words: ItemWords = ENGLISH
) -> tuple[OpenItem, ...]:
    """Action items, from the post-mortem's text and from /action, that have no ticket yet. `case_id` is the present
    generation's, `words` are the policy's."""
    opened = {action.item_id: action.ticket.title for action in case.actions}
    opened |= {gone.item: "" for gone in case.gone if gone.item}
    commanded = _commanded_items(case, case_id, commands, opened)
    ids_commanded = {one.item.id for one in commanded}
    from_text = {item: title for item, title in opened.items() if item not in ids_commanded}
    written: tuple[ActionItem, ...] = ()
    rested = now
    mortem = case.post_mortem
    if mortem and not _is_read_elsewhere(case, mortem):
        written = tuple(
            _as_tried(case, case_id, one) for one in read_action_items(mortem.body, words) if not is_bare(one.text)
        )
        edits = [c.at for c in mortem.changes if c.kind is ChangeKind.DESCRIBED]
        rested = max(edits, default=mortem.created_at)
    named = set(case.ticketed.values())
    matched = match_items(
        [item for item in written if item.id not in case.ticketed],
        {item: title for item, title in from_text.items() if item not in named},
        {action.item_id: _titles(action.ticket) for action in case.actions},
    )
    audience = mortem.audience if mortem else case.failure.audience
    new = (item for item in written if item.id not in matched and item.id not in case.ticketed and not item.is_ticked)
    given = _words_given(case, commanded)
    fresh = [
        OpenItem(item, rested, is_command=False, audience=audience)
        for item in new
        if not given
        or _is_tried(case, case_id, item.id)
        or not any(is_same_wording(one, given) for one in (item.text, item.written))
    ]
    return (*fresh, *_without_twins(case, case_id, [one for one in commanded if one.item.id not in opened]))


def twin_commands(case: Case, case_id: str, commands: Commands) -> frozenset[tuple[TicketRef, str]]:
    """The `/action`s that open nothing, since an action or another one says the same: their tickets and ids."""
    opened = {action.item_id for action in case.actions} | {gone.item for gone in case.gone if gone.item}
    given = [one for one in _given(case, case_id, commands, opened) if one[2].id not in opened]
    items = [OpenItem(item, command.at, is_command=True, audience=ticket.audience) for ticket, command, item in given]
    kept = {one.item.id for one in _without_twins(case, case_id, items)}
    return frozenset((ticket.ref, command.id) for ticket, command, item in given if item.id not in kept)


def _words_given(case: Case, commanded: Iterable[OpenItem]) -> list[str]:
    """What `/action`s say and said: as they stand, and as their tickets are and were called."""
    titles = {action.item_id: _titles(action.ticket) for action in case.actions}
    return [words for one in commanded for words in (one.item.text, *titles.get(one.item.id, ()))]


def _without_twins(case: Case, case_id: str, given: Sequence[OpenItem]) -> Iterator[OpenItem]:
    """Of the `/action`s without a ticket one for each wording, and none that an action carries already. One whose
    opening was tried goes on: its ticket may turn up."""
    kept = [one.item.text for one in given if _is_tried(case, case_id, one.item.id)]
    for one in given:
        is_tried = _is_tried(case, case_id, one.item.id)
        carried = (words for action in case.actions for words in _carried(action.ticket, one.rested_since))
        if is_tried or not is_same_wording(one.item.text, (*kept, *carried)):
            kept.append(one.item.text)
            yield one


def _carried(ticket: Ticket, at: dt.datetime) -> tuple[str, ...]:
    """What an action's ticket says. One that was closed before somebody asked for it anew carries it no more."""
    return () if ticket.closed_at and ticket.closed_at <= at else _titles(ticket)


def _is_tried(case: Case, case_id: str, item_id: str) -> bool:
    return bool(case.tried) and opening_key(case_id, "action", item_id) in case.tried


def _as_tried(case: Case, case_id: str, item: ActionItem) -> ActionItem:
    """The item by the id under which an opening was tried before the policy named other words: its ticket may turn
    up."""
    is_tried = item.former and _is_tried(case, case_id, item.former)
    return replace(item, id=item.former, former="") if is_tried else item


def _is_read_elsewhere(case: Case, mortem: Ticket) -> bool:
    """Whether the post-mortem is one that another case reads, and opens tickets for."""
    adoption = case.adopted.get(mortem.ref)
    return adoption is not None and adoption.is_elsewhere


def _commanded_items(case: Case, case_id: str, commands: Commands, opened: Iterable[str]) -> tuple[OpenItem, ...]:
    """Items given by /action on the failure or its post-mortem, with a ticket or without."""
    return tuple(
        OpenItem(item, command.at, is_command=True, audience=ticket.audience)
        for ticket, command, item in _given(case, case_id, commands, opened)
    )


def given_actions(case: Case, case_id: str, commands: Commands) -> dict[str, Command]:
    """By item id: the `/action` that each action of the case came from, where it came from one."""
    opened = {action.item_id for action in case.actions}
    return {item.id: command for _, command, item in _given(case, case_id, commands, opened) if item.id in opened}


def _given(
    case: Case, case_id: str, commands: Commands, opened: Iterable[str]
) -> Iterator[tuple[Ticket, Command, ActionItem]]:
    mortem = case.post_mortem
    places = [(ticket, commands(ticket)) for ticket in (case.failure, *((mortem,) if mortem else ()))]
    if not any(command.name == "action" for _, there in places for command in there):
        return
    titles: dict[str, tuple[str, ...]] = dict.fromkeys(opened, ())
    titles |= {action.item_id: _titles(action.ticket) for action in case.actions}

    def is_tried(item_id: str) -> bool:
        return _is_tried(case, case_id, item_id)

    for ticket, there in places:
        found = given_items(ticket.ref.tracker, there, titles, is_tried if case.tried else None)
        yield from ((ticket, command, item) for command, item in found)


def _titles(ticket: Ticket) -> tuple[str, ...]:
    """The title that a ticket has, and those that it had."""
    return (ticket.title, *(change.old for change in ticket.changes if change.kind is ChangeKind.RENAMED))
