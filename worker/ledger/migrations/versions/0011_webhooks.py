"""Places of which a delivery told something, to be polled at once; and deliveries that were asked for again."""

import sqlalchemy as sa
from alembic import op

from worker.ledger.schema import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cursors", sa.Column("asked_at", UtcDateTime(), nullable=True))
    op.create_table(
        "redeliveries",
        sa.Column("tracker", sa.String(64), nullable=False),
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("source", sa.String(320), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="1", nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("arrived_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("tracker", "id"),
    )
    op.create_index("redeliveries_by_asked_at", "redeliveries", ["asked_at"])


def downgrade() -> None:
    op.drop_table("redeliveries")
    op.drop_column("cursors", "asked_at")
