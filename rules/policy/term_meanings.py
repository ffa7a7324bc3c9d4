"""What each word of `rules.policy.terms` means: the one source for the schema and the documentation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rules.policy.terms import Anchor, Phase, Recipient, Reset, Role, Subject

SUBJECT_MEANINGS: Mapping[Subject, str] = MappingProxyType(
    {
        Subject.FAILURE: "the failure itself",
        Subject.POST_MORTEM: "the ticket in which it is analysed, once there is one",
        Subject.ACTION: "each ticket that carries an improvement",
        Subject.ACTION_ITEM: "each improvement that was written down and has no ticket yet",
        Subject.COMMENT: "each comment with a command that wants a reply",
    }
)
PHASE_MEANINGS: Mapping[Phase, str] = MappingProxyType(
    {
        Phase.ACTIVE: "the failure's label is on, and the case is not let go",
        Phase.PAUSED: "the label was taken off: all clocks stand still",
        Phase.CLOSED: "the lesson was told, and the case let go",
        Phase.CANCELLED: "somebody called the case off with `/cancel`",
    }
)
ROLE_MEANINGS: Mapping[Role, str] = MappingProxyType(
    {
        Role.REPORTER: "who opened the ticket",
        Role.OWNER: "its first assignee (also written `failure.owner`)",
        Role.LEAD: "the owner's lead by the people file, else the lead of the owner's team, or of the ticket's where "
        "nobody owns it, else its `default_lead`",
        Role.MANAGER: "the owner's manager, else the lead's",
        Role.APPROVER: "lead, else manager: whoever of them can be reached there and does not own the ticket as well. "
        "Falls to nobody else",
    }
)
RECIPIENT_MEANINGS: Mapping[Recipient, str] = MappingProxyType(
    {
        Recipient.REPORTER: "who opened the ticket",
        Recipient.OWNER: "its first assignee",
        Recipient.LEAD: "the owner's lead",
        Recipient.MANAGER: "the owner's manager, else the lead's",
        Recipient.PARTICIPANTS: "everybody who reported, owned, acknowledged, commanded or moved something in the "
        "case, up to the moment that the message is about",
        Recipient.LEADERSHIP: "whom the people file names under `leadership`, each through a channel of their own",
    }
)
ANCHOR_MEANINGS: Mapping[Anchor, str] = MappingProxyType(
    {
        Anchor.DUE: "the due date as last set, an interval after the last progress or answer, or the end of a snooze, "
        "whichever is latest. Without a date: as long after the last progress as the policy gives when it opens such "
        "a ticket",
        Anchor.PROGRESS: "the last thing that a person did that moved the ticket",
        Anchor.LABELLED: "the moment at which the issue became a failure",
        Anchor.POSTPONED: "the last time that people put the due date off",
    }
)
RESET_MEANINGS: Mapping[Reset, str] = MappingProxyType(
    {
        Reset.PROGRESS: "something that a person did that moved the ticket begins it anew",
        Reset.ANSWER: "an answer quiets it for `answer_quiets`, and then it begins anew",
        Reset.SNOOZE: "it waits until a snooze ends",
    }
)
