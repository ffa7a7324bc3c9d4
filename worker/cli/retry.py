"""`aftermath retry`: short for `aftermath dead retry all`."""

from __future__ import annotations

from worker import dead
from worker.cli.dead import tell_retried
from worker.cli.telling import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    Teller,
    read_config,
    told_errors,
    warn_of_policy,
)
from worker.dead_digests import read_dead_digests
from worker.logs import Mask
from worker.presence import read_presence
from worker.program import compose


def command(config: ConfigOption = DEFAULT_CONFIG, as_data: JsonOption = False) -> None:
    """Let everything that needs a person be tried again now, instead of at its next turn. `dead` does it one by one."""
    settings = read_config(config, asks_trackers=False)
    with told_errors(settings):
        program = compose(settings, needs_policy=False)
        warn_of_policy(program.policy.problem, Mask(settings.secrets))
        try:
            now = program.clock.now()
            digests = read_dead_digests(program.ledger, program.policy(), now)
            count = dead.retry(program.ledger, None, now, digests)
            presence = read_presence(program)
        finally:
            program.close()
    tell_retried(Teller(), count, presence, as_data)
