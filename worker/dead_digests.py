"""Weekly digests that did not go, or of which nobody knows, as `aftermath dead` lists them (P7).

Read from the ledger alone. Whose each was stands nowhere (P10); who holds the secret sees it with `aftermath digest`.
"""

from __future__ import annotations

import datetime as dt

from rules.policy import Policy
from worker.dead import DeadEffect
from worker.digest_outlook import DigestTrouble, troubles
from worker.ledger import Ledger


def read_dead_digests(ledger: Ledger, policy: Policy, now: dt.datetime) -> tuple[DeadEffect, ...]:
    """Those of the last week; what people let go comes last. Raises sqlalchemy.exc.SQLAlchemyError."""
    found = sorted(troubles(ledger, policy, now), key=lambda one: one.state == "dropped")
    return tuple(_dead(one) for one in found)


def _dead(one: DigestTrouble) -> DeadEffect:
    return DeadEffect(
        key=one.key,
        what="send the weekly digest",
        where=one.week,
        rule="",
        state=one.state,
        problem=one.problem,
        attempts=one.attempts,
        again_at=one.again_at,
        todo=f"`aftermath digest --week {one.week}` says whose it is. {_todo(one)}",
    )


def _todo(one: DigestTrouble) -> str:
    match one.state:
        case "dropped":
            return f"Nobody tries it any more. `aftermath dead retry {one.key}` takes it up again."
        case "in doubt":
            return (
                "It may have arrived, and nobody gets a private message twice. If it matters, ask them, and pass on "
                f"what that command shows; then `aftermath dead drop {one.key}`."
            )
        case "too late":
            return f"If it matters, pass on what that command shows. `aftermath dead drop {one.key}` ends this line."
        case _:
            return (
                f"Put right what keeps it, such as a template or an address, then `aftermath dead retry {one.key}`. "
                f"If it is not worth the trouble: `aftermath dead drop {one.key}`."
            )
