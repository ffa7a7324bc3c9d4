"""Says in a line of its own each thing that was written: what and on which ticket, with the time at the policy's place.

For whoever watches a terminal. Only kinds and keys are told: no title, no text, nobody's name (P11, P14).
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

from rules.effects import (
    AddLabel,
    Amend,
    Assign,
    CloseTwin,
    Effect,
    Keep,
    LinkTickets,
    Notify,
    OpenTicket,
    RetractComment,
    Say,
    SetDue,
    WriteFile,
)
from rules.keys import split_case_id
from rules.policy import Policy
from rules.refs import TicketRef
from worker.clock import Clock
from worker.ledger import Ledger
from worker.perform import STOOD_ALREADY


class Narrator:
    """Told of every effect that was done. Thread-safe."""

    def __init__(self, ledger: Ledger, policy: Callable[[], Policy], clock: Clock, tell: Callable[[str], None]) -> None:
        self._ledger = ledger
        self._policy = policy
        self._clock = clock
        self._tell = tell
        self._lock = threading.Lock()
        self._day: dt.date | None = None

    def done(self, effect: Effect, result: str) -> None:
        """`result` is what the tracker answered: a comment's id, or a ticket's key and what follows a `|`. Of what
        stood there already nothing is said.

        Raises sqlalchemy.exc.SQLAlchemyError when the ledger is away.
        """
        if result == STOOD_ALREADY:
            return
        sentence = sentence_of(effect, result, self._failure_of(effect))
        local = self._clock.now().astimezone(self._policy().calendar.zone)
        with self._lock:
            if local.date() != self._day:
                self._day = local.date()
                self._tell(f"{local:%A} {local.day} {local:%B %Y}")
            self._tell(f"{local:%H:%M} {sentence}")

    def _failure_of(self, effect: Effect) -> TicketRef | None:
        if not isinstance(effect, OpenTicket):
            return None
        case = self._ledger.cases.get(split_case_id(effect.case)[0])
        return case.failure if case else None


def sentence_of(effect: Effect, result: str, failure: TicketRef | None) -> str:
    """What was done, such as `opened jira:OPS-1 for github:acme/shop#1`. `failure` is that of an opened ticket."""
    match effect:
        case OpenTicket():
            opened = TicketRef(effect.place.tracker, result.partition("|")[0])
            return f"opened {opened} for {failure}" if failure else f"opened {opened}"
        case Say() | Keep() | Amend() | RetractComment():
            return _sentence_of_comment(effect)
        case SetDue():
            return f"set the due date of {effect.ticket}"
        case AddLabel():
            return f"put a label on {effect.ticket}"
        case Assign():
            return f"named an owner of {effect.ticket}"
        case LinkTickets():
            return f"linked {effect.ticket} with {effect.target}"
        case CloseTwin():
            return f"closed {effect.ticket}, which we had opened twice, in favour of {effect.original}"
        case Notify():
            return f"wrote to somebody privately about {effect.ticket} ({effect.text})"
        case WriteFile():
            return f"kept the lesson of {effect.ticket} in {effect.place} as {effect.path}"
    # A kind of effect that is added later is told by its name until it has a sentence here.
    return f"did: {effect.kind}"


def _sentence_of_comment(effect: Say | Keep | Amend | RetractComment) -> str:
    match effect:
        case Say():
            return f"commented on {effect.ticket} ({effect.text})"
        case Keep():
            return f"kept the {effect.slot} comment on {effect.ticket} up to date"
        case Amend():
            return f"wrote a comment of ours on {effect.ticket} anew ({effect.text})"
        case RetractComment():
            return f"took back a comment of ours on {effect.ticket} that stood there twice"
