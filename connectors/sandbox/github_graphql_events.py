"""An entry of REST's timeline as GraphQL shows it: other names, the same facts.

https://docs.github.com/en/graphql/reference/unions#issuetimelineitems
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors.sandbox.github_json import node_id
from connectors.sandbox.world import Site

_NAMES = {
    "labeled": "LabeledEvent",
    "unlabeled": "UnlabeledEvent",
    "assigned": "AssignedEvent",
    "unassigned": "UnassignedEvent",
    "closed": "ClosedEvent",
    "reopened": "ReopenedEvent",
    "renamed": "RenamedTitleEvent",
    "referenced": "ReferencedEvent",
    "cross-referenced": "CrossReferencedEvent",
    "sub_issue_added": "SubIssueAddedEvent",
    "locked": "LockedEvent",
    "unlocked": "UnlockedEvent",
}

ActorOf = Callable[[str], Mapping[str, Any] | None]


def event_of(told: Mapping[str, Any], actor_of: ActorOf, site: Site) -> dict[str, Any]:
    """The event, of one that `github_timeline` renders."""
    name = _NAMES[told["event"]]
    number = told.get("id") or f"{told['created_at']}{told['source']['issue']['url']}"
    return {
        "__typename": name,
        "id": node_id(name, number),
        "actor": actor_of(told["actor"]["login"]),
        "createdAt": told["created_at"],
        **_details(told, actor_of, site),
    }


def _details(told: Mapping[str, Any], actor_of: ActorOf, site: Site) -> dict[str, Any]:
    match told["event"]:
        case "labeled" | "unlabeled":
            name = told["label"]["name"]
            return {"label": {"id": node_id("LA", name), "name": name}}
        case "assigned" | "unassigned":
            return {"assignee": actor_of(told["assignee"]["login"])}
        case "closed" | "reopened":
            reason = told["state_reason"]
            return {"stateReason": reason.upper() if reason else None}
        case "renamed":
            return {"previousTitle": told["rename"]["from"], "currentTitle": told["rename"]["to"]}
        case "referenced":
            return {"commit": {"id": node_id("C", told["commit_id"]), "oid": told["commit_id"]}}
        case "cross-referenced":
            return {"source": _source(told["source"]["issue"], actor_of, site)}
        case "sub_issue_added":
            return {"subIssue": _reference(told["sub_issue"])}
        case _:
            return {}


def _source(issue: Mapping[str, Any], actor_of: ActorOf, site: Site) -> dict[str, Any]:
    kind = "PullRequest" if "pull_request" in issue else "Issue"
    container = issue["repository_url"].partition("/repos/")[2]
    return {
        "__typename": kind,
        "id": issue["node_id"],
        "number": issue["number"],
        "author": actor_of(issue["user"]["login"]),
        "repository": {"nameWithOwner": container, "isPrivate": not site.places[container].is_public},
    }


def _reference(told: Mapping[str, Any]) -> dict[str, Any]:
    place = {"nameWithOwner": told["repository"]["full_name"], "isPrivate": told["repository"]["private"]}
    return {"__typename": "Issue", "number": told["number"], "repository": place}
