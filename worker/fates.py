"""What became of each effect that a decision wants: done already, to be done now, held back and until when (P8). Pure.

Told of what subtracting and admitting found out (`worker.outstanding`, `rules.admit`), and decides nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from rules.decision import Held
from rules.effects import AddLabel, AnyEffect, Assign, Notify, Say
from rules.verdicts.case_verdicts import EffectFate, Fate
from worker.ledger.effects import EffectRow
from worker.outstanding import Shown
from worker.plan import Plan

BRAKE_LIFT = "`aftermath plan` shows all that waits, `aftermath resume` lifts it"
BUDGET_LIFT = "the weekly digest tells of it too; `limits: mentions_per_day` says how many a day"


def fates_of(plan: Plan) -> Mapping[str, EffectFate]:
    """By the effects' keys."""
    shown = Shown(plan.gathered.case)
    fates = {effect.key: _done(effect, plan.gathered.rows.get(effect.key), shown) for effect in plan.decision.effects}
    for effect in plan.admission.admitted:
        fates[effect.key] = EffectFate(Fate.NOW, _spared(plan, effect))
    for held in plan.admission.held:
        fates[held.effect.key] = EffectFate(Fate.HELD, held.why, until=held.until, lift=_lift(held))
    return fates


def _done(effect: AnyEffect, row: EffectRow | None, shown: Shown) -> EffectFate:
    """Of what is neither to be done nor held: it was done, or failed, or somebody let it go."""
    if row and row.state == "dropped":
        return EffectFate(Fate.LET_GO, "somebody said that it need not be done", lift="`aftermath dead` shows it")
    if comment := shown.comments.get(effect.key):
        return EffectFate(Fate.DONE, "our comment stands there", at=comment.at)
    if effect.key in shown.opened:
        return EffectFate(Fate.DONE, f"{shown.opened[effect.key]} is there")
    if row and row.state == "confirmed":
        return EffectFate(Fate.DONE, at=row.done_at)
    if row and row.not_before:
        return EffectFate(Fate.WAITS, row.problem, until=row.not_before)
    if row and row.state == "sent":
        why = "it may have been sent, and nobody is told twice" if isinstance(effect, Notify) else "it is looked for"
        return EffectFate(Fate.WAITS, row.problem or why)
    return _done_otherwise(effect, shown)


def _done_otherwise(effect: AnyEffect, shown: Shown) -> EffectFate:
    """What was done under another name, or by people."""
    match effect:
        case Say():
            said = (comment for ticket in shown.tickets.values() for comment in ticket.comments if comment.marker)
            same = next((one for one in said if one.marker and one.marker.said == effect.said), None)
            return EffectFate(Fate.DONE, "the same was said by another rule", at=same.at if same else None)
        case AddLabel():
            return EffectFate(Fate.DONE, "it is there, or somebody took it off")
        case Assign():
            return EffectFate(Fate.DONE, "an owner was named before")
        case _:
            return EffectFate(Fate.DONE, "it stands there already")


def _spared(plan: Plan, effect: AnyEffect) -> str:
    """Whom a comment names and does not mention."""
    return "; ".join(dict.fromkeys(held.why for held in plan.admission.spared if held.effect.key == effect.key))


def _lift(held: Held) -> str:
    """What a person can do about it, where there is something."""
    if held.until is None:
        return BRAKE_LIFT
    return BUDGET_LIFT if isinstance(held.effect, Say) and not held.is_for_hours else ""


def moments_of(plan: Plan) -> list[tuple[dt.datetime, str]]:
    """When what is held back or has failed is looked at again."""
    found = [(one.until, "what is held back is looked at again") for one in plan.admission.held if one.until]
    return [*found, *([(plan.outstanding.waits, "what failed is tried again")] if plan.outstanding.waits else [])]
