"""The people around a tracker, as the contract's tests let them act: on the sandbox's world, or over plain HTTP.

A server that nobody here wrote has no world to reach into. So a test says who does what to which ticket, and each
stage brings people who can do that there, each with a token of their own. What a server has no way for raises
`Lacking`, after it was tried: a server that learns it is noticed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

from connectors.sandbox.world import Site, TicketState
from rules.refs import Place, TicketRef


class Lacking(Exception):
    """The tracker of this stage cannot do that at all. The message says what, in a sentence."""


@dataclass(frozen=True)
class Commit:
    """One commit to one file. `text` is None where the file was removed."""

    author: str
    message: str
    text: str | None


class People(Protocol):
    """Everybody with an account, acting in the stage's place. `who` is an account; `text` is Markdown."""

    def open(self, who: str, title: str, text: str, labels: tuple[str, ...]) -> TicketRef: ...
    def rename(self, who: str, ref: TicketRef, title: str) -> None: ...
    def describe(self, who: str, ref: TicketRef, text: str) -> None: ...
    def label(self, who: str, ref: TicketRef, label: str) -> None: ...
    def unlabel(self, who: str, ref: TicketRef, label: str) -> None: ...
    def close(self, who: str, ref: TicketRef) -> None: ...
    def reopen(self, who: str, ref: TicketRef) -> None: ...
    def begin(self, who: str, ref: TicketRef) -> None: ...
    def set_due(self, who: str, ref: TicketRef, day: dt.date) -> None: ...

    def assign(self, who: str, ref: TicketRef, *accounts: str) -> None:
        """Exactly these are assignees from now on."""

    def commit(self, who: str, ref: TicketRef) -> None:
        """A commit names the ticket."""

    def restrict(self, who: str, ref: TicketRef, level: str) -> None:
        """Only a security level's few read it from now on."""

    def move(self, who: str, ref: TicketRef) -> TicketRef:
        """To the stage's other place; the new address."""

    def delete(self, who: str, ref: TicketRef) -> None: ...

    def comment(self, who: str, ref: TicketRef, text: str, *, is_internal: bool = False) -> str:
        """The comment's id."""

    def delete_comment(self, who: str, ref: TicketRef, comment_id: str) -> None: ...

    def copy_comment(self, who: str, ref: TicketRef, comment_id: str) -> None:
        """Everything that there is of it, in a comment of their own."""

    def copy_ticket(self, who: str, ref: TicketRef) -> TicketRef:
        """Everything that there is of it, in a ticket of their own."""

    def rewrite(self, who: str, ref: TicketRef, old: str, new: str) -> None:
        """Put `new` for `old`, which must be there, wherever it stands in a ticket of their own, hidden places too."""

    def tickets(self) -> int:
        """How many there are in the stage's place."""

    def links(self, ref: TicketRef) -> int:
        """How many links people see on it."""

    def commits(self, path: str = "") -> list[Commit]:
        """Of the stage's place, or those to one file, oldest first."""

    def write_file(self, who: str, path: str, text: str) -> None:
        """Make the file, or change it."""

    def remove_file(self, who: str, path: str) -> None: ...

    def let_only_triage(self, account: str) -> None:
        """The account may do in this place what a triager may, and no more."""

    def make_levels(self, levels: dict[str, tuple[str, ...]]) -> None:
        """Give the place security levels: ids, and the accounts that are of each."""


def must_be(lack: str, is_lacking: bool) -> NoReturn:
    """Say that something cannot be done here, after a try that showed it."""
    assert is_lacking, f"this is said to be lacking, and is there: {lack}"
    raise Lacking(lack)


