"""What stands in the fields that an organisation made for its issues, as far as the policy asks about it.

GraphQL tells it with the issue, in the same query; REST, where an issue is read by it, takes a request more, which
costs nothing of the rate limit while nothing changes there. Neither is asked where the organisation has no field of
such a name. What could not be read is not there.

https://docs.github.com/en/graphql/reference/unions#issuefieldvalue
https://docs.github.com/en/rest/issues/issue-field-values#list-issue-field-values-for-an-issue
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from connectors.errors import Gone
from connectors.github.addresses import container_of, issue_path
from connectors.github.client import GitHubClient
from connectors.github.issue_fields import PRIORITY_NAME, IssueFieldBook
from connectors.github.understood import understood
from connectors.wanted_fields import FieldText, WantedFields, Wants, by_wanted_name
from rules.facts import Ticket
from rules.refs import TicketRef

Json = Mapping[str, Any]

#: Of a kind that is not known there is nothing but its type and its field.
_BARE = 2


class OwnValues:
    """The values in one server's issues. Thread-safe."""

    def __init__(self, client: GitHubClient, book: IssueFieldBook, wants: Wants) -> None:
        self._client = client
        self._book = book
        self._wants = wants

    def are_wanted(self, refs: Iterable[TicketRef]) -> bool:
        """Whether one of the owners has a field that is asked for. One request a day for each, where any is."""
        names = _names(self._wants())
        if not names:
            return False
        owners = {container_of(ref).partition("/")[0]: container_of(ref) for ref in refs}
        return any(self._book.fields(one).named(name) for one in owners.values() for name in names)

    def told(self, ticket: Ticket, nodes: Iterable[Json | None]) -> Ticket:
        """The ticket with the values that GraphQL told; what may not be seen is null there. Raises one of
        `understood.STRANGE`."""
        seen = (node for node in nodes if node and node.get("field"))
        return self._with(ticket, ((str(node["field"]["name"]), _text_in(node)) for node in seen if len(node) > _BARE))

    def by_rest(self, ticket: Ticket) -> Ticket:
        """The ticket with the values that REST tells. Raises Temporary, Denied."""
        if not self.are_wanted([ticket.ref]):
            return ticket
        names = {field.id: field.name for field in self._book.fields(container_of(ticket.ref)).fields}
        try:
            values = list(self._client.read_pages(f"{issue_path(ticket.ref)}/issue-field-values", remember=True))
        except Gone:
            return ticket
        with understood(f"the fields of {ticket.ref.key}"):
            named = ((names.get(int(one["issue_field_id"]), ""), _text_of_rest(one)) for one in values)
            return self._with(ticket, named)

    def _with(self, ticket: Ticket, told: Iterable[tuple[str, FieldText]]) -> Ticket:
        wanted, found = self._wants(), list(told)
        priority = by_wanted_name((PRIORITY_NAME,), found).get(PRIORITY_NAME, "") if wanted.with_priority else ""
        return replace(ticket, priority=str(priority), fields=by_wanted_name(wanted.names, found))


def _names(wanted: WantedFields) -> tuple[str, ...]:
    return (*wanted.names, *((PRIORITY_NAME,) if wanted.with_priority else ()))


def _text_in(node: Json) -> FieldText:
    """Under names of their own, since a query may not ask for a text and a number by one."""
    if "choices" in node:
        return tuple(str(one["name"]) for one in node["choices"])
    if "number" in node:
        return _number(node["number"])
    return str(node["text"] if "text" in node else node["day"] if "day" in node else node["choice"])


def _text_of_rest(value: Json) -> FieldText:
    if value.get("multi_select_options") is not None:
        return tuple(str(one["name"]) for one in value["multi_select_options"])
    told = value.get("value")
    return _number(told) if isinstance(told, int | float) else str(told or "")


def _number(number: float) -> str:
    return str(int(number)) if number == number // 1 else str(number)
