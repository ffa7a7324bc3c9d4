"""Several issues at once: in how many requests they are read, the first time and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import Gone, Refused, Temporary
from connectors.jira.adf import adf_of
from connectors.metering import RequestCount
from connectors.sandbox.http import Request, Response
from connectors.sandbox.jira_api import JiraApi
from rules.facts import Ticket
from rules.refs import Place, TicketRef
from tests.connectors.jira.jira_house import OPS, JiraHouse, draft, marker

#: More comments than several issues bring with them, and more changes.
MANY = 150


@contextmanager
def counted(house: JiraHouse, reads: int, writes: int = 0) -> Iterator[None]:
    """What is done inside takes so many requests, once we know who we are."""
    house.tracker.who_we_are()
    before = house.tracker.requests.snapshot()
    yield
    assert house.tracker.requests.snapshot().since(before) == RequestCount(reads, writes)


def fetched(house: JiraHouse, *refs: TicketRef) -> dict[TicketRef, Ticket]:
    found = house.tracker.fetch_tickets(refs)
    assert all(isinstance(ticket, Ticket) for ticket in found.values()), found
    return {ref: ticket for ref, ticket in found.items() if isinstance(ticket, Ticket)}


def with_history(house: JiraHouse, ref: TicketRef, number: int = MANY) -> None:
    for count in range(number):
        house.site.set_title("ana", ref.key, f"title {count}")


def with_thread(house: JiraHouse, ref: TicketRef, number: int = MANY) -> None:
    for count in range(number):
        house.site.comment_on("ana", ref.key, adf_of(f"comment {count}"))


def test_a_dozen_issues_are_read_in_one_request(house: JiraHouse) -> None:
    refs = [house.opened(title=f"Number {number}") for number in range(12)]
    with counted(house, reads=1):
        found = fetched(house, *refs)
    assert [ticket.title for ticket in found.values()] == [f"Number {number}" for number in range(12)]


def test_the_markers_of_all_our_comments_take_one_more_and_that_once(house: JiraHouse) -> None:
    refs = [house.opened() for _ in range(5)]
    for ref in refs:
        house.tracker.post_comment(ref, "Where this stands", marker("status"))
    with counted(house, reads=2):
        first = fetched(house, *refs)
    with counted(house, reads=1):
        assert fetched(house, *refs) == first
    assert {one.marker.key for ticket in first.values() for one in ticket.comments if one.marker} == {"status"}


def test_a_comment_of_ours_that_was_edited_is_asked_for_its_marker_anew(house: JiraHouse) -> None:
    refs = [house.opened() for _ in range(2)]
    comment = house.tracker.post_comment(refs[0], "Where this stands", marker("status"))
    fetched(house, *refs)
    house.later(seconds=1)
    house.tracker.edit_comment(refs[0], comment, "Where this stands now", marker("status", "other"))
    with counted(house, reads=2):
        (shown,) = fetched(house, *refs)[refs[0]].comments
    assert shown.marker == marker("status", "other")


@pytest.mark.parametrize(
    ("grow", "first_reads"),
    [
        pytest.param(with_history, 2, id="history"),  # the changelogs of all that are longer
        pytest.param(with_thread, 3, id="thread"),  # two pages of comments
    ],
)
def test_what_is_long_costs_more_the_first_time_only(
    house: JiraHouse, grow: Callable[[JiraHouse, TicketRef], None], first_reads: int
) -> None:
    long, short = house.opened(), house.opened()
    grow(house, long)
    with counted(house, reads=first_reads):
        first = fetched(house, long, short)
    with counted(house, reads=1):
        assert fetched(house, long, short) == first
    assert max(len(first[long].comments), len(first[long].changes)) >= MANY


def test_a_long_history_that_grew_is_put_together_from_both_readings(house: JiraHouse) -> None:
    long, short = house.opened(), house.opened()
    with_history(house, long)
    fetched(house, long, short)
    with_history(house, long, 30)
    with counted(house, reads=1):
        found = fetched(house, long, short)[long]
    assert found.changes == house.connect().fetch_ticket(long).changes


def test_a_long_history_with_a_hole_between_both_readings_is_read_whole(house: JiraHouse) -> None:
    long, short = house.opened(), house.opened()
    with_history(house, long)
    fetched(house, long, short)
    with_history(house, long, 60)
    with counted(house, reads=2):
        found = fetched(house, long, short)[long]
    assert found.changes == house.connect().fetch_ticket(long).changes


ACTS: dict[str, Callable[[JiraHouse, str, Any], Any]] = {
    "one-more": lambda house, key, _: house.site.comment_on("ben", key, adf_of("/ack")),
    "edited": lambda house, _, comment: house.site.edit_comment("ana", comment.id, adf_of("/ack")),
    "deleted": lambda house, _, comment: house.site.delete_comment("ana", comment.id),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_long_thread_in_which_anything_changed_is_read_again(
    house: JiraHouse, act: Callable[[JiraHouse, str, Any], Any]
) -> None:
    long, short = house.opened(), house.opened()
    with_thread(house, long)
    before = fetched(house, long, short)[long]
    house.later(seconds=1)
    act(house, long.key, house.site.ticket(long.key).comments[40])
    after = fetched(house, long, short)[long]
    assert after.comments != before.comments
    assert after == house.connect().fetch_ticket(long)


def test_an_issue_that_moved_is_found_beside_others(house: JiraHouse) -> None:
    stays, moves = house.opened(title="Stays"), house.opened(title="Moves")
    with house.site.lock:
        ticket = house.site.ticket(moves.key)
        ticket.container, ticket.key = "DESK", "DESK-77"
        house.site.by_key["DESK-77"] = ticket.uid
    found = fetched(house, stays, moves)
    assert [found[ref].ref.key for ref in (stays, moves)] == ["OPS-1", "DESK-77"]


def test_one_that_jira_could_not_read_is_no_reason_to_take_it_for_gone(house: JiraHouse) -> None:
    there, deleted = house.opened(), house.opened()
    house.site.delete_ticket(deleted.key)
    assert isinstance(house.tracker.fetch_tickets([there, deleted])[deleted], Gone)
    house.fault("error-500", "POST", "bulkfetch")
    with pytest.raises(Temporary):
        house.tracker.fetch_tickets([there, deleted])


class Choosy(JiraApi):
    """A Jira that cannot bring one of its issues together with others.
    https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulkfetch-post"""

    too_large = ""

    def handle(self, request: Request) -> Response:
        answer = super().handle(request)
        if request.path.endswith("/bulkfetch"):
            issues, failed = [], []
            for one in answer.body["issues"]:
                (failed if one["key"] == self.too_large else issues).append(one)
            errors = [{"id": one["id"], "errorMessage": "The payload is too large."} for one in failed]
            return replace(answer, body={"issues": issues, "issueErrors": errors})
        return answer


def test_one_that_is_too_large_to_come_with_others_is_read_alone(house: JiraHouse) -> None:
    """P7: it would else hold up its case at each look."""
    api = Choosy(house.site, house.sandbox.url("jira"), house.clock.now)
    house.sandbox.mount(api)
    large, small = house.opened(title="Large"), house.opened(title="Small")
    api.too_large = large.key
    with counted(house, reads=2):
        assert [one.title for one in fetched(house, large, small).values()] == ["Large", "Small"]


# --- polling ------------------------------------------------------------------------------------


def test_all_projects_of_a_site_are_polled_by_one_search(house: JiraHouse) -> None:
    places = [OPS, Place("jira", "DESK")]
    cursors = {place: answer.cursor for place, answer in polled(house, dict.fromkeys(places, "")).items()}
    house.later(hours=1)
    refs = [house.opened(container=place.container) for place in places]
    with counted(house, reads=1):
        answers = polled(house, cursors)
    assert [[found.ref for found in answers[place].tickets] for place in places] == [[ref] for ref in refs]


def test_a_project_that_is_polled_for_the_first_time_asks_nothing(house: JiraHouse) -> None:
    cursor = house.tracker.changed(OPS, "").cursor
    desk = Place("jira", "DESK")
    house.opened(container="DESK")
    with counted(house, reads=1):
        answers = polled(house, {OPS: cursor, desk: ""})
    assert answers[desk].tickets == ()


def test_the_search_reaches_back_to_the_oldest_of_the_cursors(house: JiraHouse) -> None:
    old = house.tracker.changed(OPS, "").cursor
    house.later(minutes=1)
    ref = house.opened()
    house.later(hours=3)
    desk = Place("jira", "DESK")
    answers = polled(house, {OPS: old, desk: house.tracker.changed(desk, "").cursor})
    assert [found.ref for found in answers[OPS].tickets] == [ref]


def test_a_project_of_which_we_may_not_ask_is_told_apart_from_the_others(house: JiraHouse) -> None:
    cursor = house.tracker.changed(OPS, "").cursor
    ref = house.opened()
    lost = Place("jira", "LOST")
    answers = house.tracker.changed_in({OPS: cursor, lost: cursor})
    assert "LOST" in str(answers[lost])
    assert isinstance(answers[lost], Exception)
    assert not isinstance(answers[OPS], Exception)
    assert [found.ref for found in answers[OPS].tickets] == [ref]


def test_a_project_that_is_refused_costs_one_search_more_for_as_long_as_it_is(house: JiraHouse) -> None:
    """And not one for each of the others."""
    cursor = house.tracker.changed(OPS, "").cursor
    places = [OPS, Place("jira", "LOST"), Place("jira", "DESK")]
    cursors = dict.fromkeys(places, cursor)
    searched = []
    for _ in range(4):
        before = house.tracker.requests.snapshot().reads
        answers = house.tracker.changed_in(cursors)
        searched.append(house.tracker.requests.snapshot().reads - before)
        assert [place for place in places if isinstance(answers[place], Refused)] == places[1:2]
        house.later(minutes=10)
    assert searched[1:] == [2, 2, 2]


def test_our_tickets_are_told_by_their_marker_in_a_poll(house: JiraHouse) -> None:
    cursor = house.tracker.changed(OPS, "").cursor
    opened = house.tracker.open_ticket(draft(), marker("opened", "action"))
    (found,) = polled(house, {OPS: cursor})[OPS].tickets
    assert (found.ref, found.marker) == (opened.ref, marker("opened", "action"))


def polled(house: JiraHouse, cursors: dict[Place, str]) -> dict[Place, Any]:
    return dict(house.tracker.changed_in(cursors))


def test_a_comment_of_ours_that_was_edited_in_the_very_moment_of_its_reading_is_read_anew(house: JiraHouse) -> None:
    """P3: with the marker of before it would look as if the edit had not been done, again and again."""
    refs = [house.opened() for _ in range(2)]
    comment = house.tracker.post_comment(refs[0], "Where this stands", marker("status"))
    fetched(house, *refs)
    house.tracker.edit_comment(refs[0], comment, "Where this stands now", marker("status", "other"))
    (shown,) = fetched(house, *refs)[refs[0]].comments
    assert shown.marker == marker("status", "other")
