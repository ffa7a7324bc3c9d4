"""What an effect does, in words: for the plan, and for whoever asks why."""

from __future__ import annotations

from rules.effects import (
    AddLabel,
    Amend,
    AnyEffect,
    Assign,
    CloseTwin,
    Keep,
    LinkTickets,
    Notify,
    OpenTicket,
    RetractComment,
    Say,
    SetDue,
    WriteFile,
)


def effect_words(effect: AnyEffect) -> str:
    """Such as `open an action`, `comment (overdue)`, `add the label "escalated"`. Of a ticket's words none is in it."""
    match effect:
        case OpenTicket():
            return f"open {with_article(effect.role)}"
        case Say():
            return f"comment ({effect.text})"
        case Keep():
            return f"keep the {effect.slot} comment"
        case Amend():
            return f"write our comment anew ({effect.text})"
        case SetDue():
            return f"set the due date to {effect.due_on}" if effect.due_on else "clear the due date"
        case AddLabel():
            return f'add the label "{effect.label}"'
        case Assign():
            return f"assign {effect.account}"
        case LinkTickets():
            return f"link to {effect.target} ({effect.relation})"
        case RetractComment() | CloseTwin():
            return _neutralised(effect)
        case Notify():
            return f"write to one person privately ({effect.text})"
        case WriteFile():
            return f"write the lesson of {effect.ticket} to {effect.path}"


def _neutralised(effect: RetractComment | CloseTwin) -> str:
    if isinstance(effect, CloseTwin):
        return f"close our doubled ticket, a duplicate of {effect.original}"
    return "take a doubled comment of ours out of sight"


def with_article(role: str) -> str:
    """`an action`, `a post-mortem`."""
    return f"an {role}" if role[:1] in "aeiou" else f"a {role}"
