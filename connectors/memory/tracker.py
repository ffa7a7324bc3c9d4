"""The in-memory tracker: the `Tracker` contract straight on a sandbox `Site`, bodies in Markdown.

Every method goes through a `Network`, call by call, which may delay, lose or break it as a real one does.
The simulator's network does that; `CleanNetwork` does nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from connectors.accounts import AccountNow
from connectors.errors import Denied, Gone, Refused, TrackerError
from connectors.front_matter import marker_in, with_marker
from connectors.inspection import Finding, Wanted, good, looked
from connectors.markers import NAME, MarkerCodec
from connectors.memory.facts import INTERNAL, account_in, found_of, key_in, ticket_of
from connectors.memory.network import Network
from connectors.memory.own_fields import with_own_fields
from connectors.memory.wishes import has_due_field, wished
from connectors.one_by_one import changed_one_by_one, fetched_one_by_one
from connectors.sandbox.world import CommitState, Site, TicketState, WorldError
from connectors.tracker import TWIN_LABEL, Changes, Delivery, Draft, FailedDelivery, Found, FoundFile, Link
from connectors.wanted_fields import Wants, no_fields
from rules.facts import Actor, ActorKind, Audience, Marker, Ticket
from rules.refs import Place, TicketRef

T = TypeVar("T")
#: Polls look back so far behind what they saw last.
_OVERLAP = dt.timedelta(seconds=60)
_RIGHTS = frozenset({"triage", "write", "admin"})


class MemoryTracker:
    """One site through one account of ours."""

    def __init__(
        self,
        site: Site,
        account: str,
        codec: MarkerCodec,
        network: Network,
        now: Callable[[], dt.datetime],
        wants: Wants = no_fields,
    ) -> None:
        self.name = site.name
        self._site = site
        self._account = account
        self._codec, self._network = codec, network
        #: Whether edits of comments are told to people.
        self.is_loud = False
        self._now, self._wants = now, wants

    def who_we_are(self) -> Actor:
        person = self._site.accounts[self._account]
        return Actor(person.account, person.name, ActorKind.OURS)

    def audience(self, place: Place, *, is_anew: bool = False) -> Audience:
        return self._read("audience", lambda: self._audience_of(place.container))

    def check_place(self, place: Place) -> None:
        self._read("place", lambda: self._site.in_place(place.container) and None)

    def inspect(self, wanted: Wanted) -> Iterator[Finding]:
        """The places alone: here is no token, and nobody's permissions are in doubt."""
        for place in wanted.places:
            yield from looked(place.container, partial(self._looked_at, place))

    def assignable(self, place: Place) -> tuple[Actor, ...]:
        def people() -> tuple[Actor, ...]:
            accounts = [a for a in self._site.accounts.values() if not a.is_bot and a.account != self._account]
            fit = [a for a in accounts if self._site.rights(a.account, place.container) in _RIGHTS]
            return tuple(Actor(a.account, a.name) for a in fit)

        return self._read("assignable", people)

    def account_now(self, account: str, known_id: str) -> AccountNow:
        return self._read("account", lambda: account_in(self._site, account, known_id))

    def key_named(self, text: str) -> str:
        return key_in(self._site, text)

    # --- reading --------------------------------------------------------------------------------

    def fetch_ticket(self, ref: TicketRef) -> Ticket:
        def fetch() -> Ticket:
            state = self._site.ticket(ref.key)
            if not self._site.is_of_level(self._account, state):
                raise WorldError("missing", f"{ref.key} does not exist, or is not for {self._account}")
            ticket = ticket_of(self._site, state, self._account, self._codec, self._audience_of(state.container))
            return with_own_fields(ticket, self._site, state, self._wants())

        return self._read("ticket", fetch)

    def changed(self, place: Place, cursor: str) -> Changes:
        if not cursor:
            return Changes((), self._now().isoformat())
        since = dt.datetime.fromisoformat(cursor)

        def poll() -> Changes:
            states = [t for t in self._site.in_place(place.container) if t.updated_at >= since]
            newest = max((t.updated_at for t in states), default=since + _OVERLAP)
            return Changes(tuple(map(self._found, states)), max(since, newest - _OVERLAP).isoformat())

        return self._read("changed", poll)

    def fetch_tickets(self, refs: Sequence[TicketRef]) -> dict[TicketRef, Ticket | Refused]:
        return fetched_one_by_one(self.fetch_ticket, refs)

    def changed_in(self, cursors: Mapping[Place, str]) -> dict[Place, Changes | TrackerError]:
        return changed_one_by_one(self.changed, cursors)

    def labelled(self, place: Place, label: str) -> tuple[Found, ...]:
        def carriers() -> tuple[Found, ...]:
            wanted, tickets = label.casefold(), self._site.in_place(place.container)
            return tuple(self._found(ticket) for ticket in tickets if wanted in map(str.casefold, ticket.labels))

        return self._read("labelled", carriers)

    def has_rights(self, ref: TicketRef, account: str) -> bool:
        return self._read("rights", lambda: self._site.rights(account, self._site.ticket(ref.key).container) in _RIGHTS)

    # --- writing --------------------------------------------------------------------------------

    def bookmark(self, place: Place) -> str:
        return self._read("bookmark", lambda: str(self._site.places[place.container].last_number))

    def open_ticket(self, draft: Draft, marker: Marker) -> Found:
        def create() -> Found:
            given, left_out = wished(self._site, draft)
            state = self._site.open_ticket(
                self._account,
                draft.place.container,
                " ".join(draft.title.split()),  # one line, as everywhere
                draft.body,
                labels=draft.labels,
                assignees=(draft.assignee,) if draft.assignee else (),
                properties={NAME: self._codec.write(marker)},
                level=draft.level,
                **given,
            )
            return replace(self._found(state), left_out=left_out)

        return self._write("open", create)

    def post_comment(self, ref: TicketRef, body: str, marker: Marker, readers: str = "") -> str:
        properties = {NAME: self._codec.write(marker)}
        post = lambda: self._site.comment_on(  # noqa: E731
            self._account, ref.key, body, properties=properties, is_internal=readers == INTERNAL
        )
        return str(self._write("comment", post).id)

    def edit_comment(self, ref: TicketRef, comment_id: str, body: str, marker: Marker, readers: str = "") -> None:
        properties = {NAME: self._codec.write(marker)}
        self._write(
            "edit", lambda: self._site.edit_comment(self._account, int(comment_id), body, properties=properties)
        )

    def edits_silently(self, ref: TicketRef) -> bool:
        return not self.is_loud

    def retract_comment(self, ref: TicketRef, comment_id: str) -> None:
        def retract() -> None:
            try:
                self._site.delete_comment(self._account, int(comment_id))
            except WorldError as error:
                if error.reason != "missing":
                    raise

        self._write("retract", retract)

    def add_label(self, ref: TicketRef, label: str) -> None:
        self._write("label", lambda: self._site.add_label(self._account, ref.key, label))

    def assign(self, ref: TicketRef, account: str) -> None:
        def assign() -> None:
            assignees = tuple(dict.fromkeys((*self._site.ticket(ref.key).assignees, account)))
            self._site.assign(self._account, ref.key, assignees)

        self._write("assign", assign)

    def set_due(self, ref: TicketRef, due_on: dt.date | None) -> None:
        def write() -> None:
            if not has_due_field(self._site, self._site.ticket(ref.key).container):
                raise Refused("an issue on GitHub has no due date", status=422)
            self._site.set_due(self._account, ref.key, due_on)

        self._write("due", write)

    def link(self, ref: TicketRef, link: Link) -> bool:
        def make() -> bool:
            if self._site.kind == "jira":
                global_id = f"aftermath:{link.key}"
                is_new = all(one.global_id != global_id for one in self._site.ticket(ref.key).links)
                self._site.add_link(self._account, ref.key, "remote", link.url, global_id=global_id, title=link.title)
                return is_new
            if link.relation == "blocks":
                return self._block(ref, link)
            if link.relation != "sub-issue" or self._site.ticket_by_uid(int(link.target_uid)).parent_uid is not None:
                return False
            self._site.add_sub_issue(self._account, ref.key, int(link.target_uid))
            return True

        return self._write("link", make)

    def _block(self, ref: TicketRef, link: Link) -> bool:
        blocker, blocked = self._site.ticket(ref.key), self._site.ticket_by_uid(int(link.target_uid))
        if blocker.uid in self._site.blockers(blocked):
            return False
        self._site.add_blocker(self._account, blocked.key, blocker.uid)
        return True

    def close_twin(self, ref: TicketRef, original: TicketRef) -> None:
        self._write("label", lambda: self._site.add_label(self._account, ref.key, TWIN_LABEL))
        self._write("close", lambda: self._site.close(self._account, ref.key, "duplicate"))

    def write_file(self, place: Place, path: str, body: str, marker: Marker, why: str) -> None:
        text = with_marker(body, marker, self._codec)

        def write() -> None:
            self._has_files()
            found = self._site.file(place.container, path)
            if found and self._is_marked(found, marker):
                return
            self._site.write_file(self._account, place.container, path, text, why)

        self._write("file", write)

    # --- reading back ---------------------------------------------------------------------------

    def find_file(self, place: Place, path: str) -> FoundFile | None:
        def find() -> FoundFile | None:
            self._has_files()
            found = self._site.file(place.container, path)
            if found is None:
                return FoundFile(is_removed=True) if self._site.commits(place.container, path) else None
            return FoundFile(marker_in(found.text or "", self._codec))

        return self._read("find-file", find)

    def find_opened(self, place: Place, key: str, bookmark: str) -> tuple[Found, ...]:
        def find() -> tuple[Found, ...]:
            newer = [t for t in self._site.in_place(place.container) if t.number > int(bookmark or 0)]
            return tuple(f for f in map(self._found, newer) if f.marker and f.marker.key == key)

        return self._read("find-opened", find)

    def find_comments(self, ref: TicketRef, key: str) -> tuple[str, ...]:
        ticket = self.fetch_ticket(ref)
        return tuple(c.id for c in ticket.comments if c.marker and c.marker.key == key)

    def parse_delivery(self, headers: Mapping[str, str], raw: bytes, path_secret: str = "") -> Delivery | None:
        raise Refused("the in-memory tracker has no webhooks", status=400)

    def failed_deliveries(self, place: Place, path: str, since: dt.datetime) -> tuple[FailedDelivery, ...]:
        return ()

    def redeliver(self, place: Place, failed: FailedDelivery) -> None:
        raise Refused("the in-memory tracker has no webhooks", status=400)

    # --- inside ---------------------------------------------------------------------------------

    def _looked_at(self, place: Place) -> Iterator[Finding]:
        self.check_place(place)
        yield good(place.container, f"{place.container} is there.")

    def _has_files(self) -> None:
        if self._site.kind != "github":
            raise Refused(f"{self.name} keeps no files.")

    def _is_marked(self, made: CommitState, marker: Marker) -> bool:
        found = marker_in(made.text or "", self._codec)
        return found is not None and found.key == marker.key

    def _audience_of(self, container: str) -> Audience:
        return Audience.PUBLIC if self._site.places[container].is_public else Audience.INTERNAL

    def _found(self, state: TicketState) -> Found:
        return found_of(self._site, state, self._account, self._codec)

    def _read(self, what: str, request: Callable[[], T]) -> T:
        return self._network.call(what, False, lambda: _translated(request))

    def _write(self, what: str, request: Callable[[], T]) -> T:
        return self._network.call(what, True, lambda: _translated(request))


def _translated(request: Callable[[], T]) -> T:
    """Run a request on the server's side; its refusals in our words."""
    try:
        return request()
    except WorldError as error:
        if error.reason in ("missing", "gone"):
            raise Gone(str(error), status=404) from error
        if error.reason in ("denied", "locked"):
            raise Denied(str(error), status=403) from error
        raise Refused(str(error), status=422) from error
