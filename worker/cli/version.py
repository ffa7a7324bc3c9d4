"""`aftermath version`."""

from __future__ import annotations

import sys
from importlib.metadata import version


def command() -> None:
    """Show the version."""
    sys.stdout.write(f"aftermath {version('aftermath')}\n")
