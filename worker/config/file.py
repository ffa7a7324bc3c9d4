"""Reads `aftermath.yaml`. Everything wrong with it is told at once, each with line, column and what is allowed.

Paths in the file are relative to the file. Nothing is created, contacted or written here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rules.language.document import Document
from rules.language.problems import DocumentError, Problem
from rules.language.reading import Reading
from rules.refs import Place
from rules.templates import Templates
from worker.config.amounts import WORKERS_MAX, read_limits, read_poll_every, read_whole
from worker.config.forms import ConfigForm
from worker.config.lessons import read_lessons
from worker.config.openings import read_openings
from worker.config.page_password import read_page_password
from worker.config.paths import read_path, read_people, read_policy
from worker.config.places import read_place, read_route
from worker.config.secrets import Secrets
from worker.config.servers import read_clock, read_ledger, read_listen, read_queue
from worker.config.settings import Config
from worker.config.sheet import Sheet
from worker.config.trackers import read_secret, read_tracker

CONFIG_FILE = "aftermath.yaml"
_INSTALLATION = re.compile(r"[a-z0-9-]{1,32}\Z")


class ConfigError(DocumentError):
    """A configuration that cannot be used; `problems` lists everything that is wrong with it."""


def load_config(path: Path, environ: Mapping[str, str], *, asks_trackers: bool = True) -> Config:
    """The configuration in the file. Raises ConfigError with every problem found.

    Who asks no tracker needs no token either: a variable that is not set is then left empty below `trackers:`.
    """
    try:
        reading = Reading(Document.read(path), Templates({}))
    except DocumentError as error:
        raise ConfigError(map(_without_secrets, error.problems)) from None
    form = reading.form(ConfigForm, ())
    folder = path.resolve().parent
    secrets = Secrets(reading, environ, folder, asks_trackers=asks_trackers)
    config = _read(Sheet(reading, form, environ, folder, secrets)) if form else None
    if reading.problems or config is None:
        raise ConfigError(map(_without_secrets, reading.problems))
    return replace(config, file=path.resolve())


def _without_secrets(problem: Problem) -> Problem:
    """The problem without its line where that may show a secret under a key that nobody knows (`tokem: …`)."""
    is_risky = problem.path.startswith("trackers") or "is no key here" in problem.message
    return replace(problem, source="") if is_risky else problem


def _read(sheet: Sheet) -> Config:
    """The form as a configuration; what does not fit is noted on the sheet."""
    form = sheet.form
    if not _INSTALLATION.match(form.installation):
        sheet.note(("installation",), f'"{form.installation}" cannot be an installation', "1 to 32 of a-z, 0-9 and -")
    trackers = {name: read_tracker(sheet, name, tracker) for name, tracker in form.trackers.items()}
    if not trackers:
        sheet.note(("trackers",), "without a tracker there is nothing to do")
    watch = _watched(sheet)
    data = (sheet.folder / read_path(sheet, "data", form.data)).resolve()
    host, port = read_listen(sheet)
    return Config(
        installation=form.installation,
        secret=read_secret(sheet, trackers),
        data=data,
        trackers=trackers,
        watch=watch,
        post_mortems=read_route(sheet, "post_mortems"),
        actions=read_route(sheet, "actions"),
        lessons=read_lessons(sheet),
        openings=read_openings(sheet),
        policy=read_policy(sheet),
        people=read_people(sheet),
        environ=sheet.environ,
        ledger_url=read_ledger(sheet, data),
        queue_url=read_queue(sheet),
        host=host,
        port=port,
        poll_every=read_poll_every(sheet),
        workers=read_whole(sheet, "workers", form.workers, 1, WORKERS_MAX),
        webhook_bytes_max=read_whole(sheet, "webhook_bytes_max", form.webhook_bytes_max, 1_000, 25_000_000),
        page_password=read_page_password(sheet),
        clock_url=read_clock(sheet),
        limits=read_limits(sheet, form.limits),
        warnings=sheet.secrets.warnings,
    )


def _watched(sheet: Sheet) -> tuple[Place, ...]:
    watch = tuple(read_place(sheet, ("watch", index), written) for index, written in enumerate(sheet.form.watch))
    if not watch:
        sheet.note(("watch",), "nothing is watched", 'places such as "github:acme/shop"')
    return tuple(dict.fromkeys(place for place in watch if place))
