"""Which commands were obeyed, so that they count on where a tracker does not tell who may command."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "obeyed",
        sa.Column("root", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("root", "mark"),
    )


def downgrade() -> None:
    op.drop_table("obeyed")
