"""What comes next in sentences: what time alone brings, and when the case is looked at again. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from rules.policy import Subject
from rules.texts import names_in_a_row
from rules.verdicts.case_verdicts import CaseVerdict, RuleVerdict
from rules.verdicts.foresight import foreseen_words
from rules.verdicts.moments import moment
from rules.wakes import Wake, WakeCause

_WAKES = {
    WakeCause.REST: "all work will have rested",
    WakeCause.WORDING: "it is too late to suggest another wording{on}",
    WakeCause.REVIEW: "the review that is proposed{on} begins",
    WakeCause.SNOOZE: "the snooze{on} ends",
    WakeCause.SHARED: "it is looked whether another case still tends a ticket of this one",
    WakeCause.ABSENCE: "somebody who has a part in it goes away, or comes back",
    WakeCause.AGE: "it is looked how old things{on} are by then",
}


def coming_words(rule: RuleVerdict, zone: dt.tzinfo = dt.UTC) -> str:
    """What a rule's next moment brings and whom it asks, such as `owner is asked on acme/shop#2: Ben Okri`."""
    if rule.foreseen is None:
        return rule.comes
    what = f"{rule.foreseen.what} on {rule.ticket.key}" if rule.foreseen.what else rule.comes
    return f"{what}: {foreseen_words(rule.foreseen, zone)}"


def wake_words(verdict: CaseVerdict, wake: Wake, zone: dt.tzinfo = dt.UTC) -> str:
    """What a moment brings, such as `owner is reminded on acme/shop#2 (late-post-mortem)`."""
    on = f" on {wake.ticket.key}" if wake.ticket else ""
    if wake.cause is WakeCause.ABSENCE and verdict.absences:
        return names_in_a_row([f"{name} {'goes away' if goes else 'is back'}" for name, goes in verdict.absences])
    if wake.cause is not WakeCause.RULE:
        return _WAKES[wake.cause].format(on=on)
    found = (one for one in verdict.rules if (one.rule, one.ticket, one.next_at) == (wake.rule, wake.ticket, wake.at))
    rule = next(found, None)
    if rule is None or rule.subject is Subject.COMMENT or not rule.comes:
        return f"{wake.rule} could say something else{on}"
    if rule.foreseen and rule.foreseen.at > wake.at:
        return f"{rule.comes} from then on, and that waits until {moment(rule.foreseen.at, zone)} ({wake.rule})"
    return f"{rule.comes} ({wake.rule})"


def next_look_words(
    verdict: CaseVerdict,
    zone: dt.tzinfo = dt.UTC,
    beside: Iterable[tuple[dt.datetime, str]] = (),
    set_for: dt.datetime | None = None,
) -> str:
    """When the case is looked at next though nothing happens, and why then. `beside` are moments that are no part of
    the decision, and what they bring; `set_for` is when it is looked at in any case, as was set down before."""
    moments = [*((wake.at, wake_words(verdict, wake, zone)) for wake in verdict.wakes), *beside]
    first = min((at for at, _ in moments), default=None)
    if first is None:
        told = "only news on its tickets can change anything"
    else:
        whys = dict.fromkeys(words for at, words in moments if at == first)
        told = f"{moment(first, zone)}: {names_in_a_row(list(whys))}"
    # To the minute: a ledger may keep fewer digits of a moment.
    if set_for is None or (first and (set_for >= first or moment(set_for, zone) == moment(first, zone))):
        return told
    return (
        f"{moment(set_for, zone)}: all of it is looked at anew, as after trouble, or under another policy; then {told}"
    )
