"""`aftermath run`: everything in one process, until Ctrl-C or SIGTERM."""

from __future__ import annotations

from worker.cli.serving import ListenOption, QuietOption, serve
from worker.cli.telling import DEFAULT_CONFIG, ConfigOption
from worker.roles import RUN


def command(config: ConfigOption = DEFAULT_CONFIG, listen: ListenOption = "", quiet: QuietOption = False) -> None:
    """Run Aftermath on this machine: queue, ledger, webhooks, workers and scheduler in one process.

    It says in a line each thing that it writes. Ctrl-C or SIGTERM ends it cleanly; a second one ends it at once.
    """
    serve(RUN, config, listen=listen, quiet=quiet)
