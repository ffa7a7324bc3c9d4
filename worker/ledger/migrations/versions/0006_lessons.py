"""The library of lessons: what the lesson comments on the failures say, to be listed and searched."""

import sqlalchemy as sa
from alembic import op

from worker.ledger.schema import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lessons",
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.Column("root", sa.String(length=40), nullable=False),
        sa.Column("tracker", sa.String(length=64), nullable=False),
        sa.Column("failure_key", sa.String(length=255), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("lessons_by_root", "lessons", ["root"], unique=False)
    op.create_index("lessons_by_told_at", "lessons", ["told_at"], unique=False)


def downgrade() -> None:
    op.drop_index("lessons_by_told_at", table_name="lessons")
    op.drop_index("lessons_by_root", table_name="lessons")
    op.drop_table("lessons")
