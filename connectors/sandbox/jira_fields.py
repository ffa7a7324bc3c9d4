"""What a client wants a ticket's fields to be, read and judged before anything is changed.

Jira names every wrong field in one answer, so all are looked at before the refusal is raised. Fields that
the sandbox's world does not keep (priority, components, …) are refused as not on the screen, which is what
a Jira site says of a field it does not offer: nothing is taken and then forgotten.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from connectors.sandbox.jira_adf import TEXT_MAX, is_document, text_of
from connectors.sandbox.jira_desk import OFF_SCREEN, refusal
from connectors.sandbox.world import Site, TicketState

SUMMARY_MAX = 255
_LABEL_MAX = 255
_PROPERTY_MAX = 32_768
TOO_LONG = f"The entered text is too long. It exceeds the allowed limit of {TEXT_MAX:,} characters."
_NOT_ADF = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"


class Wrong(ValueError):
    """A value that Jira would not take; the text is Jira's."""


class OwnFields(Protocol):
    """Fields that a project shows and others do not."""

    def reads(self, name: str) -> bool:
        """Whether it is one of them."""

    def read(self, name: str, value: Any) -> Any:
        """The value as the world keeps it. Raises Wrong."""

    def missing(self, given: Mapping[str, Any]) -> dict[str, str]:
        """What Jira has against a new ticket without those that it must have, by the field's id."""


class _NoOwnFields:
    def reads(self, name: str) -> bool:
        del name
        return False

    def read(self, name: str, value: Any) -> Any:
        raise Wrong(f"{name} {value}")

    def missing(self, given: Mapping[str, Any]) -> dict[str, str]:
        del given
        return {}


