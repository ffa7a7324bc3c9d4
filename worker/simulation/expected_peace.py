"""Whom nobody disturbs, whatever the policy says: who sleeps, who is away while somebody stands in, who was mentioned
often enough that day.

Asked of every comment of ours that asks somebody, and of private letters. It knows nothing of rungs, so no edit of a
policy excuses anything; where people's own times were edited just then, either of them may be right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import chain

from connectors.memory.letterbox import Letter
from connectors.sandbox.world import World
from worker.simulation.expected_case import Cases
from worker.simulation.expected_people import Company
from worker.simulation.expected_setting import Patience, Setting, Violation
from worker.simulation.expected_story import Said, Story

#: What waits for working hours, and what waits for the end of quiet hours alone.
_IN_HOURS = frozenset({"reminder", "overdue", "unapproved", "postponed", "still-open"})
_ANY_HOUR = frozenset({"ask", "ask-again", "closed-otherwise"})
_ADDRESS = "letter://"
_DAY = dt.timedelta(days=1)


def peace_violations(cases: Cases, patience: Patience) -> Iterable[Violation]:
    """Comments at hours, or on days, on which they should have waited, or that should have gone to somebody else."""
    for failure_key in cases.generations:
        for generation in cases.generations[failure_key]:
            for ticket in generation.tickets:
                for said in ticket.comments:
                    if said.is_ours and said.case == generation.case and said.kind in _IN_HOURS | _ANY_HOUR:
                        yield from _disturbing(cases, patience, generation.failure, ticket, said)
    yield from _Mentions(cases, patience).violations()


def letters_at_night(world: World, setting: Setting, letters: Iterable[Letter]) -> Iterable[Violation]:
    """Private letters in the quiet hours of their reader. What hangs together with a sev1 is told at any hour, so
    nothing is asked of a history that had one."""
    tickets = [ticket for site in world.sites.values() for ticket in site.tickets.values()]
    if any(setting.severity_labels.get(entry.new) == 1 for ticket in tickets for entry in ticket.history):
        return
    for letter in letters:
        since = letter.at - setting.slack
        for address in letter.addresses:
            person = address.removeprefix(_ADDRESS)
            if not _may_ask(setting, person, since, letter.at, in_hours=False, heeds_quiet=True):
                yield Violation("", "wrong", f"a letter of {letter.at:%F %H:%M} reaches {person} in quiet hours")


def _disturbing(cases: Cases, patience: Patience, failure: Story, ticket: Story, said: Said) -> Iterable[Violation]:
    setting, since = cases.setting, said.at - cases.setting.slack
    heeds_quiet = all(cases.severity_at(failure, moment) > 1 for moment in (since, said.at))
    # Whoever works in quiet hours alone is asked in their working hours, if the rung is one that waits for these.
    ways = (True,) if said.kind in _IN_HOURS else (False, True)
    is_right = any(_may_ask(setting, said.asked, since, said.at, in_hours=way, heeds_quiet=heeds_quiet) for way in ways)
    if said.asked and not is_right:
        what = f"{said.kind} of {said.at:%F %H:%M} disturbs {said.asked}"
        yield Violation(ticket.key, "wrong", what)
    since = patience.reach(said.at)
    turns = [turn for turn in setting.turns() if since < turn <= said.at]
    for person in sorted(said.mentions):
        moments = [since, *turns]
        if all(_company(setting, moment).there_for(person, moment) != person for moment in moments):
            what = f"{said.kind} of {said.at:%F %H:%M} asks {person}, who is away and has a stand-in"
            yield Violation(ticket.key, "wrong", what)


def _may_ask(
    setting: Setting, person: str, since: dt.datetime, until: dt.datetime, *, in_hours: bool, heeds_quiet: bool
) -> bool:
    """Whether there was a moment in that time at which the person may be asked."""
    return any(
        files.company.opening(person, since, in_hours=in_hours, heeds_quiet=heeds_quiet) <= until
        for files in setting.files_between(since, until)
    )


def _company(setting: Setting, moment: dt.datetime) -> Company:
    return setting.files_at(moment).company


class _Mentions:
    """Everybody's mentions by their own days. What was said shortly after midnight may count on either day."""

    def __init__(self, cases: Cases, patience: Patience) -> None:
        self._cases = cases
        self._setting = cases.setting
        self._patience = patience
        self._said: dict[tuple[str, dt.date], list[tuple[Said, Story, bool]]] = {}
        failures = {g.case: g.failure for g in chain.from_iterable(cases.generations.values())}
        for story in cases.stories:
            for said in story.comments:
                if said.is_ours and said.kind != "reply" and said.case in failures:
                    self._note(story, said, self._is_limited(failures[said.case], said))

    def violations(self) -> Iterable[Violation]:
        for (person, day), row in self._said.items():
            for before, (said, story, is_limited) in enumerate(sorted(row, key=lambda one: one[0].at)):
                if is_limited and before >= self._setting.mentions_per_day:
                    what = f"{said.kind} of {said.at:%F %H:%M} mentions {person} once more on {day}, after {before}"
                    yield Violation(story.key, "twice", what)

    def _note(self, story: Story, said: Said, is_limited: bool) -> None:
        for account in said.mentions:
            person = self._setting.person_of.get(account, account)
            days = {
                files.company.hours_of(person).local_day(moment)
                for files in self._setting.files_between(said.at - 2 * _DAY, said.at)
                for moment in (self._patience.reach(said.at), said.at)
            }
            if len(days) == 1:
                self._said.setdefault((person, days.pop()), []).append((said, story, is_limited))

    def _is_limited(self, failure: Story, said: Said) -> bool:
        moments = (self._patience.reach(said.at), said.at)
        return all(self._cases.severity_at(failure, moment) > 1 for moment in moments)
