"""Broken policies and people files with the exact errors that a person gets to read.

Each case is a file `golden/broken/NAME.yaml` (or a folder with templates) and its errors in `NAME.txt`.
To add one, put the file there and run with `GOLDEN=write`; then read whether the error helps.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rules.language.files import PACKS
from rules.language.people_file import PeopleError, load_people
from rules.language.policy_file import PolicyError, load_policy

BROKEN = Path(__file__).parent.parent / "golden" / "broken"
CASES = sorted([*BROKEN.glob("*.yaml"), *(path for path in BROKEN.iterdir() if path.is_dir())])


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_broken_file_is_told_like_a_good_compiler_tells_it(path: Path) -> None:
    with pytest.raises((PolicyError, PeopleError)) as caught:
        load_people(path) if path.stem.startswith("people-") else load_policy(path)
    errors = f"{caught.value}\n"
    golden = BROKEN / f"{path.stem}.txt"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(errors, encoding="utf-8")
    assert errors == golden.read_text(encoding="utf-8")


def test_there_are_enough_broken_files() -> None:
    """An empty folder would pass above."""
    assert len(CASES) >= 100


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_every_problem_names_a_place_that_exists(path: Path) -> None:
    with pytest.raises((PolicyError, PeopleError)) as caught:
        load_people(path) if path.stem.startswith("people-") else load_policy(path)
    for problem in caught.value.problems:
        beside = path / problem.file if path.is_dir() else path.parent / problem.file
        file = beside if beside.exists() else PACKS / problem.file
        lines = file.read_text(encoding="utf-8").splitlines()
        assert 1 <= problem.line <= len(lines) + 1
        assert problem.column <= len(lines[problem.line - 1] if problem.line <= len(lines) else "") + 1
