"""Facts as people say them: `failure.is_open` as "the failure is open" or "the failure is closed".

The one source of their words, for what was decided and for what a policy asks. Every fact of `rules.vocabulary` has its
words here, which a test holds; a field of a tracker's own and a variable are said by their names.
"""

from __future__ import annotations

from types import MappingProxyType

from rules.vocabulary import FIELDS

#: What stands before the dot.
_SUBJECTS = {"post_mortem": "the post-mortem", "item": "the action item"}
_FIELDS = f".{FIELDS}"
_TICKETS = {"failure": "the failure", "post_mortem": "the post-mortem", "action": "the action"}

#: Yes-or-no facts: how it is said that it is so, and that it is not.
STATEMENTS = MappingProxyType(
    {
        "failure.is_severity_set": (
            "somebody has said how grave the failure is",
            "nobody has said how grave the failure is",
        ),
        "failure.is_open": ("the failure is open", "the failure is closed"),
        "failure.is_experiment": ("the failure is an experiment", "the failure is no experiment"),
        "failure.is_acknowledged": ("somebody has spoken up for the failure", "nobody has spoken up for the failure"),
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
        "case.is_finished": (
            "all work has been finished for a while",
            "work is left, or was finished only just now",
        ),
        "case.is_thanked": ("everybody was thanked", "nobody was thanked yet"),
        "action.is_open": ("the action is open", "the action is closed, declined or merged"),
        "action.is_snoozed": ("the action is snoozed", "the action is not snoozed"),
        "action.wants_status": (
            "people made the action's ticket, or a command changed it",
            "no command has changed the action, and its ticket is ours",
        ),
        "action.has_approver": (
            "somebody above the action's owner can be asked",
            "nobody above the action's owner can be asked",
        ),
        "item.is_ticked": ("the action item is ticked", "the action item is not ticked"),
        "item.has_owner": ("the action item names an owner", "the action item names no owner"),
        **{f"{ticket}.has_owner": (f"{who} has an owner", f"{who} has no owner") for ticket, who in _TICKETS.items()},
        **{
            f"{ticket}.has_due": (f"{who} has a due date", f"{who} has no due date") for ticket, who in _TICKETS.items()
        },
        "comment.asks_help": ("the comment asks for help", "the comment does not ask for help"),
        "comment.asks_case": ("the comment asks about the case", "the comment does not ask about the case"),
        "comment.asks_approval": (
            "a /decline in the comment waits for approval",
            "no /decline in the comment waits for approval",
        ),
        "comment.is_refused": (
            "a command in the comment cannot be obeyed",
            "no command in the comment was refused",
        ),
        "comment.plan_grew": (
            "the plan has grown since it was approved",
            "the plan has not grown since it was approved",
        ),
    }
)

#: What is said in another way where there is a post-mortem.
WITH_POST_MORTEM = MappingProxyType({"post_mortem.is_open": ("the post-mortem is open", "the post-mortem is closed")})

#: Facts that count something: what they count.
COUNTED = MappingProxyType(
    {
        "post_mortem.open_questions": "questions left open in the post-mortem",
        "case.earlier": "earlier times",
        "case.earlier_open_actions": "open actions of earlier times",
        "case.actions": "actions",
        "case.done_actions": "actions that were done",
        "case.declined_actions": "actions that were declined",
        "case.open_actions": "open actions",
        "case.unopened_items": "action items without a ticket",
        **{f"{ticket}.links": f"links of {who}" for ticket, who in _TICKETS.items()},
    }
)
_OF_A_TICKET = {
    "title": "{}'s title",
    "status": "{}'s status",
    "priority": "{}'s priority",
    "labels": "{}'s labels",
    "tracker": "{}'s tracker",
    "place": "{}'s place",
    "owner": "{}'s owner",
    "team": "{}'s team",
    "last_progress_by": "whoever moved {} last",
    "age_days": "the age of {} in days",
    "idle_days": "the number of days for which {} has stood still",
    "idle_business_days": "the number of business days for which {} has stood still",
    "days_until_due": "the number of days until {} is due",
}
#: Facts that are numbers, words or lists: what they are called.
NAMES = MappingProxyType(
    {
        "failure.severity": "the failure's severity",
        "failure.closed_as": "the failure's resolution",
        "case.generation": "the number of times that the failure has happened",
        "action.postponements": "the number of times that the action was put off",
        **{fact: f"the number of {what}" for fact, what in COUNTED.items()},
        **{
            f"{ticket}.{name}": said.format(who)
            for ticket, who in _TICKETS.items()
            for name, said in _OF_A_TICKET.items()
        },
    }
)
#: Numbers of whole units: a statement with a place for how many, the unit, and the unit where a part of one would count
#: as none.
UNITS = MappingProxyType(
    {
        "action.postponements": ("the action was put off {}", "times", "times"),
        **{
            f"{ticket}.age_days": (f"the age of {who} is {{}}", "days", "whole days")
            for ticket, who in _TICKETS.items()
        },
        **{
            f"{ticket}.idle_{unit.replace(' ', '_')}": (f"{who} has stood still for {{}}", unit, f"whole {unit}")
            for ticket, who in _TICKETS.items()
            for unit in ("days", "business days")
        },
    }
)
#: Labels, and whose they are.
LABELS = MappingProxyType({f"{ticket}.labels": who for ticket, who in _TICKETS.items()})
#: Days that go down to a date, and whose it is.
UNTIL_DUE = MappingProxyType({f"{ticket}.days_until_due": who for ticket, who in _TICKETS.items()})
#: Numbers of which the smaller is more: what that, and the opposite, is called.
GRADES = MappingProxyType({"failure.severity": ("graver", "milder")})


def stated(fact: str, *, is_so: bool) -> str:
    """A yes-or-no fact as a statement."""
    if fact in STATEMENTS:
        return STATEMENTS[fact][0 if is_so else 1]
    subject, _, rest = fact.rpartition(".")
    verb, _, what = rest.partition("_")
    if subject == "vars" or subject.endswith(_FIELDS):
        return f"{named(fact)} is {'yes' if is_so else 'no'}"
    words, who = what.replace("_", " "), _subject(subject)
    if verb == "is" and what:
        return f"{who} is {words}" if is_so else f"{who} is not {words}"
    if verb == "has" and what:
        return f"{who} has {words}" if is_so else f"{who} has no {words}"
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
    if subject.endswith(_FIELDS):  # which may be called as a fact is: of an `owner` there may be two
        return f"{_subject(subject)}'s field “{rest}”"
    return f"the policy's {fact}" if subject == "vars" else f"{_subject(subject)}'s {words}"


def _subject(name: str) -> str:
    """`failure` as `the failure`; a tracker's own field is the ticket's: `failure.fields` is `the failure`, too."""
    first = name.split(".", maxsplit=1)[0]
    return _SUBJECTS.get(first, f"the {first.replace('_', ' ')}")
