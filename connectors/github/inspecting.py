"""Looks a GitHub server over for a person: token, repositories, labels, people, and whose the account is.

Everything is asked by GET; what cannot be asked so (whether a fine-grained token may write issues) is said to be
unknown rather than tried. The webhooks have a file of their own.

https://docs.github.com/en/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from connectors.errors import Denied, Gone, Refused
from connectors.github.addresses import account_in_path, repository_path, web_address
from connectors.github.answers import Answer
from connectors.github.app_inspecting import APP, look_at_app
from connectors.github.client import GitHubClient, listed
from connectors.github.edits_inspecting import look_at_edits
from connectors.github.hook_inspecting import look_at_hooks
from connectors.github.issue_fields import IssueFieldBook
from connectors.github.names_inspecting import name_findings
from connectors.github.parse import Reader, labels, moment
from connectors.github.standing import Standing
from connectors.github.wishes_inspecting import look_at_wishes
from connectors.inspection import (
    OWN_ACCOUNT,
    WEBHOOK,
    Finding,
    Wanted,
    Writings,
    access,
    assignable_people,
    good,
    in_short,
    lets_us_in,
    looked,
    named_owners,
    note,
    own_account,
    token_end,
    wrong,
)
from rules.refs import Place

#: How many of a repository's newest issues and comments of ours are looked at for the hand of a person.
LOOKED_AT = 100
_TOKENS = "/settings/tokens"
_APPS = "/settings/apps"
_HIDDEN_MARKER = "<!-- aftermath/"
_ZONE = re.compile(r" UTC\Z")


class Inspecting:
    """One look at one server, on behalf of one account. `reader` is asked for only once the account is known."""

    def __init__(
        self,
        client: GitHubClient,
        standing: Standing,
        reader: Callable[[], Reader],
        wanted: Wanted,
        fields: IssueFieldBook,
    ) -> None:
        self._client = client
        self._standing = standing
        self._reader = reader
        self._wanted = wanted
        self._fields = fields
        self._site = web_address(client.base_url)
        #: What GET /user brought; None where there is none, as for a GitHub App.
        self._user: Answer | None = None
        self._shown: dict[Place, dict[str, Any]] = {}
        self._shelves: dict[Place, dict[str, Any]] = {}

    def inspect(self) -> Iterator[Finding]:
        """Every finding, as it is made. Raises nothing for GitHub's trouble."""
        todo, page = "Make a new token for the account that Aftermath writes as, and put it there.", _TOKENS
        if self._client.is_app:
            todo, page = "Make a new key on the App's own page, and put it there.", _APPS
        findings = access(self._who, todo, self._site + page)
        yield from findings
        if not lets_us_in(findings):
            return
        if self._client.is_app:
            yield from looked(APP, partial(look_at_app, self._client, self._wanted, self._site + _APPS))
        for place in self._wanted.places:
            yield from looked(place.container, partial(self._place, place))
        for place in self._wanted.files:
            yield from looked(place.container, partial(self._shelf, place))
        yield from self._scopes()
        yield from looked(OWN_ACCOUNT, self._own_account)
        for place, repository in self._shown.items():
            yield from looked(place.container, partial(self._labels, place, repository))
            yield from looked(place.container, partial(look_at_edits, self._client, place))
            for ticket in self._wanted.tickets.get(place, ()):
                yield from looked(place.container, partial(look_at_wishes, self._fields, place, ticket))
            yield from looked("people", partial(self._people, place))
            yield from looked(WEBHOOK, partial(look_at_hooks, self._client, place, repository, self._wanted))
        shown = [place.container for place in self._shown]
        yield from looked("fields", lambda: name_findings(self._fields, self._wanted, shown))

    # --- token and account ----------------------------------------------------------------------

    def _who(self) -> Iterator[Finding]:
        """https://docs.github.com/en/rest/users/users#get-the-authenticated-user"""
        account = self._standing.who_we_are().account
        if self._client.is_app:
            yield good("token", f"The App's key is taken; Aftermath writes as {account}.")
            return
        with suppress(Denied):  # an App's installation has no /user
            self._user = self._client.read("/user")
        yield good("token", f"The token is taken; Aftermath writes as {account}.")
        ends = self._user.headers.get("github-authentication-token-expiration", "") if self._user else ""
        if ends:
            yield from _token_ends(ends, self._client.now(), self._site + _TOKENS)

    def _scopes(self) -> Iterator[Finding]:
        """https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps"""
        if self._user is None:
            return
        held = self._user.headers.get("x-oauth-scopes")
        if held is None:
            yield note(
                "token",
                "GitHub does not tell what a fine-grained token may do, and nothing is written to find out.",
                f"Make sure that it has Issues: read and write, for each repository above{self._contents_too()}.",
                f"{self._site}/settings/personal-access-tokens",
            )
            return
        scopes = {scope.strip() for scope in held.split(",") if scope.strip()}
        is_enough = "repo" in scopes or (
            "public_repo" in scopes
            and not any(r.get("private") for r in (*self._shown.values(), *self._shelves.values()))
        )
        if is_enough:
            yield good("token", f"Its scopes are enough: {', '.join(sorted(scopes))}.")
        else:
            has = ", ".join(sorted(scopes)) or "none"
            yield wrong("token", f"Its scopes are not enough: {has}.", "Add the scope repo.", self._site + _TOKENS)

    def _own_account(self) -> Iterator[Finding]:
        account = self._standing.who_we_are().account
        if self._user is None or self._user.data.get("type") == "Bot":
            yield good(OWN_ACCOUNT, f"{account} is a bot on GitHub: nobody's but ours.")
            return
        shown = self._shown
        signs = named_owners(self._wanted, lambda known: known.casefold() == account.casefold())
        signs += [f"{p.container} belongs to it" for p, repo in shown.items() if _belongs_to(repo, account)]
        writings = Writings()
        for place in shown:
            self._sort(place, account, writings)
        looked_at = f"the people file, and what it wrote last in {in_short(p.container for p in shown)}"
        yield from own_account(account, signs, looked_at, writings, f"{self._site}/signup")

    def _sort(self, place: Place, account: str, writings: Writings) -> None:
        """Our newest issues and the newest comments there, by whether they carry a marker that we know.
        https://docs.github.com/en/rest/issues/issues#list-repository-issues
        https://docs.github.com/en/rest/issues/comments#list-issue-comments-for-a-repository"""
        path, reader = f"{repository_path(place.container)}/issues", self._reader()
        newest: dict[str, str | int] = {"sort": "created", "direction": "desc", "per_page": LOOKED_AT}
        issues = listed(self._client.read(path, {**newest, "state": "all", "creator": account}))
        comments = listed(self._client.read(f"{path}/comments", newest))
        for written in (*issues, *comments):
            if reader.is_us(written.get("user")) and not reader.marker(written):
                number = str(written.get("issue_url") or written.get("url")).rpartition("/")[2]
                if _HIDDEN_MARKER in str(written.get("body") or ""):
                    writings.strange.append(f"{place.container}#{number}")
                elif self._wanted.our_label not in labels(written):  # else one of ours whose body was written anew
                    writings.by_hand.append(f"{place.container}#{number}")

    # --- repositories -----------------------------------------------------------------------------

    def _place(self, place: Place) -> Iterator[Finding]:
        """https://docs.github.com/en/rest/repos/repos#get-a-repository"""
        name = place.container
        page = f"{self._site}/{name}/settings"
        try:
            self._standing.check_place(place)
        except Gone as gone:
            gone_where = page if gone.status == 410 else f"{page}/access"
            yield wrong(name, str(gone), where=gone_where)
            return
        except Refused as refused:
            yield wrong(name, str(refused), where=page)
            return
        repository, _ = self._client.read_object(repository_path(name))
        self._client.read(f"{repository_path(name)}/issues", {"per_page": 1})
        self._shown[place] = repository
        yield good(name, f"{name} is there, its issues are on, and we may work in it.")
        if not self._may_push(repository):
            yield note(
                name,
                f"We may triage {name}, and GitHub tells people's rights only to those who may write.",
                "Commands (/ack, /due, …) are not obeyed there until our account has the role Write.",
                f"{page}/access",
            )

    def _shelf(self, place: Place) -> Iterator[Finding]:
        """A repository that only files are written to. https://docs.github.com/en/rest/repos/repos#get-a-repository"""
        name, page = place.container, f"{self._site}/{place.container}/settings"
        try:
            repository, _ = self._client.read_object(repository_path(name))
        except Gone:
            we = self._standing.who_we_are().account
            yield wrong(name, f"{name} is not on GitHub, or {we} cannot see it.", "Invite it there.", f"{page}/access")
            return
        self._shelves[place] = repository
        if repository.get("archived"):
            yield wrong(name, f"{name} is archived, so no lesson can be written there.", "Take it out of the archive.")
        elif not self._may_push(repository):
            todo = "Give our account the role Write there."
            yield wrong(name, f"We may not write to {name}, so no lesson will be there.", todo, f"{page}/access")
        else:
            yield good(name, f"{name} is there, and lessons can be written to it.")

    def _may_push(self, repository: dict[str, Any]) -> bool:
        # A repository's `permissions` say nothing of an App's installation, which has its own.
        permissions = repository.get("permissions")
        if self._client.is_app or not isinstance(permissions, dict):
            return True
        return bool(permissions.get("push") or permissions.get("admin"))

    def _contents_too(self) -> str:
        names = in_short(place.container for place in self._wanted.files)
        return f", and Contents: read and write for {names}" if names else ""

    def _labels(self, place: Place, repository: dict[str, Any]) -> Iterator[Finding]:
        """https://docs.github.com/en/rest/issues/labels#list-labels-for-a-repository"""
        name, page = place.container, f"{self._site}/{place.container}/labels"
        path = f"{repository_path(name)}/labels"
        known = {str(label.get("name")).casefold() for label in self._client.read_pages(path)}
        missing = [label for label in self._wanted.failure_labels if label.casefold() not in known]
        if missing and len(missing) == len(self._wanted.failure_labels):
            yield note(
                name, f"No label {in_short(missing)} in {name} yet.", "Make it, so that people can choose it.", page
            )
        ours = [label for label in self._wanted.labels if label.casefold() not in known]
        if not ours:
            yield good(name, f"The labels that Aftermath puts on are there in {name}.")
        elif self._may_push(repository):
            yield good(name, f"{in_short(ours)}: not yet a label in {name}; made when it is first put on.")
        else:
            yield wrong(name, f"Our account cannot make the label {in_short(ours)} in {name}.", "Make it there.", page)

    def _people(self, place: Place) -> Iterator[Finding]:
        name, is_fit, unfit = place.container, partial(self._is_fit, place), partial(self._unfit, place)
        yield from assignable_people(self._wanted, name, is_fit, unfit)

    def _is_fit(self, place: Place, account: str) -> bool:
        """https://docs.github.com/en/rest/issues/assignees#check-if-a-user-can-be-assigned"""
        try:
            self._client.read(f"{repository_path(place.container)}/assignees/{account_in_path(account)}")
        except Gone:
            return False
        return True

    def _unfit(self, place: Place, account: str, person: str) -> Finding:
        name = place.container
        try:
            self._client.read_object(f"/users/{account_in_path(account)}")
        except Gone:
            return wrong(
                "people", f"{person}: there is nobody called {account} on GitHub.", "Mend it in the people file."
            )
        # Of several repositories, not everybody has to work in each.
        tell = wrong if len(self._wanted.places) == 1 else note
        return tell(
            "people",
            f"{person} ({account}) cannot be assigned in {name}.",
            f"Invite {account} to {name}, or take the account out of the people file.",
            f"{self._site}/{name}/settings/access",
        )


def _token_ends(ends: str, now: dt.datetime, where: str) -> Iterator[Finding]:
    """`2027-01-31 09:00:00 UTC`, as GitHub writes it into a header."""
    try:
        at = moment(_ZONE.sub("+00:00", ends))
    except (ValueError, OverflowError):
        return
    yield token_end(at, now, where)


def _belongs_to(repository: dict[str, Any], account: str) -> bool:
    owner = repository.get("owner")
    login = owner.get("login") if isinstance(owner, dict) else None
    return isinstance(login, str) and login.casefold() == account.casefold()
