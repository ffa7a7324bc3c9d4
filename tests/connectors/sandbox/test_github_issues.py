"""The sandbox's GitHub behaves as GitHub does where it bites: lists, labels, rights, conditions, limits, search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import requests

from connectors.sandbox.github_api import GithubApi
from tests.connectors.sandbox.github_company import SHOP, START, Company, company


@pytest.fixture
def at() -> Iterator[Company]:
    with company() as running:
        yield running


def open_issue(at: Company, title: str = "Boom", who: str = "ben", **fields: object) -> int:
    answer = at.post(f"{SHOP}/issues", {"title": title, **fields}, who=who)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["number"])


def numbers(at: Company, query: str) -> list[int]:
    return [issue["number"] for issue in at.get(f"{SHOP}/issues?{query}").json()]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("", [3, 1], id="open-newest-first-unless-asked-otherwise"),
        pytest.param("state=all", [3, 2, 1], id="all"),
        pytest.param("state=closed", [2], id="closed"),
        pytest.param("state=all&direction=asc", [1, 2, 3], id="ascending"),
        pytest.param("state=all&sort=updated", [1, 2, 3], id="last-touched-first"),
        pytest.param("state=all&labels=failure,sev1", [1], id="labels-are-and-without-case"),
        pytest.param("state=all&labels=failure", [2, 1], id="one-label"),
        pytest.param("state=all&creator=eve", [3], id="creator"),
        pytest.param("state=all&since=2026-03-02T11:00:00Z", [2, 1], id="since-includes-its-second"),
        pytest.param("state=all&assignee=ben", [2], id="assignee"),
        pytest.param("state=all&per_page=2&page=2", [1], id="second-page"),
    ],
)
def test_a_listing_shows_what_was_asked_for(at: Company, query: str, expected: list[int]) -> None:
    open_issue(at, labels=["failure", "sev1"])
    open_issue(at, labels=["failure"], assignees=["ben"])
    open_issue(at, who="eve")
    at.sandbox.clock.advance(dt.timedelta(hours=2))
    at.call("PATCH", f"{SHOP}/issues/2", {"state": "closed"})
    at.sandbox.clock.advance(dt.timedelta(hours=1))
    at.post(f"{SHOP}/issues/1/comments", {"body": "still there"})
    assert numbers(at, query) == expected


def test_pages_are_linked_until_the_last_one(at: Company) -> None:
    for _ in range(5):
        open_issue(at)
    first = at.get(f"{SHOP}/issues?per_page=2")
    assert set(first.links) == {"next", "last"}
    second = at.get(first.links["next"]["url"].removeprefix(at.sandbox.url("github")))
    assert set(second.links) == {"next", "last", "prev", "first"}
    last = at.get(second.links["last"]["url"].removeprefix(at.sandbox.url("github")))
    assert set(last.links) == {"prev", "first"}
    assert [issue["number"] for page in (first, second, last) for issue in page.json()] == [5, 4, 3, 2, 1]


def test_a_label_keeps_its_spelling_and_an_unknown_one_is_created(at: Company) -> None:
    number = open_issue(at, labels=["FAILURE", "brand/new one"])
    assert at.site.ticket(f"acme/shop#{number}").labels == ["Failure", "brand/new one"]
    assert at.get(f"{SHOP}/labels/brand%2Fnew%20one").json()["color"] == "ededed"
    assert at.call("DELETE", f"{SHOP}/issues/{number}/labels/brand%2Fnew%20one").status_code == 200
    assert at.site.ticket(f"acme/shop#{number}").labels == ["Failure"]
    assert at.call("DELETE", f"{SHOP}/issues/{number}/labels/nope").json()["message"] == "Label does not exist"


def test_who_may_not_set_labels_opens_the_issue_without_them(at: Company) -> None:
    """GitHub drops them in silence rather than refuse the issue."""
    number = open_issue(at, who="eve", labels=["failure"], assignees=["ben"])
    ticket = at.site.ticket(f"acme/shop#{number}")
    assert (ticket.labels, ticket.assignees) == ([], [])


def test_a_login_means_the_same_in_any_capitals_and_is_told_as_it_was_registered(at: Company) -> None:
    number = open_issue(at, assignees=["BEN"])
    added = at.post(f"{SHOP}/issues/{number}/assignees", {"assignees": ["Tom"]})
    assert [user["login"] for user in added.json()["assignees"]] == ["ben", "tom"]
    assert at.get(f"{SHOP}/assignees/Ben").status_code == 204
    assert at.get("/users/TOM").json()["login"] == "tom"
    assert at.get(f"{SHOP}/collaborators/Tom/permission").json()["user"]["login"] == "tom"


def test_an_assignee_that_cannot_be_is_passed_over_when_added_and_refused_when_set(at: Company) -> None:
    number = open_issue(at)
    added = at.post(f"{SHOP}/issues/{number}/assignees", {"assignees": ["zoe", "tom"]})
    assert [user["login"] for user in added.json()["assignees"]] == ["tom"]
    assert at.call("PATCH", f"{SHOP}/issues/{number}", {"assignees": ["zoe"]}).status_code == 422
    assert at.site.ticket(f"acme/shop#{number}").assignees == ["tom"]


def test_a_refused_change_changes_nothing(at: Company) -> None:
    number = open_issue(at)
    wrong = {"title": "New", "labels": ["failure"], "state": "closed", "state_reason": "because"}
    assert at.call("PATCH", f"{SHOP}/issues/{number}", wrong).status_code == 422
    ticket = at.site.ticket(f"acme/shop#{number}")
    assert (ticket.title, ticket.labels, ticket.category) == ("Boom", [], "new")


def test_state_reasons_tell_why_an_issue_is_where_it_is(at: Company) -> None:
    number = open_issue(at)
    told = at.get(f"{SHOP}/issues/{number}").json()
    assert (told["state"], told["state_reason"], told["closed_at"], told["closed_by"]) == ("open", None, None, None)
    told = at.call("PATCH", f"{SHOP}/issues/{number}", {"state": "closed", "state_reason": "duplicate"}).json()
    assert (told["state_reason"], told["closed_at"], told["closed_by"]["login"]) == (
        "duplicate",
        "2026-03-02T09:00:00Z",
        "ada",
    )
    told = at.call("PATCH", f"{SHOP}/issues/{number}", {"state": "closed", "state_reason": "completed"}).json()
    assert told["state_reason"] == "duplicate", "the reason is ignored unless the state changes"
    told = at.call("PATCH", f"{SHOP}/issues/{number}", {"state": "open"}).json()
    assert (told["state"], told["state_reason"]) == ("open", "reopened")


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match", "If-Unmodified-Since"])
def test_a_conditional_write_is_refused(at: Company, header: str) -> None:
    """So an edit cannot be guarded against a person's concurrent one: bodies are better not edited."""
    number = open_issue(at)
    answer = at.call("PATCH", f"{SHOP}/issues/{number}", {"body": "x"}, headers={header: '"abc"'})
    assert answer.status_code == 400
    assert "Conditional request headers" in answer.json()["message"]
    assert at.site.ticket(f"acme/shop#{number}").body == ""


