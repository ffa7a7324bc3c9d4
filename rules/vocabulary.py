"""The facts that conditions can ask about, with type and meaning: the one source for checking and for docs."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Fact:
    """`type` is bool, int, string or `list of string`."""

    name: str
    type: str
    meaning: str


_COMMON = (
    Fact("failure.severity", "int", "1 is the gravest; from the policy's labels, else its default"),
    Fact("failure.is_severity_set", "bool", "whether a severity label is on the failure"),
    Fact("failure.is_open", "bool", "whether the failure's ticket is open"),
    Fact("failure.is_experiment", "bool", "whether the failure carries an experiment label"),
    Fact("failure.is_acknowledged", "bool", "whether somebody said /ack, or the owner spoke up, since the label"),
    Fact("failure.closed_as", "string", "`done`, `not planned` or `duplicate`; empty while the failure is open"),
    Fact("failure.has_owner", "bool", "whether the failure has an assignee who has not left"),
    Fact("failure.labels", "list of string", "labels of the failure, as written and in small letters"),
    Fact("post_mortem.exists", "bool", "whether the case has a post-mortem"),
    Fact("post_mortem.is_open", "bool", "whether the post-mortem exists and is open"),
    Fact("post_mortem.blames_somebody", "bool", "whether words in it blame a person, while people write it"),
    Fact("post_mortem.open_questions", "int", "how many of the policy's `systemic_questions` stand unanswered in it"),
    Fact(
        "post_mortem.wants_approval", "bool", "whether nobody approved or was asked to, and not its owner alone could"
    ),
    Fact("case.generation", "int", "1 for the first time, 2 when the failure came back, and so on"),
    Fact("case.actions", "int", "how many actions the case has"),
    Fact("case.open_actions", "int", "how many of its actions are open"),
    Fact("case.unopened_items", "int", "action items that have no ticket yet"),
    Fact("case.is_finished", "bool", "failure closed; unless it is an experiment, post-mortem done and no action left"),
    Fact("case.is_thanked", "bool", "whether the thanks were said"),
)
_ACTION = (
    Fact("action.is_open", "bool", "whether its ticket is open and it was neither declined nor merged by command"),
    Fact("action.is_snoozed", "bool", "whether somebody snoozed it and the snooze has not ended"),
    Fact("action.wants_status", "bool", "whether people made it, or a command snoozed, ended or dated it"),
    Fact("action.has_owner", "bool", "whether the action has an assignee who has not left"),
    Fact("action.has_approver", "bool", "whether somebody above its owner could approve what becomes of it"),
    Fact("action.has_due", "bool", "whether the action has a due date"),
    Fact("action.postponements", "int", "how often people put its due date off"),
    Fact("action.labels", "list of string", "labels of the action's ticket, as written and in small letters"),
)
_ITEM = (
    Fact("item.is_ticked", "bool", "whether its box was ticked already"),
    Fact("item.has_owner", "bool", "whether the item names somebody"),
)
_COMMENT = (
    Fact("comment.asks_help", "bool", "whether it holds a `/help`"),
    Fact("comment.asks_case", "bool", "whether it holds a `/case`"),
    Fact("comment.asks_approval", "bool", "whether it holds a `/decline` that waits for somebody's approval"),
    Fact("comment.is_refused", "bool", "whether it holds a command that cannot be obeyed"),
    Fact("comment.plan_grew", "bool", "whether it approved a plan to which others have added actions since"),
)

#: Facts by the rule's `for`, name to type.
FACTS = MappingProxyType(
    {
        "failure": _COMMON,
        "post-mortem": _COMMON,
        "action": _COMMON + _ACTION,
        "action-item": _COMMON + _ITEM,
        "comment": _COMMON + _COMMENT,
    }
)


def fact_types(subject: str) -> dict[str, str]:
    """Name to type, for the compiler of conditions."""
    return {fact.name: fact.type for fact in FACTS[subject]}
