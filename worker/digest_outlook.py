"""What a week's digest says, to whom it goes and when: for `aftermath digest` and `status`. Sends nothing.

Read from the ledger alone; no tracker is asked. Readers are named as the people file names them, never by address.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from rules.digest import digest_for, digest_key
from rules.digest_plan import Reader, Slot, monday_of
from rules.news import CaseNews
from rules.policy import Policy
from worker.digest_post import LATE_MAX
from worker.ledger import Ledger
from worker.ledger.digests import DigestRow

#: A message under way is given so long before it counts as one in doubt.
UNDER_WAY = dt.timedelta(minutes=10)
DIED = "its sender ended before the channel answered; it is not sent a second time"


@dataclass(frozen=True, slots=True)
class ReaderOutlook:
    """One reader. `told_of` is `internal` or `public`; `state` is a phrase: what became of this week's, or what will.
    `title` and `body` are empty where there is nothing to tell."""

    reader: str
    told_of: str
    state: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class DigestOutlook:
    """A week's digest. `goes_at`, `since` and `next_at` are ISO in UTC, or empty; `held` says why nothing goes now."""

    is_on: bool
    week: str
    goes_at: str
    since: str
    next_at: str
    held: str
    readers: tuple[ReaderOutlook, ...]


def read_outlook(ledger: Ledger, policy: Policy, installation: str, now: dt.datetime, week: str = "") -> DigestOutlook:
    """The digest of a week (`2026-W47`), of the next one where none is named.

    Raises ValueError for what is no week, and sqlalchemy.exc.SQLAlchemyError when the ledger is away.
    """
    plan, calendar = policy.people.digest, policy.calendar
    following = plan.next(calendar, now) if plan.is_on else None
    slot = plan.of_week(calendar, monday_of(week)) if week else following
    return DigestOutlook(
        is_on=plan.is_on,
        week=slot.week if slot else week,
        goes_at=slot.at.isoformat() if slot else "",
        since=slot.since.isoformat() if slot else "",
        next_at=following.at.isoformat() if following else "",
        held=ledger.installation.brake(),
        readers=tuple(_readers(ledger, policy, installation, slot, now)) if slot and plan.is_on else (),
    )


def _readers(
    ledger: Ledger, policy: Policy, installation: str, slot: Slot, now: dt.datetime
) -> Iterator[ReaderOutlook]:
    news = [CaseNews.from_text(text) for text in ledger.digests.news()]
    filled_at = ledger.installation.rebuilt_at(installation)
    for reader in policy.people.digest.readers:
        digest = digest_for(policy, news, reader.audience, slot)
        row = ledger.digests.get(digest_key(policy.salt, slot.week, reader.id))
        is_unknown = row is None and (filled_at is None or filled_at > slot.at)
        state = _state(reader, row, slot, now, is_empty=digest is None, is_unknown=is_unknown)
        yield ReaderOutlook(
            reader.id, reader.audience.value, state, digest.title if digest else "", digest.body if digest else ""
        )


def _state(
    reader: Reader, row: DigestRow | None, slot: Slot, now: dt.datetime, *, is_empty: bool, is_unknown: bool
) -> str:
    if row is not None:
        return _state_of(row, now)
    if not reader.addresses:
        return "has no private channel: `notify` in the people file"
    if is_unknown and slot.at <= now:
        return "left out: older than what the ledger remembers"
    if now - slot.at > LATE_MAX:
        return "was not sent"
    return "nothing to tell" if is_empty else "to be sent"


def _state_of(row: DigestRow, now: dt.datetime) -> str:
    match row.state:
        case "confirmed":
            return "sent"
        case "empty":
            return "had nothing to tell"
        case "refused":
            return f"did not go, and is tried again: {row.problem}"
        case _:
            return f"may have arrived: {row.problem or DIED}" if row.problem or _is_dead(row, now) else "on its way"


def _is_dead(row: DigestRow, now: dt.datetime) -> bool:
    return now - row.at > UNDER_WAY


@dataclass(frozen=True, slots=True)
class DigestTrouble:
    """A digest of the last week that did not go, or of which nobody knows. `again_at` is ISO in UTC, or empty."""

    week: str
    problem: str
    again_at: str


def troubles(ledger: Ledger, policy: Policy, now: dt.datetime) -> Iterator[DigestTrouble]:
    """What `status` shows, until the next digest comes; whose they were is kept nowhere."""
    plan = policy.people.digest
    slot = plan.latest(policy.calendar, now) if plan.is_on else None
    for row in ledger.digests.in_trouble(slot.week) if slot else ():
        problem = row.problem or (DIED if _is_dead(row, now) else "")
        if problem:
            yield DigestTrouble(row.week, problem, row.not_before.isoformat() if row.not_before else "")
