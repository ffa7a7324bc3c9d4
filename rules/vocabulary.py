"""The facts that conditions can ask about, with type and meaning: the one source for checking and for docs.

What every ticket of a case has is told once (`OF_EACH_TICKET`) and known of each: `status` is `failure.status`,
`post_mortem.status` and `action.status`. A policy that names fields of its trackers (`fields:`) adds those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

#: What `days_until_due` says of a ticket without a date: more than anybody compares it with.
NO_DUE_DAYS = 9_999


@dataclass(frozen=True, slots=True)
class Fact:
    """`type` is bool, int, string or `list of string`."""

    name: str
    type: str
    meaning: str


#: By which names conditions know the tickets of a case.
TICKETS = ("failure", "post_mortem", "action")
#: What conditions know of each ticket, by the name behind its own. Of a post-mortem that is not there texts and lists
#: are empty, and numbers 0.
OF_EACH_TICKET = (
    Fact("title", "string", "its title as it stands: data, which says what somebody wrote"),
    Fact("status", "string", "`to do`, `in progress` or `done`, whatever the tracker calls it"),
    Fact("priority", "string", "its priority as the tracker shows it; empty where it has none"),
    Fact("labels", "list of string", "its labels, as written and in small letters"),
    Fact("links", "int", "how many links to other tickets it has"),
    Fact("tracker", "string", "the tracker that it is on, as `aftermath.yaml` calls it"),
    Fact("place", "string", "the repository or project that it is in, such as `github:acme/shop` or `jira:OPS`"),
    Fact("has_owner", "bool", "whether it has an assignee who has not left"),
    Fact("owner", "string", "that person's id in the people file, else the account; empty where nobody owns it"),
    Fact("team", "string", "the id of its team in the people file; empty where it has none"),
    Fact(
        "last_progress_by", "string", "who moved it last: an id of the people file, else an account; empty for nobody"
    ),
    Fact("idle_days", "int", "whole days since a person moved it last, else since it was opened"),
    Fact("idle_business_days", "int", "the same in business days of the policy's calendar"),
    Fact("has_due", "bool", "whether it has a due date"),
    Fact(
        "days_until_due",
        "int",
        f"days from today to its due date: 0 on that day, below 0 when it is late; {NO_DUE_DAYS} without a date",
    ),
)


def _of_each(prefix: str) -> tuple[Fact, ...]:
    return tuple(replace(fact, name=f"{prefix}.{fact.name}") for fact in OF_EACH_TICKET)


_FAILURE = (
    Fact(
        "failure.severity", "int", "1 is the gravest; from the policy's labels, else its priorities, else its default"
    ),
    Fact("failure.is_severity_set", "bool", "whether a severity label or priority is on the failure"),
    Fact("failure.is_open", "bool", "whether the failure's ticket is open"),
    Fact("failure.is_experiment", "bool", "whether the failure carries an experiment label"),
    Fact("failure.is_acknowledged", "bool", "whether somebody said /ack, or the owner spoke up, since the label"),
    Fact("failure.closed_as", "string", "`done`, `not planned` or `duplicate`; empty while the failure is open"),
    Fact("failure.age_days", "int", "whole days since it was labelled as a failure"),
)
_POST_MORTEM = (
    Fact("post_mortem.exists", "bool", "whether the case has a post-mortem"),
    Fact("post_mortem.is_open", "bool", "whether the post-mortem exists and is open"),
    Fact("post_mortem.blames_somebody", "bool", "whether words in it blame a person, while people write it"),
    Fact("post_mortem.open_questions", "int", "how many of the policy's `systemic_questions` stand unanswered in it"),
    Fact(
        "post_mortem.wants_approval", "bool", "whether nobody approved or was asked to, and not its owner alone could"
    ),
    Fact("post_mortem.age_days", "int", "whole days since it was opened"),
)
_CASE = (
    Fact("case.generation", "int", "1 for the first time, 2 when the failure came back, and so on"),
    Fact("case.earlier", "int", "how many times it happened, and was let go, before this time"),
    Fact(
        "case.earlier_open_actions", "int", "how many actions of those earlier times are still open: promises not kept"
    ),
    Fact("case.actions", "int", "how many actions the case has"),
    Fact("case.open_actions", "int", "how many of its actions are open"),
    Fact("case.done_actions", "int", "how many of its actions were done"),
    Fact("case.declined_actions", "int", "how many of its actions were declined"),
    Fact("case.unopened_items", "int", "action items that have no ticket yet"),
    Fact("case.is_finished", "bool", "failure closed; unless it is an experiment, post-mortem done and no action left"),
    Fact("case.is_thanked", "bool", "whether the thanks were said"),
)
_COMMON = (*_FAILURE, *_of_each("failure"), *_POST_MORTEM, *_of_each("post_mortem"), *_CASE)
_ACTION = (
    Fact("action.is_open", "bool", "whether its ticket is open and it was neither declined nor merged by command"),
    Fact("action.is_snoozed", "bool", "whether somebody snoozed it and the snooze has not ended"),
    Fact("action.wants_status", "bool", "whether people made it, or a command snoozed, ended or dated it"),
    Fact("action.has_approver", "bool", "whether somebody above its owner could approve what becomes of it"),
    Fact("action.postponements", "int", "how often people put its due date off"),
    Fact("action.age_days", "int", "whole days since it was opened"),
    *_of_each("action"),
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


#: How the facts of a field begin, behind the ticket's own name: `failure.fields.impact`.
FIELDS = "fields"


def fact_types(subject: str, fields: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Name to type, for the compiler of conditions. `fields` are the policy's own, id to type."""
    known = {fact.name: fact.type for fact in FACTS[subject]}
    tickets = TICKETS if subject == "action" else TICKETS[:2]
    return known | {f"{ticket}.{FIELDS}.{name}": kind for ticket in tickets for name, kind in fields.items()}
