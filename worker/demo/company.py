"""Acme, the company of the demo: its trackers, its people, its first morning, and the files of its Aftermath.

All dates are fixed, so that the story is the same at every telling.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.server import Sandbox
from worker.config import Config, load_config
from worker.sandbox import OUR_ACCOUNT, PEOPLE, JiraEdition, build_company, configuration, people_file

#: A Tuesday. The story ends before any public holiday that people would miss in it.
START = dt.datetime(2026, 9, 8, 9, 0, tzinfo=dt.UTC)
#: Kim of the support desk may read and comment, no more. The bot tidies up after everybody.
PASSER_BY, BOT = "kim", "tidy-bot"
NAMES = dict(PEOPLE) | {PASSER_BY: "Kim Park", BOT: "Tidy Bot", OUR_ACCOUNT: "Aftermath"}
#: So rarely is asked what changed where webhooks bring the news: not once in the whole story.
NEVER = dt.timedelta(weeks=52)


def build_acme(jira: JiraEdition = "cloud") -> Sandbox:
    """The company's trackers, not yet started. Raises OSError when no port is free."""
    sandbox = build_company(SandboxClock(START), jira=jira)
    github = sandbox.world.sites["github"]
    github.add_account(PASSER_BY, NAMES[PASSER_BY], default_rights="read")
    github.add_account(BOT, NAMES[BOT], is_bot=True)
    return sandbox


def write_files(sandbox: Sandbox, folder: Path) -> Path:
    """Put `aftermath.yaml` and `people.yaml` for the company into a folder; the path of the former."""
    path = folder / "aftermath.yaml"
    path.write_text(configuration(sandbox, listen="127.0.0.1:0", data="data"), encoding="utf-8")
    (folder / "people.yaml").write_text(people_file(sandbox=sandbox), encoding="utf-8")
    return path


def read_files(path: Path, *, is_polling: bool) -> Config:
    """The configuration as written; by webhook alone nothing is polled, so that they have to do."""
    config = load_config(path, os.environ)
    return config if is_polling else replace(config, poll_every=NEVER)


def first_name(account: str) -> str:
    """What colleagues call somebody."""
    return NAMES[account].partition(" ")[0]
