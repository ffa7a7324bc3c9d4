"""Looks whether a repository's webhook brings us the news, and whether its deliveries arrive.

GitHub shows hooks to administrators of the repository alone, and never redelivers by itself; what is not seen is
said to be unknown. Without any hook nothing is lost: polling brings the news later.

https://docs.github.com/en/rest/repos/webhooks
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.errors import Denied, Gone
from connectors.github.addresses import repository_path
from connectors.github.client import GitHubClient, listed
from connectors.github.deliveries import EVENTS
from connectors.github.redelivering import leads_to, url_of
from connectors.inspection import WEBHOOK, Finding, Wanted, good, note, wrong
from rules.refs import Place

#: How many of the newest deliveries are looked at.
DELIVERIES = 20


def look_at_hooks(client: GitHubClient, place: Place, repository: dict[str, Any], wanted: Wanted) -> Iterator[Finding]:
    """https://docs.github.com/en/rest/repos/webhooks#list-repository-webhooks"""
    name = place.container
    page = f"{repository.get('html_url')}/settings/hooks"
    try:
        hooks = list(client.read_pages(f"{repository_path(name)}/hooks"))
    except (Denied, Gone):
        if wanted.has_webhook_secret and not wanted.is_delivered_to:  # else there is nothing to wonder about
            found = f"Whether {name} has a webhook for us is shown to its administrators only."
            yield note(WEBHOOK, found, f"One that ends in {wanted.webhook_path} makes us quicker.", page)
        return
    ours = [hook for hook in hooks if leads_to(hook, wanted.webhook_path)]
    if not ours and wanted.has_webhook_secret:
        todo = "`aftermath webhooks --public-url https://your-host` makes it, or says how."
        yield note(WEBHOOK, f"No webhook of {name} ends in {wanted.webhook_path}.", todo, page)
    for hook in ours:
        yield from _look_at(client, hook, name, page, wanted)


def _look_at(client: GitHubClient, hook: dict[str, Any], name: str, page: str, wanted: Wanted) -> Iterator[Finding]:
    where = f"{page}/{hook.get('id')}"
    told = f"The webhook of {name} to {url_of(hook)}"
    problems = list(_problems(hook, told, where, wanted))
    problems += _failing(client, hook, name, told, where)
    yield from problems or [good(WEBHOOK, f"{told} is on, and its deliveries arrive.")]


def _problems(hook: dict[str, Any], told: str, where: str, wanted: Wanted) -> Iterator[Finding]:
    config = hook.get("config") or {}
    if not hook.get("active", True):
        yield note(WEBHOOK, f"{told} is switched off.", "Tick Active.", where)
    if not wanted.has_webhook_secret:
        todo = "Set webhook_secret in the configuration to the hook's own secret."
        yield wrong(WEBHOOK, f"{told} is not believed: there is no webhook_secret.", todo, where)
    elif not config.get("secret"):
        todo = "Give it the secret that webhook_secret names."
        yield wrong(WEBHOOK, f"{told} has no secret, so what it brings is refused.", todo, where)
    if config.get("content_type") != "json":
        yield wrong(WEBHOOK, f"{told} sends forms.", "Choose the content type application/json.", where)
    events = set(hook.get("events") or ())
    missing = [event for event in EVENTS if not events & {event, "*"}]
    if missing:
        yield note(WEBHOOK, f"{told} says nothing of {', '.join(missing)}.", "Tick these events.", where)


def _failing(client: GitHubClient, hook: dict[str, Any], name: str, told: str, where: str) -> Iterator[Finding]:
    """https://docs.github.com/en/rest/repos/webhooks#list-deliveries-for-a-repository-webhook"""
    path = f"{repository_path(name)}/hooks/{hook.get('id')}/deliveries"
    newest = listed(client.read(path, {"per_page": DELIVERIES}))
    failed = [one for one in newest if not 200 <= int(one.get("status_code") or 0) < 300]
    if not failed:
        return
    last = failed[0]
    found = f"{told}: {len(failed)} of its last {len(newest)} deliveries failed ({last.get('status')})."
    if failed[0] is newest[0]:
        todo = "Is Aftermath running, and does the proxy let this path through? 401 means another secret."
        yield wrong(WEBHOOK, found, todo, where)
    else:
        yield note(WEBHOOK, f"{found} The newest arrived.", where=where)
