"""GitHub over HTTP: reads that are retried and remembered, writes that are sent once.

PyGithub brings connection, authentication and encoding. Its objects are not used: they take a 200 with
an HTML page for a created issue, and hide status and headers that tell done from not done (P3). Every
request goes through its `requestJson`, and every answer through `answers`.

It never sleeps for a rate limit, and no credential is in any text or repr of it.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import requests
import tenacity
import urllib3.exceptions

from connectors.access import Access
from connectors.errors import Refused, Temporary, TrackerError
from connectors.github.allowances import allowance_in
from connectors.github.answers import (
    Answer,
    Unreachable,
    error_in,
    graphql_error_in,
    graphql_errors,
    lost,
    read_answer,
    unexpected,
)
from connectors.github.app import App, AppApi
from connectors.github.etags import EtagCache
from connectors.github.installation_tokens import InstallationTokens
from connectors.github.keyring import Keyring, OneToken
from connectors.github.wire import MOVED_TO, Wire
from connectors.metering import RequestMeter

PAGE_SIZE = 100
_TRIES_MAX = 3
_HOPS_MAX = 3
_PAGES_MAX = 1_000
_REDIRECTS = (301, 302, 307, 308)
#: What requests, urllib3 and PyGithub raise around a request. For a write all of it means: who knows.
_FAILURES = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, RuntimeError, ValueError, AssertionError)

_OF_REPOSITORY = re.compile(r"/repos/([^/?]+/[^/?]+)")

Query = Mapping[str, str | int]
_T = TypeVar("_T")


class GitHubClient:
    """One account on one server; safe to share between threads. `sleep` waits between tries of a read.

    The credential in `access` is a token, or with an `app` the private key of that GitHub App.
    """

    def __init__(
        self,
        base_url: str,
        access: Access,
        now: Callable[[], dt.datetime],
        sleep: Callable[[float], None] = time.sleep,
        app: App | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.requests = RequestMeter()
        self.now = now
        self.access = access
        self._prefix = urlsplit(self.base_url).path
        self._wire = Wire(self.base_url, access)
        #: GitHub as our App sees it; None with a token.
        self._app = AppApi(app, access.secret, now, self._sent_as_app) if app else None
        self._keys: Keyring = InstallationTokens(self._app, now) if self._app else OneToken(access.secret)
        self._sleep = sleep
        self._etags = EtagCache()

    # --- reads -------------------------------------------------------------------------------

    def read(
        self, path: str, query: Query | None = None, *, etag: str = "", remember: bool = False, to: str = ""
    ) -> Answer:
        """GET, in up to three tries, redirects followed. `path` may carry a query of its own; `to` names the owner
        whose ticket or repository it is about, where the path does not.

        With `etag` the answer may be a 304; with `remember` an unchanged answer comes out of memory.
        Raises Temporary (after the last try, or with the time to wait at a rate limit), Denied, Gone, Refused.
        """
        return self._tries()(self._read_once, path, query or {}, etag, remember, to or _repository_in(path))

    def read_object(self, path: str, *, remember: bool = False) -> tuple[dict[str, Any], Answer]:
        """GET one JSON object. Raises as `read` does, and Temporary for anything but an object."""
        answer = self.read(path, remember=remember)
        if not isinstance(answer.data, dict):
            raise unexpected(answer)
        return answer.data, answer

    def read_pages(self, path: str, query: Query | None = None, *, remember: bool = False) -> Iterator[dict[str, Any]]:
        """GET a list, page after page as it is consumed. A full page without a `next` link is followed too:
        a remembered page may have been the last one when its link was written."""
        asked = {"per_page": PAGE_SIZE, **(query or {})}
        answer = self.read(path, asked, remember=remember)
        for page in range(2, _PAGES_MAX):
            items = listed(answer)
            yield from items
            if answer.next_url:
                answer = self.read(answer.next_url, remember=remember)
            elif len(items) >= PAGE_SIZE and remember:
                answer = self.read(path, {**asked, "page": page}, remember=remember)
            else:
                return
        raise Temporary(f"GitHub lists more than {_PAGES_MAX * PAGE_SIZE} entries at {path}.")

    def _read_once(self, path: str, query: Query, etag: str, remember: bool, to: str) -> Answer:
        url = f"{path}?{urlencode(sorted(query.items()))}" if query else self._own(path)
        known = self._etags.get(url) if remember else None
        headers = {"If-None-Match": known.etag if known else etag} if known or etag else {}
        answer = self._exchange("GET", url, headers, to=to)
        for _ in range(_HOPS_MAX):
            if not _is_redirect(answer):
                break
            answer = self._exchange("GET", self._redirected(answer), headers, to=to)
        self._check(answer)
        if answer.status == 304 and known:
            return known.answer
        if remember:
            self._etags.put(url, answer)
        return answer

    # --- writes ------------------------------------------------------------------------------

    def write(self, verb: str, path: str, body: Any = None, *, follows: bool = False) -> Answer:
        """POST, PATCH or DELETE, sent once. A redirect says that nothing was done; it is followed only where
        `follows` says that the same thing is meant at the new address.

        Raises Temporary (never sent, rate limit, moved), Ambiguous, Denied, Gone, Refused.
        """
        to = _repository_in(path)
        answer = self._exchange(verb, path, {}, body, to=to)
        for _ in range(_HOPS_MAX):
            if not (follows and _is_redirect(answer)):
                break
            answer = self._exchange(verb, self._redirected(answer), {}, body, to=to)
        if _is_redirect(answer):
            raise Temporary(f"{verb} {path} was not done: GitHub says that it moved. It is looked at again.")
        self._check(answer)
        return answer

    def query_graphql(
        self, query: str, variables: Mapping[str, str | int] | None = None, *, to: str = ""
    ) -> dict[str, Any]:
        """A GraphQL query that reads, in up to three tries; its `data`. `to` names the owner, or the repository, that
        it asks about: an App has another token for each owner.
        https://docs.github.com/en/graphql/guides/forming-calls-with-graphql

        Raises Temporary (after the last try, or with the time to wait at a rate limit), and Denied, Gone, Refused where
        GraphQL, or this query, is not for us.
        """
        data, _ = self._tries()(self._query_once, {"query": query, "variables": dict(variables or {})}, to)
        return data

    def query_partly(
        self, query: str, variables: Mapping[str, str | int], *, to: str
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The same for a query of several things, of which some may not be there: the data, and the errors that name
        their place in it (`answers.path_of`). Raises as `query_graphql` does where the whole query is refused."""
        return self._tries()(self._query_once, {"query": query, "variables": dict(variables)}, to, partly=True)

    @property
    def is_app(self) -> bool:
        return self._app is not None

    def as_app(self, ask: Callable[[AppApi], _T]) -> _T:
        """What our GitHub App is told as itself, in up to three tries. Only where `is_app`. Raises as `read` does."""
        assert self._app is not None, "a token is no App"
        return self._tries()(ask, self._app)

    def write_as_app(self, verb: str, path: str) -> Answer:
        """What our GitHub App writes as itself, sent once. Only where `is_app`. Raises as `write` does."""
        assert self._app is not None, "a token is no App"
        return self._app.ask(verb, path)

    # --- inside ------------------------------------------------------------------------------

    def _sent_as_app(self, authorization: str, verb: str, path: str) -> Answer:
        """To make a token is as harmless as a read; what a hook is asked for is not."""
        return self._send(authorization, verb, self._own(path), is_read="/hook/" not in path)

    def _tries(self) -> tenacity.Retrying:
        return tenacity.Retrying(
            stop=tenacity.stop_after_attempt(_TRIES_MAX),
            wait=tenacity.wait_exponential(multiplier=0.2, max=2),
            retry=tenacity.retry_if_exception_type(Unreachable),
            sleep=self._sleep,
            reraise=True,
        )

    def _query_once(
        self, asked: Mapping[str, Any], to: str, *, partly: bool = False
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        answer = self._exchange("POST", self._wire.graphql_url, {}, asked, is_read=True, to=to)
        error = graphql_error_in(answer, self.now(), partly=partly)
        if error is not None:
            raise self._without_token(error)
        return answer.data["data"], graphql_errors(answer)

    def _exchange(
        self, verb: str, url: str, headers: Mapping[str, str], body: Any = None, *, is_read: bool = False, to: str
    ) -> Answer:
        """Ask with the credential as it is now; once more where it was not taken and is another one by now.

        This goes for a write too, and P3 stands: GitHub's 401 is its word that nobody was let in, so nothing was
        done. A 401 that is not in its JSON is somebody else's word, and a write is not repeated on that.
        https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api#failed-login-limit
        """
        token = self._keys.token(to)
        answer = self._send(f"token {token}", verb, url, headers, body, is_read=is_read, to=to)
        is_let_in = answer.status != 401 or (answer.is_write and not answer.is_json)
        if is_let_in or not self._keys.is_renewed(token, to):
            return answer
        return self._send(f"token {self._keys.token(to)}", verb, url, headers, body, is_read=is_read, to=to)

    def _send(
        self,
        authorization: str,
        verb: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        *,
        is_read: bool = False,
        to: str = "",
    ) -> Answer:
        """One request, whatever its answer. Raises Unreachable, Temporary, Ambiguous where there is none."""
        path = url.partition("?")[0]
        (self.requests.read if verb == "GET" or is_read else self.requests.write)()
        asked = {"Accept": "application/vnd.github+json", **(headers or {})}
        failure: Exception
        try:
            status, given, text = self._wire.send(authorization, verb, url, asked, body)
            self.requests.allowances.note(allowance_in(given, self._counted_for(to)))
            return read_answer("GET" if is_read else verb, path, status, given, text)
        except _FAILURES as raised:
            failure = raised
        # Raised out here, so that the request with its credential does not hang on the error as its context.
        raise lost("GET" if is_read else verb, path, failure)

    def _counted_for(self, to: str) -> str:
        """The owner for whom requests are counted apart: each installation of an App has a limit of its own."""
        is_one = self._app is None or self._app.app.installation
        return "" if is_one else to.partition("/")[0].casefold()

    def _check(self, answer: Answer) -> None:
        error = error_in(answer, self.now())
        if error is not None:
            raise self._without_token(error)

    def _without_token(self, error: TrackerError) -> TrackerError:
        error.args = tuple(self._keys.cleaned(str(part)) for part in error.args)
        return error

    def _redirected(self, answer: Answer) -> str:
        """The new address on our own server: another host is never asked, since it would be shown the token."""
        target = urlsplit(answer.headers[MOVED_TO])
        ours = urlsplit(self.base_url)
        if target.netloc and (target.hostname, target.port) != (ours.hostname, ours.port):
            raise Refused(f"GitHub sends {answer.verb} {answer.path} on to another server.", status=answer.status)
        return self._own(answer.headers[MOVED_TO])

    def _own(self, url: str) -> str:
        """An address that GitHub gave, as a path on our own server: PyGithub puts host and prefix before it."""
        parts = urlsplit(url)
        path = parts.path.removeprefix(self._prefix) if parts.netloc else parts.path
        return f"{path}?{parts.query}" if parts.query else path

    def __repr__(self) -> str:
        return f"GitHubClient({self.base_url!r})"


def _repository_in(path: str) -> str:
    """The repository whose path it is (`acme/shop`), or nothing."""
    found = _OF_REPOSITORY.match(path)
    return found[1] if found else ""


def listed(answer: Answer) -> list[dict[str, Any]]:
    """The objects of a list. Raises Temporary where the answer is no list."""
    if not isinstance(answer.data, list):
        raise unexpected(answer)
    return [item for item in answer.data if isinstance(item, dict)]


def _is_redirect(answer: Answer) -> bool:
    return answer.status in _REDIRECTS and MOVED_TO in answer.headers
