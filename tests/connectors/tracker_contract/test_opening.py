"""A ticket is opened as it was drafted, and found again after an answer that said nothing (P3)."""

from __future__ import annotations

import datetime as dt

import pytest

from connectors.errors import Refused
from rules.facts import ActorKind, Resolution, Status
from tests.connectors.contract_stage import OUR_LABEL, OURS, START, Stage, marker


def test_an_opened_ticket_shows_what_was_asked_for_and_its_marker(stage: Stage) -> None:
    due_on = dt.date(2026, 12, 1)
    draft = stage.draft(labels=(OUR_LABEL, "action"), assignee="ben", due_on=due_on)
    found = stage.tracker.open_ticket(draft, marker())
    ticket = stage.tracker.fetch_ticket(found.ref)
    assert (ticket.ref, ticket.uid, ticket.marker) == (found.ref, found.uid, marker())
    assert (ticket.title, ticket.body) == ("Look at alerts", "Why did none go off?")
    assert set(ticket.labels) == {OUR_LABEL, "action"}
    assert [actor.account for actor in ticket.assignees] == ["ben"]
    assert ticket.due_on == (None if stage.lacks.due_dates else due_on)
    assert (ticket.reporter.account, ticket.reporter.kind) == (OURS, ActorKind.OURS)
    assert (ticket.status, ticket.resolution, ticket.created_at) == (Status.NEW, Resolution.NONE, START)


def test_opening_tells_the_marker_that_it_wrote(stage: Stage) -> None:
    found = stage.tracker.open_ticket(stage.draft(), marker())
    assert (found.marker, found.is_closed) == (marker(), False)
    assert OUR_LABEL in found.labels


@pytest.mark.parametrize("title", ["two\nlines\r\nand\ttabs", "  spaces \u2028 and separators  "])
def test_a_title_becomes_one_line(stage: Stage, title: str) -> None:
    found = stage.tracker.open_ticket(stage.draft(title=title), marker())
    assert stage.tracker.fetch_ticket(found.ref).title == " ".join(title.split())


@pytest.mark.parametrize(
    "words",
    ["lorem ipsum ", "Ärger über Öfen ", "письмо из дома ", "数据库 没有 响应 ", "مرحبا بكم ", "नमस्ते दुनिया ", "🚒🧯 "],
    ids=["latin", "umlauts", "cyrillic", "chinese", "arabic", "hindi", "emoji"],
)
def test_a_long_text_in_any_script_keeps_its_beginning_and_its_marker(stage: Stage, words: str) -> None:
    """60,000 characters are more than Jira takes: there the end is left out, and a sentence says so."""
    line = (words * 10).strip()
    body = "\n\n".join(line for _ in range(60_000 // (len(line) + 2)))
    found = stage.tracker.open_ticket(stage.draft(body=body), marker())
    comment_id = stage.tracker.post_comment(found.ref, body, marker("comment", "reminder"))
    ticket = stage.tracker.fetch_ticket(found.ref)
    (comment,) = ticket.comments
    assert (ticket.marker, comment.id, comment.marker) == (marker(), comment_id, marker("comment", "reminder"))
    for text in (ticket.body, comment.body):
        if stage.lacks.texts_over:
            assert text[:30_000] == body[:30_000]
            assert "shortened here" in text[-200:]
        else:
            assert text == body


def test_somebody_who_cannot_be_assigned_does_not_keep_a_ticket_from_being_opened(stage: Stage) -> None:
    if stage.lacks.strangers:
        with pytest.raises(Refused):
            stage.tracker.open_ticket(stage.draft(assignee="nobody"), marker())
        return
    found = stage.tracker.open_ticket(stage.draft(assignee="nobody"), marker())
    assert stage.tracker.fetch_ticket(found.ref).assignees == ()


# --- reading back ------------------------------------------------------------------------------


def test_what_was_opened_after_the_bookmark_is_found_by_its_key_oldest_first(stage: Stage) -> None:
    stage.reported()
    stage.later(3600)
    bookmark = stage.tracker.bookmark(stage.place)
    assert stage.tracker.find_opened(stage.place, marker().key, bookmark) == ()
    first = stage.tracker.open_ticket(stage.draft(), marker())
    stage.tracker.open_ticket(stage.draft(), marker("anotherkey"))
    stage.later()
    second = stage.tracker.open_ticket(stage.draft(), marker())
    found = stage.tracker.find_opened(stage.place, marker().key, bookmark)
    assert [(one.ref, one.uid, one.marker) for one in found] == [
        (first.ref, first.uid, marker()),
        (second.ref, second.uid, marker()),
    ]


def test_a_ticket_that_somebody_else_opens_meanwhile_does_not_hide_ours(stage: Stage) -> None:
    bookmark = stage.tracker.bookmark(stage.place)
    for number in range(120):  # more than a page
        stage.reported(f"Noise {number}", labels=())
    ours = stage.tracker.open_ticket(stage.draft(), marker())
    for number in range(120):
        stage.reported(f"More noise {number}", labels=())
    assert [one.ref for one in stage.tracker.find_opened(stage.place, marker().key, bookmark)] == [ours.ref]


def test_our_comments_are_found_by_their_key_oldest_first(stage: Stage) -> None:
    ref = stage.reported()
    first = stage.tracker.post_comment(ref, "a", marker("sought"))
    for number in range(110):  # more than a page
        stage.people.comment("ben", ref, f"noise {number}")
    stage.tracker.post_comment(ref, "b", marker("other"))
    stage.later()
    second = stage.tracker.post_comment(ref, "a", marker("sought"))
    assert stage.tracker.find_comments(ref, "sought") == (first, second)
    assert stage.tracker.find_comments(ref, "nothing") == ()
