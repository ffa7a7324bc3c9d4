"""Requests to Jira, through the session of the `jira` client: one call, one request, one known outcome.

The client's own methods are passed over where they take an HTML page for an answer, send a second request
unasked (`create_issue`, `create_issue_link`) or cannot carry a marker; its session, its authentication and
its URLs are what is used. Its retries are off, since they would send a POST twice after a cut connection.
Redirects are not followed: a login wall would turn a POST into a GET that succeeds.

Reads are tried up to three times; a write is sent once. The client is not known to be thread-safe, so each
thread has its own. What leaves this module is JSON or one of `connectors.errors`; never an exception that
holds a request with its headers.
"""

from __future__ import annotations

import base64
import datetime as dt
import http.cookiejar
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import requests
from jira import JIRA
from jira.exceptions import JIRAError
from requests.auth import AuthBase
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential
from tenacity.wait import wait_base

from connectors.access import Access
from connectors.errors import Temporary, TrackerError
from connectors.jira.allowances import allowance_in
from connectors.jira.answers import error_of, error_of_exception, is_for_nobody, not_let_in, unreadable, was_let_in
from connectors.metering import RequestMeter

READ_TRIES_MAX = 3


class _TryAgain(Temporary):
    """A read that failed in a way that may pass at once."""


class _Authorised(AuthBase):
    """A request's credential; given with each request, since an open session must not keep one that was changed.
    https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/
    https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html
    """

    def __init__(self, user: str, secret: str) -> None:
        pair = base64.b64encode(f"{user}:{secret}".encode()).decode()
        self._header = f"Basic {pair}" if user else f"Bearer {secret}"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._header
        return request


