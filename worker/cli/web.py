"""`aftermath web`: webhooks alone, beside workers and a scheduler in other processes."""

from __future__ import annotations

from worker.cli.serving import ListenOption, QuietOption, serve
from worker.cli.telling import DEFAULT_CONFIG, ConfigOption
from worker.roles import WEB


def command(config: ConfigOption = DEFAULT_CONFIG, listen: ListenOption = "", quiet: QuietOption = False) -> None:
    """Take webhook deliveries and note them in the ledger. Asks no tracker. As many as you want.

    Needs `queue:` and `ledger:` in the configuration. Ctrl-C or SIGTERM ends it cleanly.
    """
    serve(WEB, config, listen=listen, quiet=quiet)
