"""Looks over what a Jira project's issue security levels mean for us, for `aftermath check`.

Said only where there is something to say: where new issues can have a level, or some that we see have one. Issues of a
level that our account is not of are not seen by us at all, so nothing can be told of them.

https://support.atlassian.com/jira-cloud-administration/docs/configure-issue-security-schemes/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.errors import Refused
from connectors.inspection import Finding, good, in_short, note
from connectors.jira.addresses import jql_text
from connectors.jira.client import JiraClient
from connectors.jira.levels import FIELD, PERMISSION
from connectors.jira.understood import understood

#: Fields of one issue type that are looked at: more than a screen has.
_FIELDS_MAX = 200


def level_findings(client: JiraClient, project: str, opened: Mapping[str, str], page: str) -> Iterator[Finding]:
    """One finding or none; one read for each issue type, and a search. `opened` are the types of which issues are
    opened in the project, names by id; `page` is where its settings are. Raises Denied, Gone, Temporary."""
    levels = {name: _levels(client, project, type_id) for type_id, name in opened.items()}
    without = [name for name, found in levels.items() if not found]
    if levels and not without:
        names = list(dict.fromkeys(level for found in levels.values() for level in found))
        found = f"What is opened in {project} for an issue with a security level gets the same: {in_short(names)}."
        yield good(project, found)
    elif without and _has_levels(client, project):
        found = (
            f"Some issues in {project} have a security level, and our account may not give one to a new "
            f"{in_short(without)}: nothing is opened for a failure that has one."
        )
        todo = (
            f"If failures are to have one: give our account the permission {PERMISSION}, make it a member of the "
            f"levels, and have the field Security Level on the screen on which issues are created."
        )
        yield note(project, found, todo, f"{page}/issuesecurity")


def _levels(client: JiraClient, project: str, type_id: str) -> list[str]:
    """Names of the levels that our account may give to a new issue of that type.

    https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-createmeta-projectidorkey-issuetypes-issuetypeid-get
    """
    answer = client.get(f"issue/createmeta/{project}/issuetypes/{type_id}", {"maxResults": _FIELDS_MAX})
    with understood(f"the fields of a new issue in {project}"):
        fields = [one for one in answer["fields"] if one["fieldId"] == FIELD]
        return [str(level.get("name") or level["id"]) for one in fields for level in one.get("allowedValues") or ()]


def _has_levels(client: JiraClient, project: str) -> bool:
    """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/#api-rest-api-3-search-jql-get"""
    jql = f"project = {jql_text(project)} AND level is not EMPTY"
    try:
        answer = client.get("search/jql", {"jql": jql, "fields": "id", "maxResults": 1})
    except Refused:
        return False  # a site that knows no levels knows no such field
    with understood("a search"):
        return bool(answer["issues"])
