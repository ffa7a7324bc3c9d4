"""Every route of the sandbox's GitHub is asked and answers as GitHub's own OpenAPI description says.

The number of pairs (method, path template, status) that were checked is printed (`pytest -s`, or on failure).
"""

from __future__ import annotations

import base64
import datetime as dt
import sys
import urllib.parse
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from connectors.sandbox.github_apps import SandboxApp
from connectors.sandbox.world import IssueFieldState, OrganisationState
from tests.connectors.github.app_company import key_pair
from tests.connectors.sandbox.github_company import SHOP, Company, Receiver, company, receiver
from tests.contracts.openapi import ContractChecker

#: Which webhook schema a payload answers to, where event and action alone do not say it.
_SUB_ISSUES = {"sub_issue_added": "sub-issues-sub-issue-added", "parent_issue_added": "sub-issues-parent-issue-added"}
_TIMELINE = {
    "commented": "timeline-comment-event",
    "labeled": "labeled-issue-event",
    "unlabeled": "unlabeled-issue-event",
    "assigned": "timeline-assigned-issue-event",
    "unassigned": "timeline-unassigned-issue-event",
    "closed": "state-change-issue-event",
    "reopened": "state-change-issue-event",
    "renamed": "renamed-issue-event",
    "cross-referenced": "timeline-cross-referenced-event",
    "sub_issue_added": "sub-issue-added-issue-event",
    "locked": "locked-issue-event",
    "unlocked": "locked-issue-event",
}


class Asking:
    """Asks, checks request and answer, and hands the answer's JSON back."""

    def __init__(self, at: Company, checker: ContractChecker) -> None:
        self.at, self.checker = at, checker

    def __call__(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        status: int = 200,
        who: str = "ada",
        sane: bool = True,
        credential: str = "",
    ) -> Any:
        """`sane` False leaves the request unchecked, since it is wrong on purpose; `credential` is shown in place of a
        person's token."""
        path, _, raw_query = target.partition("?")
        query = dict(urllib.parse.parse_qsl(raw_query))
        if sane:
            assert self.checker.check_request(method, path, query, body), f"{method} {path} is not in the contract"
        shown = {"headers": {"Authorization": f"Bearer {credential}"}} if credential else {}
        answer = self.at.call(method, target, body, who=who, allow_redirects=False, **shown)
        assert answer.status_code == status, answer.text
        told = answer.json() if answer.content else None
        known = self.checker.check_response(method, path, status, told)
        assert known or not sane or status in (401, 403, 404, 410, 422), (
            f"{method} {path}: {status} not in the contract"
        )
        return told


@pytest.fixture
def checker() -> ContractChecker:
    return ContractChecker("github")


@pytest.fixture
def at() -> Iterator[Company]:
    with company() as running:
        yield running


@pytest.fixture
def ask(at: Company, checker: ContractChecker) -> Asking:
    return Asking(at, checker)


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as listening:
        yield listening


