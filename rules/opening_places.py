"""Where tickets are opened, and whether they may be: nothing is opened where more people can read it than could read
what it comes from (P14)."""

from __future__ import annotations

from rules.decision import Withheld
from rules.facts import ActionItem, Audience, Level, Readership, Ticket
from rules.policy import OpenDo
from rules.readers import includes, may_read
from rules.refs import Place, place_of
from rules.situation import Situation


def place_for(situation: Situation, do: OpenDo) -> Place:
    """Where a ticket is opened: where the policy routes it, else beside the failure."""
    return _routed(situation, do) or place_of(situation.case.failure.ref)


def readers_of(situation: Situation, place: Place, item: ActionItem | None = None) -> Readership:
    """Who reads what is opened there for the failure, or for an item: everybody in a public place, and beside a public
    failure. What comes from tickets that a level's few read is opened for the same few, where they have that level."""
    failure = situation.case.failure
    if place in situation.case.public_places:
        return Audience.PUBLIC
    levels = {one for one in _sources(situation, item) if isinstance(one, Level)}
    if levels and all(one.place == place for one in levels):
        return min(levels, key=lambda level: level.id)  # of two, whichever: neither may read what the other may
    is_beside = place == place_of(failure.ref)
    return Audience.PUBLIC if is_beside and failure.audience is Audience.PUBLIC else Audience.INTERNAL


def _sources(situation: Situation, item: ActionItem | None) -> list[Readership]:
    """Who may read the failure, and the ticket that an item without one stands in."""
    written = [one.audience for one in situation.unopened if item and one.item.id == item.id]
    return [situation.case.failure.audience, *written]


def withheld(situation: Situation, do: OpenDo, item: ActionItem | None) -> Withheld | None:
    """What is not opened, since more people would read it than may read its source; None where it may be opened."""
    case, place = situation.case, place_for(situation, do)
    audience = readers_of(situation, place, item)
    sources = [] if may_read(audience, case.failure) else [case.failure]
    if item:
        written = [one for one in situation.unopened if one.item.id == item.id]
        sources += [_written_in(situation) for one in written if not includes(one.audience, audience)]
    if not sources:
        return None
    title = item.text if item else case.failure.title
    is_routed, source = _routed(situation, do) is not None, sources[0]
    return Withheld(do.what, title, place, is_routed, source.ref, is_for_few=isinstance(source.audience, Level))


def _routed(situation: Situation, do: OpenDo) -> Place | None:
    routing = situation.policy.routing
    return routing.post_mortems if do.what == "post-mortem" else routing.actions


def _written_in(situation: Situation) -> Ticket:
    """The ticket for fewer readers that an item of an open failure stands in."""
    return situation.case.post_mortem or situation.case.failure
