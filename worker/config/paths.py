"""The files and folders that a configuration names. Relative ones are relative to the configuration itself."""

from __future__ import annotations

from pathlib import Path

from rules.language.policy_file import pack_path, shipped_packs
from rules.language.problems import closest, in_words
from worker.config.sheet import Sheet


def read_path(sheet: Sheet, key: str, written: str) -> Path:
    """The path under a key, variables filled in and `~` written out; still relative where it was written so."""
    if not written.strip():
        sheet.note((key,), "an empty path")
    return Path(sheet.secrets.expand((key,), written)).expanduser()


def read_policy(sheet: Sheet) -> Path:
    """The folder of a shipped pack, or the file or folder that is named."""
    written = sheet.form.policy
    if written in shipped_packs():
        return pack_path(written)
    path = sheet.folder / read_path(sheet, "policy", written)
    if not path.exists():
        packs = shipped_packs()
        sheet.note(
            ("policy",),
            f'"{written}" is no shipped pack, and no file or folder here',
            in_words(packs, written),
            closest(written, packs),
        )
    return path


def read_people(sheet: Sheet) -> Path | None:
    """The people file; None where there is none."""
    if not sheet.form.people:
        return None
    path = sheet.folder / read_path(sheet, "people", sheet.form.people)
    if not path.is_file():
        sheet.note(("people",), f'there is no file "{sheet.form.people}" beside this one')
    return path