def test_an_unchanged_answer_is_304_and_free_and_an_etag_belongs_to_a_token(at: Company) -> None:
    open_issue(at)
    first = at.get(f"{SHOP}/issues", who="ben")
    tag = {"If-None-Match": first.headers["ETag"]}
    again = at.get(f"{SHOP}/issues", who="ben", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["X-RateLimit-Remaining"] == first.headers["X-RateLimit-Remaining"]
    assert at.get(f"{SHOP}/issues", who="tom", headers=tag).status_code == 200
    at.post(f"{SHOP}/issues/1/comments", {"body": "news"})
    assert at.get(f"{SHOP}/issues", who="ben", headers=tag).status_code == 200
    assert at.sandbox.counts.unchanged("github", "ben") == 1


def test_the_limit_counts_down_per_account_and_comes_back_with_the_hour() -> None:
    with company(per_hour=3) as at:
        left = [at.get("/user", who="ben").headers["X-RateLimit-Remaining"] for _ in range(3)]
        assert left == ["2", "1", "0"]
        refused = at.get("/user", who="ben")
        assert (refused.status_code, refused.headers["X-RateLimit-Remaining"]) == (403, "0")
        assert "rate limit exceeded" in refused.json()["message"]
        assert int(refused.headers["X-RateLimit-Reset"]) == int(START.timestamp()) + 3600
        assert at.get("/rate_limit", who="ben").json()["rate"]["remaining"] == 0, "asking for the limit is free"
        assert at.get("/user", who="tom").status_code == 200
        at.sandbox.clock.advance(dt.timedelta(hours=1))
        assert at.get("/user", who="ben").status_code == 200


def test_the_secondary_limit_names_the_wait(at: Company) -> None:
    at.api.limits.content_per_minute = 1
    open_issue(at, who="ben")
    refused = at.post(f"{SHOP}/issues", {"title": "Two"}, who="ben")
    assert (refused.status_code, refused.headers["Retry-After"]) == (403, "60")
    assert "secondary rate limit" in refused.json()["message"]
    assert len(at.site.tickets) == 1


def test_search_lags_behind_and_a_listing_does_not() -> None:
    with company(search_lag_s=30) as at:
        open_issue(at, title="Checkout is down")
        query = "/search/issues?q=repo:acme/shop+checkout"
        assert at.get(query).json()["total_count"] == 0
        assert numbers(at, "state=all") == [1]
        at.sandbox.clock.advance(dt.timedelta(seconds=30))
        assert at.get(query).json()["total_count"] == 1
        at.post(f"{SHOP}/issues/1/labels", {"labels": ["failure"]})
        assert at.get(query + "+label:failure").json()["total_count"] == 0
        at.sandbox.clock.advance(dt.timedelta(seconds=30))
        assert at.get(query + "+label:failure").json()["total_count"] == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("repo:acme/shop", {1, 2}),
        ('label:"needs care"', {2}),
        ('-label:"needs care"', {1}),
        ("is:open", {1}),
        ("state:closed", {2}),
        ("author:eve", {2}),
        ("in:body magic", {1}),
        ("in:title magic", set()),
        ("created:>=2026-03-02", {1, 2}),
        ("created:<2026-03-02", set()),
        ("is:pr", set()),
        ("colour:blue", set()),
    ],
)
def test_search_understands_the_usual_qualifiers(at: Company, query: str, expected: set[int]) -> None:
    open_issue(at, body="a magic word")
    open_issue(at, title="Second", who="eve")
    at.post(f"{SHOP}/issues/2/labels", {"labels": ["needs care"]})
    at.call("PATCH", f"{SHOP}/issues/2", {"state": "closed"})
    found = at.get("/search/issues", params={"q": query}).json()
    assert {item["number"] for item in found["items"]} == expected


