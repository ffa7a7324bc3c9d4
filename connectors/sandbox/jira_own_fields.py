"""What a Jira project asks of a new ticket beside the fields of every project: a priority, a parent, fields that the
site made for itself.

A sub-task has a parent of its own project. Any other ticket may stand below an epic: by `parent` in Cloud, by a field
of its own that holds the epic's key on Data Center, where a new ticket that is no sub-task takes no parent.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post
https://developer.atlassian.com/server/jira/platform/jira-rest-api-examples/#setting-custom-field-data-for-other-field-types
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.jira_fields import CLOUD, Dialect, Wrong, read_day
from connectors.sandbox.jira_json import JiraJson, Json
from connectors.sandbox.jira_words import EPIC
from connectors.sandbox.world import CustomField, PlaceState, Site, TicketState

_TEXT_MAX = 255
_TYPES = "com.atlassian.jira.plugin.system.customfieldtypes"
#: Kind of field: its type in Jira's words, that of its elements, and the app's name for it.
_SCHEMAS = {
    "text": ("string", "", f"{_TYPES}:textfield"),
    "paragraph": ("string", "", f"{_TYPES}:textarea"),
    "number": ("number", "", f"{_TYPES}:float"),
    "date": ("date", "", f"{_TYPES}:datepicker"),
    "select": ("option", "", f"{_TYPES}:select"),
    "multi-select": ("array", "option", f"{_TYPES}:multiselect"),
    "labels": ("array", "string", f"{_TYPES}:labels"),
    "user": ("user", "", f"{_TYPES}:userpicker"),
    "epic-link": ("any", "", "com.pyxis.greenhopper.jira:gh-epic-link"),
}


class JiraOwnFields:
    """The fields of one project's new ticket of a type, for whoever may see `viewer`'s tickets."""

    def __init__(self, site: Site, place: PlaceState, ticket_type: str, dialect: Dialect) -> None:
        self._site = site
        self._place = place
        self._ticket_type = ticket_type
        self._dialect = dialect
        self._custom = {one.id: one for one in place.custom_fields}

    def reads(self, name: str) -> bool:
        if name == "parent":
            return self._dialect is CLOUD or self._ticket_type in self._place.sub_task_types
        return name in self._custom or (name == "priority" and bool(self._place.priorities))

    def read(self, name: str, value: Any) -> Any:
        """A priority's name, a parent's uid, or the value of a field of the site's own. Raises Wrong."""
        if name == "priority":
            return self._priority(value)
        if name == "parent":
            return self._parent(value)
        return read_value(self._site, self._custom[name], value, self._dialect)

    def missing(self, given: Mapping[str, Any]) -> dict[str, str]:
        required = {one.id: f"{one.name} is required." for one in self._custom.values() if one.is_required}
        lacking = {name: why for name, why in required.items() if given.get(name) in (None, "", [])}
        if self._ticket_type in self._place.sub_task_types and not given.get("parent"):
            lacking["issuetype"] = "Issue type is a sub-task but parent issue key or id not specified."
        return lacking

    def _priority(self, value: Any) -> str:
        wanted = value.get("name") if isinstance(value, dict) else None
        found = next((name for name in self._place.priorities if name == wanted), None)
        if found is None and isinstance(value, dict) and str(value.get("id") or "").isdigit():
            number = int(value["id"]) - 10_000
            found = self._place.priorities[number] if 0 <= number < len(self._place.priorities) else None
        if found is None:
            raise Wrong("The priority selected is invalid.")
        return found

    def _parent(self, value: Any) -> int:
        named = str(value.get("key") or value.get("id") or "") if isinstance(value, dict) else ""
        uid = int(named) if named.isdigit() else self._site.by_key.get(named)
        parent = self._site.tickets.get(uid) if uid is not None else None
        if parent is None:
            raise Wrong("Could not find issue by id or key.")
        if not self._is_above(parent):
            raise Wrong("Given parent work item does not belong to appropriate hierarchy.")
        return parent.uid

    def _is_above(self, parent: TicketState) -> bool:
        if self._ticket_type in self._place.sub_task_types:
            there = self._site.places[parent.container]
            return parent.container == self._place.container and parent.ticket_type not in there.sub_task_types
        return parent.ticket_type == EPIC


