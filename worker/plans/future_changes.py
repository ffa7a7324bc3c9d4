"""One look ahead held against another: what comes earlier, later, anew, no more, to others or in other words. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from worker.plans.changes import text_lines
from worker.plans.foretold import NOT_YET_NUMBERED, Foretold, RememberedFuture
from worker.plans.pairing import paired

#: What is shown to the minute has not moved within it.
_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Something that both looks ahead have and that is not the same. `moved` is how much later it comes: less than
    nothing where it is earlier. `texts` are the lines of a unified diff, where it comes at the same time and asks the
    same people."""

    before: Foretold
    after: Foretold
    moved: dt.timedelta
    texts: tuple[str, ...]

    @property
    def is_earlier(self) -> bool:
        return self.moved < dt.timedelta()

    @property
    def is_later(self) -> bool:
        return self.moved > dt.timedelta()

    @property
    def asks_others(self) -> bool:
        return self.before.asks != self.after.asks

    @property
    def is_other_text(self) -> bool:
        """Whether it is another thing that is said, or said by another template."""
        return (self.before.verb, self.before.what) != (self.after.verb, self.after.what)

    def __bool__(self) -> bool:
        return bool(self.moved or self.asks_others or self.is_other_text or self.texts)


@dataclass(frozen=True, slots=True)
class FutureChanges:
    """What differs between two looks ahead from `begins` to `ends`, as far as both reach, each in order of time;
    `since` is when the first one was taken. `is_other_policy` says that they were taken by different policies."""

    since: str
    begins: str
    ends: str
    new: tuple[Foretold, ...]
    gone: tuple[Foretold, ...]
    changed: tuple[Otherwise, ...]
    is_other_policy: bool

    @property
    def last(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.ends)

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed)


def changes_to_come(before: RememberedFuture, after: RememberedFuture) -> FutureChanges | None:
    """From the one look ahead to the other, which begins when it does or later. None where the one was over by then.
    Of a case that either of them left out nothing is told."""
    ends = min(before.last, after.last)
    if ends <= after.first:
        return None
    unknown = {*before.troubled, *after.troubled}
    coming = [one for one in after.happenings if one.case not in unknown]
    foretold = [one for one in before.happenings if one.case not in unknown]
    # What was to come by now has come, or somebody moved: where it comes all the same it is known by its key alone.
    past = {one.key: one for one in foretold if before.first < after.first and one.moment <= after.first}
    late = [(past[one.key], one) for one in coming if one.key in past]
    pairs, old, new = paired(
        [one for one in foretold if one.key not in past], [one for one in coming if one.key not in past]
    )
    pairs += late
    found = (_otherwise(one, other, after.first) for one, other in pairs if min(one.moment, other.moment) <= ends)
    return FutureChanges(
        since=before.begins,
        begins=after.begins,
        ends=ends.isoformat(),
        new=tuple(sorted((one for one in new if one.moment <= ends), key=_at)),
        gone=tuple(sorted((one for one in old if one.moment <= ends), key=_at)),
        changed=tuple(sorted((one for one in found if one), key=lambda one: one.after.at)),
        is_other_policy=before.policy != after.policy,
    )


def _otherwise(before: Foretold, after: Foretold, now: dt.datetime) -> Otherwise:
    moved = after.moment - max(before.moment, now)  # what was to come by now, and comes now, has not moved
    moved = moved if abs(moved) >= _MINUTE else dt.timedelta()
    is_said_alike = not moved and (before.asks, before.what) == (after.asks, after.what)
    return Otherwise(before, after, moved, tuple(_texts(before, after)) if is_said_alike else ())


def _texts(before: Foretold, after: Foretold) -> Iterator[str]:
    """How it reads before and after. What named a ticket that was not there yet by then cannot be compared."""
    named_new = NOT_YET_NUMBERED in before.text and NOT_YET_NUMBERED not in after.text
    if not named_new:
        yield from text_lines((before.title, before.text), (after.title, after.text))


def _at(one: Foretold) -> str:
    return one.at
