"""The crash table: at which moments a worker is killed while it makes which kind of write."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.jira.edition import CLOUD
from tests.end_to_end.tables import Database, Table, in_turn
from tests.end_to_end.writes import DIGEST, LETTERS, WRITES, Write
from worker.steps import Step


@dataclass(frozen=True)
class Moment:
    """When SIGKILL comes: after a `step` of the worker's own, or while its request is with the tracker.

    `is_before` says that nothing of the write is done then.
    """

    name: str
    step: Step | None
    is_before: bool


RECEIVED = Moment("request received, never done", None, True)
DONE = Moment("request done, not answered", None, False)
LATE = Moment("request received, done after the restart", None, True)

MOMENTS = (
    Moment("leased", Step.LEASED, True),
    Moment("fetched", Step.FETCHED, True),
    Moment("decided", Step.DECIDED, True),
    Moment("intended", Step.INTENDED, True),
    Moment("sending", Step.SENDING, True),
    RECEIVED,
    DONE,
    LATE,
    Moment("answered", Step.ANSWERED, False),
    Moment("confirmed", Step.CONFIRMED, False),
    Moment("settled", Step.SETTLED, False),
    Moment("released", Step.RELEASED, False),
)

#: In every run each write dies at every sixth moment, a later one from row to row, so that every moment is there on
#: either tracker, and on the second edition of Jira at every twelfth; and at one on PostgreSQL, so that over the writes
#: each is there.
_EVERY = 6


def _nothing_left_out(write: Write, moment: Moment) -> str:
    return ""


def _is_always(write: Write, moment: Moment, database: Database) -> bool:
    is_on_postgres = moment == in_turn(write, WRITES, MOMENTS, _nothing_left_out)
    if database is Database.POSTGRES:
        return is_on_postgres
    at = WRITES.index(write) + MOMENTS.index(moment)
    # Odd, so that it is never the moment that the same write has on PostgreSQL.
    is_due = at % _EVERY == 0 if write.edition == CLOUD else at % (2 * _EVERY) == 1
    return is_due and not is_on_postgres


#: Around the sending of a letter, where it is decided whether it is sent once, again or never.
_AROUND = MOMENTS[MOMENTS.index(RECEIVED) - 2 : MOMENTS.index(LATE) + 3]


def _is_letter_always(letter: Write, moment: Moment, database: Database) -> bool:
    """The moments around the sending, each on the one or the other."""
    return moment in _AROUND and MOMENTS.index(moment) % len(Database) == list(Database).index(database)


_MOMENTS = ("moments of death", MOMENTS)
CRASH_TABLE = Table("crash table", ("writes", WRITES), _MOMENTS, _nothing_left_out, _is_always)
LETTERS_TABLE = Table("private letters", ("letter", LETTERS), _MOMENTS, _nothing_left_out, _is_letter_always)

#: A digest has no look around it: its text is made, it is noted as sent, it goes.
_OF_A_DIGEST = (Step.DECIDED, None, Step.SENDING, Step.ANSWERED, Step.CONFIRMED)
_DIGEST_MOMENTS = tuple(moment for moment in MOMENTS if moment.step in _OF_A_DIGEST)


def _is_digest_always(digest: Write, moment: Moment, database: Database) -> bool:
    """Each moment on the one or the other."""
    return MOMENTS.index(moment) % len(Database) == list(Database).index(database)


DIGEST_TABLE = Table(
    "weekly digest", ("digest", (DIGEST,)), ("moments of death", _DIGEST_MOMENTS), _nothing_left_out, _is_digest_always
)
