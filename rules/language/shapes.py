"""What stands in a value that a form leaves open, by the name of its shape.

Durations, conditions, templates and what a rule does are read from the nodes (`rules.language.reading`), so that their
errors know their place; to the form they are `Any`. Their shape is named here for the schema, which knows what each of
these names stands for (`rules.language.schema`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import WithJsonSchema

#: Where a shape's name stands in a form's own schema, until the schema of the language puts the shape there.
MARK = "x-shape"


class Shape(StrEnum):
    """Kinds of values of the language. The value is what a table of the documentation calls it."""

    DURATION = "a duration"
    DURATIONS = "durations"
    BY_SEVERITY = "a duration, or one for each severity"
    CONDITION = "a condition"
    DO = "things to do"
    RUNG_DO = "things to do on a rung"
    PHASES = "a phase, or several"
    RULE = "a rule or a group"
    GROUPED = "a rule in a group"
    PATCH = "a patch of a rule"
    OVERRIDE = "an override"
    REPEAT = "a duration, with an end or for ever"
    RESETS = "what resets a ladder"
    VARIABLE = "a value of a variable"
    HOURS = "working hours"
    QUIET = "quiet hours, or `none`"
    TEMPLATE = "a template"
    TITLE = "a template of a title"
    ROLE = "a role, a person or a team"
    ROLES = "roles, people and teams"
    RECIPIENTS = "recipients, people and teams"
    LABEL = "a label"
    WORD = "a word"
    OPENED = "`post-mortem` or `action`"
    LINKED = "`failure` or `post-mortem`"


def _open(shape: Shape) -> WithJsonSchema:
    return WithJsonSchema({MARK: shape.value})


DurationValue = Annotated[Any, _open(Shape.DURATION)]
ConditionValue = Annotated[str | None, _open(Shape.CONDITION)]
DoValue = Annotated[Any, _open(Shape.DO)]
RungDoValue = Annotated[Any, _open(Shape.RUNG_DO)]
PhasesValue = Annotated[Any, _open(Shape.PHASES)]
RuleValue = Annotated[Any, _open(Shape.RULE)]
GroupedValue = Annotated[Any, _open(Shape.GROUPED)]
PatchValue = Annotated[Any, _open(Shape.PATCH)]
OverrideValue = Annotated[Any, _open(Shape.OVERRIDE)]
RepeatValue = Annotated[Any, _open(Shape.REPEAT)]
ResetsValue = Annotated[Any, _open(Shape.RESETS)]
VariableValue = Annotated[Any, _open(Shape.VARIABLE)]
HoursValue = Annotated[Any, _open(Shape.HOURS)]
QuietValue = Annotated[Any, _open(Shape.QUIET)]
