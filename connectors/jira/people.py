"""Who did something: Jira's users as actors.

Our own account is told apart first, whatever Jira calls it; apps are bots. A person whose account was
deleted is still a person, only unknown; one whose account was deactivated has left.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-users/
"""

from __future__ import annotations

from typing import Any

from rules.facts import Actor, ActorKind

UNKNOWN = Actor(account="unknown", name="unknown")


def actor_of(user: Any, ours: str) -> Actor:
    """The actor for a user object of Jira's; `ours` is our own accountId. Null is `UNKNOWN`."""
    if not isinstance(user, dict) or not isinstance(user.get("accountId"), str):
        return UNKNOWN
    account = user["accountId"]
    name = user.get("displayName")
    kind = ActorKind.PERSON
    if account == ours:
        kind = ActorKind.OURS
    elif user.get("accountType") == "app":
        kind = ActorKind.BOT
    shown = name if isinstance(name, str) and name else account
    return Actor(account=account, name=shown, kind=kind, has_left=user.get("active") is False)
