"""What people at Acme do, over HTTP and with their own tokens, as their browsers would."""

from __future__ import annotations

import re
from typing import Any

import requests

from connectors.sandbox.server import Sandbox
from worker.sandbox import REPOSITORY, is_data_center
from worker.trackers import shown_text, stored_text

_TIMEOUT_S = 10.0
_HEADING = re.compile(r"#{1,6} +")


class Colleague:
    """One person with their accounts on both trackers, who are called alike.

    Every method raises requests.RequestException when the tracker cannot be reached or refuses.
    """

    def __init__(self, sandbox: Sandbox, account: str) -> None:
        self._github = f"{sandbox.url('github')}/repos/{REPOSITORY}/issues"
        self._edition = sandbox.world.sites["jira"].edition
        self._jira = f"{sandbox.url('jira')}/rest/api/{'2' if is_data_center(sandbox) else '3'}/issue"
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy between this machine and itself
        self._session.headers["Authorization"] = f"Bearer {account}-token"

    def close(self) -> None:
        self._session.close()

    # --- GitHub ---------------------------------------------------------------------------------

    def open_issue(self, title: str, body: str) -> None:
        """https://docs.github.com/en/rest/issues/issues#create-an-issue"""
        self._ask("POST", self._github, {"title": title, "body": body})

    def triage(self, number: int, labels: list[str], assignee: str) -> None:
        """https://docs.github.com/en/rest/issues/issues#update-an-issue"""
        self._ask("PATCH", f"{self._github}/{number}", {"labels": labels, "assignees": [assignee]})

    def comment(self, number: int, body: str) -> None:
        """https://docs.github.com/en/rest/issues/comments#create-an-issue-comment"""
        self._ask("POST", f"{self._github}/{number}/comments", {"body": body})

    def close_issue(self, number: int) -> None:
        """https://docs.github.com/en/rest/issues/issues#update-an-issue"""
        self._ask("PATCH", f"{self._github}/{number}", {"state": "closed", "state_reason": "completed"})

    # --- Jira -----------------------------------------------------------------------------------

    def fill_in(self, key: str, sections: dict[str, str]) -> None:
        """Write under a ticket's headings, and leave the rest of it as it is. Raises ValueError without the heading.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-put
        """
        text = shown_text("jira", self._ask("GET", f"{self._jira}/{key}")["fields"]["description"])
        for heading, written in sections.items():
            text = filled(text, heading, written)
        self._ask("PUT", f"{self._jira}/{key}", {"fields": {"description": self._as_typed(text)}})

    def comment_in_jira(self, key: str, text: str) -> None:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-post"""
        self._ask("POST", f"{self._jira}/{key}/comment", {"body": self._as_typed(text)})

    def finish(self, key: str) -> None:
        """Move a ticket to a status of the category done.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-post
        """
        offered = self._ask("GET", f"{self._jira}/{key}/transitions")["transitions"]
        done = next(one for one in offered if one["to"]["statusCategory"]["key"] == "done")
        self._ask("POST", f"{self._jira}/{key}/transitions", {"transition": {"id": done["id"]}})

    def _as_typed(self, markdown: str) -> Any:
        """What somebody's editor in Jira makes of it."""
        return stored_text("jira", self._edition, markdown)

    def _ask(self, method: str, url: str, body: Any = None) -> Any:
        answer = self._session.request(method, url, json=body, timeout=_TIMEOUT_S)
        answer.raise_for_status()
        return answer.json() if answer.content else None


def filled(text: str, heading: str, written: str) -> str:
    """The text (Markdown) with `written` in place of what stood under a heading. Raises ValueError without one."""
    lines = text.split("\n")
    headings = [number for number, line in enumerate(lines) if _HEADING.match(line)]
    start = next((number for number in headings if _HEADING.sub("", lines[number]).strip() == heading), None)
    if start is None:
        raise ValueError(f"the ticket has no heading {heading!r} to write under")
    end = next((number for number in headings if number > start), len(lines))
    return "\n".join([*lines[: start + 1], "", written, "", *lines[end:]])
