"""Redirects, ETags, threads and counting: what the client does around a single request."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest

from connectors.errors import Refused, Temporary
from connectors.github.answers import read_answer
from connectors.github.client import PAGE_SIZE
from connectors.github.etags import EtagCache
from connectors.github.tracker import GitHubTracker
from connectors.tracker import Draft
from rules.facts import ChangeKind
from rules.refs import TicketRef
from tests.connectors.github.conftest import MARKER, SEVEN, SHOP, issue_json
from tests.connectors.github.scripted import Asked, Reply, Scripted

ISSUE = "/repos/acme/shop/issues/7"
ISSUES = "/repos/acme/shop/issues"


def moved_to(server: Scripted, path: str, status: int = 301) -> Reply:
    return Reply(status, {"message": "Moved Permanently"}, {"Location": f"{server.url}{path}"})


def test_a_transferred_issue_is_followed_and_answers_with_its_new_address(
    server: Scripted, tracker: GitHubTracker
) -> None:
    server.on("GET", ISSUE, moved_to(server, "/repositories/42/issues/3"))
    server.on("GET", "/repositories/42/issues/3", Reply(body=issue_json(3, "acme/attic")))
    server.on("GET", "/repos/acme/attic/issues/3/timeline", Reply(body=[]))
    server.on("GET", "/repos/acme/attic", Reply(body={"full_name": "acme/attic", "private": True}))
    assert tracker.fetch_ticket(SEVEN).ref == TicketRef("github", "acme/attic#3")


def test_a_listing_of_a_renamed_repository_keeps_its_query(server: Scripted, tracker: GitHubTracker) -> None:
    """PyGithub alone would follow without the query, and list open issues only."""
    new = "/repositories/42/issues"
    server.on("GET", ISSUES, lambda asked: moved_to(server, f"{new}?state={asked.query['state']}&page=1"))
    server.on("GET", new, Reply(body=[issue_json(7, "acme/store", state="closed")]))
    found = tracker.labelled(SHOP, "failure")
    assert [each.ref.key for each in found] == ["acme/store#7"]
    assert [asked.query for asked in server.asked if asked.path == new] == [{"state": "all", "page": "1"}]


def test_a_comment_never_follows_an_issue_elsewhere(server: Scripted, tracker: GitHubTracker) -> None:
    """P14: more people may read there. The ticket is fetched again before anything is said."""
    server.on("POST", f"{ISSUE}/comments", moved_to(server, "/repositories/42/issues/3/comments", 307))
    with pytest.raises(Temporary, match="moved"):
        tracker.post_comment(SEVEN, "Hello", MARKER)
    assert [asked.path for asked in server.asked if asked.method == "POST"] == [f"{ISSUE}/comments"]


def test_a_ticket_is_opened_in_a_repository_under_its_new_name(server: Scripted, tracker: GitHubTracker) -> None:
    server.on("POST", ISSUES, moved_to(server, "/repositories/42/issues", 307))
    server.on("POST", "/repositories/42/issues", Reply(201, issue_json(8, "acme/store")))
    assert tracker.open_ticket(Draft(SHOP, "Title", "Text"), MARKER).ref.key == "acme/store#8"


@pytest.mark.parametrize(
    "target", ["https://evil.example/repos/a/b/issues/1", "http://127.0.0.1:1/x", "//evil.example/x"]
)
def test_another_server_is_never_shown_the_token(server: Scripted, tracker: GitHubTracker, target: str) -> None:
    server.on("GET", ISSUE, Reply(301, {"message": "Moved"}, {"Location": target}))
    with pytest.raises(Refused, match="another server"):
        tracker.fetch_ticket(SEVEN)


def test_a_redirect_in_a_circle_ends(server: Scripted, tracker: GitHubTracker) -> None:
    server.on("GET", ISSUE, moved_to(server, ISSUE))
    with pytest.raises(Refused):
        tracker.fetch_ticket(SEVEN)
    assert server.count("GET", ISSUE) == 4


def conditional(etag: str, body: Any) -> Callable[[Asked], Reply]:
    def answer(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == etag:
            return Reply(304, headers={"ETag": etag})
        return Reply(200, body, {"ETag": etag})

    return answer


def test_an_unchanged_ticket_comes_out_of_memory_and_is_the_same(server: Scripted, tracker: GitHubTracker) -> None:
    events = [{"id": 5, "event": "closed", "created_at": "2026-11-02T08:10:00Z", "actor": {"login": "ada"}}]
    server.on("GET", ISSUE, conditional('W/"1"', issue_json()))
    server.on("GET", f"{ISSUE}/timeline", conditional('W/"2"', events))
    first = tracker.fetch_ticket(SEVEN)
    asked_before = len(server.asked)
    assert tracker.fetch_ticket(SEVEN) == first
    again = server.asked[asked_before:]
    assert [asked.headers.get("if-none-match") for asked in again] == ['W/"1"', 'W/"2"']


def test_a_ticket_costs_two_reads(server: Scripted, tracker: GitHubTracker) -> None:
    server.on("GET", ISSUE, Reply(body=issue_json()))
    server.on("GET", f"{ISSUE}/timeline", Reply(body=[]))
    tracker.fetch_ticket(SEVEN)
    before = tracker.requests.snapshot()
    tracker.fetch_ticket(SEVEN)
    assert tracker.requests.snapshot().since(before) == (2, 0)


def test_a_page_remembered_as_the_last_does_not_hide_the_next(server: Scripted, tracker: GitHubTracker) -> None:
    """GitHub answers 304 for a full page although a page after it has come to be."""
    later = [{"id": 900, "event": "closed", "created_at": "2026-11-02T08:20:00Z", "actor": {"login": "ada"}}]
    full = [
        {"id": i, "event": "labeled", "created_at": "2026-11-02T08:10:00Z", "label": {"name": "x"}}
        for i in range(1, PAGE_SIZE + 1)
    ]
    second: list[Any] = []

    def timeline(asked: Asked) -> Reply:
        if asked.query.get("page") == "2":
            return Reply(200, list(second), {"ETag": f'"{len(second)}"'})
        return conditional('"full"', full)(asked)

    server.on("GET", ISSUE, Reply(body=issue_json()))
    server.on("GET", f"{ISSUE}/timeline", timeline)
    assert len(tracker.fetch_ticket(SEVEN).changes) == PAGE_SIZE + 1
    second.extend(later)
    assert tracker.fetch_ticket(SEVEN).changes[-1].kind is ChangeKind.CLOSED


def test_all_pages_of_a_timeline_are_read(server: Scripted, tracker: GitHubTracker) -> None:
    def timeline(asked: Asked) -> Reply:
        page = int(asked.query.get("page", "1"))
        event = {"id": page, "event": "labeled", "created_at": f"2026-11-02T08:0{page}:00Z", "label": {"name": "x"}}
        link = f'<{server.url}{ISSUE}/timeline?per_page=100&page={page + 1}>; rel="next"'
        return Reply(200, [event], {"Link": link} if page < 3 else {})

    server.on("GET", ISSUE, Reply(body=issue_json()))
    server.on("GET", f"{ISSUE}/timeline", timeline)
    told = [change.id for change in tracker.fetch_ticket(SEVEN).changes[1:]]
    assert told == [f"labeled-2026-11-02T08:0{page}:00Z" for page in (1, 2, 3)]


def test_threads_share_a_tracker_and_no_request_gets_anothers_body(server: Scripted, tracker: GitHubTracker) -> None:
    """PyGithub keeps the request on its connection between two calls: shared, it would mix them up."""

    def comment(asked: Asked) -> Reply:
        said = re.search(r"issue (\d+)", asked.body["body"])
        number = int(asked.path.split("/")[5])
        return Reply(201, {"id": number} if said and int(said[1]) == number else {"message": "mixed up"})

    numbers = range(1, 41)
    for number in numbers:
        server.on("POST", f"{ISSUES}/{number}/comments", comment)
    ids: dict[int, str] = {}

    def say(mine: list[int]) -> None:
        for number in mine:
            ids[number] = tracker.post_comment(TicketRef("github", f"acme/shop#{number}"), f"issue {number}", MARKER)

    threads = [threading.Thread(target=say, args=(list(numbers[start::8]),)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ids == {number: str(number) for number in numbers}
    assert tracker.requests.writes == 40


def test_requests_of_a_thread_use_one_connection(server: Scripted, tracker: GitHubTracker) -> None:
    server.on("GET", ISSUE, Reply(body=issue_json()))
    server.on("GET", f"{ISSUE}/timeline", Reply(body=[]))
    for _ in range(5):
        tracker.fetch_ticket(SEVEN)
    assert len(server.connections) == 1


class TestTheMemoryOfAnswers:
    def test_is_bounded_by_entries_and_forgets_what_was_used_longest_ago(self) -> None:
        cache = EtagCache(entries_max=2)
        for url in ("/a", "/b"):
            cache.put(url, read_answer("GET", url, 200, {"etag": url}, "[]"))
        cache.get("/a")
        cache.put("/c", read_answer("GET", "/c", 200, {"etag": "c"}, "[]"))
        assert [cache.get(url) is not None for url in ("/a", "/b", "/c")] == [True, False, True]

    def test_is_bounded_by_size(self) -> None:
        cache = EtagCache(chars_max=10)
        cache.put("/a", read_answer("GET", "/a", 200, {"etag": "a"}, '"12345"'))
        cache.put("/b", read_answer("GET", "/b", 200, {"etag": "b"}, '"12345"'))
        assert (cache.get("/a"), len(cache)) == (None, 1)

    def test_forgets_an_answer_that_comes_without_an_etag(self) -> None:
        cache = EtagCache()
        cache.put("/a", read_answer("GET", "/a", 200, {"etag": "a"}, "[]"))
        cache.put("/a", read_answer("GET", "/a", 200, {}, "[1]"))
        assert cache.get("/a") is None