def test_what_may_not_be_seen_is_not_found_anywhere(at: Company) -> None:
    at.post("/repos/acme/vault/issues", {"title": "Secret plan"})
    for path in ("/repos/acme/vault", "/repos/acme/vault/issues/1", "/repos/acme/vault/issues/1/timeline"):
        assert at.get(path, who="zoe").status_code == 404
    assert at.get("/search/issues?q=secret", who="zoe").json()["total_count"] == 0
    assert at.get(f"{SHOP}/issues", who="zoe").status_code == 200, "a public repository is open to all"


@pytest.mark.parametrize(
    ("login", "permission", "role"),
    [("ada", "admin", "admin"), ("ben", "write", "write"), ("tom", "read", "triage"), ("zoe", "read", "read")],
)
def test_a_permission_and_its_role_are_told_to_those_who_may_push(
    at: Company, login: str, permission: str, role: str
) -> None:
    told = at.get(f"{SHOP}/collaborators/{login}/permission", who="ben").json()
    assert (told["permission"], told["role_name"]) == (permission, role)
    assert at.get(f"{SHOP}/collaborators/{login}/permission", who="tom").status_code == 403
    assert at.get(f"{SHOP}/collaborators/nobody/permission", who="ben").status_code == 404


def test_a_repository_without_issues_is_gone_and_an_archived_one_read_only(at: Company) -> None:
    open_issue(at)
    at.site.places["acme/shop"].has_issues = False
    assert at.get(f"{SHOP}/issues/1").status_code == 410
    assert at.post(f"{SHOP}/issues", {"title": "x"}).status_code == 410
    at.site.places["acme/shop"].has_issues, at.site.places["acme/shop"].is_archived = True, True
    refused = at.post(f"{SHOP}/issues/1/comments", {"body": "x"})
    assert (refused.status_code, "archived" in refused.json()["message"]) == (403, True)
    assert at.get(f"{SHOP}/issues/1").status_code == 200


