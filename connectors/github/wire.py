"""PyGithub's requester, with three of its habits taken off, and nothing else changed.

PyGithub follows a 301 by itself, for writes too, and drops the query on the way: a listing of a renamed
repository would come back unfiltered, and a comment would land wherever an issue was moved meanwhile,
perhaps where more people read (P14). So a redirect is handed on as an answer, its address in the
header `x-moved-to`, and the client decides. And PyGithub's connection object is not safe to share
between threads: the request is kept on it between two calls. So each thread has its own requester. And it
is given its credential with each request, since an open session must not keep one that was changed.
Over counts of the rate limit that are no numbers it stumbles, and the answer is lost with it: they are left out.

It never follows, retries or sleeps.
"""

from __future__ import annotations

import http.cookiejar
import threading
from typing import Any, ClassVar

import github
import requests
from github.Requester import (
    HTTPRequestsConnectionClass,
    HTTPSRequestsConnectionClass,
    Requester,
    RequestsResponse,
)

from connectors.access import Access
from connectors.allowance import whole_number

MOVED_TO = "x-moved-to"
_COUNTS = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
USER_AGENT = "aftermath"
API_VERSION = "2022-11-28"


class _Slot(github.Auth.Auth):
    """Puts into a request what `Wire.send` was given for it: one a requester, and so one a thread."""

    authorization = ""

    @property
    def token_type(self) -> str:
        return self.authorization.partition(" ")[0]

    @property
    def token(self) -> str:
        return self.authorization.partition(" ")[2]

    def __repr__(self) -> str:
        return "_Slot(…)"


class _Sessions(threading.local):
    """This thread's open sessions: PyGithub makes a new connection object for each request."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._by_address: dict[tuple[str, str, int], requests.Session] = {}

    def kept(self, address: tuple[str, str, int], fresh: requests.Session) -> requests.Session:
        """The one that is open to a host, else the fresh one, made ready."""
        if address not in self._by_address:
            # No cookie may tie a request to an account that it does not name.
            fresh.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
            self._access.prepare(fresh)
            self._by_address[address] = fresh
        return self._by_address[address]


def _as_it_came(verb: str, response: RequestsResponse) -> RequestsResponse:
    if response.status == 202 and verb == "GET":
        # PyGithub would sleep and ask again for ever; a 503 is tried again by the client, and not for ever.
        response.status = 503
    if 300 <= response.status < 400 and "location" in response.headers:
        response.headers[MOVED_TO] = response.headers.pop("location")
    for name in _COUNTS:
        # PyGithub would stumble over anything but a number there, and the answer to a write would be lost.
        if whole_number(response.headers.get(name, "0")) is None:
            del response.headers[name]
    return response


class _Http(HTTPRequestsConnectionClass):
    sessions: ClassVar[_Sessions]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = self.sessions.kept((self.protocol, self.host, self.port), self.session)

    def getresponse(self) -> RequestsResponse:
        return _as_it_came(self.verb, super().getresponse())

    def close(self) -> None:
        """The session stays open for the next request."""


class _Https(HTTPSRequestsConnectionClass):
    sessions: ClassVar[_Sessions]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = self.sessions.kept((self.protocol, self.host, self.port), self.session)

    def getresponse(self) -> RequestsResponse:
        return _as_it_came(self.verb, super().getresponse())

    def close(self) -> None:
        """The session stays open for the next request."""


def _requester_class(access: Access) -> type[Requester]:
    """A requester whose connections go this way; every other user of PyGithub in the process keeps the usual ones."""
    kept = {"sessions": _Sessions(access)}
    unfollowing: type[Requester] = type("Unfollowing", (Requester,), {})
    unfollowing.injectConnectionClasses(type("Http", (_Http,), kept), type("Https", (_Https,), kept))
    return unfollowing


class Wire:
    """One requester a thread, for one server."""

    def __init__(self, base_url: str, access: Access) -> None:
        settings = github.Github(
            base_url=base_url.rstrip("/"),
            user_agent=USER_AGENT,
            per_page=100,
            retry=None,
            lazy=True,
            seconds_between_requests=None,
            seconds_between_writes=None,
            api_version=API_VERSION,
        ).requester.kwargs
        # PyGithub's front door takes whole seconds only.
        self._settings = {**settings, "timeout": access.timeout_s}
        self._class = _requester_class(access)
        self._own = threading.local()

    @property
    def graphql_url(self) -> str:
        return self._mine()[0].graphql_url

    def send(
        self, authorization: str, verb: str, url: str, headers: dict[str, str], body: Any
    ) -> tuple[int, dict[str, Any], str]:
        """Status, headers (in small letters) and text of the answer. Raises what PyGithub and requests raise."""
        requester, slot = self._mine()
        slot.authorization = authorization
        return requester.requestJson(verb, url, headers=headers, input=body)

    def _mine(self) -> tuple[Requester, _Slot]:
        """This thread's requester, and where its credential goes."""
        found: tuple[Requester, _Slot] | None = getattr(self._own, "requester", None)
        if found is None:
            slot = _Slot()
            found = self._own.requester = (self._class(**{**self._settings, "auth": slot}), slot)
        return found

    def __repr__(self) -> str:
        return f"Wire({self._settings['base_url']!r})"
