"""`aftermath scheduler`: polls and wakes, beside webs and workers in other processes."""

from __future__ import annotations

from worker.cli.serving import ListenOption, QuietOption, serve
from worker.cli.telling import DEFAULT_CONFIG, ConfigOption
from worker.roles import SCHEDULER


def command(config: ConfigOption = DEFAULT_CONFIG, listen: ListenOption = "", quiet: QuietOption = False) -> None:
    """Queue what is due, poll the trackers and fill a new ledger. Of several, one is at work and the rest stand by.

    Needs `queue:` and `ledger:` in the configuration. Ctrl-C or SIGTERM hands over at once.
    """
    serve(SCHEDULER, config, listen=listen, quiet=quiet)