def test_a_locked_issue_takes_comments_from_writers_only(at: Company) -> None:
    open_issue(at)
    assert at.call("PUT", f"{SHOP}/issues/1/lock").status_code == 204
    assert at.post(f"{SHOP}/issues/1/comments", {"body": "x"}, who="eve").status_code == 403
    assert at.post(f"{SHOP}/issues/1/comments", {"body": "x"}, who="ben").status_code == 201


def test_a_child_has_one_parent(at: Company) -> None:
    for title in ("One", "Two", "Child"):
        open_issue(at, title)
    child = at.get(f"{SHOP}/issues/3").json()["id"]
    assert at.post(f"{SHOP}/issues/1/sub_issues", {"sub_issue_id": child}).status_code == 201
    assert at.post(f"{SHOP}/issues/1/sub_issues", {"sub_issue_id": child}).status_code == 422
    assert "one parent" in at.post(f"{SHOP}/issues/2/sub_issues", {"sub_issue_id": child}).json()["message"]
    at.call("PATCH", f"{SHOP}/issues/3", {"state": "closed"})
    summary = at.get(f"{SHOP}/issues/1").json()["sub_issues_summary"]
    assert summary == {"total": 1, "completed": 1, "percent_completed": 100}
    assert at.get(f"{SHOP}/issues/3").json()["parent_issue_url"].endswith("/issues/1")


def test_a_timeline_tells_comments_and_changes_in_order_with_who_and_why(at: Company) -> None:
    open_issue(at, labels=["failure"])
    at.sandbox.clock.advance(dt.timedelta(minutes=1))
    at.post(f"{SHOP}/issues/1/comments", {"body": "on it"}, who="aftermath[bot]")
    at.sandbox.clock.advance(dt.timedelta(minutes=1))
    at.call("PATCH", f"{SHOP}/issues/1", {"state": "closed", "state_reason": "not_planned"})
    events = at.get(f"{SHOP}/issues/1/timeline").json()
    assert [(e["event"], e["actor"]["login"], e["created_at"][11:16]) for e in events] == [
        ("labeled", "ben", "09:00"),
        ("commented", "aftermath[bot]", "09:01"),
        ("closed", "ada", "09:02"),
    ]
    assert (events[1]["user"]["type"], events[1]["body"], events[2]["state_reason"]) == ("Bot", "on it", "not_planned")


def test_a_token_or_a_hook_s_secret_is_never_shown(at: Company) -> None:
    at.post(f"{SHOP}/hooks", {"events": ["*"], "config": {"url": "http://127.0.0.1:9/x", "secret": "hush-hush"}})
    state = requests.get(at.sandbox.url("_sandbox/state"), timeout=5)
    hooks = requests.get(at.sandbox.url("_sandbox/webhooks"), timeout=5)
    assert (state.status_code, hooks.json()[0]["url"]) == (200, "http://127.0.0.1:9/x")
    for answer in (at.get("/user", who="nobody"), at.get(f"{SHOP}/hooks"), state, hooks):
        assert "nobody-token" not in answer.text
        assert "hush-hush" not in answer.text
    assert "hush-hush" not in repr(at.sandbox.courier.subscriptions("github"))


def test_people_may_have_tokens_of_their_own_choice(at: Company) -> None:
    api = GithubApi(at.site, at.sandbox.url("github"), at.sandbox.courier, tokens={"s3cret": "ada"})
    assert api.authenticate({"authorization": "token s3cret"}) == "ada"
    assert api.authenticate({"authorization": "Bearer ada-token"}) is None
    assert api.authenticate({}) is None


def test_nobody_reads_what_is_public_and_writes_nothing(at: Company) -> None:
    open_issue(at)
    anonymous = {"headers": {"Authorization": None}}
    assert at.get(f"{SHOP}/issues/1", **anonymous).status_code == 200
    assert at.get("/repos/acme/vault", **anonymous).status_code == 404
    assert at.post(f"{SHOP}/issues/1/comments", {"body": "x"}, **anonymous).status_code == 401


def test_an_issue_that_moved_says_where_it_is(at: Company) -> None:
    open_issue(at)
    ticket = at.site.ticket("acme/shop#1")
    ticket.container, ticket.number = "acme/vault", 40
    at.site.by_key["acme/vault#40"] = ticket.uid
    answer = at.get(f"{SHOP}/issues/1/comments", allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"].rpartition("/repos")[2]) == (
        301,
        "/acme/vault/issues/40/comments",
    )
