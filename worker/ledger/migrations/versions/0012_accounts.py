"""What is behind each account of the people file, so that somebody who is called otherwise now is followed."""

import sqlalchemy as sa
from alembic import op

from worker.ledger.schema import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("tracker", sa.String(64), nullable=False),
        sa.Column("account", sa.String(255), nullable=False),
        sa.Column("uid", sa.String(255), nullable=False, server_default=""),
        sa.Column("called", sa.String(255), nullable=False, server_default=""),
        sa.Column("standing", sa.String(8), nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("tracker", "account"),
    )


def downgrade() -> None:
    op.drop_table("accounts")
