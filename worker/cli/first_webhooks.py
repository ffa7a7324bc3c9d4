"""The end of `aftermath init --webhooks`: installs what can be installed, and says what is left. `aftermath webhooks`
does the same later."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from connectors.errors import TrackerError
from rules.language.problems import DocumentError
from worker.cli.telling import Teller
from worker.cli.webhooks import show
from worker.clock import SystemClock
from worker.config import load_config
from worker.config.file import CONFIG_FILE
from worker.trackers import build_hook_keepers
from worker.webhooks import Webhooks


def first_webhooks(teller: Teller, folder: Path, environ: Mapping[str, str], public_url: str) -> None:
    """By the files that were just written. Without a `public_url` nothing is asked and nothing written. A tracker whose
    token is missing is left out: `aftermath webhooks` is among the next steps."""
    try:
        config = load_config(folder / CONFIG_FILE, environ, asks_trackers=False)
        webhooks = Webhooks(config, build_hook_keepers(config, SystemClock()), public_url)
        report = webhooks.install() if public_url else webhooks.instructions()
    except (DocumentError, TrackerError) as error:
        teller.line(f"The webhooks are still to be made: {error}", "yellow")
        return
    show(teller, report)
    teller.line()
