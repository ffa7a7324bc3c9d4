"""What the policy language speaks of: subjects, phases, people by their part, the events that ladders count from."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Subject(StrEnum):
    """What a rule looks at, once for each there is in the case."""

    FAILURE = "failure"
    POST_MORTEM = "post-mortem"
    ACTION = "action"
    ACTION_ITEM = "action-item"
    #: A comment with a command that wants a reply.
    COMMENT = "comment"


class Phase(StrEnum):
    """Where a case stands. Rules speak in `active` unless they say otherwise."""

    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"
    #: Ended by `/cancel`, until that comment is deleted.
    CANCELLED = "cancelled"


class Role(StrEnum):
    """People by their part. Lead and manager are the owner's; the order is the way up. The approver is whichever of the
    two is not the owner as well, and can be reached."""

    REPORTER = "reporter"
    OWNER = "owner"
    LEAD = "lead"
    MANAGER = "manager"
    APPROVER = "approver"


class Recipient(StrEnum):
    """Who is written to privately: a role, everybody who took part in the failure and its analysis, or those whom the
    people file names as leadership."""

    REPORTER = "reporter"
    OWNER = "owner"
    LEAD = "lead"
    MANAGER = "manager"
    PARTICIPANTS = "participants"
    LEADERSHIP = "leadership"


class Anchor(StrEnum):
    """The event from which a ladder counts."""

    DUE = "due"
    PROGRESS = "progress"
    LABELLED = "labelled"
    #: The last time that people put the due date off.
    POSTPONED = "postponed"


#: What each word means, for the schema and the documentation.
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
        Role.LEAD: "the owner's lead by the people file, else its `default_lead`",
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
