"""The moments at which time alone could change a decision, each with what it brings (P6, P8).

The next of them is when a case is looked at again. It may be too early, and never too late.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from rules.adopted import LOOKED_AFTER, is_shared
from rules.decision import Reason
from rules.policy import Phase
from rules.refs import TicketRef
from rules.review import review_of
from rules.situation import Situation


class WakeCause(StrEnum):
    """What a moment brings."""

    #: A rule could say something else.
    RULE = "rule"
    #: All work will have rested.
    REST = "rest"
    #: It is too late to suggest another wording.
    WORDING = "wording"
    #: The review is over, and the status comment says so.
    REVIEW = "review"
    SNOOZE = "snooze"
    #: Whether the case that tends a ticket of this one still does.
    SHARED = "shared"
    #: Somebody who has a part in the case goes away, or comes back.
    ABSENCE = "absence"
    #: A condition over ages is asked again, which nothing was foreseen to turn.
    AGE = "age"


class Wake(NamedTuple):
    """Such a moment. `ticket` is the one that it concerns, `rule` the rule that could say something else. Made at each
    decision, so that it is no more than a tuple."""

    at: dt.datetime
    cause: WakeCause
    ticket: TicketRef | None = None
    rule: str = ""


def wakes_of(situation: Situation, reasons: Sequence[Reason]) -> list[Wake]:
    """All of them that lie ahead, in no order."""
    now, case, is_active = situation.now, situation.case, situation.phase is Phase.ACTIVE
    wakes = [Wake(one.next_at, WakeCause.RULE, one.ticket, one.rule) for one in reasons if one.next_at]
    looks = ((one.asked_again_at, one) for one in reasons)
    wakes += [Wake(at, WakeCause.AGE, one.ticket, one.rule) for at, one in looks if at]
    # Once the case was let go nothing waits for the work to have rested.
    if is_active and (rests_until := situation.rests_until):
        wakes.append(Wake(rests_until, WakeCause.REST))
    mortem = case.post_mortem.ref if case.post_mortem else None
    if blame_until := situation.blame_until:
        wakes.append(Wake(blame_until, WakeCause.WORDING, mortem))
    if review := review_of(situation):
        wakes.append(Wake(review.starts, WakeCause.REVIEW, mortem))
    snoozes = ((ticket.ref, situation.snooze(ticket)) for ticket in case.tickets)
    wakes += [Wake(snooze.until, WakeCause.SNOOZE, ref) for ref, snooze in snoozes if snooze]
    if is_active and is_shared(case):
        wakes.append(Wake(now + LOOKED_AFTER, WakeCause.SHARED))
    if changes_at := situation.attendance.changes_at:
        wakes.append(Wake(changes_at, WakeCause.ABSENCE))
    return [wake for wake in wakes if wake.at > now]
