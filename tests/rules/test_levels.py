"""P14: a ticket with a security level is read by few, and nothing of it stands where anybody else reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rules.decide import decide
from rules.decision import Decision
from rules.effects import Keep, LinkTickets, OpenTicket
from rules.facts import Audience, Case, Level, Readership, Status
from rules.news import CaseNews, NewsItem, news_of
from rules.policy import Routing
from rules.readers import in_letters, includes
from rules.refs import Place
from tests.rules.cases import PACK, a_case, a_failure, a_post_mortem, an_action, at, says
from tests.rules.test_lesson_files import files, let_go
from tests.rules.test_private_messages import ALL, analysed, messages
from tests.rules.test_private_messages import NOW as ANALYSED_AT

SHOP, PLANS = Place("github", "acme/shop"), Place("github", "acme/plans")
FEW, OTHERS = Level(SHOP, "10001"), Level(SHOP, "10002")
ELSEWHERE = Level(PLANS, "10001")
PUBLIC, INTERNAL = Audience.PUBLIC, Audience.INTERNAL
SECRET = "The secret cause"
NOW = at("03-03 12:00")


@pytest.mark.parametrize(
    ("these", "others", "expected"),
    [
        (PUBLIC, PUBLIC, True),
        (PUBLIC, INTERNAL, True),
        (PUBLIC, FEW, True),
        (INTERNAL, PUBLIC, False),
        (INTERNAL, INTERNAL, True),
        (INTERNAL, FEW, True),
        (FEW, PUBLIC, False),
        (FEW, INTERNAL, False),
        (FEW, FEW, True),
        (FEW, OTHERS, False),
        (FEW, ELSEWHERE, False),
    ],
)
def test_who_is_among_whom(these: Readership, others: Readership, expected: bool) -> None:
    """Two levels, and one in two places, are different people."""
    assert includes(these, others) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (PUBLIC, FEW, PUBLIC),
        (INTERNAL, FEW, INTERNAL),
        (FEW, FEW, INTERNAL),
        (INTERNAL, PUBLIC, PUBLIC),
        (INTERNAL, INTERNAL, INTERNAL),
    ],
)
def test_a_letter_never_tells_what_only_few_read(one: Readership, other: Readership, expected: Audience) -> None:
    assert in_letters(one, other) is expected


def decided(case: Case, routing: Routing | None = None) -> Decision:
    return decide(replace(PACK, routing=routing or Routing()), case, NOW)


def opened(decision: Decision) -> list[tuple[str, Place, str]]:
    return [(one.role, one.place, one.level) for one in decision.effects if isinstance(one, OpenTicket)]


def read_by(readers: Readership, **more: Any) -> Case:
    return a_case(replace(a_failure("sev2", **more), audience=readers))


@pytest.mark.parametrize(
    ("readers", "routing", "expected"),
    [
        pytest.param(FEW, Routing(), [("post-mortem", SHOP, "10001")], id="beside it with its level"),
        pytest.param(FEW, Routing(post_mortems=SHOP), [("post-mortem", SHOP, "10001")], id="routed to its own place"),
        pytest.param(FEW, Routing(post_mortems=PLANS), [], id="routed elsewhere"),
        pytest.param(INTERNAL, Routing(), [("post-mortem", SHOP, "")], id="no level"),
        pytest.param(INTERNAL, Routing(post_mortems=PLANS), [("post-mortem", PLANS, "")], id="no level elsewhere"),
    ],
)
def test_what_is_opened_for_a_failure_has_its_level(
    readers: Readership, routing: Routing, expected: list[tuple[str, Place, str]]
) -> None:
    assert opened(decided(read_by(readers), routing)) == expected


def test_nothing_is_opened_for_few_where_everybody_reads() -> None:
    """A place that was opened to the world: its levels are believed no longer."""
    case = replace(read_by(FEW), public_places=frozenset({SHOP}))
    assert opened(decided(case)) == []


@pytest.mark.parametrize(
    ("failure", "mortem", "routing", "expected"),
    [
        pytest.param(FEW, FEW, Routing(), [("action", SHOP, "10001")], id="both"),
        pytest.param(INTERNAL, FEW, Routing(), [("action", SHOP, "10001")], id="the post-mortem alone"),
        pytest.param(FEW, INTERNAL, Routing(), [("action", SHOP, "10001")], id="the failure alone"),
        pytest.param(FEW, OTHERS, Routing(), [], id="two levels"),
        pytest.param(INTERNAL, FEW, Routing(actions=PLANS), [], id="elsewhere"),
        pytest.param(INTERNAL, ELSEWHERE, Routing(actions=PLANS), [("action", PLANS, "10001")], id="beside its source"),
        pytest.param(PUBLIC, FEW, Routing(), [("action", SHOP, "10001")], id="beside a public failure"),
    ],
)
def test_an_item_is_opened_for_those_who_could_read_it(
    failure: Readership, mortem: Readership, routing: Routing, expected: list[tuple[str, Place, str]]
) -> None:
    written = replace(a_post_mortem(), body="- [ ] Rotate the leaked key", audience=mortem)
    case = a_case(replace(a_failure("sev2"), audience=failure), written)
    assert opened(decided(case, routing)) == expected


def test_what_is_said_on_the_failure_is_opened_as_the_failure_is_read() -> None:
    """The level of the post-mortem is of no concern to what `/action` says on a failure that more people read."""
    failure = replace(a_failure("sev2", comments=(says("c1", "03-03 09:00", "/action Page us"),)), audience=INTERNAL)
    case = a_case(failure, replace(a_post_mortem(), audience=FEW))
    assert opened(decided(case)) == [("action", SHOP, "")]


def test_what_is_not_opened_for_the_sake_of_few_says_so() -> None:
    """P7: with what a person can do about it."""
    (one,) = decided(read_by(FEW), Routing(post_mortems=PLANS)).withheld
    assert (one.role, one.place, one.is_for_few) == ("post-mortem", PLANS, True)


@pytest.mark.parametrize(
    ("failure", "mortem", "is_linked"),
    [
        (INTERNAL, INTERNAL, True),
        (FEW, FEW, True),
        (INTERNAL, FEW, False),
        (FEW, INTERNAL, False),
        (FEW, OTHERS, False),
    ],
)
def test_tickets_are_linked_where_the_same_people_read_both_ends(
    failure: Readership, mortem: Readership, is_linked: bool
) -> None:
    """Within a tracker a link shows at both its ends."""
    case = a_case(replace(a_failure("sev2"), audience=failure), replace(a_post_mortem(), audience=mortem))
    links = [one for one in decided(case).effects if isinstance(one, LinkTickets)]
    assert bool(links) is is_linked


@pytest.mark.parametrize(("mortem", "is_named"), [(INTERNAL, True), (FEW, False)])
def test_a_status_comment_names_nothing_that_few_read(mortem: Readership, is_named: bool) -> None:
    case = a_case(replace(a_failure("sev2"), audience=INTERNAL), a_post_mortem(title=SECRET, audience=mortem))
    kept = [one for one in decided(case).effects if isinstance(one, Keep) and one.ticket == case.failure.ref]
    text = "\n".join(one.body for one in kept)
    assert case.post_mortem is not None
    assert (case.post_mortem.ref.key in text) is is_named
    assert ("internal post-mortem" in text) is not is_named


def item(url: str, title: str = SECRET) -> NewsItem:
    return NewsItem("action", "acme/shop#3", title, url, False, "2026-03-02T09:00:00+00:00")


@pytest.mark.parametrize(
    ("failure", "action", "is_told"),
    [(INTERNAL, INTERNAL, True), (INTERNAL, FEW, False), (FEW, FEW, False), (FEW, INTERNAL, False)],
)
def test_a_digest_hears_of_nothing_that_few_read(failure: Readership, action: Readership, is_told: bool) -> None:
    """Neither of what was finished, nor of what waited since before it had its level."""
    ticket = an_action(title=SECRET, audience=action, status=Status.DONE, closed_at=at("03-03 09:00"))
    case = replace(a_case(replace(a_failure("sev2"), audience=failure), None, ticket), is_known=True)
    before = CaseNews(waited=(item(case.actions[0].ticket.url),))
    news = news_of(PACK, case, decide(PACK, case, at("03-20 12:00")), (), before, at("03-20 12:00"))
    assert (SECRET in news.to_text()) is is_told
    assert bool(news.finished) is bool(news.waited) is is_told


@pytest.mark.parametrize(("readers", "expected"), [(INTERNAL, 1), (FEW, 0)])
def test_the_lesson_of_a_failure_for_few_is_no_file(readers: Readership, expected: int) -> None:
    """Nobody can tell who reads a repository."""
    case = let_go()
    assert len(files(replace(case, failure=replace(case.failure, audience=readers)))) == expected


def test_a_letter_about_a_failure_for_few_does_not_name_it() -> None:
    case = analysed(audience=FEW, title=f"Post-mortem: {SECRET}")
    case = replace(case, failure=replace(case.failure, audience=FEW, title=SECRET))
    letters = messages(decide(ALL, case, ANALYSED_AT))
    assert letters
    for letter in letters:
        assert SECRET not in letter.title + letter.body + letter.calendar
        assert case.failure.ref.key not in letter.body + letter.calendar
