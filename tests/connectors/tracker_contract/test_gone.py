"""What was deleted is gone; what moved is found."""

from __future__ import annotations

import pytest

from connectors.errors import Gone
from tests.connectors.contract_stage import Act, Stage, marker


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda stage, ref: stage.tracker.fetch_ticket(ref), id="fetch"),
        pytest.param(lambda stage, ref: stage.tracker.post_comment(ref, "hello", marker()), id="comment"),
        pytest.param(lambda stage, ref: stage.tracker.edit_comment(ref, "424242", "hello", marker()), id="edit"),
        pytest.param(lambda stage, ref: stage.tracker.add_label(ref, "escalated"), id="label"),
        pytest.param(lambda stage, ref: stage.tracker.assign(ref, "ben"), id="assign"),
        pytest.param(lambda stage, ref: stage.tracker.find_comments(ref, "key"), id="find-comments"),
    ],
)
def test_a_ticket_that_was_deleted_is_gone(stage: Stage, act: Act) -> None:
    ref = stage.reported()
    stage.tracker.fetch_ticket(ref)
    stage.people.delete("ada", ref)
    with pytest.raises(Gone):
        act(stage, ref)


def test_editing_a_comment_that_a_person_deleted_says_that_it_is_gone(stage: Stage) -> None:
    ref = stage.reported()
    comment_id = stage.tracker.post_comment(ref, "one", marker())
    stage.people.delete_comment("ada", ref, comment_id)
    with pytest.raises(Gone):
        stage.tracker.edit_comment(ref, comment_id, "two", marker())


def test_a_ticket_that_moved_is_found_at_its_old_address_and_tells_its_new_one(stage: Stage) -> None:
    ref = stage.reported()
    new = stage.people.move("ada", ref)
    ticket = stage.tracker.fetch_ticket(ref)
    assert (ticket.ref, ticket.title) == (new, "The shop is down")
    assert new != ref
