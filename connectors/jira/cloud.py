"""Jira Cloud: REST v3, texts in ADF, people by accountId, and bulk answers to most questions.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.errors import Temporary
from connectors.jira.adf import adf_of
from connectors.jira.client import JiraClient
from connectors.jira.edition import CLOUD, Json
from connectors.jira.markdown import markdown_of
from connectors.jira.site_pages import CLOUD_PAGES
from connectors.markers import NAME

#: Issues in one bulk question.
BATCH = 100
_PAGES_MAX = 1000
_COMMENT_IDS_MAX = 1000
#: More fields than a screen has.
_FIELDS_MAX = 200


class CloudEdition:
    """Questions to one Cloud site. Thread-safe."""

    kind = CLOUD
    api_version = "3"
    account_field = "accountId"
    edits_comments_silently = True
    tells_internal = True
    has_one_parent_field = True
    pages = CLOUD_PAGES

    def __init__(self, client: JiraClient) -> None:
        self._client = client

    def body_of(self, markdown: str) -> Any:
        return adf_of(markdown)

    def markdown_of(self, body: Any) -> str:
        return markdown_of(body)

    def search(self, jql: str, fields: Sequence[str], most: int) -> Iterator[list[Json]]:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/#api-rest-api-3-search-jql-get"""
        params: dict[str, Any] = {"jql": jql, "fields": ",".join(fields), "properties": NAME, "maxResults": most}
        for _ in range(_PAGES_MAX):
            page = self._client.get("search/jql", params)
            token = page.get("nextPageToken")
            is_end = bool(page.get("isLast")) or not token or token == params.get("nextPageToken")
            yield list(page["issues"])
            if is_end:
                return
            params["nextPageToken"] = token
        raise Temporary(f"a search in Jira did not end after {_PAGES_MAX} pages")

    def issue(self, name: str, fields: Sequence[str]) -> Json:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-get"""
        asked = {"fields": ",".join(fields), "properties": NAME, "expand": "changelog"}
        return dict(self._client.get(f"issue/{name}", asked))

    def issues(self, names: Sequence[str], fields: Sequence[str], *, has_changelog: bool = False) -> list[Json]:
        """One request; alone a ticket comes with all its comments, which several do not. What Jira could not read is
        left out where whole tickets are read, since what is missing is then asked for alone; its reason may be the size
        of the answer. Elsewhere nothing may be taken for missing that perhaps is there, and this raises Temporary.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulkfetch-post
        """
        body: Json = {"issueIdsOrKeys": list(names), "fields": list(fields), "properties": [NAME]}
        answer = self._client.ask("issue/bulkfetch", body | ({"expand": ["changelog"]} if has_changelog else {}))
        failed = answer.get("issueErrors")
        if failed and not has_changelog:
            # Missing tickets are left out in silence; these exist, perhaps, and were not read.
            raise Temporary(f"Jira could not read {len(failed)} of the issues {names[0]} to {names[-1]}")
        return list(answer["issues"])

    def after(self, project: str, number: int, fields: Sequence[str]) -> Iterator[list[Json]]:
        """By key, from the one after `number` on, until a hundred keys in a row are nobody's."""
        for first in range(number + 1, number + 1 + _PAGES_MAX * BATCH, BATCH):
            batch = self.issues([f"{project}-{n}" for n in range(first, first + BATCH)], fields)
            if not batch:
                return
            yield batch
        raise Temporary(f"project {project} has more than {_PAGES_MAX * BATCH} tickets after number {number}")

    def histories(self, issues: Sequence[Json]) -> dict[str, list[Json]]:
        """One request for all whose history was cut short.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-changelog-bulkfetch-post
        """
        found: dict[str, list[Json]] = {str(issue["id"]): [] for issue in issues}
        body: Json = {"issueIdsOrKeys": list(found), "maxResults": 10_000}
        for _ in range(_PAGES_MAX if found else 0):
            page = self._client.ask("changelog/bulkfetch", body)
            for log in page["issueChangeLogs"]:
                found[str(log["issueId"])].extend(log["changeHistories"])
            token = page.get("nextPageToken")
            if not token or token == body.get("nextPageToken"):
                break
            body["nextPageToken"] = token
        return found

    def comment_properties(self, comments: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """One request for a thousand comments, whichever issues they are on.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-comment-list-post
        """
        found: dict[str, Any] = {}
        waiting = [comment_id for ids in comments.values() for comment_id in ids]
        while waiting:
            ids = [int(one) for one in waiting[:_COMMENT_IDS_MAX]]
            page = self._client.ask("comment/list", {"ids": ids}, {"expand": "properties"})
            brought = {str(one["id"]): one.get("properties") for one in page["values"]}
            found.update(brought)
            # An answer may bring fewer than were asked for; those that never come have been deleted meanwhile.
            left = [one for one in waiting if one not in brought]
            is_all = bool(page.get("isLast")) and len(waiting) <= _COMMENT_IDS_MAX
            waiting = left if len(left) < len(waiting) and not is_all else []
        return found

    def may_edit(self, project_id: int, project: str, account: str) -> bool:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/#api-rest-api-3-permissions-check-post"""
        wanted = {"permissions": ["EDIT_ISSUES"], "projects": [project_id]}
        answer = self._client.ask("permissions/check", {"accountId": account, "projectPermissions": [wanted]})
        grants = [one for one in answer["projectPermissions"] if one["permission"] == "EDIT_ISSUES"]
        return any(project_id in one["projects"] for one in grants)

    def find_user(self, account: str, known_id: str = "") -> Json:
        """An account is for good, and its own id.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-users/#api-rest-api-3-user-get
        """
        return dict(self._client.get("user", {"accountId": account}))

    def assignable(self, project: str, most: int, account: str = "") -> list[Json]:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-user-search/#api-rest-api-3-user-assignable-search-get"""
        asked: dict[str, Any] = {"project": project, "maxResults": most}
        users = self._client.get("user/assignable/search", asked | ({"accountId": account} if account else {}))
        return [dict(user) for user in users if not account or user.get("accountId") == account]

    def creation_fields(self, project: str, type_id: str) -> list[Json]:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-createmeta-projectidorkey-issuetypes-issuetypeid-get"""
        answer = self._client.get(f"issue/createmeta/{project}/issuetypes/{type_id}", {"maxResults": _FIELDS_MAX})
        return [dict(one) for one in answer["fields"]]
