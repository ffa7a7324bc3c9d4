"""Which comments on a ticket answer what was asked there (P5).

Whoever was asked, owns the ticket or has rights on it quiets a ladder by a comment. One that only asks Aftermath for
something (`/help`, `/case`) does not: nobody was answered by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rules.clocks import AnchorPoint, Timeline
from rules.facts import ActorKind, Comment, Ticket
from rules.spoken import asks_us_only


@dataclass(frozen=True, slots=True)
class Answers:
    """`counting` are the answers, oldest first. `passed_over` names the comments that earlier versions took for one."""

    counting: tuple[AnchorPoint, ...] = ()
    passed_over: tuple[str, ...] = ()

    def named_in(self, timeline: Timeline) -> Timeline:
        """The timeline, whose anchors bear the names of what was passed over too: what was asked for such a comment is
        not asked once more for the event that the ladder counts from instead."""
        if not self.passed_over:
            return timeline
        return replace(
            timeline,
            base=self._named(timeline.base),
            progress=self._named(timeline.progress) if timeline.progress else None,
            answers=tuple(map(self._named, timeline.answers)),
            snoozes=tuple(map(self._named, timeline.snoozes)),
        )

    def _named(self, point: AnchorPoint) -> AnchorPoint:
        return replace(point, also=(*point.also, *self.passed_over))


def answers_on(ticket: Ticket, asked: Iterable[dt.datetime], trusted: frozenset[tuple[str, str]]) -> Answers:
    """The answers since the first of the moments at which we asked. `trusted` are accounts with rights, by tracker."""
    since = min(asked, default=None)
    if since is None:
        return Answers()
    own = {actor.account for actor in ticket.assignees}
    heard = [
        comment
        for comment in ticket.comments
        if comment.at > since
        and comment.author.kind is ActorKind.PERSON
        and (comment.author.account in own or (ticket.ref.tracker, comment.author.account) in trusted)
    ]
    counting = (AnchorPoint(_name(one), one.at, is_base=False) for one in heard if not asks_us_only(one))
    return Answers(tuple(counting), tuple(_name(one) for one in heard if asks_us_only(one)))


def _name(comment: Comment) -> str:
    return f"answer:{comment.id}"
