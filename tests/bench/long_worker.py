"""Works for long in a process of its own, and tells after each round how much memory it holds.

`python -m tests.bench.long_worker looks CONFIG ROUNDS` looks at every case of a company again and again;
`python -m tests.bench.long_worker decisions COUNT ROUNDS` decides about generated cases. One line a round, in KiB.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from connectors.sandbox.clock import SandboxClock
from rules.decide import decide
from rules.refs import TicketRef
from tests.bench.company import START
from tests.bench.generated import generated_cases
from tests.bench.memory import held_kib
from tests.rules.cases import PACK
from worker.config import load_config
from worker.program import compose
from worker.sandbox import REPOSITORY


def look_again_and_again(config: Path, rounds: int) -> None:
    """Every failure there is, a round: the first brings everything that is said and opened."""
    program = compose(load_config(config, os.environ), clock=SandboxClock(START))
    program.rebuild()
    failures = [row.failure for row in program.ledger.cases.all()]
    for number in range(2 * len(failures)):
        # Cases that were open before, so that the first round does not look like a flood to the brake.
        ref = TicketRef("github", f"{REPOSITORY}#{100_000 + number}")
        program.ledger.cases.open_case(f"before{number}", ref, str(number), "", START)
    for _ in range(rounds):
        program.ledger.inbox.put(failures, START)
        for failure in failures:
            program.look(failure)
        _tell()
    program.close()


def decide_again_and_again(count: int, rounds: int) -> None:
    cases = generated_cases(count)
    for _ in range(rounds):
        for case, now in cases:
            decide(PACK, case, now)
        _tell()


def _tell() -> None:
    gc.collect()
    sys.stdout.write(f"{held_kib(os.getpid())}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    what, over, times = sys.argv[1:]
    if what == "looks":
        look_again_and_again(Path(over), int(times))
    else:
        decide_again_and_again(int(over), int(times))
