"""What can be given with a new issue of a type, as a project says it: so that fields are found by the name that people
see, and their values are sent in the shape that each wants.

Names differ between sites and languages, and ids between sites. What a project says is remembered for a day.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-createmeta-projectidorkey-issuetypes-issuetypeid-get
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.jira.edition import Edition, Json
from connectors.jira.projects import ProjectBook
from connectors.jira.remembered import Remembered
from connectors.jira.understood import understood

_TTL_S = 24 * 3600
#: The field by which Data Center puts an issue below an epic.
#: https://support.atlassian.com/jira/kb/how-to-set-the-epic-link-on-issues-via-rest-api/
_EPIC_LINK = "com.pyxis.greenhopper.jira:gh-epic-link"
_PARAGRAPH = "com.atlassian.jira.plugin.system.customfieldtypes:textarea"


@dataclass(frozen=True, slots=True)
class CreationField:
    """One field. `kind` is its type in Jira's words, `items` that of its elements where it is a list, `custom` which
    app's it is; `allowed` are the values that it takes, as Jira tells them, empty where it takes any."""

    id: str
    name: str
    kind: str
    items: str = ""
    custom: str = ""
    is_required: bool = False
    has_default: bool = False
    allowed: tuple[Json, ...] = ()

    @property
    def is_epic_link(self) -> bool:
        return self.custom == _EPIC_LINK

    @property
    def is_paragraph(self) -> bool:
        """Whether its text has paragraphs and marks, as a description has."""
        return self.custom == _PARAGRAPH


@dataclass(frozen=True, slots=True)
class NewIssue:
    """An issue of one type in one project, before it is there. `types` are all that the project has."""

    type_name: str
    types: tuple[str, ...]
    is_there: bool = False
    is_sub_task: bool = False
    fields: tuple[CreationField, ...] = ()

    def named(self, name: str) -> list[CreationField]:
        """The fields of that name, in whatever case, or of that id: one, as a rule."""
        by_id = [field for field in self.fields if field.id == name]
        return by_id or [field for field in self.fields if field.name.casefold() == name.casefold()]

    def by_id(self, field_id: str) -> CreationField | None:
        return next((field for field in self.fields if field.id == field_id), None)


class CreationBook:
    """New issues by project and type, remembered for a day. Thread-safe."""

    def __init__(self, edition: Edition, projects: ProjectBook, now: Callable[[], dt.datetime]) -> None:
        self._edition = edition
        self._projects = projects
        self._known: Remembered[NewIssue] = Remembered(now, _TTL_S)

    def get(self, project: str, type_name: str) -> NewIssue:
        """Two requests where it is new to us. Raises Gone, Denied, Refused, Temporary."""
        key = f"{project} {type_name}"
        return self._known.get(key) or self._known.put(key, self.fetch(project, type_name))

    def fetch(self, project: str, type_name: str) -> NewIssue:
        """As it is now, in two requests. Raises as `get`."""
        found = self._projects.fetch(project)
        with understood(f"project {project}"):
            types = [dict(one) for one in found.get("issueTypes") or ()]
            names = tuple(str(one["name"]) for one in types)
            this = next((one for one in types if one["name"] == type_name), None)
            if this is None:
                return NewIssue(type_name, names)
            type_id, is_sub_task = str(this["id"]), bool(this.get("subtask"))
        with understood(f"the fields of a new {type_name} in {project}"):
            fields = tuple(creation_field(one) for one in self._edition.creation_fields(project, type_id))
        return NewIssue(type_name, names, True, is_sub_task, fields)


def creation_field(told: Json, field_id: str = "") -> CreationField:
    """A field as a project or a transition's screen tells it. Raises KeyError, TypeError, ValueError, AttributeError
    for what is none."""
    schema = told.get("schema") or {}
    found_id = field_id or str(told.get("fieldId") or told.get("key") or "")
    if not found_id:
        raise ValueError
    return CreationField(
        id=found_id,
        name=str(told.get("name") or found_id),
        kind=str(schema.get("type") or ""),
        items=str(schema.get("items") or ""),
        custom=str(schema.get("custom") or ""),
        is_required=bool(told.get("required")),
        has_default=bool(told.get("hasDefaultValue")),
        allowed=tuple(dict(one) for one in told.get("allowedValues") or ()),
    )


def name_of(allowed: Any) -> str:
    """What people see of a value that a field takes: an option's value, a priority's or a version's name."""
    return str(allowed.get("value") or allowed.get("name") or allowed.get("id") or "")
