"""A ledger with one case in it, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from tests.worker.ledger.samples import (
    NOW,
    ONE,
    ROOT,
)
from worker.ledger import Ledger


@pytest.fixture
def case(ledger: Ledger) -> Ledger:
    """A ledger with one case in it."""
    ledger.cases.open_case(ROOT, ONE, "901", "Checkout is down", NOW)
    return ledger
