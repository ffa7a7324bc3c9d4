"""Who did something: Jira's users as actors.

Our own account is told apart first, whatever Jira calls it; apps are bots. A person whose account was
deleted is still a person, only unknown; one whose account was deactivated has left.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-users/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.accounts import AccountNow, Standing
from connectors.errors import Denied, Gone
from connectors.jira.edition import Edition
from connectors.jira.understood import understood
from rules.facts import Actor, ActorKind

UNKNOWN = Actor(account="unknown", name="unknown")


def account_of(user: Any) -> str:
    """What somebody is called by: an accountId in Jira Cloud, a user name on Data Center; empty for nobody."""
    named = (user.get("accountId"), user.get("name")) if isinstance(user, dict) else ()
    return next((account for account in named if isinstance(account, str) and account), "")


@dataclass(frozen=True, slots=True)
class Accounts:
    """Whose account is whose: `ours` is our own, `bots` are those of other programs that Jira does not tell from
    people's, folded. Data Center knows no apps: whatever logs in there is a user."""

    ours: str
    bots: frozenset[str] = frozenset()

    def actor(self, user: Any) -> Actor:
        """The actor for a user object of Jira's. Null is `UNKNOWN`."""
        account = account_of(user)
        if not account:
            return UNKNOWN
        name = user.get("displayName")
        kind = ActorKind.PERSON
        if account == self.ours:
            kind = ActorKind.OURS
        elif user.get("accountType") == "app" or account.casefold() in self.bots:
            kind = ActorKind.BOT
        shown = name if isinstance(name, str) and name else account
        return Actor(account=account, name=shown, kind=kind, has_left=user.get("active") is False)


def fetch_account_now(edition: Edition, account: str, known_id: str) -> AccountNow:
    """Whether somebody is behind an accountId, or a user name on Data Center, where whoever has the known key is
    followed: one that was deactivated is shown as not active. Whoever may not browse users is told nothing.

    https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-users/#api-rest-api-3-user-get
    """
    try:
        user = edition.find_user(account, known_id)
    except Gone:
        return AccountNow(Standing.GONE)
    except Denied as denied:
        if denied.status != 403:
            raise
        return AccountNow(Standing.UNTOLD)
    with understood("an account"):
        standing = Standing.LEFT if user.get("active") is False else Standing.THERE
        return AccountNow(standing, str(user.get("key") or user["accountId"]), account_of(user))
