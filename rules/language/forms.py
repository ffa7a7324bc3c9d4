"""The shape of a policy file and of a people file, before their meaning is looked at.

Only kinds of values are settled here: which keys there are, what is a list and what is text. Durations,
conditions, roles and what a rule does are read from the nodes afterwards, so that all errors know their place.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Steps = Literal["own", "analyse", "plan", "reflect", "celebrate", "learn"]
Subjects = Literal["failure", "post-mortem", "action", "action-item", "comment"]
Workday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Form(BaseModel):
    """What all forms share: unknown keys are errors, and `"5"` is no number."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class CalendarForm(Form):
    """When people work, of the policy, a team or a person."""

    zone: str = Field(default="UTC", description="time zone, such as `Europe/Berlin`")
    workdays: list[Workday] = Field(
        default=["mon", "tue", "wed", "thu", "fri"], description="days of the week on which people work"
    )
    hours: Any = Field(
        default="09:00-17:00",
        description="opening and closing of a working day; several, as `09:00-12:30, 13:30-17:00`; or such by day, as "
        "`{mon-thu: 09:00-17:00, fri: 09:00-13:00}`, and then no other day is a working day",
    )
    holidays: list[str] = Field(default=[], description="closing days of your own, as `2026-12-24 to 2027-01-01`")
    country: str = Field(
        default="", description="a country whose public holidays are closing days (ISO 3166, such as `DE`)"
    )
    region: str = Field(
        default="", description="one of its regions, whose public holidays are closing days too, such as `BY`"
    )


class SeveritiesForm(Form):
    labels: dict[str, int] = {}
    default: int = Field(default=3)


class LimitsForm(Form):
    """See `rules.policy.Limits`; `start_at` is a date or a moment with its zone."""

    mentions_per_day: int = 5
    sweep_effects_max: int = 200
    start_at: str | None = None


class RungForm(Form):
    at: Any
    do: Any


class RepeatForm(Form):
    """How often the last rung is repeated, and until when: so many `times`, or `for` so long."""

    every: Any = Field(description="how long after the one before it each repetition comes")
    times: int | None = Field(default=None, description="how often it is repeated at most, 1 to 500")
    span: Any = Field(default=None, alias="for", description="for how long after the last rung it is repeated")


class LadderForm(Form):
    anchor: Literal["due", "progress", "labelled", "postponed"]
    answer_quiets: Any = "3 business days"
    rungs: list[RungForm]
    repeat_last: Any = Field(
        default=None,
        description="how often the last one is repeated: a duration, for ever; or `every` with `times` or `for`",
    )
    resets: Any = Field(
        default=None,
        description="what begins it anew or quiets it: `progress`, `answer`, `snooze`; all of them if left out, none"
        " with `[]`",
    )
    once: bool = Field(default=False, description="`true` is short for `resets: []`: each stage is said once")


class RuleForm(Form):
    id: str
    name: str
    step: Steps
    subject: Subjects = Field(alias="for")
    when: str | None = None
    phases: Any = Field(default="active", alias="while")
    do: Any = None
    ladder: LadderForm | None = None
    off: bool = Field(
        default=False, description="`true` takes an included rule out, or in an override any; `false` brings it back"
    )


class GroupForm(Form):
    """An entry of `rules` that holds rules, which share what stands beside them."""

    group: str = Field(description="a few words: what its rules have in common")
    when: str | None = Field(default=None, description="a condition that is asked before that of each rule in it")
    subject: Subjects | None = Field(default=None, alias="for", description="for its rules that do not say it")
    step: Steps | None = Field(default=None, description="likewise")
    phases: Any = Field(default=None, alias="while", description="likewise")
    rules: list[Any] = Field(description="its rules, and groups of them, up to 3 deep")


class OverrideForm(Form):
    """What is otherwise for some failures: by their labels, their team, or both."""

    name: str = Field(description="a few words; `aftermath explain` says them of a failure for which it holds")
    labels: list[str] = Field(default=[], description="any of them is on the failure, in capitals or not")
    teams: list[str] = Field(default=[], description="the failure's team is one of these; with `labels` both are asked")
    variables: dict[str, Any] = Field(default={}, description="other values of variables that rules and texts use")
    rules: list[Any] = Field(default=[], description="patches of rules by their `id`, and rules of its own")


