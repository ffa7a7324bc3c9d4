"""From the sandbox's plain model straight to facts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.accounts import AccountNow, Standing
from connectors.markers import NAME, MarkerCodec
from connectors.memory.wishes import has_due_field
from connectors.sandbox.world import HistoryEntry, Site, TicketState
from connectors.tracker import Found
from rules.facts import (
    Actor,
    ActorKind,
    Audience,
    Change,
    ChangeKind,
    Comment,
    Level,
    Resolution,
    Status,
    Ticket,
    TicketLink,
)
from rules.refs import Place, TicketRef

#: How a comment's readers are told here that it is not for everybody.
INTERNAL = "internal"

_REPOSITORY_KEY = re.compile(r"[\w.-]+/[\w.-]+#[1-9]\d*")
_ISSUE_KEY = re.compile(r"[A-Z][A-Z0-9_]+-[1-9]\d*")
_KINDS = {kind.value for kind in ChangeKind}


def ticket_of(site: Site, state: TicketState, ours: str, codec: MarkerCodec, audience: Audience) -> Ticket:
    """The ticket as `ours` sees it; markers are believed where our own account wrote them."""
    return Ticket(
        ref=TicketRef(site.name, state.key),
        uid=str(state.uid),
        url=address_of(site, state.key),
        title=state.title,
        body=str(state.body or ""),
        status=Status(state.category),
        reporter=actor_of(site, state.reporter, ours),
        created_at=state.created_at,
        updated_at=state.updated_at,
        resolution=Resolution(state.resolution),
        closed_at=state.closed_at,
        due_on=state.due_on,
        labels=tuple(state.labels),
        assignees=tuple(actor_of(site, account, ours) for account in state.assignees),
        comments=tuple(
            Comment(
                id=str(comment.id),
                at=comment.created_at,
                author=actor_of(site, comment.author, ours),
                body=str(comment.body or ""),
                edited_at=comment.updated_at if comment.updated_at != comment.created_at else None,
                marker=codec.read(comment.properties.get(NAME, "")) if comment.author == ours else None,
                readers=INTERNAL if comment.is_internal else "",
            )
            for comment in state.comments
        ),
        changes=tuple(_change(site, entry, ours) for entry in state.history),
        has_due_field=has_due_field(site, state.container),
        links=_links(site, state),
        marker=codec.read(state.properties.get(NAME, "")) if state.reporter == ours else None,
        audience=Level(Place(site.name, state.container), state.level) if state.level else audience,
    )


def address_of(site: Site, key: str) -> str:
    """Where a browser would show the ticket, if there were one."""
    return f"http://127.0.0.1/{site.name}/{key.replace('#', '/issues/')}"


def key_in(site: Site, text: str) -> str:
    """The key that a text is, or whose page's address it is; empty for none."""
    root = address_of(site, "")
    key = text.removeprefix(root).replace("/issues/", "#") if text.startswith(root) else text
    form = _ISSUE_KEY if site.kind == "jira" else _REPOSITORY_KEY
    return key if form.fullmatch(key) else ""


def found_of(site: Site, state: TicketState, ours: str, codec: MarkerCodec) -> Found:
    return Found(
        ref=TicketRef(site.name, state.key),
        uid=str(state.uid),
        updated_at=state.updated_at,
        labels=tuple(state.labels),
        marker=codec.read(state.properties.get(NAME, "")) if state.reporter == ours else None,
        is_closed=state.category == "done",
    )


def actor_of(site: Site, account: str, ours: str) -> Actor:
    known = site.accounts.get(account)
    kind = ActorKind.OURS if account == ours else ActorKind.BOT if known and known.is_bot else ActorKind.PERSON
    return Actor(account, known.name if known else account, kind)


def _change(site: Site, entry: HistoryEntry, ours: str) -> Change:
    kind = ChangeKind(entry.kind) if entry.kind in _KINDS else ChangeKind.OTHER
    return Change(str(entry.id), entry.at, actor_of(site, entry.actor, ours), kind, entry.old, entry.new)


def _links(site: Site, state: TicketState) -> tuple[TicketLink, ...]:
    links = [TicketLink(link.target, link.relation or link.kind) for link in state.links]
    if state.parent_uid is not None and state.parent_uid in site.tickets:
        links.append(TicketLink(site.tickets[state.parent_uid].key, "parent"))
    return (*links, *(TicketLink(key, "sub-issue") for key in _sub_issues(site, state)))


def _sub_issues(site: Site, state: TicketState) -> Iterator[str]:
    """Keys of the tickets below this one, as its history tells and they confirm."""
    for key in dict.fromkeys(entry.new for entry in state.history if entry.kind == "linked"):
        if key in site.by_key and site.ticket(key).parent_uid == state.uid:
            yield key


def account_in(site: Site, account: str, known_id: str) -> AccountNow:
    """Somebody as they are today, by the id where it is known and the name is nobody's or another's."""
    by_name = (one for one in site.accounts.values() if one.account.casefold() == account.casefold())
    found = next(by_name, None)
    if known_id and (found is None or str(found.number) != known_id):
        found = next((one for one in site.accounts.values() if str(one.number) == known_id), None)
    if found is None:
        return AccountNow(Standing.GONE)
    return AccountNow(Standing.THERE if found.is_active else Standing.LEFT, str(found.number), found.account)
