"""What came to a plan after somebody had approved it. It stays approved, and says what was not there yet.

An action's ticket is opened a while after the action was written down: its text has to rest, and its tracker to be
looked at. So what comes within the hour counts as read. Another `/approve` takes in whatever stands there by then.
"""

from __future__ import annotations

import datetime as dt

from rules.approval import plan_approvals
from rules.facts import ActionTicket, Case, Command
from rules.situation import Situation

#: What is opened later than so long after an approval was not part of what was approved.
READ_WITHIN = dt.timedelta(hours=1)


def plan_approval(situation: Situation) -> Command | None:
    """The first `/approve` of the plan to which nothing was added since, else the last; None where nobody approved."""
    mortem = situation.case.post_mortem
    if mortem is None:
        return None
    approvals = plan_approvals(mortem, situation.commands(mortem), situation.open_questions)
    whole = (one for one in approvals if not _added(situation.case, one))
    return next(whole, approvals[-1] if approvals else None)


def added_since(situation: Situation) -> tuple[ActionTicket, ...]:
    """The actions that were opened after the plan was approved; none where it was not."""
    approval = plan_approval(situation)
    return _added(situation.case, approval) if approval else ()


def _added(case: Case, approval: Command) -> tuple[ActionTicket, ...]:
    read_until = approval.stands_since + READ_WITHIN
    return tuple(action for action in case.actions if action.ticket.created_at > read_until)
