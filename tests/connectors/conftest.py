"""What the sandboxes of these tests hear and answer is held against the vendors' descriptions."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _contracts(contracts: None) -> None:
    """See `tests.contracts.recording`."""
