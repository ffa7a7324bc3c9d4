"""An issue that GraphQL told, in the form in which REST tells it. Pure.

So there is one place that makes facts of an issue (`parse`), and it makes no difference which way a ticket was read.
Raises one of `understood.STRANGE` on what is not in the form that was asked for.

See https://docs.github.com/en/graphql/reference/objects#issue
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.github.addresses import make_key
from connectors.github.queries import EVENTS
from connectors.github.timeline import sub_issues_in

Json = Mapping[str, Any]


def issue_as_rest(told: Json, container: str, events: Sequence[Json]) -> dict[str, Any]:
    """The issue of a repository whose present name is `container`, `events` being its history as REST tells it."""
    shown: dict[str, Any] = {
        "id": database_id(told),
        "number": told["number"],
        "repository_url": f"/repos/{container}",
        "html_url": told["url"],
        "title": told["title"],
        "body": told["body"],
        "state": told["state"].lower(),
        "state_reason": _small(told["stateReason"]),
        "user": account_as_rest(told["author"]),
        "labels": [{"name": node["name"]} for node in nodes(told["labels"] or {"nodes": []})],
        "assignees": [account_as_rest(node) for node in nodes(told["assignees"])],
        "created_at": told["createdAt"],
        "updated_at": told["updatedAt"],
        "closed_at": told["closedAt"],
    }
    if "parent" in told:
        parent = key_of_named(told["parent"]) if told["parent"] else ""
        shown["parent_issue_url"] = f"/repos/{parent.replace('#', '/issues/')}" if parent else None
    if "subIssues" in told:
        shown["sub_issue_keys"] = _sub_issues(told, events)
    return shown


def events_as_rest(comments: Sequence[Json], events: Sequence[Json]) -> list[dict[str, Any]]:
    """What REST's timeline shows of them: the comments, oldest first, behind the events, whose order is kept."""
    told = [_event(event) for event in events if event["__typename"] in EVENTS]
    written = [_comment(comment) for comment in comments]
    return [*told, *sorted(written, key=lambda comment: (comment["created_at"], comment["id"]))]


def account_as_rest(account: Json | None) -> dict[str, Any] | None:
    """An account as REST shows it: GraphQL leaves `[bot]` out of an App's login, and shows nobody who is gone."""
    if not account:
        return None
    login, kind = str(account["login"]), str(account["__typename"])
    suffix = "[bot]" if kind == "Bot" and not login.endswith("[bot]") else ""
    return {"login": login + suffix, "type": kind}


def nodes(connection: Json) -> list[Json]:
    """What a list holds; what is hidden from us is null there, and left out."""
    return [node for node in connection["nodes"] if node is not None]


def database_id(node: Json) -> int:
    """REST's id of an issue or a comment."""
    told = node.get("fullDatabaseId") or node["databaseId"]
    return int(told)


def key_of_named(issue: Json) -> str:
    """The key of an issue that another one names."""
    return make_key(issue["repository"]["nameWithOwner"], issue["number"])


def _sub_issues(told: Json, events: Sequence[Json]) -> list[str]:
    """Their keys in the order in which they were added, as far as the history tells: people may put them in another."""
    there = [key_of_named(node) for node in nodes(told["subIssues"])]
    added = [key for key in sub_issues_in(events) if key in there]
    return [*added, *(key for key in there if key not in added)]


def _comment(node: Json) -> dict[str, Any]:
    return {
        "event": "commented",
        "id": database_id(node),
        "user": account_as_rest(node["author"]),
        "body": node["body"],
        "created_at": node["createdAt"],
        "updated_at": node["updatedAt"],
    }


def _event(node: Json) -> dict[str, Any]:
    word = EVENTS[node["__typename"]][0]
    shown = {"event": word, "created_at": node["createdAt"], "actor": account_as_rest(node["actor"])}
    return {**shown, **_details(word, node)}


def _details(word: str, node: Json) -> dict[str, Any]:
    match word:
        case "labeled" | "unlabeled":
            return {"label": node["label"]}
        case "assigned" | "unassigned":
            return {"assignee": account_as_rest(node["assignee"])}
        case "closed":
            return {"state_reason": _small(node["stateReason"])}
        case "renamed":
            return {"rename": {"from": node["previousTitle"], "to": node["currentTitle"]}}
        case "referenced":
            return {"commit_id": (node["commit"] or {}).get("oid")}
        case "cross-referenced":
            return {"source": {"issue": _source(node["source"])}}
        case "sub_issue_added" | "sub_issue_removed":
            return {"sub_issue": _named(node["subIssue"])}
        case "parent_issue_added":
            return {"parent_issue": _named(node["parent"])}
        case _:
            return {}


def _named(issue: Json | None) -> dict[str, Any] | None:
    if issue is None:
        return None
    return {"number": issue["number"], "repository": {"full_name": issue["repository"]["nameWithOwner"]}}


def _source(source: Json) -> dict[str, Any]:
    place = source["repository"]
    shown = {
        "number": source["number"],
        "user": account_as_rest(source["author"]),
        "repository_url": f"/repos/{place['nameWithOwner']}",
        "repository": {"private": place["isPrivate"]},
    }
    return {**shown, "pull_request": {"url": ""}} if source["__typename"] == "PullRequest" else shown


def _small(word: str | None) -> str | None:
    return word.lower() if word is not None else None
