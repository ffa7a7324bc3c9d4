"""What stands in a ticket's own fields in memory, as the other trackers tell it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from connectors.memory.wishes import organisation_fields
from connectors.sandbox.world import CustomField, Site, TicketState
from connectors.wanted_fields import FieldText, WantedFields, by_wanted_name
from rules.facts import Ticket

_PRIORITY = "priority"


def with_own_fields(ticket: Ticket, site: Site, state: TicketState, wanted: WantedFields) -> Ticket:
    """The ticket with its priority, and with those of its fields that are wanted."""
    is_jira = site.kind == "jira"
    known = site.places[state.container].custom_fields if is_jira else organisation_fields(site, state.container)
    told = [(field.name, _text(site, field.kind, state.values.get(str(field.id)))) for field in known]
    told += [(field.id, text) for field, (_, text) in zip(known, told, strict=True) if isinstance(field, CustomField)]
    priority = state.priority
    if not is_jira and wanted.with_priority:
        priority = str(by_wanted_name((_PRIORITY,), told).get(_PRIORITY, ""))
    return replace(ticket, priority=priority, fields=by_wanted_name(wanted.names, told))


def _text(site: Site, kind: str, value: Any) -> FieldText:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return tuple(map(str, value))
    if kind == "user":
        return site.accounts[value].name if value in site.accounts else str(value)
    return str(int(value)) if isinstance(value, float) and value == value // 1 else str(value)
