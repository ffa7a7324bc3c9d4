"""Looks over what a Jira project's issue security levels mean for us, for `aftermath check`.

Said only where there is something to say: where new issues can have a level, or some that we see have one. Issues of a
level that our account is not of are not seen by us at all, so nothing can be told of them.

https://support.atlassian.com/jira-cloud-administration/docs/configure-issue-security-schemes/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.errors import Refused
from connectors.inspection import Finding, good, in_short, note
from connectors.jira.addresses import jql_text
from connectors.jira.edition import Edition
from connectors.jira.levels import FIELD, PERMISSION
from connectors.jira.understood import understood


def level_findings(edition: Edition, project: str, opened: Mapping[str, str], page: str) -> Iterator[Finding]:
    """One finding or none; one read for each issue type, and a search. `opened` are the types of which issues are
    opened in the project, names by id; `page` is where its settings are. Raises Denied, Gone, Temporary."""
    levels = {name: _levels(edition, project, type_id) for type_id, name in opened.items()}
    without = [name for name, found in levels.items() if not found]
    if levels and not without:
        names = list(dict.fromkeys(level for found in levels.values() for level in found))
        found = f"What is opened in {project} for an issue with a security level gets the same: {in_short(names)}."
        yield good(project, found)
    elif without and _has_levels(edition, project):
        found = (
            f"Some issues in {project} have a security level, and our account may not give one to a new "
            f"{in_short(without)}: nothing is opened for a failure that has one."
        )
        todo = (
            f"If failures are to have one: give our account the permission {PERMISSION}, make it a member of the "
            f"levels, and have the field Security Level on the screen on which issues are created."
        )
        yield note(project, found, todo, f"{page}/issuesecurity")


def _levels(edition: Edition, project: str, type_id: str) -> list[str]:
    """Names of the levels that our account may give to a new issue of that type."""
    with understood(f"the fields of a new issue in {project}"):
        fields = [one for one in edition.creation_fields(project, type_id) if one["fieldId"] == FIELD]
        return [str(level.get("name") or level["id"]) for one in fields for level in one.get("allowedValues") or ()]


def _has_levels(edition: Edition, project: str) -> bool:
    jql = f"project = {jql_text(project)} AND level is not EMPTY"
    try:
        with understood("a search"):
            return bool(next(edition.search(jql, ("created",), 1), []))
    except Refused:
        return False  # a site that knows no levels knows no such field
