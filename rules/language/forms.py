"""The shape of a policy file and of a people file, before their meaning is looked at.

Only kinds of values are settled here: which keys there are, what is a list and what is text. Durations,
conditions, roles and what a rule does are read from the nodes afterwards, so that all errors know their place.

Each key says here, and nowhere else, what it is for: the schema and the documentation are made from these forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from rules.by_severity import SEVERITIES
from rules.language.shapes import ConditionValue, DoValue, DurationValue, PhasesValue, RuleValue, RungDoValue

Steps = Literal["own", "analyse", "plan", "reflect", "celebrate", "learn"]
Subjects = Literal["failure", "post-mortem", "action", "action-item", "comment"]
Anchors = Literal["due", "progress", "labelled", "postponed"]
Workday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

#: What the loader asks of a value itself, with words of its own; told to the schema alone.
_SEVERITY: dict[str, JsonValue] = {"minimum": SEVERITIES[0], "maximum": SEVERITIES[-1]}
_AMOUNT: dict[str, JsonValue] = {"minimum": 1}
RUNGS_MAX = 20
RULE_ID_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
RULE_ID_CHARACTERS_MAX = 60
#: What each step is about.
STEP_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "own": "somebody takes the failure for theirs, and says so",
        "analyse": "what made it possible is written down, without blame",
        "plan": "what is to change gets owners and dates, and is followed through",
        "reflect": "who took part may look back, privately",
        "celebrate": "who helped is thanked",
        "learn": "the lesson is told, and the case let go",
    }
)


class Form(BaseModel):
    """What all forms share: unknown keys are errors, and `"5"` is no number."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class CalendarForm(Form):
    """When people work."""

    zone: str = Field(default="UTC", description="time zone, such as `Europe/Berlin`")
    workdays: list[Workday] = Field(
        default=["mon", "tue", "wed", "thu", "fri"], description="days of the week on which people work"
    )
    hours: str = Field(default="09:00-17:00", description="opening and closing of a working day")
    holidays: list[str] = Field(default=[], description="days on which nobody works, as `2026-12-25`")
    country: str = Field(default="", description="adds a country's public holidays (ISO 3166, such as `DE`)")
    region: str = Field(default="", description="and those of one of its regions, such as `BY`")


class SeveritiesForm(Form):
    """How grave a failure is, by its labels."""

    labels: dict[str, int] = Field(
        default={},
        description="label to severity: 1 is the gravest, 5 the mildest",
        json_schema_extra={"additionalProperties": {"type": "integer", **_SEVERITY}},
    )
    default: int = Field(
        default=3, description="the severity where none of them is on the failure", json_schema_extra=_SEVERITY
    )


class LimitsForm(Form):
    """What keeps Aftermath quiet."""

    mentions_per_day: int = Field(
        default=5,
        description="how often one person may be mentioned a day; severity 1 is exempt. A reply to somebody's own "
        "command does not count. What has to wait keeps a place on the first day that has one, before what is new "
        "then. Of several people whom a rung asks, the first makes it wait; those after are named and not mentioned",
        json_schema_extra=_AMOUNT,
    )
    sweep_effects_max: int = Field(
        default=200,
        description="new comments, tickets and private messages an hour before the brake holds",
        json_schema_extra=_AMOUNT,
    )
    start_at: str | None = Field(
        default=None,
        description="failures labelled before it are left alone, until one comes back: its label put on anew, or the "
        "labelled ticket reopened. A date, or a moment with its zone",
    )


class RungForm(Form):
    """One stage of a ladder."""

    at: DurationValue = Field(
        description="when, counted from the anchor; negative is before it (with `anchor: due` only)"
    )
    do: RungDoValue = Field(description="what is done then; a rung speaks, so not every verb is for it")


class LadderForm(Form):
    """What is done in stages, each later than the one before."""

    anchor: Anchors = Field(description="the event that it counts from")
    answer_quiets: DurationValue = Field(
        default="3 business days",
        description="for how long an answer quiets it, at most twice in a row without progress",
    )
    rungs: list[RungForm] = Field(
        description=f"up to {RUNGS_MAX} stages, each later than the one before",
        json_schema_extra={"minItems": 1, "maxItems": RUNGS_MAX},
    )
    repeat_last: DurationValue = Field(
        default=None, description="how often the last one is repeated; left out, it is not"
    )
    once: bool = Field(
        default=False,
        description="`true`: nothing moves it, no answer, progress or snooze, so that each stage is said once",
    )


