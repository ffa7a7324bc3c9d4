"""What did not work and will not by waiting: effects that a tracker refused, or that failed again and again (P7).

Read from the ledger alone. A person puts the cause right and says `retry`, or says `drop` and lets it go.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from rules.effects import Notify
from worker.ledger import Ledger
from worker.ledger.effects import EffectRow

#: An effect that failed for passing reasons so often is no longer a matter of waiting.
ATTEMPTS_BEFORE_A_PERSON = 5

_IN_WORDS = {
    "open": "open a ticket",
    "say": "comment",
    "keep": "keep a standing comment",
    "label": "put a label on",
    "assign": "assign somebody",
    "link": "link tickets",
    "retract": "take a doubled comment of ours away",
    "close-twin": "close a doubled ticket of ours",
    "notify": "send a private message",
    "file": "write a lesson to its repository",
}
#: By its state, what is never tried again, and why.
_NEVER_AGAIN = {
    "in doubt": "may have arrived, and nobody gets a private message twice.",
    "too late": "is too late for its week: the next digest tells what still stands.",
}


@dataclass(frozen=True, slots=True)
class DeadEffect:
    """One effect. `state` is `refused`, `failing`, `dropped`, or `in doubt`: a private message that may have arrived.
    Of a weekly digest (`worker.dead_digests`) it may be `too late`, too; it has a week as `where`, and no `rule`.
    `again_at` is ISO in UTC, or empty; `todo` says what a person can do about it."""

    key: str
    what: str
    where: str
    rule: str
    state: str
    problem: str
    attempts: int
    again_at: str
    todo: str

    @property
    def needs_person(self) -> bool:
        return self.state != "dropped"


class UnknownEffect(Exception):
    """No effect of that key is dead. The text is a sentence for who asked."""


def read_dead(ledger: Ledger) -> tuple[DeadEffect, ...]:
    """Everything that needs a person, and after it what people let go. Raises sqlalchemy.exc.SQLAlchemyError."""
    waiting = [row for row in ledger.effects.in_trouble() if needs_person(row)]
    return tuple(_dead(row) for row in (*waiting, *ledger.effects.dropped()))


def retry(ledger: Ledger, keys: Iterable[str] | None, now: dt.datetime, digests: Iterable[DeadEffect] = ()) -> int:
    """Let these be tried again now (None: all but what was dropped), and wake their cases. How many they are.

    `digests` are the weekly digests among the dead. Raises UnknownEffect for a key that is in neither, before anything
    is done.
    """
    dead = {effect.key: effect for effect in (*read_dead(ledger), *digests)}
    everything = (key for key, effect in dead.items() if effect.state in ("refused", "failing"))
    wanted = list(everything if keys is None else keys)
    for key in wanted:
        if (state := _require(key, dead).state) in _NEVER_AGAIN:
            raise UnknownEffect(f"{key} {_NEVER_AGAIN[state]}")
    ledger.digests.retry(wanted, now)
    for root in sorted(ledger.effects.retry(wanted)):
        ledger.cases.wake(root, now)
    return len(wanted)


def drop(ledger: Ledger, key: str, digests: Iterable[DeadEffect] = ()) -> DeadEffect:
    """Let one go: it is not tried any more, until somebody says `retry`. Dropping it again changes nothing.

    Raises UnknownEffect.
    """
    effect = _require(key, {one.key: one for one in (*read_dead(ledger), *digests)})
    ledger.effects.drop(key)
    ledger.digests.drop(key)
    return effect


def needs_person(row: EffectRow) -> bool:
    """Whether waiting alone will not mend it."""
    # A private message is never sent again by itself: somebody may want to mend the channel, or say it in person.
    return _is_in_doubt(row) or row.state == "refused" or row.attempts >= ATTEMPTS_BEFORE_A_PERSON


def state_of(row: EffectRow) -> str:
    """What `DeadEffect` says of `state`."""
    return "in doubt" if _is_in_doubt(row) else row.state if row.state in ("refused", "dropped") else "failing"


def _is_in_doubt(row: EffectRow) -> bool:
    return row.kind == Notify.kind and row.state == "sent"


def advice(key: str, state: str) -> str:
    """What a person does about one of that state, in short. Of two commands that list it, both say the same."""
    if state == "in doubt":
        return f"tell them yourself if it matters, then aftermath dead drop {key}"
    return f"aftermath dead drop {key}" if state in _NEVER_AGAIN else f"aftermath dead retry {key}"


def in_words(kind: str) -> str:
    """What an effect of that kind does, as a person would say it."""
    return _IN_WORDS.get(kind, kind)


def _require(key: str, dead: dict[str, DeadEffect]) -> DeadEffect:
    if key not in dead:
        raise UnknownEffect(f"Nothing dead has the key {key!r}: `aftermath dead` lists what there is.")
    return dead[key]


def _dead(row: EffectRow) -> DeadEffect:
    state = state_of(row)
    again_at = row.not_before.isoformat() if row.not_before else ""
    return DeadEffect(
        row.key,
        in_words(row.kind),
        row.ticket,
        row.rule,
        state,
        row.problem,
        row.attempts,
        again_at,
        _todo(row.key, state),
    )


def _todo(key: str, state: str) -> str:
    if state == "dropped":
        return f"Nobody tries it any more. `aftermath dead retry {key}` takes it up again."
    if state == "in doubt":
        return (
            "It may have arrived, and nobody gets a private message twice. If it matters, tell them yourself, then "
            f"`aftermath dead drop {key}`."
        )
    cause = "what the tracker objects to" if state == "refused" else "what keeps it from working"
    return (
        f"Put right {cause}, then `aftermath dead retry {key}`. "
        f"If it is not worth the trouble: `aftermath dead drop {key}`."
    )
