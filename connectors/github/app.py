"""A GitHub App: what it may ask of GitHub as itself, signed with its private key, before any installation lets it in.

A JSON Web Token of ten minutes at most says which App asks. Everything here is a read or as harmless as one (a token
more or less), and is told in sentences a person can act on.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/about-authentication-with-a-github-app
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt

from connectors.access import Secret
from connectors.errors import Denied, Gone, TrackerError
from connectors.github.addresses import repository_path
from connectors.github.answers import Answer, error_in, unexpected
from connectors.github.parse import moment

#: GitHub asks to date it back a minute, against clocks that differ; ten minutes is the most that it takes.
_ISSUED_BEFORE = dt.timedelta(seconds=60)
_VALID_FOR = dt.timedelta(minutes=8)
_LISTED_MAX = 100
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
#: Asks GitHub: authorization, verb, path.
Send = Callable[[str, str, str], Answer]


@dataclass(frozen=True, slots=True)
class App:
    """A GitHub App by its id or client id. `installation` 0: the one of each repository's owner."""

    id: str
    installation: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """An installation's token; GitHub takes it until `expires_at`, an hour from when it was made."""

    text: str = field(repr=False)
    made_at: dt.datetime
    expires_at: dt.datetime


class AppApi:
    """GitHub as an App sees it. Thread-safe; one request a call, two where the key was changed meanwhile."""

    def __init__(self, app: App, key: Secret, now: Callable[[], dt.datetime], send: Send) -> None:
        self.app = app
        self._key = key
        self._now = now
        self._send = send

    def __repr__(self) -> str:
        return f"AppApi({self.app.id!r})"

    def fetch_about(self) -> dict[str, Any]:
        """Name, slug and permissions. https://docs.github.com/en/rest/apps/apps#get-the-authenticated-app"""
        answer = self.ask("GET", "/app")
        if not isinstance(answer.data, dict) or not isinstance(answer.data.get("slug"), str):
            raise unexpected(answer)
        return answer.data

    def fetch_installations(self) -> list[dict[str, Any]]:
        """The first hundred of those who let it in.
        https://docs.github.com/en/rest/apps/apps#list-installations-for-the-authenticated-app"""
        answer = self.ask("GET", f"/app/installations?per_page={_LISTED_MAX}")
        if not isinstance(answer.data, list):
            raise unexpected(answer)
        return [one for one in answer.data if isinstance(one, dict)]

    def fetch_installation(self, repository: str) -> dict[str, Any]:
        """The one that reaches a repository (`acme/shop`). Raises Denied where none does.
        https://docs.github.com/en/rest/apps/apps#get-a-repository-installation-for-the-authenticated-app"""
        try:
            answer = self.ask("GET", f"{repository_path(repository)}/installation")
        except Gone:
            answer = None
        if answer is None:
            raise not_installed(repository)
        if not isinstance(answer.data, dict) or not isinstance(answer.data.get("id"), int):
            raise unexpected(answer)
        return answer.data

    def fetch_token(self, installation: int) -> Token:
        """A new token. Raises Gone where there is no such installation any more, Denied where it is suspended.
        https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app"""
        asked_at = self._now()
        try:
            answer = self.ask("POST", f"/app/installations/{installation}/access_tokens")
        except Denied as denied:
            if "suspended" not in str(denied):
                raise
            answer = None
        if answer is None:
            raise Denied(
                f"The GitHub App's installation {installation} is suspended: whoever suspended it can lift that, in "
                f"the installation's settings on GitHub.",
                status=403,
            )
        try:
            return Token(str(answer.data["token"]), asked_at, moment(answer.data["expires_at"]))
        except (KeyError, TypeError, ValueError, AttributeError):
            failure = unexpected(answer)
        raise failure

    def ask(self, verb: str, path: str) -> Answer:
        """One request as the App; its good answer. Raises connectors.errors."""
        key = self._key.now()
        answer = self._send(f"Bearer {self._signed(key)}", verb, path)
        if answer.status == 401 and self._key.changed_from(key):
            answer = self._send(f"Bearer {self._signed(self._key.now())}", verb, path)
        error = error_in(answer, self._now())
        if error is None:
            return answer
        if answer.status == 401:
            raise Denied(
                f"GitHub does not take the App's key. Is {self.app.id} the App's id, is the key one of its keys, and "
                f"is this machine's clock right? {self._cleaned(str(error))}",
                status=401,
            )
        raise self._without_key(error)

    def _signed(self, key: str) -> str:
        """https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app"""
        now = self._now()
        claims = {"iat": now - _ISSUED_BEFORE, "exp": now + _VALID_FOR, "iss": self.app.id}
        try:
            return jwt.encode(claims, key, algorithm="RS256")
        except (jwt.PyJWTError, ValueError, TypeError):
            # Their words may quote the key.
            pass
        raise Denied("The GitHub App's private key cannot be read: it is the .pem file that the App's page made.")

    def _without_key(self, error: TrackerError) -> TrackerError:
        error.args = tuple(self._cleaned(str(part)) for part in error.args)
        return error

    def _cleaned(self, text: str) -> str:
        return _JWT.sub("…", self._key.cleaned(text))


def not_installed(to: str) -> Denied:
    """The App does not reach a repository, or an owner's."""
    return Denied(
        f"The GitHub App does not reach {to}: install it for {to.partition('/')[0]}, or add the repository to its "
        f"installation there, in the settings under GitHub Apps.",
        status=404,
    )
