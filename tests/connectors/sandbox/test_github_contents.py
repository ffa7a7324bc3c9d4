"""The sandbox's files of a repository bite where GitHub's do."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from tests.connectors.sandbox.github_company import SHOP, Company, company

FILE = f"{SHOP}/contents/lessons/one.md"
VAULT = "/repos/acme/vault/contents/lessons/one.md"
#: `git hash-object` of "hello\n".
HELLO_SHA = "ce013625030ba8dba906f756967f9e9ca394464a"


@pytest.fixture
def at() -> Iterator[Company]:
    with company() as running:
        yield running


def content(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def put(at: Company, text: str = "hello\n", *, path: str = FILE, who: str = "ada", **more: str) -> tuple[int, str]:
    answer = at.call("PUT", path, {"message": "Say hello", "content": content(text), **more}, who=who)
    return answer.status_code, answer.json().get("message", "")


def test_a_file_comes_back_in_base64_with_gits_own_id(at: Company) -> None:
    text = "hello\n" * 40
    assert put(at)[0] == 201
    assert at.get(FILE).json()["sha"] == HELLO_SHA
    assert put(at, text, sha=HELLO_SHA)[0] == 200
    shown = at.get(FILE).json()
    assert (shown["encoding"], shown["size"], shown["path"]) == ("base64", len(text), "lessons/one.md")
    assert base64.b64decode(shown["content"]).decode() == text
    assert {len(line) for line in shown["content"].splitlines()[:-1]} == {60}


@pytest.mark.parametrize(
    ("sha", "status", "message"),
    [
        pytest.param("", 422, 'Invalid request.\n\n"sha" wasn\'t supplied.', id="none"),
        pytest.param("deadbeef", 409, "lessons/one.md does not match deadbeef", id="another"),
        pytest.param(HELLO_SHA, 200, "", id="its own"),
    ],
)
def test_a_file_that_is_there_is_changed_only_by_its_own_sha(at: Company, sha: str, status: int, message: str) -> None:
    put(at)
    assert put(at, "other\n", **({"sha": sha} if sha else {})) == (status, message)


def test_where_there_is_no_file_the_sha_is_not_looked_at(at: Company) -> None:
    assert put(at, sha="deadbeef")[0] == 201


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        pytest.param("ben", FILE, 201, id="may write"),
        pytest.param("tom", FILE, 404, id="may only triage"),
        pytest.param("eve", VAULT, 404, id="may only read"),
        pytest.param("zoe", VAULT, 404, id="may not look"),
        pytest.param("nobody", FILE, 401, id="nobody"),
    ],
)
def test_who_may_not_push_is_told_that_nothing_is_there(at: Company, who: str, path: str, status: int) -> None:
    assert put(at, path=path, who=who)[0] == status


def test_a_branch_that_is_not_there_is_said_before_anything_else(at: Company) -> None:
    assert put(at, branch="other") == (404, "Branch other not found")
    put(at)
    assert at.get(f"{FILE}?ref=other").json()["message"] == "No commit found for the ref other"
    assert at.get(f"{FILE}?ref=main").status_code == 200


def test_an_empty_repository_has_words_of_its_own(at: Company) -> None:
    assert (at.get(FILE).status_code, at.get(FILE).json()["message"]) == (404, "This repository is empty.")
    commits = at.get(f"{SHOP}/commits")
    assert (commits.status_code, commits.json()["message"]) == (409, "Git Repository is empty.")


def test_a_removed_file_is_gone_and_its_commits_stay(at: Company) -> None:
    put(at)
    put(at, path=f"{SHOP}/contents/lessons/two.md")
    at.site.remove_file("ben", "acme/shop", "lessons/one.md")
    assert at.get(FILE).status_code == 404
    commits = at.get(f"{SHOP}/commits?path=lessons/one.md").json()
    assert [(one["commit"]["message"], one["author"]["login"]) for one in commits] == [
        ("Delete lessons/one.md", "ben"),
        ("Say hello", "ada"),
    ]
    assert at.get(f"{SHOP}/commits?path=lessons/three.md").json() == []


def test_what_is_no_base64_is_refused(at: Company) -> None:
    answer = at.call("PUT", FILE, {"message": "Say hello", "content": "§§§"})
    assert (answer.status_code, answer.json()["message"]) == (422, "content is not valid Base64")
