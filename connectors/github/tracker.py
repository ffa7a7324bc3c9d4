"""GitHub as one of the trackers: the port of `connectors.tracker`, each method handed on to where it is done.

One object serves all threads of a worker. It keeps nothing that a restart may not lose.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from connectors.access import Access, Secret
from connectors.accounts import AccountNow
from connectors.errors import Refused, TrackerError
from connectors.github.addresses import key_named
from connectors.github.app import App
from connectors.github.barred import Barred
from connectors.github.client import GitHubClient
from connectors.github.deliveries import Deliveries
from connectors.github.due_dates import DueDates
from connectors.github.edits import Edits
from connectors.github.files import Files
from connectors.github.hooks import Hooks
from connectors.github.inspecting import Inspecting
from connectors.github.issue_fields import IssueFieldBook
from connectors.github.linking import Linking
from connectors.github.own_values import OwnValues
from connectors.github.parse import Reader
from connectors.github.people import fetch_account_now, fetch_assignable
from connectors.github.polling import Polling
from connectors.github.reading import Reading
from connectors.github.redelivering import Redelivering
from connectors.github.standing import Standing
from connectors.github.together import Together
from connectors.github.writing import Writing
from connectors.inspection import Finding, Wanted
from connectors.markers import MarkerCodec
from connectors.metering import RequestMeter
from connectors.one_by_one import changed_one_by_one
from connectors.tracker import Changes, Delivery, Draft, FailedDelivery, Found, FoundFile, Link
from connectors.wanted_fields import Wants, no_fields
from rules.facts import Actor, Audience, Marker, Ticket
from rules.refs import Place, TicketRef


class GitHubTracker:
    """One GitHub server through one account of our own, or one GitHub App in all its installations. Its errors are
    those of `connectors.errors`.

    `name` is the tracker's in our configuration; `base_url` that of the API (`https://api.github.com`,
    `https://HOST/api/v3`), `access` how it is reached; `webhook_secret` verifies deliveries, empty accepts none;
    `now` is the worker's clock.
    `sleep` waits between the tries of a read, a second or two at most; `bots` are accounts of other programs that are
    plain users to GitHub; `wants` says which fields of an organisation's own are read. What the methods do is said at
    the port.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        access: Access,
        codec: MarkerCodec,
        webhook_secret: Secret,
        *,
        our_label: str = "aftermath",
        now: Callable[[], dt.datetime],
        sleep: Callable[[float], None] = time.sleep,
        app: App | None = None,
        bots: Iterable[str] = (),
        wants: Wants = no_fields,
    ) -> None:
        self.name = name
        self._codec = codec
        self._bots = frozenset(map(str.casefold, bots))
        self._client = GitHubClient(base_url, access, now, sleep, app)
        self.requests: RequestMeter = self._client.requests
        self._standing = Standing(self._client)
        barred = Barred(now)
        edits = Edits(self._client, barred)
        self._fields = IssueFieldBook(self._client)
        values = OwnValues(self._client, self._fields, wants)
        together = Together(self._client, self._standing, edits, barred, self._reader, values)
        dues = DueDates(self._client, self._fields)
        self._reading = Reading(self._client, self._standing, edits, together, self._reader, dues, values)
        self._polling = Polling(self._client, self._reader)
        self._writing = Writing(self._client, codec, our_label, edits, self._reader, self._fields)
        self._linking = Linking(self._client)
        self._files = Files(self._client, codec)
        self._deliveries = Deliveries(name, webhook_secret)
        self._redelivering = Redelivering(self._client)
        #: For a person's explicit word; no part of the port.
        self.hooks = Hooks(self._client, name, webhook_secret)

    def _reader(self) -> Reader:
        return Reader(self.name, self._standing.who_we_are().account, self._codec, self._bots)

    def __repr__(self) -> str:
        return f"GitHubTracker({self.name!r}, {self._client.base_url!r})"

    def who_we_are(self) -> Actor:
        return self._standing.who_we_are()

    def audience(self, place: Place, *, is_anew: bool = False) -> Audience:
        return self._standing.audience(place, is_anew=is_anew)

    def check_place(self, place: Place) -> None:
        self._standing.check_place(place)

    def has_rights(self, ref: TicketRef, account: str) -> bool:
        return self._standing.has_rights(ref, account)

    def inspect(self, wanted: Wanted) -> Iterator[Finding]:
        return Inspecting(self._client, self._standing, self._reader, wanted, self._fields).inspect()

    def assignable(self, place: Place) -> tuple[Actor, ...]:
        return fetch_assignable(self._client, self._reader(), place)

    def account_now(self, account: str, known_id: str) -> AccountNow:
        return fetch_account_now(self._client, account, known_id)

    def key_named(self, text: str) -> str:
        return key_named(self._client.base_url, text)

    # --- reading -----------------------------------------------------------------------------

    def fetch_ticket(self, ref: TicketRef) -> Ticket:
        return self._reading.fetch_ticket(ref)

    def changed(self, place: Place, cursor: str) -> Changes:
        return self._polling.changed(place, cursor)

    def fetch_tickets(self, refs: Sequence[TicketRef]) -> dict[TicketRef, Ticket | Refused]:
        return self._reading.fetch_tickets(refs)

    def changed_in(self, cursors: Mapping[Place, str]) -> dict[Place, Changes | TrackerError]:
        return changed_one_by_one(self.changed, cursors)

    def labelled(self, place: Place, label: str) -> tuple[Found, ...]:
        return self._polling.labelled(place, label)

    # --- writing -----------------------------------------------------------------------------

    def bookmark(self, place: Place) -> str:
        return self._reading.bookmark(place)

    def open_ticket(self, draft: Draft, marker: Marker) -> Found:
        return self._writing.open_ticket(draft, marker)

    def post_comment(self, ref: TicketRef, body: str, marker: Marker, readers: str = "") -> str:
        return self._writing.post_comment(ref, body, marker, readers)

    def edit_comment(self, ref: TicketRef, comment_id: str, body: str, marker: Marker, readers: str = "") -> None:
        self._writing.edit_comment(ref, comment_id, body, marker, readers)

    def edits_silently(self, ref: TicketRef) -> bool:
        return True  # GitHub tells nobody of an edit

    def retract_comment(self, ref: TicketRef, comment_id: str) -> None:
        self._writing.retract_comment(ref, comment_id)

    def add_label(self, ref: TicketRef, label: str) -> None:
        self._writing.add_label(ref, label)

    def assign(self, ref: TicketRef, account: str) -> None:
        self._writing.assign(ref, account)

    def set_due(self, ref: TicketRef, due_on: dt.date | None) -> None:
        self._writing.set_due(ref, due_on)

    def link(self, ref: TicketRef, link: Link) -> bool:
        return self._linking.link(ref, link)

    def close_twin(self, ref: TicketRef, original: TicketRef) -> None:
        self._writing.close_twin(ref)

    def write_file(self, place: Place, path: str, body: str, marker: Marker, why: str) -> None:
        self._files.write_file(place, path, body, marker, why)

    # --- reading back ------------------------------------------------------------------------

    def find_file(self, place: Place, path: str) -> FoundFile | None:
        return self._files.find_file(place, path)

    def find_opened(self, place: Place, key: str, bookmark: str) -> tuple[Found, ...]:
        return self._reading.find_opened(place, key, bookmark)

    def find_comments(self, ref: TicketRef, key: str) -> tuple[str, ...]:
        return self._reading.find_comments(ref, key)

    # --- deliveries --------------------------------------------------------------------------

    def parse_delivery(self, headers: Mapping[str, str], raw: bytes, path_secret: str = "") -> Delivery | None:
        return self._deliveries.parse(headers, raw, path_secret)

    def failed_deliveries(self, place: Place, path: str, since: dt.datetime) -> tuple[FailedDelivery, ...]:
        return self._redelivering.failed(place, path, since)

    def redeliver(self, place: Place, failed: FailedDelivery) -> None:
        self._redelivering.redeliver(place, failed.handle)
