"""How an administrator of Jira makes the webhook: with an API token nobody can, only apps may register their own.

https://developer.atlassian.com/cloud/jira/platform/webhooks/ and
https://confluence.atlassian.com/adminjiraserver/managing-webhooks-938846912.html
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from connectors.errors import Refused
from connectors.jira.edition import DATA_CENTER
from connectors.webhooks import Hook, HookState
from rules.refs import Place

_CLOUD = (".atlassian.net", ".jira.com")
_BY_HAND = "Jira lets only its administrators make and remove webhooks, in its own settings."


class HookInstructions:
    """For one site. Asks it nothing."""

    installs = False

    def __init__(self, name: str, web_url: str, edition: str) -> None:
        self._name = name
        self._web_url = web_url
        self._edition = edition

    def look_for_hook(self, place: Place, path: str, url: str) -> Hook:
        return Hook(place, HookState.HIDDEN, "Jira shows its webhooks to its administrators only.", url, self._page)

    def install_hook(self, place: Place, url: str) -> Hook:
        raise Refused(_BY_HAND)

    def remove_hook(self, place: Place, path: str, url: str) -> Hook:
        raise Refused(_BY_HAND)

    def by_hand(self, places: Sequence[Place], url: str) -> tuple[str, ...]:
        keys = ", ".join(sorted({place.container for place in places}))
        steps = [
            f"As an administrator of Jira open {self._page} (Settings, System, WebHooks), and choose Create a WebHook",
            f"Name: Aftermath. Status: Enabled. URL: {url}",
            f"Secret: the value of trackers.{self._name}.webhook_secret; the file .env holds it",
        ]
        # Who never said which Jira it is has a Data Center, if the address is not Atlassian's.
        if self._edition == DATA_CENTER or not (urlsplit(self._web_url).hostname or "").endswith(_CLOUD):
            steps.append(
                f"A Data Center that has no field for a secret: URL: {url}/SECRET with that value in the place of "
                f"SECRET. Whoever sees such an address can send us what they like: keep it out of the proxy's log"
            )
        return (
            *steps,
            f"Issue related events, JQL: project in ({keys})",
            "Tick Issue: created, updated, deleted. Comment: created, updated, deleted. Issue link: created, deleted",
            "Project related events, where they are offered: tick Project: updated, deleted, archived, restored",
            "Leave Exclude body unticked, and choose Create",
        )

    @property
    def _page(self) -> str:
        return f"{self._web_url}/plugins/servlet/webhooks"
