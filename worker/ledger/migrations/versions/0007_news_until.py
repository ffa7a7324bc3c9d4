"""Until when each case has something to tell the weekly digest, so that one reads only the cases that it tells of."""

import datetime as dt
import json

import sqlalchemy as sa
from alembic import op

from worker.ledger.schema import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

#: As `rules.news` had it when this was written: what is stuck is told until it no longer is.
_WHILE_STUCK = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)


def upgrade() -> None:
    op.add_column("cases", sa.Column("news_until", UtcDateTime(), nullable=True))
    op.create_index("cases_by_news_until", "cases", ["news_until"], unique=False)
    cases = sa.table(
        "cases", sa.column("root", sa.String), sa.column("news", sa.Text), sa.column("news_until", UtcDateTime)
    )
    db = op.get_bind()
    told = db.execute(sa.select(cases.c.root, cases.c.news).where(cases.c.news != "").order_by(cases.c.root)).all()
    for row in told:
        db.execute(sa.update(cases).where(cases.c.root == row.root).values(news_until=_until(row.news)))


def downgrade() -> None:
    op.drop_index("cases_by_news_until", table_name="cases")
    op.drop_column("cases", "news_until")


def _until(news: str) -> dt.datetime | None:
    """The latest moment that it tells of; None where it cannot be read, as nothing was told of it before."""
    try:
        data = json.loads(news)
        if data.get("stuck"):
            return _WHILE_STUCK
        return max((dt.datetime.fromisoformat(item["at"]) for items in data.values() for item in items), default=None)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
