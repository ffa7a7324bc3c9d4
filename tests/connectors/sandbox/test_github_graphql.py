"""The sandbox's little GraphQL: who edited an issue's text, and GitHub's way of refusing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.sandbox.github_company import SHOP, Company, company

EDITS = "userContentEdits(first: 2) { totalCount nodes { editedAt editor { __typename login } } }"
ISSUE = 'query($number: Int!) { repository(owner: "acme", name: "shop") { issue(number: $number) { %s } } }'


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
        pytest.param(
            ISSUE.replace("$number)", "1)") % "userContentEdits { totalCount }", "ada", "MISSING_PAGINATION_BOUNDARIES",
            id="a list without bounds",
        ),
    ],
)  # fmt: skip
def test_a_refusal_comes_with_status_200_and_its_kind(at: Company, query: str, who: str, kind: str) -> None:
    edited(at, [])
    told = ask(at, query, who, number=99)
    (error,) = told["errors"]
    assert told.get("data") in (None, {"repository": None}, {"repository": {"issue": None}})
    assert kind in (error.get("type"), error.get("extensions", {}).get("code"))


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
