"""Who reads a case's places, asked anew before words go from one of them to another (P14).

A tracker's answer is remembered for an hour, and within it a repository is opened to everybody, or closed: what was
rendered by the old answer would be public for good. A case that lives in one place asks nobody, and neither does a
look that writes nothing: where all that is said comes from the place itself, its readers could read it before.
Renders nothing and writes nothing; what is found to have changed is for the next plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.tracker import Tracker
from rules.effects import Amend, AnyEffect, Keep, LinkTickets, OpenTicket, Say, WriteFile
from rules.facts import Audience, Case, Ticket
from rules.refs import Place, place_of
from worker.plan import Plan

#: What carries words, a title or an address; labels, dates and assignees say nothing of another ticket.
_Worded = Amend | Keep | LinkTickets | OpenTicket | Say | WriteFile


class AskedAnew:
    """What one look at a case has asked: each place once, since a look takes seconds."""

    def __init__(self, trackers: Mapping[str, Tracker]) -> None:
        self._trackers = trackers
        self._asked: set[Place] = set()

    def has_changed(self, plan: Plan) -> bool:
        """Whether the plan took some place's readers for others than they are now, so that it has to be made again;
        the right ones are remembered then. One conditional request for each place in doubt, where its tracker has
        something to ask. Raises connectors.errors."""
        seen = _seen(plan)
        in_doubt = dict.fromkeys(
            place for effect in plan.admission.admitted for place in _in_doubt(effect, _sources(plan), seen)
        )
        new = [place for place in in_doubt if place not in self._asked]
        self._asked |= set(new)
        now = {place: self._trackers[place.tracker].audience(place, is_anew=True) for place in new}
        return any(audience is not seen[place] for place, audience in now.items())


def _in_doubt(effect: AnyEffect, sources: frozenset[Place], seen: Mapping[Place, Audience]) -> Iterator[Place]:
    """The places on whose readers it depends whether an effect may say what it says."""
    if not isinstance(effect, _Worded):
        return
    target = effect.place if isinstance(effect, OpenTicket | WriteFile) else place_of(effect.ticket)
    others = sources - {target}
    if not others:
        return
    if seen.get(target) is Audience.INTERNAL:
        yield target  # while it is, nothing flows to more people, whoever reads the others
    else:
        yield from sorted(place for place in others if seen[place] is Audience.PUBLIC)


def _sources(plan: Plan) -> frozenset[Place]:
    """The places that the case's words come from."""
    return frozenset(place_of(ticket.ref) for ticket in _tickets(plan.gathered.case))


def _seen(plan: Plan) -> dict[Place, Audience]:
    """Who reads each place, as the plan took it; a place about which nothing is known was taken for internal."""
    case = plan.gathered.case
    opened_in = {effect.place for effect in plan.admission.admitted if isinstance(effect, OpenTicket)}
    seen = dict.fromkeys(opened_in, Audience.INTERNAL) | dict.fromkeys(case.public_places, Audience.PUBLIC)
    return seen | {place_of(ticket.ref): _of_place(ticket) for ticket in _tickets(case)}


def _of_place(ticket: Ticket) -> Audience:
    """Who reads the ticket's place: where some of its tickets have a level, it is internal."""
    return ticket.audience if isinstance(ticket.audience, Audience) else Audience.INTERNAL


def _tickets(case: Case) -> Iterator[Ticket]:
    yield from case.tickets
    for one in case.earlier:
        yield from (one.post_mortem,) if one.post_mortem else ()
        yield from (action.ticket for action in one.actions)
