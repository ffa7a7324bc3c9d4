"""What people do to the tickets of a test, done. They work through the tracker, as people do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from connectors.sandbox.world import Site, TicketState, WorldError
from worker.rehearsal.trial.parts import NoSuchTicket, Parts
from worker.rehearsal.trial.trials import Act, Opened

_BOX = re.compile(r"^(?P<begin>\s*(?:[-*+]|\d+[.)])\s+)\[ \](?P<rest>.*)$")


class CannotBeDone(ValueError):
    """An event of a test that nobody could bring about. The text is a sentence."""


def report(site: Site, container: str, failure: Opened) -> TicketState:
    """Open the failure, assigned to its owner where it has one."""
    owners = (failure.owner,) if failure.owner else ()
    labels = failure.labels
    return site.open_ticket(failure.reporter, container, failure.title, failure.text, labels=labels, assignees=owners)


def perform(site: Site, parts: Parts, act: Act) -> None:
    """Do it. Raises CannotBeDone."""
    try:
        _DOING[act.verb](site, act, parts.named(act.on))
    except (NoSuchTicket, WorldError) as error:
        raise CannotBeDone(str(error)) from None


def _comment(site: Site, act: Act, ticket: TicketState) -> None:
    site.comment_on(act.by, ticket.key, act.value)


def _write(site: Site, act: Act, ticket: TicketState) -> None:
    site.set_body(act.by, ticket.key, act.text)


def _edit(site: Site, act: Act, ticket: TicketState) -> None:
    body = str(ticket.body or "")
    if act.text not in body:
        raise CannotBeDone(f"“{act.text}” does not stand in the text of {act.on}")
    site.set_body(act.by, ticket.key, body.replace(act.text, act.instead, 1))


def _tick(site: Site, act: Act, ticket: TicketState) -> None:
    lines = str(ticket.body or "").splitlines()
    for number, line in enumerate(lines):
        box = _BOX.match(line)
        if box and act.value.casefold() in box["rest"].casefold():
            lines[number] = f"{box['begin']}[x]{box['rest']}"
            site.set_body(act.by, ticket.key, "\n".join(lines))
            return
    raise CannotBeDone(f"no open check box of {act.on} has the words “{act.value}”")


def _label(site: Site, act: Act, ticket: TicketState) -> None:
    site.add_label(act.by, ticket.key, act.value)


def _unlabel(site: Site, act: Act, ticket: TicketState) -> None:
    site.remove_label(act.by, ticket.key, act.value)


def _assign(site: Site, act: Act, ticket: TicketState) -> None:
    site.assign(act.by, ticket.key, (act.value,))


def _due(site: Site, act: Act, ticket: TicketState) -> None:
    site.set_due(act.by, ticket.key, dt.date.fromisoformat(act.value) if act.value else None)


def _move(site: Site, act: Act, ticket: TicketState) -> None:
    site.set_status(act.by, ticket.key, act.value)


def _commit(site: Site, act: Act, ticket: TicketState) -> None:
    site.reference(act.by, ticket.key, act.value)


def _close(site: Site, act: Act, ticket: TicketState) -> None:
    site.close(act.by, ticket.key, act.resolution)


def _reopen(site: Site, act: Act, ticket: TicketState) -> None:
    site.reopen(act.by, ticket.key)


_DOING: dict[str, Callable[[Site, Act, TicketState], None]] = {
    "comment": _comment,
    "write": _write,
    "edit": _edit,
    "tick": _tick,
    "label": _label,
    "unlabel": _unlabel,
    "assign": _assign,
    "due": _due,
    "move": _move,
    "commit": _commit,
    "close": _close,
    "reopen": _reopen,
}
