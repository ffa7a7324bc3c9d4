"""Whom a rung speaks to, and how long it may wait because they were mentioned often enough that day."""

from __future__ import annotations

import datetime as dt

from worker.simulation.expected_case import Cases
from worker.simulation.expected_rungs import Occurrence, Rung
from worker.simulation.expected_setting import Patience
from worker.simulation.expected_story import Said, Story

_DAY = dt.timedelta(days=1)
#: What cannot wait goes to the next one up where somebody is away and nobody stands in.
_UP = ("owner", "lead", "manager")
#: Nobody's budget stays spent for longer; a bound, so that a mistake here ends.
_DAYS_MAX = 60


class Audience:
    """Owner, lead and manager of tickets, and everybody's mentions."""

    def __init__(self, cases: Cases, patience: Patience) -> None:
        self._cases = cases
        self._setting = cases.setting
        self._patience = patience
        self._turns = sorted({turn for turn in cases.setting.turns() if turn <= cases.ended_at})
        self._mentioned: list[tuple[dt.datetime, str]] = sorted(
            (said.at, self._person(account))
            for story in cases.stories
            for said in story.comments
            if said.is_ours and said.kind != "reply"  # whoever asked for it, waits for it
            for account in said.mentions
        )

    def fits(self, ticket: Story, said: Said, rung: Rung) -> bool:
        """Whether a comment reaches those whom the rung names. True where nobody can tell who that is."""
        since = self._patience.reach(said.at)
        owners = ticket.owners_between(since, said.at)
        moments = [since, *(turn for turn in self._turns if since < turn <= said.at)]
        expected = [self._accounts(ticket, owner, rung, moment) for owner in owners for moment in moments]
        return any(one is None or self._reaches(said, one) for one in expected)

    def deadline(self, ticket: Story, failure: Story, moment: dt.datetime) -> dt.datetime:
        """By when a rung that fell due then must have spoken, full budgets of mentions waited for."""
        deadline = self._patience.deadline(moment)
        if self._cases.severity_at(failure, moment) == 1:
            return deadline
        people = self._around(ticket, moment)
        for _ in range(_DAYS_MAX):
            if not any(self._count(person, deadline - _DAY, deadline) >= self._limit for person in people):
                break
            deadline = self._patience.deadline(deadline + _DAY)
        return deadline

    def is_disturbed_rightly(self, failure: Story, said: Said, one: Occurrence) -> bool:
        """Whether it was decided on when whoever it asks first may be asked: trouble excuses nobody who speaks in the
        night after it."""
        since = said.at - self._setting.slack
        return any(
            files.company.opening(said.asked, since, in_hours=one.is_in_hours, heeds_quiet=heeds) <= said.at
            for files in self._setting.files_between(since, said.at)
            for heeds in {self._cases.severity_at(failure, moment) > 1 for moment in (since, said.at)}
        )

    def opening(self, ticket: Story, failure: Story, one: Occurrence, moment: dt.datetime) -> dt.datetime:
        """When the rung may be spoken from then on, by the hours of whoever it asks first, while people go and come."""
        heeds = self._cases.severity_at(failure, moment) > 1
        for turn in [*(turn for turn in self._turns if turn > moment), None]:
            owner, company = ticket.owner_at(moment), self._setting.files_at(moment).company
            accounts = self._accounts(ticket, owner, one.rung, moment) or (company.there_for(owner, moment),)
            opens = company.opening(accounts[0], moment, in_hours=one.is_in_hours, heeds_quiet=heeds)
            if turn is None or opens < turn:
                return opens
            moment = turn
        return moment

    # --- inside -----------------------------------------------------------------------------------

    @property
    def _limit(self) -> int:
        return self._setting.mentions_per_day

    def _reaches(self, said: Said, accounts: tuple[str, ...]) -> bool:
        """Whether a comment mentions these, the first of them always: others it may only name on a day on which they
        were mentioned often enough."""
        if not said.mentions <= set(accounts) or not said.mentions.issuperset(accounts[:1]):
            return False
        named = [self._person(account) for account in accounts if account not in said.mentions]
        return all(self._count(person, said.at - _DAY, said.at + _DAY) >= self._limit for person in named)

    def _accounts(self, ticket: Story, owner: str, rung: Rung, moment: dt.datetime) -> tuple[str, ...] | None:
        """Whom the rung asks then, in its order; None where nobody can tell."""
        if not self._setting.has_people:
            return self._alone(ticket, owner, rung)
        above = {
            "owner": owner,
            "lead": self._setting.owner_lead.get(owner, ""),
            "manager": self._setting.owner_manager.get(owner, ""),
        }
        # Somebody who does not exist is replaced by the next one up, which nobody here tries to foresee.
        if not owner or not all(above[role] for role in rung.roles):
            return None
        company, found = self._setting.files_at(moment).company, dict[str, None]()
        for role in rung.roles:
            for one in (role,) if rung.after is None else _UP[_UP.index(role) :]:
                there = company.there_for(above[one], moment) if above[one] else ""
                is_there = bool(there) and (rung.after is None or company.is_there(above[one], moment))
                if is_there and (one == role or there not in found):
                    found[there] = None
                    break
        return tuple(found) or None

    @staticmethod
    def _alone(ticket: Story, owner: str, rung: Rung) -> tuple[str, ...] | None:
        """Where nobody is above anybody: the owner, then whoever reported it, as many as the rung has roles."""
        if not owner and ticket.is_ours:
            return None  # asked of those around the failure, whoever these were then
        reporter = ticket.reporter if ticket.is_person(ticket.reporter) else ""
        around = dict.fromkeys(account for account in (owner, reporter) if account)
        return tuple(around)[: len(rung.roles)]

    def _around(self, ticket: Story, moment: dt.datetime) -> set[str]:
        owners = ticket.assignees_at(moment)
        leads = [self._setting.owner_lead.get(owner, "") for owner in owners]
        managers = [self._setting.owner_manager.get(owner, "") for owner in owners]
        known = {self._person(account) for account in (*owners, *leads, *managers) if account}
        is_whole = bool(owners) and all(leads) and all(managers) and not self._setting.has_own_times
        return known if is_whole else {person for _, person in self._mentioned}

    def _count(self, person: str, since: dt.datetime, until: dt.datetime) -> int:
        return sum(1 for at, who in self._mentioned if who == person and since < at <= until)

    def _person(self, account: str) -> str:
        return self._setting.person_of.get(account, account)
