"""What stays the same for a while: our own account, who reads a repository, who may do what there.

Each is one request and then remembered: our account as long as the credential stays, a repository for an hour,
somebody's rights for ten minutes. A refusal is not remembered, so that what was put right works at once.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from connectors.errors import Denied, Gone, Refused, Temporary
from connectors.github.addresses import account_in_path, container_of, repository_path
from connectors.github.answers import unexpected
from connectors.github.app import AppApi
from connectors.github.client import GitHubClient
from rules.facts import Actor, ActorKind, Audience
from rules.refs import Place, TicketRef

_REPOSITORY_KEPT = dt.timedelta(hours=1)
_RIGHTS_KEPT = dt.timedelta(minutes=10)
VIEWER_QUERY = "query { viewer { login } }"
_WRITERS = frozenset({"triage", "write", "maintain", "admin"})
_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")


class Kept(Generic[_K, _V]):
    """Values remembered for a time; thread-safe. Two threads may fetch the same once each."""

    def __init__(self, now: Callable[[], dt.datetime], keep: dt.timedelta, entries_max: int = 10_000) -> None:
        self._now, self._keep, self._entries_max = now, keep, entries_max
        self._values: dict[_K, tuple[dt.datetime, _V]] = {}
        self._lock = threading.Lock()

    def get(self, key: _K, fetch: Callable[[], _V], *, is_anew: bool = False) -> _V:
        """What is remembered, or with `is_anew` what is so now."""
        with self._lock:
            known = None if is_anew else self._values.get(key)
        # A clock that was set back must not keep a value for longer than was meant.
        if known and dt.timedelta(0) <= self._now() - known[0] < self._keep:
            return known[1]
        asked_at, value = self._now(), fetch()
        self.put(key, asked_at, value)
        return value

    def put(self, key: _K, at: dt.datetime, value: _V) -> None:
        """Remember what something else has told."""
        with self._lock:
            if len(self._values) >= self._entries_max:
                self._values.clear()
            self._values[key] = (at, value)


class Standing:
    """Our account, audiences and rights on one server."""

    def __init__(self, client: GitHubClient) -> None:
        self._client = client
        self._we: tuple[int, Actor] | None = None
        self._repositories: Kept[str, dict[str, Any]] = Kept(client.now, _REPOSITORY_KEPT)
        self._rights: Kept[tuple[str, str], bool] = Kept(client.now, _RIGHTS_KEPT)

    def who_we_are(self) -> Actor:
        """Our own account; an App's is its slug with `[bot]`. Raises Denied on wrong credentials.
        https://docs.github.com/en/rest/users/users#get-the-authenticated-user"""
        mark, known = self._client.access.mark, self._we
        if known is None or known[0] != mark:
            known = self._we = (mark, self._ask_who_we_are())
        return known[1]

    def audience(self, place: Place, *, is_anew: bool = False) -> Audience:
        """Who can read what stands in a repository, by what was remembered for an hour at most; `internal` ones are not
        public.
        https://docs.github.com/en/rest/repos/repos#get-a-repository"""
        shown = self._repositories.get(place.container, lambda: self._fetch_repository(place), is_anew=is_anew)
        return Audience.PUBLIC if _is_public(shown) else Audience.INTERNAL

    def note_audience(self, container: str, *, is_private: bool, visibility: str) -> Audience:
        """What another answer has just told of who reads a repository: it need not be asked for within the hour."""
        shown = {"private": is_private, "visibility": visibility}
        self._repositories.put(container, self._client.now(), shown)
        return Audience.PUBLIC if _is_public(shown) else Audience.INTERNAL

    def check_place(self, place: Place) -> None:
        """Raise Gone, Denied or Refused with a sentence on what is missing there. Asks anew each time.
        https://docs.github.com/en/rest/repos/repos#get-a-repository"""
        name = place.container
        try:
            shown = self._fetch_repository(place)
        except Gone:
            we = self.who_we_are().account
            how = "add it to the App's installation" if self._client.is_app else "invite it there"
            raise Gone(f"{name} is not on GitHub, or {we} cannot see it: {how}.", status=404) from None
        if shown.get("archived"):
            raise Refused(f"{name} is archived, so nothing can be written there.")
        if shown.get("has_issues") is False:
            raise Gone(f"Issues are switched off in {name}: switch them on in its settings.", status=410)
        permissions = shown.get("permissions")
        # Of an App's installation they say nothing: its own permissions are looked at by `check`.
        if self._client.is_app:
            return
        if isinstance(permissions, dict) and not any(permissions.get(role) for role in ("triage", "push", "admin")):
            we = self.who_we_are().account
            raise Denied(f"{we} may only read {name}: give it the role Triage there, or Write.", status=403)

    def has_rights(self, ref: TicketRef, account: str) -> bool:
        """Whether an account may triage or write there.
        https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user"""
        container = container_of(ref)
        return self._rights.get((container, account.casefold()), lambda: self._ask_rights(container, account))

    def _ask_rights(self, container: str, account: str) -> bool:
        if not account.strip(". "):
            return False
        path = f"{repository_path(container)}/collaborators/{account_in_path(account)}/permission"
        try:
            shown, _ = self._client.read_object(path)
        except Gone:
            return False
        # As text: whatever else stands there is no role.
        return str(shown.get("role_name")) in _WRITERS or shown.get("permission") in ("write", "admin")

    def _fetch_repository(self, place: Place) -> dict[str, Any]:
        # An unchanged one costs nothing of the rate limit.
        shown, answer = self._client.read_object(repository_path(place.container), remember=True)
        if "full_name" not in shown:
            raise unexpected(answer)
        return shown

    def _ask_who_we_are(self) -> Actor:
        if self._client.is_app:
            about = self._client.as_app(AppApi.fetch_about)
            return Actor(f"{about['slug']}[bot]", str(about.get("name") or about["slug"]), ActorKind.OURS)
        try:
            shown, answer = self._client.read_object("/user")
        except Denied as denied:
            if denied.status != 403:
                raise
            return self._ask_which_app()
        login = shown.get("login")
        if not isinstance(login, str) or not login:
            raise unexpected(answer)
        return Actor(login, str(shown.get("name") or login), ActorKind.OURS)

    def _ask_which_app(self) -> Actor:
        """A GitHub App's installation has no /user; GraphQL knows it as the viewer.
        https://docs.github.com/en/graphql/reference/queries#user"""
        viewer = self._client.query_graphql(VIEWER_QUERY).get("viewer")
        login = viewer.get("login") if isinstance(viewer, dict) else None
        if not isinstance(login, str) or not login:
            raise Temporary("GitHub does not say whose the credential is.")
        login = login if login.endswith("[bot]") else f"{login}[bot]"
        return Actor(login, login, ActorKind.OURS)


def _is_public(repository: dict[str, Any]) -> bool:
    # Both have to say so: a server that is silent about one must not widen an audience (P14).
    return repository.get("private") is False and repository.get("visibility", "public") == "public"
