"""Tickets through Jira's API: create, read one or a hundred, edit, assign, move along, and their properties.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-properties/
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from connectors.sandbox.http import Request, Response, Router
from connectors.sandbox.jira_adf import text_of
from connectors.sandbox.jira_changelog import Steps
from connectors.sandbox.jira_desk import OFF_SCREEN, JiraDesk, json_value, record, refusal
from connectors.sandbox.jira_fields import (
    CLOUD,
    Dialect,
    Wanted,
    Wrong,
    check_property,
    read_assignee,
    read_comments,
    read_wanted,
)
from connectors.sandbox.jira_issue_view import JiraIssueView, Selection
from connectors.sandbox.jira_json import JiraJson
from connectors.sandbox.jira_own_fields import JiraOwnFields
from connectors.sandbox.world import PlaceState, TicketState

BULK_MAX = 100


class JiraIssues:
    """Handlers for tickets. `steps` is told which steps of the history belong together."""

    dialect: ClassVar[Dialect] = CLOUD

    def __init__(self, desk: JiraDesk, json: JiraJson, view: JiraIssueView, steps: Steps) -> None:
        self._desk = desk
        self._json = json
        self._view = view
        self._steps = steps

    def mount(self, router: Router) -> None:
        one = "/rest/api/3/issue/{key}"
        router.add("POST", "/rest/api/3/issue", self.create)
        router.add("POST", "/rest/api/3/issue/bulkfetch", self.bulk_fetch)
        router.add("GET", one, self.get)
        router.add("PUT", one, self.edit)
        router.add("PUT", f"{one}/assignee", self.assign)
        router.add("GET", f"{one}/properties", self.property_keys)
        router.add("GET", f"{one}/properties/{{name}}", self.get_property)
        router.add("PUT", f"{one}/properties/{{name}}", self.put_property)

    # --- creating -----------------------------------------------------------------------------

    def create(self, request: Request) -> Response:
        """201 with id, key and self; properties are set in the same step as the ticket."""
        body = record(request)
        actor = request.account or ""
        place, ticket_type = self._target(actor, body.get("fields") or {})
        own = JiraOwnFields(self._desk.site, place, ticket_type, self.dialect)
        wanted = read_wanted(self._desk.site, body, None, self.dialect, own)
        if "CREATE_ISSUES" not in self._desk.permissions(actor, place.container) or place.is_archived:
            raise refusal(400, errors={"project": "You cannot create issues in this project."})
        self._may_set_level(actor, place, wanted)
        assignee = wanted.get("assignee", "")
        ticket = self._desk.site.open_ticket(
            actor,
            place.container,
            wanted.get("summary", ""),
            wanted.get("description", ""),
            labels=wanted.get("labels", ()),
            assignees=(assignee,) if assignee else (),
            due_on=wanted.get("duedate", None),
            ticket_type=ticket_type,
            properties=wanted.properties,
            level=wanted.get("security", ""),
            priority=wanted.get("priority", ""),
            parent_uid=wanted.get("parent", None),
            values={name: value for name, value in wanted.values.items() if name.startswith("customfield_")},
        )
        self._steps.note_birth(ticket)
        return Response(201, self._json.reference(ticket))

    def _target(self, actor: str, fields: Any) -> tuple[PlaceState, str]:
        if not isinstance(fields, dict):
            raise refusal(400, "Field 'fields' must be an object.")
        project, wanted = fields.get("project") or {}, fields.get("issuetype") or {}
        if not isinstance(project, dict) or not isinstance(wanted, dict):
            raise refusal(400, errors={"project": "data was not an object"})
        place = self._desk.find_place(actor, str(project.get("key") or project.get("id") or ""))
        if place is None:
            raise refusal(400, errors={"project": "valid project is required"})
        if not wanted:
            raise refusal(400, errors={"issuetype": "Specify an issue type"})
        for name in (*place.ticket_types, *place.sub_task_types):
            if wanted.get("name") == name or str(wanted.get("id", "")) == self._json.issue_type(name)["id"]:
                return place, name
        raise refusal(400, errors={"issuetype": "Specify a valid issue type"})

    # --- reading ------------------------------------------------------------------------------

    def get(self, request: Request, key: str) -> Response:
        ticket = self._desk.ticket(request.account, key)
        selection = Selection.from_query(request, default="*all")
        return Response(200, self._view.one(ticket, request.account, selection))

    def bulk_fetch(self, request: Request) -> Response:
        """Up to 100 tickets by id or key, in order of id; those that cannot be seen are left out in silence."""
        body = record(request)
        names = body.get("issueIdsOrKeys")
        if not isinstance(names, list) or not names:
            raise refusal(400, "No issue IDs or keys were provided.")
        if len(names) > BULK_MAX:
            raise refusal(400, f"The request has more than {BULK_MAX} issue IDs or keys.")
        selection = Selection.from_body(body, default="*navigable")
        found = {t.uid: t for t in (self._desk.lookup(request.account, str(name)) for name in names) if t}
        shown = [self._view.in_bulk(found[uid], request.account, selection) for uid in sorted(found)]
        return Response(200, {"issues": shown, "issueErrors": []})

    # --- changing -----------------------------------------------------------------------------

    def edit(self, request: Request, key: str) -> Response:
        """204. notifyUsers=false is refused with 403 to all but administrators of site or project."""
        actor = request.account or ""
        ticket = self._desk.ticket(actor, key)
        body = record(request)
        self._may_be_silent(request, ticket)
        wanted = read_wanted(self._desk.site, body, ticket, self.dialect)
        comments = read_comments(body, self.dialect)
        if not wanted.values and not wanted.properties and not comments:
            raise refusal(400, "one of 'fields' or 'update' required")
        if wanted.values or wanted.properties:
            self._may_edit(actor, ticket, wanted)
            self._may_set_level(actor, self._desk.site.places[ticket.container], wanted)
        since = len(ticket.history)
        self._apply(actor, ticket, wanted)
        self._steps.note_edit(ticket, since)
        for document in comments:
            self._desk.site.comment_on(actor, ticket.key, document)
        return Response(204)

    def _may_be_silent(self, request: Request, ticket: TicketState) -> None:
        if request.one("notifyUsers", "true") == "true":
            return
        held = self._desk.permissions(request.account, ticket.container)
        if "ADMINISTER_PROJECTS" not in held and "ADMINISTER" not in self._desk.global_permissions(request.account):
            raise refusal(
                403, "To discard the user notification either admin or project admin permissions are required."
            )

    def _may_edit(self, actor: str, ticket: TicketState, wanted: Wanted) -> None:
        """To those who may not edit, no field is on the screen."""
        if "EDIT_ISSUES" not in self._desk.permissions(actor, ticket.container):
            raise refusal(400, errors={name: OFF_SCREEN.format(name) for name in wanted.values})

    def _may_set_level(self, actor: str, place: PlaceState, wanted: Wanted) -> None:
        """To those who may not set a security level, it is not on the screen; nor where a project has none."""
        if "security" not in wanted.values:
            return
        if not place.levels or "SET_ISSUE_SECURITY" not in self._desk.permissions(actor, place.container):
            raise refusal(400, errors={"security": OFF_SCREEN.format("security")})
        if wanted.values["security"] not in ("", *place.levels):
            raise refusal(400, errors={"security": "The security level is not valid for this project."})

    def _apply(self, actor: str, ticket: TicketState, wanted: Wanted) -> None:
        """Change what differs, field by field."""
        site, key = self._desk.site, ticket.key
        if "summary" in wanted.values:
            site.set_title(actor, key, wanted.values["summary"])
        if "description" in wanted.values and ticket.body != wanted.values["description"]:
            old = ticket.body
            site.set_body(actor, key, wanted.values["description"])
            # The world keeps bodies as Python shows them; Jira's changelog says the words.
            entry = ticket.history[-1]
            entry.old, entry.new = text_of(old), text_of(ticket.body)
        if "duedate" in wanted.values:
            site.set_due(actor, key, wanted.values["duedate"])
        if "labels" in wanted.values:
            self._set_labels(actor, ticket, wanted.values["labels"])
        if "assignee" in wanted.values:
            assignee = wanted.values["assignee"]
            site.assign(actor, key, (assignee,) if assignee else ())
        if "security" in wanted.values:
            site.set_level(actor, key, wanted.values["security"])
        for name, value in wanted.properties.items():
            site.set_property(actor, key, name, value)

    def _set_labels(self, actor: str, ticket: TicketState, labels: Iterable[str]) -> None:
        wanted = list(labels)
        for label in [label for label in ticket.labels if label not in wanted]:
            self._desk.site.remove_label(actor, ticket.key, label)
        for label in wanted:
            self._desk.site.add_label(actor, ticket.key, label)

    def assign(self, request: Request, key: str) -> Response:
        """204. A null accountId leaves nobody assigned; "-1" is the project's default, which is nobody here.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-assignee-put
        """
        ticket = self._desk.ticket(request.account, key)
        self._desk.demand(request.account, ticket, "ASSIGN_ISSUES", 403)
        body = record(request)
        if "accountId" not in body:
            raise refusal(400, "accountId is required")
        try:
            account = "" if body["accountId"] == "-1" else read_assignee(self._desk.site, body)
        except Wrong as wrong:
            raise refusal(400, errors={"assignee": str(wrong)}) from None
        self._desk.site.assign(request.account or "", ticket.key, (account,) if account else ())
        return Response(204)

    # --- properties ---------------------------------------------------------------------------

    def property_keys(self, request: Request, key: str) -> Response:
        ticket = self._desk.ticket(request.account, key)
        url = self._json.url(f"issue/{ticket.uid}/properties")
        return Response(200, {"keys": [{"self": f"{url}/{name}", "key": name} for name in ticket.properties]})

    def get_property(self, request: Request, key: str, name: str) -> Response:
        ticket = self._desk.ticket(request.account, key)
        if name not in ticket.properties:
            raise refusal(404, f"The property with key '{name}' does not exist.")
        return Response(200, {"key": name, "value": ticket.properties[name]})

    def put_property(self, request: Request, key: str, name: str) -> Response:
        """200 where there was one, 201 where it is new. The body is the value itself."""
        ticket = self._desk.ticket(request.account, key)
        self._desk.demand(request.account, ticket, "EDIT_ISSUES", 403)
        value = json_value(request)
        check_property(name, value)
        is_new = name not in ticket.properties
        self._desk.site.set_property(request.account or "", ticket.key, name, value)
        return Response(201 if is_new else 200)
