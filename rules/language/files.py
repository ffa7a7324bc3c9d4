"""Where the policy language meets the disk: the only module of `rules` that opens a file, and only to read.

Kept apart so that everything else in `rules` stays pure, and so that a test can hold it. What cannot be read
is told as a problem of that file, without the folder it lies in.
"""

from __future__ import annotations

from pathlib import Path

from rules.language.problems import DocumentError, Problem

FILE_BYTES_MAX = 1_000_000
POLICY_FILE = "policy.yaml"
PACKS = Path(__file__).resolve().parent.parent / "packs"


def read_text(path: Path, shown_as: str) -> str:
    """A whole file as text. Raises DocumentError where it is missing, over 1,000,000 bytes or no UTF-8."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise _unreadable(shown_as, f"cannot be read: {error.strerror}") from error
    if len(raw) > FILE_BYTES_MAX:
        raise _unreadable(shown_as, f"is larger than {FILE_BYTES_MAX:,} bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(shown_as, f"is no UTF-8 text (byte {error.start})") from error


def read_folder(folder: Path, shown_as: str) -> tuple[dict[str, str], list[Problem]]:
    """Every `.md` file of a folder by name, and what could not be read; a missing folder is an empty one."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.md")):
        try:
            texts[path.name] = read_text(path, f"{shown_as}/{path.name}")
        except DocumentError as error:
            problems.extend(error.problems)
    return texts, problems


def shipped_packs() -> tuple[str, ...]:
    """Names of the packs that ship with Aftermath."""
    return tuple(sorted(path.parent.name for path in PACKS.glob(f"*/{POLICY_FILE}")))


def policy_files_in(folder: Path) -> tuple[str, ...]:
    """Names of the YAML files of a folder, for what was probably meant by another one."""
    return tuple(sorted(path.name for pattern in ("*.yaml", "*.yml") for path in folder.glob(pattern)))


def _unreadable(file: str, message: str) -> DocumentError:
    return DocumentError([Problem(file, 1, 1, "", message)])
