"""Whatever people do, in whatever order: nothing is said twice, and nobody is asked too often (P3, P5, P9).

Weeks of a case are lived through by the real parts, on a tracker in memory, with the policy renamed and the database
lost on the way.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sandbox.world import TicketState
from connectors.sandbox.world.errors import WorldError
from rules.policy import Limits
from rules.refs import TicketRef
from tests.worker.company import ANN, BOB, LEA, OURS, PACK, ROBOT, SHOP, Company, at

STORIES = settings(max_examples=12, deadline=None)
_BEGIN = at("03-02 09:00")
_MENTION = re.compile(r"\(mention:([^)]+)\)")
RENAMED = replace(PACK, rules=tuple(replace(rule, id=f"our-{rule.id}") for rule in PACK.rules))
DEEDS = (
    "/ack Rolling back.",
    "/snooze 5 days because of the freeze",
    "/action Write a runbook",
    "/due 2026-03-25",
    "Looking into it.",
    "commit",
    "close",
    "reopen",
    "unlabel",
    "label",
    "renamed policy",
    "lost database",
    "outage",
)


@dataclass(frozen=True)
class Deed:
    """What somebody does, so many hours after the deed before, to which of the tickets that there are by then."""

    hours: int
    who: str
    what: str
    ticket: int


deeds = st.builds(
    Deed,
    st.integers(1, 200),
    st.sampled_from([ANN, LEA, BOB, ROBOT]),
    st.sampled_from(DEEDS),
    st.integers(0, 5),
)


def live(company: Company, done: list[Deed]) -> None:
    company.a_failure("sev2")
    company.a_failure(title="Search is down")
    company.settle()
    now = _BEGIN
    for deed in done:
        now += dt.timedelta(hours=deed.hours)
        company.pass_time(f"{now:%m-%d %H:%M}")
        with suppress(WorldError):  # not everybody may do everything, nor is every label on
            _do(company, deed)
    company.pass_time(f"{now + dt.timedelta(days=30):%m-%d %H:%M}")


def _do(company: Company, deed: Deed) -> None:
    tickets = company.site.in_place(SHOP.container)
    ticket = tickets[deed.ticket % len(tickets)]
    match deed.what:
        case "commit":
            company.site.reference(deed.who, ticket.key, "commit 4f5e6d")
        case "close" | "reopen":
            _turn(company, deed, ticket)
        case "unlabel":
            company.site.remove_label(deed.who, ticket.key, "failure")
        case "label":
            company.site.add_label(deed.who, tickets[0].key, "failure")
        case "renamed policy":
            company.policy = (
                RENAMED if company.policy.rules is PACK.rules else replace(company.policy, rules=PACK.rules)
            )
            company.ledger.inbox.put([TicketRef("github", one.key) for one in tickets], company.time)
        case "lost database":
            company.lose_the_database()
        case "outage":
            company.time += dt.timedelta(days=6)
        case words:
            company.says(deed.who, ticket.key, words)


def _turn(company: Company, deed: Deed, ticket: TicketState) -> None:
    turn = company.site.close if deed.what == "close" else company.site.reopen
    turn(deed.who, ticket.key)


def our_comments(company: Company) -> list[tuple[str, str, str]]:
    """Of everything we wrote: the ticket, the marker's key, and what was said."""
    return [
        (ticket.key, marker.key, marker.said if marker.kind not in ("status", "plan") else "")
        for ticket in company.site.in_place(SHOP.container)
        for marker, _ in company.ours(ticket.key)
    ]


@STORIES
@given(st.lists(deeds, max_size=7))
def test_nothing_is_said_twice_whatever_happens(done: list[Deed]) -> None:
    """No two of our comments have one key, nor said the same of the same event, under whichever rule; no action has
    two tickets (P3)."""
    company = Company()
    live(company, done)
    written = our_comments(company)
    assert [key for key, times in Counter(key for _, key, _ in written).items() if times > 1] == []
    said = Counter((ticket, said) for ticket, _, said in written if said)
    assert [one for one, times in said.items() if times > 1] == []
    titles = Counter(ticket.title for ticket in company.opened("post-mortem"))
    assert set(titles.values()) <= {1}


@STORIES
@given(st.lists(deeds, max_size=7), st.integers(1, 2))
def test_nobody_is_mentioned_more_often_than_a_day_allows(done: list[Deed], per_day: int) -> None:
    """Over all cases and looks, replies to one's own commands apart (P9)."""
    company = Company(limits=Limits(mentions_per_day=per_day))
    live(company, [one for one in done if one.what not in ("lost database", "renamed policy")])
    mentioned: Counter[tuple[str, str]] = Counter()
    for ticket in company.site.in_place(SHOP.container):
        for comment in ticket.comments:
            kind = next((m.kind for m, body in company.ours(ticket.key) if body == comment.body), "")
            if comment.author == OURS and kind not in ("reply", "status", "plan"):
                day = company.policy.calendar.local_date(comment.created_at).isoformat()
                mentioned.update((day, person) for person in set(_MENTION.findall(comment.body)))
    assert [(*one, times) for one, times in mentioned.items() if times > per_day] == []
