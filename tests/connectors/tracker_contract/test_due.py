"""The tracker's own due date is written and cleared, where tickets have one."""

from __future__ import annotations

import datetime as dt

import pytest

from connectors.errors import Refused
from rules.facts import ActorKind, ChangeKind
from tests.connectors.contract_stage import Stage

DAY = dt.date(2026, 12, 1)


def test_a_due_date_is_written_and_cleared_as_our_doing(stage: Stage) -> None:
    ref = stage.reported()
    if stage.lacks.due_dates:
        assert not stage.tracker.fetch_ticket(ref).has_due_field
        with pytest.raises(Refused):
            stage.tracker.set_due(ref, DAY)
        return
    for day in (DAY, DAY, None):
        stage.later()
        stage.tracker.set_due(ref, day)
        ticket = stage.tracker.fetch_ticket(ref)
        assert (ticket.has_due_field, ticket.due_on) == (True, day)
    changes = [change for change in ticket.changes if change.kind is ChangeKind.DUE]
    assert [(one.old, one.new) for one in changes] == [("", str(DAY)), (str(DAY), "")]
    assert {one.actor.kind for one in changes} == {ActorKind.OURS}
