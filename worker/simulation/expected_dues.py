"""A tracker's own due date shows what people said last: by command or by hand, and nobody argues about it.

Looked at where the history ends, on tickets that were left alone for long enough.
"""

from __future__ import annotations

from collections.abc import Iterable

from worker.simulation.expected_case import Cases, Generation
from worker.simulation.expected_setting import Patience, Violation
from worker.simulation.expected_story import Story


def due_violations(generation: Generation, cases: Cases, patience: Patience) -> Iterable[Violation]:
    """Fields that show another day than the last that somebody named."""
    for ticket in (*generation.mortems, *generation.actions):
        if ticket.has_due_field and not ticket.is_twin and _rests(generation, ticket, cases, patience):
            wanted = ticket.due_day_at(cases.ended_at)
            if ticket.due_on != wanted:
                yield Violation(ticket.key, "wrong", f"the field says {ticket.due_on}, and people said {wanted}")


def _rests(generation: Generation, ticket: Story, cases: Cases, patience: Patience) -> bool:
    """Whether what was said last was said long enough ago, of a ticket that was open and counted ever since."""
    said_at, ended_at = ticket.due_said_at(cases.ended_at), cases.ended_at
    if said_at is None or generation.is_closed or ticket.is_blurred_at(ended_at):
        return False
    began = max(said_at, generation.begins)
    counts = any(spell.begins <= began and spell.ends >= ended_at for spell in cases.active_spells(generation))
    moved = [entry.at for entry in ticket.history if entry.at >= began and entry.kind in ("closed", "reopened")]
    return counts and not moved and ticket.is_open_at(ended_at) and patience.deadline(began) <= ended_at
