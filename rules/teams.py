"""Whose work a ticket is: the team that it belongs to, and the one that a person belongs to.

Where labels or places say it, they say it whoever owns the ticket: work that was given away stays the team's.
"""

from __future__ import annotations

from rules.facts import ActorKind, Ticket
from rules.labels import has_label
from rules.policy import People, Person, Team
from rules.refs import place_of


def team_of(people: People, ticket: Ticket) -> Team | None:
    """The first team one of whose labels the ticket carries, else one of whose places it is in, else its owner's."""
    if not people.teams:
        return None
    teams = people.teams.values()
    by_label = next((team for team in teams if has_label(ticket.labels, *team.labels)), None)
    return by_label or next((team for team in teams if _is_there(team, ticket)), None) or _owners(people, ticket)


def team_of_person(people: People, person: Person | None) -> Team | None:
    """The first team that has the person among its members; a lead who is no member is in none by that."""
    return people.team_by_member.get(person.id) if person else None


def _is_there(team: Team, ticket: Ticket) -> bool:
    """GitHub reads any capitals in a name."""
    place = place_of(ticket.ref)
    there = ((one.tracker, one.container.casefold()) for one in team.places)
    return (place.tracker, place.container.casefold()) in there


def _owners(people: People, ticket: Ticket) -> Team | None:
    """That of the first assignee who has not left, else of the first."""
    persons = [one for one in ticket.assignees if one.kind is ActorKind.PERSON]
    tracker = ticket.ref.tracker
    present = [one for one in persons if not one.has_left and not people.has_left(tracker, one.account)]
    owner = next(iter(present or persons), None)
    return team_of_person(people, people.by_account(tracker, owner.account)) if owner else None
