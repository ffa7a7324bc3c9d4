"""`aftermath forget PERSON`: removes what the ledger keeps about somebody, and says what stands elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from worker.cli.telling import DEFAULT_CONFIG, ConfigOption, JsonOption, Teller, as_json, read_config, told_errors
from worker.forgetting import Forgotten, forget
from worker.logs import Mask
from worker.phrases import counted
from worker.plans.store import forget_plans
from worker.program import compose


def command(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="An id or name of the people file, or an account.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_data: JsonOption = False,
) -> None:
    """Remove what the ledger keeps about a person: how often they were mentioned, and problems that named them.

    Asks no tracker, and removes nothing there; what stands there is told. Doing it again is harmless.
    """
    settings = read_config(config, asks_trackers=False)
    teller = Teller(Mask(settings.secrets))
    with told_errors(settings):
        program = compose(settings)
        try:
            forgotten = forget(program.ledger, program.policy.people_file, settings.trackers, person)
        finally:
            program.close()
        # What a plan showed may name anybody; the next one is simply not compared with it.
        had_plans = forget_plans(settings)
    if as_data:
        teller.json(as_json(forgotten) | {"removed_something": forgotten.removed_something, "removed_plans": had_plans})
    else:
        _show(teller, person, forgotten)
        if had_plans:
            teller.line("The last plan, which was kept to be compared with, is taken away.")


def _show(teller: Teller, person: str, forgotten: Forgotten) -> None:
    if forgotten.removed_something:
        mentions, problems = counted(forgotten.mentions, "mention"), counted(forgotten.problems, "problem")
        teller.line(f"Forgotten: {mentions} of {person} and {problems} that named them.", "bold")
        if forgotten.lessons:
            teller.line(f"In {counted(forgotten.lessons, 'lesson')} another word stands for their name.")
        if forgotten.accounts:
            teller.line(
                f"What {counted(forgotten.accounts, 'account')} of theirs are called on the trackers is forgotten."
            )
        if forgotten.news:
            told_of = counted(forgotten.news, "case")
            teller.line(f"What the weekly digest tells of {told_of} has another word for their name.")
    else:
        teller.line(f"The ledger keeps nothing about {person}.", "bold")
    if forgotten.standing:
        teller.line("Where we mentioned them, on the trackers:")
        for where in forgotten.standing:
            teller.line(f"  {where}")
    for sentence in forgotten.elsewhere:
        teller.line(sentence)
