"""The settings as everything else sees them: frozen, checked, secrets resolved and never shown. A secret out of a file
stays what stands there (`worker.config.rotation`); all else is as it was when the file was read.

Under each stands its meaning, its unit and why that default. Nothing here opens a file or reads the
environment; `worker.config.file` does, once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from connectors.access import Access, Secret
from rules.policy import Shelf
from rules.refs import Place
from worker.config.known_secrets import KnownSecrets
from worker.config.openings import Opening


@dataclass(frozen=True, slots=True)
class AppSettings:
    """A GitHub App by its id or client id. `installation` 0: the one of each repository's owner."""

    id: str
    installation: int = 0


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """How one tracker is reached. `kind` is `github` or `jira`; `access` holds the credential, which is the private
    key where there is an `app`.

    With a `user` (Jira) the credential is that account's API token or password, without one it stands for itself.
    Without a `webhook_secret` no delivery is accepted and polling alone brings the news.
    """

    name: str
    kind: str
    url: str
    access: Access = field(default_factory=Access)
    user: str = ""
    webhook_secret: Secret = field(default_factory=Secret)
    #: The operator's word that the account is Aftermath's alone, where `check` sees signs of a person.
    own_account: bool = False
    app: AppSettings | None = None
    #: Jira's: `cloud` or `data-center`.
    edition: str = "cloud"
    #: Accounts of other programs that the tracker does not tell from people's: what they do is no progress.
    bots: tuple[str, ...] = ()
    #: Where people look at a Jira, where `url` is Atlassian's gateway; empty where both are the same.
    site: str = ""

    @property
    def token(self) -> str:
        """The credential as it is now."""
        return self.access.secret.now()


@dataclass(frozen=True, slots=True)
class LimitOverrides:
    """What the installation sets in place of the policy's own limits; None leaves the policy's.

    A `start_at` that is a bare date begins at midnight in the policy's zone.
    """

    mentions_per_day: int | None = None
    sweep_effects_max: int | None = None
    start_at: dt.datetime | dt.date | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """One installation.

    `installation` stands in every marker, for ever. `secret` signs markers: with another one, our own tickets
    are not recognised. `data` holds the SQLite file and the embedded Valkey; it is made when it is not there.
    """

    installation: str
    secret: str = field(repr=False)
    data: Path
    trackers: dict[str, TrackerSettings]
    watch: tuple[Place, ...]
    policy: Path
    #: SQLAlchemy's URL. A database URL may hold a password.
    ledger_url: str = field(repr=False)
    #: A Redis URL, or empty: a Valkey of our own in `data`, which one machine needs no more than.
    queue_url: str = field(default="", repr=False)
    #: None opens them beside the failure, where people are already.
    post_mortems: Place | None = None
    actions: Place | None = None
    #: Where lessons are written to as files, beside their failures; None writes none.
    lessons: Shelf | None = None
    #: What a ticket gets by its role (`post-mortem`, `action`); one that is missing takes the tracker's defaults.
    openings: dict[str, Opening] = field(default_factory=dict)
    people: Path | None = None
    #: Variables that the people file may name: private addresses stand there and nowhere else.
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: Loopback unless another address is written out: what faces the internet is a reverse proxy's to decide.
    host: str = "127.0.0.1"
    port: int = 7744
    #: Webhooks bring the news; polling catches what they lose, at one conditional request a place.
    poll_every: dt.timedelta = dt.timedelta(minutes=5)
    #: Looks are mostly waiting for a tracker; more threads meet the rate limit sooner, not the end.
    workers: int = 4
    #: GitHub sends up to 25 MB, for events that concern no issue. An issue with its labels is far below this.
    webhook_bytes_max: int = 5_000_000
    #: Lets whoever has it see `/cases`: titles of internal tickets too. Empty: there are no such pages.
    page_password: Secret = field(default_factory=Secret)
    #: A sandbox's clock to follow instead of the machine's, loopback only.
    clock_url: str = ""
    limits: LimitOverrides = LimitOverrides()
    #: Where all this was read from.
    file: Path | None = None
    #: Things worth a word that are no errors, as finished sentences.
    warnings: tuple[str, ...] = ()

    @property
    def secrets(self) -> KnownSecrets:
        """Everything that must never be seen in a log, an error or a page."""
        trackers = self.trackers.values()
        proxies = [tracker.access.proxy for tracker in trackers]
        urls = [url for url in (self.ledger_url, self.queue_url, *proxies) if "@" in url]
        passwords = [url.split("@")[0].rpartition(":")[2] for url in urls]
        changing = [secret for tracker in trackers for secret in (tracker.access.secret, tracker.webhook_secret)]
        changing.append(self.page_password)
        return KnownSecrets((self.secret, *urls, *passwords), changing)

    def opening(self, role: str) -> Opening:
        """What a ticket of that role gets."""
        return self.openings.get(role, Opening())

    @property
    def opened_in(self) -> tuple[Place, ...]:
        """Everywhere that we may open a ticket in: where it is routed to, else beside the failure."""
        routed = [place for place in (self.post_mortems, self.actions) if place]
        beside = self.watch if len(routed) < 2 else ()
        return tuple(sorted({*routed, *beside}))

    @property
    def places(self) -> tuple[Place, ...]:
        """Everywhere that has to be listened to: what is watched, and where we open tickets."""
        return tuple(sorted({*self.watch, *self.opened_in}))
