"""Who can be given an issue of a repository, with the names they show: what a people file is begun from. And what
became of those who stand in it.

https://docs.github.com/en/rest/issues/assignees#list-assignees
"""

from __future__ import annotations

from connectors.accounts import AccountNow, Standing
from connectors.errors import Gone
from connectors.github.addresses import account_in_path, repository_path
from connectors.github.answers import unexpected
from connectors.github.client import GitHubClient, listed
from connectors.github.parse import Reader
from rules.facts import Actor, ActorKind
from rules.refs import Place

#: How many people are asked for at most: each name is a request of its own.
PEOPLE_MAX = 50


def fetch_assignable(client: GitHubClient, reader: Reader, place: Place) -> tuple[Actor, ...]:
    """At most PEOPLE_MAX people; bots and our own account are left out. Raises connectors.errors."""
    answer = client.read(f"{repository_path(place.container)}/assignees", {"per_page": PEOPLE_MAX})
    people = [actor for actor in map(reader.actor, listed(answer)) if actor.kind is ActorKind.PERSON]
    return tuple(_named(client, actor) for actor in people)


def fetch_account_now(client: GitHubClient, account: str, known_id: str) -> AccountNow:
    """An account by its login and, where that is nobody's or somebody else's, by the id that stays: GitHub leads from
    no old login to the new one, and anybody may take it. An unchanged one costs nothing of the rate limit.

    https://docs.github.com/en/rest/users/users#get-a-user
    https://docs.github.com/en/rest/users/users#get-a-user-using-their-id
    """
    found = _fetch_user(client, f"/users/{account_in_path(account)}") if account.strip(". ") else None
    if known_id.isdecimal() and (found is None or found.id != known_id):
        found = _fetch_user(client, f"/user/{known_id}")
        # A server that leads from an id to somebody else is not believed.
        found = found if found and found.id == known_id else None
    return found or AccountNow(Standing.GONE)


def _fetch_user(client: GitHubClient, path: str) -> AccountNow | None:
    try:
        shown, answer = client.read_object(path, remember=True)
    except Gone:
        return None
    if not isinstance(shown.get("id"), int) or not isinstance(shown.get("login"), str):
        raise unexpected(answer)
    # Enterprise Server tells of suspended accounts; on github.com they are not there.
    standing = Standing.LEFT if shown.get("suspended_at") else Standing.THERE
    return AccountNow(standing, str(shown["id"]), shown["login"])


def _named(client: GitHubClient, actor: Actor) -> Actor:
    """https://docs.github.com/en/rest/users/users#get-a-user"""
    shown, _ = client.read_object(f"/users/{account_in_path(actor.account)}")
    return Actor(actor.account, str(shown.get("name") or actor.account))
