"""People on a Jira Data Center that nobody here wrote, over plain HTTP (REST v2), each with a token of their own.

https://docs.atlassian.com/software/jira/docs/api/REST/8.20.0/
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import requests

from rules.refs import Place, TicketRef
from tests.connectors.people import Commit, must_be

_TIMEOUT_S = 20
_FILES = "Jira keeps no files"


class JiraPeople:
    """Everybody on the server at `url`, in one project. A token is the account's name and `-token`."""

    def __init__(self, url: str, place: Place) -> None:
        self._url, self._place = f"{url}/rest/api/2", place
        self._session = requests.Session()
        self._session.trust_env = False

    def close_connections(self) -> None:
        self._session.close()

    # --- tickets ------------------------------------------------------------------------------

    def open(self, who: str, title: str, text: str, labels: tuple[str, ...]) -> TicketRef:
        fields = {
            "project": {"key": self._place.container},
            "issuetype": {"name": "Task"},
            "summary": title,
            "description": text,
            "labels": list(labels),
            "reporter": {"name": who},
        }
        return TicketRef(self._place.tracker, self.ask(who, "POST", "/issue", {"fields": fields})["key"])

    def rename(self, who: str, ref: TicketRef, title: str) -> None:
        self._edit(who, ref, summary=title)

    def describe(self, who: str, ref: TicketRef, text: str) -> None:
        self._edit(who, ref, description=text)

    def label(self, who: str, ref: TicketRef, label: str) -> None:
        present = self.fields(who, ref)["labels"]
        self._edit(who, ref, labels=[*present, label])

    def unlabel(self, who: str, ref: TicketRef, label: str) -> None:
        self._edit(who, ref, labels=[one for one in self.fields(who, ref)["labels"] if one != label])

    def close(self, who: str, ref: TicketRef) -> None:
        self._move_to(who, ref, "done")

    def reopen(self, who: str, ref: TicketRef) -> None:
        self._move_to(who, ref, "new")

    def begin(self, who: str, ref: TicketRef) -> None:
        self._move_to(who, ref, "indeterminate")

    def set_due(self, who: str, ref: TicketRef, day: dt.date) -> None:
        self._edit(who, ref, duedate=str(day))

    def assign(self, who: str, ref: TicketRef, *accounts: str) -> None:
        self.ask(who, "PUT", f"/issue/{ref.key}/assignee", {"name": accounts[0] if accounts else None})

    def commit(self, who: str, ref: TicketRef) -> None:
        """Nothing can be done: Jira's own history knows no commits."""

    def restrict(self, who: str, ref: TicketRef, level: str) -> None:
        self._edit(who, ref, security={"id": level})
        must_be("the server has no security levels", "security" not in self.fields(who, ref))

    def move(self, who: str, ref: TicketRef) -> TicketRef:
        self._edit(who, ref, project={"key": "DESK"})
        must_be("the server's issues stay in their project", self.fields(who, ref)["project"]["key"] != "DESK")

    def delete(self, who: str, ref: TicketRef) -> None:
        self.ask(who, "DELETE", f"/issue/{ref.key}")

    # --- comments -----------------------------------------------------------------------------

    def comment(self, who: str, ref: TicketRef, text: str, *, is_internal: bool = False) -> str:
        return str(self.ask(who, "POST", f"/issue/{ref.key}/comment", {"body": text})["id"])

    def delete_comment(self, who: str, ref: TicketRef, comment_id: str) -> None:
        self.ask(who, "DELETE", f"/issue/{ref.key}/comment/{comment_id}")

    def copy_comment(self, who: str, ref: TicketRef, comment_id: str) -> None:
        """A person who copies a comment copies its text: the marker is a property, and out of their sight."""
        shown = self.ask(who, "GET", f"/issue/{ref.key}/comment")["comments"]
        self.comment(who, ref, next(one["body"] for one in shown if str(one["id"]) == comment_id))

    def copy_ticket(self, who: str, ref: TicketRef) -> TicketRef:
        theirs = self.fields(who, ref)
        return self.open(who, theirs["summary"], theirs["description"], tuple(theirs["labels"]))

    def rewrite(self, who: str, ref: TicketRef, old: str, new: str) -> None:
        answer = self._send(who, "GET", f"/issue/{ref.key}/properties")
        must_be("the server keeps no entity properties", answer.status_code == 404)

    # --- what they see ------------------------------------------------------------------------

    def tickets(self) -> int:
        found: int = self.ask("ada", "GET", f"/search?jql=project={self._place.container}")["total"]
        return found

    def links(self, ref: TicketRef) -> int:
        return len(self.ask("ada", "GET", f"/issue/{ref.key}/remotelink"))

    # --- files and the place ------------------------------------------------------------------

    def commits(self, path: str = "") -> list[Commit]:
        raise NotImplementedError(_FILES)

    def write_file(self, who: str, path: str, text: str) -> None:
        raise NotImplementedError(_FILES)

    def remove_file(self, who: str, path: str) -> None:
        raise NotImplementedError(_FILES)

    def let_only_triage(self, account: str) -> None:
        raise NotImplementedError(_FILES)

    def make_levels(self, levels: dict[str, tuple[str, ...]]) -> None:
        """An administrator's matter, for which there is no way over REST."""

    # --- inside -------------------------------------------------------------------------------

    def ask(self, who: str, verb: str, path: str, body: Any = None) -> Any:
        """One request; its JSON. Fails where the server does not do what was asked."""
        answer = self._send(who, verb, path, body)
        assert answer.ok, f"{who}: {verb} {path} was answered {answer.status_code}: {answer.text[:300]}"
        return answer.json() if answer.content else None

    def fields(self, who: str, ref: TicketRef) -> Any:
        return self.ask(who, "GET", f"/issue/{ref.key}")["fields"]

    def _send(self, who: str, verb: str, path: str, body: Any = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {who}-token"}
        return self._session.request(verb, self._url + path, json=body, headers=headers, timeout=_TIMEOUT_S)

    def _edit(self, who: str, ref: TicketRef, **fields: Any) -> None:
        self.ask(who, "PUT", f"/issue/{ref.key}", {"fields": fields})

    def _move_to(self, who: str, ref: TicketRef, category: str) -> None:
        ways = self.ask(who, "GET", f"/issue/{ref.key}/transitions")["transitions"]
        way = next(one for one in ways if one["to"]["statusCategory"]["key"] == category)
        self.ask(who, "POST", f"/issue/{ref.key}/transitions", {"transition": {"id": way["id"]}})
