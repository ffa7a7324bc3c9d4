"""Links through Jira's API: between two tickets of the site, and to anything that has a URL.

An issue link reads outward from the ticket named as `inwardIssue` in the request ("OPS-1 blocks OPS-2"),
which surprises everybody once. Linking twice is taken as done; a remote link with a known `globalId` is
updated in place.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-links/
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-remote-links/
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox.http import ApiError, Request, Response, Router
from connectors.sandbox.jira_desk import JiraDesk, record, refusal
from connectors.sandbox.jira_json import JiraJson
from connectors.sandbox.jira_words import LINK_TYPES
from connectors.sandbox.world import LinkState, TicketState

_GLOBAL_ID_MAX = 255


class JiraLinks:
    """Handlers for issue links and remote links."""

    def __init__(self, desk: JiraDesk, json: JiraJson) -> None:
        self._desk = desk
        self._json = json

    def mount(self, router: Router) -> None:
        remote = "/rest/api/3/issue/{key}/remotelink"
        router.add("GET", remote, self.remote_links)
        router.add("POST", remote, self.put_remote_link)
        router.add("DELETE", remote, self.delete_by_global_id)
        router.add("GET", f"{remote}/{{link}}", self.remote_link)
        router.add("DELETE", f"{remote}/{{link}}", self.delete_remote_link)
        router.add("POST", "/rest/api/3/issueLink", self.link)
        router.add("GET", "/rest/api/3/issueLink/{link}", self.get_link)
        router.add("DELETE", "/rest/api/3/issueLink/{link}", self.delete_link)
        router.add("GET", "/rest/api/3/issueLinkType", self.link_types)

    # --- remote links -------------------------------------------------------------------------

    def remote_links(self, request: Request, key: str) -> Response:
        """All of a ticket's remote links as a list; with `globalId` that one alone, as an object."""
        ticket = self._desk.ticket(request.account, key)
        shown = [self._json.remote_link(ticket, link) for link in ticket.links if link.kind == "remote"]
        wanted = request.one("globalId")
        if not wanted:
            return Response(200, shown)
        found = [link for link in shown if link.get("globalId") == wanted]
        if not found:
            raise refusal(404, f"The remote link with global ID '{wanted}' does not exist.")
        return Response(200, found[0])

    def remote_link(self, request: Request, key: str, link: str) -> Response:
        ticket = self._desk.ticket(request.account, key)
        return Response(200, self._json.remote_link(ticket, self._remote(ticket, link)))

    def put_remote_link(self, request: Request, key: str) -> Response:
        """201 for a new one, 200 where the `globalId` was known."""
        ticket = self._desk.ticket(request.account, key)
        self._desk.demand(request.account, ticket, "LINK_ISSUES", 403)
        body = record(request)
        thing = body.get("object")
        global_id = str(body.get("globalId") or "")
        if not isinstance(thing, dict) or not thing.get("url") or not thing.get("title"):
            missing = {name: f"'{name}' is required." for name in ("url", "title") if not (thing or {}).get(name)}
            raise refusal(400, errors=missing)
        if len(global_id) > _GLOBAL_ID_MAX:
            raise refusal(400, errors={"globalId": f"globalId is longer than {_GLOBAL_ID_MAX} characters"})
        is_known = bool(global_id) and any(
            known.global_id == global_id for known in ticket.links if known.kind == "remote"
        )
        link = self._desk.site.add_link(
            request.account or "",
            ticket.key,
            "remote",
            str(thing["url"]),
            relation=str(body.get("relationship") or ""),
            global_id=global_id,
            title=str(thing["title"]),
        )
        url = self._json.url(f"issue/{ticket.uid}/remotelink/{link.id}")
        return Response(200 if is_known else 201, {"id": link.id, "self": url})

    def delete_remote_link(self, request: Request, key: str, link: str) -> Response:
        ticket = self._desk.ticket(request.account, key)
        self._desk.demand(request.account, ticket, "LINK_ISSUES", 403)
        return self._removed(ticket, self._remote(ticket, link))

    def delete_by_global_id(self, request: Request, key: str) -> Response:
        ticket = self._desk.ticket(request.account, key)
        self._desk.demand(request.account, ticket, "LINK_ISSUES", 403)
        wanted = request.one("globalId")
        if not wanted:
            raise refusal(400, "A global ID has to be given.")
        for link in ticket.links:
            if link.kind == "remote" and link.global_id == wanted:
                return self._removed(ticket, link)
        raise refusal(404, f"The remote link with global ID '{wanted}' does not exist.")

    @staticmethod
    def _remote(ticket: TicketState, link_id: str) -> LinkState:
        for link in ticket.links:
            if link.kind == "remote" and str(link.id) == link_id:
                return link
        raise refusal(404, f"The remote link with ID '{link_id}' does not exist.")

    def _removed(self, ticket: TicketState, link: LinkState) -> Response:
        # The world knows no removal of links: it leaves no history here, and tells nobody.
        ticket.links.remove(link)
        ticket.updated_at = self._desk.now()
        return Response(204)

    # --- issue links --------------------------------------------------------------------------

    def link_types(self, request: Request) -> Response:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-link-types/"""
        del request
        return Response(200, {"issueLinkTypes": [self._json.link_type(name) for name, *_ in LINK_TYPES]})

    def link(self, request: Request) -> Response:
        """201 without a body, also where the link was there already."""
        body = record(request)
        source, target = (self._end(request.account, body, side) for side in ("inwardIssue", "outwardIssue"))
        self._desk.demand(request.account, source, "LINK_ISSUES", 401)
        if source is target:
            raise refusal(400, "You cannot link a work item to itself.")
        name = self._type(body.get("type"))
        for link in source.links:
            same = link.kind == "issue" and self._json.link_type(link.relation)["name"] == name
            if same and self._json.link_target(link) is target:
                return Response(201)
        self._desk.site.add_link(request.account or "", source.key, "issue", target.key, relation=name)
        return Response(201)

    def _end(self, account: str | None, body: dict[str, Any], side: str) -> TicketState:
        end = body.get(side)
        if not isinstance(end, dict) or not (end.get("key") or end.get("id")):
            raise refusal(400, f"'{side}' has to name a work item by key or id.")
        return self._desk.ticket(account, str(end.get("key") or end.get("id")))

    def _type(self, given: Any) -> str:
        given = given if isinstance(given, dict) else {}
        for name, *_ in LINK_TYPES:
            if given.get("name") == name or str(given.get("id", "")) == self._json.link_type(name)["id"]:
                return name
        raise refusal(404, f"No issue link type with name '{given.get('name')}' found.")

    def get_link(self, request: Request, link: str) -> Response:
        source, target, found = self._find(request.account, link)
        return Response(200, self._json.issue_link(source, target, found))

    def delete_link(self, request: Request, link: str) -> Response:
        source, _, found = self._find(request.account, link)
        self._desk.demand(request.account, source, "LINK_ISSUES", 401)
        return self._removed(source, found)

    def _find(self, account: str | None, link_id: str) -> tuple[TicketState, TicketState, LinkState]:
        for source in self._desk.site.tickets.values():
            for link in source.links:
                if link.kind != "issue" or str(link.id) != link_id:
                    continue
                target = self._json.link_target(link)
                if target and all(self._desk.sees_ticket(account, end) for end in (source, target)):
                    return source, target, link
        missing: ApiError = refusal(404, f"No issue link with id '{link_id}' exists.")
        raise missing
