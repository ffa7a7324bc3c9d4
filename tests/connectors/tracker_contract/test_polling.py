"""What changed since the last poll, and what bears a label."""

from __future__ import annotations

import pytest

from tests.connectors.contract_stage import OUR_LABEL, Act, Stage, marker


def _poll(stage: Stage, cursor: str) -> tuple[set[str], str]:
    changes = stage.tracker.changed(stage.place, cursor)
    return {found.ref.key for found in changes.tickets}, changes.cursor


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda stage, ref: stage.people.label("ben", ref, "failure"), id="label"),
        pytest.param(lambda stage, ref: stage.people.comment("ben", ref, "hello"), id="comment"),
        pytest.param(lambda stage, ref: stage.people.close("ben", ref), id="closed"),
        pytest.param(lambda stage, ref: stage.people.assign("ada", ref, "ben"), id="assigned"),
        pytest.param(lambda stage, ref: stage.tracker.post_comment(ref, "ours", marker()), id="our-own-comment"),
    ],
)
def test_a_poll_tells_what_changed_since_the_one_before(stage: Stage, act: Act) -> None:
    ref = stage.reported(labels=())
    stage.later(7200)
    quiet = stage.reported("Nothing happens here", labels=())
    stage.later(7200)
    _, cursor = _poll(stage, "")
    stage.later(30)
    act(stage, ref)
    stage.later(30)
    keys, cursor = _poll(stage, cursor)
    assert (ref.key in keys, quiet.key in keys) == (True, False)


def test_polls_skip_nothing_that_happens_at_the_very_moment_of_a_poll(stage: Stage) -> None:
    """Several tickets change in the same instant, some before a poll and some after it."""
    refs = [stage.reported(f"Number {number}", labels=()) for number in range(6)]
    stage.later(7200)
    _, cursor = _poll(stage, "")
    stage.later(60)
    for ref in refs[:3]:
        stage.people.label("ben", ref, "failure")
    seen, cursor = _poll(stage, cursor)
    for ref in refs[3:]:
        stage.people.label("ben", ref, "failure")
    stage.later(60)
    more, cursor = _poll(stage, cursor)
    assert seen >= {ref.key for ref in refs[:3]}
    assert more >= {ref.key for ref in refs[3:]}


def test_a_place_that_rests_is_told_of_no_more_after_a_while(stage: Stage) -> None:
    stage.reported()
    stage.later(7200)
    _, cursor = _poll(stage, "")
    stage.later(7200)
    keys, _ = _poll(stage, cursor)
    assert keys == set()


def test_a_poll_brings_labels_and_markers_so_that_nothing_need_be_fetched(stage: Stage) -> None:
    stage.later(7200)
    _, cursor = _poll(stage, "")
    stage.later(60)
    ref = stage.reported(labels=("failure",))
    ours = stage.tracker.open_ticket(stage.draft(), marker())
    found = {one.ref: one for one in stage.tracker.changed(stage.place, cursor).tickets}
    assert (found[ref].labels, found[ref].marker) == (("failure",), None)
    assert (found[ours.ref].marker, OUR_LABEL in found[ours.ref].labels) == (marker(), True)


def test_all_tickets_with_a_label_are_listed_open_and_closed_and_no_others(stage: Stage) -> None:
    still_open, closed = stage.reported("One"), stage.reported("Two")
    stage.reported("Three", labels=("failures",))
    stage.people.close("ben", closed)
    found = {one.ref: one.is_closed for one in stage.tracker.labelled(stage.place, "failure")}
    assert found == {still_open: False, closed: True}


@pytest.mark.parametrize(("typed", "asked"), [("Failure", "failure"), ("failure", "FAILURE")])
def test_tickets_with_a_label_are_listed_however_it_is_capitalised(stage: Stage, typed: str, asked: str) -> None:
    ref = stage.reported(labels=(typed,))
    stage.later(7200)  # so that the search knows it, too
    assert [one.ref for one in stage.tracker.labelled(stage.place, asked)] == [ref]
