"""What ships for running Aftermath, as texts: so that each check can be tried on a broken copy as well."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
RUNBOOK = "docs/operations.md"

#: Written in C where PyYAML brings that: ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Path, from the root of the project, to content.
Texts = Mapping[str, str]


def shipped() -> dict[str, str]:
    """Every file of `deploy/`, and the runbook."""
    paths = sorted(path for path in (ROOT / "deploy").rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in (*paths, ROOT / RUNBOOK)}


def changed(path: str, old: str, new: str) -> dict[str, str]:
    """The same with one text broken. Fails where there is nothing to break, so that no breaking is for nothing."""
    texts = shipped()
    assert old in texts[path], f"{path} has no {old!r} any more: break something else"
    return texts | {path: texts[path].replace(old, new)}


def documents(texts: Texts, path: str) -> list[Any]:
    """The YAML documents of one file, which nobody may change."""
    return _documents(texts[path])


@cache
def _documents(text: str) -> list[Any]:
    return [document for document in yaml.load_all(text, _LOADER) if document is not None]
