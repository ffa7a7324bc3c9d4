"""Comments through Jira's API, with their entity properties.

A list of comments does not carry their properties: those come with `comment/list?expand=properties`, or
one by one. A comment is internal to a service desk when it is created with the property
`sd.public.comment` saying so; `jsdPublic` is only ever told, never taken.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comment-properties/
"""

from __future__ import annotations

from typing import Any, ClassVar

from connectors.sandbox.http import Request, Response, Router
from connectors.sandbox.jira_desk import JiraDesk, json_value, record, refusal, whole
from connectors.sandbox.jira_fields import TOO_LONG, Wrong, check_property, read_document, read_properties
from connectors.sandbox.jira_json import JiraJson
from connectors.sandbox.world import CommentState, TicketState

#: How a client asks for a comment that customers do not see.
INTERNAL = "sd.public.comment"
_LIST_MAX = 1000


class JiraComments:
    """Handlers for comments and their properties."""

    #: How many a page holds where nobody asks, and at most; and whether a list can be asked for their properties.
    page_default: ClassVar[int] = 100
    page_max: ClassVar[int] = 5000
    lists_properties: ClassVar[bool] = False

    def __init__(self, desk: JiraDesk, json: JiraJson) -> None:
        self._desk = desk
        self._json = json

    def mount(self, router: Router) -> None:
        of_ticket = "/rest/api/3/issue/{key}/comment"
        router.add("GET", of_ticket, self.list_of_ticket)
        router.add("POST", of_ticket, self.create)
        router.add("GET", f"{of_ticket}/{{comment}}", self.get)
        router.add("PUT", f"{of_ticket}/{{comment}}", self.edit)
        router.add("DELETE", f"{of_ticket}/{{comment}}", self.delete)
        router.add("POST", "/rest/api/3/comment/list", self.list_by_ids)
        router.add("GET", "/rest/api/3/comment/{comment}/properties", self.property_keys)
        router.add("GET", "/rest/api/3/comment/{comment}/properties/{name}", self.get_property)
        router.add("PUT", "/rest/api/3/comment/{comment}/properties/{name}", self.put_property)

    # --- reading ------------------------------------------------------------------------------

    def list_of_ticket(self, request: Request, key: str) -> Response:
        """A page of comments, oldest first unless `orderBy=-created`."""
        ticket = self._desk.ticket(request.account, key)
        order = request.one("orderBy", "created")
        if order.lstrip("+-") != "created":
            raise refusal(400, f"The field '{order}' cannot be used for ordering.")
        listed = ticket.comments[::-1] if order.startswith("-") else ticket.comments
        start = whole(request, "startAt", 0, 10**9)
        most = whole(request, "maxResults", self.page_default, self.page_max)
        page = listed[start : start + most]
        expanded = self.lists_properties and "properties" in request.one("expand")
        return Response(
            200,
            {
                "startAt": start,
                "maxResults": most,
                "total": len(listed),
                "comments": [self._json.comment(ticket, one, with_properties=expanded) for one in page],
            },
        )

    def get(self, request: Request, key: str, comment: str) -> Response:
        ticket = self._desk.ticket(request.account, key)
        return Response(200, self._json.comment(ticket, self._desk.comment(ticket, comment)))

    def list_by_ids(self, request: Request) -> Response:
        """Comments by id, those that cannot be seen left out; with `expand=properties` their properties too.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-comment-list-post
        """
        ids = record(request).get("ids")
        if not isinstance(ids, list) or not 0 < len(ids) <= _LIST_MAX:
            raise refusal(400, f"Between 1 and {_LIST_MAX} comment IDs have to be given.")
        expanded = "properties" in request.one("expand")
        wanted = {str(each) for each in ids}
        found = [
            self._json.comment(ticket, comment, with_properties=expanded)
            for ticket in self._desk.site.tickets.values()
            if self._desk.sees_ticket(request.account, ticket)
            for comment in ticket.comments
            if str(comment.id) in wanted
        ]
        found.sort(key=lambda shown: int(shown["id"]))
        page = {"startAt": 0, "maxResults": _LIST_MAX, "total": len(found), "isLast": True, "values": found}
        return Response(200, page)

    # --- writing ------------------------------------------------------------------------------

    def create(self, request: Request, key: str) -> Response:
        ticket = self._desk.ticket(request.account, key)
        body = record(request)
        document, properties = self._text(body), read_properties(body)
        internal = properties.get(INTERNAL)
        made = self._desk.site.comment_on(
            request.account or "",
            ticket.key,
            document,
            properties=properties,
            is_internal=isinstance(internal, dict) and internal.get("internal") is True,
            visibility=_read_visibility(body),
        )
        return Response(201, self._json.comment(ticket, made))

    def edit(self, request: Request, key: str, comment: str) -> Response:
        """A new body. `notifyUsers` is taken from everybody here, as Jira documents it."""
        ticket, found = self._own(request, key, comment, "EDIT")
        body = record(request)
        edited = self._desk.site.edit_comment(
            request.account or "",
            found.id,
            self._text(body),
            properties=read_properties(body),
            visibility=_read_visibility(body),
        )
        return Response(200, self._json.comment(ticket, edited))

    def delete(self, request: Request, key: str, comment: str) -> Response:
        _, found = self._own(request, key, comment, "DELETE")
        self._desk.site.delete_comment(request.account or "", found.id)
        return Response(204)

    def _own(self, request: Request, key: str, comment: str, verb: str) -> tuple[TicketState, CommentState]:
        ticket = self._desk.ticket(request.account, key)
        found = self._desk.comment(ticket, comment)
        whose = "OWN" if found.author == request.account else "ALL"
        self._desk.demand(request.account, ticket, f"{verb}_{whose}_COMMENTS", 400)
        return ticket, found

    @staticmethod
    def _text(body: dict[str, Any]) -> Any:
        """The comment's ADF. Raises ApiError 400 in Jira's words."""
        document = body.get("body")
        if document is None:
            raise refusal(400, errors={"comment": "Comment body can not be empty!"})
        if not isinstance(document, dict):
            raise refusal(400, errors={"comment": "Comment body is not valid!"})
        try:
            read_document(document)
        except Wrong as wrong:
            if str(wrong) == TOO_LONG:
                raise refusal(400, errors={"comment": TOO_LONG}) from None
            raise refusal(400, "INVALID_INPUT") from None
        if not document.get("content"):
            raise refusal(400, errors={"comment": "Comment body can not be empty!"})
        return document

    # --- properties ---------------------------------------------------------------------------

    def property_keys(self, request: Request, comment: str) -> Response:
        _, found = self._desk.comment_anywhere(request.account, comment)
        url = self._json.url(f"comment/{found.id}/properties")
        return Response(200, {"keys": [{"self": f"{url}/{name}", "key": name} for name in found.properties]})

    def get_property(self, request: Request, comment: str, name: str) -> Response:
        _, found = self._desk.comment_anywhere(request.account, comment)
        if name not in found.properties:
            raise refusal(404, f"The property with key '{name}' does not exist.")
        return Response(200, {"key": name, "value": found.properties[name]})

    def put_property(self, request: Request, comment: str, name: str) -> Response:
        """200 where there was one, 201 where it is new. It moves no clock and tells nobody."""
        ticket, found = self._desk.comment_anywhere(request.account, comment)
        whose = "OWN" if found.author == request.account else "ALL"
        self._desk.demand(request.account, ticket, f"EDIT_{whose}_COMMENTS", 403)
        value = json_value(request)
        check_property(name, value)
        is_new = name not in found.properties
        found.properties[name] = value
        return Response(201 if is_new else 200)


def _read_visibility(body: dict[str, Any]) -> dict[str, str] | None:
    """The role or group that alone reads the comment, None where everybody does. Raises ApiError 400 in Jira's words.

    There are no roles and groups here: everybody is taken to be in each.
    """
    visibility = body.get("visibility")
    if visibility is None:
        return None
    known = isinstance(visibility, dict) and visibility.get("type") in ("group", "role")
    name = (visibility.get("value") or visibility.get("identifier")) if known else None
    if not isinstance(name, str):
        raise refusal(400, errors={"commentLevel": "The comment visibility is not valid."})
    return {"type": visibility["type"], "value": name, "identifier": visibility.get("identifier") or name}
