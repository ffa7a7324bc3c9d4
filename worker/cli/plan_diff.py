"""What differs between two plans, told: like a diff, by case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from worker.cli.telling import Teller
from worker.plans.changes import Changed, PlanChanges
from worker.plans.drawing_up import Compared
from worker.plans.remembered import RememberedEffect, is_hash

_STYLES = {"+": "green", "-": "red"}


def in_a_line(compared: Compared, zone: dt.tzinfo, now: dt.datetime) -> str:
    """`Since the plan of 09:12: 3 new, 1 gone, 2 changed (aftermath plan --diff).`, or nothing."""
    changes = compared.changes
    if changes is None:
        return ""
    against = compared.against(zone, now)
    if not changes:
        return f"Nothing differs from {against}."
    begins = f"Against {against}" if compared.by_policy else f"Since {against}"
    return f"{begins}: {_counts(changes)} (--diff shows them)."


def tell_changes(teller: Teller, compared: Compared, zone: dt.tzinfo, now: dt.datetime) -> None:
    """Everything that differs, and no more."""
    changes = compared.changes
    if changes is None:
        teller.line(f"There is no plan yet to compare with: {compared.why_none or 'this one is kept for the next'}.")
        return
    against = compared.against(zone, now)
    if not changes:
        teller.line(f"Nothing differs from {against}.")
        return
    other = " The policy is another one since." if changes.is_other_policy and not compared.by_policy else ""
    teller.line(f"{'Against' if compared.by_policy else 'Since'} {against}: {_counts(changes)}.{other}", "bold")
    for failure, title in _cases(changes):
        teller.line()
        teller.line(f"{failure}  {title}", "bold")
        _tell_case(teller, changes, failure, compared.by_policy)


def _tell_case(teller: Teller, changes: PlanChanges, failure: str, by_policy: bool) -> None:
    gone = "the other policy does not want it" if by_policy else "done since, or not wanted any more"
    for one in changes.new:
        if one.failure == failure:
            teller.line(f"+ {_words(one)}", "green")
            teller.line(f"    because {one.why} (rule {one.rule})")
            _tell_held(teller, one)
            teller.block(one.text if not is_hash(one.text) else "")
    for one in changes.gone:
        if one.failure == failure:
            teller.line(f"- {_words(one)}", "red")
            teller.line(f"    {gone} (rule {one.rule})")
    for pair in changes.changed:
        if pair.after.failure == failure:
            _tell_changed(teller, pair)


def _tell_changed(teller: Teller, pair: Changed) -> None:
    teller.line(f"~ {_words(pair.after)}", "yellow")
    if pair.is_released:
        teller.line(f"    held back no longer: it was, since {pair.before.held}")
    if pair.is_held:
        _tell_held(teller, pair.after)
    for line in pair.texts:
        teller.line(f"    {line}".rstrip(), _STYLES.get(line[:1], "dim"))


def _tell_held(teller: Teller, one: RememberedEffect) -> None:
    if one.held:
        teller.line(f"    held back: {one.held}", "yellow")


def _words(one: RememberedEffect) -> str:
    title = f': "{one.title}"' if one.title and not is_hash(one.title) else ""
    return f"{one.what} {'in' if one.what.startswith('open') else 'on'} {one.ticket}{title}"


def _cases(changes: PlanChanges) -> Iterator[tuple[str, str]]:
    """Every failure of which something is told, once."""
    everything = (*changes.new, *changes.gone, *(pair.after for pair in changes.changed))
    yield from dict.fromkeys((one.failure, one.case_title) for one in everything)


def _counts(changes: PlanChanges) -> str:
    counts = ((len(changes.new), "new"), (len(changes.gone), "gone"), (len(changes.changed), "changed"))
    return ", ".join(f"{number} {word}" for number, word in counts if number)
