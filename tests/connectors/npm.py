"""Packages of npm for optional tests: exactly one version, installed into a folder of its own, nothing of it run.

Where npm or its registry cannot be had, whoever needs the package is skipped and says so.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

#: Without a network npm would try again for minutes.
_SETTINGS = ("--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=0")
_TIMEOUT_S = 60


def installed(package: str, version: str) -> Path:
    """The folder of the package, until this process ends. Skips the test where it cannot be had."""
    folder, why_not = _install(package, version)
    if why_not:
        pytest.skip(f"npm {package} {version} cannot be had here: {why_not}")
    return folder / "node_modules" / package


@functools.cache
def _install(package: str, version: str) -> tuple[Path, str]:
    """The folder it lies in, and why it does not."""
    folder = Path(tempfile.mkdtemp(prefix="npm-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if not shutil.which("npm") or not shutil.which("node"):
        return folder, "there is no node or no npm"
    command = ["npm", "install", *_SETTINGS, "--prefix", str(folder), f"{package}@{version}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return folder, f"it did not come within {_TIMEOUT_S} s"
    said = next((line for line in done.stderr.splitlines() if line.startswith("npm err")), "npm failed")
    return folder, said if done.returncode else ""
