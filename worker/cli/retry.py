"""`aftermath retry`: tries now what a tracker refused, for when a person has put the cause right."""

from __future__ import annotations

from worker.cli.telling import DEFAULT_CONFIG, ConfigOption, JsonOption, Teller, read_config, told_errors
from worker.program import compose


def command(config: ConfigOption = DEFAULT_CONFIG, as_data: JsonOption = False) -> None:
    """Let everything that was refused be tried again now, instead of at its next turn."""
    settings = read_config(config)
    with told_errors(settings):
        program = compose(settings)
        try:
            now = program.clock.now()
            count = program.ledger.effects.retry_refused()
            for case in program.ledger.cases.all() if count else ():
                program.ledger.cases.wake(case.root, now)
        finally:
            program.close()
    teller = Teller()
    if as_data:
        teller.json({"retried": count})
    else:
        teller.line(f"{count} refused effects are tried again now." if count else "Nothing was refused.")
