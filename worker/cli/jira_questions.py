"""What `aftermath init` asks about a Jira: which one it is, and what that one wants to know of our account.

Atlassian's own addresses tell that they are Cloud. Any other one is a company's Data Center, if nobody says otherwise;
on this machine it is a sandbox, whose Jira is Cloud unless asked for differently.
"""

from __future__ import annotations

from dataclasses import dataclass

from worker.cli.asking import Asking
from worker.config.secrets import is_loopback
from worker.getting_started.answers import CLOUD, DATA_CENTER, Jira, is_atlassians, is_gateway


@dataclass(frozen=True, slots=True)
class JiraOptions:
    """The options as they were given, None where a question is asked in their place."""

    url: str | None
    project: str | None
    user: str | None
    kind: str | None
    site: str | None
    token_name: str
    ticket_type: str


def ask_jira(asking: Asking, given: JiraOptions) -> Jira | None:
    """The Jira to work with, not yet checked; None for none."""
    url = given.url
    if url is None:
        url = asking.text("Jira site, as https://acme.atlassian.net (Enter: none)")
    url = url.rstrip("/")
    if not url:
        return None
    kind = given.kind
    if kind is None:
        usual = CLOUD if is_atlassians(url) or is_loopback(url) else DATA_CENTER
        kind = usual if is_atlassians(url) else asking.text(f"Is that Jira {CLOUD} or {DATA_CENTER}?", usual)
    site = given.site
    if site is None:
        site = asking.text("Where people see it, as https://acme.atlassian.net") if is_gateway(url) else ""
    project = asking.text("Its project, such as OPS") if given.project is None else given.project
    user = given.user
    if user is None:
        user = _asked_user(asking, url, kind)
    return Jira(url, project, user, given.token_name, given.ticket_type, kind, site.rstrip("/"))


def _asked_user(asking: Asking, url: str, kind: str) -> str:
    """A personal access token says whose it is: a Data Center is not asked about."""
    if kind == DATA_CENTER:
        return ""
    if is_gateway(url):
        return asking.text("E-mail address of Aftermath's account there (Enter: none, for a service account's token)")
    return asking.text("E-mail address of Aftermath's account there")
