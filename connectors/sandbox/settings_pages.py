"""Small pages at the addresses where a real site has its settings, since `aftermath check` leads there.

There is nothing to set in a sandbox; each page says what it would be, and how it is here.
"""

from __future__ import annotations

import html
import re

from connectors.sandbox.world import Site, World

_ACCOUNT, _PROJECT = "Tokens of an account", "Settings of a project"
_GITHUB = (
    (re.compile(r"/settings/(?:tokens|personal-access-tokens)"), _ACCOUNT),
    (re.compile(r"/(?P<place>[^/]+/[^/]+)/labels"), "Labels"),
    (re.compile(r"/(?P<place>[^/]+/[^/]+)/settings/hooks(?:/[^/]+)?"), "Webhooks"),
    (re.compile(r"/(?P<place>[^/]+/[^/]+)/settings(?:/access)?"), "Settings of a repository"),
)
_JIRA = (
    (re.compile(r"/plugins/servlet/webhooks"), "Webhooks"),
    (re.compile(r"/secure/ViewProfile\.jspa"), _ACCOUNT),
    (re.compile(r"/plugins/servlet/project-config/(?P<place>[^/]+)(?:/[^/]+)*"), _PROJECT),
    (re.compile(r"/secure/admin/ViewLinkTypes!default\.jspa"), "Link types"),
)
_HERE = {
    "Labels": "A label is made here when it is first put on a ticket.",
    "Webhooks": "The sandbox delivers to the address that <code>aftermath sandbox --listen HOST:PORT</code> was given.",
    _ACCOUNT: "The token of <code>ada</code> is <code>ada-token</code>, and so for everybody.",
    _PROJECT: "Everybody in the sandbox may do everything but administer.",
    "Settings of a repository": "Everybody in the sandbox may do everything but administer.",
    "Link types": "The sandbox knows the link types that Jira begins with.",
}


def settings_page(world: World, path: str) -> tuple[str, str] | None:
    """Title and inside of the page at a path below the server's root, or None where a real site has no settings."""
    name, _, rest = path.removeprefix("/").partition("/")
    site = world.sites.get(name)
    if site is None:
        return None
    for pattern, title in _GITHUB if site.kind == "github" else _JIRA:
        found = pattern.fullmatch(f"/{rest}")
        place = found.groupdict().get("place") or "" if found else ""
        if found and (not place or place in site.places):
            return f"{title} · {place or name}", _inside(site, title, place)
    return None


def _inside(site: Site, title: str, place: str) -> str:
    real = {"github": "GitHub", "jira": "Jira"}[site.kind]
    of = f" of {html.escape(place)}" if place and "of a" not in title else ""
    labels = ""
    if title == "Labels":
        with site.lock:
            names = sorted({label for ticket in site.in_place(place) for label in ticket.labels})
        labels = "".join(f"<li><span class=label>{html.escape(label)}</span></li>" for label in names)
    return (
        f"<p><a href='/'>Sandbox</a> / {html.escape(place or site.name)}</p><h1>{title}{of}</h1>"
        f"<ul class=plain>{labels}</ul><p>{_HERE[title]}</p>"
        f"<p class=quiet>On the real {real} this address leads to the page where it is set. Here nothing has to be.</p>"
    )
