"""The sandbox's GraphQL: what it tells of issues, and GitHub's way of refusing, of paging and of counting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.sandbox.github_company import SHOP, Company, company

EDITS = "userContentEdits(first: 2) { totalCount nodes { editedAt editor { __typename login } } }"
ISSUE = 'query($number: Int!) { repository(owner: "acme", name: "shop") { issue(number: $number) { %s } } }'

LISTED = 'query { repository(owner: "acme", name: "shop") { issue(number: 1) { %s { totalCount } } } }'


@pytest.fixture
def at() -> Iterator[Company]:
    with company() as running:
        yield running


def ask(at: Company, query: str, who: str = "ada", **variables: Any) -> Any:
    answer = at.post("/graphql", {"query": query, "variables": variables}, who=who)
    assert answer.status_code == 200, answer.text
    return answer.json()


def edited(at: Company, texts: list[str]) -> int:
    """An issue's number, whose text was edited a minute apart."""
    issue = at.post(f"{SHOP}/issues", {"title": "Boom", "body": "It broke"}).json()
    for text in texts:
        at.sandbox.clock.advance(dt.timedelta(minutes=1))
        at.call("PATCH", f"{SHOP}/issues/{issue['number']}", {"body": text}, who="ben")
    return int(issue["number"])


def test_an_issue_that_nobody_edited_has_no_edits(at: Company) -> None:
    told = ask(at, ISSUE % f"lastEditedAt editor {{ login }} {EDITS}", number=edited(at, []))
    nothing = {"lastEditedAt": None, "editor": None, "userContentEdits": {"totalCount": 0, "nodes": []}}
    assert told == {"data": {"repository": {"issue": nothing}}}


def test_edits_are_listed_newest_first_and_the_opening_among_them(at: Company) -> None:
    issue = ask(at, ISSUE % f"createdAt lastEditedAt editor {{ login }} {EDITS}", number=edited(at, ["Twice"]))
    told = issue["data"]["repository"]["issue"]
    last, opening = told["userContentEdits"]["nodes"]
    assert (told["editor"], told["lastEditedAt"]) == ({"login": "ben"}, last["editedAt"])
    assert last["editor"] == {"__typename": "User", "login": "ben"}
    assert (opening["editedAt"], opening["editor"]["login"]) == (told["createdAt"], "ada")


def test_of_many_edits_those_are_shown_that_were_asked_for(at: Company) -> None:
    told = ask(at, ISSUE % EDITS, number=edited(at, ["Twice", "Thrice"]))["data"]["repository"]["issue"]
    assert told["userContentEdits"]["totalCount"] == 3
    assert [node["editor"]["login"] for node in told["userContentEdits"]["nodes"]] == ["ben", "ben"]


@pytest.mark.parametrize(
    ("query", "who", "kind"),
    [
        pytest.param("{ viewer { shoeSize } }", "ada", "undefinedField", id="a field that is not there"),
        pytest.param("{ viewer { login }", "ada", "parseError", id="no query"),
        pytest.param('{ repository(owner: "acme", name: "vault") { nameWithOwner } }', "zoe", "NOT_FOUND", id="hidden"),
        pytest.param(ISSUE % "title", "ada", "NOT_FOUND", id="no such issue"),
        pytest.param(LISTED % "userContentEdits", "ada", "MISSING_PAGINATION_BOUNDARIES", id="a list without bounds"),
        pytest.param(LISTED % "comments(first: 101)", "ada", "EXCESSIVE_PAGINATION", id="a list beyond its bounds"),
        pytest.param(LISTED % "comments(last: 0)", "ada", "EXCESSIVE_PAGINATION", id="a list of nothing"),
    ],
)  # fmt: skip
def test_a_refusal_comes_with_status_200_and_its_kind(at: Company, query: str, who: str, kind: str) -> None:
    edited(at, [])
    told = ask(at, query, who, number=99)
    (error,) = told["errors"]
    assert told.get("data") in (None, {"repository": None}, {"repository": {"issue": None}})
    assert kind in (error.get("type"), error.get("extensions", {}).get("code"))


def test_a_pull_request_is_no_issue(at: Company) -> None:
    number = edited(at, [])
    known = ask(at, ISSUE % "id title", number=number)["data"]["repository"]["issue"]
    at.site.ticket(f"acme/shop#{number}").is_pull_request = True

    told = ask(at, ISSUE % "title", number=number)
    assert (told["data"], told["errors"][0]["type"]) == ({"repository": {"issue": None}}, "NOT_FOUND")
    assert ask(at, "query($id: ID!) { node(id: $id) { id } }", id=known["id"])["errors"][0]["type"] == "NOT_FOUND"


def test_nobody_is_refused_as_by_rest(at: Company) -> None:
    assert at.post("/graphql", {"query": "{ viewer { login } }"}, who="stranger").status_code == 401


def test_it_has_a_limit_of_its_own(at: Company) -> None:
    before = at.get("/rate_limit").json()["resources"]
    ask(at, "{ viewer { login } }")
    after = at.get("/rate_limit").json()["resources"]
    assert after["graphql"]["remaining"] == before["graphql"]["remaining"] - 1
    assert after["core"]["remaining"] == before["core"]["remaining"]


def test_a_question_is_counted_as_a_read(at: Company) -> None:
    before = at.sandbox.counts.reads("github"), at.sandbox.counts.writes("github")
    ask(at, "{ viewer { login } }")
    assert (at.sandbox.counts.reads("github"), at.sandbox.counts.writes("github")) == (before[0] + 1, before[1])


