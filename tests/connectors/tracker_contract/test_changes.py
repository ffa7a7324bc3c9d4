"""What is done to a ticket is told with who did it, in order, and what of it is progress (P5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from rules.facts import ActorKind, ChangeKind
from rules.refs import TicketRef
from tests.connectors.contract_stage import OURS, START, Stage
from tests.connectors.people import People

Doing = Callable[[People, str, TicketRef], Any]
DAY = dt.date(2026, 12, 1)

#: What people do, the change that tells it, whether it is progress, and where it is not told.
PEOPLE = [
    pytest.param(lambda p, who, r: p.label(who, r, "sev1"), ChangeKind.LABELLED, False, "", id="label"),
    pytest.param(lambda p, who, r: p.unlabel(who, r, "failure"), ChangeKind.UNLABELLED, False, "", id="unlabel"),
    pytest.param(lambda p, who, r: p.assign(who, r, "ada"), ChangeKind.ASSIGNED, True, "", id="assign"),
    pytest.param(lambda p, who, r: p.close(who, r), ChangeKind.CLOSED, True, "", id="close"),
    pytest.param(lambda p, who, r: p.rename(who, r, "Shop down"), ChangeKind.RENAMED, False, "", id="rename"),
    pytest.param(lambda p, who, r: p.begin(who, r), ChangeKind.STATUS, True, "statuses", id="begin"),
    pytest.param(lambda p, who, r: p.set_due(who, r, DAY), ChangeKind.DUE, True, "changes_of_due", id="due"),
    pytest.param(
        lambda p, who, r: p.describe(who, r, "It broke, then it burnt."), ChangeKind.DESCRIBED, True, "", id="describe"
    ),
    pytest.param(lambda p, who, r: p.commit(who, r), ChangeKind.REFERENCED, True, "references", id="commit"),
]  # fmt: skip


@pytest.mark.parametrize(("act", "kind", "is_progress", "lack"), PEOPLE)
@pytest.mark.parametrize(
    ("who", "actor_kind"),
    [("ben", ActorKind.PERSON), ("robo[bot]", ActorKind.BOT), (OURS, ActorKind.OURS)],
    ids=["person", "bot", "ours"],
)
def test_what_is_done_to_a_ticket_is_told_with_who_did_it(
    stage: Stage, act: Doing, kind: ChangeKind, is_progress: bool, lack: str, who: str, actor_kind: ActorKind
) -> None:
    """A person's doing may be progress; a bot's and our own never is (P5)."""
    ref = stage.reported()
    before = {change.id for change in stage.tracker.fetch_ticket(ref).changes}
    stage.later()
    act(stage.people, who, ref)
    new = [change for change in stage.tracker.fetch_ticket(ref).changes if change.id not in before]
    if lack and getattr(stage.lacks, lack):
        assert kind not in [change.kind for change in new]
        return
    (change,) = [change for change in new if change.kind is kind]
    assert (change.actor.account, change.actor.kind) == (who, actor_kind)
    assert change.at == START + dt.timedelta(seconds=1)
    assert change.is_progress is (is_progress and actor_kind is ActorKind.PERSON)


def test_unassigning_and_reopening_are_told_too(stage: Stage) -> None:
    ref = stage.reported()
    stage.people.assign("ada", ref, "ben")
    stage.people.close("ada", ref)
    stage.later()
    stage.people.assign("ada", ref)
    stage.people.reopen("ada", ref)
    ticket = stage.tracker.fetch_ticket(ref)
    kinds = [change.kind for change in ticket.changes if change.at > START]
    assert set(kinds) >= {ChangeKind.UNASSIGNED, ChangeKind.REOPENED}
    assert (ticket.is_open, ticket.assignees) == (True, ())


def test_changes_are_in_order_of_time_with_ids_that_stay(stage: Stage) -> None:
    ref = stage.reported()
    for label in ("one", "two", "three"):
        stage.later()
        stage.people.label("ben", ref, label)
    changes = stage.tracker.fetch_ticket(ref).changes
    assert [change.at for change in changes] == sorted(change.at for change in changes)
    assert changes[0].kind is ChangeKind.OPENED
    assert len({change.id for change in changes}) == len(changes)
    stage.later()
    stage.people.comment("ben", ref, "nothing more")
    assert stage.tracker.fetch_ticket(ref).changes == changes
