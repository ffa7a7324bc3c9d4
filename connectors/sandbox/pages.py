"""Pages for people: what stands in the sandbox, so that there is something to look at while it runs.

Every text is escaped and a body is shown as it was written, never rendered: a ticket's text is data here
too. Rights are not looked at: whoever can open the page is on this machine.
"""

from __future__ import annotations

import html
import json
import re
from typing import Any

from connectors.sandbox.world import HistoryEntry, Site, TicketState, World

_GITHUB = re.compile(r"/(?P<site>[^/]+)/(?P<container>[^/]+/[^/]+)/issues/(?P<number>\d+)")
_JIRA = re.compile(r"/(?P<site>[^/]+)/browse/(?P<key>[^/]+)")
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f4f4f2;padding:.75rem;border-radius:.4rem}"
    ".label{background:#e7e7e2;border-radius:1rem;padding:.1rem .6rem;margin-right:.3rem}"
    ".quiet{color:#565650}@media(prefers-color-scheme:dark){body{background:#1b1b1a;color:#eee}"
    "a{color:#9cf}pre,.label{background:#2b2b29}.quiet{color:#aaa}}"
)


def ticket_path(site: Site, ticket: TicketState) -> str:
    """The address of a ticket's page below the server's root: the vendor's own form of it."""
    if site.kind == "github":
        return f"/{site.name}/{ticket.container}/issues/{ticket.number}"
    return f"/{site.name}/browse/{ticket.key}"


def render_path(world: World, path: str) -> str | None:
    """The page at a path, or None where no ticket lives there."""
    found = _JIRA.fullmatch(path)
    if found:
        key = found["key"]
    else:
        found = _GITHUB.fullmatch(path)
        if found is None:
            return None
        key = f"{found['container']}#{found['number']}"
    site = world.sites.get(found["site"])
    if site is None or (site.kind == "jira") != (found.re is _JIRA):
        return None
    with site.lock:
        uid = site.by_key.get(key)
        return None if uid is None else render_ticket(site.tickets[uid])


def render_index(world: World) -> str:
    """Every site with its places and tickets, newest first."""
    parts = ["<h1>Sandbox</h1><p>Trackers that behave like GitHub and Jira, on this machine only.</p>"]
    for site in world.sites.values():
        parts.append(f"<h2>{_text(site.name)} <span class=quiet>({_text(site.kind)})</span></h2>")
        with site.lock:
            for container in site.places:
                tickets = reversed(site.in_place(container))
                rows = "".join(f"<li>{_line(site, ticket)}</li>" for ticket in tickets)
                parts.append(f"<h3>{_text(container)}</h3><ul>{rows or '<li class=quiet>No tickets yet.</li>'}</ul>")
    return _page("Sandbox", "".join(parts))


def render_ticket(ticket: TicketState) -> str:
    """One ticket: title, labels, people, text, comments, history."""
    labels = "".join(f"<span class=label>{_text(label)}</span>" for label in ticket.labels)
    facts = [
        ("State", f"{ticket.status} {f'({ticket.resolution})' if ticket.resolution else ''}".strip()),
        ("Assignees", ", ".join(ticket.assignees) or "nobody"),
        ("Due", str(ticket.due_on or "no date")),
        ("Opened", f"{ticket.created_at:%Y-%m-%d %H:%M} by {ticket.reporter}"),
        ("Links", ", ".join(f"{link.relation or link.kind}: {link.target}" for link in ticket.links) or "none"),
    ]
    comments = "".join(
        f"<h3>{_text(comment.author)} <span class=quiet>{comment.created_at:%Y-%m-%d %H:%M}"
        f"{', edited' if comment.updated_at != comment.created_at else ''}"
        f"{', internal' if comment.is_internal else ''}</span></h3><pre>{_body(comment.body)}</pre>"
        for comment in ticket.comments
    )
    history = "".join(f"<li>{_entry(entry)}</li>" for entry in ticket.history)
    return _page(
        f"{ticket.title} · {ticket.key}",
        f"<p><a href='/'>Sandbox</a> / {_text(ticket.key)}</p><h1>{_text(ticket.title)}</h1><p>{labels}</p><ul>"
        + "".join(f"<li><b>{name}:</b> {_text(value)}</li>" for name, value in facts)
        + f"</ul><pre>{_body(ticket.body)}</pre><h2>Comments</h2>{comments or '<p class=quiet>None yet.</p>'}"
        f"<h2>History</h2><ul class=quiet>{history}</ul>",
    )


def _line(site: Site, ticket: TicketState) -> str:
    labels = "".join(f"<span class=label>{_text(label)}</span>" for label in ticket.labels)
    href = html.escape(ticket_path(site, ticket), quote=True)
    state = "" if ticket.category != "done" else " <span class=quiet>(done)</span>"
    return f"<a href='{href}'>{_text(ticket.key)}</a> {_text(ticket.title)}{state} {labels}"


def _entry(entry: HistoryEntry) -> str:
    change = " → ".join(part for part in (entry.old, entry.new) if part)
    return f"{entry.at:%Y-%m-%d %H:%M} {_text(entry.actor)}: {_text(entry.kind)} {_text(change)}"


def _body(body: Any) -> str:
    return _text(body if isinstance(body, str) else json.dumps(body, indent=1, ensure_ascii=False))


def _text(value: str) -> str:
    return html.escape(value, quote=True)


def _page(title: str, inside: str) -> str:
    return (
        "<!DOCTYPE html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{_text(title)}</title><style>{_STYLE}</style><body>{inside}</body></html>"
    )
