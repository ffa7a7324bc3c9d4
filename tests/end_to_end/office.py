"""A company's trackers for one direction, its people, and the files of its Aftermath.

Time is driven: the clock jumps to the next moment at which something is due. What stands there is read from the
sandbox's own state, never from what Aftermath believes. How Aftermath runs is said by those who come from here.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connectors.markers import NAME, MarkerCodec, without_marker
from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.control_client import SandboxControl
from connectors.sandbox.github_api import GithubApi
from connectors.sandbox.jira_api import JiraApi
from connectors.sandbox.jira_server_api import JiraServerApi
from connectors.sandbox.pages import ticket_path
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import CommentState, Site, TicketState, World
from rules.facts import Marker
from rules.refs import Place, TicketRef
from tests.end_to_end.directions import Direction
from worker.config import Config, load_config
from worker.trackers import shown_text, stored_text

OURS = "aftermath"
#: Grace leads Ada and Ben; Mel is everybody's manager. Kim may read and comment, no more.
PEOPLE = {"ada": "Ada Byron", "ben": "Ben Okri", "grace": "Grace Murray", "mel": "Mel Ray"}
PASSER_BY = "kim"
START = dt.datetime(2026, 9, 8, 9, 0, tzinfo=dt.UTC)
POLL_EVERY = dt.timedelta(minutes=5)
_JUST_AFTER = dt.timedelta(seconds=1)
_ROUNDS_MAX = 400
WEBHOOK_SECRET, _SECRET = "a secret of the webhooks", "the secret of these tests"


class Office(ABC):
    """The company. People are called by name and have another account on every tracker."""

    def __init__(self, direction: Direction, folder: Path, *, is_polling: bool) -> None:
        self.direction = direction
        self.is_polling = is_polling
        self.folder = folder
        self.clock = SandboxClock(START)
        self.world = World(self.clock.now)
        self.sandbox = Sandbox(self.clock, self.world)
        self.githubs: dict[str, GithubApi] = {}
        self.jiras: dict[str, JiraApi] = {}
        for place in direction.places:
            self._add_place(place)
        self.codec = MarkerCodec("tests", _SECRET.encode())

    # --- Aftermath ------------------------------------------------------------------------------

    @abstractmethod
    def settle(self) -> None:
        """Let everything be done that is due now."""

    @abstractmethod
    def next_due(self) -> dt.datetime | None:
        """The next moment at which Aftermath wants to look at something."""

    @abstractmethod
    def problems(self) -> list[str]:
        """What the ledger has noted as a person's to mend."""

    def pass_until(self, until: dt.datetime) -> None:
        """Let time go by; Aftermath wakes up when it wants to."""
        for _ in range(_ROUNDS_MAX):
            self.settle()
            due = self.next_due()
            if due is None or due >= until:
                self.clock.advance_to(max(until, self.clock.now()))
                self.settle()
                return
            self.clock.advance_to(max(due, self.clock.now()))
        raise AssertionError(f"Aftermath wakes up all the time at {self.clock.now()}")

    def hear(self) -> None:
        """Let Aftermath hear of what people just did, and do something about it."""
        if self.is_polling:
            self.clock.advance(POLL_EVERY + _JUST_AFTER)
        self.settle()

    # --- people ---------------------------------------------------------------------------------

    def account(self, person: str, tracker: str) -> str:
        """What somebody is called on a tracker."""
        if person == OURS:
            return OURS
        number = list(self.world.sites).index(tracker) + 1
        is_cloud = self.site(tracker).kind == "jira" and self.site(tracker).edition == "cloud"
        return f"7012{number}:{person}" if is_cloud else f"{person}-{number}"

    def person(self, account: str, tracker: str) -> str:
        """Whose account it is; the account where it is nobody's."""
        people = (*PEOPLE, PASSER_BY)
        return next((person for person in people if self.account(person, tracker) == account), account)

    def site(self, tracker: str) -> Site:
        return self.world.sites[tracker]

    def report(self, person: str, place: Place, title: str, text: str, *labels: str) -> TicketRef:
        """Open a ticket."""
        site = self.site(place.tracker)
        ticket = site.open_ticket(
            self.account(person, place.tracker), place.container, title, self._body(site, text), labels=labels
        )
        return TicketRef(place.tracker, ticket.key)

    def comment(self, person: str, ref: TicketRef, text: str) -> None:
        site = self.site(ref.tracker)
        site.comment_on(self.account(person, ref.tracker), ref.key, self._body(site, text))

    def write(self, person: str, ref: TicketRef, text: str) -> None:
        """Write something at the end of a ticket's text."""
        site, ticket = self.site(ref.tracker), self.ticket(ref)
        body: Any = stored_text(site.kind, site.edition, text)
        if isinstance(body, dict):
            body = {**ticket.body, "content": [*ticket.body["content"], *body["content"]]}
        else:
            body = f"{ticket.body}\n\n{body}"
        site.set_body(self.account(person, ref.tracker), ref.key, body)

    def reword(self, person: str, ref: TicketRef, old: str, new: str) -> None:
        """Write something else in a ticket's text where `old` stands, which must be there."""
        site, body = self.site(ref.tracker), self.ticket(ref).body
        text = json.dumps(body)
        assert old in text
        site.set_body(self.account(person, ref.tracker), ref.key, json.loads(text.replace(old, new)))

    def assign(self, person: str, ref: TicketRef, to: str) -> None:
        self.site(ref.tracker).assign(self.account(person, ref.tracker), ref.key, (self.account(to, ref.tracker),))

    def label(self, person: str, ref: TicketRef, *labels: str) -> None:
        for label in labels:
            self.site(ref.tracker).add_label(self.account(person, ref.tracker), ref.key, label)

    def close(self, person: str, ref: TicketRef) -> None:
        self.site(ref.tracker).close(self.account(person, ref.tracker), ref.key)

    @staticmethod
    def _body(site: Site, text: str) -> Any:
        return stored_text(site.kind, site.edition, text)

    # --- what stands there ----------------------------------------------------------------------

    def ticket(self, ref: TicketRef) -> TicketState:
        return self.site(ref.tracker).ticket(ref.key)

    def tickets(self) -> list[tuple[TicketRef, TicketState]]:
        return [
            (TicketRef(name, ticket.key), ticket)
            for name, site in self.world.sites.items()
            for ticket in list(site.tickets.values())
        ]

    def opened(self, role: str) -> list[TicketRef]:
        """Tickets of ours of that role, in the order of their opening."""
        mine = [(ref, ticket) for ref, ticket in self.tickets() if ticket.reporter == OURS]
        mine.sort(key=lambda pair: pair[1].created_at)
        return [ref for ref, ticket in mine if (marker := self.marker(ref, ticket)) and marker.kind == role]

    def ours(self, ref: TicketRef) -> list[tuple[CommentState, Marker]]:
        """Our comments on a ticket with their markers, oldest first."""
        said = [comment for comment in self.ticket(ref).comments if comment.author == OURS]
        marked = [(comment, self.marker(ref, comment)) for comment in said]
        return [(comment, marker) for comment, marker in marked if marker]

    def marker(self, ref: TicketRef, written: TicketState | CommentState) -> Marker | None:
        if self.site(ref.tracker).kind == "github":
            return self.codec.find(str(written.body or ""))
        return self.codec.read(written.properties.get(NAME, {}).get("marker", ""))

    def asked(self, ref: TicketRef, comment: CommentState) -> tuple[str, ...]:
        """The people whom a comment of ours mentions, so that the tracker tells them, in alphabetical order."""
        site = self.site(ref.tracker)
        if site.edition == "data-center":
            accounts = re.findall(r"(?<!\\)\[~([^\]]+)\]", comment.body)
        elif site.kind == "jira":
            accounts = [node["attrs"]["id"] for node in _nodes(comment.body) if node.get("type") == "mention"]
        else:
            accounts = re.findall(r"(?<![\w`])@([a-z][a-z0-9-]*)", without_marker(comment.body))
        return tuple(sorted(self.person(account, ref.tracker) for account in accounts))

    def text(self, ref: TicketRef, body: Any) -> str:
        """A text as Markdown, without its marker."""
        return shown_text(self.site(ref.tracker).kind, body or "")

    def leads_to(self, one: TicketRef, other: TicketRef) -> bool:
        """Whether somebody who looks at one ticket finds a way to the other: a link, or an address in our words."""
        ticket, target = self.ticket(one), self.ticket(other)
        address = re.compile(re.escape(ticket_path(self.site(other.tracker), target)) + r"(?!\d)")
        said = [ticket.body] if ticket.reporter == OURS else []
        said += [comment.body for comment, _ in self.ours(one)]
        found = any(address.search(self.text(one, body)) for body in said)
        found = found or any(address.search(link.target) for link in ticket.links if link.kind == "remote")
        if one.tracker == other.tracker:
            ends = {(ticket.key, link.target) for link in ticket.links if link.kind == "issue"}
            ends |= {(link.target, target.key) for link in target.links if link.kind == "issue"}
            found = found or (ticket.key, target.key) in ends or (target.key, ticket.key) in ends
            found = found or target.parent_uid == ticket.uid or ticket.parent_uid == target.uid
        return found

    def state(self) -> dict[str, Any]:
        """The whole world, plainly, to be compared with itself."""
        return SandboxControl(self.sandbox.url()).state()

    # --- setting up -----------------------------------------------------------------------------

    def _add_place(self, place: Place) -> None:
        kind = "github" if "/" in place.container else "jira"
        if place.tracker not in self.world.sites:
            site = self.world.add_site(place.tracker, kind)
            site.edition = self.direction.edition if kind == "jira" else site.edition
            for person, name in PEOPLE.items():
                site.add_account(self.account(person, place.tracker), name)
            site.add_account(self.account(PASSER_BY, place.tracker), "Kim Park", default_rights="read")
            site.add_account(OURS, "Aftermath", is_bot=True)
            url = self.sandbox.url(place.tracker)
            if kind == "github":
                self.githubs[place.tracker] = GithubApi(site, url, self.sandbox.courier)
                self.sandbox.mount(self.githubs[place.tracker])
            else:
                api = JiraServerApi if site.edition == "data-center" else JiraApi
                self.jiras[place.tracker] = api(site, url, self.clock.now)
                self.sandbox.mount(self.jiras[place.tracker])
        self.site(place.tracker).add_place(place.container, is_public=place in self.direction.public)

    def write_config(self, *more: str) -> Config:
        """Put `aftermath.yaml` and `people.yaml` into the folder, with these lines added, and read them."""
        direction = self.direction
        lines = ["aftermath: 1", "installation: tests", f"secret: {_SECRET}", "trackers:"]
        for name, site in self.world.sites.items():
            user = ", user: bot@example.com" if site.kind == "jira" else ""
            user = ", edition: data-center" if site.edition == "data-center" else user
            url = self.sandbox.url(name)
            lines.append(
                f"  {name}: {{kind: {site.kind}, url: '{url}'{user}, token: {OURS}-token, "
                f"webhook_secret: {WEBHOOK_SECRET}}}"
            )
        lines.append(f"watch: {[str(place) for place in direction.watched]}")
        for key, place in (("post_mortems", direction.post_mortems), ("actions", direction.actions)):
            if place:
                lines.append(f"{key}: {{place: '{place}'}}")
        if direction.has_people:
            lines.append("people: people.yaml")
            self._write_people()
        # By webhook alone nothing is polled, so that deliveries have to do.
        lines += [f"poll_every: {f'{POLL_EVERY.seconds} s' if self.is_polling else '104 w'}", *more]
        path = self.folder / "aftermath.yaml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return load_config(path, os.environ)

    def _write_people(self) -> None:
        lines = ["default_lead: grace", "people:"]
        for person, name in PEOPLE.items():
            accounts = ", ".join(f'{tracker}: "{self.account(person, tracker)}"' for tracker in self.world.sites)
            above = "" if person == "mel" else f"lead: {'mel' if person == 'grace' else 'grace'}, manager: mel, "
            lines.append(f"  {person}: {{name: {name}, {above}accounts: {{{accounts}}}}}")
        (self.folder / "people.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _nodes(document: Any) -> Iterator[dict[str, Any]]:
    """All nodes of a Jira document, the outer before the inner."""
    if isinstance(document, dict):
        yield document
        for node in document.get("content", ()):
            yield from _nodes(node)
