"""What is always so between the facts of a case, whatever case it is: the laws that no example may break.

Whoever looks for facts under which two conditions hold (`rules.overlap`) would otherwise find a post-mortem that is
open and does not exist. A law that is missing here makes an example possible that no case will ever show; a law that is
wrong hides one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rules.vocabulary import FIELDS, NO_DUE_DAYS, TICKETS

Facts = Mapping[str, Any]
#: The facts that a law is about, and whether it holds for their values.
Law = tuple[tuple[str, ...], Callable[..., bool]]


def _implies(premise: object, conclusion: object) -> bool:
    return bool(conclusion) or not premise


_DUE = (-NO_DUE_DAYS, NO_DUE_DAYS)
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "failure.severity": (1, 5),
    "case.generation": (1, 1_000),
    **{f"{ticket}.days_until_due": _DUE for ticket in TICKETS},
}
#: No count is less than none; in a field of a tracker's own there may be any number.
_LEAST, _LEAST_IN_FIELD = 0, -1_000_000_000
_STATUSES = ("to do", "in progress", "done")


def _of_each_ticket(ticket: str) -> tuple[Law, ...]:
    """What is so of each ticket of a case."""
    return (
        ((f"{ticket}.has_owner", f"{ticket}.owner"), lambda has_owner, owner: has_owner == (owner != "")),
        ((f"{ticket}.has_due", f"{ticket}.days_until_due"), lambda has_due, days: has_due or days == NO_DUE_DAYS),
        ((f"{ticket}.is_open", f"{ticket}.status"), lambda is_open, status: _implies(is_open, status != "done")),
        ((f"{ticket}.idle_days", f"{ticket}.idle_business_days"), lambda days, in_business: in_business <= days + 1),
    )


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
    (("case.earlier", "case.generation"), lambda earlier, generation: earlier == generation - 1),
    (("case.earlier_open_actions", "case.earlier"), lambda left, earlier: _implies(left > 0, earlier > 0)),
    (("case.done_actions", "case.actions"), lambda done, actions: done <= actions),
    (("case.declined_actions", "case.actions"), lambda declined, actions: declined <= actions),
    (("failure.is_open", "failure.status"), lambda is_open, status: is_open == (status != "done")),
    (("failure.status",), lambda status: status in _STATUSES),
    (("action.status",), lambda status: status in _STATUSES),
    (("post_mortem.status",), lambda status: status in ("", *_STATUSES)),
    (("post_mortem.exists", "post_mortem.status"), lambda exists, status: exists == (status != "")),
    (("case.is_finished", "failure.is_open"), lambda is_finished, is_open: _implies(is_finished, not is_open)),
    (
        ("failure.closed_as",),
        lambda closed_as: closed_as in ("", "done", "not planned", "duplicate"),
    ),
    *(law for ticket in TICKETS for law in _of_each_ticket(ticket)),
)


def are_possible(facts: Facts) -> bool:
    """Whether a case could have these facts: as far as they are named, they break no law."""
    if any(not low <= facts[name] <= high for name, (low, high) in _BOUNDS.items() if name in facts):
        return False
    return all(holds(*(facts[name] for name in names)) for names, holds in LAWS if all(n in facts for n in names))


def least(name: str) -> int:
    """The smallest number that a fact can be."""
    if name in _BOUNDS:
        return _BOUNDS[name][0]
    return _LEAST_IN_FIELD if f".{FIELDS}." in name else _LEAST


def most(name: str) -> int | None:
    """The largest, where there is one."""
    return _BOUNDS[name][1] if name in _BOUNDS else None
