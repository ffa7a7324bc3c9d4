"""PyGithub's requester, with two of its habits taken off, and nothing else changed.

PyGithub follows a 301 by itself, for writes too, and drops the query on the way: a listing of a renamed
repository would come back unfiltered, and a comment would land wherever an issue was moved meanwhile,
perhaps where more people read (P14). So a redirect is handed on as an answer, its address in the
header `x-moved-to`, and the client decides. And PyGithub's connection object is not safe to share
between threads: the request is kept on it between two calls. So each thread has its own requester.

It never follows, retries or sleeps.
"""

from __future__ import annotations

import http.cookiejar
import threading
from collections.abc import Callable
from typing import Any

import github
import requests
from github.Requester import (
    HTTPRequestsConnectionClass,
    HTTPSRequestsConnectionClass,
    Requester,
    RequestsResponse,
)

MOVED_TO = "x-moved-to"
USER_AGENT = "aftermath"
API_VERSION = "2022-11-28"

_kept = threading.local()


def _kept_session(address: tuple[str, str, int], make: Callable[[], requests.Session]) -> requests.Session:
    """This thread's open session with a host: PyGithub makes a new connection object for each request."""
    sessions: dict[tuple[str, str, int], requests.Session] = _kept.__dict__.setdefault("sessions", {})
    if address not in sessions:
        session = make()
        # Two accounts may share a session; no cookie may tie one to the other.
        session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        sessions[address] = session
    return sessions[address]


def _as_it_came(verb: str, response: RequestsResponse) -> RequestsResponse:
    if response.status == 202 and verb == "GET":
        # PyGithub would sleep and ask again for ever; a 503 is tried again by the client, and not for ever.
        response.status = 503
    if 300 <= response.status < 400 and "location" in response.headers:
        response.headers[MOVED_TO] = response.headers.pop("location")
    return response


class _Http(HTTPRequestsConnectionClass):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fresh = self.session
        self.session = _kept_session((self.protocol, self.host, self.port), lambda: fresh)

    def getresponse(self) -> RequestsResponse:
        return _as_it_came(self.verb, super().getresponse())

    def close(self) -> None:
        """The session stays open for the next request."""


class _Https(HTTPSRequestsConnectionClass):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fresh = self.session
        self.session = _kept_session((self.protocol, self.host, self.port), lambda: fresh)

    def getresponse(self) -> RequestsResponse:
        return _as_it_came(self.verb, super().getresponse())

    def close(self) -> None:
        """The session stays open for the next request."""


class _Unfollowing(Requester):
    """Has connection classes of its own; every other user of PyGithub in the process keeps the usual ones."""


_Unfollowing.injectConnectionClasses(_Http, _Https)


class Wire:
    """One requester a thread, for one server and one token."""

    def __init__(self, base_url: str, token: str, timeout_s: float) -> None:
        settings = github.Github(
            auth=github.Auth.Token(token),
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
        self._settings = {**settings, "timeout": timeout_s}
        self._own = threading.local()

    @property
    def requester(self) -> Requester:
        """This thread's requester."""
        found: Requester | None = getattr(self._own, "requester", None)
        if found is None:
            found = self._own.requester = _Unfollowing(**self._settings)
        return found

    def __repr__(self) -> str:
        return f"Wire({self._settings['base_url']!r})"
