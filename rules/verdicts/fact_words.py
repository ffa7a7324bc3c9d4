"""Facts as people say them: `failure.is_open` as "the failure is open" or "the failure is closed".

A fact that has no words of its own here is said by its name, so that a new one can be read at once.
"""

from __future__ import annotations

from types import MappingProxyType

#: What stands before the dot.
_SUBJECTS = {"post_mortem": "the post-mortem", "vars": "the policy's", "item": "the action item"}

#: Yes-or-no facts: how it is said that it is so, and that it is not.
STATEMENTS = MappingProxyType(
    {
        "failure.is_severity_set": ("somebody has said how grave the failure is", "nobody has said how grave it is"),
        "failure.is_open": ("the failure is open", "the failure is closed"),
        "failure.is_experiment": ("the failure is an experiment", "the failure is no experiment"),
        "failure.is_acknowledged": ("somebody has spoken up for the failure", "nobody has spoken up for the failure"),
        "failure.has_owner": ("the failure has an owner", "the failure has no owner"),
        "post_mortem.exists": ("there is a post-mortem", "there is no post-mortem"),
        "post_mortem.is_open": ("the post-mortem is open", "no post-mortem is open"),
        "post_mortem.blames_somebody": (
            "words in the post-mortem blame somebody",
            "no words in the post-mortem blame anybody, or nobody is writing it",
        ),
        "post_mortem.wants_approval": (
            "the plan waits for somebody to approve it",
            "the plan is approved, somebody was asked to, or nobody but its owner could",
        ),
        "case.is_finished": ("all work is done and has rested", "there is work left, or it was finished just now"),
        "case.is_thanked": ("everybody was thanked", "nobody was thanked yet"),
        "action.is_open": ("the action is open", "the action is done, declined or merged"),
        "action.is_snoozed": ("the action is snoozed", "the action is not snoozed"),
        "action.wants_status": (
            "people made the action's ticket, or a command changed it",
            "no command has changed the action, and its ticket is ours",
        ),
        "action.has_owner": ("the action has an owner", "the action has no owner"),
        "action.has_approver": (
            "somebody above the action's owner can be asked",
            "nobody above the action's owner can be asked",
        ),
        "action.has_due": ("the action has a due date", "the action has no due date"),
        "item.is_ticked": ("the action item is ticked", "the action item is not ticked"),
        "item.has_owner": ("the action item names an owner", "the action item names no owner"),
        "comment.asks_help": ("the comment asks for help", "the comment does not ask for help"),
        "comment.asks_case": ("the comment asks about the case", "the comment does not ask about the case"),
        "comment.asks_approval": ("a /decline in it waits for approval", "no /decline in it waits for approval"),
        "comment.is_refused": ("a command in it cannot be obeyed", "no command in it was refused"),
        "comment.plan_grew": ("the plan has grown since it was approved", "the plan has not grown since"),
    }
)

_TICKETS = {"failure": "the failure", "post_mortem": "the post-mortem", "action": "the action"}
_OF_A_TICKET = {
    "age_days": "the age of {} in days",
    "idle_days": "the number of days since somebody moved {}",
    "idle_business_days": "the number of business days since somebody moved {}",
    "days_until_due": "the number of days until {} is due",
    "last_progress_by": "whoever moved {} last",
    "links": "the number of links of {}",
}
#: Facts that are numbers, words or lists: what they are called.
NAMES = MappingProxyType(
    {
        "failure.severity": "the failure's severity",
        "failure.closed_as": "the failure's resolution",
        "failure.labels": "the failure's labels",
        "post_mortem.open_questions": "the number of questions left open in the post-mortem",
        "case.generation": "the number of times that it has happened",
        "case.earlier": "the number of earlier times",
        "case.earlier_open_actions": "the number of open actions of earlier times",
        "case.actions": "the number of actions",
        "case.done_actions": "the number of actions that were done",
        "case.declined_actions": "the number of actions that were declined",
        "case.open_actions": "the number of open actions",
        "case.unopened_items": "the number of action items without a ticket",
        "action.postponements": "the number of times that the action was put off",
        "action.labels": "the action's labels",
        **{
            f"{ticket}.{name}": said.format(who)
            for ticket, who in _TICKETS.items()
            for name, said in _OF_A_TICKET.items()
        },
    }
)


def stated(fact: str, *, is_so: bool) -> str:
    """A yes-or-no fact as a statement."""
    if fact in STATEMENTS:
        return STATEMENTS[fact][0 if is_so else 1]
    subject, _, rest = fact.rpartition(".")
    verb, _, what = rest.partition("_")
    words, who = what.replace("_", " "), _subject(subject)
    if verb == "is" and what:
        return f"{who} is {words}" if is_so else f"{who} is not {words}"
    if verb == "has" and what:
        return f"{who} has {words}" if is_so else f"{who} has no {words}"
    if subject == "vars":
        return f"{named(fact)} is {'yes' if is_so else 'no'}"
    statement = f"{who} {rest.replace('_', ' ')}"
    return statement if is_so else f"it is not so that {statement}"


def named(fact: str) -> str:
    """What a number, a word or a list is called."""
    if fact in NAMES:
        return NAMES[fact]
    subject, _, rest = fact.rpartition(".")
    words = rest.replace("_", " ")
    if not subject:
        return words
    return f"{_subject(subject)} {words}" if subject == "vars" else f"{_subject(subject)}'s {words}"


def _subject(name: str) -> str:
    """`failure` as `the failure`; a tracker's own field is the ticket's: `failure.fields` is `the failure`, too."""
    first = name.split(".", maxsplit=1)[0]
    return _SUBJECTS.get(first, f"the {first.replace('_', ' ')}")
