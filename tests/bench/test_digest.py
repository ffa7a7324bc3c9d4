"""Composing a weekly digest: 400 cases that have something to tell, alone and among 10,000 (P6).

What the others told in earlier weeks is kept beside them, and must cost nothing.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from rules.digest import Digest, digest_for
from rules.digest_plan import Slot
from rules.facts import Audience
from rules.language.policy_file import load_policy, pack_path
from rules.news import CaseNews, NewsItem
from tests.bench.tables import medians, tell
from worker.ledger import Ledger, open_ledger
from worker.ledger.schema import cases

pytestmark = pytest.mark.bench

NOW = dt.datetime(2026, 3, 9, 9, 0, tzinfo=dt.UTC)
SLOT = Slot("2026-W11", NOW, NOW - dt.timedelta(weeks=1))
LONG_AGO, LATELY = NOW - dt.timedelta(weeks=30), NOW - dt.timedelta(days=2)
TELLING = 400
SIZES = (TELLING, 10_000)
TURNS = 5
POLICY = load_policy(pack_path("accountability"))


def test_a_digest_costs_what_it_tells(tmp_path: Path) -> None:
    ledgers = [_filled(f"sqlite:///{tmp_path / str(size)}.db", size) for size in SIZES]
    few_s, many_s = medians(TURNS, *(lambda ledger=ledger: _compose(ledger) for ledger in ledgers))  # type: ignore[misc]
    tell(
        f"One reader's weekly digest of {TELLING} cases, on SQLite, median of {TURNS}",
        ("", *(f"among {size:,}" for size in SIZES)),
        [("time to read and compose", 1.0, many_s / few_s)],
        f"{many_s * 1000:,.0f} ms among {SIZES[-1]:,} on this machine.",
    )
    for ledger in ledgers:
        ledger.close()


def _compose(ledger: Ledger) -> Digest | None:
    news = [CaseNews.from_text(one) for one in ledger.digests.news(SLOT.since)]
    digest = digest_for(POLICY, news, Audience.INTERNAL, SLOT)
    assert digest
    assert digest.title.startswith("200 stuck, 200 finished")
    return digest


def _filled(url: str, size: int) -> Ledger:
    """Half of those that tell are stuck; the others finished something lately, and all the rest long ago."""
    ledger = open_ledger(url)
    told = [_news(number, TELLING) for number in range(size)]
    rows = [
        {
            "root": f"root{number:08}",
            "tracker": "github",
            "failure_key": f"acme/shop#{number}",
            "opened_at": LONG_AGO,
            "news": news.to_text(),
            "news_until": news.until,
        }
        for number, news in enumerate(told)
    ]
    with ledger.engine.begin() as db:
        db.execute(insert(cases), rows)
        db.execute(text("ANALYZE"))
    return ledger


def _news(number: int, telling: int) -> CaseNews:
    if number >= telling:
        return CaseNews(finished=tuple(_item(number, LONG_AGO) for _ in range(4)), learned=(_item(number, LONG_AGO),))
    one = (_item(number, LATELY),)
    return CaseNews(stuck=one) if number % 2 else CaseNews(finished=one)


def _item(number: int, at: dt.datetime) -> NewsItem:
    url = f"https://github.example/acme/shop/issues/{number}"
    title = f"Alert before the certificate ends, number {number}"
    return NewsItem("action", f"acme/shop#{number}", title, url, is_public=True, at=at.isoformat(), roles=("owner",))
