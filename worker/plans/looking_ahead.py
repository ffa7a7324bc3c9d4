"""A look ahead taken to be shown: with what it is held against, the last one or that of the configured policy."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from rules.refs import TicketRef
from worker.logs import Mask
from worker.plans.foretold import RememberedFuture, remembered_future
from worker.plans.future_changes import FutureChanges, changes_to_come
from worker.plans.looks_kept import keep_looks, load_looks
from worker.plans.other_policy import as_configured
from worker.plans.store import ALONE, BEFORE_RUN, may_keep
from worker.program import Program
from worker.rehearsal.future import Future, look_ahead


@dataclass(frozen=True, slots=True)
class LookedAhead:
    """A look ahead, and what differs from the one that it is held against: that of the `configured` policy where
    another one was asked about, else the last; None where there is nothing to compare with. `why_none`
    says why the next one would have nothing either, and `why_not_kept` why it could not be kept, both in words, or are
    empty."""

    future: Future
    changes: FutureChanges | None
    configured: Future | None = None
    why_none: str = ""
    why_not_kept: str = ""

    @property
    def is_good(self) -> bool:
        """Whether every case could be looked ahead for."""
        return self.future.is_good and (self.configured is None or self.configured.is_good)


def looked_ahead(
    program: Program, other: Program | None, ends: dt.datetime, only: TicketRef | None = None
) -> LookedAhead:
    """The future under `other`, held against that under the configured policy, from the same reads; or without it this
    program's, held against the last one that was shown. One of a single ticket's cases is compared, and not kept.

    Raises as `look_ahead` does.
    """
    if other is not None:
        return _both(program, other, ends, only)
    config = program.config
    future = look_ahead(program, ends, only)
    this, memory = _remembered(future, program), load_looks(config)
    if only is not None:
        roots = {case.root for case in future.cases if case.failure == only} | {*program.ledger.cases.roots_of(only)}
        memory = replace(memory, plans=tuple(one.of_cases(frozenset(roots)) for one in memory.plans))
        return LookedAhead(future, memory.changes_to(this), why_none=ALONE)
    has_ledger = program.is_rebuilt()
    why_not = keep_looks(config, memory.with_look(this), has_ledger=has_ledger)
    why_none = "" if may_keep(config, has_ledger=has_ledger) else BEFORE_RUN
    return LookedAhead(future, memory.changes_to(this), why_none=why_none, why_not_kept=why_not)


def _both(program: Program, other: Program, ends: dt.datetime, only: TicketRef | None) -> LookedAhead:
    """Both begin at the same moment, so that nothing seems to have moved by the time that the first one took."""
    before, begins = program.reads, program.clock.now()
    with as_configured(program, other) as configured:
        mine = look_ahead(configured, ends, only, begins)
    theirs = replace(look_ahead(other, ends, only, begins), reads_spent=program.reads - before)
    changes = changes_to_come(_remembered(mine, program), _remembered(theirs, other))
    return LookedAhead(theirs, changes, mine)


def _remembered(future: Future, program: Program) -> RememberedFuture:
    config = program.config
    return remembered_future(future, program.policy.digest, config.secret, Mask(config.secrets))
