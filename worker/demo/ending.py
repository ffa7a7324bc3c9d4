"""Whether the story ended as it should: what is missing or wrong, in sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from worker.demo.story import day_and_time
from worker.demo.summary import Summary

#: Longer than this is no fast-forward, even on a busy machine.
WALL_S_MAX = 60.0
#: Kind, minute, and who: the day and hour of every time that somebody is to be asked, and there is no other.
RUNGS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("ask", "2026-09-08 09:20", ("ada",)),
    ("ask-again", "2026-09-09 09:20", ("ada", "grace")),
    ("reminder", "2026-10-08 09:00", ("ben",)),
    ("overdue", "2026-10-12 09:00", ("ben",)),
    ("overdue", "2026-10-15 09:00", ("ben", "grace")),
    ("overdue", "2026-10-21 09:00", ("mel",)),
    ("overdue", "2026-10-27 11:30", ("ben",)),
)
#: To each of those who took part, Ada, Ben and Grace: the review, its draft and the reflection.
LETTERS = 9
#: Comments that are said once in a case.
_ONCE = ("plan", "thanks", "lesson")


def problems(summary: Summary) -> list[str]:
    """Everything that is not as it should be; nothing, when the story ended well."""
    return [*_missing(summary), *_wrong(summary), *_rungs(summary)]


def _missing(summary: Summary) -> Iterator[str]:
    if not summary.closed:
        yield "The case was not closed: no lesson stands on the failure."
    tickets = (summary.failure, summary.post_mortem, *summary.actions)
    for ticket in tickets:
        if ticket and ticket.closed_at is None:
            yield f"{ticket.key} is still open."
    if summary.post_mortems != 1 or len(summary.actions) != 3:
        yield f"There are {summary.post_mortems} post-mortems and {len(summary.actions)} actions, not one and three."
    for one, other in summary.links_missing:
        yield f"{one} does not lead to {other}."
    for kind in _ONCE:
        if summary.comments.get(kind, 0) != 1:
            yield f"There are {summary.comments.get(kind, 0)} comments of the kind {kind}, not one."


def _wrong(summary: Summary) -> Iterator[str]:
    if summary.said_afterwards:
        yield f"{summary.said_afterwards} comments came after the case was let go."
    if summary.duplicates:
        yield f"{summary.duplicates} things stand there twice."
    if summary.cut != {"connections": 1, "comments": 1}:
        yield f"{summary.cut['connections']} connections were cut, and {summary.cut['comments']} comments stand there."
    if summary.letters != LETTERS:
        yield f"{summary.letters} private letters were written, not {LETTERS}."
    if summary.wall_s > WALL_S_MAX:
        yield f"It took {summary.wall_s:.0f} s, which is longer than {WALL_S_MAX:.0f} s."


def _rungs(summary: Summary) -> Iterator[str]:
    wanted = [(kind, dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC), who) for kind, at, who in RUNGS]
    told = [(rung.kind, rung.at.replace(second=0, microsecond=0), rung.asked) for rung in summary.rungs]
    for rung in wanted:
        if rung not in told:
            yield f"{_in_words(*rung)} is missing."
    for rung in told:
        if rung not in wanted:
            yield f"{_in_words(*rung)} is one too many."


def _in_words(kind: str, at: dt.datetime, who: tuple[str, ...]) -> str:
    return f"A comment “{kind}” to {' and '.join(who) or 'nobody'} on {day_and_time(at)}"
