"""`aftermath worker`: looks at tickets and writes, beside webs and a scheduler in other processes."""

from __future__ import annotations

from worker.cli.serving import ListenOption, QuietOption, serve
from worker.cli.telling import DEFAULT_CONFIG, ConfigOption
from worker.roles import WORKER


def command(config: ConfigOption = DEFAULT_CONFIG, listen: ListenOption = "", quiet: QuietOption = False) -> None:
    """Look at what is queued and bring each case to where the policy wants it. As many as you want.

    Needs `queue:` and `ledger:` in the configuration. Ctrl-C or SIGTERM ends it between two effects.
    """
    serve(WORKER, config, listen=listen, quiet=quiet)
