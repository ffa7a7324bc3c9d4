"""People by the keys under which Jira Data Center's changelog names them: those are not their user names. Whoever is
met in an answer is learned from it; others are looked up, each once.

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/user-getUser
"""

from __future__ import annotations

from typing import Any

from connectors.errors import Refused
from connectors.jira.client import JiraClient
from connectors.jira.edition import Json
from connectors.jira.kept import Kept

_PEOPLE_MAX = 10_000


class KeyedPeople:
    """Names by key, of one site. Thread-safe."""

    def __init__(self, client: JiraClient) -> None:
        self._client = client
        self._names: Kept[str] = Kept(_PEOPLE_MAX)

    def by_name(self, issue: Json) -> Json:
        """The issue, its changelog naming assignees by user name. Raises Temporary."""
        self._learn(issue)
        log = issue.get("changelog")
        if not isinstance(log, dict):
            return issue
        histories = [self._with_names(dict(one)) for one in log.get("histories") or ()]
        return {**issue, "changelog": {**log, "histories": histories}}

    def met(self, user: Json) -> Json:
        """A user object, whose name is known from now on: it may be another one than before."""
        self._learn(user)
        return user

    def _with_names(self, history: Json) -> Json:
        items = [dict(item) for item in history["items"]]
        for item in items:
            if item.get("field") == "assignee":
                item |= {side: self._name(str(item[side])) for side in ("from", "to") if item.get(side)}
        return {**history, "items": items}

    def _learn(self, node: Any) -> None:
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if isinstance(one, dict):
                if isinstance(one.get("key"), str) and isinstance(one.get("name"), str) and "displayName" in one:
                    self._names.put(one["key"], one["name"])
                waiting.extend(one.values())
            elif isinstance(one, list):
                waiting.extend(one)

    def _name(self, key: str) -> str:
        known = self._names.get(key)
        if known is None:
            try:
                known = str(self._client.get("user", {"key": key})["name"])
            except Refused:
                known = key  # deleted, or not ours to see: nobody's account
            self._names.put(key, known)
        return known
