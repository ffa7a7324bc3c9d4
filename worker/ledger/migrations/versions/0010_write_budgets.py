"""What each tracker still lets us write, who waits for it, how grave cases are, and which trackers are spared."""

import sqlalchemy as sa
from alembic import op

from worker.ledger.schema import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "write_budgets",
        sa.Column("tracker", sa.String(length=64), nullable=False),
        sa.Column("pace_full_ms", sa.BigInteger(), nullable=False),
        sa.Column("contents_full_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tracker"),
    )
    op.create_table(
        "write_waits",
        sa.Column("tracker", sa.String(length=64), nullable=False),
        sa.Column("root", sa.String(length=40), nullable=False),
        sa.Column("short_of", sa.String(length=8), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("writes", sa.Integer(), nullable=False),
        sa.Column("contents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tracker", "root"),
    )
    op.create_index("write_waits_by_root", "write_waits", ["root"], unique=False)
    op.create_table(
        "spared",
        sa.Column("tracker", sa.String(length=64), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tracker"),
    )
    op.add_column("cases", sa.Column("severity", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("cases", "severity")
    op.drop_table("spared")
    op.drop_index("write_waits_by_root", table_name="write_waits")
    op.drop_table("write_waits")
    op.drop_table("write_budgets")
