"""What passes between the sandbox's server and the APIs that are mounted on it: requests, answers, routes.

It is apart from the server so that an API can be read, and called, without a socket. An API knows paths
below its own mount point only (`/repos/acme/shop`, not `/github/repos/acme/shop`). Nothing here knows a
vendor, and nothing here opens a connection.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from connectors.sandbox.world import Happening, Site, WorldError


@dataclass(frozen=True, slots=True)
class Request:
    """One request as an API sees it. `path` is decoded, without query and without the site's prefix.
    `headers` have lower-case names. `account` is who the token belongs to, None for nobody."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    account: str | None

    def json(self) -> Any:
        """The body, parsed; an empty body is an empty object. Raises ApiError 400 when it is not JSON."""
        if not self.body.strip():
            return {}
        try:
            return json.loads(self.body)
        except ValueError:
            raise ApiError(400, {"message": "Problems parsing JSON", "status": "400"}) from None

    def one(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return self.query.get(name, [default])[0]


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. `body` is anything JSON can say; None means no body at all. `template` is the route that
    answered, for counting; `Router.dispatch` fills it in."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    template: str = ""


class ApiError(Exception):
    """An answer that is a refusal, in the vendor's words: raised anywhere below `Api.handle`."""

    def __init__(self, status: int, body: Any = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})
        self.template = ""


class Api(Protocol):
    """One vendor's REST API over one site of the world."""

    site: Site

    def authenticate(self, headers: Mapping[str, str]) -> str | None:
        """The account that the headers' credentials belong to; None for no or unknown credentials."""

    def handle(self, request: Request) -> Response:
        """Answer. Raises ApiError; a WorldError is turned into the vendor's error by the API itself."""

    def webhook(self, happening: Happening) -> list[tuple[str, dict[str, Any]]]:
        """The deliveries for something that has just happened: event name and payload, in order."""


Handler = Callable[..., Response]

_PLACEHOLDER = re.compile(r"\{(\w+)(\.\.\.)?\}")


class Router:
    """Method and path template to handler. `{name}` is one path segment, `{name...}` the rest of the path.
    Templates are tried in the order in which they were added. `refuse` turns what the world refuses into the
    vendor's error; without it a WorldError passes through."""

    def __init__(self, refuse: Callable[[WorldError], ApiError] | None = None) -> None:
        self._refuse = refuse
        self._routes: list[tuple[str, re.Pattern[str], str, Handler]] = []

    def add(self, method: str, template: str, handler: Handler) -> None:
        self._routes.append((method, _compile(template), template, handler))

    def routes(self) -> list[tuple[str, str]]:
        """Every (method, template), in order."""
        return [(method, template) for method, _, template, _ in self._routes]

    def dispatch(self, request: Request) -> Response | None:
        """Call `handler(request, **placeholders)` of the first route that fits; None when none does.
        What comes back, or is raised as ApiError, carries the route's template."""
        for method, pattern, template, handler in self._routes:
            found = pattern.fullmatch(request.path) if method == request.method else None
            if found is None:
                continue
            try:
                return replace(handler(request, **found.groupdict()), template=template)
            except ApiError as error:
                error.template = template
                raise
            except WorldError as refused:
                if self._refuse is None:
                    raise
                refusal = self._refuse(refused)
                refusal.template = template
                raise refusal from refused
        return None

    def allowed(self, path: str) -> list[str]:
        """The methods that some route has for this path, sorted; empty when the path is unknown."""
        return sorted({method for method, pattern, _, _ in self._routes if pattern.fullmatch(path)})


def _compile(template: str) -> re.Pattern[str]:
    parts, at = [], 0
    for found in _PLACEHOLDER.finditer(template):
        parts.append(re.escape(template[at : found.start()]))
        parts.append(f"(?P<{found[1]}>{'.+' if found[2] else '[^/]+'})")
        at = found.end()
    return re.compile("".join(parts) + re.escape(template[at:]))
