"""What deciding gives back: effects, why, and when to look again. Frozen, comparable, printable."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from rules.effects import AnyEffect
from rules.mention_budget import Booking
from rules.policy import Phase
from rules.quick import quick
from rules.refs import Place, TicketRef


@dataclass(frozen=True, slots=True)
class Withheld:
    """A ticket that is wanted and not opened: in `place` more people would read it than may read `source` (P14).

    `role` is `post-mortem` or `action`, `title` what it is about; `is_routed` says that the policy names the place,
    which is the failure's own otherwise; `is_for_few`, that a security level's few alone read the source.
    """

    role: str
    title: str
    place: Place
    is_routed: bool
    source: TicketRef
    is_for_few: bool = False


@quick
@dataclass(frozen=True)
class Reason:
    """One rule's verdict on one ticket (P8).

    `stage` and `anchor` are set for ladders, and `event_at` where they count from some time after the anchor's event
    (`rules.clocks.AnchorPoint`); `next_at` is when this rule could say something else, and `next_stage` is what
    comes then; `note` explains what the other fields cannot (`nobody to ask`, `waits until its text has rested`), and
    `withheld` is what the rule would have opened, were it not for those who would read it. `asked_again_at`: nothing is
    known of what its condition over ages says from then on, and until then it stays as it is.
    """

    rule: str
    name: str
    ticket: TicketRef
    is_met: bool
    asked: str = ""
    seen: tuple[tuple[str, Any], ...] = ()
    stage: str = ""
    anchor: str = ""
    since: dt.datetime | None = None
    event_at: dt.datetime | None = None
    next_at: dt.datetime | None = None
    note: str = ""
    withheld: Withheld | None = None
    next_stage: str = ""
    asked_again_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything desired for a case at a moment, done or not. `wake_at` is None when only an event can matter.
    `lost_label` is the failure label that nobody took off and that is not there (`rules.lost_labels`), or nothing;
    `override` is the name of the policy's override that holds for the failure, or nothing."""

    case: str
    phase: Phase
    effects: tuple[AnyEffect, ...]
    reasons: tuple[Reason, ...]
    wake_at: dt.datetime | None
    lost_label: str = ""
    override: str = ""

    @property
    def withheld(self) -> tuple[Withheld, ...]:
        """Everything that is wanted and not opened for the sake of P14."""
        return tuple(reason.withheld for reason in self.reasons if reason.withheld)


@dataclass(frozen=True, slots=True)
class Held:
    """An effect that may not be done now: why, and when to ask again (None: when a person lifts the brake).
    `is_for_hours`: it waits for nothing but working hours, or the end of quiet ones. `booking` is the place to keep for
    it, where it has none yet."""

    effect: AnyEffect
    why: str
    until: dt.datetime | None
    is_for_hours: bool = False
    booking: Booking | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """What may be done now, most urgent first, and what waits. `spared` are comments among the admitted that name some
    people and do not mention them: why, and until when that is so."""

    admitted: tuple[AnyEffect, ...]
    held: tuple[Held, ...]
    spared: tuple[Held, ...] = ()

    @property
    def wake_at(self) -> dt.datetime | None:
        return min((held.until for held in self.held if held.until), default=None)
