"""How often in a row a tracker refused without naming a time, so that each rest is longer than the one before."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("trackers", sa.Column("in_a_row", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("trackers", "in_a_row")
