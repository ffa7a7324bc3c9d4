"""Since when a place cannot be polled for a reason that may pass by itself: its sentence does not tell."""

import sqlalchemy as sa
from alembic import op

from worker.ledger.schema import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cursors", sa.Column("passing_since", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("cursors", "passing_since")