# --- what bites ----------------------------------------------------------------------------------


def opened(at: Company, title: str = "Boom", who: str = "ada") -> int:
    return int(at.post(f"{SHOP}/issues", {"title": title, "body": "It broke"}, who=who).json()["number"])


def test_what_is_not_there_is_null_under_its_alias_and_the_rest_is_answered(at: Company) -> None:
    query = """query($n: Int!) {
      a: repository(owner: "acme", name: "shop") { issue(number: $n) { title } }
      b: repository(owner: "acme", name: "shop") { issue(number: 99) { title } }
      c: repository(owner: "acme", name: "never") { nameWithOwner }
    }"""
    told = ask(at, query, n=opened(at))
    assert told["data"] == {"a": {"issue": {"title": "Boom"}}, "b": {"issue": None}, "c": None}
    assert [(error["type"], error["path"]) for error in told["errors"]] == [
        ("NOT_FOUND", ["b", "issue"]),
        ("NOT_FOUND", ["c"]),
    ]


def test_an_issue_that_moved_is_not_there_under_its_old_number(at: Company) -> None:
    number = opened(at)
    with at.site.lock:
        ticket, vault = at.site.ticket(f"acme/shop#{number}"), at.site.places["acme/vault"]
        vault.last_number += 1
        ticket.container, ticket.number, ticket.key = "acme/vault", vault.last_number, f"acme/vault#{vault.last_number}"
        at.site.by_key[ticket.key] = ticket.uid
    (error,) = ask(at, ISSUE % "title", number=number)["errors"]
    assert error["type"] == "NOT_FOUND"


def test_a_bot_is_told_without_its_suffix_and_whoever_is_gone_is_nobody(at: Company) -> None:
    bot, gone = opened(at, who="aftermath[bot]"), opened(at, who="eve")
    del at.site.accounts["eve"]
    author = ISSUE % "author { __typename login }"
    told = [ask(at, author, number=number)["data"]["repository"]["issue"]["author"] for number in (bot, gone)]
    assert told == [{"__typename": "Bot", "login": "aftermath"}, None]


def test_an_older_server_does_not_know_what_came_lately(at: Company) -> None:
    number = opened(at)
    at.api.graphql.is_old = True
    (error,) = ask(at, ISSUE % "parent { number }", number=number)["errors"]
    assert (error["extensions"]["code"], "path" in error) == ("undefinedField", False)
    assert ask(at, ISSUE % "databaseId title", number=number)["data"]["repository"]["issue"]["title"] == "Boom"


def test_comments_are_paged_by_their_last_edit_and_events_backwards(at: Company) -> None:
    number = opened(at)
    ids = []
    for text in ("one", "two", "three"):
        at.sandbox.clock.advance(dt.timedelta(minutes=1))
        ids.append(at.post(f"{SHOP}/issues/{number}/comments", {"body": text}).json()["id"])
        at.post(f"{SHOP}/issues/{number}/labels", {"labels": [text]})
    at.sandbox.clock.advance(dt.timedelta(minutes=1))
    at.call("PATCH", f"{SHOP}/issues/comments/{ids[0]}", {"body": "one, edited"})
    latest = "orderBy: {field: UPDATED_AT, direction: DESC}"
    page = "totalCount pageInfo { hasNextPage endCursor } nodes { body }"
    first = told_of(at, number, f"comments(first: 2, {latest}) {{ {page} }}")["comments"]
    assert ([node["body"] for node in first["nodes"]], first["totalCount"]) == (["one, edited", "three"], 3)
    cursor = first["pageInfo"]["endCursor"]
    second = told_of(at, number, f'comments(first: 2, after: "{cursor}", {latest}) {{ {page} }}')["comments"]
    assert ([node["body"] for node in second["nodes"]], second["pageInfo"]["hasNextPage"]) == (["two"], False)
    events = "pageInfo { hasPreviousPage startCursor } nodes { ... on LabeledEvent { label { name } } }"
    newest = told_of(at, number, f"timelineItems(last: 2, itemTypes: [LABELED_EVENT]) {{ {events} }}")["timelineItems"]
    assert [node["label"]["name"] for node in newest["nodes"]] == ["two", "three"]
    assert newest["pageInfo"]["hasPreviousPage"] is True


def told_of(at: Company, number: int, wanted: str) -> Any:
    return ask(at, ISSUE % wanted, number=number)["data"]["repository"]["issue"]


def test_used_up_points_are_told_with_status_200_and_headers(at: Company) -> None:
    at.api.limits.points_per_hour = 1
    ask(at, "{ viewer { login } }")
    answer = at.post("/graphql", {"query": "{ viewer { login } }"})
    assert (answer.status_code, answer.json()["errors"][0]["type"]) == (200, "RATE_LIMITED")
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert answer.headers["X-RateLimit-Resource"] == "graphql"


def test_a_query_that_could_bring_too_many_nodes_is_refused(at: Company) -> None:
    """Each list multiplies what is below it."""
    number = opened(at)
    nested = (
        "subIssues(first: 100) { nodes { subIssues(first: 100) { nodes { comments(first: 100) { totalCount } } } } }"
    )
    (error,) = ask(at, ISSUE % nested, number=number)["errors"]
    assert error["type"] == "MAX_NODE_LIMIT_EXCEEDED"
    assert f"{100 + 100 * 100 + 100 * 100 * 100}" in error["message"]
