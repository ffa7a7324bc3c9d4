"""The files of a simulated company while a history goes on: who works when, who is away, and which policy holds.

Four histories in ten have such files, by the last figure of their seed; in the others everybody works in the policy's
hours, and nobody edits anything. They have chance of their own, so that what else happens does not depend on it.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rules.language.document import Document
from rules.language.people_file import people_in
from rules.policy import People, Policy
from worker.simulation.homes import HOMES
from worker.simulation.people import LEAD, MANAGER, TEAM, people_file
from worker.simulation.policies import EAST, POLICIES, policy_named

QUIET = "20:00-07:00"
#: More mentions a day than anybody gets, and as few as a policy may allow.
AMPLE_MENTIONS, FEW_MENTIONS = 50, 1
#: Who is in the team of the east; its calendar is theirs.
EASTERNER = "cleo"
#: By the last figure of a seed: whether people have times of their own, and whether files are edited.
_KINDS = {0: (True, True), 5: (True, False), 7: (False, True), 8: (True, True)}
#: Mondays from which on clocks change, or holidays come, somewhere.
_MONDAYS = tuple(map(dt.date.fromisoformat, ("2026-02-16", "2026-04-13", "2026-10-05", "2026-11-30")))
#: Whoever is away is stood in for by somebody behind them, so that nobody stands in for themselves.
_EVERYBODY = (*TEAM, LEAD, MANAGER)
_WEEK_H = 168
_EDITS_MAX = 5


@dataclass(frozen=True, slots=True)
class Leave:
    """Days on which somebody is away, both included; `stand_in` is an account, or empty."""

    first: dt.date
    last: dt.date
    stand_in: str


@dataclass(frozen=True, slots=True)
class Edition:
    """The files as they are from a moment on. `homes` says where everybody lives, by account; empty, where nobody has
    times of their own."""

    at: dt.datetime
    policy: str = "shipped"
    quiet_hours: str = "none"
    mentions_per_day: int = AMPLE_MENTIONS
    homes: Mapping[str, str] = field(default_factory=dict)
    leaves: Mapping[str, tuple[Leave, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        zones = f", {len(set(self.homes.values()))} homes" if self.homes else ""
        return f"policy {self.policy}, quiet {self.quiet_hours}, {self.mentions_per_day} mentions a day{zones}"

    def policy_with(self, policy_people: People) -> Policy:
        """The policy, with these people, and what they have of their own."""
        policy = policy_named(self.policy, self.quiet_hours, self.mentions_per_day)
        return replace(policy, people=self.own_times(policy_people))

    def own_times(self, people: People) -> People:
        """The people with their calendars and absences, read from a file as any are."""
        if not self.homes or not people.people:
            return people
        read = people_in(Document.parse(self._people_file(), "people.yaml"))
        own = {
            one: replace(person, calendar=read.people[one].calendar, away=read.people[one].away)
            for one, person in people.people.items()
        }
        return replace(people, people=own, teams=read.teams)

    def _people_file(self) -> str:
        lines = ["people:"]
        for one in people_file().people:
            calendar = HOMES[self.homes[one]] if one != EASTERNER else ""
            away = ", ".join(_written(leave) for leave in self.leaves.get(one, ()))
            own = (f", calendar: {calendar}" if calendar else "") + (f", away: [{away}]" if away else "")
            lines.append(f"  {one}: {{name: {one.capitalize()}, accounts: {{github: {one}}}{own}}}")
        shared = HOMES[self.homes[EASTERNER]]
        calendar = f", calendar: {shared}" if shared else ""
        return "\n".join([*lines, "teams:", f"  {EAST}: {{members: [{EASTERNER}]{calendar}}}", ""])


def draw_start(seed: int) -> dt.datetime | None:
    """When the history of that seed begins, where it has files of its own; else None."""
    if seed % 10 not in _KINDS:
        return None
    monday = _chance("start", seed).choice(_MONDAYS)
    return dt.datetime.combine(monday, dt.time(8), dt.UTC) + dt.timedelta(hours=seed % _WEEK_H)


def draw_editions(seed: int, start: dt.datetime, end: dt.datetime) -> tuple[Edition, ...]:
    """The files of that seed's history, the earliest first; none where it has none of its own."""
    has_own_times, is_edited = _KINDS.get(seed % 10, (False, False))
    if not (has_own_times or is_edited):
        return ()
    chance = _chance("editions", seed)
    edition = Edition(start, chance.choice(tuple(POLICIES)), chance.choice(("none", QUIET, QUIET)))
    if has_own_times:
        homes = dict(zip(_EVERYBODY, chance.sample(tuple(HOMES), len(_EVERYBODY)), strict=True))
        leaves = {one: _leaves(chance, one, start, end) for one in _EVERYBODY}
        few = FEW_MENTIONS if chance.random() < 0.4 else AMPLE_MENTIONS
        edition = replace(edition, homes=homes, leaves=leaves, mentions_per_day=few)
    found = [edition]
    moments = sorted(start + (end - start) * chance.random() for _ in range(chance.randint(1, _EDITS_MAX)))
    for moment in moments if is_edited else ():
        found.append(_edited(chance, found[-1], moment, end))
    return tuple(found)


def _edited(chance: random.Random, before: Edition, at: dt.datetime, end: dt.datetime) -> Edition:
    """The files after an edit: mostly of the policy, now and then of quiet hours, and of somebody's own times."""
    after = replace(before, at=at)
    if chance.random() < 0.8:
        after = replace(after, policy=chance.choice([one for one in POLICIES if one != before.policy]))
    if chance.random() < 0.2:
        after = replace(after, quiet_hours="none" if before.quiet_hours == QUIET else QUIET)
    if before.homes and chance.random() < 0.5:
        who = chance.choice(_EVERYBODY)
        after = replace(after, homes={**before.homes, who: chance.choice(tuple(HOMES))})
        after = replace(after, leaves={**before.leaves, who: _leaves(chance, who, at, end)})
    return after


def _leaves(chance: random.Random, who: str, begins: dt.datetime, ends: dt.datetime) -> tuple[Leave, ...]:
    """Up to two absences within a time, one after the other."""
    behind = _EVERYBODY[_EVERYBODY.index(who) + 1 :]
    found: list[Leave] = []
    first = begins.date()
    for _ in range(chance.choice((0, 1, 1, 2))):
        first += dt.timedelta(days=chance.randint(1, max(1, (ends.date() - begins.date()).days // 2)))
        last = first + dt.timedelta(days=chance.choice((0, 1, 4, 6, 13)))
        found.append(Leave(first, last, chance.choice(("", *behind)) if chance.random() < 0.7 else ""))
        first = last + dt.timedelta(days=1)
    return tuple(found)


def _written(leave: Leave) -> str:
    stand_in = f", stand_in: {leave.stand_in}" if leave.stand_in else ""
    return f"{{from: {leave.first}, to: {leave.last}{stand_in}}}"


def _chance(what: str, seed: int) -> random.Random:
    return random.Random(f"{what} {seed}")  # noqa: S311 - repeatable, not secret
