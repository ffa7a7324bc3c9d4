"""Which parts of a ticket a client asked for, and the ticket with just these.

Jira's three ways of reading (one, in bulk, by search) differ in what they give unasked, and in how much:
alone a ticket comes with all its comments and its 100 newest changes, in bulk with the first 20 and the 40
newest. The totals tell that there is more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.http import Request
from connectors.sandbox.jira_changelog import Steps, histories
from connectors.sandbox.jira_desk import refusal
from connectors.sandbox.jira_json import EXPANDS, JiraJson, Json
from connectors.sandbox.world import TicketState

_PROPERTIES_MAX = 5
_HISTORIES_ALONE = 100
_HISTORIES_IN_BULK = 40
_COMMENTS_ALONE = 5000
_COMMENTS_IN_BULK = 20

#: Field id, name, JSON type, items' type, and whether it is navigable.
FIELDS = (
    ("summary", "Summary", "string", "", True),
    ("status", "Status", "status", "", True),
    ("statuscategorychangedate", "Status Category Changed", "datetime", "", True),
    ("issuetype", "Work type", "issuetype", "", True),
    ("project", "Project", "project", "", True),
    ("resolution", "Resolution", "resolution", "", True),
    ("resolutiondate", "Resolved", "datetime", "", True),
    ("created", "Created", "datetime", "", True),
    ("updated", "Updated", "datetime", "", True),
    ("duedate", "Due date", "date", "", True),
    ("labels", "Labels", "array", "string", True),
    ("security", "Security Level", "securitylevel", "", True),
    ("assignee", "Assignee", "user", "", True),
    ("reporter", "Reporter", "user", "", True),
    ("creator", "Creator", "user", "", True),
    ("priority", "Priority", "priority", "", True),
    ("subtasks", "Sub-tasks", "array", "issuelinks", True),
    ("components", "Components", "array", "component", True),
    ("fixVersions", "Fix versions", "array", "version", True),
    ("description", "Description", "string", "", True),
    ("issuelinks", "Linked Issues", "array", "issuelinks", True),
    ("comment", "Comment", "comments-page", "", False),
)
_ALL = tuple(name for name, *_ in FIELDS)
_NAVIGABLE = tuple(name for name, *_, is_navigable in FIELDS if is_navigable)


@dataclass(frozen=True, slots=True)
class Selection:
    """What to show: fields by id, entity properties by name, and whether the changelog too. `is_bare` is a
    search's default, of which nothing but the id comes back."""

    fields: tuple[str, ...]
    properties: tuple[str, ...] = ()
    has_changelog: bool = False
    is_bare: bool = False

    @classmethod
    def from_query(cls, request: Request, default: str) -> Selection:
        """From `fields`, `properties` and `expand`, repeated or with commas. Raises ApiError 400."""
        names = {key: request.query.get(key, []) for key in ("fields", "properties", "expand")}
        return cls._made(names["fields"], names["properties"], names["expand"], default)

    @classmethod
    def from_body(cls, body: dict[str, Any], default: str) -> Selection:
        """From a JSON body, where `expand` is a list or a string with commas. Raises ApiError 400."""
        given = {key: body.get(key) or [] for key in ("fields", "properties", "expand")}
        lists = {key: [value] if isinstance(value, str) else value for key, value in given.items()}
        if not all(isinstance(value, list) for value in lists.values()):
            raise refusal(400, "Invalid request payload. Refer to the REST API documentation and try again.")
        return cls._made(lists["fields"], lists["properties"], lists["expand"], default)

    @classmethod
    def _made(cls, fields: list[str], properties: list[str], expand: list[str], default: str) -> Selection:
        wanted = _split(fields)
        named = _split(properties)
        if len(named) > _PROPERTIES_MAX:
            raise refusal(400, f"A maximum of {_PROPERTIES_MAX} issue property keys can be specified.")
        is_bare = default == "id" and set(wanted) <= {"id"}
        return cls(_chosen(wanted, default), tuple(named), "changelog" in _split(expand), is_bare)


class JiraIssueView:
    """Tickets as a viewer asked for them."""

    def __init__(self, json: JiraJson, steps: Steps) -> None:
        self._json = json
        self._steps = steps

    def one(self, ticket: TicketState, viewer: str | None, selection: Selection) -> Json:
        return self._shown(ticket, viewer, selection, _COMMENTS_ALONE, _HISTORIES_ALONE)

    def in_bulk(self, ticket: TicketState, viewer: str | None, selection: Selection) -> Json:
        return self._shown(ticket, viewer, selection, _COMMENTS_IN_BULK, _HISTORIES_IN_BULK)

    def changelog(self, ticket: TicketState) -> list[Json]:
        """All of it, oldest first."""
        return histories(self._json, ticket, self._steps)

    def _shown(
        self, ticket: TicketState, viewer: str | None, selection: Selection, comments_max: int, histories_max: int
    ) -> Json:
        shown: Json = {"expand": EXPANDS, **self._json.reference(ticket)}
        if selection.fields:
            shown["fields"] = self._json.fields(ticket, selection.fields, viewer, comments_max)
        if selection.properties:
            named = ticket.properties if "*all" in selection.properties else selection.properties
            shown["properties"] = {name: ticket.properties[name] for name in named if name in ticket.properties}
        if selection.has_changelog:
            log = self.changelog(ticket)
            newest = log[::-1][:histories_max]
            shown["changelog"] = {
                "startAt": 0,
                "maxResults": len(newest),
                "total": len(log),
                "histories": newest,
            }
        return shown


def _split(values: Iterable[str]) -> list[str]:
    return [part.strip() for value in values for part in str(value).split(",") if part.strip()]


def _chosen(wanted: list[str], default: str) -> tuple[str, ...]:
    """`*all`, `*navigable`, names, and names with a minus; unknown names are passed over, as in Jira."""
    named = [name for name in wanted if not name.startswith("-")] or [default]
    groups = {"*all": _ALL, "*navigable": _NAVIGABLE}
    chosen = {field for name in named for field in groups.get(name, (name,))}
    dropped = {name[1:] for name in wanted if name.startswith("-")}
    shown = tuple(name for name in _ALL if name in chosen - dropped)
    # The fields that a site made for itself; whether a ticket has such a field is told where it is shown.
    return shown + tuple(sorted(name for name in chosen - dropped if name.startswith("customfield_")))
