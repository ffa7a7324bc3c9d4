"""The little of GitHub's GraphQL that Aftermath asks for: who it is, and who edited an issue's text.

https://docs.github.com/en/graphql. Faithful in what bites: most refusals come with status 200 and `errors`, a field
that is not there refuses the whole query, a list needs `first` or `last`, edits are listed newest first, and once
there is one the opening is listed among them. Queries with fragments, directives and mutations are not understood.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.github_desk import GithubDesk
from connectors.sandbox.github_errors import refusal
from connectors.sandbox.github_json import is_closed, stamp
from connectors.sandbox.http import Request, Response, Router
from connectors.sandbox.world import PlaceState, TicketState

PATH = "/graphql"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\$?\w+|[^\s,]')
_SHOWN_MAX = 100

Args = dict[str, Any]
#: What an object holds by field: a value, or what gives it for the field's arguments.
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a selection, with its arguments and what is wanted of its value."""

    name: str
    args: Args
    wanted: tuple[_Field, ...]


class _Refusal(Exception):
    """A query that is answered with errors. `kind` is GitHub's `type`, or with `is_code` the schema's code."""

    def __init__(self, kind: str, message: str, *, is_code: bool = False) -> None:
        super().__init__(message)
        named = {"extensions": {"code": kind}} if is_code else {"type": kind}
        self.error = {**named, "message": message}


class GithubGraphql:
    """The one route. With `is_refused` it says what a token hears that may not use GraphQL here."""

    def __init__(self, desk: GithubDesk) -> None:
        self._desk = desk
        self._site = desk.site
        self.is_refused = False

    def add_routes(self, router: Router) -> None:
        router.add("POST", PATH, self.answer)

    def answer(self, request: Request) -> Response:
        """https://docs.github.com/en/graphql/guides/forming-calls-with-graphql"""
        if request.account is None:
            raise refusal(401, "This endpoint requires you to be authenticated.")
        fields = self._desk.fields(request)
        try:
            if self.is_refused:
                raise _Refusal("FORBIDDEN", "Resource not accessible by personal access token")
            wanted = _parse(str(fields.get("query") or ""), fields.get("variables") or {})
            return Response(200, {"data": _select("Query", self._query(request.account), wanted)})
        except _Refusal as refused:
            return Response(200, {"data": None, "errors": [refused.error]})

    def _query(self, account: str) -> Fields:
        return {
            "viewer": self._actor(account),
            "repository": lambda owner, name: self._repository(account, f"{owner}/{name}"),
        }

    def _repository(self, account: str, container: str) -> Fields:
        place = self._site.places.get(container)
        if place is None or not self._desk.may_read(account, place):
            raise _Refusal("NOT_FOUND", f"Could not resolve to a Repository with the name '{container}'.")
        return {"nameWithOwner": container, "issue": lambda number: self._issue(place, number)}

    def _issue(self, place: PlaceState, number: int) -> Fields:
        uid = self._site.by_key.get(f"{place.container}#{number}")
        ticket = self._site.tickets[uid] if uid is not None else None
        if ticket is None or ticket.container != place.container or not place.has_issues:
            raise _Refusal("NOT_FOUND", f"Could not resolve to an Issue with the number of {number}.")
        edits = self._edits(ticket)
        return {
            "number": ticket.number,
            "title": ticket.title,
            "state": "CLOSED" if is_closed(ticket) else "OPEN",
            "createdAt": stamp(ticket.created_at),
            "updatedAt": stamp(ticket.updated_at),
            "includesCreatedEdit": bool(edits),
            "lastEditedAt": edits[0]["editedAt"] if edits else None,
            "editor": edits[0]["editor"] if edits else None,
            "userContentEdits": lambda first=None, last=None: _connection(edits, first, last),
        }

    def _edits(self, ticket: TicketState) -> list[Fields]:
        """Newest first, and the opening last, where there is any."""
        made = [(entry.at, entry.actor) for entry in ticket.history if entry.kind == "described"]
        if made:
            made.insert(0, (ticket.created_at, ticket.reporter))
        return [
            {"createdAt": stamp(at), "editedAt": stamp(at), "editor": self._actor(who)} for at, who in reversed(made)
        ]

    def _actor(self, login: str) -> Fields | None:
        """An account in short; of an App's bot without its suffix, and null for whoever is gone."""
        account = self._site.accounts.get(login)
        if account is None:
            return None
        kind = "Bot" if account.is_bot else "User"
        return {"__typename": kind, "login": account.account.removesuffix("[bot]")}


def _connection(nodes: list[Fields], first: int | None, last: int | None) -> Fields:
    asked = first if first is not None else last
    if asked is None or not 1 <= asked <= _SHOWN_MAX:
        message = "You must provide a `first` or `last` value of 1 to 100 to properly paginate the connection."
        raise _Refusal("MISSING_PAGINATION_BOUNDARIES", message)
    shown = nodes[:asked] if first is not None else nodes[-asked:]
    return {"totalCount": len(nodes), "nodes": shown}


def _select(kind: str, found: Any, wanted: tuple[_Field, ...]) -> Any:
    """Of what is there, what is wanted. Raises _Refusal for a field that is not there."""
    if isinstance(found, list):
        return [_select(kind, one, wanted) for one in found]
    if not isinstance(found, Mapping) or not wanted:
        return found
    answer: dict[str, Any] = {}
    for field in wanted:
        if field.name not in found:
            message = f"Field '{field.name}' doesn't exist on type '{kind}'"
            raise _Refusal("undefinedField", message, is_code=True)
        value = found[field.name]
        value = value(**field.args) if callable(value) else value
        answer[field.name] = _select(field.name, value, field.wanted)
    return answer


def _parse(query: str, variables: Mapping[str, Any]) -> tuple[_Field, ...]:
    """The selection of a query, its variables put in. Raises _Refusal where it is none."""
    tokens = _TOKEN.findall(query)
    try:
        start = tokens.index("{")
        wanted, _ = _selection(tokens, start + 1, variables)
    except (IndexError, ValueError, KeyError):
        raise _Refusal("parseError", "Parse error on the query", is_code=True) from None
    return wanted


def _selection(tokens: list[str], at: int, variables: Mapping[str, Any]) -> tuple[tuple[_Field, ...], int]:
    """The fields from here to the brace that ends them, and where that is behind."""
    fields: list[_Field] = []
    while tokens[at] != "}":
        name, at = tokens[at], at + 1
        if not name.isidentifier():
            raise ValueError(name)
        args: Args = {}
        if tokens[at] == "(":
            args, at = _arguments(tokens, at + 1, variables)
        wanted: tuple[_Field, ...] = ()
        if tokens[at] == "{":
            wanted, at = _selection(tokens, at + 1, variables)
        fields.append(_Field(name, args, wanted))
    return tuple(fields), at + 1


def _arguments(tokens: list[str], at: int, variables: Mapping[str, Any]) -> tuple[Args, int]:
    args: Args = {}
    while tokens[at] != ")":
        name, colon, value = tokens[at : at + 3]
        if colon != ":":
            raise ValueError(name)
        if value.startswith("$"):
            args[name] = variables[value[1:]]
        else:
            args[name] = int(value) if value.isdecimal() else value.strip('"')
        at += 3
    return args, at + 1
