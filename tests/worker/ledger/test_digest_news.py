"""Which cases a weekly digest reads: those that it may have something to tell of, and no others (P6)."""

from __future__ import annotations

import datetime as dt

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import insert, text, update

from rules.news import WHILE_STUCK, CaseNews, NewsItem
from rules.refs import Place
from tests.worker.ledger.samples import NOW
from tests.worker.postgres import Postgres
from worker.ledger import Ledger, open_ledger
from worker.ledger.database import _MIGRATIONS
from worker.ledger.schema import cases, tickets

SINCE = NOW - dt.timedelta(weeks=1)
EARLIER, WITHIN = SINCE - dt.timedelta(seconds=1), SINCE


def item(title: str, at: dt.datetime) -> NewsItem:
    return NewsItem("action", "acme/shop#1", title, "https://x.test/1", is_public=True, at=at.isoformat())


#: By name, what a case has to tell, and whether a digest of what came from SINCE on tells of it.
NEWS = {
    "stuck-for-long": (CaseNews(stuck=(item("a", EARLIER),)), True),
    "finished-in-the-week": (CaseNews(finished=(item("b", EARLIER), item("c", WITHIN))), True),
    "learned-in-the-week": (CaseNews(learned=(item("d", WITHIN),)), True),
    "had-to-wait-in-the-week": (CaseNews(waited=(item("e", WITHIN),)), True),
    "finished-before": (CaseNews(finished=(item("f", EARLIER),), learned=(item("g", EARLIER),)), False),
    "nothing": (CaseNews(), False),
}
TOLD = sorted(news.to_text() for news, is_told in NEWS.values() if is_told)


def fill(ledger: Ledger, *, is_of_before: bool = False) -> None:
    """Cases of each kind; without `news_until` where the ledger is one of before."""
    rows = [
        {"root": name, "tracker": "github", "failure_key": "acme/shop#1", "opened_at": NOW, "news": news.to_text()}
        | ({} if is_of_before else {"news_until": news.until})
        for name, (news, _) in NEWS.items()
    ]
    with ledger.engine.begin() as db:
        db.execute(insert(cases), rows)


def test_it_reads_what_is_stuck_and_what_came_since_the_one_before(ledger: Ledger) -> None:
    fill(ledger)
    assert sorted(ledger.digests.news(SINCE)) == TOLD
    assert ledger.digests.news(NOW) == [NEWS["stuck-for-long"][0].to_text()]


def test_what_an_earlier_aftermath_took_down_is_told_after_an_upgrade(url: str, request: pytest.FixtureRequest) -> None:
    """Of cases that nobody looks at any more as well: what they told last week they tell this week."""
    if url.startswith("postgresql"):
        server: Postgres = request.getfixturevalue("postgres")
        url = server.new_database()
    ledger = open_ledger(url)
    _migrate(ledger, "0006")
    fill(ledger, is_of_before=True)
    with ledger.engine.begin() as db:
        db.execute(text("UPDATE cases SET news = 'not to be read' WHERE root = 'nothing'"))
    _migrate(ledger, "head")
    assert sorted(ledger.digests.news(SINCE)) == TOLD
    untils = {root: ledger.digests.noted(root)[1] for root in NEWS}
    assert untils == {name: news.until for name, (news, _) in NEWS.items()}
    assert untils["stuck-for-long"] == WHILE_STUCK
    ledger.close()


def test_a_place_that_is_closed_to_us_takes_its_cases_out_whichever_ticket_lies_there(ledger: Ledger) -> None:
    fill(ledger)
    here, there = "stuck-for-long", "learned-in-the-week"
    with ledger.engine.begin() as db:
        for root, key in ((here, "acme/shop#1"), (here, "acme/inside#4"), (there, "acme/inside-out#4")):
            row = {"root": root, "tracker": "github", "key": key, "case_id": "c", "uid": "1", "role": "action"}
            db.execute(insert(tickets), row)
        db.execute(update(cases).where(cases.c.root == here).values(failure_key="acme/shop#7"))
    ledger.digests.leave_out_place(Place("github", "acme/inside"), SINCE)
    assert [str(ref) for ref in ledger.digests.left_out().values()] == ["github:acme/shop#7"]
    assert list(ledger.digests.left_out()) == [here]
    assert sorted(ledger.digests.news(SINCE)) == [one for one in TOLD if one != NEWS[here][0].to_text()]


def _migrate(ledger: Ledger, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with ledger.engine.begin() as connection:
        config.attributes["connection"] = connection
        (command.upgrade if revision == "head" else command.downgrade)(config, revision)
