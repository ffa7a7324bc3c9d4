"""Which policy is meant: a file, a folder or a pack that is named, else the one that is configured."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rules.language.files import POLICY_FILE
from rules.language.policy_file import pack_path, shipped_packs
from rules.language.problems import in_words
from worker.cli.telling import fail, read_config

PolicyArgument = Annotated[
    str,
    typer.Argument(
        metavar="POLICY",
        help="A file, a folder with a policy.yaml, or a pack's name; left out, the one that is configured, else a "
        "policy.yaml in this folder.",
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


def named_or_here(named: str, config: Path) -> str:
    """What was named; else, where nothing is configured, a policy in this folder, as `policy test` takes it."""
    return named or (POLICY_FILE if not config.is_file() and Path(POLICY_FILE).is_file() else "")


def policy_asked(named: str, config: Path) -> tuple[Path, Path | None]:
    """The policy named, else the one that is configured, and its people file if it has one. Ends with 2 where there is
    no policy."""
    if named := named_or_here(named, config):
        return policy_named(named), people_beside(policy_named(named))
    settings = read_config(config, asks_trackers=False)
    return settings.policy, settings.people


def people_beside(policy: Path) -> Path | None:
    """The people file that lies beside a policy: policies may name people and teams by their ids."""
    beside = (policy if policy.is_dir() else policy.parent) / "people.yaml"
    return beside if beside.is_file() else None
