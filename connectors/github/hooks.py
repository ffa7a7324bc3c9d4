"""A repository's webhook to us: looked at, made, mended, taken away. Only administrators of the repository may.

The secret goes in and never comes out, so that an update always sends it. GitHub itself refuses a second webhook of one
repository to the same address; what is ours is told by that address.

https://docs.github.com/en/rest/repos/webhooks
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.access import Secret
from connectors.errors import Ambiguous, Denied, Gone, Refused
from connectors.github.addresses import repository_path, web_address
from connectors.github.client import GitHubClient
from connectors.github.deliveries import EVENTS, EVENTS_OF_OLD
from connectors.github.redelivering import leads_to, url_of
from connectors.github.understood import understood
from connectors.webhooks import Hook, HookState
from rules.refs import Place

_TICK = "Tick Issues, Issue comments, Labels, Repositories and, where they are offered, Sub issues, Issue dependencies"


class Hooks:
    """The hooks of one server's repositories, as far as they are ours."""

    installs = True

    def __init__(self, client: GitHubClient, name: str, webhook_secret: Secret) -> None:
        self._client = client
        self._name = name
        self._secret = webhook_secret

    def __repr__(self) -> str:
        return f"Hooks({self._name!r})"

    def look_for_hook(self, place: Place, path: str, url: str) -> Hook:
        """https://docs.github.com/en/rest/repos/webhooks#list-repository-webhooks"""
        page = self._page(place)
        try:
            ours = self._ours(place, path, url)
        except (Denied, Gone):
            told = f"Whether {place.container} has a webhook for us is shown to its administrators only."
            return Hook(place, HookState.HIDDEN, told, url, page)
        if not ours:
            told = f"{place.container} has no webhook to {url or f'an address that ends in {path}'}."
            return Hook(place, HookState.MISSING, told, url, page)
        hook = ours[0]
        where, found = f"{page}/{hook.get('id')}", url_of(hook)
        if problems := list(_problems(hook)):
            told = f"The webhook of {place.container} to {found} {'; '.join(problems)}."
            return Hook(place, HookState.DIFFERENT, told, found, where)
        return Hook(place, HookState.GOOD, f"The webhook of {place.container} to {found} is in order.", found, where)

    def install_hook(self, place: Place, url: str) -> Hook:
        """https://docs.github.com/en/rest/repos/webhooks#create-a-repository-webhook and
        https://docs.github.com/en/rest/repos/webhooks#update-a-repository-webhook"""
        try:
            return self._write(place, url, EVENTS)
        except (Denied, Gone):
            raise
        except Refused as error:
            if error.status != 422:
                raise
        # A server that is older than an event refuses the whole. Everything else that it may mind is said then.
        return self._write(place, url, EVENTS_OF_OLD)

    def remove_hook(self, place: Place, path: str, url: str) -> Hook:
        """https://docs.github.com/en/rest/repos/webhooks#delete-a-repository-webhook"""
        page, ours = self._page(place), self._ours(place, path, url)
        if not ours:
            return Hook(place, HookState.MISSING, f"{place.container} has no webhook of ours.", url, page)
        if not url:  # another installation's ends in the same path
            addresses = ", ".join(map(url_of, ours))
            told = f"{place.container} has webhooks that may be ours, and none was taken away: {addresses}."
            return Hook(place, HookState.UNCLEAR, told, "", page)
        for hook in ours:
            self._client.write("DELETE", f"{repository_path(place.container)}/hooks/{int(hook['id'])}")
        told = f"The webhook of {place.container} to {url} was taken away."
        return Hook(place, HookState.REMOVED, told, url, page)

    def by_hand(self, places: Sequence[Place], url: str) -> tuple[str, ...]:
        pages = ", ".join(f"{self._page(place)}/new" for place in places)
        return (
            f"As an administrator of the repository open {pages}",
            f"Payload URL: {url}",
            "Content type: application/json",
            f"Secret: the value of trackers.{self._name}.webhook_secret; the file .env holds it",
            "SSL verification: Enable SSL verification",
            f"Which events: Let me select individual events. {_TICK}; untick Pushes",
            "Tick Active, and choose Add webhook",
        )

    # --- inside ------------------------------------------------------------------------------

    def _ours(self, place: Place, path: str, url: str) -> list[dict[str, Any]]:
        hooks = list(self._client.read_pages(f"{repository_path(place.container)}/hooks"))
        return [hook for hook in hooks if (url_of(hook).rstrip("/") == url if url else leads_to(hook, path))]

    def _write(self, place: Place, url: str, events: tuple[str, ...]) -> Hook:
        base, standing = f"{repository_path(place.container)}/hooks", self._ours(place, "", url)
        config = {"url": url, "content_type": "json", "secret": self._secret.now(), "insecure_ssl": "0"}
        wanted = {"active": True, "events": list(events), "config": config}
        if standing:
            with understood("a webhook"):
                number = int(standing[0]["id"])
            self._client.write("PATCH", f"{base}/{number}", wanted)
            return self._written(place, url, HookState.UPDATED, "is as it should be")
        try:
            self._client.write("POST", base, {"name": "web", **wanted})
        except Ambiguous:
            if not self._ours(place, "", url):
                raise
        return self._written(place, url, HookState.INSTALLED, "was made")

    def _written(self, place: Place, url: str, state: HookState, what: str) -> Hook:
        return Hook(place, state, f"The webhook of {place.container} to {url} {what}.", url, self._page(place))

    def _page(self, place: Place) -> str:
        return f"{web_address(self._client.base_url)}/{place.container}/settings/hooks"


def _problems(hook: dict[str, Any]) -> list[str]:
    config = hook.get("config") or {}
    events = set(hook.get("events") or ())
    missing = [event for event in EVENTS if not events & {event, "*"}]
    told = [] if hook.get("active", True) else ["is switched off"]
    told += [] if config.get("secret") else ["has no secret"]
    told += [] if config.get("content_type") == "json" else ["sends forms and no JSON"]
    told += [] if str(config.get("insecure_ssl", "0")) == "0" else ["does not look at certificates"]
    return told + ([f"says nothing of {', '.join(missing)}"] if missing else [])
