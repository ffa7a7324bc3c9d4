"""What the files said, and since when: the ladders of each policy that a simulated company may have, and its people.

They are told by hand once more, as the shipped ladders are. A ladder that two policies share is one and the same thing
here, so that an edit that leaves it alone excuses nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from worker.simulation.expected_people import Company
from worker.simulation.expected_rungs import ASK, ASK_SEV1, LATE_POST_MORTEM, STALLED_ACTION, Ladder, Rung


@dataclass(frozen=True)
class Ladders:
    """The four ladders that are judged rung by rung."""

    stalled_action: Ladder = STALLED_ACTION
    late_post_mortem: Ladder = LATE_POST_MORTEM
    ask_sev1: Ladder = ASK_SEV1
    ask: Ladder = ASK


@dataclass(frozen=True)
class Override:
    """Other ladders for failures with that label, or with an owner among these people; the first that fits holds."""

    ladders: Ladders
    label: str = ""
    owners: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sentences:
    """What one policy says."""

    ladders: Ladders = Ladders()
    overrides: tuple[Override, ...] = ()

    @property
    def without_teams(self) -> Sentences:
        """The same where nobody belongs to a team."""
        return replace(self, overrides=tuple(one for one in self.overrides if not one.owners))

    def ladders_of(self, labels: Collection[str], owner: str) -> Ladders:
        """Those that hold for a failure."""
        fitting = (one for one in self.overrides if one.label in labels or owner in one.owners)
        return next((one.ladders for one in fitting), self.ladders)


@dataclass(frozen=True)
class Files:
    """Policy and people file, in force since then."""

    since: dt.datetime = dt.datetime.min.replace(tzinfo=dt.UTC)
    sentences: Sentences = Sentences()
    company: Company = Company()


def _overdue(lead_after: int, manager_after: int) -> tuple[Rung, ...]:
    return (
        Rung("overdue", ("owner",), 0),
        Rung("overdue", ("owner", "lead"), lead_after),
        Rung("overdue", ("manager",), manager_after),
    )


#: The label and the team of which the policy `overriding` speaks.
HURRIED_LABEL, EAST = "security", frozenset({"cleo"})
_LATER = replace(STALLED_ACTION, rungs=_overdue(4, 9))
_HURRIED = replace(STALLED_ACTION, rungs=_overdue(1, 2), early=Rung("reminder", ("owner",), -1), repeat_business_days=5)
_OFTEN = replace(LATE_POST_MORTEM, repeat_business_days=5)
_PATIENT = replace(ASK, rungs=(ASK.rungs[0], replace(ASK.rungs[1], business_days=2), ASK.rungs[2]))
_OFF = replace(LATE_POST_MORTEM, is_off=True)
_ASK_OFF = replace(ASK, is_off=True)

#: By the names that `worker.simulation.edits` gives them.
SENTENCES: Mapping[str, Sentences] = MappingProxyType(
    {
        "shipped": Sentences(),
        "later": Sentences(Ladders(stalled_action=_LATER, ask=_PATIENT)),
        "hurried": Sentences(Ladders(stalled_action=_HURRIED, late_post_mortem=_OFTEN)),
        "off": Sentences(Ladders(late_post_mortem=_OFF, ask=_ASK_OFF)),
        "overriding": Sentences(
            overrides=(
                Override(Ladders(stalled_action=_HURRIED, late_post_mortem=_OFTEN), HURRIED_LABEL),
                Override(Ladders(ask=_ASK_OFF), owners=EAST),
            )
        ),
    }
)
