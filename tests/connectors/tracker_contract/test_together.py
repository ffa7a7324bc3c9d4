"""What is asked of several tickets or places at once is answered for each, whatever becomes of the others."""

from __future__ import annotations

import re

import pytest

from connectors.errors import Gone, Refused
from connectors.tracker import Changes
from rules.facts import Ticket
from rules.refs import Place, TicketRef
from tests.connectors.contract_stage import Stage, marker


def test_tickets_asked_for_together_are_those_asked_for_alone(stage: Stage) -> None:
    """Comments, history and markers too: which way a ticket was read must make no difference to what is decided."""
    refs = [stage.reported(f"Number {number}") for number in range(3)]
    opened = stage.tracker.open_ticket(stage.draft(), marker()).ref
    stage.later()
    stage.people.comment("ben", refs[0], "/ack We look into it.")
    stage.tracker.post_comment(refs[1], "Where this stands", marker("st"))
    stage.people.label("ben", refs[1], "sev1")
    stage.people.close("ada", refs[2])
    found = stage.tracker.fetch_tickets([*refs, opened])
    assert list(found) == [*refs, opened]
    assert [found[ref] for ref in (*refs, opened)] == [stage.tracker.fetch_ticket(ref) for ref in (*refs, opened)]


def test_of_tickets_asked_for_together_one_that_is_gone_keeps_nothing_from_the_others(stage: Stage) -> None:
    there, deleted = stage.reported("Stays"), stage.reported("Goes")
    stage.people.delete("ada", deleted)
    never = TicketRef(there.tracker, re.sub(r"[0-9]+$", "4242", there.key))
    found = stage.tracker.fetch_tickets([there, deleted, never])
    assert isinstance(found[deleted], Gone)
    assert isinstance(found[never], Gone)
    assert [(ref, ticket.title) for ref, ticket in found.items() if isinstance(ticket, Ticket)] == [(there, "Stays")]


def test_of_tickets_asked_for_together_one_that_moved_tells_its_new_address(stage: Stage) -> None:
    there, moved = stage.reported("Stays"), stage.reported("Moves")
    new = stage.people.move("ada", moved)
    found = stage.tracker.fetch_tickets([there, moved])
    assert [ticket.ref for ticket in found.values() if isinstance(ticket, Ticket)] == [there, new]


def test_asking_for_no_ticket_at_all_is_no_mistake(stage: Stage) -> None:
    assert stage.tracker.fetch_tickets([]) == {}
    assert stage.tracker.changed_in({}) == {}


def test_places_polled_together_tell_what_they_tell_alone(stage: Stage) -> None:
    cursor = stage.tracker.changed(stage.place, "").cursor
    stage.later(600)
    here = stage.reported("Here")
    stage.later(30)
    assert _told(stage.tracker.changed_in({stage.place: cursor})[stage.place]) >= {here}


def test_of_places_polled_together_one_that_is_no_place_keeps_nothing_from_the_others(stage: Stage) -> None:
    if stage.name.startswith("memory"):
        pytest.skip("the in-memory tracker takes a place of which nobody knows for an empty one")
    cursor = stage.tracker.changed(stage.place, "").cursor
    stage.later(600)
    here = stage.reported("Here")
    stage.later(30)
    strange = Place(stage.place.tracker, "acme/never-was" if "/" in stage.place.container else "NEVER")
    answers = stage.tracker.changed_in({strange: cursor, stage.place: cursor})
    assert isinstance(answers[strange], Refused)
    assert here in _told(answers[stage.place])


def _changes(answer: object) -> Changes:
    assert isinstance(answer, Changes)
    return answer


def _told(answer: object) -> set[TicketRef]:
    return {found.ref for found in _changes(answer).tickets}
