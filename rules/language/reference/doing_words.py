"""What a rule does, in words: half sentences for a page about a policy, made from the rule's own data.

Whom a rung reaches is told in the words of `aftermath explain` (`rules.verdicts.rung_words`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from rules.by_severity import SEVERITIES, BySeverity
from rules.durations import Duration
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
from rules.verdicts.rung_words import called, reached_words


def in_a_row(words: Iterable[str]) -> str:
    """`a, b and c`."""
    *first, last = [*words] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def when_due(rung: Rung, anchor: Anchor) -> str:
    """`at once`, `3 business days later`, `2 business days before`."""
    if rung.at.amount == 0:
        if anchor is Anchor.DUE:
            return "when it is due"
        return "at once, in working hours" if rung.at.is_business else "at once"
    return f"{rung.name} later" if rung.at.amount > 0 else f"{rung.name.removeprefix('-')} before"


def done_by(dos: Sequence[Do], teams: Container[str] = ()) -> str:
    """Everything that is done, one thing after the other. `teams` are those of the people file, by their ids."""
    links = [f"the {do.to}" for do in dos if isinstance(do, LinkDo)]
    linked = [f"it is linked to {in_a_row(links)}"] if links else []
    return in_a_row([*(_words(do, teams) for do in dos if not isinstance(do, LinkDo)), *linked])


def _words(do: Do, teams: Container[str]) -> str:
    match do:
        case SayDo():
            settled = f", once the text has rested for {do.settle}" if do.settle else ""
            return f"{reached_words(do, teams) or 'a comment is written'} (`{do.template}`){settled}"
        case KeepDo():
            return f"one comment is kept up to date (`{do.template}`)"
        case CloseDo():
            return f"the lesson is told (`{do.template}`), and the case is let go"
        case FileDo():
            return f"a file is written to the repository of lessons (`{do.template}`)"
        case NotifyDo():
            return f"{reached_words(do, teams)} (`{do.template}`)"
        case LabelDo():
            return f"the label `{do.label}` is added"
        case AssignDo():
            return f"{called(do.role)} is named as its owner"
        case LinkDo():
            return ""
        case LookBackDo():
            return f"it is looked at once more after {in_a_row(map(str, do.after))}"
        case OpenDo():
            return _opened(do)
        case ReviewDo():
            ahead = f"its draft is shared {do.ahead} ahead"
            return f"a meeting of {do.lasts} is proposed (`{do.template}`), {_later(do.after)}; {ahead}"


def _opened(do: OpenDo) -> str:
    assigned = f" for {called(do.assign)}" if do.assign else ""
    settled = f", once the text that it comes from has rested for {do.settle}" if do.settle else ""
    what = "a post-mortem" if do.what == "post-mortem" else "a ticket"
    return f"{what} is opened{assigned} (`{do.template}`), due {_later(do.due)}{settled}"


def _later(due: BySeverity) -> str:
    """`15 days later for sev1, 30 days later for sev2, else 60 days later`, as far as they differ."""
    *graver, (_, last) = _different(due)
    told = (f"{duration} later for {in_a_row(f'sev{one}' for one in severities)}" for severities, duration in graver)
    return f"{', '.join(told)}, else {last} later" if graver else f"{last} later"


def _different(due: BySeverity) -> list[tuple[list[int], Duration]]:
    """The durations with the severities that they are for, the gravest first."""
    found: list[tuple[list[int], Duration]] = []
    for severity in SEVERITIES:
        duration = due.for_severity(severity)
        if found and found[-1][1] == duration:
            found[-1][0].append(severity)
        else:
            found.append(([severity], duration))
    return found
