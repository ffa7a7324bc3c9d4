"""Action items given by `/action` in comments, and which of them has its ticket already (docs/adr/0013).

An item's id comes from comment and line, as they were when its ticket was opened. A comment that is edited
later may hold the same command on another line, and another command on that one. So what stands there is
first held against the wording of the tickets that this comment led to, and only then against its line.
While it is not known whether a ticket was opened there is no wording to hold it against. Whatever of the comment then
has neither ticket nor try is taken for what was tried: a ticket that turns up late bears the key of one that is there.

Never does this open or decide anything, and an id that stands in a tracker is never made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count, groupby

from rules import keys
from rules.action_items import LIKENESS_MIN, likeness
from rules.facts import ActionItem, Command

#: A command is looked for so many lines below the last one that stands there now: others may have been taken out.
LINES_BELOW_MAX = 200
#: How many tickets one line of one comment may have led to, one after the other.
_TURNS_MAX = 8


def given_items(
    tracker: str,
    commands: Sequence[Command],
    opened: Mapping[str, tuple[str, ...]],
    is_tried: Callable[[str], bool] | None = None,
) -> list[tuple[Command, ActionItem]]:
    """Each `/action` with its item. `opened` maps the ids of items that have a ticket to the titles which that
    ticket has and had; an item whose id is not among them has none yet. `is_tried` tells of an id whether an opening
    under it was tried, so that its ticket may turn up still; None where there is no such id."""
    asked = [command for command in commands if command.name == "action" and command.argument.strip()]
    found: list[tuple[Command, ActionItem]] = []
    for comment_id, group in groupby(asked, key=lambda command: command.comment_id):
        given = list(group)
        known = _met(tracker, given, _led_to(tracker, comment_id, given, opened))
        ids = known | {one.line: _fresh(tracker, one, opened) for one in given if one.line not in known}
        if is_tried:
            ids |= _retried(tracker, given, known, ids, opened, is_tried)
        for command in given:
            item_id = ids[command.line]
            found.append((command, ActionItem(id=item_id, text=command.argument.strip())))
    return found


def possible_ids(tracker: str, commands: Sequence[Command]) -> dict[str, str]:
    """Every id that an `/action` of these comments may have been given, whichever line it stood on, with the words of
    the command that stands there now: empty where none does."""
    found: dict[str, str] = {}
    lines: dict[str, int] = {}
    for command in commands:
        if command.name == "action":
            found[_id(tracker, command.comment_id, command.line)] = command.argument.strip()
            lines[command.comment_id] = max(command.line, lines.get(command.comment_id, 0))
    for comment_id, last in lines.items():
        for item_id in _ids(tracker, comment_id, last + LINES_BELOW_MAX):
            found.setdefault(item_id, "")
    return found


def _id(tracker: str, comment_id: str, line: int, turn: int = 0) -> str:
    return keys.item_id(f"/action {tracker} {comment_id}.{line}", turn)


def _led_to(
    tracker: str, comment_id: str, given: Sequence[Command], opened: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Of the opened items, those that this comment gave, whichever line they stood on."""
    plain = {_id(tracker, comment_id, command.line): command for command in given}
    if all(item_id in opened and command.argument.strip() in opened[item_id] for item_id, command in plain.items()):
        return {item_id: opened[item_id] for item_id in plain}  # nothing moved: there is nothing to look for
    if not opened:
        return {}
    lines = max(command.line for command in given) + LINES_BELOW_MAX
    return {item_id: opened[item_id] for item_id in _ids(tracker, comment_id, lines) if item_id in opened}


@lru_cache(maxsize=32)  # the same edited comment is read at every look
def _ids(tracker: str, comment_id: str, lines: int) -> tuple[str, ...]:
    return tuple(_id(tracker, comment_id, line, turn) for line in range(lines) for turn in range(_TURNS_MAX))


def _met(tracker: str, given: Sequence[Command], led_to: Mapping[str, tuple[str, ...]]) -> dict[int, str]:
    """Lines that have their ticket: the likest wording first, on the same line before another; then, for what was
    reworded beyond recognition, the line alone."""
    pairs = sorted(
        (-alike, item_id not in _own(tracker, command), command.line, item_id)
        for command in given
        for item_id, titles in led_to.items()
        if (alike := max((likeness(command.argument, title) for title in titles), default=0.0)) >= LIKENESS_MIN
    )
    by_line = [(command.line, item_id) for command in given for item_id in _own(tracker, command) if item_id in led_to]
    met: dict[int, str] = {}
    taken: set[str] = set()
    for line, item_id in (*((line, item_id) for *_, line, item_id in pairs), *by_line):
        if line not in met and item_id not in taken:
            met[line] = item_id
            taken.add(item_id)
    return met


def _retried(
    tracker: str,
    given: Sequence[Command],
    known: Mapping[int, str],
    ids: Mapping[int, str],
    opened: Mapping[str, tuple[str, ...]],
    is_tried: Callable[[str], bool],
) -> dict[int, str]:
    """Lines that go on under an id which was tried when they, or others of the comment, stood elsewhere.

    In the order of both: whichever line that is, it gets one ticket, and each of the others gets one too.
    """
    new = [one.line for one in given if one.line not in known and not is_tried(ids[one.line])]
    if not new:
        return {}
    lines = max(one.line for one in given) + LINES_BELOW_MAX
    taken = {*opened, *ids.values()}
    left = (one for one in _ids(tracker, given[0].comment_id, lines) if one not in taken and is_tried(one))
    return dict(zip(new, left, strict=False))


def _own(tracker: str, command: Command) -> Iterator[str]:
    """The ids that a command on this line can have been given."""
    return (_id(tracker, command.comment_id, command.line, turn) for turn in range(_TURNS_MAX))


def _fresh(tracker: str, command: Command, opened: Mapping[str, tuple[str, ...]]) -> str:
    """The line's id, or the next one where a command that stood on this line has it already."""
    ids = (_id(tracker, command.comment_id, command.line, turn) for turn in count())
    return next(item_id for item_id in ids if item_id not in opened)
