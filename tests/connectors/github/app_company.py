"""A GitHub App on the sandbox, installed for two organisations and not for a third."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.access import Access, Secret
from connectors.github.app import App
from connectors.github.tracker import GitHubTracker
from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.github_apps import Installation, SandboxApp
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import Site
from rules.refs import Place, TicketRef
from tests.connectors.github.company import Overheard
from tests.connectors.github.conftest import CODEC, NOW

APP_ID = 12_345
SHOP = Place("github", "acme/shop")
FORGE = Place("github", "globex/forge")
STRANGE = Place("github", "initech/vault")
TOKENS = "/app/installations/{installation}/access_tokens"


@functools.cache
def key_pair(number: int = 0) -> tuple[str, str]:
    """Private and public key, in PEM; another pair for each number."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


@dataclass
class AppCompany:
    """`acme/shop` and `globex/forge` let the App in, `initech/vault` does not; all three are private."""

    sandbox: Sandbox
    site: Site
    api: Overheard
    app: SandboxApp
    acme: Installation
    globex: Installation
    tracker: GitHubTracker
    waits: list[float] = field(default_factory=list)

    def opened(self, place: Place, title: str = "Down") -> TicketRef:
        return TicketRef("github", self.site.open_ticket("ada", place.container, title).key)

    def later(self, **span: float) -> None:
        self.sandbox.clock.advance(dt.timedelta(**span))

    def tokens_made(self) -> int:
        return self.sandbox.counts.route("github", "POST", TOKENS)

    def connect(self, *, key: Secret | None = None, app: App | None = None) -> GitHubTracker:
        """A tracker that remembers nothing, as after a restart."""
        access = Access(key or Secret(key_pair()[0]), timeout_s=10)
        url, now = self.sandbox.url("github"), self.sandbox.clock.now
        app = app or App(str(APP_ID))
        return GitHubTracker("github", url, access, CODEC, Secret(), now=now, sleep=self.waits.append, app=app)


@contextmanager
def app_company() -> Iterator[AppCompany]:
    """A running sandbox with the App on it."""
    sandbox = Sandbox(SandboxClock(NOW))
    site = sandbox.world.add_site("github", "github")
    site.add_account("ada", "Ada Lovelace", default_rights="admin")
    site.add_account("aftermath[bot]", "Aftermath", is_bot=True)
    for place in (SHOP, FORGE, STRANGE):
        site.add_place(place.container)
    api = Overheard(site, sandbox.url("github"), sandbox.courier)
    app = api.apps.register(SandboxApp(APP_ID, "aftermath", key_pair()[1], "ada"))
    acme, globex = api.apps.install(app, "acme"), api.apps.install(app, "globex", (FORGE.container,))
    sandbox.mount(api)
    with sandbox:
        made = AppCompany(sandbox, site, api, app, acme, globex, tracker=None)  # type: ignore[arg-type]
        made.tracker = made.connect()
        yield made
