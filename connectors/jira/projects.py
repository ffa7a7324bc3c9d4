"""What has to be known of a project beside its key: its id, and whether it is a service desk.

Every ticket that is read tells it, so that it is seldom asked for.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-projects/#api-rest-api-3-project-projectidorkey-get
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.errors import Gone
from connectors.jira.client import JiraClient
from connectors.jira.remembered import Remembered
from connectors.jira.understood import understood

_TTL_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Project:
    id: int
    key: str
    is_service_desk: bool


class ProjectBook:
    """Projects by key, remembered for a day. Thread-safe."""

    def __init__(self, client: JiraClient, now: Callable[[], dt.datetime]) -> None:
        self._client = client
        self._known: Remembered[Project] = Remembered(now, _TTL_S)
        self._present: Remembered[str] = Remembered(now, _TTL_S)

    def learn(self, project: Any) -> None:
        """Remember a project object that came with something else; anything else is passed over, and so is one that
        does not say of what type it is: a service desk must not be taken for anything else (P14)."""
        if isinstance(project, dict) and isinstance(project.get("projectTypeKey"), str):
            self._remember(project)

    def _remember(self, project: dict[str, Any]) -> None:
        if str(project.get("id")).isdigit() and isinstance(project.get("key"), str):
            is_desk = project.get("projectTypeKey") == "service_desk"
            self._known.put(project["key"], Project(int(project["id"]), project["key"], is_desk))

    def get(self, key: str) -> Project:
        """The project; one request where it is new to us. Raises Gone, Denied, Temporary."""
        known = self._known.get(key)
        if known is not None:
            return known
        self.fetch(key)
        with understood(f"project {key}"):
            known = self._known.get(key)
            if known is None:
                raise ValueError
        return known

    def present_key(self, key: str) -> str:
        """What the project is called now that has, or had, this key; one request a day. Raises as `fetch`."""
        return self._present.get(key) or self._present.put(key, str(self.fetch(key).get("key") or key))

    def fetch(self, key: str) -> dict[str, Any]:
        """The whole project object as it is now (one request). Raises Gone, Denied, Temporary."""
        missing = False
        found: Any = None
        try:
            found = self._client.get(f"project/{key}")
        except Gone:
            missing = True
        if missing:
            raise Gone(f"There is no Jira project {key}, or our account may not see it.", status=404)
        with understood(f"project {key}"):
            project: dict[str, Any] = dict(found)
        self._remember(project)
        return project
