"""Whether Jira would give a new issue the security level that it is to have, asked before it is opened.

A server that knows no levels, or passes over fields that it does not know, would open it for everybody, and say
nothing. What is opened cannot be taken back; so where the field is not offered, nothing is sent (P14). It is asked
only for issues that are to have a level, and once a day where it is offered.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-createmeta-projectidorkey-issuetypes-issuetypeid-get
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from connectors.errors import Refused
from connectors.jira import levels
from connectors.jira.edition import Edition
from connectors.jira.projects import ProjectBook
from connectors.jira.remembered import Remembered
from connectors.jira.understood import understood

_TTL_S = 24 * 3600


class OfferedLevels:
    """What one site offers to our account. Thread-safe. Writes nothing."""

    def __init__(self, edition: Edition, projects: ProjectBook, now: Callable[[], dt.datetime]) -> None:
        self._edition = edition
        self._projects = projects
        self._offered: Remembered[bool] = Remembered(now, _TTL_S)

    def demand(self, project: str, ticket_type: str) -> None:
        """Raise Refused unless a new issue of that type can have a level; Temporary where that cannot be asked now.

        Two requests where it is new to us. A site without the question (a Data Center before 8.4) offers nothing.
        """
        key = f"{project} {ticket_type}"
        if self._offered.get(key):
            return
        try:
            is_offered = self._is_offered(project, ticket_type)
        except Refused:
            is_offered = False
        if not is_offered:
            raise levels.not_offered(project, ticket_type)
        self._offered.put(key, True)

    def _is_offered(self, project: str, ticket_type: str) -> bool:
        with understood(f"the fields of a new issue in {project}"):
            types = self._projects.fetch(project).get("issueTypes") or ()
            ids = [str(one["id"]) for one in types if one["name"] == ticket_type]
            fields = [one["fieldId"] for type_id in ids for one in self._edition.creation_fields(project, type_id)]
        return levels.FIELD in fields
