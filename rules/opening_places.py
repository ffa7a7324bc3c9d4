"""Where tickets are opened, and whether they may be: nothing is opened where more people can read it than could read
what it comes from (P14)."""

from __future__ import annotations

from rules.decision import Withheld
from rules.facts import ActionItem, Audience
from rules.policy import OpenDo
from rules.readers import may_read
from rules.refs import Place, TicketRef, place_of
from rules.situation import Situation


def place_for(situation: Situation, do: OpenDo) -> Place:
    """Where a ticket is opened: where the policy routes it, else beside the failure."""
    return _routed(situation, do) or place_of(situation.case.failure.ref)


def readers_of(situation: Situation, place: Place) -> Audience:
    """Who reads what is opened there: everybody in a public place, and beside a public failure."""
    failure = situation.case.failure
    if place in situation.case.public_places:
        return Audience.PUBLIC
    return failure.audience if place == place_of(failure.ref) else Audience.INTERNAL


def withheld(situation: Situation, do: OpenDo, item: ActionItem | None) -> Withheld | None:
    """What is not opened, since more people would read it than may read its source; None where it may be opened."""
    case, place = situation.case, place_for(situation, do)
    audience = readers_of(situation, place)
    sources = [] if may_read(audience, case.failure) else [case.failure.ref]
    if item and audience is Audience.PUBLIC:
        written = [one for one in situation.unopened if one.item.id == item.id]
        sources += [_written_in(situation) for one in written if one.audience is Audience.INTERNAL]
    if not sources:
        return None
    title = item.text if item else case.failure.title
    return Withheld(do.what, title, place, _routed(situation, do) is not None, sources[0])


def _routed(situation: Situation, do: OpenDo) -> Place | None:
    routing = situation.policy.routing
    return routing.post_mortems if do.what == "post-mortem" else routing.actions


def _written_in(situation: Situation) -> TicketRef:
    """The internal ticket that an item of an open failure stands in."""
    mortem = situation.case.post_mortem
    return mortem.ref if mortem else situation.case.failure.ref
