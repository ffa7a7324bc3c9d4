"""When a tracker may be asked again, which policy is in force, and what counts towards the brake."""

import sqlalchemy as sa
from alembic import op

from worker.ledger.schema import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trackers",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.add_column("installation", sa.Column("policy_digest", sa.String(length=64), server_default="", nullable=False))
    op.add_column("effects", sa.Column("new_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE effects SET new_at = sent_at WHERE kind IN ('say', 'open') AND state IN ('sent', 'confirmed')")
    op.drop_index("effects_by_sent_at", table_name="effects")
    op.create_index("effects_by_new_at", "effects", ["new_at"], unique=False)


def downgrade() -> None:
    op.drop_index("effects_by_new_at", table_name="effects")
    op.create_index("effects_by_sent_at", "effects", ["sent_at"], unique=False)
    op.execute("UPDATE effects SET state = 'superseded' WHERE state = 'dropped'")
    # SQLite takes the column away by itself since 3.35; Alembic's batch would write the whole table anew.
    op.drop_column("effects", "new_at")
    op.drop_column("installation", "policy_digest")
    op.drop_table("trackers")
