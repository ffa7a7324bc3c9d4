"""Jira Data Center: REST v2, texts in wiki markup, people by user name, and most questions one by one.

Its search brings no entity properties (https://jira.atlassian.com/browse/JRASERVER-62898), and there is no bulk reading
by key. So markers of tickets and comments are asked for singly, each once: a ticket's never changes.

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from connectors.errors import Denied, Gone
from connectors.jira.addresses import jql_text, split_key
from connectors.jira.client import JiraClient
from connectors.jira.edition import DATA_CENTER, Json
from connectors.jira.kept import Kept
from connectors.jira.keyed_people import KeyedPeople
from connectors.jira.offset_pages import unbroken_pages
from connectors.jira.site_pages import DATA_CENTER_PAGES
from connectors.jira.wiki import wiki_of
from connectors.jira.wiki_reading import markdown_of_wiki
from connectors.markers import NAME

#: So many keys in a row that are nobody's end a project, as far as they are above all that the search knows: keys of
#: tickets that were deleted leave gaps.
_GAP = 10
#: Keys in one question: its address stays far below what servers and proxies take.
_BATCH = 100
_PAGES_MAX = 1000
_KNOWN_MAX = 20_000
_FIELDS_MAX = 200
#: What stands in a comment's own answer, or is asked for singly: our marker, and whether a customer sees it.
_COMMENT_PROPERTIES = (NAME, "sd.public.comment")


class DataCenterEdition:
    """Questions to one Data Center site, on behalf of the account that `ours` names. Thread-safe."""

    kind = DATA_CENTER
    api_version = "2"
    account_field = "name"
    edits_comments_silently = False
    tells_internal = False
    has_one_parent_field = False
    pages = DATA_CENTER_PAGES

    def __init__(self, client: JiraClient, ours: Callable[[], str]) -> None:
        self._client = client
        self._ours = ours
        self._people = KeyedPeople(client)
        self._properties: Kept[Json] = Kept(_KNOWN_MAX)
        self._expands_comments = True

    def body_of(self, markdown: str) -> Any:
        return wiki_of(markdown)

    def markdown_of(self, body: Any) -> str:
        return markdown_of_wiki(body) if isinstance(body, str) else ""

    # --- issues ---------------------------------------------------------------------------------

    def search(self, jql: str, fields: Sequence[str], most: int) -> Iterator[list[Json]]:
        """https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/search-search"""
        for issues in unbroken_pages(lambda start: self._searched(jql, fields, start, most), "issues", most, _standing):
            yield self._with_properties(issues)

    def issue(self, name: str, fields: Sequence[str]) -> Json:
        """Raises Gone for one that is not ours to see, too: Data Center says 403 of it where Cloud says 404.

        https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issue-getIssue
        """
        asked = {"fields": ",".join(fields), "properties": NAME, "expand": "changelog"}
        try:
            told = dict(self._client.get(f"issue/{name}", asked))
        except Denied as error:
            if error.status != HTTPStatus.FORBIDDEN:
                raise
            raise Gone(str(error), status=error.status) from None
        issue = self._people.by_name(told)
        if properties := issue.get("properties"):
            self._properties.put(str(issue["id"]), dict(properties))
        return issue

    def issues(self, names: Sequence[str], fields: Sequence[str], *, has_changelog: bool = False) -> list[Json]:
        """One alone is read; several are searched for by what they are, which is as good: the index only says that they
        are there, and their fields come from the database. What the index does not know is read alone."""
        keys = [name for name in names if not name.isdigit()]
        ids = [name for name in names if name.isdigit()]
        tests = [f"{field} in ({', '.join(map(jql_text, wanted))})" for field, wanted in _named(keys, ids) if wanted]
        more = {"validateQuery": "false"} | ({"expand": "changelog"} if has_changelog else {})
        page = self._searched(" OR ".join(tests), fields, 0, len(names), more)
        asked = set(names)
        found = [dict(one) for one in page["issues"] if {str(one["key"]), str(one["id"])} & asked]
        found = [self._people.by_name(one) for one in self._with_properties(found)]
        met = {str(one[name]) for one in found for name in ("id", "key")}
        return found + [one for name in names if name not in met for one in self._alone(name, fields)]

    def after(self, project: str, number: int, fields: Sequence[str]) -> Iterator[list[Json]]:
        """By key, in hundreds as far as the index goes, and one after the other beyond it, since it may not know the
        newest yet. A ticket that is hidden from us is one all the same, and may be followed by ours."""
        newest = next(self.search(f"project = {jql_text(project)} ORDER BY key DESC", ["created"], 1), [])
        known = max((split_key(str(issue["key"]))[1] for issue in newest), default=0)
        for first in range(number + 1, known + 1, _BATCH):
            yield self.issues([f"{project}-{at}" for at in range(first, min(first + _BATCH, known + 1))], fields)
        missing, at = 0, max(number, known)
        while missing < _GAP:
            at += 1
            try:
                found = [self.issue(f"{project}-{at}", fields)]
            except Gone as gone:
                missing = 0 if gone.status == HTTPStatus.FORBIDDEN else missing + 1
                continue
            missing = 0
            yield found

    def histories(self, issues: Sequence[Json]) -> dict[str, list[Json]]:
        """No request: every changelog came whole."""
        return {str(issue["id"]): list(issue["changelog"]["histories"]) for issue in issues}

    # --- comments -------------------------------------------------------------------------------

    def comment_properties(self, comments: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """One request for each issue; for each comment, where the server does not expand them.

        https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issue-getComments
        """
        found: dict[str, Any] = {}
        for issue, ids in comments.items():
            if self._expands_comments:
                found |= self._expanded(issue, set(ids))
            found |= {one: self._of_comment(one) for one in ids if one not in found}
        return found

    def _expanded(self, issue: str, ids: set[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for start in range(0, _PAGES_MAX * _FIELDS_MAX, _FIELDS_MAX):
            params = {"expand": "properties", "startAt": start, "maxResults": _FIELDS_MAX}
            page = self._client.get(f"issue/{issue}/comment", params)
            shown = [one for one in page["comments"] if str(one["id"]) in ids]
            found |= {str(one["id"]): one["properties"] for one in shown if "properties" in one}
            if shown and not found:
                self._expands_comments = False
            if not page["comments"] or len(found) == len(ids) or start + _FIELDS_MAX >= int(page["total"]):
                break
        return found

    def _of_comment(self, comment_id: str) -> list[Json]:
        """https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/comment/{commentId}/properties-getProperty"""
        told = []
        for name in _COMMENT_PROPERTIES:
            try:
                told.append(dict(self._client.get(f"comment/{comment_id}/properties/{name}")))
            except Gone:
                continue
        return told

    # --- people ---------------------------------------------------------------------------------

    def may_edit(self, project_id: int, project: str, account: str) -> bool:
        """https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/user-findUsersWithAllPermissions"""
        asked = {"username": account, "projectKey": project, "permissions": "EDIT_ISSUES"}
        return any(user.get("name") == account for user in self._client.get("user/permission/search", asked))

    def find_user(self, account: str, known_id: str = "") -> Json:
        """By user name and, where that is nobody's or somebody else's by now, by the key, which stays: Jira leads from
        no old name to the new one, and anybody may be given it.

        https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/user-getUser
        """
        try:
            named = self._people.met(dict(self._client.get("user", {"username": account})))
        except Gone:
            if not known_id:
                raise
        else:
            if known_id in ("", named.get("key")):
                return named
        return self._people.met(dict(self._client.get("user", {"key": known_id})))

    def assignable(self, project: str, most: int, account: str = "") -> list[Json]:
        """https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/user-findAssignableUsers"""
        asked: dict[str, Any] = {"project": project, "maxResults": most}
        users = self._client.get("user/assignable/search", asked | ({"username": account} if account else {}))
        return [dict(user) for user in users if not account or user.get("name") == account]

    def creation_fields(self, project: str, type_id: str) -> list[Json]:
        """https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issue-getCreateIssueMetaFields"""
        answer = self._client.get(f"issue/createmeta/{project}/issuetypes/{type_id}", {"maxResults": _FIELDS_MAX})
        return [dict(one) for one in answer["values"]]

    # --- inside ---------------------------------------------------------------------------------

    def _searched(
        self, jql: str, fields: Sequence[str], start: int, most: int, more: Mapping[str, str] = MappingProxyType({})
    ) -> Json:
        """One page. With `validateQuery` off a key that is nobody's does not refuse the whole question."""
        asked: Json = {"jql": jql, "fields": ",".join(fields), "startAt": start, "maxResults": most}
        return dict(self._client.get("search", asked | dict(more)))

    def _alone(self, name: str, fields: Sequence[str]) -> list[Json]:
        try:
            return [self.issue(name, fields)]
        except Gone:
            return []

    def _with_properties(self, issues: list[Json]) -> list[Json]:
        """Issues with our property, where our account made them: nobody else's is believed."""
        ours = self._ours()
        for issue in issues:
            creator = (issue.get("fields") or {}).get("creator") or {}
            if creator.get("name") == ours:
                issue["properties"] = self._property(str(issue["id"]))
        return issues

    def _property(self, issue_id: str) -> Json:
        """https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issue/{issueIdOrKey}/properties-getProperty"""
        known = self._properties.get(issue_id)
        if known is None:
            try:
                known = {NAME: self._client.get(f"issue/{issue_id}/properties/{NAME}")["value"]}
            except Gone:
                return {}  # not remembered: a right that is lost for a moment looks the same
            self._properties.put(issue_id, known)
        return known


def _named(keys: list[str], ids: list[str]) -> tuple[tuple[str, list[str]], ...]:
    return ("key", keys), ("id", ids)


def _standing(issue: Json) -> tuple[str, str]:
    """An issue that was changed stands elsewhere in what is sorted by that."""
    return str(issue["id"]), str((issue.get("fields") or {}).get("updated", ""))
