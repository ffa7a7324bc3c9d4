"""People on a GitHub server that nobody here wrote, over plain HTTP, each with a token of their own.

What they do is what GitHub's documentation describes. Of deleting and transferring issues only GraphQL is capable.
"""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

import requests

from rules.refs import Place, TicketRef
from tests.connectors.people import Commit, must_be

_TIMEOUT_S = 20


class GitHubPeople:
    """Everybody on the server at `url`, in one repository. A token is the account's name and `-token`."""

    def __init__(self, url: str, place: Place, founder: str) -> None:
        self._url, self._place, self._founder = url, place, founder
        self._session = requests.Session()
        self._session.trust_env = False

    def close_connections(self) -> None:
        self._session.close()

    # --- tickets ------------------------------------------------------------------------------

    def open(self, who: str, title: str, text: str, labels: tuple[str, ...]) -> TicketRef:
        asked = {"title": title, "body": text, "labels": list(labels)}
        number = self.ask(who, "POST", f"{self._repo}/issues", asked)["number"]
        return TicketRef(self._place.tracker, f"{self._place.container}#{number}")

    def rename(self, who: str, ref: TicketRef, title: str) -> None:
        self._edit(who, ref, title=title)

    def describe(self, who: str, ref: TicketRef, text: str) -> None:
        self._edit(who, ref, body=text)

    def label(self, who: str, ref: TicketRef, label: str) -> None:
        self.ask(who, "POST", f"{self._issue(ref)}/labels", {"labels": [label]})

    def unlabel(self, who: str, ref: TicketRef, label: str) -> None:
        self.ask(who, "DELETE", f"{self._issue(ref)}/labels/{label}")

    def close(self, who: str, ref: TicketRef) -> None:
        self._edit(who, ref, state="closed", state_reason="completed")

    def reopen(self, who: str, ref: TicketRef) -> None:
        self._edit(who, ref, state="open")

    def begin(self, who: str, ref: TicketRef) -> None:
        """Nothing can be done: an issue is open or closed."""

    def set_due(self, who: str, ref: TicketRef, day: dt.date) -> None:
        """Nothing can be done: an issue has no due date."""

    def assign(self, who: str, ref: TicketRef, *accounts: str) -> None:
        present = [user["login"] for user in self._shown(ref)["assignees"]]
        if gone := [one for one in present if one not in accounts]:
            self.ask(who, "DELETE", f"{self._issue(ref)}/assignees", {"assignees": gone})
        if new := [one for one in accounts if one not in present]:
            self.ask(who, "POST", f"{self._issue(ref)}/assignees", {"assignees": new})

    def commit(self, who: str, ref: TicketRef) -> None:
        number = ref.key.rpartition("#")[2]
        self.write_file(who, "src/shop.py", "print('open')\n", f"Mend the shop, see #{number}")

    def restrict(self, who: str, ref: TicketRef, level: str) -> None:
        """Nothing can be done: issues have no levels."""

    def move(self, who: str, ref: TicketRef) -> TicketRef:
        must_be("issues are transferred by GraphQL alone, which the server does not speak", self._has_no_graphql())

    def delete(self, who: str, ref: TicketRef) -> None:
        must_be("issues are deleted by GraphQL alone, which the server does not speak", self._has_no_graphql())

    # --- comments -----------------------------------------------------------------------------

    def comment(self, who: str, ref: TicketRef, text: str, *, is_internal: bool = False) -> str:
        return str(self.ask(who, "POST", f"{self._issue(ref)}/comments", {"body": text})["id"])

    def delete_comment(self, who: str, ref: TicketRef, comment_id: str) -> None:
        self.ask(who, "DELETE", f"{self._repo}/issues/comments/{comment_id}")

    def copy_comment(self, who: str, ref: TicketRef, comment_id: str) -> None:
        self.comment(who, ref, self.ask(who, "GET", f"{self._repo}/issues/comments/{comment_id}")["body"])

    def copy_ticket(self, who: str, ref: TicketRef) -> TicketRef:
        theirs = self._shown(ref)
        return self.open(who, theirs["title"], theirs["body"], tuple(label["name"] for label in theirs["labels"]))

    def rewrite(self, who: str, ref: TicketRef, old: str, new: str) -> None:
        body = self._shown(ref)["body"]
        assert old in body
        self.describe(who, ref, body.replace(old, new))

    # --- what they see ------------------------------------------------------------------------

    def tickets(self) -> int:
        return len(self.ask(self._founder, "GET", f"{self._repo}/issues?state=all&per_page=100"))

    def links(self, ref: TicketRef) -> int:
        return 0

    # --- files --------------------------------------------------------------------------------

    def commits(self, path: str = "") -> list[Commit]:
        """The commit with which the repository began is left out: it is the server's own."""
        asked = f"{self._repo}/commits?per_page=100" + (f"&path={path}" if path else "")
        found = [self._commit(one, path) for one in self.ask(self._founder, "GET", asked)]
        return [one for one in reversed(found) if one.message != "Initial commit"]

    def write_file(self, who: str, path: str, text: str, message: str = "Write by hand") -> None:
        asked = {"message": message, "content": base64.b64encode(text.encode()).decode(), **self._sha(path)}
        self.ask(who, "PUT", f"{self._repo}/contents/{path}", asked)

    def remove_file(self, who: str, path: str) -> None:
        self.ask(who, "DELETE", f"{self._repo}/contents/{path}", {"message": f"Delete {path}", **self._sha(path)})

    # --- the place ----------------------------------------------------------------------------

    def let_only_triage(self, account: str) -> None:
        self.invite(account, "triage")

    def make_levels(self, levels: dict[str, tuple[str, ...]]) -> None:
        """Nothing can be done: issues have no levels."""

    def invite(self, account: str, permission: str) -> None:
        self.ask(self._founder, "PUT", f"{self._repo}/collaborators/{account}", {"permission": permission})

    # --- inside -------------------------------------------------------------------------------

    def ask(self, who: str, verb: str, path: str, body: Any = None) -> Any:
        """One request; its JSON. Fails where the server does not do what was asked."""
        answer = self._send(who, verb, path, body)
        assert answer.ok, f"{who}: {verb} {path} was answered {answer.status_code}: {answer.text[:300]}"
        return answer.json() if answer.content else None

    def _send(self, who: str, verb: str, path: str, body: Any = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {who}-token", "Accept": "application/vnd.github+json"}
        return self._session.request(verb, self._url + path, json=body, headers=headers, timeout=_TIMEOUT_S)

    def _has_no_graphql(self) -> bool:
        return self._send(self._founder, "POST", "/graphql", {"query": "query { viewer { login } }"}).status_code == 404

    def _edit(self, who: str, ref: TicketRef, **fields: str) -> None:
        self.ask(who, "PATCH", self._issue(ref), fields)

    def _shown(self, ref: TicketRef) -> Any:
        return self.ask(self._founder, "GET", self._issue(ref))

    def _sha(self, path: str) -> dict[str, str]:
        answer = self._send(self._founder, "GET", f"{self._repo}/contents/{path}")
        return {"sha": answer.json()["sha"]} if answer.ok else {}

    def _commit(self, shown: Any, path: str) -> Commit:
        answer = self._send(self._founder, "GET", f"{self._repo}/contents/{path}?ref={shown['sha']}") if path else None
        has_text = answer is not None and answer.ok
        text = base64.b64decode(answer.json()["content"]).decode() if answer is not None and has_text else None
        return Commit(shown["commit"]["author"]["name"], shown["commit"]["message"], text)

    @property
    def _repo(self) -> str:
        return f"/repos/{self._place.container}"

    def _issue(self, ref: TicketRef) -> str:
        container, _, number = ref.key.rpartition("#")
        return f"/repos/{container}/issues/{number}"
