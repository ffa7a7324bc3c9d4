"""Pages for people: what stands in the sandbox, so that there is something to look at while it runs.

Every text is escaped, and a body is rendered as its tracker would (`page_text`): a ticket's text is data here
too. Rights are not looked at: whoever can open the page is on this machine.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator

from connectors.sandbox.page_text import body_html
from connectors.sandbox.settings_pages import settings_page
from connectors.sandbox.world import CommentState, HistoryEntry, LinkState, Site, TicketState, World

_GITHUB = re.compile(r"/(?P<site>[^/]+)/(?P<container>[^/]+/[^/]+)/issues/(?P<number>\d+)")
_JIRA = re.compile(r"/(?P<site>[^/]+)/browse/(?P<key>[^/]+)")
_STYLE = """
:root{--paper:#fff;--ink:#22221f;--soft:#63635c;--line:#dcdcd5;--card:#f7f7f4;--link:#0b57a4}
@media(prefers-color-scheme:dark){:root{
--paper:#1b1b1a;--ink:#ececea;--soft:#a9a9a2;--line:#3a3a37;--card:#242422;--link:#8cc2ff}}
body{font:16px/1.55 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;
background:var(--paper);color:var(--ink)}
a{color:var(--link)} h1{line-height:1.25;margin:.4rem 0} h2{margin-top:2rem;font-size:1.15rem} h3{font-size:1rem}
article{border:1px solid var(--line);border-radius:.5rem;margin:1rem 0;overflow:hidden}
article>header{background:var(--card);border-bottom:1px solid var(--line);padding:.4rem .9rem;font-size:.9rem}
article>div{padding:.2rem .9rem;overflow-wrap:anywhere}
pre,code{background:var(--card);border-radius:.3rem} pre{white-space:pre-wrap;padding:.6rem} code{padding:0 .25rem}
table{border-collapse:collapse} td,th{border:1px solid var(--line);padding:.25rem .6rem;text-align:left}
blockquote{border-left:.25rem solid var(--line);margin-left:0;padding-left:.9rem;color:var(--soft)}
li.item{list-style:none;margin-left:-1.1rem} dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem}
dt{color:var(--soft)} dd{margin:0} ul.plain{list-style:none;padding:0} ul.plain li{margin:.3rem 0}
.label{border:1px solid var(--line);background:var(--card);border-radius:1rem;
padding:0 .6rem;margin-right:.3rem;font-size:.85rem}
.quiet{color:var(--soft)} .history{font-size:.9rem}
"""


def ticket_path(site: Site, ticket: TicketState) -> str:
    """The address of a ticket's page below the server's root: the vendor's own form of it."""
    if site.kind == "github":
        return f"/{site.name}/{ticket.container}/issues/{ticket.number}"
    return f"/{site.name}/browse/{ticket.key}"


def render_path(world: World, path: str) -> str | None:
    """The page at a path, or None where neither a ticket nor a site's settings are."""
    if settings := settings_page(world, path):
        return _page(*settings)
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
        return None if uid is None else render_ticket(site, site.tickets[uid])


def render_index(world: World) -> str:
    """Every site with its places and tickets, newest first."""
    parts = ["<h1>Sandbox</h1><p>Trackers that behave like GitHub and Jira, on this machine only.</p>"]
    for site in world.sites.values():
        parts.append(f"<h2>{_text(site.name)} <span class=quiet>({_text(site.kind)})</span></h2>")
        with site.lock:
            for container in site.places:
                tickets = reversed(site.in_place(container))
                rows = "".join(f"<li>{_line(site, ticket)}</li>" for ticket in tickets)
                parts.append(
                    f"<h3>{_text(container)}</h3><ul class=plain>{rows or '<li class=quiet>No tickets yet.</li>'}</ul>"
                )
    return _page("Sandbox", "".join(parts))


def render_ticket(site: Site, ticket: TicketState) -> str:
    """One ticket: title, labels, people, links, text, comments, history."""
    labels = "".join(f"<span class=label>{_text(label)}</span>" for label in ticket.labels)
    links = "<br>".join(_links(site, ticket))
    state = f"{_status(site, ticket)} {f'({ticket.resolution})' if ticket.resolution else ''}".strip()
    facts = [
        ("State", _text(state)),
        ("Assigned to", _text(", ".join(_name(site, one) for one in ticket.assignees) or "nobody")),
        *([("Due", _text(f"{ticket.due_on:%a} {ticket.due_on}"))] if ticket.due_on else []),
        *([("Links", links)] if links else []),
    ]
    opened = f"{_name_html(site, ticket.reporter)} opened this on {_when(ticket.created_at)}"
    comments = "".join(_comment(site, comment) for comment in ticket.comments)
    history = "".join(f"<li>{_entry(site, entry)}</li>" for entry in ticket.history)
    return _page(
        f"{ticket.title} · {ticket.key}",
        f"<p><a href='/'>Sandbox</a> / {_text(ticket.key)}</p><h1>{_text(ticket.title)}</h1><p>{labels}</p><dl>"
        + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts)
        + f"</dl><article><header>{opened}</header>"
        f"<div>{body_html(ticket.body, is_wiki=_is_wiki(site))}</div></article>"
        f"<h2>Comments</h2>{comments or '<p class=quiet>None yet.</p>'}"
        f"<h2>History</h2><ul class='plain quiet history'>{history}</ul>",
    )


def _is_wiki(site: Site) -> bool:
    return site.edition == "data-center"


def _status(site: Site, ticket: TicketState) -> str:
    """As the vendor calls it: GitHub knows open and closed alone."""
    if site.kind == "github":
        return "Closed" if ticket.category == "done" else "Open"
    return ticket.status


def _comment(site: Site, comment: CommentState) -> str:
    edited = f", edited {_when(comment.updated_at)}" if comment.updated_at != comment.created_at else ""
    internal = ", internal" if comment.is_internal else ""
    return (
        f"<article><header>{_name_html(site, comment.author)} <span class=quiet>{_when(comment.created_at)}"
        f"{edited}{internal}</span></header><div>{body_html(comment.body, is_wiki=_is_wiki(site))}</div></article>"
    )


def _links(site: Site, ticket: TicketState) -> Iterator[str]:
    """Everything that the ticket leads to, from either end of a link."""
    if ticket.parent_uid in site.tickets:
        yield f"parent: {_link_to(site, site.tickets[ticket.parent_uid])}"
    for child in site.tickets.values():
        if child.parent_uid == ticket.uid:
            yield f"sub-issue: {_link_to(site, child)}"
    for link in ticket.links:
        if link.kind != "sub":
            yield f"{_text(link.relation or 'link')}: {_target(site, link)}"
    for other in site.tickets.values():
        for link in other.links:
            if link.kind == "issue" and link.target == ticket.key:
                yield f"{_text(link.relation or 'link')}, from: {_link_to(site, other)}"


def _target(site: Site, link: LinkState) -> str:
    if link.target in site.by_key:
        return _link_to(site, site.ticket(link.target))
    shown = _text(link.title or link.target)
    is_web = link.target.startswith(("http://", "https://"))
    return f"<a href='{_text(link.target)}'>{shown}</a>" if is_web else shown


def _link_to(site: Site, ticket: TicketState) -> str:
    return f"<a href='{_text(ticket_path(site, ticket))}'>{_text(ticket.key)}</a> {_text(ticket.title)}"


def _name(site: Site, account: str) -> str:
    known = site.accounts.get(account)
    return known.name if known else account


def _name_html(site: Site, account: str) -> str:
    known = site.accounts.get(account)
    bot = " <span class=label>bot</span>" if known and known.is_bot else ""
    return f"<b>{_text(_name(site, account))}</b>{bot}"


def _when(moment: dt.datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b %Y, %H:%M}"


def _line(site: Site, ticket: TicketState) -> str:
    labels = "".join(f"<span class=label>{_text(label)}</span>" for label in ticket.labels)
    state = "" if ticket.category != "done" else " <span class=quiet>(done)</span>"
    return f"{_link_to(site, ticket)}{state} {labels}"


def _entry(site: Site, entry: HistoryEntry) -> str:
    change = " → ".join(part for part in (entry.old, entry.new) if part)
    return f"{_when(entry.at)}  {_text(_name(site, entry.actor))}: {_text(entry.kind)} {_text(change)}"


def _text(value: str) -> str:
    return html.escape(value, quote=True)


def _page(title: str, inside: str) -> str:
    return (
        "<!DOCTYPE html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{_text(title)}</title><style>{_STYLE}</style><body>{inside}</body></html>"
    )
