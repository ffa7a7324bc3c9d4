"""What came of it, read from the trackers as they stand at the end: nothing here is what was meant to happen.

Requests are the sandbox's counts for our account. Mentions are counted without saying whose (P10).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from connectors.sandbox.counts import Counts
from connectors.sandbox.pages import ticket_path
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import Site, TicketState
from worker.demo.script import CABLE, FAILURE
from worker.demo.stage import Stage
from worker.demo.witness import Kind, Witness, Written, links_among
from worker.sandbox import OUR_ACCOUNT, REPOSITORY

#: Comments that ask somebody for something: a ladder's rungs.
RUNGS = ("ask", "ask-again", "reminder", "overdue")
#: Jira is asked these questions by POST; they change nothing and are reads.
_QUESTIONS = (
    "/rest/api/3/changelog/bulkfetch",
    "/rest/api/3/comment/list",
    "/rest/api/3/issue/bulkfetch",
    "/rest/api/3/permissions/check",
    "/rest/api/3/search/jql",
)


@dataclass(frozen=True, slots=True)
class TicketTold:
    """One ticket as it stands. `closed_at` is None while it is open; `due` is an ISO date or empty."""

    key: str
    title: str
    url: str
    owner: str
    due: str
    opened_at: dt.datetime
    closed_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class RungTold:
    """One time that somebody was asked for something: which kind, where, when, and who."""

    kind: str
    ticket: str
    at: dt.datetime
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextTold:
    """One text as it stands at the end: a ticket's, a comment's or a private letter's, as Markdown."""

    kind: str
    ticket: str
    what: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The data of `aftermath demo --json`.

    `closed` says whether the lesson stands on the failure, `closed_at` when it was told, and `said_afterwards` how
    many comments came later. `duplicates` counts what carries
    a key that something else carries too. `links` are pairs of keys. `cut` tells how many connections were cut
    and how many comments then stood there under that key. `letters` is how many private ones there were, to whom is
    not told (P10); `texts` are all texts as they stand at the end. `wall_s` are real seconds.
    """

    closed: bool
    closed_at: dt.datetime | None
    said_afterwards: int
    duplicates: int
    news: str
    failure: TicketTold | None
    post_mortem: TicketTold | None
    actions: tuple[TicketTold, ...]
    post_mortems: int
    links: tuple[tuple[str, str], ...]
    links_missing: tuple[tuple[str, str], ...]
    comments: dict[str, int]
    rungs: tuple[RungTold, ...]
    mentions: dict[str, int]
    labels: tuple[str, ...]
    letters: int
    texts: tuple[TextTold, ...]
    cut: dict[str, int]
    deliveries: int
    requests: dict[str, dict[str, int]]
    ended_at: dt.datetime
    wall_s: float


def summarise(stage: Stage, wall_s: float) -> Summary:
    """Read the trackers. Nothing may be under way."""
    sandbox, written = stage.sandbox, stage.witness.written()
    tickets = _tickets(sandbox, written)
    comments = [one for one in written if one.kind is Kind.COMMENT]
    lesson = next((one for one in comments if one.what == "lesson"), None)
    links = links_among([(site, ticket) for _, site, ticket in tickets])
    keys = [ticket.key for _, _, ticket in tickets]
    told = {
        role: [_told(stage.witness, sandbox, site, t) for kind, site, t in tickets if kind == role] for role in _ROLES
    }
    rungs = sorted((_rung(one) for one in comments if one.what in RUNGS), key=lambda rung: rung.at)
    return Summary(
        closed=lesson is not None,
        closed_at=lesson.at if lesson else None,
        said_afterwards=sum(one.at > lesson.at for one in comments) if lesson else 0,
        duplicates=_duplicates(written),
        news="polling" if stage.is_polling else "webhooks",
        failure=next(iter(told["failure"]), None),
        post_mortem=next(iter(told["post-mortem"]), None),
        actions=tuple(told["action"]),
        post_mortems=len(told["post-mortem"]),
        links=tuple(sorted(links)),
        links_missing=tuple(sorted({(a, b) for a in keys for b in keys if _belong(tickets, a, b)} - links)),
        comments=dict(sorted(Counter(one.what for one in comments).items())),
        rungs=tuple(rungs),
        mentions=_mentions(rungs),
        letters=sum(one.kind is Kind.LETTER for one in written),
        texts=tuple(TextTold(one.kind.value, one.ticket, one.what, one.title, one.text) for one in written if one.text),
        labels=tuple(f"{one.ticket} {one.what}" for one in written if one.kind is Kind.LABEL),
        cut=_cut(sandbox, comments),
        deliveries=len(sandbox.courier.deliveries()),
        requests={name: _requests(sandbox.counts, name) for name in sandbox.world.sites},
        ended_at=sandbox.clock.now(),
        wall_s=round(wall_s, 2),
    )


_ROLES = ("failure", "post-mortem", "action")
_Found = tuple[str, Site, TicketState]


def _tickets(sandbox: Sandbox, written: list[Written]) -> list[_Found]:
    """The case's tickets with the part that each has in it: the failure, and what we opened, by marker."""
    sites = sandbox.world.sites
    roles = {one.ticket: one.what for one in written if one.kind is Kind.TICKET}
    roles[f"{REPOSITORY}#{FAILURE}"] = "failure"
    return [(roles[key], site, site.ticket(key)) for site in sites.values() for key in site.by_key if key in roles]


def _told(witness: Witness, sandbox: Sandbox, site: Site, ticket: TicketState) -> TicketTold:
    return TicketTold(
        key=ticket.key,
        title=ticket.title,
        url=f"{sandbox.url()}{ticket_path(site, ticket)}",
        owner=next(iter(ticket.assignees), ""),
        due=witness.due(site, ticket),
        opened_at=ticket.created_at,
        closed_at=ticket.closed_at,
    )


def _belong(tickets: list[_Found], one: str, other: str) -> bool:
    """Whether a link is wanted from one to the other: everything hangs on failure and post-mortem."""
    roles = {ticket.key: role for role, _, ticket in tickets}
    return one != other and not roles[one] == roles[other] == "action"


def _duplicates(written: list[Written]) -> int:
    counted = Counter(one.key for one in written if one.key)
    return sum(number - 1 for number in counted.values())


def _rung(comment: Written) -> RungTold:
    return RungTold(comment.what, comment.ticket, comment.at, comment.asked)


def _mentions(rungs: list[RungTold]) -> dict[str, int]:
    """How many there were, and the most that anybody had on one day."""
    by_day = Counter((account, rung.at.date()) for rung in rungs for account in rung.asked)
    return {"total": by_day.total(), "most_a_day": max(by_day.values(), default=0)}


def _cut(sandbox: Sandbox, comments: list[Written]) -> dict[str, int]:
    """The comment whose answer was cut is the first after the cable lay in the way: how often does it stand there?"""
    cut = sandbox.faults.fired[CABLE.kind]
    overdue = [one.key for one in comments if one.what == "overdue"]
    return {"connections": cut, "comments": overdue.count(overdue[0]) if cut and overdue else 0}


def _requests(counts: Counts, site: str) -> dict[str, int]:
    by_post = sum(counts.route(site, "POST", route) for route in _QUESTIONS)
    return {
        "reads": counts.reads(site, OUR_ACCOUNT) + by_post,
        "writes": counts.writes(site, OUR_ACCOUNT) - by_post,
        "unchanged": counts.unchanged(site, OUR_ACCOUNT),
    }
