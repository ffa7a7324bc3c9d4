"""What a week's digest says, to whom it goes and when: for `aftermath digest` and `status`. Sends nothing.

Read from the ledger alone; no tracker is asked. Readers are named as the people file names them, never by address. What
became of a reader's is found by the installation's secret: without it nobody can tell whose a row is (P10).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from rules.digest import Digest, digest_for, digest_key
from rules.digest_plan import Reader, Slot, monday_of
from rules.news import CaseNews
from rules.policy import Policy
from rules.templates import TemplateRenderError
from worker.digest_post import LATE_MAX, in_words
from worker.ledger import Ledger
from worker.ledger.digests import DigestRow

#: A message under way is given so long before it counts as one in doubt.
UNDER_WAY = dt.timedelta(minutes=10)
DIED = "its sender ended before the channel answered; it is not sent a second time"
#: In place of what became of a reader's, where the secret is not at hand.
UNTOLD = "not known here, without the secret"
TOO_LATE = "it is too late for that week's: the next one tells what still stands"


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
    """A week's digest. `goes_at`, `since` and `next_at` are ISO in UTC, or empty; `held` says why nothing goes now;
    `left_out` are failures of which nothing is told, since they cannot be read at the moment. Without the secret, of a
    week whose hour has come, no reader's `state` is known."""

    is_on: bool
    week: str
    goes_at: str
    since: str
    next_at: str
    held: str
    left_out: tuple[str, ...]
    readers: tuple[ReaderOutlook, ...]


def read_outlook(
    ledger: Ledger,
    policy: Policy,
    installation: str,
    now: dt.datetime,
    week: str = "",
    *,
    has_secret: bool = True,
) -> DigestOutlook:
    """The digest of a week (`2026-W47`), of the next one where none is named. Without the secret (`has_secret`) nobody
    can tell what became of whose.

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
        left_out=left_out(ledger, policy),
        readers=tuple(_readers(ledger, policy, installation, slot, now, has_secret)) if slot and plan.is_on else (),
    )


def left_out(ledger: Ledger, policy: Policy) -> tuple[str, ...]:
    """The failures that the digest leaves out until they can be read again; none where nobody gets one."""
    return tuple(map(str, ledger.digests.left_out().values())) if policy.people.digest.is_on else ()


def _readers(
    ledger: Ledger, policy: Policy, installation: str, slot: Slot, now: dt.datetime, has_secret: bool
) -> Iterator[ReaderOutlook]:
    news = [CaseNews.from_text(text) for text in ledger.digests.news(slot.since)]
    filled_at = ledger.installation.rebuilt_at(installation)
    for reader in policy.people.digest.readers:
        digest, problem = _composed(policy, news, reader, slot)
        row = ledger.digests.get(digest_key(policy.salt, slot.week, reader.id)) if has_secret else None
        is_unknown = row is None and (filled_at is None or filled_at > slot.at)
        state = problem or ("nothing to tell" if digest is None else "to be sent")
        if row is not None:
            state = _state_of(row, now)
        elif not reader.addresses:
            state = "has no private channel: `notify` in the people file"
        elif slot.at <= now:
            state = _state_of_past(slot, now, state, has_secret=has_secret, is_unknown=is_unknown)
        yield ReaderOutlook(
            reader.id, reader.audience.value, state, digest.title if digest else "", digest.body if digest else ""
        )


def _composed(policy: Policy, news: list[CaseNews], reader: Reader, slot: Slot) -> tuple[Digest | None, str]:
    """The digest, or why there can be none."""
    try:
        return digest_for(policy, news, reader.audience, slot), ""
    except TemplateRenderError as error:
        return None, f"cannot be sent: {in_words(error)}"


def _state_of_past(slot: Slot, now: dt.datetime, state: str, *, has_secret: bool, is_unknown: bool) -> str:
    """Of a digest whose hour has come, and of which no row is found; `state` says what would become of it now."""
    if not has_secret:
        return UNTOLD
    if is_unknown:
        return "left out: older than what the ledger remembers"
    return "was not sent" if now - slot.at > LATE_MAX else state


def _state_of(row: DigestRow, now: dt.datetime) -> str:
    match row.state:
        case "confirmed":
            return "sent"
        case "empty":
            return "had nothing to tell"
        case "refused":
            return f"did not go, and is tried again: {row.problem}"
        case "dropped":
            return f"did not go, and was let go: {row.problem}"
        case "unknown":
            return "may have arrived, and was let go"
        case _:
            return f"may have arrived: {row.problem or DIED}" if row.problem or _is_dead(row, now) else "on its way"


def _is_dead(row: DigestRow, now: dt.datetime) -> bool:
    return now - row.at > UNDER_WAY


def latest_slot(policy: Policy, now: dt.datetime) -> Slot | None:
    """The last digest whose hour has come; None where nobody gets one."""
    plan = policy.people.digest
    return plan.latest(policy.calendar, now) if plan.is_on else None


@dataclass(frozen=True, slots=True)
class DigestTrouble:
    """A digest of the last week that did not go, or of which nobody knows. `key` is its row's; `state` is `refused`,
    `too late`, `in doubt` or `dropped`; `again_at` is ISO in UTC, or empty."""

    week: str
    problem: str
    again_at: str
    key: str
    state: str
    attempts: int


def troubles(ledger: Ledger, policy: Policy, now: dt.datetime) -> Iterator[DigestTrouble]:
    """What `status` and `dead` show, until the next digest comes; whose they were is kept nowhere."""
    slot = latest_slot(policy, now)
    for row in ledger.digests.in_trouble(slot.week) if slot else ():
        problem = row.problem or (DIED if row.state == "sent" and _is_dead(row, now) else "")
        state = {"sent": "in doubt"}.get(row.state, row.state)
        if slot and state == "refused" and now - slot.at > LATE_MAX:
            yield DigestTrouble(row.week, f"{problem}; {TOO_LATE}", "", row.key, "too late", row.attempts)
        elif problem:
            again_at = row.not_before.isoformat() if row.not_before else ""
            yield DigestTrouble(row.week, problem, again_at, row.key, state, row.attempts)


def missed_week(ledger: Ledger, policy: Policy, now: dt.datetime) -> str:
    """The week whose digest went to nobody, though there was one before, and whose time is over; or nothing. That is so
    after an outage or a brake of more than four days."""
    slot = latest_slot(policy, now)
    if slot is None or now - slot.at <= LATE_MAX or ledger.digests.count(slot.week):
        return ""
    return slot.week if ledger.digests.is_any_between(slot.since, slot.at) else ""
