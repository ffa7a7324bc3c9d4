"""Workflow statuses by id, in the three categories that mean the same on every site.

Names differ between sites and languages, so a changelog's status is looked up by id. What tickets show of
their own status is learned on the way; the project's list is asked for once, when a changelog names an id not
met yet, and the site's whole list only for what a ticket brought along from another project.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-workflow-statuses/
"""

from __future__ import annotations

import threading
from typing import Any

from connectors.jira.client import JiraClient
from rules.facts import Status

_CATEGORIES = {"new": Status.NEW, "indeterminate": Status.DOING, "done": Status.DONE}


def category_of(status: Any) -> Status:
    """The category of a status object; anything unclear is in progress, neither new nor done."""
    category = status.get("statusCategory") if isinstance(status, dict) else None
    key = category.get("key") if isinstance(category, dict) else None
    return _CATEGORIES.get(str(key), Status.DOING)


class StatusBook:
    """What is known of a site's statuses. Thread-safe."""

    def __init__(self, client: JiraClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._known: dict[str, Status] = {}

    def learn(self, status: Any) -> None:
        """Remember the category of a status object that came with something else."""
        if isinstance(status, dict) and isinstance(status.get("statusCategory"), dict):
            with self._lock:
                self._known[str(status.get("id"))] = category_of(status)

    def categories(self, ids: set[str], project: str) -> dict[str, Status]:
        """The categories of these ids, met in tickets of that project. One request where one is new to us, two
        where the project does not know it. A status that is in use nowhere is in progress, and asked for once.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-projects/#api-rest-api-3-project-projectidorkey-statuses-get
        """
        if project and self._missing(ids):
            for issue_type in _list(self._client.get(f"project/{project}/statuses")):
                for status in _list(issue_type.get("statuses")):
                    self.learn(status)
        if self._missing(ids):
            for status in _list(self._client.get("status")):
                self.learn(status)
        with self._lock:
            return {status_id: self._known.setdefault(status_id, Status.DOING) for status_id in ids}

    def _missing(self, ids: set[str]) -> set[str]:
        with self._lock:
            return ids - self._known.keys()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
