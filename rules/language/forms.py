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
    """`hours` as `09:00-17:00`, `holidays` as ISO dates; `country` (ISO 3166) and `region` add theirs."""

    zone: str = "UTC"
    workdays: list[Workday] = ["mon", "tue", "wed", "thu", "fri"]
    hours: str = "09:00-17:00"
    holidays: list[str] = []
    country: str = ""
    region: str = ""


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


class LadderForm(Form):
    anchor: Literal["due", "progress", "labelled", "postponed"]
    answer_quiets: Any = "3 business days"
    rungs: list[RungForm]
    repeat_last: Any = None
    once: bool = False


class RuleForm(Form):
    id: str
    name: str
    step: Steps
    subject: Subjects = Field(alias="for")
    when: str | None = None
    phases: Any = Field(default="active", alias="while")
    do: Any = None
    ladder: LadderForm | None = None


class PolicyForm(Form):
    """A policy file. Rules are read one by one, so that one broken rule hides no other's errors."""

    policy: Literal[1]
    name: str
    failure_labels: list[str] = ["failure"]
    experiment_labels: list[str] = ["experiment"]
    severities: SeveritiesForm = SeveritiesForm()
    systemic_questions: list[str] = []
    blame_phrases: list[str] = []
    calendar: CalendarForm = CalendarForm()
    limits: LimitsForm = LimitsForm()
    rules: list[Any]


class PersonForm(Form):
    """`accounts` maps a tracker's name to the account there; `lead` and `manager` are people's ids; `notify` is where
    the person is reached privately, one address or several."""

    name: str
    accounts: dict[str, str] = {}
    lead: str = ""
    manager: str = ""
    notify: list[str] | str = []


class DigestForm(Form):
    """To whom the weekly digest goes, by the tickets that they may be told of, and when."""

    internal: list[str] | str = []
    public: list[str] | str = []
    day: Workday = "mon"
    at: str = "09:00"


class PeopleForm(Form):
    people: dict[str, PersonForm]
    default_lead: str = ""
    leadership: list[str] | str = []
    digest: DigestForm = DigestForm()