NO_OWN_FIELDS: OwnFields = _NoOwnFields()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The fields that were named, parsed: summary (str), description (ADF or ""), duedate (date or None),
    labels (tuple), assignee (account or ""), security (a level's id or ""), and those that `jira_own_fields` reads. A
    field that was not named is not in `values`."""

    values: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)

    def get(self, name: str, default: Any) -> Any:
        return self.values.get(name, default)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one edition of Jira reads in its own way: rich text, and who is meant. Both raise Wrong."""

    read_text: Callable[[Any], Any]
    read_person: Callable[[Site, Any], str]


def read_wanted(
    site: Site, body: dict[str, Any], ticket: TicketState | None, dialect: Dialect, own: OwnFields = NO_OWN_FIELDS
) -> Wanted:
    """Read `fields`, `update` and `properties`. `ticket` is None while it is still to be created; `own` are the fields
    that its project shows beside those of every project.

    Raises ApiError 400 with one sentence per wrong field.
    """
    wanted, errors = Wanted(), {}
    given = _fields(body, ticket)
    labels = list(ticket.labels) if ticket else []
    for name, value in given.items():
        try:
            reads_itself = own.reads(name)
            wanted.values[name] = own.read(name, value) if reads_itself else _read_field(site, name, value, dialect)
        except Wrong as wrong:
            errors[name] = str(wrong)
    for name, operations in _update(body).items():
        if name == "comment":
            continue
        try:
            if name in given:
                raise Wrong(f"Field '{name}' cannot appear in both 'fields' and 'update'")
            wanted.values[name] = _read_update(site, name, operations, labels, dialect)
        except Wrong as wrong:
            errors[name] = str(wrong)
    if ticket is None and "summary" not in wanted.values:
        errors.setdefault("summary", "You must specify a summary of the issue.")
    if ticket is None:
        errors = own.missing(wanted.values) | errors
    if errors:
        raise refusal(400, errors=errors)
    return replace(wanted, properties=read_properties(body))


def read_properties(body: dict[str, Any]) -> dict[str, Any]:
    """The `properties` list of a request as a mapping. Raises ApiError 400."""
    listed = body.get("properties", [])
    if not isinstance(listed, list) or not all(isinstance(entry, dict) and entry.get("key") for entry in listed):
        raise refusal(400, "Entity properties are given as a list of objects with a key and a value.")
    for entry in listed:
        check_property(str(entry["key"]), entry.get("value"))
    return {str(entry["key"]): entry.get("value") for entry in listed}


def check_property(key: str, value: Any) -> None:
    """Raises ApiError 400 where a property's key is longer than 255 characters or its value is empty or too long."""
    if len(key) > 255:
        raise refusal(400, "The property key cannot be longer than 255 characters.")
    if value in (None, "") or len(str(value)) > _PROPERTY_MAX:
        raise refusal(400, f"The value of '{key}' has to be non-empty JSON of at most {_PROPERTY_MAX} characters.")


def read_document(value: Any) -> Any:
    """Rich text as a field takes it: an ADF document, or None for nothing. Raises Wrong."""
    if value is None:
        return ""
    if not is_document(value):
        raise Wrong(_NOT_ADF)
    if len(text_of(value)) > TEXT_MAX:
        raise Wrong(TOO_LONG)
    return value


def read_comments(body: dict[str, Any], dialect: Dialect) -> list[Any]:
    """The texts of comments that come along in `update`. Raises ApiError 400."""
    try:
        return [dialect.read_text(operation["add"]["body"]) for operation in _update(body).get("comment", [])]
    except Wrong as wrong:
        told = str(wrong) if str(wrong) == TOO_LONG else "Comment body is not valid!"
        raise refusal(400, errors={"comment": told}) from None
    except (KeyError, TypeError):
        raise refusal(400, errors={"comment": "Comment body is not valid!"}) from None


def _fields(body: dict[str, Any], ticket: TicketState | None) -> dict[str, Any]:
    fields = body.get("fields", {})
    if not isinstance(fields, dict):
        raise refusal(400, "Field 'fields' must be an object.")
    # Where a new ticket goes, and as what, is read before its fields are; later neither can be edited here.
    settled = ("project", "issuetype") if ticket is None else ()
    return {name: value for name, value in fields.items() if name not in settled}


def _update(body: dict[str, Any]) -> dict[str, Any]:
    update = body.get("update", {})
    if not isinstance(update, dict):
        raise refusal(400, "Field 'update' must be an object.")
    return update


def _read_field(site: Site, name: str, value: Any, dialect: Dialect) -> Any:
    readers = {
        "summary": _read_summary,
        "description": dialect.read_text,
        "duedate": read_day,
        "labels": _read_labels,
        "security": _read_level,
    }
    if name == "assignee":
        return dialect.read_person(site, value)
    if name not in readers:
        raise Wrong(OFF_SCREEN.format(name))
    return readers[name](value)


def _read_update(site: Site, name: str, operations: Any, labels: list[str], dialect: Dialect) -> Any:
    """Operations on one field: `set` for any, `add` and `remove` for labels."""
    if not isinstance(operations, list) or not all(isinstance(op, dict) and len(op) == 1 for op in operations):
        raise Wrong("Each update is a list of objects with one operation each.")
    result: Any = list(labels)
    for operation in operations:
        verb, value = next(iter(operation.items()))
        if verb == "set":
            result = _read_field(site, name, value, dialect)
        elif name == "labels" and verb in {"add", "remove"}:
            label = _read_labels([value])[0]
            result = [kept for kept in result if kept != label] + ([label] if verb == "add" else [])
        else:
            raise Wrong(f"Field with id '{name}' and name '{name}' does not support operation '{verb}'.")
    return tuple(result) if name == "labels" else result


def _read_summary(value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong("Operation value must be a string")
    if not value.strip():
        raise Wrong("You must specify a summary of the issue.")
    if "\n" in value or "\r" in value:
        raise Wrong("The summary is invalid because it contains newline characters.")
    if len(value) > SUMMARY_MAX:
        raise Wrong(f"Summary can't exceed {SUMMARY_MAX} characters.")
    return value


def read_day(value: Any) -> dt.date | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Wrong("Operation value must be a string")
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            raise ValueError
        return dt.date.fromisoformat(value)
    except ValueError:
        raise Wrong(f"Error parsing date string: {value}. The format is yyyy-MM-dd.") from None


def _read_labels(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Wrong("data was not an array")
    for label in value:
        if not isinstance(label, str) or not label:
            raise Wrong("string expected at index 0")
        if re.search(r"\s", label):
            raise Wrong(f"The label '{label}' contains spaces which is invalid.")
        if len(label) > _LABEL_MAX:
            raise Wrong(f"The label '{label[:20]}…' is longer than {_LABEL_MAX} characters.")
    return tuple(dict.fromkeys(value))


def read_assignee(site: Site, value: Any) -> str:
    """An assignee as `{"accountId": …}`, null for nobody. Raises Wrong."""
    if value is None:
        return ""
    if not isinstance(value, dict):
        raise Wrong("expected Object containing an accountId property")
    account = value.get("accountId", value.get("id"))
    if account is None:
        return ""
    person = site.accounts.get(str(account))
    if person is None:
        raise Wrong(f"User '{account}' does not exist.")
    if not person.is_active:
        raise Wrong(f"User '{account}' cannot be assigned issues.")
    return str(account)


def _read_level(value: Any) -> str:
    """A security level's id; whether there is such a level is for its project to say. Raises Wrong."""
    if value is None:
        return ""
    if not isinstance(value, dict) or not str(value.get("id") or "").isdigit():
        raise Wrong("data was not an object")
    return str(value["id"])


CLOUD = Dialect(read_document, read_assignee)
