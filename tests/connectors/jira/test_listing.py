"""Listing: nothing is missed, though the search lags; nothing is paid for that is not needed."""

from __future__ import annotations

import datetime as dt

import pytest

from connectors.access import Access, Secret
from connectors.errors import Refused, Temporary
from connectors.jira.tracker import JiraTracker
from connectors.tracker import Changes
from rules.refs import Place, TicketRef
from tests.connectors.jira.jira_house import CODEC, OPS, START, DataCenterHouse, JiraHouse, draft, marker
from tests.connectors.jira.scripted import Reply, Scripted


def keys(changes: Changes) -> list[str]:
    return [found.ref.key for found in changes.tickets]


def test_an_empty_cursor_starts_now_and_costs_nothing_but_knowing_us(house: JiraHouse) -> None:
    house.opened()
    first = house.tracker.changed(OPS, "")
    assert (first.tickets, first.cursor) == ((), START.isoformat())


def test_what_changed_since_the_cursor_is_told_and_what_did_not_is_not(house: JiraHouse) -> None:
    old, touched = house.opened(), house.opened(labels=("failure",))
    house.opened(container="DESK")
    house.later(hours=2)
    cursor = house.tracker.changed(OPS, "").cursor
    house.later(minutes=1)
    house.site.set_title("ana", touched.key, "changed")
    before = house.tracker.requests.snapshot()
    changes = house.tracker.changed(OPS, cursor)
    assert house.tracker.requests.snapshot().since(before) == (1, 0)
    assert keys(changes) == [touched.key]
    assert changes.tickets[0].labels == ("failure",)
    assert old.key not in keys(changes)
    assert changes.cursor == (START + dt.timedelta(hours=2, minutes=1)).isoformat()


def test_a_poll_overlaps_the_one_before_by_what_the_search_may_lag() -> None:
    with JiraHouse(search_lag_s=200) as house:
        house.later(hours=1)
        cursor = house.tracker.changed(OPS, "").cursor
        ref = house.opened()
        house.later(seconds=60)
        missed = house.tracker.changed(OPS, cursor)
        house.later(seconds=200)
        assert keys(missed) == []
        assert keys(house.tracker.changed(OPS, missed.cursor)) == [ref.key]


def test_more_changes_than_a_page_are_told_to_the_end(house: JiraHouse) -> None:
    cursor = house.tracker.changed(OPS, "").cursor
    for _ in range(230):
        house.opened()
    assert len(house.tracker.changed(OPS, cursor).tickets) == 230


@pytest.mark.parametrize("cursor", ["yesterday", "2026-11-02", "12"])
def test_what_is_no_cursor_is_refused(house: JiraHouse, cursor: str) -> None:
    with pytest.raises(Refused):
        house.tracker.changed(OPS, cursor)


def test_a_lagging_search_hides_no_labelled_ticket() -> None:
    """P1: the newest tickets are read by key, for as long as the search may not know them."""
    with JiraHouse(search_lag_s=240) as house:
        old = house.opened(labels=("failure",))
        house.later(hours=1)
        closed = house.opened(labels=("failure",))
        house.site.close("ana", closed.key)
        house.opened(labels=("other",))
        new = house.opened(labels=("failure", "sev1"))
        found = house.tracker.labelled(OPS, "failure")
        assert [(one.ref, one.is_closed) for one in found] == [(old, False), (closed, True), (new, False)]


def test_a_label_that_was_just_taken_off_is_not_listed_where_we_can_see_it(house: JiraHouse) -> None:
    ref = house.opened(labels=("failure",))
    house.site.remove_label("ana", ref.key, "failure")
    assert house.tracker.labelled(OPS, "failure") == ()


def test_a_label_with_quotes_in_it_is_a_label_and_no_query(house: JiraHouse) -> None:
    house.opened(labels=("failure",))
    assert house.tracker.labelled(OPS, 'x" OR labels = "failure') == ()


# --- reading back -----------------------------------------------------------------------------


def test_a_ticket_that_was_opened_behind_our_back_is_found_by_its_key_range() -> None:
    """P3: by keys, since the search does not know it yet; also past others' tickets and by a new process."""
    with JiraHouse(search_lag_s=600) as house:
        house.opened()
        house.later(hours=1)
        bookmark = house.connect().bookmark(OPS)
        for _ in range(120):
            house.opened()
        found = house.connect().open_ticket(draft(), marker("sought"))
        house.tracker.open_ticket(draft(), marker("another"))
        again = house.connect().find_opened(OPS, "sought", bookmark)
        assert [(one.ref, one.marker) for one in again] == [(found.ref, marker("sought"))]


