"""The world in GitHub's JSON: users, repositories, labels, issues and comments.

Shapes follow https://docs.github.com/rest and GitHub's OpenAPI description, which the tests check. Instants
are cut to the second, as GitHub's are. Nothing is decided here: what may be shown is settled before.
"""

from __future__ import annotations

import base64
import datetime as dt
import urllib.parse
import zlib
from typing import Any

from connectors.sandbox.github_repo_json import render_repo
from connectors.sandbox.world import (
    Account,
    CommentState,
    IssueFieldState,
    OrganisationState,
    PlaceState,
    Site,
    TicketState,
)

_GHOST = Account("ghost", "Deleted user", number=10_137)
_USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
_REACTIONS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


def stamp(at: dt.datetime) -> str:
    """An instant as GitHub writes it: UTC, to the second."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def node_id(kind: str, number: int | str) -> str:
    """A global id made from the numeric one."""
    return f"{kind}_{base64.urlsafe_b64encode(str(number).encode()).decode().rstrip('=')}"


def is_closed(ticket: TicketState) -> bool:
    return ticket.category == "done"


class GithubJson:
    """Renders one site. `base_url` is the API's root and the pages' too, without a slash at the end."""

    def __init__(self, site: Site, base_url: str) -> None:
        self.site = site
        self.base_url = base_url.rstrip("/")

    # --- people and places --------------------------------------------------------------------

    def user(self, login: str) -> dict[str, Any]:
        """A simple user; somebody who is gone is GitHub's `ghost`."""
        account = self.site.accounts.get(login, _GHOST)
        url = f"{self.base_url}/users/{urllib.parse.quote(account.account)}"
        return {
            "login": account.account,
            "id": account.number,
            "node_id": node_id("U", account.number),
            "avatar_url": f"{self.base_url}/avatars/{account.number}",
            "gravatar_id": "",
            "url": url,
            "html_url": f"{self.base_url}/{urllib.parse.quote(account.account)}",
            **{name: url + tail for name, tail in _USER_LINKS.items()},
            "type": "Bot" if account.is_bot else "User",
            "user_view_type": "public",
            "site_admin": False,
        }

    def full_user(self, login: str) -> dict[str, Any]:
        """A user as GET /user and GET /users/{username} tell it."""
        account = self.site.accounts.get(login, _GHOST)
        blank = dict.fromkeys(("company", "email", "hireable", "bio", "location", "twitter_username"))
        nought = dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0)
        times = {"created_at": "2020-01-01T00:00:00Z", "updated_at": "2020-01-01T00:00:00Z"}
        return {**self.user(login), "name": account.name, "blog": "", **blank, **nought, **times}

    def repo(self, place: PlaceState, account: str | None = None) -> dict[str, Any]:
        """A full repository, with the permissions that an account has there."""
        owner = self.user(place.container.partition("/")[0])
        open_issues = sum(1 for t in self.site.in_place(place.container) if not is_closed(t))
        rights = self.site.rights(account, place.container) if account else "none"
        return render_repo(self.base_url, place, owner, open_issues=open_issues, rights=rights)

    def label(self, container: str, name: str) -> dict[str, Any]:
        number = zlib.crc32(f"{self.site.name}/{container}/{name}".encode())
        return {
            "id": number,
            "node_id": node_id("LA", number),
            "url": f"{self._repo(container)}/labels/{urllib.parse.quote(name, safe='')}",
            "name": name,
            "description": None,
            "color": self.site.places[container].labels.get(name, "ededed"),
            "default": False,
        }

    # --- issues and comments ------------------------------------------------------------------

    def issue_url(self, ticket: TicketState) -> str:
        return f"{self._repo(ticket.container)}/issues/{ticket.number}"

    def issue_page(self, ticket: TicketState) -> str:
        return f"{self.base_url}/{ticket.container}/issues/{ticket.number}"

    def issue(self, ticket: TicketState) -> dict[str, Any]:
        url = self.issue_url(ticket)
        assignees = [self.user(login) for login in ticket.assignees]
        parent = self.site.tickets.get(ticket.parent_uid) if ticket.parent_uid is not None else None
        told = {
            "url": url,
            "repository_url": self._repo(ticket.container),
            "labels_url": f"{url}/labels{{/name}}",
            "comments_url": f"{url}/comments",
            "events_url": f"{url}/events",
            "timeline_url": f"{url}/timeline",
            "html_url": self.issue_page(ticket),
            "id": ticket.uid,
            "node_id": node_id("I", ticket.uid),
            "number": ticket.number,
            "title": ticket.title,
            "user": self.user(ticket.reporter),
            "labels": [self.label(ticket.container, name) for name in ticket.labels],
            "state": "closed" if is_closed(ticket) else "open",
            "state_reason": self._state_reason(ticket),
            "locked": ticket.is_locked,
            "active_lock_reason": None,
            "assignee": assignees[0] if assignees else None,
            "assignees": assignees,
            "milestone": None,
            "comments": len(ticket.comments),
            "created_at": stamp(ticket.created_at),
            "updated_at": stamp(ticket.updated_at),
            "closed_at": stamp(ticket.closed_at) if ticket.closed_at else None,
            "closed_by": self._closed_by(ticket),
            "author_association": self.association(ticket.reporter, ticket.container),
            "body": ticket.body or None,
            "performed_via_github_app": None,
            "reactions": _reactions(url),
            "sub_issues_summary": self._children_summary(ticket),
            **self._organised(ticket),
        }
        if ticket.is_pull_request:
            told["pull_request"] = self.pull_request(ticket.container, ticket.number)
        return told if parent is None else {**told, "parent_issue_url": self.issue_url(parent)}

    def _organised(self, ticket: TicketState) -> dict[str, Any]:
        """What the issues of an organisation have beside; a person's have none of it."""
        found = self.site.organisations.get(ticket.container.partition("/")[0])
        if found is None:
            return {}
        kind = issue_type(ticket.ticket_type, found) if ticket.ticket_type in found.issue_types else None
        values = [field_value(one, ticket) for one in found.issue_fields]
        return {"type": kind, "issue_field_values": [one for one in values if one]}

    def pull_request(self, container: str, number: int) -> dict[str, Any]:
        """What an issue shows of the pull request that it is."""
        page = f"{self.base_url}/{container}/pull/{number}"
        shown = {"url": f"{self._repo(container)}/pulls/{number}", "html_url": page, "merged_at": None}
        return {**shown, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch"}

    def comment(self, ticket: TicketState, comment: CommentState) -> dict[str, Any]:
        url = f"{self._repo(ticket.container)}/issues/comments/{comment.id}"
        return {
            "url": url,
            "html_url": f"{self.issue_page(ticket)}#issuecomment-{comment.id}",
            "issue_url": self.issue_url(ticket),
            "id": comment.id,
            "node_id": node_id("IC", comment.id),
            "user": self.user(comment.author),
            "created_at": stamp(comment.created_at),
            "updated_at": stamp(comment.updated_at),
            "author_association": self.association(comment.author, ticket.container),
            "body": comment.body,
            "performed_via_github_app": None,
            "reactions": _reactions(url),
        }

    def association(self, login: str, container: str) -> str:
        """As unreliable as GitHub's: read rights through a private membership show as NONE."""
        if container.partition("/")[0] == login:
            return "OWNER"
        return "COLLABORATOR" if self.site.may(login, container, "triage") else "NONE"

    def children(self, ticket: TicketState) -> list[TicketState]:
        """The sub-issues, in the order in which they were added, as far as their keys still tell."""
        order = {e.new: n for n, e in enumerate(ticket.history) if e.kind == "linked"}
        found = [t for t in self.site.tickets.values() if t.parent_uid == ticket.uid]
        return sorted(found, key=lambda t: (order.get(t.key, len(order)), t.uid))

    def _children_summary(self, ticket: TicketState) -> dict[str, int]:
        children = [t for t in self.site.tickets.values() if t.parent_uid == ticket.uid]
        done = sum(1 for child in children if is_closed(child))
        percent = 100 * done // len(children) if children else 0
        return {"total": len(children), "completed": done, "percent_completed": percent}

    def _state_reason(self, ticket: TicketState) -> str | None:
        if is_closed(ticket):
            return ticket.resolution or "completed"
        return "reopened" if any(entry.kind == "reopened" for entry in ticket.history) else None

    def _closed_by(self, ticket: TicketState) -> dict[str, Any] | None:
        if not is_closed(ticket):
            return None
        closers = [entry.actor for entry in ticket.history if entry.kind == "closed"]
        return self.user(closers[-1]) if closers else None

    def _repo(self, container: str) -> str:
        return f"{self.base_url}/repos/{container}"


def _reactions(url: str) -> dict[str, Any]:
    return {"url": f"{url}/reactions", "total_count": 0, **dict.fromkeys(_REACTIONS, 0)}


def issue_type(name: str, organisation: OrganisationState) -> dict[str, Any]:
    """https://docs.github.com/en/rest/orgs/issue-types"""
    number = 1 + organisation.issue_types.index(name)
    return {"id": number, "node_id": node_id("IT", number), "name": name, "description": None, "is_enabled": True}


def option(found: IssueFieldState, name: str) -> dict[str, Any]:
    """What a choice takes."""
    return {"id": 100 * found.id + found.options.index(name), "name": name, "color": "gray"}


def field_value(found: IssueFieldState, ticket: TicketState) -> dict[str, Any] | None:
    """The value of an issue's field, None where it has none.
    https://docs.github.com/en/rest/issues/issue-field-values"""
    value = found.value(ticket)
    if value is None:
        return None
    told = {
        "issue_field_id": found.id,
        "issue_field_name": found.name,
        "node_id": node_id("IFV", found.id),
        "data_type": found.kind,
        "value": ", ".join(value) if isinstance(value, list) else value,
    }
    if found.kind == "single_select":
        told["single_select_option"] = option(found, value)
    if found.kind == "multi_select":
        told["multi_select_options"] = [option(found, one) for one in value]
    return told
