"""Looks over what new issues are to get in a project, for `aftermath check`: is there such a priority, such a field,
does it take that value, is the parent there, and does the project want something that nobody gives.

Nothing of it keeps an issue from being opened, save a field that is required: but what is left out each time is
better known before.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.errors import Gone
from connectors.inspection import Finding, WantedTicket, good, in_short, looked, wrong
from connectors.jira.addresses import is_issue_name
from connectors.jira.client import JiraClient
from connectors.jira.creation import CreationBook, NewIssue, name_of
from connectors.jira.edition import Edition
from connectors.jira.field_values import NoSuchValue, value_of
from connectors.jira.wishes import unknown_required, why_unfit

_SHOWN_MAX = 12


class WishInspecting:
    """One look at what is wished in one site's projects. `default_type` is that of tickets for which none is named."""

    def __init__(self, client: JiraClient, edition: Edition, book: CreationBook, default_type: str) -> None:
        self._client = client
        self._edition = edition
        self._book = book
        self._default_type = default_type

    def findings(self, project: str, wanted: WantedTicket, page: str) -> Iterator[Finding]:
        """Each name that is not there, with those that are; two reads, and one for a parent that is named. Nothing
        about the type, which is looked at with the project. Raises Denied, Gone, Temporary."""
        new = self._book.fetch(project, wanted.ticket_type or self._default_type)
        if not new.is_there:
            return
        found = [
            *self._priorities(project, wanted, new),
            *self._fields(project, wanted, new),
            *self._parent(project, wanted, new),
        ]
        missing = unknown_required(new, (name for name, _ in wanted.fields))
        if "Priority" in missing and wanted.priorities:
            missing.remove("Priority")
        if missing:
            said = (
                f"A new {new.type_name} in {project} must have {in_short(missing)}, which nobody gives: none is opened."
            )
            found.append(wrong(project, said, f"Write it under `{wanted.key}.fields`, or let it be optional.", page))
        yield from found
        if not found and wanted.is_more_than_a_type:
            yield good(project, f"A new {new.type_name} in {project} gets what `{wanted.key}` says.")

    def _priorities(self, project: str, wanted: WantedTicket, new: NewIssue) -> Iterator[Finding]:
        field = new.by_id("priority")
        there = [name_of(one) for one in field.allowed] if field else []
        strange = [name for name in wanted.priorities if name not in there]
        if strange and not there:
            said = f"A new {new.type_name} in {project} takes no priority: it is opened without."
            yield wrong(project, said, f"Put the field on the screen, or take `{wanted.key}.priority` out.")
        elif strange:
            said = f"There is no priority {in_short(strange)} for a new {new.type_name} in {project}."
            yield wrong(project, said, f"Choose under `{wanted.key}.priority`: {in_short(there, _SHOWN_MAX)}.")

    def _fields(self, project: str, wanted: WantedTicket, new: NewIssue) -> Iterator[Finding]:
        for name, written in wanted.fields:
            fields = new.named(name)
            why = why_unfit(fields, new)
            if not why:
                try:
                    value_of(fields[0], written, self._edition)
                except NoSuchValue as unfit:
                    why = f"{written} does not fit: {unfit}"
            if why:
                yield wrong(project, f"The field {name}: {why}.", f"Mend it under `{wanted.key}.fields`.")

    def _parent(self, project: str, wanted: WantedTicket, new: NewIssue) -> Iterator[Finding]:
        todo = f"Mend `{wanted.key}.parent`."
        if new.is_sub_task and not wanted.has_parent:
            said = f"{new.type_name} is a type of sub-tasks in {project}, and no parent is named: none is opened."
            yield wrong(project, said, f"Name one under `{wanted.key}.parent`, or choose another `{wanted.key}.type`.")
        can_have = self._edition.has_one_parent_field or new.is_sub_task or any(one.is_epic_link for one in new.fields)
        if wanted.has_parent and not can_have:
            said = (
                f"A new {new.type_name} in {project} takes no parent: it is no sub-task, and has no field for an epic."
            )
            yield wrong(project, said, f"Choose a type of sub-tasks under `{wanted.key}.type`.")
        if wanted.parent:
            yield from looked(project, lambda: self._parent_is_there(project, wanted.parent, todo), todo)

    def _parent_is_there(self, project: str, parent: str, todo: str) -> Iterator[Finding]:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-get"""
        try:
            if not is_issue_name(parent):
                raise Gone(parent)
            self._client.get(f"issue/{parent}", {"fields": "issuetype"})
        except Gone:
            yield wrong(project, f"There is no {parent} to open issues below, or our account may not see it.", todo)