def live_through_everything(ask: Asking, hook: Receiver) -> None:
    """One life of an issue that passes every route at least once."""
    made = ask(
        "POST",
        f"{SHOP}/hooks",
        {"name": "web", "events": ["*"], "config": {"url": hook.url, "content_type": "json"}},
        status=201,
    )
    issue = ask("POST", f"{SHOP}/issues", {"title": "Boom", "body": "It broke", "labels": ["failure"]}, status=201)
    child = ask("POST", f"{SHOP}/issues", {"title": "Fix it", "assignees": ["ben"]}, status=201)
    one = f"{SHOP}/issues/{issue['number']}"
    two = f"{SHOP}/issues/{child['number']}"
    ask("POST", f"{SHOP}/labels", {"name": "sev1", "color": "ff0000"}, status=201)
    ask("GET", f"{SHOP}/labels")
    ask("GET", f"{SHOP}/labels/sev1")
    ask("POST", f"{SHOP}/labels", {"name": "wish"}, status=201)
    ask("PATCH", f"{SHOP}/labels/wish", {"new_name": "dream"})
    ask("DELETE", f"{SHOP}/labels/dream", status=204)
    ask("POST", f"{one}/labels", {"labels": ["sev1"]})
    ask("PUT", f"{one}/labels", {"labels": ["sev1", "Failure"]})
    ask("GET", f"{one}/labels")
    ask("DELETE", f"{one}/labels/sev1")
    comment = ask("POST", f"{one}/comments", {"body": "Looking into it"}, status=201, who="ben")
    ask("PATCH", f"{SHOP}/issues/comments/{comment['id']}", {"body": "Found it"}, who="ben")
    ask("GET", f"{SHOP}/issues/comments/{comment['id']}")
    ask("GET", f"{SHOP}/issues/comments?sort=updated&direction=desc")
    gone = ask("POST", f"{one}/comments", {"body": "Said twice"}, status=201)
    ask("DELETE", f"{SHOP}/issues/comments/{gone['id']}", status=204)
    ask("GET", f"{one}/comments?per_page=10&page=1")
    ask("POST", f"{one}/assignees", {"assignees": ["tom"]}, status=201)
    ask("DELETE", f"{one}/assignees", {"assignees": ["tom"]})
    ask("GET", f"{one}/assignees/ben", status=204)
    ask("GET", f"{SHOP}/assignees/zoe", status=404)
    ask("GET", f"{SHOP}/assignees/ben", status=204)
    ask("GET", f"{SHOP}/assignees?per_page=2")
    ask("POST", f"{one}/sub_issues", {"sub_issue_id": child["id"]}, status=201)
    ask("GET", f"{one}/sub_issues")
    ask("GET", f"{two}/parent")
    ask("GET", f"{one}/parent", status=404)
    ask("PUT", f"{one}/lock", {"lock_reason": "resolved"}, status=204)
    ask("DELETE", f"{one}/lock", status=204)
    ask("PATCH", one, {"state": "closed", "state_reason": "not_planned"})
    ask("PATCH", one, {"state": "open", "title": "Boom again", "body": "It broke twice"})
    ask("PATCH", two, {"state": "closed", "state_reason": "duplicate", "labels": [], "assignees": []})
    at = ask.at
    at.site.reference("ben", "acme/shop#1", "0123456789abcdef0123456789abcdef01234567")
    at.site.reference("ben", "acme/shop#1", "acme/shop#2")
    at.site.reference("ben", "acme/shop#1", "https://github.com/acme/web/pull/12")
    for path in (one, f"{one}/timeline", f"{one}/events", f"{SHOP}/issues?state=all&labels=Failure&sort=updated", SHOP):
        ask("GET", path)
    ask("GET", "/user")
    ask("GET", "/users/ben")
    ask("GET", "/rate_limit")
    ask("GET", f"{SHOP}/collaborators/tom/permission")
    ask("GET", f"/search/issues?q={urllib.parse.quote('repo:acme/shop is:issue boom')}")
    content = base64.b64encode(b"# A lesson\n").decode()
    file = f"{SHOP}/contents/lessons%2Fone.md"
    file_made = ask("PUT", file, {"message": "Keep a lesson", "content": content}, status=201)["content"]
    ask("PUT", file, {"message": "Keep it again", "content": content}, status=422, sane=False)
    ask("PUT", file, {"message": "Keep another", "content": content, "sha": file_made["sha"]})
    ask("GET", file)
    # The copy of the contract that is kept for these tests has no listing of commits and no users by their ids, and
    # GraphQL has another one.
    assert at.get(f"/user/{at.site.accounts['ben'].number}").json() == at.get("/users/ben").json()
    assert at.post("/graphql", {"query": "query { viewer { login } }"}).json() == {"data": {"viewer": {"login": "ada"}}}
    assert at.get(f"{SHOP}/commits?path=lessons/one.md").json()[0]["commit"]["message"] == "Keep another"
    assert at.sandbox.wait_idle()
    hooks = f"{SHOP}/hooks/{made['id']}"
    ask("GET", f"{SHOP}/hooks")
    ask("GET", hooks)
    ask("PATCH", hooks, {"active": True, "events": ["issues", "label"]})
    delivery = ask("GET", f"{hooks}/deliveries")[0]
    ask("GET", f"{hooks}/deliveries/{delivery['id']}")
    ask("POST", f"{hooks}/deliveries/{delivery['id']}/attempts", status=202)
    assert at.sandbox.wait_idle()
    ask("DELETE", hooks, status=204)
    live_in_an_organisation(ask, one, two)
    live_as_an_app(ask)


