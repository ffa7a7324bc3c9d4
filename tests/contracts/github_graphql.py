"""GitHub's published GraphQL schema, from the npm package that GitHub's own client library is tested with.

It is fetched once into the machine's temporary folder, and never becomes part of this project. Where npm is not there
or does not answer, there is no schema and the tests that want it are skipped.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from graphql import GraphQLSchema, build_schema

PACKAGE = "@octokit/graphql-schema@15.26.1"
_MEMBER = "package/schema.graphql"


@functools.cache
def published_schema() -> GraphQLSchema | None:
    """The schema, or None where it cannot be had. It has flaws of its own, so it is not validated itself."""
    text = _text()
    return build_schema(text, assume_valid=True, assume_valid_sdl=True) if text else None


def _text() -> str:
    kept = Path(tempfile.gettempdir()) / "aftermath-contracts" / f"{PACKAGE.replace('/', '+')}.graphql"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            archive = _packed(Path(folder))
            if archive is None:
                return ""
            with tarfile.open(archive) as packed:
                member = packed.extractfile(_MEMBER)
                if member is None:
                    return ""
                made = Path(folder) / "schema.graphql"
                made.write_bytes(member.read())
                made.replace(kept)
    return kept.read_text(encoding="utf-8")


def _packed(folder: Path) -> Path | None:
    npm = shutil.which("npm")
    if npm is None:
        return None
    try:
        done = subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=folder, capture_output=True, timeout=90)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = sorted(folder.glob("*.tgz"))
    return found[0] if done.returncode == 0 and found else None
