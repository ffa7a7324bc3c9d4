"""Looks a Jira site over for a person: token, projects, issue types, permissions, link types, people, silence.

Everything is asked without a write. What an API token may not ask (the site's webhooks, which only its
administrators see) is said to be unknown.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from connectors.errors import Gone
from connectors.inspection import (
    OWN_ACCOUNT,
    PEOPLE_MAX,
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
    wrong,
)
from connectors.jira.addresses import jql_text, project_key
from connectors.jira.client import JiraClient
from connectors.jira.edition import DATA_CENTER, Edition
from connectors.jira.levels_inspecting import level_findings
from connectors.jira.listing import FIELDS
from connectors.jira.names_inspecting import label_findings, name_findings
from connectors.jira.parse import IssueParser
from connectors.jira.people import Accounts, account_of
from connectors.jira.projects import ProjectBook
from connectors.jira.rights import NEEDED
from connectors.jira.site_fields import SiteFields
from connectors.jira.site_pages import of_project
from connectors.jira.token_inspecting import token_findings
from connectors.jira.understood import understood
from connectors.jira.wishes_inspecting import WishInspecting
from connectors.markers import NAME
from rules.facts import Actor, ActorKind
from rules.refs import Place

#: How many of our account's newest issues are looked at for the hand of a person.
LOOKED_AT = 50
#: What is needed beyond NEEDED: without these a look works, and something later does not.
_ALSO = {
    "EDIT_OWN_COMMENTS": "keep its status comment up to date",
    "DELETE_OWN_COMMENTS": "take back a doubled comment",
    "SCHEDULE_ISSUES": "set due dates",
}
#: The permission under which an issue may be edited without mail to the watchers. Comments take none:
#: https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/
_SILENCE = "ADMINISTER_PROJECTS"
_LINK_TYPE = "Relates"
_LINK_TYPES_PAGE = "/secure/admin/ViewLinkTypes!default.jspa"
#: Where people find what an account is called, by the field that names it.
_ACCOUNT_TODO = {
    "accountId": "An account id is the last part of the address of somebody's profile.",
    "name": "On Data Center an account is the user name that somebody logs in with.",
}


class Inspecting:
    """One look at one site, on behalf of one account. `parser` is asked for only once the account is known."""

    def __init__(
        self,
        client: JiraClient,
        edition: Edition,
        projects: ProjectBook,
        parser: Callable[[], IssueParser],
        wanted: Wanted,
        wishes: WishInspecting,
        own_fields: SiteFields,
    ) -> None:
        self._own_fields = own_fields
        self._client = client
        self._edition = edition
        self._projects = projects
        self._parser = parser
        self._wanted = wanted
        self._wishes = wishes
        self._site = client.web_url
        self._me: dict[str, Any] = {}
        self._account = ""
        self._there: list[str] = []
        self._types: dict[str, dict[str, str]] = {}
        self._is_data_center = edition.kind == DATA_CENTER

    def inspect(self) -> Iterator[Finding]:
        """Every finding, as it is made. Raises nothing for Jira's trouble."""
        findings = access(self._who, self._token_todo(), self._edition.pages.of_tokens(self._site))
        yield from findings
        if not lets_us_in(findings):
            return
        for place in self._wanted.places:
            yield from looked(place.container, partial(self._project, place), "Look at the project's key and access.")
        yield from looked(OWN_ACCOUNT, self._own_account)
        if self._wanted.links_within:
            yield from looked("links", self._links, "Switch issue linking on.", self._site + _LINK_TYPES_PAGE)
        yield from label_findings(self._wanted)
        yield from name_findings(self._edition, self._own_fields, self._wanted, self._types)
        for project in self._there:
            yield from looked("people", partial(self._people, project))
        yield from self._mails()
        yield from self._webhooks()

    # --- token and account ----------------------------------------------------------------------

    def _who(self) -> Iterator[Finding]:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-myself/#api-rest-api-3-myself-get"""
        me = self._client.get("myself")
        with understood("our own account"):
            self._me = dict(me)
            self._account = account_of(me)
            if not self._account:
                raise ValueError
        yield good("token", f"The token is taken; Aftermath writes as {self._name()}.")
        if self._is_data_center and self._client.shows_a_token:
            page = self._edition.pages.of_tokens(self._site)
            yield from token_findings(self._client, self._client.now(), page)

    def _token_todo(self) -> str:
        if not self._is_data_center:
            return "Make a new API token for the account of `user`, and put it there."
        if self._client.shows_a_token:
            return "Log in as our account, make a new personal access token, and put it there."
        return "Look at `user` and its password, or take the `user` out and put a personal access token there."

    def _name(self) -> str:
        return str(self._me.get("displayName") or self._account)

    def _own_account(self) -> Iterator[Finding]:
        account = self._account
        if self._me.get("accountType") == "app":
            yield good(OWN_ACCOUNT, f"{self._name()} is an app in Jira: nobody's but ours.")
            return
        signs = named_owners(self._wanted, lambda known: known.casefold() == account.casefold())
        writings = Writings()
        for project in self._there:
            jql = f"project = {jql_text(project)} AND creator = {jql_text(account)} ORDER BY created DESC"
            with understood("a search"):
                for issue in next(self._edition.search(jql, FIELDS, LOOKED_AT), []):
                    self._sort(issue, writings)
        looked_at = f"the people file, and the issues that it opened last in {in_short(self._there)}"
        yield from own_account(self._name(), signs, looked_at, writings, self._edition.pages.of_people(self._site))

    def _sort(self, issue: dict[str, Any], writings: Writings) -> None:
        """Ours with a marker that we know is neither; ours with another one is strange, label or not."""
        found = self._parser().found(issue)
        if found.marker:
            return
        if (issue.get("properties") or {}).get(NAME):
            writings.strange.append(found.ref.key)
        elif self._wanted.our_label not in found.labels:
            writings.by_hand.append(found.ref.key)

    # --- projects -------------------------------------------------------------------------------

    def _project(self, place: Place) -> Iterator[Finding]:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-projects/#api-rest-api-3-project-projectidorkey-get"""
        project = project_key(place)
        page = of_project(self._site, project)
        found = self._projects.fetch(project)
        with understood(f"project {project}"):
            types = [str(one["name"]) for one in found.get("issueTypes") or ()]
        if found.get("archived"):
            yield wrong(project, f"Project {project} is archived: nothing can be written there.", "Restore it.", page)
            return
        self._there.append(project)
        missing = [kind for kind in self._wanted.opened.get(place, ()) if types and kind not in types]
        for kind in missing:
            todo = f"Choose another `type:`; there {'is' if len(types) == 1 else 'are'} {', '.join(types)}."
            yield wrong(project, f"Project {project} has no issue type {kind}.", todo, f"{page}/issuetypes")
        if not missing:
            yield good(project, f"Project {project} is there, with the issue types that are wanted.")
        yield from self._permissions(project, f"{page}/permissions")
        named = {str(one["id"]): str(one["name"]) for one in found.get("issueTypes") or ()}
        opened = {one: name for one, name in named.items() if name in self._wanted.opened.get(place, ())}
        self._types[project] = opened | named
        yield from level_findings(self._edition, project, opened, page)
        for ticket in self._wanted.tickets.get(place, ()):
            yield from self._wishes.findings(project, ticket, page)

    def _permissions(self, project: str, where: str) -> Iterator[Finding]:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/#api-rest-api-3-mypermissions-get"""
        needed = {**NEEDED, **_ALSO}
        asked = ",".join((*needed, _SILENCE))
        answer = self._client.get("mypermissions", {"projectKey": project, "permissions": asked})
        with understood(f"our permissions in {project}"):
            held = {name for name, one in answer["permissions"].items() if one.get("havePermission")}
        missing = [f"{what} ({name})" for name, what in needed.items() if name not in held]
        if missing:
            found = f"In project {project} our account may not {', '.join(missing)}."
            yield wrong(project, found, "Give it a role that may.", where)
        else:
            yield good(project, f"Our account may do in {project} everything that it has to.")
        if _SILENCE in held:
            yield good(project, f"Labels and due dates are set in {project} without mail to the watchers.")
        else:
            found = f"Each label and each due date that we set in {project} mails the watchers"
            found += "; our comments do not." if self._edition.edits_comments_silently else "."
            yield note(project, found, "As an administrator of the project our account could set them silently.", where)

    def _links(self) -> Iterator[Finding]:
        """https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-link-types/#api-rest-api-3-issuelinktype-get"""
        answer = self._client.get("issueLinkType")
        with understood("link types"):
            types = [str(one["name"]) for one in answer["issueLinkTypes"]]
        if any(_LINK_TYPE.casefold() in name.casefold() for name in types):
            yield good("links", f"Tickets are linked by {_LINK_TYPE}.")
        else:
            todo = f"Make a link type {_LINK_TYPE}; the site has {', '.join(types) or 'none'}."
            yield wrong("links", f"There is no link type {_LINK_TYPE}.", todo, self._site + _LINK_TYPES_PAGE)

    # --- people and webhooks --------------------------------------------------------------------

    def _people(self, project: str) -> Iterator[Finding]:
        is_fit, unfit = partial(self._is_fit, project), partial(self._unfit, project)
        yield from assignable_people(self._wanted, project, is_fit, unfit)

    def _is_fit(self, project: str, account: str) -> bool:
        with understood(f"who can be assigned in {project}"):
            return bool(self._edition.assignable(project, PEOPLE_MAX, account))

    def _unfit(self, project: str, account: str, person: str) -> Finding:
        try:
            with understood(f"the account {account}"):
                self._edition.find_user(account)
        except Gone:
            todo = _ACCOUNT_TODO[self._edition.account_field]
            return wrong(
                "people", f"{person}: Jira knows no account {account}.", todo, self._edition.pages.of_people(self._site)
            )
        tell = wrong if len(self._wanted.places) == 1 else note
        return tell(
            "people",
            f"{person} cannot be assigned in {project}.",
            "Give them a role there, or take the account out of the people file.",
            self._edition.pages.of_roles(self._site, project),
        )

    def _mails(self) -> Iterator[Finding]:
        if self._there and not self._edition.edits_comments_silently:
            found = "A Data Center mails the watchers of each edit of a comment: ours are edited once a day at most."
            yield note("comments", found)

    def _webhooks(self) -> Iterator[Finding]:
        """https://developer.atlassian.com/cloud/jira/platform/webhooks/"""
        if not self._wanted.has_webhook_secret or self._wanted.is_delivered_to:
            return
        path = self._wanted.webhook_path
        found = f"Whether a webhook brings us the news at {path} is shown to Jira's administrators only."
        todo = f"They set one up to https://your-host{path}, with its secret, for issues, comments and links."
        if self._is_data_center:
            todo += f" Where its page has no field for a secret, to https://your-host{path}/SECRET, which is as secret."
        yield note(WEBHOOK, found, todo, f"{self._site}/plugins/servlet/webhooks")


def fetch_assignable(edition: Edition, place: Place, accounts: Accounts) -> tuple[Actor, ...]:
    """People who can be given an issue of the project, PEOPLE_MAX at most; no apps, and not us.

    Raises connectors.errors.
    """
    project = project_key(place)
    with understood(f"who can be assigned in {project}"):
        users = edition.assignable(project, PEOPLE_MAX)
        actors = [accounts.actor(user) for user in users if user.get("active", True)]
    return tuple(actor for actor in actors if actor.kind is ActorKind.PERSON)
