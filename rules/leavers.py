"""Accounts that were switched off: nothing is given to them.

A tracker says of whoever is assigned whether the account is still there. The people file may be behind.

Who left by one tracker's word is asked on none as somebody's lead or manager. A ticket's own owner is asked as long as
the tracker on which they own it has their account.
"""

from __future__ import annotations

from rules.accounts import folded_account, is_among
from rules.facts import Actor, Case, Ticket
from rules.policy import People
from rules.roles import person_of


def has_left(case: Case, tracker: str, account: str) -> bool:
    """Whether a ticket of the case shows that account on that tracker as one that left."""
    left = [name for ticket in case.tickets if ticket.ref.tracker == tracker for name in left_accounts(ticket)]
    return is_among(account, left)


def left_people(case: Case, people: People) -> frozenset[str]:
    """The ids of the people who left, on whatever tracker: by what was asked about the people file's accounts, or as a
    ticket of the case shows. Whoever owned one before, and wrote or did something there, is still seen by that."""
    return people.left_people | frozenset(
        person_of(people, ticket.ref.tracker, actor).id for ticket in case.tickets for actor in _left_actors(ticket)
    )


def _left_actors(ticket: Ticket) -> list[Actor]:
    """Whoever left, of those whom the ticket tells of."""
    left = [actor for actor in (ticket.reporter, *ticket.assignees) if actor.has_left]
    left += [comment.author for comment in ticket.comments if comment.author.has_left]
    left += [change.actor for change in ticket.changes if change.actor.has_left]
    return left


def left_accounts(ticket: Ticket) -> tuple[str, ...]:
    """Of those assigned, the accounts that left."""
    return tuple(actor.account for actor in ticket.assignees if actor.has_left)


def assignment_slot(ticket: Ticket) -> str:
    """The slot of naming an owner. After owners who left it is another one: somebody whom we named once, and who left,
    is followed by somebody else, once."""
    left = sorted(map(folded_account, left_accounts(ticket)))
    return f"assign:after:{' '.join(left)}" if left else "assign"
