"""How tickets move, and what has changed: transitions and changelogs through Jira's API.

A project without a workflow of its own lets every status be reached from every other; a transition's name is then its
status's. Moving into a status of the category done sets a resolution (Done, unless another is asked for), moving out
clears it. What a step's screen demands has to come along.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/
"""

from __future__ import annotations

import base64
from typing import Any, ClassVar

from connectors.sandbox.http import ApiError, Request, Response, Router
from connectors.sandbox.jira_desk import OFF_SCREEN, JiraDesk, record, refusal, whole
from connectors.sandbox.jira_fields import CLOUD, Dialect, Wrong, read_comments
from connectors.sandbox.jira_issue_view import JiraIssueView
from connectors.sandbox.jira_json import JiraJson, Json
from connectors.sandbox.jira_own_fields import custom_field, read_value
from connectors.sandbox.jira_words import RESOLUTIONS
from connectors.sandbox.world import CustomField, PlaceState, TicketState, WorkflowStep

_BULK_MAX = 1000


class JiraWorkflow:
    """Handlers for transitions and changelogs."""

    dialect: ClassVar[Dialect] = CLOUD

    def __init__(self, desk: JiraDesk, json: JiraJson, view: JiraIssueView) -> None:
        self._desk = desk
        self._json = json
        self._view = view

    def mount(self, router: Router) -> None:
        router.add("GET", "/rest/api/3/issue/{key}/transitions", self.transitions)
        router.add("POST", "/rest/api/3/issue/{key}/transitions", self.move)
        router.add("GET", "/rest/api/3/issue/{key}/changelog", self.changelog)
        router.add("POST", "/rest/api/3/changelog/bulkfetch", self.changelogs)

    # --- transitions --------------------------------------------------------------------------

    def transitions(self, request: Request, key: str) -> Response:
        """What the account may do with the ticket; nothing for somebody without rights. With
        `expand=transitions.fields` each tells the fields of its screen, and which of them are required."""
        ticket = self._desk.ticket(request.account, key)
        wanted = request.one("transitionId")
        expanded = "transitions.fields" in request.one("expand")
        shown = [
            self._shown(number, step, ticket, expanded)
            for number, step in self._offered(request.account, ticket).items()
            if wanted in ("", number)
        ]
        return Response(200, {"expand": "transitions", "transitions": shown})

    def move(self, request: Request, key: str) -> Response:
        """204. A comment may come along in `update`, a resolution in `fields`."""
        ticket = self._desk.ticket(request.account, key)
        body = record(request)
        chosen = body.get("transition")
        if not isinstance(chosen, dict) or not chosen.get("id"):
            raise refusal(400, "Missing 'transition' identifier")
        step = self._offered(request.account, ticket).get(str(chosen["id"]))
        if step is None:
            raise self._not_offered(ticket, str(chosen["id"]))
        fields = dict(body.get("fields") or {})
        values = self._own_values(step, fields, ticket)
        resolution = self._resolution(step, fields, self._place(ticket).statuses[step.target])
        strangers = [name for name in body.get("update") or {} if name != "comment"]
        if strangers:
            raise refusal(400, errors={name: OFF_SCREEN.format(name) for name in strangers})
        comments = read_comments(body, self.dialect)
        actor, site = request.account or "", self._desk.site
        site.set_status(actor, ticket.key, step.target, resolution)
        ticket.values.update(values)
        for document in comments:
            site.comment_on(actor, ticket.key, document)
        return Response(204)

    def _place(self, ticket: TicketState) -> PlaceState:
        return self._desk.site.places[ticket.container]

    def _offered(self, account: str | None, ticket: TicketState) -> dict[str, WorkflowStep]:
        """The steps from where the ticket stands, by id."""
        if "TRANSITION_ISSUES" not in self._desk.permissions(account, ticket.container):
            return {}
        place = self._place(ticket)
        steps = place.workflow or tuple(WorkflowStep(name, (), name) for name in place.statuses)
        return {
            str(10 * number + 1): step
            for number, step in enumerate(steps, start=1)
            if not step.sources or ticket.status in step.sources
        }

    def _shown(self, number: str, step: WorkflowStep, ticket: TicketState, expanded: bool) -> Json:
        category = self._place(ticket).statuses[step.target]
        shown = {
            "id": number,
            "name": step.name,
            "to": self._json.status(step.target, category),
            "hasScreen": bool(step.required),
            "isGlobal": not step.sources,
            "isInitial": False,
            "isAvailable": True,
            "isConditional": False,
            "looped": False,
        }
        return shown | ({"fields": self._screen(step, category, ticket)} if expanded else {})

    def _screen(self, step: WorkflowStep, category: str, ticket: TicketState) -> Json:
        shown: Json = {}
        for one in self._demanded(step, ticket):
            told = custom_field(one, self._json.url(""))
            shown[one.id] = {name: value for name, value in told.items() if name != "fieldId"} | {"required": True}
        if category != "done":
            return shown
        return shown | {
            "resolution": {
                "required": "resolution" in step.required,
                "schema": {"type": "resolution", "system": "resolution"},
                "name": "Resolution",
                "key": "resolution",
                "operations": ["set"],
                "allowedValues": [self._json.resolution(word) for word in RESOLUTIONS],
            }
        }

    def _demanded(self, step: WorkflowStep, ticket: TicketState) -> list[CustomField]:
        return [one for one in self._place(ticket).custom_fields if one.id in step.required]

    def _own_values(self, step: WorkflowStep, fields: Json, ticket: TicketState) -> Json:
        """Values of the site's own fields, taken out of `fields`; those that the ticket has need not come along. Raises
        ApiError 400."""
        values: Json = {}
        errors: dict[str, str] = {}
        for one in self._demanded(step, ticket):
            given = fields.pop(one.id, None)
            if given in (None, "", []):
                if not ticket.values.get(one.id):
                    errors[one.id] = f"{one.name} is required."
                continue
            try:
                values[one.id] = read_value(self._desk.site, one, given, self.dialect)
            except Wrong as wrong:
                errors[one.id] = str(wrong)
        if errors:
            raise refusal(400, errors=errors)
        return values

    def _not_offered(self, ticket: TicketState, number: str) -> ApiError:
        return refusal(400, f"Transition id '{number}' is not valid for this issue.")

    def _resolution(self, step: WorkflowStep, fields: Any, category: str) -> str:
        """The world's word for how the ticket ends. Raises ApiError 400 for what is not on the screen, or missing."""
        strangers = [name for name in fields if name != "resolution"]
        if strangers:
            raise refusal(400, errors={name: OFF_SCREEN.format(name) for name in strangers})
        if "resolution" in step.required and not fields.get("resolution"):
            raise refusal(400, errors={"resolution": "Resolution is required."})
        if category != "done":
            return ""
        given = fields.get("resolution") or {"name": "Done"}
        for word in RESOLUTIONS:
            known = self._json.resolution(word) or {}
            if isinstance(given, dict) and (given.get("name") == known["name"] or given.get("id") == known["id"]):
                return word
        raise refusal(400, errors={"resolution": f"Resolution '{given}' is not valid."})

    # --- changelogs ---------------------------------------------------------------------------

    def changelog(self, request: Request, key: str) -> Response:
        """A page of the changelog, oldest first; at most 100 entries.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-changelog-get
        """
        ticket = self._desk.ticket(request.account, key)
        log = self._view.changelog(ticket)
        start, most = whole(request, "startAt", 0, 10**9), whole(request, "maxResults", 100, 100)
        page = log[start : start + most]
        url = self._json.url(f"issue/{ticket.uid}/changelog")
        is_last = start + len(page) >= len(log)
        following = {} if is_last else {"nextPage": f"{url}?startAt={start + most}&maxResults={most}"}
        shown = {"startAt": start, "maxResults": most, "total": len(log), "isLast": is_last, "values": page}
        return Response(200, {"self": f"{url}?startAt={start}&maxResults={most}", **following, **shown})

    def changelogs(self, request: Request) -> Response:
        """Changelogs of up to 1,000 tickets, oldest change first, paged over all of them together.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-changelog-bulkfetch-post
        """
        body = record(request)
        names = body.get("issueIdsOrKeys")
        if not isinstance(names, list) or not 0 < len(names) <= _BULK_MAX:
            raise refusal(400, f"Between 1 and {_BULK_MAX} issue IDs or keys have to be given.")
        found = {t.uid: t for t in (self._desk.lookup(request.account, str(name)) for name in names) if t}
        wanted = set(body.get("fieldIds") or [])
        changes = [
            (change["created"], uid, change)
            for uid, ticket in sorted(found.items())
            for change in self._view.changelog(ticket)
            if not wanted or any(item.get("fieldId") in wanted for item in change["items"])
        ]
        changes.sort(key=lambda entry: entry[:2])
        start, most = _offset(body.get("nextPageToken")), min(int(body.get("maxResults") or 1000), 10_000)
        page = changes[start : start + most]
        grouped: dict[int, list[Json]] = {}
        for _, uid, change in page:
            grouped.setdefault(uid, []).append(change)
        shown: Json = {
            "issueChangeLogs": [{"issueId": str(uid), "changeHistories": log} for uid, log in sorted(grouped.items())]
        }
        more = start + most < len(changes)
        return Response(200, shown | ({"nextPageToken": _token(start + most)} if more else {}))


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"at:{offset}".encode()).decode()


def _offset(token: Any) -> int:
    if not token:
        return 0
    try:
        head, _, offset = base64.urlsafe_b64decode(str(token)).decode().partition(":")
        if head != "at":
            raise ValueError
        return int(offset)
    except ValueError:
        raise refusal(400, "The provided next page token is invalid.") from None
