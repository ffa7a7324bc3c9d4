"""Who can be given an issue of a repository, with the names they show: what a people file is begun from.

https://docs.github.com/en/rest/issues/assignees#list-assignees
"""

from __future__ import annotations

from connectors.github.addresses import account_in_path, repository_path
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


def _named(client: GitHubClient, actor: Actor) -> Actor:
    """https://docs.github.com/en/rest/users/users#get-a-user"""
    shown, _ = client.read_object(f"/users/{account_in_path(actor.account)}")
    return Actor(actor.account, str(shown.get("name") or actor.account))
