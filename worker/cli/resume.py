"""`aftermath resume`: lifts the brake, which only a person does (P13)."""

from __future__ import annotations

from worker.cli.telling import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    Teller,
    read_config,
    told_errors,
    warn_of_policy,
)
from worker.logs import Mask
from worker.program import compose


def command(config: ConfigOption = DEFAULT_CONFIG, as_data: JsonOption = False) -> None:
    """Lift the brake: what was held back is decided anew. Look at `aftermath plan` first."""
    settings = read_config(config, asks_trackers=False)
    with told_errors(settings):
        program = compose(settings, needs_policy=False)
        warn_of_policy(program.policy.problem, Mask(settings.secrets))
        try:
            reason = program.ledger.installation.brake()
            held = program.ledger.installation.release_brake(program.clock.now())
        finally:
            program.close()
    teller = Teller()
    if as_data:
        teller.json({"was_held": held, "reason": reason})
    else:
        lifted = f"The brake is lifted. It had held everything new: {reason}."
        teller.line(lifted if held else "The brake did not hold.")