class ItemColumnsForm(Form):
    """Heads of a table's columns, and labels of a line, by what they hold."""

    what: list[str] = Field(default=[], description="heads of the column that says what is to be done")
    owner: list[str] = Field(
        default=[], description="what names an owner, as a column's head or in a line: `Verantwortlich: Ada`"
    )
    due: list[str] = Field(
        default=[], description="what stands before a date, as a column's head or in a line: `Frist: 2027-01-15`"
    )
    state: list[str] = Field(default=[], description="heads of the column that says how it stands")


class ActionItemsForm(Form):
    """By which words action items are known besides the English ones."""

    headings: list[str] = Field(default=[], description="headings, or labels of a list, that announce action items")
    columns: ItemColumnsForm = Field(
        default=ItemColumnsForm(), description="heads of a table's columns by what they hold, see below"
    )
    done: list[str] = Field(
        default=[],
        description="words that say that an item is done: in a column of its state, a heading, or at either end of it",
    )


class PolicyForm(Form):
    """A policy file. Rules are read one by one, so that one broken rule hides no other's errors."""

    policy: Literal[1]
    name: str
    include: list[str] = Field(
        default=[],
        description="policies that this one builds on: names of shipped packs, or paths from this file's folder",
    )
    variables: dict[str, Any] = Field(
        default={}, description="durations, whole numbers, true or false, words and lists of words, by a name"
    )
    failure_labels: list[str] = ["failure"]
    experiment_labels: list[str] = ["experiment"]
    severities: SeveritiesForm = SeveritiesForm()
    systemic_questions: list[str] = []
    blame_phrases: list[str] = []
    action_items: ActionItemsForm = Field(
        default=ActionItemsForm(),
        description="words by which action items are known besides the English ones, see below",
    )
    calendar: CalendarForm = CalendarForm()
    limits: LimitsForm = LimitsForm()
    rules: list[Any]
    overrides: list[Any] = Field(
        default=[], description="what is otherwise for failures of some labels or teams: the first that fits holds"
    )


class AwayForm(Form):
    """Days on which somebody is not there."""

    first: str = Field(alias="from", description="the first day, as `2026-12-21`")
    last: str = Field(alias="to", description="the last day, which is one of them")
    stand_in: str = Field(default="", description="the id of who is asked meanwhile; without one, what can wait waits")


class PersonForm(Form):
    """One person of the people file."""

    name: str = Field(description="as it stands in texts")
    accounts: dict[str, str] = Field(
        default={}, description="login (GitHub) or account id (Jira) by the tracker's name"
    )
    lead: str = Field(default="", description="somebody's id")
    manager: str = Field(default="", description="somebody's id")
    notify: list[str] | str = Field(
        default=[], description="where the person is reached privately: one address, or a list"
    )
    calendar: CalendarForm | None = Field(default=None, description="what of their calendar differs from their team's")
    away: list[AwayForm] = Field(default=[], description="days on which they are not there, and who stands in")


class TeamForm(Form):
    """One team of the people file."""

    name: str = Field(default="", description="as it stands in texts; its id where it has none")
    lead: str = Field(default="", description="the id of who leads it")
    members: list[str] = Field(default=[], description="ids of those who belong to it")
    labels: list[str] = Field(default=[], description="labels of tickets that are the team's")
    places: list[str] = Field(
        default=[], description="repositories and projects that are the team's, as `github:acme/shop`"
    )
    calendar: CalendarForm | None = Field(default=None, description="what of its calendar differs from the policy's")


class DigestForm(Form):
    """To whom the weekly digest goes, by the tickets that they may be told of, and when."""

    internal: list[str] | str = []
    public: list[str] | str = []
    day: Workday = "mon"
    at: str = "09:00"


class PeopleForm(Form):
    people: dict[str, PersonForm]
    teams: dict[str, TeamForm] = Field(default={}, description="who looks after something together, by an id")
    default_lead: str = ""
    leadership: list[str] | str = []
    digest: DigestForm = DigestForm()
