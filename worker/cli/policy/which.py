"""Which policy is meant: a file, a folder or a pack that is named, else the one that is configured."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rules.language.policy_file import pack_path, shipped_packs
from rules.language.problems import in_words
from worker.cli.telling import fail

PolicyArgument = Annotated[
    str,
    typer.Argument(
        metavar="POLICY",
        help="A file, a folder with a policy.yaml, or a pack's name; left out, the one that is configured.",
    ),
]


def policy_named(named: str) -> Path:
    """The file or folder. A path goes before a pack of that name. Ends with 2 where there is neither."""
    path = Path(named).expanduser()
    if not path.exists() and named in shipped_packs():
        return pack_path(named)
    if not path.exists():
        packs = in_words(shipped_packs())
        fail(f"There is no file or folder {named}, and no pack of that name (there are: {packs}).")
    return path
