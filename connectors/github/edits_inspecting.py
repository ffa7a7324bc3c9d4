"""Whether GitHub tells us who edited a text: its GraphQL API does, and not everybody lets that through.

Read only, and not worth a word where all is well.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.errors import Refused
from connectors.github.client import GitHubClient
from connectors.inspection import Finding, note
from rules.refs import Place

_QUERY = "query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { nameWithOwner } }"


def look_at_edits(client: GitHubClient, place: Place) -> Iterator[Finding]:
    """A finding where GraphQL is refused for the repository. One request. Raises Temporary.
    https://docs.github.com/en/graphql/guides/forming-calls-with-graphql"""
    container = place.container
    owner, _, name = container.partition("/")
    try:
        client.query_graphql(_QUERY, {"owner": owner, "name": name}, to=owner)
    except Refused as refused:
        yield note(
            container,
            f"Who edits texts in {container} is not told to us: {refused}",
            "Until GraphQL is let through, ticking an item in an issue there is no progress, and a text has rested "
            "when nothing was changed for a while.",
        )
