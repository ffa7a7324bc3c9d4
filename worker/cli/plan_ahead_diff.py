"""What differs between two looks ahead, told: like a diff, by case and in order of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from rules.policy import Policy
from rules.verdicts.rung_words import stage_words
from worker.cli.ahead_lines import UNBROKEN, happening_words, names_of, wrapped
from worker.cli.telling import Teller, as_json
from worker.phrases import moment
from worker.plans.foretold import Foretold
from worker.plans.future_changes import FutureChanges, Otherwise
from worker.plans.looking_ahead import LookedAhead
from worker.plans.remembered import is_hash

_BELOW = " " * 6
_STYLES = {"+": "green", "-": "red"}


def changes_in_a_line(looked: LookedAhead, policy: Policy) -> Iterator[str]:
    """`Since the look ahead of 09:12: 3 later, 1 no more (--diff shows them).`, or nothing."""
    changes, zone = looked.changes, policy.calendar.zone
    if changes is not None and not changes:
        yield f"Nothing differs from {_against(looked, changes, zone)}."
    elif changes is not None:
        yield f"{_begins(looked, changes, zone)}: {_counts(changes)} (--diff shows them)."


def tell_changes_to_come(teller: Teller, looked: LookedAhead, policy: Policy, *, with_texts: bool) -> None:
    """Everything that differs, and no more."""
    changes, zone = looked.changes, policy.calendar.zone
    if changes is None:
        wrapped(teller, _nothing_to_compare(looked), behind="")
        return
    until = f"until {moment(changes.last, zone)}, if nobody moved"
    if not changes:
        wrapped(teller, f"Nothing differs from {_against(looked, changes, zone)}, {until}.", behind="")
        return
    other = " The policy is another one since." if changes.is_other_policy and not looked.configured else ""
    wrapped(teller, f"{_begins(looked, changes, zone)}, {until}: {_counts(changes)}.{other}", "bold", behind="")
    for failure, title in _cases(changes):
        teller.line()
        teller.line(f"{failure}  {title}", "bold")
        for one in _of_case(changes, failure):
            _tell(teller, looked, policy, one, with_texts=with_texts)
    teller.line()


def changes_as_data(changes: FutureChanges) -> dict[str, Any]:
    """The same for programs."""
    told: dict[str, Any] = as_json(changes)
    told["changed"] = [
        {
            "before": as_json(one.before),
            "after": as_json(one.after),
            "moved_s": int(one.moved.total_seconds()),
            "asks_others": one.asks_others,
            "texts": one.texts,
        }
        for one in changes.changed
    ]
    return told


def _tell(teller: Teller, looked: LookedAhead, policy: Policy, one: Foretold | Otherwise, *, with_texts: bool) -> None:
    if isinstance(one, Otherwise):
        _tell_otherwise(teller, policy, one, with_texts=with_texts)
    elif looked.changes and one in looked.changes.new:
        wrapped(teller, f"+ {_line(policy, one)}", "green", behind=_BELOW)
        wrapped(teller, f"{_BELOW}{_rule(one)}: {one.why}", "dim", behind=_BELOW)
        _tell_text(teller, one, with_texts=with_texts)
    else:
        wrapped(teller, f"- {_line(policy, one)}", "red", behind=_BELOW)
        wrapped(teller, f"{_BELOW}{_rule(one)}: {_why_gone(looked)}", "dim", behind=_BELOW)


def _why_gone(looked: LookedAhead) -> str:
    if looked.configured:
        return "the other policy does not say it in this time"
    is_other = looked.changes is not None and looked.changes.is_other_policy
    return "somebody moved since" + (", or the policy as it is now does not say it" if is_other else "")


def _tell_otherwise(teller: Teller, policy: Policy, one: Otherwise, *, with_texts: bool) -> None:
    before, after = one.before, one.after
    wrapped(teller, f"~ {_line(policy, after)}", "yellow", behind=_BELOW)
    for difference in _differences(policy, one):
        wrapped(teller, f"{_BELOW}{difference}", behind=_BELOW)
    wrapped(teller, f"{_BELOW}{_rule(after, before)}: {after.why}", "dim", behind=_BELOW)
    for line in one.texts:
        teller.line(f"{_BELOW}{line}".rstrip(), _STYLES.get(line[:1], "dim"))
    if not one.texts:
        _tell_text(teller, after, with_texts=with_texts)


def _differences(policy: Policy, one: Otherwise) -> Iterator[str]:
    before, after = one.before, one.after
    if one.moved:
        yield f"{'earlier' if one.is_earlier else 'later'}, rather than on {_when(policy, before)}"
    if one.asks_others:
        yield f"asks {_asked(policy, after)}, rather than {_asked(policy, before)}"
    if one.is_other_text:
        yield f"{after.verb} ({after.what}), rather than {before.verb} ({before.what})"


def _line(policy: Policy, one: Foretold) -> str:
    told = happening_words(one.verb, one.where, one.what, names_of(policy.people, one.asks))
    return f"{_when(policy, one)}  {told}".replace("  ", UNBROKEN * 2)


def _when(policy: Policy, one: Foretold) -> str:
    at = one.moment.astimezone(policy.calendar.zone)
    return f"{at:%a} {at.day} {at:%b} {at:%H:%M}"


def _asked(policy: Policy, one: Foretold) -> str:
    return names_of(policy.people, one.asks) or "nobody"


def _rule(one: Foretold, before: Foretold | None = None) -> str:
    """The rule and its rung, and which they were where that is otherwise."""
    rung = stage_words(one.stage) if one.stage else ""
    told = f"{one.rule}, {rung}" if rung else one.rule
    if before is None or (before.rule, before.stage) == (one.rule, one.stage):
        return told
    was = [before.rule] if before.rule != one.rule else []
    was += [stage_words(before.stage)] if before.stage and before.stage != one.stage else []
    return f"{told} rather than {', '.join(was)}"


def _tell_text(teller: Teller, one: Foretold, *, with_texts: bool) -> None:
    if with_texts and not is_hash(one.text):
        teller.block(one.text, f"{_BELOW}| ")


def _begins(looked: LookedAhead, changes: FutureChanges, zone: dt.tzinfo) -> str:
    return f"{'Against' if looked.configured else 'Since'} {_against(looked, changes, zone)}"


def _against(looked: LookedAhead, changes: FutureChanges, zone: dt.tzinfo) -> str:
    """What it is compared with, such as `the look ahead of 09:12`."""
    if looked.configured:
        return "the configured policy"
    at, now = dt.datetime.fromisoformat(changes.since).astimezone(zone), looked.future.begins.astimezone(zone)
    return f"the look ahead of {f'{at:%H:%M}' if at.date() == now.date() else moment(at, zone)}"


def _nothing_to_compare(looked: LookedAhead) -> str:
    then = looked.why_none or "this one is kept for the next"
    return f"There is no look ahead yet to compare with: {then}. With --policy two policies are compared at once."


def _cases(changes: FutureChanges) -> Iterator[tuple[str, str]]:
    """Every failure of which something is told, once."""
    everything = sorted(_everything(changes), key=_at)
    yield from dict.fromkeys((_after(one).failure, _after(one).case_title) for one in everything)


def _of_case(changes: FutureChanges, failure: str) -> list[Foretold | Otherwise]:
    return sorted((one for one in _everything(changes) if _after(one).failure == failure), key=_at)


def _everything(changes: FutureChanges) -> tuple[Foretold | Otherwise, ...]:
    return (*changes.new, *changes.gone, *changes.changed)


def _after(one: Foretold | Otherwise) -> Foretold:
    return one.after if isinstance(one, Otherwise) else one


def _at(one: Foretold | Otherwise) -> str:
    return _after(one).at


def _counts(changes: FutureChanges) -> str:
    earlier, later = sum(one.is_earlier for one in changes.changed), sum(one.is_later for one in changes.changed)
    counts = (
        (earlier, "earlier"),
        (later, "later"),
        (len(changes.changed) - earlier - later, "otherwise"),
        (len(changes.new), "new"),
        (len(changes.gone), "no more"),
    )
    return ", ".join(f"{number} {word}" for number, word in counts if number)
