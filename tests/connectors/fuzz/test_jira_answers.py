"""Whatever a server answers to us for Jira: facts come out, or one of our own errors, and nothing goes astray."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tenacity import wait_none

from connectors.access import Access, Secret
from connectors.errors import TrackerError
from connectors.inspection import Wanted
from connectors.jira.tracker import JiraTracker
from connectors.tracker import Draft, Link
from rules.refs import TicketRef
from tests.connectors.fuzz.hostile import ELSEWHERE, MOMENTS, Wrongs, deep_json, wrongs
from tests.connectors.fuzz.watching import watched
from tests.connectors.jira.jira_house import CODEC, OPS, START, marker
from tests.connectors.jira.scripted import Reply, Scripted, Seen

ONE = TicketRef("jira", "OPS-1")
USER, TOKEN = "bot@example.org", "the-api-token"
BASIC = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
FEW = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
AT = "2026-11-02T09:00:00.000+0000"
ADA = {"accountId": "ada", "displayName": "Ada", "accountType": "atlassian", "active": True, "self": ELSEWHERE}
US = {**ADA, "accountId": "bot"}
STATUS = {"id": "1", "name": "To Do", "statusCategory": {"id": 2, "key": "new", "name": "To Do"}, "self": ELSEWHERE}
ADF = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": "x"}]}]}
COMMENT = {"id": "5", "author": US, "created": AT, "updated": AT, "body": ADF, "self": ELSEWHERE, "properties": []}
ITEMS = [
    {"field": "status", "fieldId": "status", "from": "1", "fromString": "To Do", "to": "3", "toString": "Done"},
    {"field": "labels", "fieldId": "labels", "from": None, "fromString": "", "to": None, "toString": "sev1"},
    {"field": "assignee", "fieldId": "assignee", "from": None, "fromString": None, "to": "ada", "toString": "Ada"},
]
LINK = {"id": "9", "type": {"name": "Relates", "inward": "relates to", "outward": "relates to"}, "outwardIssue": {"key": "OPS-2", "fields": {}}}  # fmt: skip  # noqa: E501
ISSUE = {
    "id": "10001",
    "key": "OPS-1",
    "self": ELSEWHERE,
    "fields": {
        "summary": "Down", "description": ADF, "status": STATUS, "creator": ADA, "reporter": ADA, "created": AT,
        "updated": AT, "labels": ["failure"], "assignee": ADA, "duedate": "2026-12-01", "resolution": None,
        "resolutiondate": None, "issuelinks": [LINK], "comment": {"total": 1, "comments": [COMMENT]},
        "project": {"id": "1", "key": "OPS", "projectTypeKey": "software"}, "security": None,
    },
    "changelog": {"total": 1, "histories": [{"id": "100", "author": ADA, "created": AT, "items": ITEMS}]},
    "properties": {},
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "myself": US,
    "issue/OPS-1": ISSUE,
    "issue/OPS-1/comment": {"total": 1, "startAt": 0, "comments": [COMMENT]},
    "issue/OPS-1/changelog": {"total": 1, "values": ISSUE["changelog"]["histories"]},  # type: ignore[index]
    "issue/OPS-1/transitions": {"transitions": [{"id": "31", "name": "Done", "to": STATUS}]},
    "issue/bulkfetch": {"issues": [], "issueErrors": []},
    "comment/list": {"values": [COMMENT], "isLast": True},
    "search/jql": {"issues": [ISSUE], "isLast": True, "nextPageToken": ELSEWHERE},
    "status": [STATUS],
    "issueLinkType": {"issueLinkTypes": [{"id": "1", "name": "Relates", "inward": "r", "outward": "r"}]},
    "project/OPS": {"id": "1", "key": "OPS", "projectTypeKey": "software", "self": ELSEWHERE, "issueTypes": []},
    "mypermissions": {"permissions": {"EDIT_ISSUES": {"havePermission": True}}},
    "user/assignable/search": [ADA],
}
ACTS: dict[str, Callable[[JiraTracker], Any]] = {
    "fetch": lambda tracker: tracker.fetch_ticket(ONE),
    "changed": lambda tracker: tracker.changed(OPS, tracker.changed(OPS, "").cursor),
    "labelled": lambda tracker: tracker.labelled(OPS, "failure"),
    "find-opened": lambda tracker: tracker.find_opened(OPS, "key", tracker.bookmark(OPS)),
    "find-comments": lambda tracker: tracker.find_comments(ONE, "key"),
    "rights": lambda tracker: tracker.has_rights(ONE, "ada"),
    "audience": lambda tracker: tracker.audience(OPS, is_anew=True),
    "assignable": lambda tracker: tracker.assignable(OPS),
    "check": lambda tracker: tracker.check_place(OPS),
    "inspect": lambda tracker: list(tracker.inspect(Wanted((OPS,), people={"ada": "Ada"}))),
    "open": lambda tracker: tracker.open_ticket(Draft(OPS, "Title", "Body", assignee="ada"), marker()),
    "comment": lambda tracker: tracker.post_comment(ONE, "Hello", marker()),
    "edit": lambda tracker: tracker.edit_comment(ONE, "5", "Hello", marker()),
    "assign": lambda tracker: tracker.assign(ONE, "ada"),
    "link": lambda tracker: tracker.link(ONE, Link(TicketRef("github", "a/b#1"), "1", ELSEWHERE, "T", "relates", "k")),
    "twin": lambda tracker: tracker.close_twin(ONE, ONE),
}


class Hostile(Scripted):
    """One request in turn is answered by the plan, the others as usual."""

    def __init__(self) -> None:
        super().__init__()
        self.plan: Callable[[Seen, int], Reply | None] = lambda seen, number: None
        self.since = 0

    def answer(self, seen: Seen) -> Reply:
        number, self.since = self.since, self.since + 1
        return self.plan(seen, number) or Reply(200, usual(seen))


def usual(seen: Seen) -> Any:
    return ANSWERS.get(seen.path, {"id": "7", "key": "OPS-7"})


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    with Hostile() as hostile:
        yield hostile


def tried(server: Hostile, act: Callable[[JiraTracker], Any], plan: Callable[[Seen, int], Reply | None]) -> None:
    """Do it against that server: an answer, or one of our errors without a secret; and no request astray."""
    server.plan, server.since, said = plan, 0, ""
    access = Access(Secret(TOKEN), timeout_s=5)
    tracker = JiraTracker("jira", server.url, USER, access, CODEC, Secret(), lambda: START, wait=wait_none())
    with watched(urlsplit(server.url).port or 0, TOKEN, BASIC):
        try:
            act(tracker)
        except TrackerError as error:
            said = f"{error} {error!r} {error.__cause__!r} {error.__context__!r}"
    assert TOKEN not in said


@pytest.mark.parametrize("act", [pytest.param(act, id=name) for name, act in ACTS.items()])
@FEW
@given(st.integers(0, 3), wrongs)
def test_json_with_pieces_put_wrong(
    server: Hostile, act: Callable[[JiraTracker], Any], turn: int, wrong: Wrongs
) -> None:
    def plan(seen: Seen, number: int) -> Reply | None:
        return Reply(200, wrong.put_into(usual(seen))) if number == turn else None

    tried(server, act, plan)


@pytest.mark.parametrize("name", ["fetch", "labelled", "find-comments", "open", "comment", "inspect"])
@pytest.mark.parametrize("status", [200, 302, 307])
def test_no_answer_leads_to_another_server(server: Hostile, name: str, status: int) -> None:
    """The answers are full of addresses elsewhere (`self`, `nextPageToken`), and none is asked."""

    def plan(seen: Seen, number: int) -> Reply | None:
        return Reply(status, usual(seen), {"Location": ELSEWHERE, "Link": f'<{ELSEWHERE}>; rel="next"'})

    tried(server, ACTS[name], plan)


@pytest.mark.parametrize("levels", [40, 200, 450, 5_000])
@pytest.mark.parametrize("where", ["description", "comment"])
def test_a_text_that_lies_deep_in_itself(server: Hostile, levels: int, where: str) -> None:
    """Whoever writes one must not stop the reading of a ticket for good with an error that is not ours."""
    deep = '{"type": "blockquote", "content": [' * levels + json.dumps(ADF["content"][0]) + "]}" * levels  # type: ignore[index]
    document = '{"type": "doc", "version": 1, "content": [' + deep + "]}"
    shown = json.dumps({**ISSUE, "fields": {**ISSUE["fields"], "description": "HERE"}})  # type: ignore[dict-item]
    if where == "comment":
        shown = json.dumps(ISSUE).replace(json.dumps({"body": ADF})[1:-1], '"body": "HERE"')
    assert '"HERE"' in shown
    raw = shown.replace('"HERE"', document).encode()

    def plan(seen: Seen, number: int) -> Reply | None:
        return Reply(200, raw) if seen.path == "issue/OPS-1" else None

    tried(server, ACTS["fetch"], plan)


@pytest.mark.parametrize("levels", [900, 100_000])
def test_an_answer_that_lies_deep_in_itself(server: Hostile, levels: int) -> None:
    tried(server, ACTS["fetch"], lambda seen, number: Reply(200, deep_json(levels)))


@pytest.mark.parametrize("name", ["fetch", "changed", "labelled", "find-comments"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_no_moment_is_too_strange(server: Hostile, name: str, moment: str) -> None:
    def plan(seen: Seen, number: int) -> Reply | None:
        return Reply(200, json.loads(json.dumps(usual(seen)).replace(AT, moment).replace("2026-12-01", moment)))

    tried(server, ACTS[name], plan)
