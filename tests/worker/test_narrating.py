"""What is said of each thing that was written: kinds and keys, and nothing that stood in a ticket."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.sandbox.clock import SandboxClock
from rules.effects import (
    EFFECT_TYPES,
    AddLabel,
    Amend,
    Assign,
    CloseTwin,
    Effect,
    Keep,
    LinkTickets,
    Notify,
    OpenTicket,
    RetractComment,
    Say,
    SetDue,
    WriteFile,
)
from rules.facts import Audience
from rules.refs import Place, TicketRef
from tests.worker.company import PACK
from worker.ledger import Ledger
from worker.ledger.database import open_memory_ledger
from worker.narrating import Narrator, sentence_of
from worker.perform import STOOD_ALREADY

#: Late on a Sunday in UTC.
START = dt.datetime(2026, 3, 1, 23, 59, tzinfo=dt.UTC)
SHOP, OPS = TicketRef("github", "acme/shop#1"), TicketRef("jira", "OPS-1")
PRIVATE = "what stands in a ticket"
BASE: dict[str, Any] = {"key": "k", "case": "root.1", "rule": "r", "why": PRIVATE}


def opening() -> OpenTicket:
    return OpenTicket(**BASE, role="action", item="", place=Place("jira", "OPS"), title=PRIVATE, body=PRIVATE)


SENTENCES = [
    pytest.param(opening(), "opened jira:OPS-1 for github:acme/shop#1", id="open"),
    pytest.param(
        Say(**BASE, ticket=SHOP, text="overdue", body=PRIVATE, said="", mentions=("ada",)),
        "commented on github:acme/shop#1 (overdue)",
        id="say",
    ),
    pytest.param(
        Keep(**BASE, ticket=SHOP, slot="status", body=PRIVATE, digest=""),
        "kept the status comment on github:acme/shop#1 up to date",
        id="keep",
    ),
    pytest.param(
        Amend(**BASE, ticket=SHOP, comment_id="7", of="", text="reply", extra="", body=PRIVATE),
        "wrote a comment of ours on github:acme/shop#1 anew (reply)",
        id="amend",
    ),
    pytest.param(SetDue(**BASE, ticket=OPS, due_on=START.date()), "set the due date of jira:OPS-1", id="due"),
    pytest.param(AddLabel(**BASE, ticket=SHOP, label="escalated"), "put a label on github:acme/shop#1", id="label"),
    pytest.param(Assign(**BASE, ticket=SHOP, account="ada"), "named an owner of github:acme/shop#1", id="assign"),
    pytest.param(
        LinkTickets(**BASE, ticket=SHOP, target=OPS, target_uid="", url=PRIVATE, title=PRIVATE, relation=""),
        "linked github:acme/shop#1 with jira:OPS-1",
        id="link",
    ),
    pytest.param(
        RetractComment(**BASE, ticket=SHOP, comment_id="7"),
        "took back a comment of ours on github:acme/shop#1 that stood there twice",
        id="retract",
    ),
    pytest.param(
        CloseTwin(**BASE, ticket=OPS, original=TicketRef("jira", "OPS-0")),
        "closed jira:OPS-1, which we had opened twice, in favour of jira:OPS-0",
        id="close-twin",
    ),
    pytest.param(
        Notify(**BASE, ticket=SHOP, text="reflection", title=PRIVATE, body=PRIVATE, person="ada", since=START),
        "wrote to somebody privately about github:acme/shop#1 (reflection)",
        id="notify",
    ),
    pytest.param(
        WriteFile(
            **BASE,
            ticket=SHOP,
            place=Place("github", "acme/handbook"),
            path="lessons/root-1.md",
            slot="lesson-file",
            audience=Audience.INTERNAL,
            body=PRIVATE,
        ),
        "kept the lesson of github:acme/shop#1 in github:acme/handbook as lessons/root-1.md",
        id="file",
    ),
]


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    ledger = open_memory_ledger()
    ledger.cases.open_case("root", SHOP, "1", PRIVATE, START)
    yield ledger
    ledger.close()


@pytest.mark.parametrize(("effect", "said"), SENTENCES)
def test_each_kind_of_effect_has_a_sentence_of_kinds_and_keys(effect: Effect, said: str) -> None:
    """P11, P14: no title, no text, nobody's name."""
    assert sentence_of(effect, "OPS-1|10001", SHOP) == said


def test_every_kind_of_effect_is_in_the_table() -> None:
    assert {type(row.values[0]) for row in SENTENCES} == set(EFFECT_TYPES)


def test_of_a_link_that_stood_already_nothing_is_said(ledger: Ledger) -> None:
    told: list[str] = []
    link = LinkTickets(**BASE, ticket=SHOP, target=OPS, target_uid="", url="", title="", relation="")
    narrator = Narrator(ledger, lambda: PACK, SandboxClock(START), told.append)
    narrator.done(link, STOOD_ALREADY)
    assert told == []
    narrator.done(link, "")
    assert told[-1] == "23:59 linked github:acme/shop#1 with jira:OPS-1"


def test_a_line_has_the_time_at_the_policy_s_place_and_each_day_begins_with_its_date(ledger: Ledger) -> None:
    told: list[str] = []
    clock = SandboxClock(START)
    narrator = Narrator(ledger, lambda: PACK, clock, told.append)
    narrator.done(opening(), "OPS-1|10001")
    narrator.done(opening(), "OPS-2|10002")
    clock.advance(dt.timedelta(minutes=1))
    narrator.done(opening(), "OPS-3|10003")
    assert str(PACK.calendar.zone) == "UTC"
    assert told == [
        "Sunday 1 March 2026",
        "23:59 opened jira:OPS-1 for github:acme/shop#1",
        "23:59 opened jira:OPS-2 for github:acme/shop#1",
        "Monday 2 March 2026",
        "00:00 opened jira:OPS-3 for github:acme/shop#1",
    ]