class WorldPeople:
    """People who act on the sandbox's world directly. `as_body` is the form in which the site keeps texts."""

    def __init__(self, site: Site, place: Place, elsewhere: Place, as_body: Callable[[str], Any]) -> None:
        self._site, self._place, self._elsewhere, self._as_body = site, place.container, elsewhere.container, as_body

    @property
    def site(self) -> Site:
        """For what happens to accounts, which nobody does to a ticket."""
        return self._site

    def open(self, who: str, title: str, text: str, labels: tuple[str, ...]) -> TicketRef:
        return self._ref(self._site.open_ticket(who, self._place, title, self._as_body(text), labels=labels))

    def rename(self, who: str, ref: TicketRef, title: str) -> None:
        self._site.set_title(who, ref.key, title)

    def describe(self, who: str, ref: TicketRef, text: str) -> None:
        self._site.set_body(who, ref.key, self._as_body(text))

    def label(self, who: str, ref: TicketRef, label: str) -> None:
        self._site.add_label(who, ref.key, label)

    def unlabel(self, who: str, ref: TicketRef, label: str) -> None:
        self._site.remove_label(who, ref.key, label)

    def close(self, who: str, ref: TicketRef) -> None:
        self._site.close(who, ref.key)

    def reopen(self, who: str, ref: TicketRef) -> None:
        self._site.reopen(who, ref.key)

    def begin(self, who: str, ref: TicketRef) -> None:
        self._site.set_status(who, ref.key, "In Progress")

    def set_due(self, who: str, ref: TicketRef, day: dt.date) -> None:
        self._site.set_due(who, ref.key, day)

    def assign(self, who: str, ref: TicketRef, *accounts: str) -> None:
        self._site.assign(who, ref.key, accounts)

    def commit(self, who: str, ref: TicketRef) -> None:
        self._site.reference(who, ref.key, "4f5e6d7c")

    def restrict(self, who: str, ref: TicketRef, level: str) -> None:
        self._site.set_level(who, ref.key, level)

    def move(self, who: str, ref: TicketRef) -> TicketRef:
        with self._site.lock:
            ticket, place = self._site.ticket(ref.key), self._site.places[self._elsewhere]
            place.last_number += 1
            joint = "#" if self._site.kind == "github" else "-"
            ticket.container, ticket.number = place.container, place.last_number
            ticket.key = f"{place.container}{joint}{place.last_number}"
            self._site.by_key[ticket.key] = ticket.uid
            return self._ref(ticket)

    def delete(self, who: str, ref: TicketRef) -> None:
        self._site.delete_ticket(ref.key)

    def comment(self, who: str, ref: TicketRef, text: str, *, is_internal: bool = False) -> str:
        return str(self._site.comment_on(who, ref.key, self._as_body(text), is_internal=is_internal).id)

    def delete_comment(self, who: str, ref: TicketRef, comment_id: str) -> None:
        self._site.delete_comment(who, int(comment_id))

    def copy_comment(self, who: str, ref: TicketRef, comment_id: str) -> None:
        _, theirs = self._site.comment(int(comment_id))
        self._site.comment_on(who, ref.key, theirs.body, properties=dict(theirs.properties))

    def copy_ticket(self, who: str, ref: TicketRef) -> TicketRef:
        theirs = self._site.ticket(ref.key)
        labels, hidden = tuple(theirs.labels), dict(theirs.properties)
        copy = self._site.open_ticket(
            who, self._place, theirs.title, theirs.body, labels=labels, properties=hidden
        )  # fmt: skip
        return self._ref(copy)

    def rewrite(self, who: str, ref: TicketRef, old: str, new: str) -> None:
        state = self._site.ticket(ref.key)
        assert old in f"{state.body} {state.properties}"
        state.body = state.body.replace(old, new) if isinstance(state.body, str) else state.body
        state.properties = _replaced(state.properties, old, new)

    def tickets(self) -> int:
        return len(self._site.in_place(self._place))

    def links(self, ref: TicketRef) -> int:
        return len(self._site.ticket(ref.key).links)

    def commits(self, path: str = "") -> list[Commit]:
        return [Commit(one.author, one.message, one.text) for one in self._site.commits(self._place, path)]

    def write_file(self, who: str, path: str, text: str) -> None:
        present = self._site.file(self._place, path)
        sha = present.blob_sha if present else ""
        self._site.write_file(who, self._place, path, text, "Write by hand", blob_sha=sha)

    def remove_file(self, who: str, path: str) -> None:
        self._site.remove_file(who, self._place, path)

    def let_only_triage(self, account: str) -> None:
        self._site.accounts[account].rights[self._place] = "triage"

    def make_levels(self, levels: dict[str, tuple[str, ...]]) -> None:
        self._site.places[self._place].levels = levels

    def _ref(self, ticket: TicketState) -> TicketRef:
        return TicketRef(self._site.name, ticket.key)


def _replaced(properties: Any, old: str, new: str) -> Any:
    if isinstance(properties, dict):
        return {name: _replaced(value, old, new) for name, value in properties.items()}
    return new if properties == old else properties
