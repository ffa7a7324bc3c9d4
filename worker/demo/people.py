"""What people at Acme do, over HTTP and with their own tokens, as their browsers would."""

from __future__ import annotations

from typing import Any

import requests
from md_adf import markdown_to_adf

from connectors.sandbox.server import Sandbox
from worker.sandbox import REPOSITORY

Document = dict[str, Any]
_TIMEOUT_S = 10.0


class Colleague:
    """One person with their accounts on both trackers, who are called alike.

    Every method raises requests.RequestException when the tracker cannot be reached or refuses.
    """

    def __init__(self, sandbox: Sandbox, account: str) -> None:
        self._github = f"{sandbox.url('github')}/repos/{REPOSITORY}/issues"
        self._jira = f"{sandbox.url('jira')}/rest/api/3/issue"
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
        document = self._ask("GET", f"{self._jira}/{key}")["fields"]["description"]
        for heading, text in sections.items():
            document = filled(document, heading, text)
        self._ask("PUT", f"{self._jira}/{key}", {"fields": {"description": document}})

    def comment_in_jira(self, key: str, text: str) -> None:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-post"""
        self._ask("POST", f"{self._jira}/{key}/comment", {"body": markdown_to_adf(text).value})

    def finish(self, key: str) -> None:
        """Move a ticket to a status of the category done.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-post
        """
        offered = self._ask("GET", f"{self._jira}/{key}/transitions")["transitions"]
        done = next(one for one in offered if one["to"]["statusCategory"]["key"] == "done")
        self._ask("POST", f"{self._jira}/{key}/transitions", {"transition": {"id": done["id"]}})

    def _ask(self, method: str, url: str, body: Any = None) -> Any:
        answer = self._session.request(method, url, json=body, timeout=_TIMEOUT_S)
        answer.raise_for_status()
        return answer.json() if answer.content else None


def filled(document: Document, heading: str, text: str) -> Document:
    """The document with `text` (Markdown) in place of what stood under a heading. Raises ValueError without one."""
    content = document["content"]
    headings = [index for index, node in enumerate(content) if node["type"] == "heading"]
    start = next((index for index in headings if _words(content[index]) == heading), None)
    if start is None:
        raise ValueError(f"the ticket has no heading {heading!r} to write under")
    end = next((index for index in headings if index > start), len(content))
    written = markdown_to_adf(text).value["content"]
    return {**document, "content": [*content[: start + 1], *written, *content[end:]]}


def _words(heading: Document) -> str:
    return "".join(node.get("text", "") for node in heading.get("content", []))
