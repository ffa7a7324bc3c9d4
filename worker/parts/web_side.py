"""The port that a process listens on: health and figures in every role, webhooks where they are taken."""

from __future__ import annotations

from collections.abc import Callable

from worker.config.secrets import is_loopback
from worker.parts.part import StartError, Tell
from worker.program import Program
from worker.readiness import Readiness
from worker.web import Web
from worker.web_server import WebServer


class WebSide:
    """`on_hint` is called when a delivery left something new. `url` is there from `start` on."""

    def __init__(
        self, program: Program, readiness: Readiness, on_hint: Callable[[], None], tell: Tell, *, takes_webhooks: bool
    ) -> None:
        self._program = program
        self._readiness = readiness
        self._on_hint = on_hint
        self._tell = tell
        self._takes_webhooks = takes_webhooks
        self._server: WebServer | None = None

    @property
    def url(self) -> str:
        assert self._server
        return self._server.url

    def start(self) -> None:
        config = self._program.config
        try:
            self._server = WebServer(config.host, config.port)
        except OSError as error:
            raise StartError(
                f"Nothing can listen on {config.host}:{config.port} ({error.strerror}): is another Aftermath running? "
                f"Otherwise change `listen:` in the configuration, or say `--listen HOST:PORT`."
            ) from None
        web = Web(self._program, self._readiness, self._on_hint, takes_webhooks=self._takes_webhooks)
        self._server.start(web.app)
        webhooks, pages = "/webhooks/…, " * self._takes_webhooks, ", /cases" * bool(config.page_password)
        paths = f"{webhooks}/healthz, /readyz, /metrics{pages}"
        self._tell(f"listening on {self.url} ({paths})")
        if exposed := exposure(config.host, takes_webhooks=self._takes_webhooks):
            self._tell(exposed)

    def ask_to_stop(self) -> None:
        """It answers to the end, so that everybody can see how the rest is stopping."""

    def stop(self) -> None:
        if self._server:
            self._server.stop()


def exposure(host: str, *, takes_webhooks: bool) -> str:
    """What to know about listening at an address that other machines can reach; empty for one that they cannot."""
    if is_loopback(host):
        return ""
    shown = "only /webhooks/ to the world" if takes_webhooks else "nothing of it to the world"
    return (
        f"{host} can be reached from other machines, and /readyz and /metrics tell of your trackers: put a proxy in "
        f"front that shows {shown}"
    )
