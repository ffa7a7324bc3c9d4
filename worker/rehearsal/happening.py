"""One thing that Aftermath did in a rehearsal, as people speak of it: when, what, where, who is asked, which rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rules.decision import Reason
from rules.effects import (
    AddLabel,
    Amend,
    AnyEffect,
    Assign,
    Keep,
    LinkTickets,
    Notify,
    OpenTicket,
    Say,
    SetDue,
    WriteFile,
)
from rules.keys import split_case_id
from rules.policy import CloseDo, Do, NotifyDo, Policy, Rule, SayDo
from rules.refs import TicketRef

#: What is done, by the verb that the policy has for it, where it has one.
VERBS = (
    "comment",
    "remind",
    "notify",
    "open",
    "close",
    "label",
    "assign",
    "due",
    "status",
    "plan",
    "link",
    "file",
    "edit",
)
#: What reaches people, or opens something. The rest keeps things true, and nobody is called for it.
REACHING = ("comment", "remind", "notify", "open", "close")


@dataclass(frozen=True, slots=True)
class Happening:
    """`verb` is one of VERBS, `what` what stands behind it: the template of a text, the part that a ticket opened has
    (`post-mortem`, `action`), a label, a day. `ticket` is where, or what was opened; `asks` are people's ids.

    `stage` is the rung and its occurrence (`rules.clocks`), empty without a ladder; `since` from when it counts.
    `case` is the root of the case.
    """

    at: dt.datetime
    verb: str
    what: str
    ticket: TicketRef
    rule: str
    why: str
    key: str
    case: str
    asks: tuple[str, ...] = ()
    title: str = ""
    text: str = ""
    stage: str = ""
    since: dt.datetime | None = None

    @property
    def reaches(self) -> bool:
        return self.verb in REACHING

    @property
    def is_private(self) -> bool:
        """Whether it is for one person alone, whom nobody else is told of (P10)."""
        return self.verb == "notify"


Told = Callable[[Happening], None]


def happening_of(effect: AnyEffect, result: str, at: dt.datetime, policy: Policy, reason: Reason | None) -> Happening:
    """What was done just now. `result` is what the tracker answered, `reason` the verdict that wanted it, if known."""
    verb, what = _said_or_kept(effect, policy)
    return Happening(
        at=at,
        verb=verb,
        what=what,
        ticket=_ticket(effect, result),
        rule=effect.rule,
        why=effect.why,
        key=effect.key,
        case=split_case_id(effect.case)[0],
        asks=_asked(effect, policy),
        title=effect.title if isinstance(effect, OpenTicket | Notify) else "",
        text=effect.body if isinstance(effect, OpenTicket | Notify | Say | Keep | Amend | WriteFile) else "",
        stage=reason.stage if reason else "",
        since=reason.since if reason else None,
    )


def _said_or_kept(effect: AnyEffect, policy: Policy) -> tuple[str, str]:
    match effect:
        case Say():
            verb = "close" if effect.closes else "remind" if effect.text == "reminder" else "comment"
            return verb, _template(policy, effect.rule, effect.text)
        case Notify():
            return "notify", _template(policy, effect.rule, effect.text)
        case Amend():
            return "edit", f"{effect.text}.md"
        case Keep():
            return effect.slot, f"{effect.slot}.md"
        case _:
            return _changed(effect, policy)


def _changed(effect: AnyEffect, policy: Policy) -> tuple[str, str]:
    match effect:
        case OpenTicket():
            return "open", effect.role
        case AddLabel():
            return "label", effect.label
        case Assign():
            return "assign", policy.people.by_account(effect.ticket.tracker, effect.account).id
        case SetDue():
            return "due", effect.due_on.isoformat() if effect.due_on else "none"
        case LinkTickets():
            return "link", effect.target.key
        case WriteFile():
            return "file", effect.path
        case _:
            return "edit", effect.kind


def _template(policy: Policy, rule_id: str, kind: str) -> str:
    """The name of the template that a text of that kind comes from, as the rule has it."""
    rules = (rule for rule in policy.every_rule if rule.id == rule_id)
    dos = (do for rule in rules for do in _dos(rule) if isinstance(do, SayDo | NotifyDo | CloseDo))
    fitting = (do.template for do in dos if isinstance(do, CloseDo) == (kind == "lesson") and _kind(do) in (kind, ""))
    return next(fitting, f"{kind}.md")


def _kind(do: SayDo | NotifyDo | CloseDo) -> str:
    return "lesson" if isinstance(do, CloseDo) else do.kind


def _dos(rule: Rule) -> Iterator[Do]:
    yield from rule.do
    for rung in rule.ladder.rungs if rule.ladder else ():
        yield from rung.do


def _ticket(effect: AnyEffect, result: str) -> TicketRef:
    if isinstance(effect, OpenTicket):
        return TicketRef(effect.place.tracker, result.partition("|")[0])
    return effect.ticket


def _asked(effect: AnyEffect, policy: Policy) -> tuple[str, ...]:
    match effect:
        case Say():
            return effect.mentions
        case Notify():
            return (effect.person,)
        case OpenTicket() if effect.assignee:
            return (policy.people.by_account(effect.place.tracker, effect.assignee).id,)
        case _:
            return ()
