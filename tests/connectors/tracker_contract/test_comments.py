"""Comments are posted, edited and taken back, and their markers are believed where our account wrote them."""

from __future__ import annotations

import datetime as dt

import pytest

from connectors.errors import Refused
from connectors.markers import MarkerCodec
from rules.facts import ActorKind
from tests.connectors.contract_stage import CODEC, OURS, START, Stage, marker


def test_a_comment_is_ours_and_carries_its_marker_out_of_sight(stage: Stage) -> None:
    ref = stage.reported()
    comment_id = stage.tracker.post_comment(ref, "Please **say** when.", marker(kind="reminder"))
    (comment,) = stage.tracker.fetch_ticket(ref).comments
    assert (comment.id, comment.body) == (comment_id, "Please **say** when.")
    assert (comment.marker, comment.author.kind) == (marker(kind="reminder"), ActorKind.OURS)
    assert (comment.at, comment.edited_at) == (START, None)


def test_an_edited_comment_stays_in_its_place_with_its_new_text_and_marker(stage: Stage) -> None:
    ref = stage.reported()
    comment_id = stage.tracker.post_comment(ref, "one", marker(kind="status", extra="one"))
    stage.people.comment("ben", ref, "thanks")
    stage.later(60)
    stage.tracker.edit_comment(ref, comment_id, "two", marker(kind="status", extra="two"))
    first, second = stage.tracker.fetch_ticket(ref).comments
    assert (first.id, first.body, first.marker) == (comment_id, "two", marker(kind="status", extra="two"))
    assert (first.at, first.edited_at) == (START, START + dt.timedelta(seconds=60))
    assert second.body == "thanks"


def test_an_answer_to_some_readers_is_read_by_no_others(stage: Stage) -> None:
    """P14: neither when it is written nor when it is edited; where that cannot be it is refused."""
    ref = stage.reported()
    stage.people.comment("ben", ref, "for us", is_internal=True)
    (asked,) = stage.tracker.fetch_ticket(ref).comments
    if not asked.is_restricted:
        with pytest.raises(Refused):
            stage.tracker.post_comment(ref, "for us alone", marker(), "somebody")
        return
    comment_id = stage.tracker.post_comment(ref, "for us alone", marker(), asked.readers)
    stage.tracker.edit_comment(ref, comment_id, "for us alone still", marker(), asked.readers)
    _, answer = stage.tracker.fetch_ticket(ref).comments
    assert (answer.body, answer.readers) == ("for us alone still", asked.readers)


def test_a_retracted_comment_is_out_of_sight_and_retracting_again_is_fine(stage: Stage) -> None:
    ref = stage.reported()
    comment_id = stage.tracker.post_comment(ref, "twice", marker())
    stage.tracker.retract_comment(ref, comment_id)
    stage.tracker.retract_comment(ref, comment_id)
    assert stage.tracker.fetch_ticket(ref).comments == ()


def test_edits_are_silent_until_a_tracker_refuses_that(stage: Stage) -> None:
    """P9: an account that may only write edits its own comments without telling anybody."""
    ref = stage.reported()
    comment_id = stage.tracker.post_comment(ref, "once", marker())
    assert stage.tracker.edits_silently(ref) is not bool(stage.lacks.silent_edits)
    stage.tracker.edit_comment(ref, comment_id, "twice", marker())
    assert stage.tracker.edits_silently(ref) is not bool(stage.lacks.silent_edits)


def test_peoples_comments_come_in_order_with_their_authors(stage: Stage) -> None:
    ref = stage.reported()
    for who in ("ben", "robo[bot]", "eve"):
        stage.later()
        stage.people.comment(who, ref, f"{who} was here")
    comments = stage.tracker.fetch_ticket(ref).comments
    told = [(comment.author.account, comment.author.kind, comment.body) for comment in comments]
    assert told == [
        ("ben", ActorKind.PERSON, "ben was here"),
        ("robo[bot]", ActorKind.BOT, "robo[bot] was here"),
        ("eve", ActorKind.PERSON, "eve was here"),
    ]
    assert all(comment.marker is None for comment in comments)


# --- markers -----------------------------------------------------------------------------------


def test_a_marker_that_a_person_copied_is_not_believed(stage: Stage) -> None:
    ref = stage.reported()
    comment_id = stage.tracker.post_comment(ref, "Said once.", marker(kind="reminder"))
    stage.later()
    stage.people.copy_comment("ben", ref, comment_id)
    first, copy = stage.tracker.fetch_ticket(ref).comments
    assert (first.marker, copy.marker) == (marker(kind="reminder"), None)
    assert stage.tracker.find_comments(ref, marker().key) == (comment_id,)


def test_a_ticket_that_a_person_copied_is_not_taken_for_ours(stage: Stage) -> None:
    bookmark = stage.tracker.bookmark(stage.place)
    found = stage.tracker.open_ticket(stage.draft(), marker())
    copy = stage.people.copy_ticket("ben", found.ref)
    assert stage.tracker.fetch_ticket(copy).marker is None
    assert [one.ref for one in stage.tracker.find_opened(stage.place, marker().key, bookmark)] == [found.ref]


def test_a_marker_of_another_installation_is_not_believed(stage: Stage) -> None:
    """Two installations may speak as one account: neither takes the other's writing for its own."""
    found = stage.tracker.open_ticket(stage.draft(), marker())
    others = MarkerCodec("others", b"another secret")
    stage.people.rewrite(OURS, found.ref, CODEC.write(marker()), others.write(marker()))
    stage.later()
    stage.people.label("ada", found.ref, "touched")  # so that no cache may answer
    assert stage.tracker.fetch_ticket(found.ref).marker is None
