"""Whatever a server answers to us for GitHub: facts come out, or one of our own errors, and nothing goes astray.

It answers with real JSON of which pieces are put wrong, with JSON of any form, with pages elsewhere and with redirects.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.errors import TrackerError
from connectors.github.tracker import GitHubTracker
from connectors.inspection import Wanted
from connectors.tracker import Draft, Link
from rules.refs import Place, TicketRef
from tests.connectors.fuzz.hostile import ELSEWHERE, MOMENTS, Wrongs, wrongs
from tests.connectors.fuzz.watching import watched
from tests.connectors.github.conftest import MARKER, TOKEN, issue_json, make_tracker
from tests.connectors.github.scripted import Asked, Reply, Scripted

SHOP = Place("github", "acme/shop")
SEVEN = TicketRef("github", "acme/shop#7")
FEW = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
AT = "2026-11-02T08:10:00Z"
USER = {"login": "ada", "id": 1, "type": "User", "name": "Ada"}
COMMENT = {"id": 5, "user": USER, "body": "/ack", "created_at": AT, "updated_at": AT, "url": ELSEWHERE}
EVENTS = [
    {**COMMENT, "event": "commented", "actor": USER},
    {"id": 6, "event": "labeled", "actor": USER, "created_at": AT, "label": {"name": "sev1"}},
    {"id": 7, "event": "assigned", "actor": USER, "created_at": AT, "assignee": USER},
    {"id": 8, "event": "renamed", "actor": USER, "created_at": AT, "rename": {"from": "a", "to": "b"}},
    {"id": 9, "event": "sub_issue_added", "actor": USER, "created_at": AT, "sub_issue": issue_json(8)},
    {"event": "cross-referenced", "actor": USER, "created_at": AT, "source": {"type": "issue", "issue": issue_json(9)}},
    {"id": 10, "event": "referenced", "actor": USER, "created_at": AT, "commit_id": "4f5e", "commit_url": ELSEWHERE},
]
REPOSITORY = {"full_name": "acme/shop", "private": False, "visibility": "public", "has_issues": True, "url": ELSEWHERE}
EDITS = {
    "data": {
        "repository": {
            "issue": {
                "lastEditedAt": AT,
                "editor": {"__typename": "User", "login": "ada"},
                "userContentEdits": {"nodes": [{"editedAt": AT, "editor": {"__typename": "User", "login": "ada"}}]},
            }
        }
    }
}
FILE = "---\ncase: x\n---\n# One\n"
READS: dict[str, Callable[[GitHubTracker], Any]] = {
    "fetch": lambda tracker: tracker.fetch_ticket(SEVEN),
    "changed": lambda tracker: tracker.changed(SHOP, tracker.changed(SHOP, "").cursor),
    "labelled": lambda tracker: tracker.labelled(SHOP, "failure"),
    "find-opened": lambda tracker: tracker.find_opened(SHOP, MARKER.key, tracker.bookmark(SHOP)),
    "find-comments": lambda tracker: tracker.find_comments(SEVEN, MARKER.key),
    "find-file": lambda tracker: tracker.find_file(SHOP, "lessons/one.md"),
    "rights": lambda tracker: tracker.has_rights(SEVEN, "ada"),
    "audience": lambda tracker: tracker.audience(SHOP, is_anew=True),
    "assignable": lambda tracker: tracker.assignable(SHOP),
    "inspect": lambda tracker: list(tracker.inspect(Wanted((SHOP,), labels=("aftermath",), people={"ada": "Ada"}))),
}
WRITES: dict[str, Callable[[GitHubTracker], Any]] = {
    "open": lambda tracker: tracker.open_ticket(Draft(SHOP, "Title", "Body", assignee="ada"), MARKER),
    "comment": lambda tracker: tracker.post_comment(SEVEN, "Hello", MARKER),
    "edit": lambda tracker: tracker.edit_comment(SEVEN, "5", "Hello", MARKER),
    "label": lambda tracker: tracker.add_label(SEVEN, "sev1"),
    "assign": lambda tracker: tracker.assign(SEVEN, "ada"),
    "link": lambda tracker: tracker.link(SEVEN, Link(SEVEN, "9007", ELSEWHERE, "T", "sub-issue", "k")),
    "twin": lambda tracker: tracker.close_twin(SEVEN, SEVEN),
    "file": lambda tracker: tracker.write_file(SHOP, "lessons/one.md", FILE, MARKER, "Why"),
}


def usual(asked: Asked) -> Any:
    """What a decent server would answer."""
    last = asked.path.rpartition("/")[2]
    if asked.path == "/graphql":
        return EDITS
    if asked.path == "/user" or asked.path.startswith("/users/"):
        return USER
    if asked.path == "/repos/acme/shop":
        return REPOSITORY
    if last == "permission":
        return {"permission": "write", "role_name": "write", "user": USER}
    listings = {
        "timeline": EVENTS,
        "issues": [issue_json(7), issue_json(8)],
        "assignees": [USER],
        "labels": [],
        "hooks": [],
    }
    if last == "comments":
        return COMMENT if asked.method == "POST" else [COMMENT]
    if last in listings and asked.method == "GET":
        return listings[last]
    return issue_json(7, updated_at="2026-11-02T08:59:00Z", comments=2, body="Edited.")


class Hostile(Scripted):
    """One request in turn is answered by the plan, the others as usual."""

    def __init__(self) -> None:
        super().__init__()
        self.plan: Callable[[Asked, int], Reply | None] = lambda asked, number: None
        self.asked_since = 0

    def answer(self, asked: Asked) -> Reply:
        number, self.asked_since = self.asked_since, self.asked_since + 1
        return self.plan(asked, number) or Reply(200, usual(asked))


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    with Hostile() as hostile:
        yield hostile


def tried(server: Hostile, act: Callable[[GitHubTracker], Any], plan: Callable[[Asked, int], Reply | None]) -> None:
    """Do it against that server: an answer, or one of our errors without a secret; and no request astray."""
    server.plan, server.asked_since = plan, 0
    tracker, said = make_tracker(server.url, []), ""
    with watched(urlsplit(server.url).port or 0, TOKEN):
        try:
            act(tracker)
        except TrackerError as error:
            said = f"{error} {error!r} {error.__cause__!r} {error.__context__!r}"
    assert TOKEN not in said


@pytest.mark.parametrize("act", [pytest.param(act, id=name) for name, act in {**READS, **WRITES}.items()])
@FEW
@given(st.integers(0, 3), wrongs)
def test_json_with_pieces_put_wrong(
    server: Hostile, act: Callable[[GitHubTracker], Any], turn: int, wrong: Wrongs
) -> None:
    def plan(asked: Asked, number: int) -> Reply | None:
        return Reply(200, wrong.put_into(usual(asked))) if number == turn else None

    tried(server, act, plan)


@pytest.mark.parametrize("name", ["fetch", "labelled", "find-comments", "inspect", "open", "comment"])
@pytest.mark.parametrize("status", [200, 301, 307])
@pytest.mark.parametrize(
    "address", [ELSEWHERE, "//192.0.2.1/x", "https://user@192.0.2.1:99/x", "::", "http://[x/", "http://h:99999/"]
)
def test_no_answer_leads_to_another_server(server: Hostile, name: str, status: int, address: str) -> None:
    """Neither a redirect nor the next page is looked for elsewhere: the token would go there, too."""

    def plan(asked: Asked, number: int) -> Reply | None:
        headers = {"Location": address, "Link": f'<{address}>; rel="next"'}
        return Reply(status, usual(asked), headers) if number < 4 else None

    tried(server, {**READS, **WRITES}[name], plan)


@pytest.mark.parametrize("name", ["fetch", "changed", "labelled", "find-opened", "find-comments", "inspect", "open"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_no_moment_is_too_strange(server: Hostile, name: str, moment: str) -> None:
    def plan(asked: Asked, number: int) -> Reply | None:
        told = json.dumps(usual(asked)).replace(AT, moment).replace("2026-11-02T08:00:00Z", moment)
        return Reply(200, json.loads(told), {"GitHub-Authentication-Token-Expiration": moment})

    tried(server, {**READS, **WRITES}[name], plan)
