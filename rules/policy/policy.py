"""All of a policy in one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from rules.calendar import Calendar
from rules.durations import Duration, Unit
from rules.facts import Ticket
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
    _under: dict[str, Policy] = field(default_factory=dict, init=False, compare=False, repr=False)

    def applying_to(self, failure: Ticket) -> Policy:
        """The policy as it is for that failure: under the first override that fits it, if one does."""
        found = next((one for one in self.overrides if one.fits(failure, self.people)), None)
        if found is None:
            return self
        if found.name not in self._under:
            changed = replace(self, rules=found.rules, variables=found.variables, overrides=(), override=found.name)
            self._under[found.name] = changed
        return self._under[found.name]

    @property
    def every_rule(self) -> tuple[Rule, ...]:
        """All rules that may ever hold: the policy's own, and those of its overrides."""
        return (*self.rules, *(rule for one in self.overrides for rule in one.rules))
