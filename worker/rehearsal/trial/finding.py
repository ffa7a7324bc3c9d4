"""Which files hold tests, and which policy each of them is about: what lies beside each other belongs together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rules.language.files import POLICY_FILE
from rules.language.policy_file import pack_path, shipped_packs
from worker.shown_paths import shown_path

TESTS_FOLDER = "tests"
PEOPLE_FILE = "people.yaml"
_ENDINGS = ("*.yaml", "*.yml")
_TESTS = re.compile(r"^tests[ \t]*:", re.MULTILINE)
_BESIDE = ("*.test.yaml", "*.test.yml")


class NoTests(ValueError):
    """There is nothing to try. The text is a sentence."""


@dataclass(frozen=True, slots=True)
class TrialSource:
    """A file of tests, what it is called in messages, and the policy that it is about unless it names another: None
    where none lies beside it."""

    path: Path
    shown: str
    policy: Path | None


def trial_sources(named: Sequence[str], configured: Path | None = None) -> list[TrialSource]:
    """The files of tests that are named: a file, a folder, a policy or a shipped pack; without any those beside the
    configured policy, else in this folder. Raises NoTests."""
    paths = [_named(one) for one in named] or [configured or Path()]
    found = {source.path: source for path in paths for source in _at(path, configured)}
    if not found:
        where = ", ".join(str(_folder(path)) or "." for path in paths)
        raise NoTests(
            f"There are no tests in {where}: write some into {TESTS_FOLDER}/*.yaml, or as *.test.yaml beside "
            f"the policy."
        )
    return list(found.values())


def _named(written: str) -> Path:
    path = Path(written).expanduser()
    if not path.exists() and written in shipped_packs():
        return pack_path(written)
    if not path.exists():
        raise NoTests(f"There is no file or folder {written}.")
    return path


def _at(path: Path, configured: Path | None) -> list[TrialSource]:
    if path.is_file() and path != configured and path.name != POLICY_FILE:
        return [TrialSource(path, shown_path(path), policy_beside(path, configured))]
    folder = _folder(path)
    inside = [one for pattern in _BESIDE for one in folder.glob(pattern)]
    for tests in (folder / TESTS_FOLDER, folder if folder.resolve().name == TESTS_FOLDER else None):
        inside += [one for pattern in _ENDINGS for one in tests.glob(pattern)] if tests else []
    files = sorted({one for one in inside if one.name not in (POLICY_FILE, PEOPLE_FILE) or _has_tests(one)})
    return [TrialSource(one, shown_path(one), policy_beside(one, configured or path)) for one in files]


def _has_tests(path: Path) -> bool:
    """Whether a file called as people's or a policy is one of tests all the same: of tests about people, it may be."""
    return _TESTS.search(path.read_text(encoding="utf-8", errors="replace")) is not None


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def policy_beside(tests: Path, known: Path | None = None) -> Path | None:
    """The policy that lies beside a file of tests, or above the folder of tests that it is in. `known` is one of
    whatever name: it is meant where it lies there."""
    for folder in (tests.resolve().parent, tests.resolve().parent.parent):
        if known and known.is_file() and known.resolve().parent == folder:
            return known
        if (folder / POLICY_FILE).is_file():
            return folder / POLICY_FILE
    return None
