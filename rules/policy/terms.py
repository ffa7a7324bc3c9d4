"""What the policy language speaks of: subjects, phases, people by their part, the events that ladders count from."""

from __future__ import annotations

from enum import StrEnum


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


class Reset(StrEnum):
    """What moves a ladder's clock: progress and answers by an interval, a snooze to its end."""

    PROGRESS = "progress"
    ANSWER = "answer"
    SNOOZE = "snooze"
