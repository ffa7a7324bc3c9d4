"""What each case has to tell the weekly digest, and which digests were sent."""

import sqlalchemy as sa
from alembic import op

from worker.ledger.schema import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("digests_by_week", "digests", ["week"], unique=False)
    op.add_column("cases", sa.Column("news", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("cases", "news")
    op.drop_index("digests_by_week", table_name="digests")
    op.drop_table("digests")
