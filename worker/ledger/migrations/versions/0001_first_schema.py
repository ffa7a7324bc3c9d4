"""The first schema."""

import sqlalchemy as sa
from alembic import op

from worker.ledger.schema import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "aliases",
        sa.Column("tracker", sa.String(length=64), nullable=False),
        sa.Column("old_key", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("tracker", "old_key"),
    )
    op.create_table(
        "cases",
        sa.Column("root", sa.String(length=40), nullable=False),
        sa.Column("tracker", sa.String(length=64), nullable=False),
        sa.Column("failure_key", sa.String(length=255), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("generation", sa.Integer(), server_default="1", nullable=False),
        sa.Column("phase", sa.String(length=16), server_default="active", nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("looked_at", UtcDateTime(), nullable=True),
        sa.Column("wake_at", UtcDateTime(), nullable=True),
        sa.Column("lease_owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("root"),
    )
    op.create_index("cases_by_failure", "cases", ["tracker", "failure_key"], unique=False)
    op.create_index("cases_by_wake_at", "cases", ["wake_at"], unique=False)
    op.create_table(
        "cursors",
        sa.Column("source", sa.String(length=320), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("polled_at", UtcDateTime(), nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "deliveries",
        sa.Column("tracker", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tracker", "id"),
    )
    op.create_index("deliveries_by_at", "deliveries", ["at"], unique=False)
    op.create_table(
        "effects",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("root", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=48), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ticket", sa.String(length=320), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("said", sa.String(length=40), server_default="", nullable=False),
        sa.Column("digest", sa.String(length=40), server_default="", nullable=False),
        sa.Column("result", sa.String(length=255), server_default="", nullable=False),
        sa.Column("bookmark", sa.String(length=64), server_default="", nullable=False),
        sa.Column("closes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("intended_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("not_before", UtcDateTime(), nullable=True),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("effects_by_root", "effects", ["root"], unique=False)
    op.create_index("effects_by_sent_at", "effects", ["sent_at"], unique=False)
    op.create_index("effects_by_state", "effects", ["state"], unique=False)
    op.create_table(
        "hints",
        sa.Column("tracker", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("tracker", "key"),
    )
    op.create_index("hints_by_not_before", "hints", ["not_before"], unique=False)
    op.create_table(
        "installation",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("rebuilt_at", UtcDateTime(), nullable=True),
        sa.Column("braked_at", UtcDateTime(), nullable=True),
        sa.Column("brake_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("sweep_since", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "tickets",
        sa.Column("root", sa.String(length=40), nullable=False),
        sa.Column("tracker", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("case_id", sa.String(length=48), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("item", sa.String(length=40), server_default="", nullable=False),
        sa.Column("opening_key", sa.String(length=40), server_default="", nullable=False),
        sa.Column("due", sa.String(length=10), server_default="", nullable=False),
        sa.Column("fetched_at", UtcDateTime(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("tracker", "key", "root"),
    )
    op.create_index("tickets_by_root", "tickets", ["root"], unique=False)
    op.create_table(
        "mentions",
        sa.Column("effect", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=255), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["effect"], ["effects.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("effect", "person"),
    )
    op.create_index("mentions_by_day", "mentions", ["day", "person"], unique=False)


def downgrade() -> None:
    op.drop_index("mentions_by_day", table_name="mentions")
    op.drop_table("mentions")
    op.drop_index("tickets_by_root", table_name="tickets")
    op.drop_table("tickets")
    op.drop_table("installation")
    op.drop_index("hints_by_not_before", table_name="hints")
    op.drop_table("hints")
    op.drop_index("effects_by_state", table_name="effects")
    op.drop_index("effects_by_sent_at", table_name="effects")
    op.drop_index("effects_by_root", table_name="effects")
    op.drop_table("effects")
    op.drop_index("deliveries_by_at", table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_table("cursors")
    op.drop_index("cases_by_wake_at", table_name="cases")
    op.drop_index("cases_by_failure", table_name="cases")
    op.drop_table("cases")
    op.drop_table("aliases")