def live_in_an_organisation(ask: Asking, one: str, two: str) -> None:
    """Types, fields with values, and what waits for what."""
    due = IssueFieldState(3, "Due date", "date", is_due=True)
    size = IssueFieldState(4, "Size", "single_select", ("S", "L"))
    both = IssueFieldState(5, "Areas", "multi_select", ("Web", "API"))
    ask.at.site.organisations["acme"] = OrganisationState(("Task", "Bug"), (due, size, both))
    # The copy of the contract that is kept for these tests has no listing of an organisation's fields.
    told = ask.at.get("/orgs/acme/issue-fields").json()
    assert [(field["id"], field["data_type"]) for field in told] == [
        (3, "date"),
        (4, "single_select"),
        (5, "multi_select"),
    ]
    ask("GET", f"{SHOP}/issue-types")
    values = [
        {"field_id": 3, "value": "2026-12-01"},
        {"field_id": 4, "value": "L"},
        {"field_id": 5, "value": ["Web", "API"]},
    ]
    asked = {"title": "Fix it well", "type": "Bug", "issue_field_values": values}
    made = ask("POST", f"{SHOP}/issues", asked, status=201)
    assert (made["type"]["name"], len(made["issue_field_values"])) == ("Bug", 3)
    ask("POST", f"{one}/issue-field-values", {"issue_field_values": values})
    ask("GET", f"{one}/issue-field-values")
    ask("DELETE", f"{one}/issue-field-values/3", status=204)
    ask("DELETE", f"{one}/issue-field-values/3", status=404)
    for wrong in ({"type": "Epic"}, {"issue_field_values": [{"field_id": 4, "value": "XXL"}]}):
        ask("POST", f"{SHOP}/issues", {"title": "x", **wrong}, status=422, sane=False)
    ask("POST", f"{one}/dependencies/blocked_by", {"issue_id": made["id"]}, status=201)
    ask("POST", f"{one}/dependencies/blocked_by", {"issue_id": made["id"]}, status=422, sane=False)
    ask("GET", f"{one}/dependencies/blocked_by")
    ask("GET", f"{two}/dependencies/blocked_by")


def live_as_an_app(ask: Asking) -> None:
    """What an App asks as itself, and one request with the token that it is given."""
    private, public = key_pair()
    apps, now = ask.at.api.apps, ask.at.sandbox.clock.now()
    app = apps.register(SandboxApp(12_345, "aftermath", public, "ada"))
    installation = apps.install(app, "acme", ("acme/shop",))
    apps.install(app, "globex").is_suspended = True
    claims = {"iss": "12345", "iat": now - dt.timedelta(minutes=1), "exp": now + dt.timedelta(minutes=5)}
    signed = jwt.encode(claims, private, algorithm="RS256")
    ask("GET", "/app", credential=signed)
    ask("GET", "/app/installations?per_page=100", credential=signed)
    ask("GET", f"/app/installations/{installation.id}", credential=signed)
    ask("GET", f"{SHOP}/installation", credential=signed)
    made = ask("POST", f"/app/installations/{installation.id}/access_tokens", status=201, credential=signed)
    ask("GET", SHOP, credential=made["token"])


