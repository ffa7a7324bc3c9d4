"""Issue security levels: who alone may read an issue, as facts, and as what Jira is asked for with a new one.

An issue with a level is read by the few who are of it, and not by everybody who may browse its project. What we open
for it in the same project gets the same level, in the request that opens it; where Jira does not take that, nothing is
opened (P14), and where Jira offers none, nothing is asked for (`levels_offered`). A level is never taken off, put on or
changed afterwards.

https://support.atlassian.com/jira-cloud-administration/docs/configure-issue-security-schemes/
"""

from __future__ import annotations

from typing import Any

from connectors.errors import Refused
from connectors.jira.addresses import split_key
from connectors.jira.answers import FieldsRefused
from rules.facts import Audience, Level, Readership
from rules.refs import Place

#: The field of an issue that holds its level.
FIELD = "security"
#: The permission to set it.
PERMISSION = "SET_ISSUE_SECURITY"


def readership(tracker: str, key: str, security: Any) -> Readership:
    """Who reads the issue of that key; `security` is the field as Jira told it, None where it has no level. Raises
    KeyError or TypeError for what is no level: an issue is never taken for one that more may read."""
    if security is None:
        return Audience.INTERNAL
    return Level(Place(tracker, split_key(key)[0]), str(security["id"]))


def as_wanted(level: str) -> dict[str, Any]:
    """The field as Jira takes it with a new issue; nothing for no level."""
    return {FIELD: {"id": level}} if level else {}


def refused(project: str, error: FieldsRefused) -> Refused:
    """Why an issue was not opened, in words for whoever can mend it."""
    return _not_opened(f"does not let our account give it the same one: {error.fields[FIELD]}", project, error.status)


def not_offered(project: str, ticket_type: str) -> Refused:
    """Why an issue was not even asked for."""
    return _not_opened(f"offers our account none for a new {ticket_type}.", project, 0)


def _not_opened(why: str, project: str, status: int) -> Refused:
    return Refused(
        f"It belongs to an issue with a security level, and Jira {why} Until it may, nothing is opened, since more "
        f"people would read it. In project {project} give our account the permission {PERMISSION}, make it a member of "
        f"the level, and have the field Security Level on the screen on which issues are created.",
        status=status,
    )
