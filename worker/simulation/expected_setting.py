"""What the independent model is told about a history, and what it answers.

Nothing in here looks at a tracker. The only arithmetic is patience: how long a write may take, and how
far back the facts may lie on which it was decided, when trackers or workers were unwell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.markers import MarkerCodec
from worker.simulation.expected_calendar import WorkingTime
from worker.simulation.expected_files import Files

_SEVERITIES = (("sev1", 1), ("sev2", 2), ("sev3", 3), ("sev4", 4))


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Who is who in the history, and the pack's numbers.

    `owner_lead` and `owner_manager` map an owner's account to the account, on the same site, of the one
    above; a missing entry means that mentions of that role are not judged, and without `has_people` that there is
    nobody above anybody. `person_of` maps accounts to
    people where one person has several; the daily budget of mentions counts people. `slack` is what a
    write may take when all is well. Lessons are written to the handbook, where there is one. `files` is what the policy
    and the people file said, the earliest first. With `has_few_mentions` who waits for whom is not foreseen, so that
    no rung is asked for.
    """

    ours: str
    codec: MarkerCodec = field(repr=False)
    failure_site: str = "github"
    failure_place: str = "acme/shop"
    mortem_site: str = "jira"
    mortem_place: str = "OPS"
    action_site: str = "github"
    action_place: str = "acme/shop"
    handbook_site: str = ""
    handbook_place: str = ""
    handbook_folder: str = ""
    people_with_rights: frozenset[str] = frozenset()
    owner_lead: Mapping[str, str] = field(default_factory=dict)
    owner_manager: Mapping[str, str] = field(default_factory=dict)
    has_people: bool = True
    person_of: Mapping[str, str] = field(default_factory=dict)
    failure_label: str = "failure"
    experiment_label: str = "experiment"
    severity_labels: Mapping[str, int] = field(default_factory=lambda: dict(_SEVERITIES))
    default_severity: int = 3
    quiet_days: int = 3
    mentions_per_day: int = 5
    has_few_mentions: bool = False
    settle: dt.timedelta = dt.timedelta(minutes=15)
    slack: dt.timedelta = dt.timedelta(minutes=30)
    files: tuple[Files, ...] = (Files(),)

    def files_at(self, moment: dt.datetime) -> Files:
        """What is in force then."""
        return [one for one in self.files if one.since <= moment][-1]

    def files_between(self, begins: dt.datetime, ends: dt.datetime) -> list[Files]:
        """What is in force at some moment of a period."""
        return [self.files_at(begins), *(one for one in self.files if begins < one.since <= ends)]

    def turns(self) -> Iterable[dt.datetime]:
        """Every moment at which the files change, or somebody goes or comes back."""
        for one in self.files:
            yield one.since
            yield from one.company.turns()

    def earliest(self, moment: dt.datetime, days: int) -> dt.datetime:
        """So many working days later, by whoever's calendar has them first."""
        hours = (one for files in self.files for one in files.company.everybody)
        return min(one.add_business_days(moment, days) for one in hours)

    @property
    def has_own_times(self) -> bool:
        """Whether somebody has a calendar of their own."""
        return any(one.company.colleagues for one in self.files)

    @property
    def usual(self) -> WorkingTime:
        """The working time of the policy, which no edit changes."""
        return self.files[0].company.usual


@dataclass(frozen=True)
class Trouble:
    """A period in which trackers or workers were unwell, both ends included."""

    begins: dt.datetime
    ends: dt.datetime


@dataclass(frozen=True, order=True)
class Violation:
    """`what` is missing, twice, late, early or wrong; `ticket` the tracker's key; `sentence` for people."""

    ticket: str
    what: str
    sentence: str


class Patience:
    """How long to wait for a write, and how old the facts behind one may be."""

    def __init__(self, troubles: Sequence[Trouble], slack: dt.timedelta) -> None:
        self.troubles = sorted(troubles, key=lambda trouble: trouble.begins)
        self.slack = slack

    def deadline(self, moment: dt.datetime) -> dt.datetime:
        """By when that what is wanted since `moment` must stand: slack later, or slack after a trouble."""
        until = moment + self.slack
        for trouble in self.troubles:
            if trouble.begins <= until and trouble.ends >= moment:
                until = max(until, trouble.ends + self.slack)
        return until

    def reach(self, moment: dt.datetime) -> dt.datetime:
        """The earliest moment at which something that stands since `moment` may have been decided."""
        since = moment - self.slack
        for trouble in reversed(self.troubles):
            if trouble.begins <= moment and trouble.ends >= since:
                since = min(since, trouble.begins - self.slack)
        return since

    def healthy_spells(self, begins: dt.datetime, ends: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
        """The parts of a period that no trouble touches."""
        spells = []
        at = begins
        for trouble in self.troubles:
            if trouble.begins >= ends:
                break
            if trouble.begins > at:
                spells.append((at, trouble.begins))
            at = max(at, trouble.ends)
        if at < ends:
            spells.append((at, ends))
        return spells