class RuleForm(Form):
    """One sentence of a policy: what happens when."""

    id: str = Field(
        description="for ever: what was said under it is remembered by it. Small letters, figures, hyphens",
        json_schema_extra={"pattern": RULE_ID_PATTERN, "maxLength": RULE_ID_CHARACTERS_MAX},
    )
    name: str = Field(description="one sentence: what happens *when*")
    step: Steps = Field(description="the step that it belongs to, for the reader")
    subject: Subjects = Field(alias="for", description="what the rule looks at, once for each there is")
    when: ConditionValue = Field(
        default=None, description="a condition over the facts; left out, the rule always holds"
    )
    phases: PhasesValue = Field(default="active", alias="while", description="the phases of a case in which it holds")
    do: DoValue = Field(default=None, description="what is done, once")
    ladder: LadderForm | None = Field(default=None, description="what is done in stages")


class PolicyForm(Form):
    """What is to happen when, and to whom. Read aloud, each rule's name says what happens when."""

    # Rules are read one by one, so that one broken rule hides no other's errors.
    policy: Literal[1] = Field(description="the language's version: `1`")
    name: str = Field(description="what the policy is called")
    failure_labels: list[str] = Field(
        default=["failure"],
        description="the labels that make an issue a failure, in capitals or not, as all labels here",
        json_schema_extra={"minItems": 1},
    )
    experiment_labels: list[str] = Field(
        default=["experiment"],
        description="labels of a failure that was an experiment and goes the light way: no clock, no ladder, only the "
        "lesson, as soon as its own ticket is closed",
    )
    severities: SeveritiesForm = Field(default_factory=SeveritiesForm, description="how grave a failure is")
    systemic_questions: list[str] = Field(
        default=[],
        description="headings of the post-mortem under which something has to stand before its plan counts as "
        "approved. A heading that somebody took out of the text is not waited for",
    )
    blame_phrases: list[str] = Field(
        default=[],
        description="what else is taken for words that blame somebody, besides the table in English that ships: whole "
        "words, in capitals or not",
    )
    calendar: CalendarForm = Field(default_factory=CalendarForm, description="when people work")
    limits: LimitsForm = Field(default_factory=LimitsForm, description="what keeps Aftermath quiet")
    rules: list[RuleValue] = Field(description="the sentences, in the order in which they are looked at")


class PersonForm(Form):
    """One person of the people file."""

    name: str = Field(description="as it stands in texts")
    accounts: dict[str, str] = Field(
        default={}, description="login (GitHub) or account id (Jira) by the tracker's name; capitals make no difference"
    )
    lead: str = Field(default="", description="the id of who leads them")
    manager: str = Field(default="", description="the id of who is asked where the lead does not help")
    notify: list[str] | str = Field(
        default=[], description="where the person is reached privately: one address, or a list"
    )


class DigestForm(Form):
    """To whom the weekly digest goes, by the tickets that they may be told of, and when."""

    internal: list[str] | str = Field(
        default=[],
        description="who is told of internal tickets too: ids, `leadership`, `leads` (everybody whom the file names as "
        "a lead), channels as `${NAME}`",
    )
    public: list[str] | str = Field(
        default=[],
        description="who is told only of tickets that everybody may read, in cases whose failure everybody may read",
    )
    day: Workday = Field(default="mon", description="the day of the week; on a closing day the next working day")
    at: str = Field(default="09:00", description="the time of day, in the zone of the policy's calendar")


class PeopleForm(Form):
    """Who is who on which tracker, and whose lead and manager somebody is."""

    people: dict[str, PersonForm] = Field(
        description="people by an id of your choice, which is for ever: what somebody was told privately is remembered "
        "by it, and under another id they are told it again. Names and accounts may change"
    )
    default_lead: str = Field(default="", description="whose lead nobody is named, has this one")
    leadership: list[str] | str = Field(
        default=[],
        description="people by their ids, channels of their own as `${NAME}`, or both: the recipient `leadership`",
    )
    digest: DigestForm = Field(default_factory=DigestForm, description="who gets the weekly digest, and when")
