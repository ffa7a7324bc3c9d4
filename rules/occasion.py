"""What a `do` is about, and what every effect that comes of it says of its origin."""

from __future__ import annotations

from typing import NamedTuple, TypedDict

from rules.asking import first_asked
from rules.clocks import Reading
from rules.effects import Urgency
from rules.facts import ActionItem, Ticket
from rules.policy import Rule
from rules.quiet_hours import QuietHours
from rules.replies import Reply
from rules.situation import Situation


class Occasion(NamedTuple):  # made for each rule that is met: a frozen dataclass takes several times as long
    """What a `do` is about: the rule, the ticket written on, its part in the case, the ladder's reading, the reply."""

    rule: Rule
    ticket: Ticket
    subject: str
    reading: Reading | None = None
    item: ActionItem | None = None
    reply: Reply | None = None

    @property
    def anchor(self) -> str:
        if self.reply:
            return self.reply.anchor
        return self.reading.anchor.id if self.reading else ""

    @property
    def anchors(self) -> tuple[str, ...]:
        """The anchor, and what else it may have been called when something was said (`rules.clocks`)."""
        return (self.anchor, *(self.reading.anchor.also if self.reading and not self.reply else ()))

    @property
    def can_wait(self) -> bool:
        """Whether whoever is asked may be asked later: all but a rung that speaks at any hour."""
        stage = self.reading.stage if self.reading else None
        return stage is None or stage.in_hours

    @property
    def stage(self) -> str:
        return self.reading.stage.name if self.reading and self.reading.stage else ""


class Origin(TypedDict):
    """What every effect says of its origin."""

    case: str
    rule: str
    why: str
    urgency: Urgency
    in_hours: bool
    asks: str
    quiet_hours: QuietHours | None


def origin_of(situation: Situation, occasion: Occasion, asks: str | None = None) -> Origin:
    """The fields of an effect that its occasion gives. `asks` is the person whom it asks, where that is not the one
    whom its rung asks first."""
    overdue_s, in_hours = 0, False
    if occasion.reading and occasion.reading.stage:
        overdue_s = max(0, int((situation.now - occasion.reading.anchor.at).total_seconds()))
        in_hours = occasion.reading.stage.in_hours
        dos, can_wait = occasion.reading.stage.rung.do, occasion.can_wait
        asks = first_asked(situation, occasion.ticket, dos, can_wait=can_wait) if asks is None else asks
    ladder = occasion.rule.ladder
    return {
        "case": situation.id,
        "rule": occasion.rule.id,
        "why": occasion.rule.name,
        "urgency": Urgency(situation.severity, overdue_s),
        "in_hours": in_hours,
        "asks": asks or "",
        "quiet_hours": ladder.quiet_hours if ladder else None,
    }
