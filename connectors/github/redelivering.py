"""Finds the hooks that bring us a repository's news, and what they could not bring.

Only administrators are shown a repository's hooks. Where our account is none that is no trouble: polling brings the
news, and the hooks are asked for again an hour later.

A GitHub App has a hook of its own, with one log for all repositories. Of what it could not bring the first place that
is asked about tells, for all.

https://docs.github.com/en/rest/repos/webhooks#list-repository-webhooks
"""

from __future__ import annotations

import datetime as dt
import re
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from connectors.errors import Denied, Gone, Refused
from connectors.github.addresses import repository_path
from connectors.github.app_hook import PATH as APP_HOOK
from connectors.github.app_hook import AppHook
from connectors.github.client import GitHubClient
from connectors.github.hook_log import HookLog
from connectors.github.understood import understood
from connectors.tracker import FailedDelivery
from rules.refs import Place

#: Which hooks there are, and that they are not for us to see, is remembered for so long.
_REMEMBERED = dt.timedelta(hours=1)
#: In the place of a number: the App's own hook, which has none.
_APP = "app"
_HANDLE = re.compile(rf"([1-9][0-9]{{0,17}}|{_APP})/([1-9][0-9]{{0,19}})\Z")


@dataclass(slots=True)
class _Hooks:
    """The hooks of a place that point to us, by their numbers, as asked for at `asked_at`."""

    asked_at: dt.datetime
    logs: dict[str, HookLog] = field(default_factory=dict)


class Redelivering:
    """For one tracker. Thread-safe: one asks at a time."""

    def __init__(self, client: GitHubClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._hooks: dict[Place, _Hooks] = {}
        self._app_hook = AppHook(client) if client.is_app else None
        #: The place that tells of the App's own hook.
        self._app_place: Place | None = None

    def failed(self, place: Place, path: str, since: dt.datetime) -> tuple[FailedDelivery, ...]:
        """What hooks of the place that lead to `path` could not bring since then, oldest first. One conditional request
        for each hook, one more an hour. Raises connectors.errors."""
        with self._lock:
            hooks = self._known(place, path)
            found: list[FailedDelivery] = []
            for number, log in list(hooks.logs.items()):
                try:
                    with understood("the log of a webhook"):
                        entries = log.failed(since)
                except (Denied, Gone):
                    del hooks.logs[number]  # taken away meanwhile, or no longer ours to see
                    continue
                found += [FailedDelivery(one.guid, f"{number}/{one.number}", one.at) for one in entries]
            return tuple(sorted(found, key=lambda one: one.at))

    def redeliver(self, place: Place, handle: str) -> None:
        """Ask for it once more. Raises connectors.errors."""
        match = _HANDLE.match(handle)
        if not match:
            raise Refused(f"{handle!r} is no delivery of a webhook on GitHub.")
        if match[1] != _APP:
            log = HookLog(self._client, f"{repository_path(place.container)}/hooks/{match[1]}")
        elif self._app_hook:
            log = HookLog(self._app_hook, APP_HOOK)
        else:
            raise Refused("Only a GitHub App has a hook of its own.")
        log.redeliver(int(match[2]))

    def _known(self, place: Place, path: str) -> _Hooks:
        now, known = self._client.now(), self._hooks.get(place)
        if known and now < known.asked_at + _REMEMBERED:
            return known
        base = f"{repository_path(place.container)}/hooks"
        try:
            hooks = list(self._client.read_pages(base, remember=True))
        except (Denied, Gone):
            hooks = []
        ours = [str(int(hook["id"])) for hook in hooks if leads_to(hook, path) and hook.get("active", True)]
        logs = known.logs if known else {}
        fresh = _Hooks(now, {number: logs.get(number) or HookLog(self._client, f"{base}/{number}") for number in ours})
        if self._app_hook and self._leads_to_us(self._app_hook, place, path):
            fresh.logs[_APP] = logs.get(_APP) or HookLog(self._app_hook, APP_HOOK)
        self._hooks[place] = fresh
        return fresh

    def _leads_to_us(self, hook: AppHook, place: Place, path: str) -> bool:
        """Whether the App's own hook does, and it is for this place to tell of it."""
        if self._app_place not in (None, place):
            return False
        self._app_place = place
        try:
            return leads_to({"config": {"url": hook.fetch_address()}}, path)
        except (Denied, Gone):
            return False


def leads_to(hook: dict[str, Any], path: str) -> bool:
    """Whether a hook points to an Aftermath that listens there. On which host, only its own network knows."""
    return urlsplit(url_of(hook)).path.rstrip("/").endswith(path)


def url_of(hook: dict[str, Any]) -> str:
    return str((hook.get("config") or {}).get("url", ""))
