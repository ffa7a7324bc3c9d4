"""Broken files of tests with the exact errors that a person gets to read, as policies have theirs.

Each case is a file `golden/broken/NAME.yaml` and its errors in `NAME.txt`. To add one, put the file there and run with
`GOLDEN=write`; then read whether the error helps.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rules.language.problems import DocumentError
from worker.rehearsal.trial.finding import TrialSource
from worker.rehearsal.trial.reading import read_trials

BROKEN = Path(__file__).parent / "golden" / "broken"
CASES = sorted(BROKEN.glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_broken_file_is_told_like_a_good_compiler_tells_it(path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        read_trials(TrialSource(path, path.name, None))
    errors = f"{caught.value}\n"
    golden = path.with_suffix(".txt")
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(errors, encoding="utf-8")
    assert errors == golden.read_text(encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert all(1 <= problem.line <= len(lines) for problem in caught.value.problems)


def test_there_are_enough_broken_files() -> None:
    """An empty folder would pass above."""
    assert len(CASES) >= 18
