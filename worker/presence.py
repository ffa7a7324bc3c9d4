"""Whether anything is at work on this installation, for commands that only read the ledger: cases that nobody follows
look as calm as cases that need nothing.

On one machine the lock on the data folder tells, which ends with its process even after kill -9. Processes apart are
told by what they leave in the ledger: the scheduler its claim to lead, the workers their looks. Asks no tracker.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from worker.config import Config
from worker.parts.data_folder import is_held
from worker.parts.leading import LEADERSHIP
from worker.phrases import in_minutes, moment
from worker.program import Program
from worker.roles import RUN, SCHEDULER

#: A worker looks at what waits within seconds; what nobody has looked at for so long, nobody is going to.
UNSEEN_FOR = dt.timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Presence:
    """`is_running` says whether all that is needed is at work; `missing` what is not and what to do, or is empty.
    `polled_at` is when a tracker was last asked what changed, ISO in UTC, or empty."""

    is_running: bool
    missing: str
    polled_at: str


def read_presence(program: Program) -> Presence:
    """Raises sqlalchemy.exc.SQLAlchemyError when the ledger is away."""
    now, ledger = program.clock.now(), program.ledger
    polled_at = ledger.inbox.polled_at()
    missing = ""
    if not is_held(program.config.data):
        is_led = ledger.leaderships.is_taken(LEADERSHIP, now)
        missing = _no_worker(program, now) if is_led else _nobody(program, now, polled_at)
    return Presence(not missing, missing, polled_at.isoformat() if polled_at else "")


def unfilled_words(config: Config) -> str:
    """That the ledger was never filled, and who does it."""
    who = RUN if SCHEDULER.missing(config) else SCHEDULER
    return (
        f"The ledger is not yet filled from the trackers: `aftermath {who.name}` does that first, `aftermath rebuild` "
        f"by hand."
    )


def _nobody(program: Program, now: dt.datetime, polled_at: dt.datetime | None) -> str:
    zone = program.policy().calendar.zone
    since = f"The trackers were last asked on {moment(polled_at, zone)}, {ago(now - polled_at)}" if polled_at else ""
    since = since or "The trackers were never asked"
    if SCHEDULER.missing(program.config):
        return f"Nothing is running in {program.config.data}. {since}. Start it: aftermath run"
    return f"No scheduler is at work, so nothing is polled and nobody is asked. {since}. Start one: aftermath scheduler"


def _no_worker(program: Program, now: dt.datetime) -> str:
    """Something waits, and nobody has looked at anything since it came."""
    since = program.ledger.inbox.waiting_since()
    looked_at = program.ledger.cases.last_look()
    if since is None or now - since < UNSEEN_FOR or (looked_at and looked_at >= since):
        return ""
    came = moment(since, program.policy().calendar.zone)
    return f"No worker is at work: what came on {came}, {ago(now - since)}, still waits. Start one: aftermath worker"


def ago(span: dt.timedelta) -> str:
    """`just now`, `5 minutes ago`, `3 hours ago`, `2 days ago`: rounded down to what people say."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 1:
        return "just now"
    if minutes < 120:
        return f"{in_minutes(dt.timedelta(minutes=minutes))} ago"
    hours = minutes // 60
    return f"{hours} hours ago" if hours < 48 else f"{hours // 24} days ago"
