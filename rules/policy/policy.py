"""All of a policy in one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rules.calendar import Calendar
from rules.durations import Duration, Unit
from rules.own_calendar import without
from rules.own_fields import OwnField
from rules.policy.item_words import ItemWords
from rules.policy.override import Override
from rules.policy.people import People, Person
from rules.policy.rule import Ladder, Rule
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
    #: The trackers' own fields that conditions ask about, by id.
    fields: Mapping[str, OwnField] = field(default_factory=dict)
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
    #: All rules of the policy that this one is of, where it stands under an override.
    of_all: tuple[Rule, ...] = field(default=(), compare=False, repr=False)
    #: Every file that it was read from.
    files: tuple[Path, ...] = field(default=(), compare=False, repr=False)
    _under: dict[str, Policy] = field(default_factory=dict, init=False, repr=False, compare=False)
    _mortem_source: str | None = field(default=None, init=False, repr=False, compare=False)
    _own_calendars: Mapping[str, Calendar] | None = field(default=None, init=False, repr=False, compare=False)

    def under(self, override: Override) -> Policy:
        """The policy as it is for failures for which that override of it holds; one object for each, as every look asks
        for it."""
        found = self._under.get(override.name)
        if found is None:
            rules, variables = override.rules, override.variables
            found = replace(self, rules=rules, variables=variables, overrides=(), override=override.name)
            found = replace(found, of_all=self.every_rule)
            self._under[override.name] = found
        return found

    @property
    def every_rule(self) -> tuple[Rule, ...]:
        """All rules that may ever hold: the policy's own, and those of its overrides."""
        return (*self.rules, *(rule for one in self.overrides for rule in one.rules))

    def rules_under(self, override: str) -> tuple[Rule, ...]:
        """Those that hold where the override of that name does; the policy's own where it is empty."""
        return next((one.rules for one in self.overrides if one.name == override), self.rules)

    def otherwise(self, rule: Rule) -> tuple[Ladder, ...]:
        """The ladders that the rule has where another override holds, or none."""
        known = self.of_all or (self.every_rule if self.overrides else ())
        return tuple(one.ladder for one in known if one.id == rule.id and one.ladder and one.ladder != rule.ladder)

    @property
    def calendars(self) -> Mapping[str, Calendar]:
        """The calendars of people whose own differs from the policy's, by their ids (`rules.calendars`). They are put
        together once, when somebody's is first asked for."""
        found = self._own_calendars
        if found is None:
            made = {one: self._calendar_of(person) for one, person in self.people.people.items()}
            shared: dict[Calendar, Calendar] = {}  # so that what one of them reckoned serves all who are alike
            found = {one: shared.setdefault(own, own) for one, own in made.items() if own != self.calendar}
            object.__setattr__(self, "_own_calendars", found)
        return found

    @property
    def mortem_source(self) -> str:
        """The sources of whatever templates it opens post-mortems with, put together once; under whichever override: a
        label or a new owner may have put another one in force since this one was opened."""
        found = self._mortem_source
        if found is None:
            openings = (
                do for rule in self.of_all or self.every_rule for do in rule.openings if do.what == "post-mortem"
            )
            found = "\n".join(self.templates.source(name) for name in dict.fromkeys(do.template for do in openings))
            object.__setattr__(self, "_mortem_source", found)
        return found

    def local_day(self, at: dt.datetime, person_id: str) -> str:
        """The day (ISO) that it is for somebody at a moment."""
        return self.calendars.get(person_id, self.calendar).local_date(at).isoformat()

    def _calendar_of(self, person: Person) -> Calendar:
        team, found = self.people.team_by_member.get(person.id), self.calendar
        for own in (team.calendar if team else None, person.calendar):
            found = own.over(found) if own else found
        alone = (one.days for one in person.away if not one.stand_in)
        return without(found, frozenset().union(*alone))
