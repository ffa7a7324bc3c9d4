"""All of a policy in one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from rules.calendar import Calendar
from rules.durations import Duration, Unit
from rules.own_calendar import without
from rules.policy.item_words import ItemWords
from rules.policy.override import Override
from rules.policy.people import People
from rules.policy.rule import Rule
from rules.policy.settings import Limits, Routing, Severities
from rules.templates import Templates
from rules.variables import Variables


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that deciding needs to know besides the case and the time."""

    name: str
    rules: tuple[Rule, ...]
    templates: Templates
    calendar: Calendar
    failure_labels: tuple[str, ...] = ("failure",)
    experiment_labels: tuple[str, ...] = ("experiment",)
    our_label: str = "aftermath"
    severities: Severities = field(default_factory=Severities)
    #: Headings of a post-mortem without whose answers no plan is approved, and phrases that blame somebody besides
    #: those of `rules.blame`.
    systemic_questions: tuple[str, ...] = ()
    blame_phrases: tuple[str, ...] = ()
    #: By which words action items are known besides the English ones.
    item_words: ItemWords = ItemWords()
    people: People = field(default_factory=People)
    routing: Routing = field(default_factory=Routing)
    limits: Limits = field(default_factory=Limits)
    #: How long a case with nothing left to do rests before it is thanked for and let go.
    rest: Duration = Duration(1, Unit.HOURS)
    #: The installation's own: keys of private messages hold it, so that nobody can tell from one whom it is to (P10).
    salt: str = field(default="", repr=False)
    #: What templates know as `vars`.
    variables: Variables = field(default_factory=Variables)
    #: What is otherwise for some failures; of several that fit, the first holds. `override` is the name of the one
    #: under which this policy stands, if it is one for such a failure.
    overrides: tuple[Override, ...] = ()
    override: str = ""
    #: Every file that it was read from.
    files: tuple[Path, ...] = field(default=(), compare=False, repr=False)
    _under: dict[str, Policy] = field(default_factory=dict, init=False, repr=False, compare=False)
    _calendars: dict[str, Calendar] = field(default_factory=dict, init=False, repr=False, compare=False)

    def under(self, override: Override) -> Policy:
        """The policy as it is for failures for which that override of it holds; one object for each, as every look asks
        for it."""
        found = self._under.get(override.name)
        if found is None:
            rules, variables = override.rules, override.variables
            found = replace(self, rules=rules, variables=variables, overrides=(), override=override.name)
            self._under[override.name] = found
        return found

    @property
    def every_rule(self) -> tuple[Rule, ...]:
        """All rules that may ever hold: the policy's own, and those of its overrides."""
        return (*self.rules, *(rule for one in self.overrides for rule in one.rules))

    def calendar_of_id(self, person_id: str) -> Calendar:
        """The calendar of somebody by their id (`rules.calendars`): worked out once, as every look asks for it."""
        if person_id not in self.people.people and person_id not in self.people.team_by_member:
            return self.calendar
        found = self._calendars.get(person_id)
        if found is None:
            found = self._calendars[person_id] = self._calendar_of(person_id)
        return found

    def _calendar_of(self, person_id: str) -> Calendar:
        person, team = self.people.people.get(person_id), self.people.team_by_member.get(person_id)
        found = self.calendar
        for own in (team.calendar if team else None, person.calendar if person else None):
            found = own.over(found) if own else found
        alone = (one.days for one in (person.away if person else ()) if not one.stand_in)
        return without(found, frozenset().union(*alone))
