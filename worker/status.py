"""How things stand: cases, what comes next, what is in trouble and who has to do something about it (P7).

Read from the ledger alone; no tracker is asked, so that it answers when they do not. Nothing about people.
"""

from __future__ import annotations

from dataclasses import dataclass

from worker.ledger.cases import CaseRow
from worker.ledger.effects import EffectRow
from worker.program import Program

#: An effect that failed for passing reasons so often is no longer a matter of waiting.
ATTEMPTS_BEFORE_A_PERSON = 5


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """Moments are ISO, in UTC, or empty."""

    failure: str
    title: str
    phase: str
    generation: int
    next_look: str
    problem: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that did not work. `needs_person` is False where it will be tried again and may well work."""

    what: str
    where: str
    problem: str
    again_at: str
    needs_person: bool


@dataclass(frozen=True, slots=True)
class Status:
    """The whole of it. `brake` says why everything new is held, or is empty."""

    is_rebuilt: bool
    cases: tuple[CaseStatus, ...]
    troubles: tuple[Trouble, ...]
    waiting_hints: bool
    brake: str

    @property
    def needs_person(self) -> bool:
        return bool(self.brake) or any(trouble.needs_person for trouble in self.troubles)


def read_status(program: Program) -> Status:
    """Raises sqlalchemy.exc.SQLAlchemyError when the ledger is away."""
    ledger = program.ledger
    rows = ledger.cases.all()
    troubles = [
        *(_effect_trouble(row) for row in ledger.effects.in_trouble()),
        *(Trouble("case", str(row.failure), row.problem, _iso(row), True) for row in rows if row.problem),
        *(Trouble("look", str(h.ref), h.problem, "", _is_lasting(h.attempts)) for h in ledger.inbox.in_trouble()),
        *(Trouble("poll", source, problem, "", True) for source, problem in ledger.inbox.poll_problems().items()),
    ]
    return Status(
        is_rebuilt=program.is_rebuilt(),
        cases=tuple(
            CaseStatus(str(row.failure), row.title, row.phase, row.generation, _iso(row), row.problem) for row in rows
        ),
        troubles=tuple(sorted(troubles, key=lambda trouble: not trouble.needs_person)),
        waiting_hints=not ledger.inbox.is_empty(),
        brake=ledger.cases.brake(),
    )


def _effect_trouble(row: EffectRow) -> Trouble:
    needs_person = row.state == "refused" or _is_lasting(row.attempts)
    again_at = row.not_before.isoformat() if row.not_before else ""
    return Trouble(f"{row.kind} ({row.rule})", row.ticket, row.problem, again_at, needs_person)


def _is_lasting(attempts: int) -> bool:
    return attempts >= ATTEMPTS_BEFORE_A_PERSON


def _iso(row: CaseRow) -> str:
    return row.wake_at.isoformat() if row.wake_at else ""
