"""Where somebody goes on a Jira site to mend something, which is not everywhere the same place.

https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/
https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html
"""

from __future__ import annotations

from dataclasses import dataclass

_PROJECT = "/plugins/servlet/project-config"


@dataclass(frozen=True, slots=True)
class SitePages:
    """Of one kind of site: the page of our account's tokens, that of all people, and the tab of a project's settings
    on which people are given roles. Addresses below the site begin with a slash."""

    tokens: str
    people: str
    roles_tab: str

    def of_tokens(self, site: str) -> str:
        return site + self.tokens if self.tokens.startswith("/") else self.tokens

    def of_people(self, site: str) -> str:
        return site + self.people

    def of_roles(self, site: str, project: str) -> str:
        return f"{of_project(site, project)}/{self.roles_tab}"


def of_project(site: str, project: str) -> str:
    """A project's settings."""
    return f"{site}{_PROJECT}/{project}"


CLOUD_PAGES = SitePages("https://id.atlassian.com/manage-profile/security/api-tokens", "/jira/people", "people")
DATA_CENTER_PAGES = SitePages(
    "/secure/ViewProfile.jspa?selectedTab=com.atlassian.pats.pats-plugin:jira-user-personal-access-tokens",
    "/secure/admin/user/UserBrowser.jspa",
    "roles",
)
