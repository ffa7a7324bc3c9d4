"""What stands in the fields that a Jira site made for itself, as an issue shows it.

https://developer.atlassian.com/server/jira/platform/jira-rest-api-examples/#setting-custom-field-data-for-other-field-types
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors.sandbox.world import CustomField, PlaceState, TicketState

Json = dict[str, Any]


def own_values(
    place: PlaceState,
    ticket: TicketState,
    url: Callable[[str], str],
    user: Callable[[str], Json],
    rich_text: Callable[[Any], Any],
) -> Json:
    """By the field's id, those that the project shows; null where nothing stands."""

    def told(field: CustomField, value: Any) -> Any:
        match field.kind:
            case "select":
                return option(field, value)
            case "multi-select":
                return [option(field, one) for one in value]
            case "number":
                return float(value)
            case "user":
                return user(value)
            case "paragraph":
                return rich_text(value)
        return value

    def option(field: CustomField, name: str) -> Json:
        number = 10_200 + field.options.index(name)
        return {"self": url(f"customFieldOption/{number}"), "value": name, "id": str(number)}

    given = {field: ticket.values.get(field.id) for field in place.custom_fields}
    return {field.id: None if value is None else told(field, value) for field, value in given.items()}
