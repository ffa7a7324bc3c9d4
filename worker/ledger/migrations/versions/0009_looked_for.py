"""By which labels each place was listed whole, so that a label that joins the policy is looked for too."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cursors", sa.Column("looked_for", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("cursors", "looked_for")
