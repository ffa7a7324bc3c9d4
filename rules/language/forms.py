"""The shape of a policy file, before its meaning is looked at.

Only kinds of values are settled here: which keys there are, what is a list and what is text. Durations,
conditions, roles and what a rule does are read from the nodes afterwards, so that all errors know their place.

Each key says here, and nowhere else, what it is for: the schema and the documentation are made from these forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from pydantic import Field, JsonValue

from rules.by_severity import SEVERITIES
from rules.language.form import Form
from rules.language.item_forms import ActionItemsForm
from rules.language.shapes import (
    ConditionValue,
    DoValue,
    DurationValue,
    GroupedValue,
    HoursValue,
    OverrideValue,
    PatchValue,
    PhasesValue,
    QuietValue,
    RepeatValue,
    ResetsValue,
    RuleValue,
    RungDoValue,
    VariableValue,
)

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


class CalendarForm(Form):
    """When people work, of the policy, a team or a person."""

    zone: str = Field(default="UTC", description="time zone, such as `Europe/Berlin`")
    workdays: list[Workday] = Field(
        default=["mon", "tue", "wed", "thu", "fri"], description="days of the week on which people work"
    )
    hours: HoursValue = Field(
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
    """How grave a failure is, 1 being the gravest: by its labels, else by its priority."""

    labels: dict[str, int] = Field(
        default={},
        description="label to severity: 1 is the gravest, 5 the mildest; of several on a failure the gravest holds",
        json_schema_extra={"additionalProperties": {"type": "integer", **_SEVERITY}},
    )
    priorities: dict[str, int] = Field(
        default={},
        description="the tracker's priority to severity, as `{Highest: 1, High: 2}`, in capitals or not; where a label "
        "names one, the label holds",
        json_schema_extra={"additionalProperties": {"type": "integer", **_SEVERITY}},
    )
    default: int = Field(default=3, description="the severity where neither names one", json_schema_extra=_SEVERITY)


class FieldForm(Form):
    """A field of the trackers' own."""

    name: str = Field(description="the field's name as people see it on the tracker, in capitals or not")
    type: Literal["string", "int", "bool", "list of string"] = Field(
        description="what it holds: what stands there and is none of that counts as unset"
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
    quiet_hours: QuietValue = Field(
        default="none",
        description="nobody is mentioned or written to privately then, as `20:00-07:00`: it waits until they end, in "
        "the zone of the person asked first. Severity 1 is exempt, and so is a reply to somebody's own command. "
        "Whoever works in no other hours is asked while they work",
    )


class RungForm(Form):
    """One stage of a ladder."""

    at: DurationValue = Field(
        description="when, counted from the anchor; negative is before it (with `anchor: due` only)"
    )
    do: RungDoValue = Field(description="what is done then; a rung speaks, so not every verb is for it")


class RepeatForm(Form):
    """How often the last rung is repeated, and until when: so many `times`, or `for` so long."""

    every: DurationValue = Field(description="how long after the one before it each repetition comes")
    times: int | None = Field(default=None, description="how often it is repeated at most, 1 to 500")
    span: DurationValue = Field(
        default=None, alias="for", description="for how long after the last rung it is repeated"
    )


class LadderForm(Form):
    """What is done in stages, each later than the one before."""

    anchor: Anchors = Field(description="the event that it counts from")
    answer_quiets: DurationValue = Field(
        default="3 business days",
        description="for how long an answer quiets it, before it begins anew; at most twice in a row without progress",
    )
    rungs: list[RungForm] = Field(
        description=f"up to {RUNGS_MAX} stages, each later than the one before",
        json_schema_extra={"minItems": 1, "maxItems": RUNGS_MAX},
    )
    repeat_last: RepeatValue = Field(
        default=None,
        description="how often the last one is repeated: a duration, for ever; or `every` with `times` or `for`; left "
        "out, it is not",
    )
    resets: ResetsValue = Field(
        default=None,
        description="what begins it anew or quiets it: `progress`, `answer`, `snooze`; all of them if left out, none"
        " with `[]`",
    )
    once: bool = Field(default=False, description="`true` is short for `resets: []`: each stage is said once")
    quiet_hours: QuietValue = Field(
        default=None,
        description="quiet hours of its own, in place of those of `limits` and for every severity, as `22:00-06:00`; "
        "`none`: it speaks at any hour",
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
    off: bool = Field(
        default=False, description="`true` takes an included rule out, or in an override any; `false` brings it back"
    )


class GroupForm(Form):
    """An entry of `rules` that holds rules, which share what stands beside them."""

    group: str = Field(description="a few words: what its rules have in common")
    when: ConditionValue = Field(default=None, description="a condition that is asked before that of each rule in it")
    subject: Subjects | None = Field(default=None, alias="for", description="what its rules look at that do not say it")
    step: Steps | None = Field(default=None, description="the step of its rules that do not say it")
    phases: PhasesValue = Field(default=None, alias="while", description="the phases of its rules that do not say them")
    rules: list[GroupedValue] = Field(description="its rules, and groups of them, up to 3 deep")


class OverrideForm(Form):
    """What is otherwise for some failures: by their labels, their team, or both."""

    name: str = Field(description="a few words; `aftermath explain` says them of a failure for which it holds")
    labels: list[str] = Field(default=[], description="any of them is on the failure, in capitals or not")
    teams: list[str] = Field(default=[], description="the failure's team is one of these; with `labels` both are asked")
    variables: dict[str, VariableValue] = Field(
        default={}, description="other values of variables that rules and texts use"
    )
    rules: list[PatchValue] = Field(default=[], description="patches of rules by their `id`, and rules of its own")


class PolicyForm(Form):
    """What is to happen when, and to whom. Read aloud, each rule's name says what happens when."""

    # Rules are read one by one, so that one broken rule hides no other's errors.
    policy: Literal[1] = Field(description="the language's version: `1`")
    name: str = Field(description="what the policy is called")
    include: list[str] = Field(
        default=[],
        description="policies that this one builds on: names of shipped packs, or paths from this file's folder",
    )
    variables: dict[str, VariableValue] = Field(
        default={}, description="durations, whole numbers, true or false, words and lists of words, by a name"
    )
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
    fields: dict[str, FieldForm] = Field(
        default={},
        description="the trackers' own fields that conditions ask about, by the word that stands for each there "
        "(`failure.fields.impact`)",
    )
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
    action_items: ActionItemsForm = Field(
        default_factory=ActionItemsForm, description="words by which action items are known besides the English ones"
    )
    calendar: CalendarForm = Field(
        default_factory=CalendarForm, description="when people work. A policy that counts working time has one"
    )
    limits: LimitsForm = Field(default_factory=LimitsForm, description="what keeps Aftermath quiet")
    rules: list[RuleValue] = Field(description="the sentences, in the order in which they are looked at")
    overrides: list[OverrideValue] = Field(
        default=[], description="what is otherwise for failures of some labels or teams: the first that fits holds"
    )