class JiraClient:
    """Sends requests below `/rest/api/N/` of `base_url`, N being `api_version`; a path that begins with a slash is
    below `base_url` itself. Thread-safe. `repr` and errors show no secret.

    With a `user` the credential is that account's API token or password (basic), without one it is shown by itself
    (Bearer: OAuth 2, a service account, Data Center's personal access token). `web_url` is where people look, which
    is another place than `base_url` where that is Atlassian's gateway. `wait` is the pause between tries of a read.
    """

    def __init__(
        self,
        base_url: str,
        user: str,
        access: Access,
        *,
        meter: RequestMeter,
        now: Callable[[], dt.datetime],
        web_url: str = "",
        wait: wait_base | None = None,
        api_version: str = "3",
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.web_url = web_url.rstrip("/") or self.base_url
        self.meter = meter
        self._user = user
        self.access = access
        self._api_version = api_version
        self._now = now
        self._wait = wait or wait_random_exponential(multiplier=0.5, max=4)
        self._threads = threading.local()

    @property
    def shows_a_token(self) -> bool:
        """Whether the credential stands for itself, with no user named beside it."""
        return not self._user

    def now(self) -> dt.datetime:
        return self._now()

    def __repr__(self) -> str:
        return f"JiraClient({self.base_url!r})"

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Read; the answer's JSON. Raises Temporary, Denied, Gone, Refused."""
        return self._read("GET", path, params, None)

    def ask(self, path: str, body: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Read by POST, for those questions that Jira takes that way. Raises as `get`."""
        return self._read("POST", path, params, body)

    def write(
        self, method: str, path: str, body: Any = None, params: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Write, once; the answer's object, {} for an answer without a body.

        Raises Ambiguous where nobody knows, Temporary where it was not done, Denied, Gone, Refused.
        """
        return self._written(method, path, body, params)[0]

    def put_there(self, path: str, body: Any) -> bool:
        """POST, once, what is made where it is not there (201) and brought up to date where it is (200): whether it
        was made. Raises as `write`."""
        return self._written("POST", path, body, None)[1] == HTTPStatus.CREATED

    def _written(
        self, method: str, path: str, body: Any, params: Mapping[str, Any] | None
    ) -> tuple[dict[str, Any], int]:
        """The answer's object and its status."""
        self.meter.write()
        answer = self._send(method, path, params, body, is_write=True)
        if not answer.content.strip() and "html" not in answer.headers.get("Content-Type", ""):
            return {}, answer.status_code
        parsed = _json(answer)
        if not isinstance(parsed, dict):
            raise unreadable(f"{method} {path}", _described(answer), is_write=True)
        return parsed, answer.status_code

    def _read(self, method: str, path: str, params: Mapping[str, Any] | None, body: Any) -> Any:
        tries = Retrying(
            stop=stop_after_attempt(READ_TRIES_MAX),
            wait=self._wait,
            retry=retry_if_exception_type(_TryAgain),
            reraise=True,
        )
        try:
            return tries(self._read_once, method, path, params, body)
        except _TryAgain as error:
            given_up = str(error).removesuffix(".")
        raise Temporary(f"{given_up}; tried {READ_TRIES_MAX} times")

    def _read_once(self, method: str, path: str, params: Mapping[str, Any] | None, body: Any) -> Any:
        self.meter.read()
        answer = self._send(method, path, params, body, is_write=False)
        parsed = _json(answer)
        if not isinstance(parsed, dict | list):
            raise unreadable(f"{method} {path}", _described(answer), is_write=False)
        return parsed

    def _send(
        self, method: str, path: str, params: Mapping[str, Any] | None, body: Any, *, is_write: bool
    ) -> requests.Response:
        """The 2xx answer; asked for once more where the credential was not taken and is another one by now.

        This goes for a write too, and P3 stands: with 401 Jira says that nobody was let in, so nothing was done.
        https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#status-codes
        Where anybody may look, an expired token gets no 401 but anybody's answer: a 200 that is empty, or a 404.
        """
        asked = f"{method} {path}"
        used = self.access.secret.now()
        answer = self._answer(used, method, path, params, body, is_write=is_write)
        if not was_let_in(answer, is_write=is_write) and self.access.secret.changed_from(used):
            (self.meter.write if is_write else self.meter.read)()
            answer = self._answer(self.access.secret.now(), method, path, params, body, is_write=is_write)
        is_told = answer.status_code == HTTPStatus.UNAUTHORIZED and not is_for_nobody(answer)
        if not is_told and not was_let_in(answer, is_write=is_write):
            raise not_let_in(asked, answer.status_code)
        if 200 <= answer.status_code < 300:
            return answer
        raise self._refusal(answer, asked, is_write=is_write)

    def _answer(
        self, secret: str, method: str, path: str, params: Mapping[str, Any] | None, body: Any, *, is_write: bool
    ) -> requests.Response:
        """Whatever is answered. Errors are raised outside the handlers, so that none drags the vendor's along."""
        asked = f"{method} {path}"
        answers: list[requests.Response] = []
        failure: TrackerError | None = None
        try:
            self._request(secret, method, path, params, body, answers)
        except requests.RequestException as error:
            failure = error_of_exception(error, asked=asked, is_write=is_write)
            if not is_write:
                failure = _TryAgain(str(failure))
        except (JIRAError, TypeError, ValueError, AttributeError, RecursionError):
            # JIRAError is the library's reading of the answer, which is read here instead; over an error body
            # of a shape that it does not expect it stumbles, and the status would be lost.
            failure = None
        if failure is not None:
            raise failure
        if not answers:
            raise unreadable(asked, "nothing", is_write=is_write)
        self.meter.allowances.note(allowance_in(answers[-1].headers, self._now()))
        return answers[-1]

    def _refusal(self, answer: requests.Response, asked: str, *, is_write: bool) -> TrackerError:
        text = self.access.secret.cleaned(answer.text)
        error = error_of(answer.status_code, answer.headers, text, asked=asked, is_write=is_write, now=self._now())
        if not is_write and answer.status_code >= 500 and isinstance(error, Temporary) and error.retry_after_s is None:
            return _TryAgain(str(error))
        return error

    def _request(
        self,
        secret: str,
        method: str,
        path: str,
        params: Mapping[str, Any] | None,
        body: Any,
        answers: list[requests.Response],
    ) -> None:
        """Send, and put the answer among `answers` before the library looks at it."""

        def keep(answer: requests.Response, **_: Any) -> None:
            answers.append(answer)

        jira = self._jira()
        jira._session.request(
            method,
            self.base_url + path if path.startswith("/") else jira._get_url(path),
            params=dict(params or {}),
            json=body,
            auth=_Authorised(self._user, secret),
            allow_redirects=False,
            hooks={"response": keep},
        )

    def _jira(self) -> JIRA:
        client: JIRA | None = getattr(self._threads, "client", None)
        if client is None:
            client = JIRA(
                server=self.base_url,
                options={"rest_api_version": self._api_version},
                max_retries=0,
                timeout=self.access.timeout_s,
                get_server_info=False,
            )
            # A session cookie would go on speaking for a credential that was changed.
            client._session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
            self.access.prepare(client._session)
            self._threads.client = client
        return client


def _json(answer: requests.Response) -> Any:
    """The JSON of an answer, None where it is none."""
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return None


def _described(answer: requests.Response) -> str:
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip() or "no content type"
    return f"{answer.status_code} and {kind}"
