"""A tiny language for making cases: a failure, what people did to it, what we said on it.

Everything happens on GitHub at `acme/shop`, in March 2026; the second is a Monday. A test writes down what it is
about and nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from rules.commands import parse_commands
from rules.facts import (
    ActionTicket,
    Actor,
    ActorKind,
    Case,
    Change,
    ChangeKind,
    Closing,
    Comment,
    Marker,
    Status,
    Ticket,
)
from rules.keys import case_id, case_root
from rules.language.policy_file import load_policy, pack_path
from rules.policy import People, Person
from rules.refs import TicketRef

ANN, LEA, MO, BOB = (Actor(name.lower(), name) for name in ("Ann", "Lea", "Mo", "Bob"))
ROBOT = Actor("robot", "Robot", ActorKind.BOT)
OURS = Actor("aftermath-bot", "Aftermath", ActorKind.OURS)
#: Everybody but Bob may command.
RIGHTS = frozenset({"ann", "lea", "mo", "robot", "aftermath-bot"})


def person(name: str, **more: str) -> Person:
    """Somebody with the same account on both trackers."""
    account = name.lower()
    return Person(account, name, MappingProxyType({"github": account, "jira": account}), **more)


PEOPLE = People(
    MappingProxyType(
        {
            "ann": person("Ann", lead="lea", manager="mo"),
            "lea": person("Lea", manager="mo"),
            "mo": person("Mo"),
        }
    ),
    default_lead="lea",
)
PACK = load_policy(pack_path("accountability"), people=PEOPLE)
ROOT = case_root("github", "901")
FIRST = case_id(ROOT, 1)


#: A post-mortem's text with something under each of the pack's systemic questions.
ANSWERED = "## What we learned\n\nAlarms went to a closed mailbox.\n\n## What made it possible\n\nNobody owned it.\n"


def at(text: str) -> dt.datetime:
    """`03-02 09:00` of 2026, UTC."""
    return dt.datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=dt.UTC)


BEGIN = at("03-02 09:00")


def ref(number: int) -> TicketRef:
    return TicketRef("github", f"acme/shop#{number}")


def change(id: str, when: str, kind: ChangeKind, *, by: Actor = ANN, old: str = "", new: str = "") -> Change:  # noqa: A002
    return Change(id, at(when), by, kind, old, new)


def labelled(when: str, label: str = "failure", *, id: str = "l1", by: Actor = ANN) -> Change:  # noqa: A002
    return change(id, when, ChangeKind.LABELLED, by=by, new=label)


def unlabelled(when: str, label: str = "failure", *, id: str = "u1", by: Actor = ANN) -> Change:  # noqa: A002
    return change(id, when, ChangeKind.UNLABELLED, by=by, old=label)


def says(id: str, when: str, body: str, *, by: Actor = ANN) -> Comment:  # noqa: A002
    return Comment(id, at(when), by, body)


def we_say(
    id: str,  # noqa: A002
    when: str,
    kind: str = "overdue",
    *,
    case: str = FIRST,
    key: str = "",
    extra: str = "",
) -> Comment:
    """A comment of ours, with its marker."""
    return Comment(id, at(when), OURS, "…", marker=Marker(case, key or f"key{id}", kind, extra))


def a_ticket(number: int, **fields: Any) -> Ticket:
    """An open ticket that Ann reported and owns."""
    given: dict[str, Any] = {
        "ref": ref(number),
        "uid": str(900 + number),
        "url": f"https://github.example/acme/shop/issues/{number}",
        "title": f"Ticket {number}",
        "body": "",
        "status": Status.NEW,
        "reporter": ANN,
        "created_at": BEGIN,
        "updated_at": BEGIN,
        "assignees": (ANN,),
    }
    ticket = Ticket(**(given | fields))
    is_done = ticket.status is Status.DONE
    return replace(ticket, closed_at=BEGIN) if is_done and ticket.closed_at is None else ticket


def a_failure(*labels: str, **fields: Any) -> Ticket:
    """Ticket 1, labelled as a failure on Monday morning."""
    given: dict[str, Any] = {
        "title": "Checkout is down",
        "labels": ("failure", *labels),
        "changes": (labelled("03-02 09:00"),),
    }
    return a_ticket(1, **(given | fields))


def taken_off(*labels: str, **fields: Any) -> Ticket:
    """The same, after somebody took the label off on Tuesday."""
    changes = (labelled("03-02 09:00"), unlabelled("03-03 09:00"))
    return a_failure(labels=labels, changes=changes, **fields)


def a_post_mortem(**fields: Any) -> Ticket:
    """Ticket 2, opened by us for the first generation, due on Monday the ninth."""
    given: dict[str, Any] = {
        "title": "Post-mortem: Checkout is down",
        "reporter": OURS,
        "marker": Marker(FIRST, "openingmortem", "post-mortem", ":2026-03-09"),
        "labels": ("aftermath", "post-mortem"),
    }
    return a_ticket(2, **(given | fields))


def an_action(number: int = 3, item: str = "itema", due: str = "2026-04-01", **fields: Any) -> ActionTicket:
    """An action's ticket that we opened, due on that day."""
    given: dict[str, Any] = {
        "title": "Alert before the certificate ends",
        "reporter": OURS,
        "marker": Marker(FIRST, f"opening{item}", "action", f"{item}:{due}"),
        "labels": ("aftermath", "action"),
    }
    return ActionTicket(item, a_ticket(number, **(given | fields)))


def closed(when: str) -> dict[str, Any]:
    """Fields of a ticket that was closed then."""
    return {"status": Status.DONE, "closed_at": at(when)}


def a_case(
    failure: Ticket | None = None,
    post_mortem: Ticket | None = None,
    *actions: ActionTicket,
    closings: Iterable[Closing] = (),
    is_known: bool = True,
    **fields: Any,
) -> Case:
    """The case of these tickets, with commands read from their comments and rights looked up."""
    failure = failure or a_failure()
    tickets = (failure, *((post_mortem,) if post_mortem else ()), *(one.ticket for one in actions))
    commands = {
        ticket.ref: tuple(replace(one, rights=one.author.account in RIGHTS) for one in parse_commands(ticket.comments))
        for ticket in tickets
    }
    trusted = frozenset(("github", account) for account in RIGHTS)
    return Case(
        ROOT,
        failure,
        post_mortem,
        actions,
        commands=commands,
        trusted=trusted,
        closings=tuple(closings),
        is_known=is_known,
        **fields,
    )
