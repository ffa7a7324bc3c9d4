"""Labels, owners, links and twins: what converges, however often it is asked for."""

from __future__ import annotations

import pytest

from connectors.errors import Refused
from connectors.tracker import TWIN_LABEL, Link
from rules.facts import ActorKind, ChangeKind
from rules.refs import TicketRef
from tests.connectors.contract_stage import Stage, marker


def test_a_label_is_put_on_once_and_a_person_who_takes_it_off_is_in_the_history(stage: Stage) -> None:
    ref = stage.reported(labels=())
    for _ in range(2):
        stage.tracker.add_label(ref, "escalated")
    assert stage.tracker.fetch_ticket(ref).labels == ("escalated",)
    stage.later()
    stage.people.unlabel("ben", ref, "escalated")
    ticket = stage.tracker.fetch_ticket(ref)
    told = [(c.kind, c.actor.kind, c.old or c.new) for c in ticket.changes if "LABELLED" in c.kind.name]
    assert ticket.labels == ()
    assert told == [
        (ChangeKind.LABELLED, ActorKind.OURS, "escalated"),
        (ChangeKind.UNLABELLED, ActorKind.PERSON, "escalated"),
    ]


def test_a_label_of_several_words_is_put_on_as_the_tracker_can_have_it(stage: Stage) -> None:
    ref = stage.reported(labels=())
    for _ in range(2):
        stage.tracker.add_label(ref, "good first issue")
    (label,) = stage.tracker.fetch_ticket(ref).labels
    assert label in ("good first issue", "good-first-issue")


def test_somebody_is_made_an_assignee_and_the_history_says_that_it_was_us(stage: Stage) -> None:
    ref = stage.reported()
    for _ in range(2):
        stage.tracker.assign(ref, "ben")
    ticket = stage.tracker.fetch_ticket(ref)
    assert [actor.account for actor in ticket.assignees] == ["ben"]
    told = [(c.actor.kind, c.new, c.is_progress) for c in ticket.changes if c.kind is ChangeKind.ASSIGNED]
    assert told == [(ActorKind.OURS, "ben", False)]


def test_assigning_leaves_other_assignees_alone_where_there_may_be_several(stage: Stage) -> None:
    ref = stage.reported()
    stage.people.assign("ada", ref, "ada")
    stage.tracker.assign(ref, "ben")
    wanted = ["ben"] if stage.lacks.several_assignees else ["ada", "ben"]
    assert [actor.account for actor in stage.tracker.fetch_ticket(ref).assignees] == wanted


def test_assigning_a_stranger_is_refused(stage: Stage) -> None:
    ref = stage.reported()
    with pytest.raises(Refused):
        stage.tracker.assign(ref, "nobody")


def test_a_link_sent_twice_is_one_link(stage: Stage) -> None:
    parent = stage.reported()
    child = stage.tracker.open_ticket(stage.draft(), marker())
    if stage.lacks.sub_issues:
        link = Link(TicketRef("github", "acme/shop#7"), "7", "http://127.0.0.1/shop/7", "Seven", "relates", "thekey")
    else:
        link = Link(child.ref, child.uid, "http://127.0.0.1/2", "Two", "sub-issue", "thekey")
    was_written = [stage.tracker.link(parent, link) for _ in range(2)]
    assert was_written == [True, False], "of what stood already nothing is said"
    if stage.lacks.sub_issues:
        assert stage.people.links(parent) == 1
    else:
        links = [(one.target, one.relation) for one in stage.tracker.fetch_ticket(child.ref).links]
        assert links == [(parent.key, "parent")]


def test_a_double_is_labelled_and_closed_and_doing_so_again_is_fine(stage: Stage) -> None:
    original = stage.tracker.open_ticket(stage.draft(), marker())
    double = stage.tracker.open_ticket(stage.draft(), marker())
    for _ in range(2):
        stage.tracker.close_twin(double.ref, original.ref)
    closed = stage.tracker.fetch_ticket(double.ref)
    assert (closed.is_open, TWIN_LABEL in closed.labels) == (False, True)
    assert [change.kind for change in closed.changes].count(ChangeKind.CLOSED) == 1
    assert stage.tracker.fetch_ticket(original.ref).is_open