def read_value(site: Site, field: CustomField, value: Any, dialect: Dialect) -> Any:
    """A value as a field of the site's own takes it. Raises Wrong."""
    match field.kind:
        case "select":
            return _option(field, value)
        case "multi-select" if isinstance(value, list):
            return [_option(field, one) for one in value]
        case "number" if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        case "date":
            day = read_day(value)
            return day.isoformat() if day else None
        case "user":
            return dialect.read_person(site, value)
        case "paragraph":
            return dialect.read_text(value)
        case "labels" if isinstance(value, list) and all(isinstance(one, str) and " " not in one for one in value):
            return list(value)
        case "epic-link" if isinstance(value, str):
            return _epic(site, value)
        case "text" if isinstance(value, str) and len(value) <= _TEXT_MAX:
            return value
    raise Wrong(f"Operation value is not one that the field {field.name} takes")


def _option(field: CustomField, value: Any) -> str:
    given = value.get("value", value.get("id")) if isinstance(value, dict) else None
    for number, name in enumerate(field.options, start=10_200):
        if given in (name, str(number)):
            return name
    raise Wrong(f"Option value '{given}' is not valid")


def _epic(site: Site, key: str) -> str:
    ticket = site.tickets.get(site.by_key.get(key, 0))
    if ticket is None or ticket.ticket_type != EPIC:
        raise Wrong(f"The issue {key} is not an epic.")
    return key


# --- what can be given -----------------------------------------------------------------------------


def own_creation_fields(json: JiraJson, place: PlaceState, type_name: str, dialect: Dialect) -> list[Json]:
    """These fields as a new ticket's type tells them, in the form of both editions."""
    shown: list[Json] = []
    if place.priorities:
        priorities = [json.priority(name) for name in place.priorities]
        shown.append(_told("priority", "Priority", {"type": "priority", "system": "priority"}, priorities))
    if dialect is CLOUD or type_name in place.sub_task_types:
        is_required = type_name in place.sub_task_types
        parent = {"type": "issuelink", "system": "parent"}
        shown.append(_told("parent", "Parent", parent, [], is_required=is_required))
    return shown + [custom_field(one, json.url("")) for one in place.custom_fields]


def listed_field(field: CustomField) -> Json:
    """A field of the site's own in the list of all fields."""
    shape = {"id": field.id, "key": field.id, "name": field.name, "custom": True}
    number = field.id.rpartition("_")[2]
    ways = {"orderable": True, "navigable": True, "searchable": True, "clauseNames": [f"cf[{number}]", field.name]}
    return {**shape, **ways, "schema": _schema(field)}


def _schema(field: CustomField) -> Json:
    kind, items, custom = _SCHEMAS[field.kind]
    number = int(field.id.rpartition("_")[2])
    return {"type": kind, "custom": custom, "customId": number} | ({"items": items} if items else {})


def custom_field(field: CustomField, url: str) -> Json:
    """A field of the site's own as a screen tells it."""
    schema = _schema(field)
    options: list[Json] = [
        {"self": f"{url}customFieldOption/{option_id}", "value": name, "id": str(option_id)}
        for option_id, name in enumerate(field.options, start=10_200)
    ]
    return _told(field.id, field.name, schema, options, is_required=field.is_required)


def _told(field_id: str, name: str, schema: Json, allowed: list[Json], *, is_required: bool = False) -> Json:
    return {
        "required": is_required,
        "schema": schema,
        "name": name,
        "key": field_id,
        "fieldId": field_id,
        "hasDefaultValue": False,
        "operations": ["add", "set", "remove"] if schema["type"] == "array" else ["set"],
    } | ({"allowedValues": allowed} if allowed else {})
