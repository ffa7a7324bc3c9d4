"""`aftermath rebuild`: fills the ledger from the trackers by hand. The same happens by itself on an empty one."""

from __future__ import annotations

from worker.cli.telling import DEFAULT_CONFIG, ConfigOption, JsonOption, Teller, read_config, told_errors
from worker.logs import Mask
from worker.program import compose


def command(config: ConfigOption = DEFAULT_CONFIG, as_data: JsonOption = False) -> None:
    """Read failures and our own tickets from the trackers into the ledger. Writes nothing to a tracker.

    Exits with 1 when a tracker is away.
    """
    settings = read_config(config)
    with told_errors(settings):
        program = compose(settings)
        try:
            rebuilt = program.rebuild()
        finally:
            program.close()
    teller = Teller(Mask(settings.secrets))
    if as_data:
        teller.json(rebuilt)
    else:
        teller.line(f"Read from the trackers: {rebuilt}.")
