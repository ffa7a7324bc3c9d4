"""The one hook of a GitHub App, which brings the news of all repositories that let it in: where it leads, and its log.

Nobody is shown it but the App itself, by its own signature.

https://docs.github.com/en/rest/apps/webhooks
"""

from __future__ import annotations

from urllib.parse import urlencode

from connectors.github.answers import Answer, unexpected
from connectors.github.client import GitHubClient, Query

#: Its log stands below.
PATH = "/app/hook"


class AppHook:
    """For a client that `is_app`. Asks as the App; remembers nothing."""

    def __init__(self, client: GitHubClient) -> None:
        self._client = client

    def fetch_address(self) -> str:
        """Where it leads; empty where it leads nowhere. Raises connectors.errors.
        https://docs.github.com/en/rest/apps/webhooks#get-a-webhook-configuration-for-an-app"""
        answer = self.read(f"{PATH}/config")
        if not isinstance(answer.data, dict):
            raise unexpected(answer)
        return str(answer.data.get("url") or "")

    def read(self, path: str, query: Query | None = None, *, remember: bool = False) -> Answer:
        """One read, as the client's own; an App's answers are not remembered.
        https://docs.github.com/en/rest/apps/webhooks#list-deliveries-for-an-app-webhook"""
        del remember
        asked = f"{path}?{urlencode(sorted(query.items()))}" if query else path
        return self._client.as_app(lambda api: api.ask("GET", asked))

    def write(self, verb: str, path: str) -> Answer:
        """Sent once.
        https://docs.github.com/en/rest/apps/webhooks#redeliver-a-delivery-for-an-app-webhook"""
        return self._client.write_as_app(verb, path)
