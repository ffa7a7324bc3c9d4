"""Values of the facts that conditions can ask about each ticket of a case (`rules.vocabulary.OF_EACH_TICKET`), its own
fields among them. Each is worked out for itself, when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rules.ages import age_ways
from rules.facts import Status, Ticket
from rules.handovers import handover
from rules.labels import in_either_case
from rules.progress import last_progress
from rules.refs import place_of
from rules.roles import present_owner_of
from rules.teams import team_of

if TYPE_CHECKING:
    from rules.situation import Situation

#: A ticket of a case; None for a post-mortem that is not there.
Subject = tuple["Situation", Ticket | None]
Way = Callable[[Subject], Any]

_STATUS = {Status.NEW: "to do", Status.DOING: "in progress", Status.DONE: "done"}


def ticket_ways(prefix: str) -> dict[str, Way]:
    """How each fact of a ticket is worked out, by its whole name."""
    ways: dict[str, Way] = {f"{prefix}.{name}": partial(_told, way, empty) for name, (way, empty) in _WAYS.items()}
    return ways | age_ways(prefix)


def _told(way: Callable[[Situation, Ticket], Any], empty: Any, of: Subject) -> Any:
    situation, ticket = of
    if ticket is None:
        return [] if empty == [] else empty
    return way(situation, ticket)


def _owner(situation: Situation, ticket: Ticket) -> str:
    people = situation.policy.people
    given = handover(people, situation.case, ticket, situation.commands(ticket))
    owner = people.by_account(ticket.ref.tracker, given.account) if given else present_owner_of(people, ticket)
    return _in_short(owner.id, ticket) if owner else ""


def _team(situation: Situation, ticket: Ticket) -> str:
    team = team_of(situation.policy.people, ticket)
    return team.id if team else ""


def _last_progress_by(situation: Situation, ticket: Ticket) -> str:
    progress = last_progress(ticket)
    people, tracker = situation.policy.people, ticket.ref.tracker
    return _in_short(people.by_account(tracker, progress.actor.account).id, ticket) if progress else ""


def _in_short(person: str, ticket: Ticket) -> str:
    """A person's id; of somebody whom the people file does not know the account alone."""
    return person.removeprefix(f"{ticket.ref.tracker}/")


_WAYS: Mapping[str, tuple[Callable[[Situation, Ticket], Any], Any]] = MappingProxyType(
    {
        "title": (lambda _, ticket: ticket.title, ""),
        "status": (lambda _, ticket: _STATUS[ticket.status], ""),
        "priority": (lambda _, ticket: ticket.priority, ""),
        "labels": (lambda _, ticket: in_either_case(ticket.labels), []),
        "links": (lambda _, ticket: len(ticket.links), 0),
        "tracker": (lambda _, ticket: ticket.ref.tracker, ""),
        "place": (lambda _, ticket: str(place_of(ticket.ref)), ""),
        "has_owner": (lambda situation, ticket: situation.has_owner(ticket), False),
        "owner": (_owner, ""),
        "team": (_team, ""),
        "last_progress_by": (_last_progress_by, ""),
        "has_due": (lambda situation, ticket: situation.due(ticket) is not None, False),
    }
)
