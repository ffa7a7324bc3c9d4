"""What turned up twice, taken out of sight whatever the policy says (P3)."""

from __future__ import annotations

from collections.abc import Iterator

from rules.effects import AnyEffect, CloseTwin, RetractComment, Urgency
from rules.keys import state_key
from rules.refs import TicketRef
from rules.situation import Situation

_NO_RULE = "exactly-once"
_TWICE = "something of ours turned up a second time"


def neutralised(situation: Situation) -> Iterator[AnyEffect]:
    """Our second comments are retracted, our second tickets closed as duplicates."""
    for twin in situation.case.twins:
        if twin.comment_id:
            yield RetractComment(
                key=state_key(twin.key, twin.comment_id, "twin"),
                case=situation.id,
                rule=_NO_RULE,
                why=_TWICE,
                urgency=Urgency(0),
                ticket=twin.ticket,
                comment_id=twin.comment_id,
            )
        else:
            original = TicketRef(twin.ticket.tracker, twin.keeps)
            yield CloseTwin(
                key=state_key(twin.key, str(twin.ticket), "twin"),
                case=situation.id,
                rule=_NO_RULE,
                why=_TWICE,
                urgency=Urgency(0),
                ticket=twin.ticket,
                original=original,
            )
