"""Memory: a whole Aftermath at rest, beside a Python with nothing in it; and whether it grows by working.

Growth is measured in processes that do nothing else, after a first round that fills what is remembered on
purpose (answers with their ETags, compiled templates): what comes on top of that would be a leak.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.company import running_company, written_config
from tests.bench.memory import children, held_kib, peak_kib
from tests.bench.tables import tell
from tests.worker.process import ROOT, Process
from worker.sandbox import REPOSITORY

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells it here"),
]

FAILURES, LOOK_ROUNDS = 80, 6
CASES, DECISION_ROUNDS = 200, 11
PATIENCE_S = 180
_KIB_A_MIB = 1024


def test_memory_of_a_whole_aftermath_at_rest(tmp_path: Path) -> None:
    with running_company() as (company, _), Process("run", "--config", written_config(company, tmp_path)) as process:
        process.wait_for("read from the trackers")
        (ours,) = children(os.getpid())
        held, peak, valkeys = held_kib(ours), peak_kib(ours), [held_kib(child) for child in children(ours)]
        bare = _bare_python_kib()
        rows = [
            ("Python alone", bare / _KIB_A_MIB, 1.0),
            ("Aftermath at rest (web, 4 workers, scheduler, poller)", held / _KIB_A_MIB, held / bare),
            ("the most it held since its start", peak / _KIB_A_MIB, peak / bare),
            ("its Valkey", sum(valkeys) / _KIB_A_MIB, sum(valkeys) / bare),
        ]
    assert len(valkeys) == 1
    tell("Memory at rest", ("", "MiB", "to Python alone"), rows)


def test_memory_does_not_grow_by_looking_and_deciding(tmp_path: Path) -> None:
    with running_company() as (company, _):
        for number in range(FAILURES):
            company.world.sites["github"].open_ticket(
                "ada", REPOSITORY, f"Failure {number}", "Since nine. " * 20, labels=("failure", "sev2")
            )
        limits = "limits: {sweep_effects_max: 100000, mentions_per_day: 100000}\n"
        path = written_config(company, tmp_path, change=lambda text: text + limits)
        looked = _rounds("looks", path, LOOK_ROUNDS)
    decided = _rounds("decisions", CASES, DECISION_ROUNDS)
    tell(
        "Memory while working: growth after the first round",
        ("", "MiB after round 1", "at the end", "ratio", "KiB a thousand"),
        [
            (f"{FAILURES * (LOOK_ROUNDS - 1):,} looks at {FAILURES} cases over HTTP", *_growth(looked, FAILURES)),
            (f"{CASES * (DECISION_ROUNDS - 1):,} decisions about {CASES} cases", *_growth(decided, CASES)),
        ],
    )


def _growth(held: list[int], each: int) -> tuple[float, ...]:
    """First and last in MiB, their ratio, and KiB a thousand."""
    work = each * (len(held) - 1)
    return held[0] / _KIB_A_MIB, held[-1] / _KIB_A_MIB, held[-1] / held[0], (held[-1] - held[0]) / work * 1000


def _rounds(*words: str | int | Path) -> list[int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.long_worker", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [int(line) for line in done.stdout.split("\n") if line.isdigit()]


def _bare_python_kib() -> int:
    """What the same Python holds that only waits."""
    waits = "import sys; print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", waits], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as python:
        assert python.stdout is not None
        python.stdout.readline()
        return held_kib(python.pid)
