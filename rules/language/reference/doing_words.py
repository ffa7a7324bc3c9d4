"""What a rule does, in words: half sentences for a page about a policy, made from the rule's own data."""

from __future__ import annotations

from collections.abc import Iterable

from rules.by_severity import BySeverity
from rules.policy import (
    Anchor,
    AssignDo,
    CloseDo,
    Do,
    FileDo,
    KeepDo,
    LabelDo,
    LinkDo,
    LookBackDo,
    NotifyDo,
    OpenDo,
    Rung,
    SayDo,
)
from rules.review_terms import ReviewDo


def in_a_row(words: Iterable[str]) -> str:
    """`a, b and c`."""
    *first, last = [*words] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def when_due(rung: Rung, anchor: Anchor) -> str:
    """`at once`, `3 business days later`, `2 business days before`."""
    if rung.at.amount == 0:
        begin = "when it is due" if anchor is Anchor.DUE else "at once"
        return f"{begin}, in working hours" if rung.at.is_business else begin
    return f"{rung.name} later" if rung.at.amount > 0 else f"{rung.name.removeprefix('-')} before"


def asked_by(dos: Iterable[Do]) -> str:
    """Whom a rung reaches."""
    return in_a_row(word for do in dos for word in _reached(do))


def _reached(do: Do) -> list[str]:
    if isinstance(do, SayDo):
        return [one.value for one in do.mention]
    return [f"{one} (privately)" for one in do.to] if isinstance(do, NotifyDo) else []


def done_by(dos: Iterable[Do]) -> str:
    """Everything that is done, one thing after the other."""
    return in_a_row(_words(do) for do in dos)


def _words(do: Do) -> str:
    match do:
        case SayDo():
            settled = f", once its text has rested for {do.settle}" if do.settle else ""
            return f"a comment from `{do.template}`{settled}"
        case KeepDo():
            return f"one standing comment from `{do.template}`"
        case CloseDo():
            return f"the lesson from `{do.template}`, and the case is let go"
        case FileDo():
            return f"a file from `{do.template}` in the repository of lessons"
        case NotifyDo():
            return f"a private message from `{do.template}` to {in_a_row([one.value for one in do.to])}"
        case LabelDo():
            return f"the label `{do.label}`"
        case AssignDo():
            return f"{do.role.value} as its owner"
        case LinkDo():
            return f"a link to the {do.to}"
        case LookBackDo():
            return f"a look back after {in_a_row(map(str, do.after))}"
        case OpenDo():
            return _opened(do)
        case ReviewDo():
            return f"a meeting of {do.lasts} {_later(do.after)}, its draft shared {do.ahead} ahead"


def _opened(do: OpenDo) -> str:
    assigned = f", assigned to {do.assign}" if do.assign else ""
    settled = f", once the text that it comes from has rested for {do.settle}" if do.settle else ""
    what = "a post-mortem" if do.what == "post-mortem" else "a ticket for the action"
    return f"{what} from `{do.template}`{assigned}, due {_later(do.due)}{settled}"


def _later(due: BySeverity) -> str:
    *graver, (_, last) = sorted(due.durations.items())
    if not graver:
        return f"{last} later"
    return f"{', '.join(f'{duration} later for sev{severity}' for severity, duration in graver)}, else {last} later"
