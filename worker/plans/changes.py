"""One plan held against another: what is new, gone, worded otherwise, held back or no longer so. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from worker.plans.remembered import RememberedEffect, RememberedPlan, is_hash


@dataclass(frozen=True, slots=True)
class Changed:
    """A write that both plans have and that is not the same. `texts` are the lines of a unified diff."""

    before: RememberedEffect
    after: RememberedEffect
    texts: tuple[str, ...]

    @property
    def is_released(self) -> bool:
        """Whether it was held back and would be done now."""
        return bool(self.before.held) and not self.after.held

    @property
    def is_held(self) -> bool:
        """Whether it would have been done, and is held back now."""
        return bool(self.after.held) and not self.before.held


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """What differs between two plans. `is_other_policy` says that they were made by different policies."""

    since: str
    new: tuple[RememberedEffect, ...]
    gone: tuple[RememberedEffect, ...]
    changed: tuple[Changed, ...]
    is_other_policy: bool

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed)


def changes_between(before: RememberedPlan, after: RememberedPlan) -> PlanChanges:
    """From the one plan to the other. Of a failure that either of them could not read nothing is told."""
    unknown = {*before.troubled, *after.troubled}
    old = {key: one for key, one in before.by_key.items() if one.failure not in unknown}
    new = {key: one for key, one in after.by_key.items() if one.failure not in unknown}
    pairs = [(old[key], one) for key, one in new.items() if key in old]
    return PlanChanges(
        since=before.at,
        new=tuple(one for key, one in new.items() if key not in old),
        gone=tuple(one for key, one in old.items() if key not in new),
        changed=tuple(Changed(one, other, tuple(_texts(one, other))) for one, other in pairs if _differ(one, other)),
        is_other_policy=before.policy != after.policy,
    )


def _differ(before: RememberedEffect, after: RememberedEffect) -> bool:
    return _shown(before) != _shown(after) or bool(before.held) != bool(after.held)


def _shown(one: RememberedEffect) -> tuple[str, ...]:
    return one.what, one.ticket, one.title, one.text


def _texts(before: RememberedEffect, after: RememberedEffect) -> Iterator[str]:
    """How title and text read before and now."""
    yield from text_lines(
        (before.what, before.ticket, before.title, before.text), (after.what, after.ticket, after.title, after.text)
    )


def text_lines(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[str]:
    """How what is short, and last of all a text, read before and now: as lines of a diff without its own head."""
    (*heads, text), (*heads_now, text_now) = before, after
    if is_hash(text) or is_hash(text_now):
        if text != text_now:
            yield "(a private text, which reads otherwise)"
        return
    for old, new in zip(heads, heads_now, strict=True):
        if old != new:
            yield from (f"-{old}", f"+{new}")
    found = difflib.unified_diff(text.splitlines(), text_now.splitlines(), lineterm="", n=1)
    yield from (line for line in list(found)[2:] if not line.startswith("@@"))
