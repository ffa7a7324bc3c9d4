"""All of a policy in one."""

from __future__ import annotations

from dataclasses import dataclass, field

from rules.calendar import Calendar
from rules.durations import Duration, Unit
from rules.policy.people import People
from rules.policy.rule import Rule
from rules.policy.settings import Limits, Routing, Severities
from rules.templates import Templates


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
