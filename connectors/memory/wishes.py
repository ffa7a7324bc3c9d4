"""What is wished of a new ticket in memory, by what its project or its organisation has. What it lacks is left out."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.world import CustomField, IssueFieldState, Site
from connectors.tracker import Draft

_PRIORITY = "priority"


def has_due_field(site: Site, container: str) -> bool:
    """Whether tickets there have a date by which they are due: in Jira always, on GitHub where the organisation made
    a field for it."""
    return site.kind == "jira" or any(one.is_due for one in organisation_fields(site, container))


def wished(site: Site, draft: Draft) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What `Site.open_ticket` is given, and a sentence for each thing that is left out."""
    given: dict[str, Any] = {"values": {}}
    left_out: list[str] = []
    container, is_jira = draft.place.container, site.kind == "jira"
    place = site.places[container]
    organisation = site.organisations.get(container.partition("/")[0])
    types = place.ticket_types + place.sub_task_types if is_jira else organisation.issue_types if organisation else ()
    if draft.due_on and has_due_field(site, container):
        given["due_on"] = draft.due_on
    if draft.ticket_type and (is_jira or draft.ticket_type in types):
        given["ticket_type"] = draft.ticket_type  # in Jira there is no ticket without one: it is refused
    elif draft.ticket_type:
        left_out.append(f"type: there is no issue type {draft.ticket_type}; it has {', '.join(types) or 'none'}")
    if draft.priority and is_jira and draft.priority in place.priorities:
        given["priority"] = draft.priority
    elif draft.priority and is_jira:
        left_out.append(f"priority: {draft.priority} cannot be chosen")
    if draft.parent and is_jira and draft.parent in site.by_key:
        given["parent_uid"] = site.by_key[draft.parent]
    elif draft.parent:
        left_out.append(f"parent: there is no {draft.parent} to put it below")
    known = place.custom_fields if is_jira else organisation_fields(site, container)
    wanted = dict(draft.fields) | ({_PRIORITY: draft.priority} if draft.priority and not is_jira else {})
    for name, written in wanted.items():
        why = _put(given["values"], known, name, written)
        left_out += [f"{name}: {why}"] if why else []
    return given, tuple(left_out)


def _put(values: dict[str, Any], known: tuple[CustomField | IssueFieldState, ...], name: str, written: str) -> str:
    """Why a field cannot be given, or nothing."""
    found = next((one for one in known if one.name.casefold() == name.casefold() or str(one.id) == name), None)
    if found is None:
        return f"there is no such field; it has {', '.join(one.name for one in known) or 'none'}"
    options = {option.casefold(): option for option in found.options}
    if options and written.casefold() not in options:
        return f"it takes {', '.join(found.options)}"
    values[str(found.id)] = options.get(written.casefold(), written)
    return ""


def organisation_fields(site: Site, container: str) -> tuple[IssueFieldState, ...]:
    found = site.organisations.get(container.partition("/")[0])
    return found.issue_fields if found else ()
