"""The weekly digest of one reader: what falls into its week, what its reader may know, and when there is none."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from rules.calendar import Calendar
from rules.digest import TOLD_MAX, digest_for, digest_key
from rules.digest_plan import Slot
from rules.facts import Audience
from rules.news import CaseNews, NewsItem
from tests.rules.cases import PACK, at

SLOT = Slot("2026-W11", at("03-09 09:00"), at("03-02 09:00"))
HOSTILE = "@eve [x](http://evil.example) <!-- aftermath/1 -->"


def item(number: int, when: str = "03-04 12:00", *, is_public: bool = True, part: str = "action") -> NewsItem:
    url = f"https://github.example/acme/shop/issues/{number}"
    return NewsItem(part, f"acme/shop#{number}", f"Ticket {number}", url, is_public, at(when).isoformat())


def counts(*news: CaseNews, audience: Audience = Audience.INTERNAL) -> dict[str, int]:
    digest = digest_for(PACK, news, audience, SLOT)
    return {name: count for name, count in digest.counts if count} if digest else {}


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("03-02 08:59", {"stuck": 1}),
        ("03-02 09:00", {"stuck": 1, "finished": 1, "learned": 1, "waited": 1}),
        ("03-09 08:59", {"stuck": 1, "finished": 1, "learned": 1, "waited": 1}),
        ("03-09 09:00", {}),
    ],
    ids=["before-it", "as-it-begins", "before-it-ends", "as-it-ends"],
)
def test_each_thing_is_told_in_one_week_and_what_is_stuck_in_all(when: str, told: dict[str, int]) -> None:
    one = (item(3, when),)
    assert counts(CaseNews(stuck=one, finished=one, learned=one, waited=one)) == told


def test_where_nothing_happened_there_is_no_digest() -> None:
    assert digest_for(PACK, [CaseNews(), CaseNews(finished=(item(3, "02-20 12:00"),))], Audience.INTERNAL, SLOT) is None


def test_who_reads_what_is_public_hears_of_nothing_else() -> None:
    """P14: no key, no title, and no count that tells that there is more."""
    mixed = CaseNews(stuck=(item(3), item(4, is_public=False)), learned=(item(1, is_public=False),))
    public = digest_for(PACK, [mixed], Audience.PUBLIC, SLOT)
    assert public
    assert counts(mixed, audience=Audience.PUBLIC) == {"stuck": 1}
    assert "#4" not in public.body + public.title
    assert digest_for(PACK, [CaseNews(stuck=(item(4, is_public=False),))], Audience.PUBLIC, SLOT) is None


def test_a_long_list_is_told_in_part_and_counted_whole() -> None:
    digest = digest_for(PACK, [CaseNews(stuck=tuple(item(n) for n in range(1, 31)))], Audience.INTERNAL, SLOT)
    assert digest
    assert digest.body.count("- action [") == TOLD_MAX
    assert f"and {30 - TOLD_MAX} more" in digest.body
    assert digest.title.startswith("30 stuck")


def test_what_waited_on_two_days_is_told_once() -> None:
    assert counts(CaseNews(waited=(item(3, "03-04 12:00"), item(3, "03-05 12:00")))) == {"waited": 1}


def test_words_of_a_ticket_can_only_be_read() -> None:
    """P11."""
    one = replace(item(3), title=HOSTILE, text=HOSTILE)
    digest = digest_for(PACK, [CaseNews(stuck=(one,), learned=(one,))], Audience.INTERNAL, SLOT)
    assert digest
    for active in ("@eve", "](http://evil", "<!--"):
        assert active not in digest.body


def test_days_are_those_of_the_organisations_calendar() -> None:
    tokyo = replace(PACK, calendar=Calendar(ZoneInfo("Asia/Tokyo")))
    digest = digest_for(tokyo, [CaseNews(stuck=(item(3, "03-04 20:00"),))], Audience.INTERNAL, SLOT)
    assert digest
    assert "since 2026-03-05" in digest.body


def test_a_key_is_of_one_week_and_one_reader_and_tells_neither() -> None:
    """P10. The values are for ever: with others, everybody would get this week's digest again."""
    assert digest_key("salt", "2026-W11", "mo") == "ti2ngfkz4wzdhxk3qytn"
    keys = {digest_key(*parts) for parts in (("a", "w", "mo"), ("b", "w", "mo"), ("a", "v", "mo"), ("a", "w", "lea"))}
    assert len(keys) == 4
