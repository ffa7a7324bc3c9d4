"""What is wished of a new issue beside what it must have: its priority, its parent, fields by their names.

None of it may keep an issue from being opened. What the project does not have is left out before it is asked for; what
Jira refuses all the same is taken out of the request, each time for a definite refusal that names it. What was left out
is told in a sentence each, for whoever can mend it.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus

from connectors.errors import Refused, TrackerError
from connectors.inspection import in_short
from connectors.jira.addresses import is_issue_name
from connectors.jira.answers import FieldsRefused
from connectors.jira.creation import CreationBook, CreationField, NewIssue
from connectors.jira.edition import Edition, Json
from connectors.jira.field_values import NoSuchValue, value_of
from connectors.tracker import Draft

_PARENT, _PRIORITY, _ASSIGNEE, _TYPE = "parent", "priority", "assignee", "issuetype"
#: Other names under which Jira refuses a parent.
_PARENT_TOO = ("parentId", "pid")
#: Fields that a new issue always carries: a refusal of one of these is no wish's.
_NEEDED = ("project", _TYPE, "summary", "description", "labels")


@dataclass(slots=True)
class Wishes:
    """The fields that stand for a draft's wishes, by id, and what they are called; `left_out` grows."""

    fields: Json = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def add(self, field_id: str, name: str, value: object) -> None:
        self.fields[field_id] = value
        self.names[field_id] = name

    def drop(self, refused: FieldsRefused) -> bool:
        """Take out of the request what Jira refused there. False where it refused none of the wishes."""
        named = {_PARENT if one in _PARENT_TOO else one: why for one, why in refused.fields.items()}
        gone = [one for one in named if self.fields.pop(one, None) is not None]
        self.left_out += [f"{self.names[one]}: {named[one]}" for one in gone]
        return bool(gone)


class WishBook:
    """Turns a draft's wishes into fields. Thread-safe."""

    def __init__(self, edition: Edition, book: CreationBook) -> None:
        self._edition = edition
        self._book = book

    def of(self, draft: Draft, type_name: str) -> Wishes:
        """No request for a priority, and none for a parent on Cloud; else two, once a day for each project and type.
        Raises Temporary, and Denied for a credential that is not taken."""
        wishes = Wishes()
        if draft.assignee:
            wishes.add(_ASSIGNEE, "assignee", {self._edition.account_field: draft.assignee})
        if draft.priority:
            wishes.add(_PRIORITY, "priority", {"name": draft.priority})
        has_parent = bool(draft.parent) and is_issue_name(draft.parent)
        if draft.parent and not has_parent:
            wishes.left_out.append(f"parent: {draft.parent} is no key of an issue")
        asks = bool(draft.fields) or (has_parent and not self._edition.has_one_parent_field)
        new = self._asked(draft.place.container, type_name) if asks else NewIssue(type_name, ())
        if new is None:
            given = [*draft.fields, *([_PARENT] if has_parent else [])]
            wishes.left_out += [f"{name}: Jira does not tell what a new {type_name} takes" for name in given]
            return wishes
        if has_parent:
            self._add_parent(wishes, draft.parent, new)
        for name, written in draft.fields.items():
            if why := self._add_field(wishes, name, written, new):
                wishes.left_out.append(f"{name}: {why}")
        return wishes

    def _asked(self, project: str, type_name: str) -> NewIssue | None:
        """None where Jira does not tell, as before 8.4. Raises Temporary, and Denied for a credential that is not
        taken."""
        try:
            return self._book.get(project, type_name)
        except Refused as refused:
            if refused.status == HTTPStatus.UNAUTHORIZED:
                raise
            return None

    def _add_parent(self, wishes: Wishes, parent: str, new: NewIssue) -> None:
        if self._edition.has_one_parent_field or new.is_sub_task:
            wishes.add(_PARENT, "parent", {"key": parent})
            return
        link = next((one for one in new.fields if one.is_epic_link), None)
        if link is None:
            why = f"{new.type_name} is no type of sub-tasks, and has no field for an epic's key"
            wishes.left_out.append(f"parent: {why}")
        else:
            wishes.add(link.id, "parent", parent)

    def _add_field(self, wishes: Wishes, name: str, written: str, new: NewIssue) -> str:
        """Why a field cannot be given, or nothing."""
        fields = new.named(name)
        if why := why_unfit(fields, new):
            return why
        (one,) = fields
        if one.id in (*_NEEDED, *wishes.fields):
            return "it is given already"
        try:
            wishes.add(one.id, one.name, value_of(one, written, self._edition))
        except NoSuchValue as unfit:
            return str(unfit)
        return ""

    def refused(self, draft: Draft, type_name: str, refusal: FieldsRefused, wishes: Wishes) -> Refused:
        """Why an issue could not be opened at all, in words that say what to write where. Up to two reads."""
        project = draft.place.container
        new = NewIssue(type_name, ())
        with suppress(TrackerError):
            new = self._book.fetch(project, type_name)
        if new.types and not new.is_there:
            said = f"Project {project} has no issue type {type_name}; it has {in_short(new.types, 12)}. Choose one"
            return Refused(f"{said} under `type:` in the configuration.", status=refusal.status)
        if _TYPE in refusal.fields and new.is_sub_task and _PARENT not in wishes.fields:
            said = f"{type_name} is a type of sub-tasks in {project}, and this one has no parent: name one under"
            why = "; ".join(wishes.left_out)
            return Refused(f"{said} `parent:`, or choose another `type:`.{why and f' ({why})'}", status=refusal.status)
        missing = [one for one in refusal.fields if one not in (*_NEEDED, "duedate") and one not in wishes.fields]
        if not missing:
            return refusal
        names = [_titled(new.by_id(one), one) for one in missing]
        said = "; ".join((*dict.fromkeys(refusal.fields[one] for one in missing), *wishes.left_out))
        example = f"{{{_quoted(names[0])}: …}}"
        return Refused(
            f"Jira wants more of a new {type_name} in {project} than it is given: {', '.join(names)}. Write it under "
            f"`fields:` beside `type:` in the configuration, as `fields: {example}`. Jira says: {said}",
            status=refusal.status,
        )


def why_unfit(fields: list[CreationField], new: NewIssue) -> str:
    """Why fields found by a name are not the one that is meant, as the end of a sentence; empty where there is one."""
    if not fields:
        there = in_short((one.name for one in new.fields if one.id not in _NEEDED), 12)
        return f"a new {new.type_name} has no such field; it has {there or 'none'}"
    if len(fields) > 1:
        return f"there are several of that name: write one of {', '.join(one.id for one in fields)} for it"
    return ""


def unknown_required(new: NewIssue, given: Iterable[str]) -> list[str]:
    """The names of fields that a new issue must have and that nobody gives."""
    known = {one.id for name in given for one in new.named(name)} | {*_NEEDED, "reporter", _ASSIGNEE, _PARENT}
    return [one.name for one in new.fields if one.is_required and not one.has_default and one.id not in known]


def _titled(found: CreationField | None, field_id: str) -> str:
    return found.name if found else field_id


def _quoted(name: str) -> str:
    return f'"{name}"' if not name.replace(" ", "").isalnum() else name
