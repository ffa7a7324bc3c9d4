"""GitHub's issue search, which lags behind what was written (https://docs.github.com/rest/search/search).

The index shows issues as they were `lag_s` seconds of the sandbox's clock ago: what was opened since is not
found, and labels and states are those of then. Understood are repo:, label:, is:, state:, author:,
assignee:, in:, created: and updated:, a leading minus, and words; GitHub takes other qualifiers for words,
and so does this.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from connectors.sandbox.github_desk import GithubDesk
from connectors.sandbox.github_errors import invalid, refusal
from connectors.sandbox.github_paging import page_of
from connectors.sandbox.http import Request, Response, Router
from connectors.sandbox.world import TicketState

_TERM = re.compile(r'(?P<minus>-?)(?:(?P<name>[a-z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))')
_KNOWN = frozenset({"repo", "label", "is", "state", "author", "assignee", "in", "created", "updated", "type"})
_FOUND_MAX = 1_000


@dataclass(frozen=True, slots=True)
class _Term:
    name: str
    value: str
    is_wanted: bool


@dataclass(frozen=True, slots=True)
class _Indexed:
    """A ticket as the index still sees it."""

    ticket: TicketState
    labels: frozenset[str]
    is_closed: bool


class GithubSearch:
    """The route GET /search/issues. `lag_s` may be changed at any time."""

    def __init__(self, desk: GithubDesk, lag_s: float) -> None:
        self.lag_s = lag_s
        self._desk = desk

    def add_routes(self, router: Router) -> None:
        router.add("GET", "/search/issues", self.search_issues)

    def search_issues(self, request: Request) -> Response:
        """https://docs.github.com/rest/search/search#search-issues-and-pull-requests"""
        if not request.one("q").strip():
            raise invalid("Search", "q", "missing")
        terms = _terms(request.one("q"))
        repos = {term.value for term in terms if term.name == "repo" and term.is_wanted}
        cutoff = self._desk.site.now() - dt.timedelta(seconds=self.lag_s)
        found = [
            indexed.ticket
            for ticket in self._visible(request, repos)
            if ticket.created_at <= cutoff and all(_fits((indexed := _as_of(ticket, cutoff)), t, terms) for t in terms)
        ]
        found.sort(key=lambda t: (t.updated_at if request.one("sort") == "updated" else t.created_at, t.uid))
        if request.one("order", "desc") != "asc":
            found.reverse()
        shown, headers = page_of(
            request,
            self._desk.render.base_url,
            found[:_FOUND_MAX],
            lambda ticket: {**self._desk.render.issue(ticket), "score": 1.0},
        )
        told = {"total_count": len(found), "incomplete_results": False, "search_type": "lexical", "items": shown}
        return Response(200, told, headers)

    def _visible(self, request: Request, repos: set[str]) -> list[TicketState]:
        site = self._desk.site
        seen = {c for c, place in site.places.items() if self._desk.may_read(request.account, place)}
        if repos and not repos & seen:
            raise refusal(
                422,
                "Validation Failed",
                errors=[
                    {
                        "message": "The listed users and repositories cannot be searched either because the "
                        "resources do not exist or you do not have permission to view them.",
                        "resource": "Search",
                        "field": "q",
                        "code": "invalid",
                    }
                ],
            )
        return [t for t in site.tickets.values() if t.container in (repos & seen if repos else seen)]


def _terms(query: str) -> list[_Term]:
    terms = []
    for found in _TERM.finditer(query):
        name, value = found["name"] or "", found["quoted"] if found["quoted"] is not None else found["plain"]
        if name and name not in _KNOWN:
            name, value = "", f"{name}:{value}"
        terms.append(_Term(name, value, not found["minus"]))
    return terms


def _as_of(ticket: TicketState, cutoff: dt.datetime) -> _Indexed:
    labels: set[str] = set()
    is_closed = False
    for entry in ticket.history:
        if entry.at > cutoff:
            break
        match entry.kind:
            case "labelled":
                labels.add(entry.new.casefold())
            case "unlabelled":
                labels.discard(entry.old.casefold())
            case "closed" | "reopened":
                is_closed = entry.kind == "closed"
    return _Indexed(ticket, frozenset(labels), is_closed)


def _fits(indexed: _Indexed, term: _Term, terms: list[_Term]) -> bool:
    ticket = indexed.ticket
    match term.name:
        case "repo":
            fits = ticket.container == term.value
        case "label":
            fits = term.value.casefold() in indexed.labels
        case "is" | "state" | "type":
            fits = _is(indexed, term.value)
        case "author":
            fits = ticket.reporter == term.value
        case "assignee":
            fits = term.value in ticket.assignees
        case "created" | "updated":
            fits = _compare(ticket.created_at if term.name == "created" else ticket.updated_at, term.value)
        case "in":
            return True
        case _:
            places = {t.value for t in terms if t.name == "in"} or {"title", "body"}
            fits = any(term.value.casefold() in text.casefold() for text in _texts(ticket, places))
    return fits == term.is_wanted


def _is(indexed: _Indexed, value: str) -> bool:
    match value:
        case "open" | "closed":
            return indexed.is_closed == (value == "closed")
        case "pr" | "pull-request":
            return False
        case _:
            return True


def _texts(ticket: TicketState, places: set[str]) -> list[str]:
    texts = [ticket.title] if "title" in places else []
    texts += [str(ticket.body)] if "body" in places else []
    return texts + ([str(comment.body) for comment in ticket.comments] if "comments" in places else [])


def _compare(at: dt.datetime, wanted: str) -> bool:
    """`>=2026-03-01`, `>`, `<=`, `<`, or a day. Raises ApiError 422 on what is no date."""
    found = re.fullmatch(r"(>=|<=|>|<)?(.+)", wanted)
    operator, text = (found[1] or "", found[2]) if found else ("", wanted)
    try:
        bound = dt.datetime.fromisoformat(text)
    except ValueError:
        raise invalid("Search", "q", "invalid") from None
    bound = bound if bound.tzinfo else bound.replace(tzinfo=dt.UTC)
    match operator:
        case ">=":
            return at >= bound
        case "<=":
            return at <= bound
        case ">":
            return at > bound
        case "<":
            return at < bound
        case _:
            return at.date() == bound.date()
