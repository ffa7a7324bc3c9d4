"""The tables. Changed by Alembic migrations only (`worker/ledger/migrations`); a test compares the two."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
)


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware moment in UTC. SQLite keeps no zones, so it goes in without one and comes back with UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


metadata = MetaData()

installation = Table(
    "installation",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("rebuilt_at", UtcDateTime),
    Column("braked_at", UtcDateTime),
    Column("brake_reason", Text, nullable=False, server_default=""),
    Column("sweep_since", UtcDateTime),
    Column("policy_digest", String(64), nullable=False, server_default=""),
)

cases = Table(
    "cases",
    metadata,
    Column("root", String(40), primary_key=True),
    Column("tracker", String(64), nullable=False),
    Column("failure_key", String(255), nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("generation", Integer, nullable=False, server_default="1"),
    Column("phase", String(16), nullable=False, server_default="active"),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("looked_at", UtcDateTime),
    Column("wake_at", UtcDateTime),
    Column("lease_owner", String(64)),
    Column("lease_until", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("problem", Text, nullable=False, server_default=""),
    Column("severity", Integer, nullable=False, server_default="0"),  # at the last look; 0 before; graver by news
    Column("news", Text, nullable=False, server_default=""),  # what the weekly digest is told, as JSON
    Column("news_until", UtcDateTime),  # the latest moment it tells of; none while the case cannot be read
    Index("cases_by_wake_at", "wake_at"),
    Index("cases_by_news_until", "news_until"),
    Index("cases_by_failure", "tracker", "failure_key"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("root", String(40), nullable=False),
    Column("tracker", String(64), nullable=False),
    Column("key", String(255), nullable=False),
    Column("case_id", String(48), nullable=False),
    Column("uid", String(64), nullable=False),
    Column("role", String(16), nullable=False),  # failure, post-mortem, action, twin
    Column("item", String(40), nullable=False, server_default=""),
    Column("opening_key", String(40), nullable=False, server_default=""),
    Column("due", String(10), nullable=False, server_default=""),
    Column("fetched_at", UtcDateTime),
    Column("updated_at", UtcDateTime),
    PrimaryKeyConstraint("tracker", "key", "root"),
    Index("tickets_by_root", "root"),
)

aliases = Table(
    "aliases",
    metadata,
    Column("tracker", String(64), nullable=False),
    Column("old_key", String(255), nullable=False),
    Column("key", String(255), nullable=False),
    PrimaryKeyConstraint("tracker", "old_key"),
)

effects = Table(
    "effects",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("root", String(40), nullable=False),
    Column("case_id", String(48), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("ticket", String(320), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("state", String(12), nullable=False),  # intended, sent, confirmed, refused, superseded, dropped
    Column("said", String(40), nullable=False, server_default=""),
    Column("digest", String(40), nullable=False, server_default=""),
    Column("result", String(255), nullable=False, server_default=""),
    Column("bookmark", String(64), nullable=False, server_default=""),
    Column("closes", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("intended_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("new_at", UtcDateTime),  # when a comment or ticket came of it that was not there, for the brake
    Column("done_at", UtcDateTime),
    Column("not_before", UtcDateTime),
    Column("problem", Text, nullable=False, server_default=""),
    Index("effects_by_root", "root"),
    Index("effects_by_state", "state"),
    Index("effects_by_new_at", "new_at"),
)

mentions = Table(
    "mentions",
    metadata,
    Column("effect", String(40), ForeignKey("effects.key", ondelete="CASCADE"), nullable=False),
    Column("person", String(255), nullable=False),
    Column("day", String(10), nullable=False),
    PrimaryKeyConstraint("effect", "person"),
    Index("mentions_by_day", "day", "person"),
)

hints = Table(
    "hints",
    metadata,
    Column("tracker", String(64), nullable=False),
    Column("key", String(255), nullable=False),
    Column("number", Integer, nullable=False),  # moves with every hint, so that a later one is not lost
    Column("since", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("problem", Text, nullable=False, server_default=""),
    PrimaryKeyConstraint("tracker", "key"),
    Index("hints_by_not_before", "not_before"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("tracker", String(64), nullable=False),
    Column("id", String(80), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("tracker", "id"),
    Index("deliveries_by_at", "at"),
)

redeliveries = Table(
    "redeliveries",
    metadata,
    Column("tracker", String(64), nullable=False),
    Column("id", String(80), nullable=False),
    Column("source", String(320), nullable=False),
    Column("tries", Integer, nullable=False, server_default="1"),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("arrived_at", UtcDateTime),
    PrimaryKeyConstraint("tracker", "id"),
    Index("redeliveries_by_asked_at", "asked_at"),
)

cursors = Table(
    "cursors",
    metadata,
    Column("source", String(320), primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("polled_at", UtcDateTime, nullable=False),
    Column("problem", Text, nullable=False, server_default=""),
    Column("passing_since", UtcDateTime),  # the problem may pass by itself, and lasts since then
    Column("looked_for", Text, nullable=False, server_default=""),  # labels by which everything was listed, by line
    Column("asked_at", UtcDateTime),  # a delivery told of the place itself: it is polled at once
)

trackers = Table(
    "trackers",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("not_before", UtcDateTime, nullable=False),  # it asked for patience until then
    Column("problem", Text, nullable=False, server_default=""),
    Column("in_a_row", Integer, nullable=False, server_default="0"),  # rests whose length it left to us
)

spared = Table(
    "spared",
    metadata,
    Column("tracker", String(64), primary_key=True),
    Column("until", UtcDateTime, nullable=False),  # what it lets us ask until then is kept for urgent cases
    Column("why", Text, nullable=False),
)

write_budgets = Table(
    "write_budgets",
    metadata,
    Column("tracker", String(64), primary_key=True),
    # When each bucket is full again, in ms since 1970: whole numbers count alike on every database.
    Column("pace_full_ms", BigInteger, nullable=False),
    Column("contents_full_ms", BigInteger, nullable=False),
)

write_waits = Table(
    "write_waits",
    metadata,
    Column("tracker", String(64), nullable=False),
    Column("root", String(40), nullable=False),
    Column("short_of", String(8), nullable=False),  # pace or contents: the bucket it waits for
    Column("severity", Integer, nullable=False),
    Column("overdue", Integer, nullable=False),  # quarters of an hour
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),  # it is looked at again then
    Column("writes", Integer, nullable=False),  # how much it wants
    Column("contents", Integer, nullable=False),
    PrimaryKeyConstraint("tracker", "root"),
    Index("write_waits_by_root", "root"),
)

leaderships = Table(
    "leaderships",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("week", String(8), nullable=False),
    Column("state", String(12), nullable=False),  # sent, confirmed, refused, empty
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("at", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime),
    Column("problem", Text, nullable=False, server_default=""),
    Index("digests_by_week", "week"),
)

lessons = Table(
    "lessons",
    metadata,
    Column("case_id", String(40), primary_key=True),
    Column("root", String(40), nullable=False),
    Column("tracker", String(64), nullable=False),
    Column("failure_key", String(255), nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("labels", Text, nullable=False),  # a JSON list
    Column("severity", Integer, nullable=False),
    Column("audience", String(8), nullable=False),  # public or internal: who may read its text (P14)
    Column("told_at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False),  # Markdown, as the comment on the failure says it
    Index("lessons_by_root", "root"),
    Index("lessons_by_told_at", "told_at"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("tracker", String(64), nullable=False),
    Column("account", String(255), nullable=False),  # as it stands in the people file, folded
    Column("uid", String(255), nullable=False, server_default=""),  # the tracker's own, which stays
    Column("called", String(255), nullable=False, server_default=""),
    Column("standing", String(8), nullable=False),  # there, left, gone, untold
    Column("asked_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("tracker", "account"),
)

obeyed = Table(
    "obeyed",
    metadata,
    Column("root", String(40), nullable=False),
    Column("mark", String(40), nullable=False),  # of a command as it stands: it names nobody
    PrimaryKeyConstraint("root", "mark"),
)
