"""The schema on SQLite and on PostgreSQL, and what a restart finds."""

from __future__ import annotations

import datetime as dt

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import StatementError

from tests.worker.ledger.samples import (
    HOME,
    HOUR,
    NOW,
    ROOT,
    TWO,
    due,
)
from worker.ledger import Ledger, open_ledger
from worker.ledger.schema import metadata


def test_the_migrations_lead_to_the_schema_that_the_code_speaks_of(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opening_a_ledger_again_keeps_what_is_in_it(case: Ledger, url: str) -> None:
    """A restart loses neither a wake-up nor a hint (P6)."""
    case.inbox.put([TWO], NOW)
    case.close()
    again = open_ledger(url)
    assert again.cases.next_wake() == NOW
    assert due(again, NOW) == [TWO]
    assert again.installation.is_rebuilt(HOME)
    again.close()


def test_a_moment_comes_back_in_utc_whatever_its_zone(case: Ledger) -> None:
    there = dt.timezone(dt.timedelta(hours=13))
    case.cases.lease(ROOT, "me", NOW, NOW + HOUR)
    case.cases.settle(ROOT, "me", NOW, wake_at=NOW.astimezone(there))
    woken = case.cases.next_wake()
    assert woken == NOW
    assert woken is not None
    assert woken.utcoffset() == dt.timedelta(0)


def test_a_moment_without_a_zone_is_refused(case: Ledger) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        case.cases.wake(ROOT, NOW.replace(tzinfo=None))