@pytest.mark.parametrize("new_house", [JiraHouse, DataCenterHouse])
def test_tickets_that_are_hidden_from_us_hide_none_of_ours_behind_them(new_house: type[JiraHouse]) -> None:
    """P3: of them, too, the search knows nothing yet. Data Center says 403 of each where Cloud leaves it out."""
    with new_house(search_lag_s=600) as house:
        house.site.places["OPS"].levels = {"10500": ("ana",)}
        house.opened()
        house.later(hours=1)
        bookmark = house.connect().bookmark(OPS)
        for _ in range(15):
            house.opened(level="10500")
        found = house.connect().open_ticket(draft(), marker("sought"))
        assert [one.ref for one in house.connect().find_opened(OPS, "sought", bookmark)] == [found.ref]


def test_after_the_bookmark_means_after_it(house: JiraHouse) -> None:
    house.tracker.open_ticket(draft(), marker("sought"))
    bookmark = house.tracker.bookmark(OPS)
    assert house.tracker.find_opened(OPS, "sought", bookmark) == ()
    second = house.tracker.open_ticket(draft(), marker("sought"))
    assert [one.ref for one in house.tracker.find_opened(OPS, "sought", bookmark)] == [second.ref]


def test_a_bookmark_is_free_once_a_ticket_was_seen(house: JiraHouse) -> None:
    ref = house.opened()
    by_fetching, by_key, by_search = house.tracker, house.connect(), house.connect()
    by_fetching.fetch_ticket(ref)
    by_key.find_opened(OPS, "sought", "0")
    by_search.changed(OPS, START.isoformat())
    for tracker in (by_fetching, by_key, by_search):
        before = tracker.requests.snapshot()
        assert tracker.bookmark(OPS) == "1"
        assert tracker.requests.snapshot() == before


def test_a_bookmark_of_a_project_not_seen_yet_costs_one_request(house: JiraHouse) -> None:
    for _ in range(3):
        house.opened()
    assert house.tracker.bookmark(OPS) == "3"
    assert house.tracker.bookmark(Place("jira", "DESK")) == "0"
    assert house.tracker.requests.snapshot() == (2, 0)


def test_finding_nothing_opened_costs_one_request(house: JiraHouse) -> None:
    house.tracker.who_we_are()
    before = house.tracker.requests.snapshot()
    assert house.tracker.find_opened(OPS, "sought", "7") == ()
    assert house.tracker.requests.snapshot().since(before) == (1, 0)


def test_our_comments_are_found_by_their_key_oldest_first(house: JiraHouse) -> None:
    ref = house.opened()
    ids = []
    for key in ("sought", "another", "sought"):
        house.later(seconds=1)
        house.site.comment_on("ana", ref.key, {"type": "doc", "version": 1, "content": []})
        ids.append(house.tracker.post_comment(ref, "x", marker(key)))
    assert house.tracker.find_comments(ref, "sought") == (ids[0], ids[2])


def test_issues_that_jira_could_not_read_are_not_taken_for_missing() -> None:
    """P3: "not there" would open the ticket a second time."""
    with Scripted() as server:
        server.on("GET", "myself", Reply(body={"accountId": "bot", "displayName": "Aftermath"}))
        server.on(
            "POST", "issue/bulkfetch", Reply(body={"issues": [], "issueErrors": [{"id": "1", "errorMessage": "x"}]})
        )
        tracker = JiraTracker("jira", server.url, "u", Access(Secret("t"), timeout_s=1), CODEC, Secret(), lambda: START)
        with pytest.raises(Temporary):
            tracker.find_opened(OPS, "sought", "7")


@pytest.mark.parametrize(
    "body", [[], {}, {"issues": 5}, {"issues": [{}]}, {"issues": [{"key": "OPS-1", "fields": None}]}]
)
def test_an_answer_of_a_strange_shape_is_one_of_our_errors(body: object) -> None:
    with Scripted() as server:
        server.on("GET", "myself", Reply(body={"accountId": "bot", "displayName": "Aftermath"}))
        for method, path in (("POST", "issue/bulkfetch"), ("GET", "search/jql"), ("GET", "issue/OPS-1")):
            server.on(method, path, Reply(body=body))
        tracker = JiraTracker("jira", server.url, "u", Access(Secret("t"), timeout_s=1), CODEC, Secret(), lambda: START)
        for ask in (
            lambda: tracker.find_opened(OPS, "sought", "7"),
            lambda: tracker.changed(OPS, START.isoformat()),
            lambda: tracker.fetch_ticket(TicketRef("jira", "OPS-1")),
        ):
            with pytest.raises(Temporary):
                ask()