def test_every_route_answers_as_the_contract_says(ask: Asking, hook: Receiver, at: Company) -> None:
    live_through_everything(ask, hook)
    sys.stdout.write(f"GitHub's contract: {ask.checker.report()}\n")
    counted = set(at.sandbox.counts.as_json()["github"]["routes"])
    assert {f"{method} {template}" for method, template in at.api.routes()} == counted
    answers = {pair for pair in ask.checker.checked if pair[2] != "request"}
    assert len(answers) >= len(at.api.routes())


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "who"),
    [
        pytest.param("GET", "/user", None, 401, "nobody", id="unknown-token"),
        pytest.param("GET", "/repos/acme/vault/issues", None, 404, "zoe", id="hidden-repository"),
        pytest.param("GET", f"{SHOP}/issues/99", None, 404, "ada", id="missing-issue"),
        pytest.param("POST", f"{SHOP}/issues", {"title": ""}, 422, "ada", id="title-empty"),
        pytest.param("POST", f"{SHOP}/issues", {"title": "x", "body": "a" * 65_537}, 422, "ada", id="body-too-long"),
        pytest.param("POST", f"{SHOP}/issues", {"title": "x", "assignees": ["zoe"]}, 422, "ada", id="assignee-unfit"),
        pytest.param("POST", f"{SHOP}/issues", {}, 422, "ada", id="title-missing"),
        pytest.param("POST", f"{SHOP}/issues/1/comments", {"body": " "}, 422, "ada", id="comment-blank"),
        pytest.param("POST", f"{SHOP}/issues/1/comments", {"body": "a" * 65_537}, 422, "ada", id="comment-too-long"),
        pytest.param("PATCH", f"{SHOP}/issues/1", {"state": "gone"}, 422, "ada", id="state-unknown"),
        pytest.param("PATCH", f"{SHOP}/issues/1", {"title": "x"}, 403, "eve", id="rights-missing"),
        pytest.param("POST", f"{SHOP}/labels", {"name": "failure", "color": "ffffff"}, 422, "ada", id="label-known"),
        pytest.param("POST", f"{SHOP}/issues/1/sub_issues", {"sub_issue_id": 5}, 404, "ada", id="child-missing"),
        pytest.param("GET", f"{SHOP}/hooks", None, 404, "ben", id="hooks-are-the-admins'"),
        pytest.param("GET", "/search/issues?q=repo:acme/nope", None, 422, "ada", id="search-where-nothing-is"),
    ],
)
def test_refusals_have_github_s_status_and_shape(
    ask: Asking, at: Company, *, method: str, path: str, body: Any, status: int, who: str
) -> None:
    at.post(f"{SHOP}/issues", {"title": "Boom"})
    told = ask(method, path, body, status=status, who=who, sane=False)
    assert told["message"]
    assert told["status"] == str(status)


def test_every_timeline_event_fits_its_own_schema(ask: Asking, hook: Receiver, at: Company) -> None:
    """The timeline's schema is a choice of twenty, which lets much pass: so each event is held to its own."""
    live_through_everything(ask, hook)
    seen = set()
    for number in (1, 2):
        for event in at.get(f"{SHOP}/issues/{number}/timeline?per_page=100").json():
            seen.add(event["event"])
            if event["event"] in _TIMELINE:
                ask.checker.check_schema(_TIMELINE[event["event"]], event, event["event"])
    assert seen == set(_TIMELINE) | {"referenced"}


def test_every_delivery_fits_github_s_webhook_schema(ask: Asking, hook: Receiver, at: Company) -> None:
    live_through_everything(ask, hook)
    assert at.sandbox.wait_idle()
    names = set()
    for headers, payload in zip([h for h, _ in hook.received], hook.payloads(), strict=True):
        event, action = headers["X-GitHub-Event"], payload.get("action", "")
        name = _SUB_ISSUES.get(action) or f"{event.replace('_', '-')}{'-' if action else ''}{action}"
        assert ask.checker.check_webhook(name, payload), f"{name} is no webhook of GitHub's"
        names.add(name)
    sys.stdout.write(f"GitHub's webhooks: {len(names)} kinds checked, {len(hook.received)} deliveries\n")
    assert names >= {"ping", "issues-opened", "issues-labeled", "issues-closed", "issue-comment-created"}
