"""Comments that say that the clocks stand still, once they go on: written anew, in place.

Such a comment reaches somebody once and is never said again; but as it stands it goes on telling everybody that nothing
is counted, when the label is back or the `/cancel` was taken away. Should the case stand still again for the very same
reason, the comment says so again. Nobody is told anything by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import MappingProxyType

from rules.effects import Amend, AnyEffect, Say, Urgency
from rules.facts import Comment, Marker
from rules.keys import state_key
from rules.policy import Phase
from rules.situation import Situation
from rules.viewing import view_of

#: What a marker adds of a comment that was written anew.
RESUMED = "resumed"
#: By the comment's kind: what it says afterwards.
TEMPLATES = MappingProxyType({"paused": "paused-over.md", "cancelled": "cancelled-over.md"})


def resumptions(situation: Situation, effects: Iterable[AnyEffect]) -> Iterator[Amend]:
    """What our comments on a pause should say instead. `effects` are those desired, with such comments as they would be
    said now."""
    said = {one.key: one for one in effects if isinstance(one, Say) and one.text in TEMPLATES}
    for ours in situation.our_comments(situation.case.failure):
        marker = ours.marker
        if marker is None or marker.kind not in TEMPLATES:
            continue
        token, _, state = marker.extra.partition(":")
        again = said.get(marker.key)
        if again and state:
            yield _amend(situation, ours, marker, token, _body_of(again))
        elif not again and not state and situation.phase is Phase.ACTIVE:
            yield _amend(situation, ours, marker, f"{token}:{RESUMED}", _over(situation, marker.kind))


def _body_of(say: Say) -> Callable[[], str]:
    return lambda: say.body


def _over(situation: Situation, kind: str) -> Callable[[], str]:
    failure = situation.case.failure
    return lambda: situation.policy.templates.render(TEMPLATES[kind], view_of(situation, failure))


def _amend(situation: Situation, ours: Comment, marker: Marker, extra: str, body: Callable[[], str]) -> Amend:
    return Amend(
        key=state_key(situation.id, marker.key, "amend"),
        case=situation.id,
        rule="resumed",
        why="whether the clocks stand still is not what it says any more",
        urgency=Urgency(situation.severity),
        ticket=situation.case.failure.ref,
        comment_id=ours.id,
        text=marker.kind,
        of=marker.key,
        extra=extra,
        readers=ours.readers,
        body=body,
    )
