"""What a file is called in a message: so that it can be opened from the terminal that the message stands in."""

from __future__ import annotations

from pathlib import Path

from rules.language.files import PACKS, POLICY_FILE


def shown_path(path: Path) -> str:
    """A path as somebody in the working directory would write it; of a shipped pack's file, with the pack's name."""
    if path.is_relative_to(PACKS):
        return path.relative_to(PACKS).as_posix()
    try:
        return str(path.relative_to(Path.cwd()))
    except (OSError, ValueError):  # the working directory is gone, or the file lies elsewhere
        return str(path)


def shown_policy(policy: Path) -> str:
    """The file that a policy is: of a folder, the one in it."""
    return shown_path(policy / POLICY_FILE if policy.is_dir() else policy)
