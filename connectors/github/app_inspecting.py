"""Looks a GitHub App over for a person: which installations reach which repositories, and what each lacks.

https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import methodcaller
from typing import Any

from connectors.errors import Denied
from connectors.github.client import GitHubClient
from connectors.inspection import Finding, Wanted, good, note, wrong
from rules.refs import Place

#: About an App.
APP = "app"
_NAMES = {"issues": "Issues", "metadata": "Metadata", "contents": "Contents", "repository_hooks": "Webhooks"}
_RANKS = {"": 0, "read": 1, "write": 2, "admin": 3}
_WORDS = {"read": "read", "write": "read and write"}


def look_at_app(client: GitHubClient, wanted: Wanted, site: str) -> Iterator[Finding]:
    """What each installation reaches and may. One request for each place.
    https://docs.github.com/en/rest/apps/apps#get-a-repository-installation-for-the-authenticated-app"""
    installations: dict[int, dict[str, Any]] = {}
    reached: dict[int, list[Place]] = {}
    for place in dict.fromkeys((*wanted.places, *wanted.files)):
        try:
            found = client.as_app(methodcaller("fetch_installation", place.container))
        except Denied as denied:
            yield wrong(APP, str(denied), f"Make sure that {place.container} is written right, too.", site)
            continue
        installations[found["id"]] = found
        reached.setdefault(found["id"], []).append(place)
    for number, installation in installations.items():
        yield from _look_at(installation, reached[number], wanted)


def _look_at(installation: dict[str, Any], places: list[Place], wanted: Wanted) -> Iterator[Finding]:
    owner = str((installation.get("account") or {}).get("login"))
    name, where = f"installation {installation['id']} ({owner})", str(installation.get("html_url") or "")
    names = ", ".join(place.container for place in places)
    if installation.get("suspended_at"):
        yield wrong(APP, f"The App's {name} is suspended, and with it {names}.", "Have the suspension lifted.", where)
        return
    lacking = _lacking(installation, _needed(places, wanted))
    if lacking:
        todo = f"Add that on the App's own page, under Permissions; an owner of {owner} then accepts it."
        yield wrong(APP, f"The App's {name} lacks {' and '.join(lacking)}, for {names}.", todo, where)
    else:
        yield good(APP, f"The App's {name} reaches {names}, with the permissions that are needed.")
    if wanted.has_webhook_secret and _lacking(installation, {"repository_hooks": "read"}):
        yield note(
            APP, f"Without Webhooks: read, the webhooks of {owner}'s repositories cannot be looked at.", "", where
        )


def _needed(places: list[Place], wanted: Wanted) -> dict[str, str]:
    needed = {"metadata": "read"}
    if any(place in wanted.places for place in places):
        needed["issues"] = "write"
    if any(place in wanted.files for place in places):
        needed["contents"] = "write"
    return needed


def _lacking(installation: dict[str, Any], needed: dict[str, str]) -> list[str]:
    """What an installation's `permissions` do not hold, as its page names it."""
    held = installation.get("permissions") or {}
    return [
        f"{_NAMES[name]}: {_WORDS[level]}"
        for name, level in needed.items()
        if _RANKS.get(str(held.get(name) or ""), 0) < _RANKS[level]
    ]
