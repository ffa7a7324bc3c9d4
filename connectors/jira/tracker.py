"""Jira as a `Tracker`, Cloud or Data Center: what the worker asks, handed to the parts of this folder that can do it.

Nothing is decided here. Whatever goes wrong leaves as one of `connectors.errors`.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tenacity.wait import wait_base

from connectors.access import Access, Secret
from connectors.accounts import AccountNow
from connectors.errors import Refused, TrackerError
from connectors.inspection import Finding, Wanted
from connectors.jira.addresses import key_named, project_key
from connectors.jira.client import JiraClient
from connectors.jira.closing import TwinCloser
from connectors.jira.cloud import CloudEdition
from connectors.jira.creation import CreationBook
from connectors.jira.data_center import DataCenterEdition
from connectors.jira.deliveries import DeliveryReader
from connectors.jira.edition import CLOUD, DATA_CENTER, Edition
from connectors.jira.hook_instructions import HookInstructions
from connectors.jira.inspecting import Inspecting, fetch_assignable
from connectors.jira.linking import TicketLinker
from connectors.jira.listing import TicketLister
from connectors.jira.moving import StatusMover
from connectors.jira.parse import IssueParser
from connectors.jira.people import Accounts, account_of, fetch_account_now
from connectors.jira.polling import Polling
from connectors.jira.projects import ProjectBook
from connectors.jira.reading import TicketReader
from connectors.jira.rights import JiraRights
from connectors.jira.site_fields import SiteFields
from connectors.jira.statuses import StatusBook
from connectors.jira.understood import understood
from connectors.jira.wishes import WishBook
from connectors.jira.wishes_inspecting import WishInspecting
from connectors.jira.writing import TicketWriter
from connectors.markers import MarkerCodec
from connectors.metering import RequestMeter
from connectors.tracker import Changes, Delivery, Draft, FailedDelivery, Found, FoundFile, Link
from connectors.wanted_fields import Wants, no_fields
from rules.facts import Actor, Audience, Marker, Ticket
from rules.refs import Place, TicketRef

API_VERSIONS = {CLOUD: CloudEdition.api_version, DATA_CENTER: DataCenterEdition.api_version}
_NO_FILES = "Jira keeps no files: lessons are written to a repository on GitHub."


class JiraTracker:
    """One Jira site, through one account of our own. Thread-safe.

    `base_url` is that of the API, `web_url` where people look (the same, unless it is given); `user` is empty where
    the credential in `access` stands for itself. `ticket_type` is used for drafts that name none. `wait` is the pause
    between the tries of a read. `edition` is `cloud` or `data-center`; `bots` are accounts of other programs that Jira
    does not tell from people's, and `wants` says which of the site's own fields are read.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        user: str,
        access: Access,
        codec: MarkerCodec,
        webhook_secret: Secret,
        now: Callable[[], dt.datetime],
        *,
        web_url: str = "",
        ticket_type: str = "Task",
        wait: wait_base | None = None,
        edition: str = CLOUD,
        bots: Iterable[str] = (),
        wants: Wants = no_fields,
    ) -> None:
        self.name = name
        self.requests = RequestMeter()
        self._client = JiraClient(
            base_url,
            user,
            access,
            meter=self.requests,
            now=now,
            web_url=web_url,
            wait=wait,
            api_version=API_VERSIONS[edition],
        )
        self._codec = codec
        self._ticket_type = ticket_type
        self._lock = threading.Lock()
        self._us: tuple[int, Actor] | None = None
        self._bots = frozenset(map(str.casefold, bots))
        self._edition = self._edition_of(edition)
        self._projects = projects = ProjectBook(self._client, now)
        self._own_fields = SiteFields(self._client, now, wants)
        self._reader = TicketReader(self._client, self._edition, StatusBook(self._client), projects, self._own_fields)
        self._lister = TicketLister(self._edition, now, projects.present_key)
        self._polling = Polling(self._lister, now)
        self._rights = JiraRights(self._client, self._edition, projects, now)
        self._creation = CreationBook(self._edition, projects, now)
        self._writer = TicketWriter(
            self._client,
            self._edition,
            projects,
            codec,
            tracker=name,
            now=now,
            ticket_type=ticket_type,
            wishes=WishBook(self._edition, self._creation),
        )
        self._linker = TicketLinker(self._client, name)
        self._closer = TwinCloser(self._client, self._writer, StatusMover(self._client, self._edition, now))
        self._deliveries = DeliveryReader(name, webhook_secret)
        #: For a person's explicit word; no part of the port.
        self.hooks = HookInstructions(name, (web_url or base_url).rstrip("/"), edition)

    def _edition_of(self, edition: str) -> Edition:
        if edition == DATA_CENTER:
            return DataCenterEdition(self._client, lambda: self.who_we_are().account)
        return CloudEdition(self._client)

    def __repr__(self) -> str:
        return f"JiraTracker({self.name!r}, {self._client.base_url!r})"

    def who_we_are(self) -> Actor:
        """Our own account (one request, remembered while the credential stays). Raises Denied on wrong credentials.

        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-myself/#api-rest-api-3-myself-get
        """
        with self._lock:
            mark = self._client.access.mark
            if self._us is None or self._us[0] != mark:
                user = self._client.get("myself")
                with understood("our own account"):
                    account = account_of(user)
                    if not account:
                        raise ValueError
                    self._us = mark, Accounts(account).actor(user)
            return self._us[1]

    def audience(self, place: Place, *, is_anew: bool = False) -> Audience:
        """Always internal: what a Jira project shows to the world cannot be told from outside. No request."""
        project_key(place)
        return Audience.INTERNAL

    def check_place(self, place: Place) -> None:
        """Raise Gone, Denied or Refused with what is missing: project, issue type or permissions. Two requests."""
        self._rights.check_project(project_key(place), self._ticket_type)

    def inspect(self, wanted: Wanted) -> Iterator[Finding]:
        """Look over everything that is wanted here. A handful of reads for each project, one for each person."""
        wishes = WishInspecting(self._client, self._edition, self._creation, self._ticket_type)
        asked = (self._client, self._edition, self._projects, self._parser, wanted, wishes, self._own_fields)
        return Inspecting(*asked).inspect()

    def assignable(self, place: Place) -> tuple[Actor, ...]:
        """People who can be given an issue there. One request."""
        return fetch_assignable(self._edition, place, self._accounts())

    def account_now(self, account: str, known_id: str) -> AccountNow:
        """Whether the account is still there and active: an accountId is for good, and on Data Center a key is, which a
        user name is not. One request, two where the name is another one's now."""
        return fetch_account_now(self._edition, account, known_id)

    def key_named(self, text: str) -> str:
        """The key that a text names: `OPS-12`, or the address of its page, of a board or of a queue. No request."""
        return key_named(self._client.web_url, text)

    # --- reading ------------------------------------------------------------------------------

    def fetch_ticket(self, ref: TicketRef) -> Ticket:
        """The whole ticket: one request, a second where we wrote comments, more for long histories. Raises Gone."""
        ticket = self._reader.fetch(ref, self._parser())
        self._lister.seen(ticket.ref.key)
        return ticket

    def changed(self, place: Place, cursor: str) -> Changes:
        """Tickets changed since the cursor, a time in ISO form; "" only makes a cursor."""
        return self._polling.changed(place, cursor, self._parser())

    def fetch_tickets(self, refs: Sequence[TicketRef]) -> dict[TicketRef, Ticket | Refused]:
        """Several whole tickets: one request for all, a second where we wrote comments that were not read yet, more for
        long threads and histories the first time."""
        found = self._reader.fetch_all(refs, self._parser()) if refs else {}
        for answer in found.values():
            if isinstance(answer, Ticket):
                self._lister.seen(answer.ref.key)
        return found

    def changed_in(self, cursors: Mapping[Place, str]) -> dict[Place, Changes | TrackerError]:
        """What changed in several projects: one search for all of them, and one for each that was refused lately."""
        return self._polling.changed_in(cursors, self._parser())

    def labelled(self, place: Place, label: str) -> tuple[Found, ...]:
        """All tickets with the label: by search, and by key where the search may lag. Three requests or more."""
        return self._lister.labelled(project_key(place), label, self._parser())

    def has_rights(self, ref: TicketRef, account: str) -> bool:
        """Whether the account may edit issues there; remembered for ten minutes."""
        return self._rights.may_edit(ref, account)

    # --- writing ------------------------------------------------------------------------------

    def bookmark(self, place: Place) -> str:
        """The newest ticket number known there; free once anything of the project was seen."""
        return self._lister.bookmark(project_key(place))

    def open_ticket(self, draft: Draft, marker: Marker) -> Found:
        """Open a ticket, its marker in the same request. Raises Ambiguous, Temporary, Denied, Refused."""
        found = self._writer.open_ticket(draft, marker)
        self._lister.seen(found.ref.key)
        return found

    def post_comment(self, ref: TicketRef, body: str, marker: Marker, readers: str = "") -> str:
        """Say something, its marker in the same request, to all or to those readers; the comment's id."""
        return self._writer.post_comment(ref, body, marker, readers)

    def edit_comment(self, ref: TicketRef, comment_id: str, body: str, marker: Marker, readers: str = "") -> None:
        """Change our own comment, without mail to watchers where the site allows that. Raises Gone."""
        self._writer.edit_comment(ref, comment_id, body, marker, readers)

    def edits_silently(self, ref: TicketRef) -> bool:
        """Whether comments are edited without mail there: so until that was refused in the project. No request."""
        return self._writer.edits_silently(ref)

    def retract_comment(self, ref: TicketRef, comment_id: str) -> None:
        """Delete our doubled comment; fine when it is gone."""
        self._writer.retract_comment(ref, comment_id)

    def add_label(self, ref: TicketRef, label: str) -> None:
        """Put a label on, spaces made hyphens; fine when it is there."""
        self._writer.add_label(ref, label)

    def assign(self, ref: TicketRef, account: str) -> None:
        """Make that account the assignee: Jira has one."""
        self._writer.assign(ref, account)

    def set_due(self, ref: TicketRef, due_on: dt.date | None) -> None:
        """Write the due date, or clear it, without mail to watchers where our account may do that."""
        self._writer.set_due(ref, due_on)

    def link(self, ref: TicketRef, link: Link) -> bool:
        """An issue link within this site, a remote link to anywhere else. Sending it again changes nothing."""
        return self._linker.link(ref, link)

    def close_twin(self, ref: TicketRef, original: TicketRef) -> None:
        """Label our doubled ticket and move it to a done status, as a duplicate where the screen takes that."""
        del original  # Jira's resolution names no original; the label is what tells.
        self._closer.close(ref)

    def write_file(self, place: Place, path: str, body: str, marker: Marker, why: str) -> None:
        """Raises Refused: Jira has no files."""
        raise Refused(_NO_FILES)

    # --- reading back -------------------------------------------------------------------------

    def find_file(self, place: Place, path: str) -> FoundFile | None:
        """Raises Refused: Jira has no files."""
        raise Refused(_NO_FILES)

    def find_opened(self, place: Place, key: str, bookmark: str) -> tuple[Found, ...]:
        """Our tickets with that marker key and a number above the bookmark, by reading the keys one after another."""
        return self._lister.opened_after(project_key(place), bookmark, key, self._parser())

    def find_comments(self, ref: TicketRef, key: str) -> tuple[str, ...]:
        """Ids of our comments with that marker key, oldest first, by listing."""
        comments = self._reader.our_comments(ref, self._parser())
        return tuple(comment.id for comment in comments if comment.marker and comment.marker.key == key)

    # --- deliveries ---------------------------------------------------------------------------

    def parse_delivery(self, headers: Mapping[str, str], raw: bytes, path_secret: str = "") -> Delivery | None:
        """Verify, then read. Raises Denied on a wrong or missing signature or secret, Refused (400) on garbage."""
        return self._deliveries.read(headers, raw, path_secret)

    def failed_deliveries(self, place: Place, path: str, since: dt.datetime) -> tuple[FailedDelivery, ...]:
        """Nothing: Jira tries again by itself, and keeps a log for apps only."""
        return ()

    def redeliver(self, place: Place, failed: FailedDelivery) -> None:
        raise Refused("Jira is not asked for a delivery again: it tries again by itself.")

    def _parser(self) -> IssueParser:
        return IssueParser(self.name, self._client.web_url, self._accounts(), self._codec, self._edition.markdown_of)

    def _accounts(self) -> Accounts:
        return Accounts(self.who_we_are().account, self._bots)
