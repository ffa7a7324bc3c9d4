"""Reads `aftermath.yaml`. Everything wrong with it is told at once, each with line, column and what is allowed.

Paths in the file are relative to the file. Nothing is created, contacted or written here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from rules.durations import Duration, Unit
from rules.language.document import Document, KeyPath
from rules.language.policy_file import pack_path, shipped_packs
from rules.language.problems import DocumentError, Problem, closest, in_words
from rules.language.reading import Reading
from rules.refs import Place
from rules.templates import Templates
from worker.config.forms import ConfigForm, LimitOverridesForm, TrackerForm
from worker.config.listening import parse_listen
from worker.config.secrets import Secrets, is_loopback
from worker.config.settings import Config, LimitOverrides, TrackerSettings

CONFIG_FILE = "aftermath.yaml"
SECRET_CHARACTERS_MIN = 16
WORKERS_MAX = 64
_INSTALLATION = re.compile(r"[a-z0-9-]{1,32}\Z")
_TRACKER_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")
_CONTAINERS = {
    "github": (re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}\Z"), "a repository such as acme/shop"),
    "jira": (re.compile(r"[A-Z][A-Z0-9_]{1,99}\Z"), "a project's key such as OPS"),
}
_GITHUB_URL = "https://api.github.com"
_UNITS = {Unit.SECONDS: 1, Unit.MINUTES: 60, Unit.HOURS: 3600, Unit.DAYS: 86400, Unit.WEEKS: 604800}
_POLL_LEAST = dt.timedelta(seconds=1)
_DATABASES = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class ConfigError(DocumentError):
    """A configuration that cannot be used; `problems` lists everything that is wrong with it."""


def load_config(path: Path, environ: Mapping[str, str]) -> Config:
    """The configuration in the file. Raises ConfigError with every problem found."""
    try:
        reading = Reading(Document.read(path), Templates({}))
    except DocumentError as error:
        raise ConfigError(map(_without_secrets, error.problems)) from None
    form = reading.form(ConfigForm, ())
    config = _Reader(reading, form, environ, path.resolve().parent).read() if form else None
    if reading.problems or config is None:
        raise ConfigError(map(_without_secrets, reading.problems))
    return config


def _without_secrets(problem: Problem) -> Problem:
    """The problem without its line where that may show a secret under a key that nobody knows (`tokem: …`)."""
    is_risky = problem.path.startswith("trackers") or "is no key here" in problem.message
    return replace(problem, source="") if is_risky else problem


class _Reader:
    """Turns a form into a configuration, noting on the reading what does not fit."""

    def __init__(self, reading: Reading, form: ConfigForm, environ: Mapping[str, str], folder: Path) -> None:
        self._reading = reading
        self._note = reading.note
        self._form = form
        self._folder = folder
        self._environ = environ
        self._secrets = Secrets(reading, environ, folder)

    def read(self) -> Config:
        form = self._form
        if not _INSTALLATION.match(form.installation):
            self._note(
                ("installation",), f'"{form.installation}" cannot be an installation', "1 to 32 of a-z, 0-9 and -"
            )
        trackers = {name: self._tracker(name, tracker) for name, tracker in form.trackers.items()}
        if not trackers:
            self._note(("trackers",), "without a tracker there is nothing to do")
        watch = tuple(self._place(("watch", index), written) for index, written in enumerate(form.watch))
        if not watch:
            self._note(("watch",), "nothing is watched", 'places such as "github:acme/shop"')
        data = (self._folder / self._path("data", form.data)).resolve()
        host, port = self._listen()
        return Config(
            installation=form.installation,
            secret=self._secret(trackers),
            data=data,
            trackers=trackers,
            watch=tuple(dict.fromkeys(place for place in watch if place)),
            post_mortems=self._route("post_mortems"),
            actions=self._route("actions"),
            ticket_types={
                role: route.type
                for role, route in (("post-mortem", form.post_mortems), ("action", form.actions))
                if route.type
            },
            policy=self._policy(),
            people=self._people(),
            environ=self._environ,
            ledger_url=self._ledger(data),
            queue_url=self._queue(),
            host=host,
            port=port,
            poll_every=self._poll_every(),
            workers=self._whole("workers", form.workers, 1, WORKERS_MAX),
            webhook_bytes_max=self._whole("webhook_bytes_max", form.webhook_bytes_max, 1_000, 25_000_000),
            clock_url=self._clock(),
            limits=self._limits(form.limits),
            warnings=self._secrets.warnings,
        )

    # --- trackers -------------------------------------------------------------------------------

    def _tracker(self, name: str, form: TrackerForm) -> TrackerSettings:
        place: KeyPath = ("trackers", name)
        if not _TRACKER_NAME.match(name):
            self._reading.note_key(
                place, f'"{name}" cannot name a tracker', "small letters, figures and -, such as jira"
            )
        url = self._secrets.expand((*place, "url"), form.url) if form.url else ""
        if form.kind == "github":
            url = url or _GITHUB_URL
        elif not form.url:
            self._note(place, '"url" is missing: the site\'s address, such as https://acme.atlassian.net')
        if url:
            self._check_url((*place, "url"), url)
        stays_here = is_loopback(url)
        token = self._secrets.resolve(place, "token", form.token, form.token_file, stays_here=stays_here)
        if not (form.token or form.token_file):
            self._note(place, '"token" is missing: the account that Aftermath writes as needs one')
        webhook = self._secrets.resolve(
            place, "webhook_secret", form.webhook_secret, form.webhook_secret_file, stays_here=stays_here
        )
        user = self._secrets.expand((*place, "user"), form.user) if form.user else ""
        if form.kind == "github" and form.user:
            self._note((*place, "user"), "GitHub wants no user: the token says whose it is")
        return TrackerSettings(
            name, form.kind, url.rstrip("/"), token, user, webhook, form.own_account in (True, "yes")
        )

    def _check_url(self, place: KeyPath, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            self._note(place, "this is no address of a tracker", "https://HOST, with a path where the tracker has one")
        elif parts.username or parts.password:
            self._note(place, "credentials do not belong into an address: they have keys of their own")
        elif parts.scheme == "http" and not is_loopback(url):
            self._note(place, "over http:// the token could be read on its way", "https://…")

    def _secret(self, trackers: Mapping[str, TrackerSettings]) -> str:
        stays_here = all(is_loopback(tracker.url) for tracker in trackers.values())
        form = self._form
        secret = self._secrets.resolve((), "secret", form.secret, form.secret_file, stays_here=stays_here)
        if not (form.secret or form.secret_file):
            self._note((), '"secret" is missing: it signs what Aftermath writes, so that it is recognised later')
        elif secret and len(secret) < SECRET_CHARACTERS_MIN:
            given = "secret" if form.secret else "secret_file"
            self._note(
                (given,), f"the secret is too short ({len(secret)} characters)", f"{SECRET_CHARACTERS_MIN} or more"
            )
        return secret

    # --- places ---------------------------------------------------------------------------------

    def _place(self, path: KeyPath, written: str) -> Place | None:
        tracker, colon, container = written.partition(":")
        if not (tracker and colon and container):
            self._note(path, f'"{written}" is no place', "TRACKER:PLACE, such as github:acme/shop or jira:OPS")
            return None
        known = self._form.trackers.get(tracker)
        if known is None:
            names = list(self._form.trackers)
            self._note(path, f'there is no tracker "{tracker}"', in_words(names), closest(tracker, names))
            return None
        pattern, wanted = _CONTAINERS[known.kind]
        if not pattern.match(container):
            self._note(path, f'"{container}" is no place on {tracker}', wanted)
            return None
        return Place(tracker, container)

    def _route(self, role: str) -> Place | None:
        written = getattr(self._form, role).place
        return self._place((role, "place"), written) if written else None

    # --- files ----------------------------------------------------------------------------------

    def _path(self, key: str, written: str) -> Path:
        if not written.strip():
            self._note((key,), "an empty path")
        return Path(self._secrets.expand((key,), written)).expanduser()

    def _policy(self) -> Path:
        written = self._form.policy
        if written in shipped_packs():
            return pack_path(written)
        path = self._folder / self._path("policy", written)
        if not path.exists():
            packs = shipped_packs()
            self._note(
                ("policy",),
                f'"{written}" is no shipped pack, and no file or folder here',
                in_words(packs),
                closest(written, packs),
            )
        return path

    def _people(self) -> Path | None:
        if not self._form.people:
            return None
        path = self._folder / self._path("people", self._form.people)
        if not path.is_file():
            self._note(("people",), f'there is no file "{self._form.people}" beside this one')
        return path

    # --- ledger, queue, web, clock ----------------------------------------------------------------

    def _ledger(self, data: Path) -> str:
        if self._form.ledger == "sqlite":
            return f"sqlite:///{data / 'aftermath.db'}"
        url = self._secrets.expand(("ledger",), self._form.ledger)
        scheme, separator, rest = url.partition("://")
        if url and (not separator or scheme.partition("+")[0] not in ("sqlite", "postgresql", "postgres")):
            self._note(("ledger",), "this is no ledger", "sqlite, or postgresql://USER:PASSWORD@HOST/DATABASE")
        self._refuse_plain_password("ledger", self._form.ledger)
        return f"{_DATABASES.get(scheme, scheme)}://{rest}"

    def _queue(self) -> str:
        if self._form.queue == "embedded":
            return ""
        url = self._secrets.expand(("queue",), self._form.queue)
        if url and url.partition("://")[0] not in ("redis", "rediss", "unix"):
            self._note(("queue",), "this is no queue", "embedded, or redis://HOST:6379/0, rediss://…, unix://PATH")
        self._refuse_plain_password("queue", self._form.queue)
        return url

    def _refuse_plain_password(self, key: str, written: str) -> None:
        try:
            is_plain = bool(urlsplit(written).password) and "${" not in written
        except ValueError:
            is_plain = "@" in written
        if is_plain and not is_loopback(written):
            self._note(
                (key,),
                "a password in plain text",
                "${NAME} for an environment variable that holds it, or the whole URL",
            )

    def _listen(self) -> tuple[str, int]:
        address = parse_listen(self._secrets.expand(("listen",), self._form.listen))
        if address is None:
            self._note(
                ("listen",),
                "this is nothing to listen on",
                "HOST:PORT, such as 127.0.0.1:7744; port 0 takes a free one",
            )
            return "127.0.0.1", 0
        return address

    def _clock(self) -> str:
        url = self._form.clock
        if url and not (url.startswith("http://") and is_loopback(url)):
            self._note(
                ("clock",),
                "only a sandbox on this machine has a clock to follow",
                "http://127.0.0.1:PORT/_sandbox/clock, or nothing for the machine's own clock",
            )
        return url

    # --- amounts --------------------------------------------------------------------------------

    def _poll_every(self) -> dt.timedelta:
        if "poll_every" not in self._form.model_fields_set:
            return dt.timedelta(minutes=5)
        duration = self._reading.positive_duration(("poll_every",))
        if duration is None:
            return dt.timedelta(minutes=5)
        every = _span(duration)
        if every is None or every < _POLL_LEAST:
            self._note(("poll_every",), f"{duration} is no interval of clock time", "such as 90 s, 5 m, 1 h")
        return every or dt.timedelta(minutes=5)

    def _whole(self, key: str, found: int, least: int, most: int) -> int:
        if not least <= found <= most:
            self._note((key,), f"{found} is out of range", f"{least:,} to {most:,}")
        return found

    def _limits(self, form: LimitOverridesForm) -> LimitOverrides:
        for name in ("mentions_per_day", "sweep_effects_max"):
            amount = getattr(form, name)
            if amount is not None and amount < 1:
                self._note(("limits", name), f"{amount} would silence everything: the least is 1")
        return LimitOverrides(form.mentions_per_day, form.sweep_effects_max, self._start_at(form.start_at))

    def _start_at(self, written: str | None) -> dt.datetime | dt.date | None:
        if written is None:
            return None
        try:
            if len(written) == len("2026-12-01"):
                return dt.date.fromisoformat(written)
            moment = dt.datetime.fromisoformat(written)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self._note(("limits", "start_at"), f'"{written}" is no moment', "2026-12-01 or 2026-12-01T09:00:00+01:00")
            return None
        return moment.astimezone(dt.UTC)


def _span(duration: Duration) -> dt.timedelta | None:
    seconds = _UNITS.get(duration.unit)
    return dt.timedelta(seconds=duration.amount * seconds) if seconds else None
