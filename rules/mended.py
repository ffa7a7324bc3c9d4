"""Replies that say what could not be done, when it can be by now: they are written anew, in place.

A reply reaches somebody once and is never said again; but as it stands it goes on telling everybody that a command was
refused. Whoever mends the comment would have to guess whether that was enough.

Replies of which nothing tells what they answered (those of earlier versions) are let rest, and so are those to comments
that were deleted: nothing is claimed there about anything that anybody can still read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rules.commands import KNOWN_COMMANDS, nearest_command
from rules.effects import Amend, AnyEffect, Say, Urgency
from rules.facts import Comment, Marker, Ticket
from rules.keys import state_key
from rules.refusals import ACTION, FAILURE, POST_MORTEM, refusal_of
from rules.replies import settled_reply
from rules.situation import Situation
from rules.viewing import view_of

#: What a marker adds of a reply that was written anew.
MENDED = "mended"
TEMPLATE = "reply-mended.md"


def amendments(situation: Situation, effects: Iterable[AnyEffect]) -> Iterator[Amend]:
    """What our standing replies should say instead. `effects` are those desired, with the replies as they would be
    given now: where a comment is edited back to what it was, its reply is too."""
    said = {effect.key: effect for effect in effects if isinstance(effect, Say) and effect.answers}
    for ticket in situation.case.tickets:
        for ours in situation.our_comments(ticket):
            if ours.marker and ours.marker.kind == "reply" and ":" in ours.marker.extra:
                yield from _amended(situation, ticket, ours, ours.marker, said)


def _amended(
    situation: Situation, ticket: Ticket, ours: Comment, marker: Marker, said: dict[str, Say]
) -> Iterator[Amend]:
    token, answered, state = (*marker.extra.split(":"), "")[:3]
    comment = next((one for one in ticket.comments if one.id == answered), None)
    again = said.get(marker.key)
    if state == MENDED and again:
        yield _amend(situation, ticket, ours, marker, f"{token}:{answered}", lambda: again.body)
    elif state != MENDED and comment and not _is_refused(situation, ticket, answered):
        reply = settled_reply(situation, ticket, comment)

        def body() -> str:
            return situation.policy.templates.render(TEMPLATE, view_of(situation, ticket, reply=reply))

        yield _amend(situation, ticket, ours, marker, f"{token}:{answered}:{MENDED}", body)


def _amend(
    situation: Situation, ticket: Ticket, ours: Comment, marker: Marker, extra: str, body: Callable[[], str]
) -> Amend:
    return Amend(
        key=state_key(situation.id, marker.key, "amend"),
        case=situation.id,
        rule="command",
        why="what it says of a command is so no more",
        urgency=Urgency(situation.severity),
        ticket=ticket.ref,
        comment_id=ours.id,
        text=marker.kind,
        of=marker.key,
        extra=extra,
        readers=ours.readers,
        body=body,
    )


def _is_refused(situation: Situation, ticket: Ticket, comment_id: str) -> bool:
    """Whether anything in the comment cannot be obeyed, or it is not known who may command. A slip stays one, whoever
    may command by now."""
    role = _role(situation, ticket)
    return any(
        one.rights is None or bool(refusal_of(situation, ticket, role, one))
        if one.name in KNOWN_COMMANDS
        else bool(nearest_command(one.name))
        for one in situation.case.commands.get(ticket.ref, ())
        if one.comment_id == comment_id
    )


def _role(situation: Situation, ticket: Ticket) -> str:
    mortem = situation.case.post_mortem
    if ticket.ref == situation.case.failure.ref:
        return FAILURE
    return POST_MORTEM if mortem and ticket.ref == mortem.ref else ACTION
