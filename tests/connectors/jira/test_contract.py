"""Every request that the tracker sends is one that Jira's own description allows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from connectors.inspection import Wanted
from connectors.sandbox.http import Request, Response
from connectors.sandbox.jira_api import JiraApi
from connectors.sandbox.world import Happening, Site
from connectors.tracker import Link
from rules.refs import TicketRef
from tests.connectors.jira.jira_house import OPS, JiraHouse, draft, marker
from tests.contracts.openapi import ContractChecker


class Recording:
    """A Jira that writes down what it was asked."""

    def __init__(self, api: JiraApi) -> None:
        self.api = api
        self.site: Site = api.site
        self.requests: list[Request] = []

    def authenticate(self, headers: Mapping[str, str]) -> str | None:
        return self.api.authenticate(headers)

    def handle(self, request: Request) -> Response:
        self.requests.append(request)
        return self.api.handle(request)

    def webhook(self, happening: Happening) -> list[tuple[str, dict[str, Any]]]:
        return self.api.webhook(happening)


def everything(house: JiraHouse) -> None:
    """Each method of the port once, with all that it can be given."""
    tracker = house.tracker
    tracker.check_place(OPS)
    cursor = tracker.changed(OPS, "").cursor
    ref = tracker.open_ticket(
        draft(labels=("failure",), assignee="ana", due_on=dt.date(2026, 12, 1)), marker("opened", "action")
    ).ref
    comment = tracker.post_comment(ref, "Hello [Ana](mention:ana)\n\n- [ ] x", marker("said"))
    for readers in ('{"visibility": {"type": "role", "value": "Administrators"}}', '{"internal": true}'):
        answer = tracker.post_comment(ref, "For you alone", marker("said"), readers)
        tracker.edit_comment(ref, answer, "For you alone still", marker("said"), readers)
    tracker.set_due(ref, dt.date(2026, 12, 8))
    tracker.set_due(ref, None)
    tracker.edit_comment(ref, comment, "Hello again", marker("said"))
    house.site.set_status("ana", ref.key, "In Progress")
    for number in range(101):
        house.site.set_title("ana", ref.key, f"title {number}")
    tracker.fetch_ticket(ref)
    tracker.changed(OPS, cursor)
    tracker.labelled(OPS, "failure")
    tracker.has_rights(ref, "ana")
    tracker.add_label(ref, "needs owner")
    tracker.assign(ref, "ben")
    other = tracker.open_ticket(draft(), marker("twin")).ref
    for target in (other, TicketRef("github", "acme/shop#7")):
        tracker.link(ref, Link(target, "", "https://tracker.example/7", "Post-mortem", "relates", "linkkey"))
    tracker.close_twin(other, ref)
    house.connect().bookmark(OPS)
    tracker.find_opened(OPS, "twin", "0")
    tracker.find_comments(ref, "said")
    tracker.retract_comment(ref, comment)
    people = {"ana": "Ana", "typo": "Tim"}
    list(tracker.inspect(Wanted((OPS,), {OPS: ("Task",)}, people=people, links_within=True, fields=("Team",))))
    tracker.assignable(OPS)


def test_every_request_keeps_to_the_vendors_description() -> None:
    checker = ContractChecker("jira")
    house = JiraHouse()
    recording = Recording(JiraApi(house.site, house.sandbox.url("jira"), house.clock.now))
    house.sandbox.mount(recording)
    with house:
        everything(house)
    for request in recording.requests:
        body = request.json() if request.body else None
        query = {name: values[0] for name, values in request.query.items()}
        assert checker.check_request(request.method, request.path, query, body), checker.report()
    asked = {(request.method, checker.template(request.method, request.path)) for request in recording.requests}
    assert len(asked) >= 20, sorted(asked)
