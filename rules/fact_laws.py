"""What is always so between the facts of a case, whatever case it is: the laws that no example may break.

Whoever looks for facts under which two conditions hold (`rules.overlap`) would otherwise find a post-mortem that is
open and does not exist. A law that is missing here makes an example possible that no case will ever show; a law that is
wrong hides one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Facts = Mapping[str, Any]
#: The facts that a law is about, and whether it holds for their values.
Law = tuple[tuple[str, ...], Callable[..., bool]]


def _implies(premise: object, conclusion: object) -> bool:
    return bool(conclusion) or not premise


_BOUNDS: Mapping[str, tuple[int, int]] = {"failure.severity": (1, 5), "case.generation": (1, 1_000)}
#: No count is less than none.
_LEAST = 0

LAWS: tuple[Law, ...] = (
    (("post_mortem.is_open", "post_mortem.exists"), _implies),
    (("post_mortem.blames_somebody", "post_mortem.is_open"), _implies),
    (("post_mortem.wants_approval", "post_mortem.exists"), _implies),
    (
        ("post_mortem.open_questions", "post_mortem.exists"),
        lambda questions, exists: _implies(questions > 0, exists),
    ),
    (("failure.is_open", "failure.closed_as"), lambda is_open, closed_as: is_open == (closed_as == "")),
    (("case.open_actions", "case.actions"), lambda left, actions: left <= actions),
    (("case.is_finished", "failure.is_open"), lambda is_finished, is_open: _implies(is_finished, not is_open)),
    (
        ("failure.closed_as",),
        lambda closed_as: closed_as in ("", "done", "not planned", "duplicate"),
    ),
)


def are_possible(facts: Facts) -> bool:
    """Whether a case could have these facts: as far as they are named, they break no law."""
    if any(not low <= facts[name] <= high for name, (low, high) in _BOUNDS.items() if name in facts):
        return False
    return all(holds(*(facts[name] for name in names)) for names, holds in LAWS if all(n in facts for n in names))


def least(name: str) -> int:
    """The smallest number that a fact can be."""
    return _BOUNDS[name][0] if name in _BOUNDS else _LEAST


def most(name: str) -> int | None:
    """The largest, where there is one."""
    return _BOUNDS[name][1] if name in _BOUNDS else None
