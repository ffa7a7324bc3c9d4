"""What a case has to tell the weekly digest: tickets and roles, as a look found them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from rules.decide import decide
from rules.decision import Held
from rules.effects import Say
from rules.facts import Audience, Case, Closing, Earlier, Resolution
from rules.news import LESSON_CHARACTERS_MAX, CaseNews, NewsItem, news_of, plain_beginning
from rules.policy import Policy
from tests.rules.cases import (
    LEA,
    PACK,
    a_case,
    a_failure,
    a_post_mortem,
    an_action,
    at,
    closed,
    says,
    unlabelled,
    we_say,
)

SEEN = we_say("s", "03-02 09:00", "status")
ACK = says("c1", "03-02 09:30", "/ack On it.", by=LEA)
LESSON = "## What we learned\n\n- Nobody was told, because [the reminder](https://a.example) went **nowhere**."


def news(case: Case, now: str, *, held: tuple[Held, ...] = (), before: str = "", policy: Policy = PACK) -> CaseNews:
    moment = at(now)
    return news_of(policy, case, decide(policy, case, moment), held, CaseNews.from_text(before), moment)


def acknowledged(*labels: str, **fields: Any) -> Any:
    return a_failure(*labels, comments=(SEEN, ACK), **fields)


def lines(items: tuple[NewsItem, ...]) -> list[tuple[str, str, tuple[str, ...], str]]:
    return [(item.part, item.key.partition("#")[2], item.roles, item.at[5:16]) for item in items]


@pytest.mark.parametrize(
    ("now", "stuck"),
    [
        pytest.param("03-30 12:00", [], id="a-reminder-ahead-of-time"),
        pytest.param("04-02 09:00", [("action", "3", ("owner",), "04-01T17:00")], id="on-the-day"),
        pytest.param("04-07 09:00", [("action", "3", ("owner", "lead"), "04-01T17:00")], id="after-three-days"),
        pytest.param("04-13 12:00", [("action", "3", ("manager",), "04-01T17:00")], id="after-seven-days"),
        pytest.param("04-30 12:00", [("action", "3", ("manager",), "04-01T17:00")], id="asked-again"),
    ],
)
def test_an_action_is_stuck_from_its_day_on_with_whom_its_rung_asks(now: str, stuck: list[object]) -> None:
    """P10: roles, and no names."""
    case = a_case(acknowledged("sev3"), None, an_action())
    assert lines(news(case, now).stuck) == stuck
    assert "Ann" not in news(case, now).to_text()


@pytest.mark.parametrize(
    ("now", "stuck"),
    [
        pytest.param("03-02 09:30", [], id="asked-a-moment-ago"),
        pytest.param("03-03 09:00", [("failure", "1", ("owner", "lead"), "03-02T09:00")], id="after-a-day"),
    ],
)
def test_a_failure_is_stuck_when_its_first_word_had_to_be_asked_for_again(now: str, stuck: list[object]) -> None:
    assert lines(news(a_case(a_failure("sev3", comments=(SEEN,))), now).stuck) == stuck


def test_a_failure_that_nobody_closes_is_told_as_open_and_not_as_without_a_first_word() -> None:
    case = a_case(acknowledged("sev3"), None, an_action(**closed("03-20 09:00")))
    (item,) = news(case, "04-30 12:00").stuck
    assert (item.part, item.key, item.roles) == ("open failure", "acme/shop#1", ("owner",))


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            a_case(
                acknowledged("sev3", labels=("sev3",), changes=(*a_failure().changes, unlabelled("04-02 09:00"))),
                None,
                an_action(),
            ),
            id="paused",
        ),
        pytest.param(
            a_case(acknowledged("sev3", **closed("03-21 09:00")), None, an_action(**closed("03-20 09:00"))), id="done"
        ),
        pytest.param(
            a_case(acknowledged("sev3"), None, an_action(comments=(says("z", "04-01 09:00", "/snooze 9 w vendor"),))),
            id="snoozed",
        ),
        pytest.param(a_case(acknowledged("sev3", "experiment"), None, an_action()), id="an-experiment"),
        pytest.param(replace(a_case(a_failure("sev3"), None, an_action()), is_known=False), id="before-the-start"),
    ],
)
def test_nothing_is_stuck_where_no_clock_runs(case: Case) -> None:
    policy = replace(PACK, limits=replace(PACK.limits, start_at=at("03-10 09:00"))) if not case.is_known else PACK
    assert news(case, "04-30 12:00", policy=policy).stuck == ()


def test_what_ended_is_told_with_how_it_ended_also_of_an_earlier_time() -> None:
    """A generation that has just begun does not swallow what was finished in the one before."""
    before = Earlier(
        1, at("03-20 12:00"), a_post_mortem(**closed("03-10 09:00")), (an_action(**closed("03-12 09:00")),)
    )
    case = a_case(
        acknowledged("sev2"),
        None,
        an_action(5, "itemb", resolution=Resolution.NOT_PLANNED, **closed("03-25 09:00")),
        an_action(6, "itemc"),
        closings=(Closing(1, at("03-20 12:00")),),
        earlier=(before,),
    )
    told = news(case, "03-26 12:00")
    assert [(item.part, item.key, item.how) for item in told.finished] == [
        ("post-mortem", "acme/shop#2", "done"),
        ("action", "acme/shop#3", "done"),
        ("action", "acme/shop#5", "not planned"),
    ]
    assert [(item.key, item.at[:10]) for item in told.learned] == [("acme/shop#1", "2026-03-20")]


def test_a_lesson_is_told_by_how_it_begins() -> None:
    case = a_case(
        acknowledged("sev2", **closed("03-10 09:00")),
        a_post_mortem(body=LESSON, **closed("03-10 09:00")),
        closings=(Closing(1, at("03-20 12:00")),),
    )
    (item,) = news(case, "03-26 12:00").learned
    assert item.text == "Nobody was told, because the reminder went nowhere."


def test_a_lesson_s_beginning_tells_roles_and_no_names() -> None:
    """P10: a digest goes to people who were not there."""
    mortem = a_post_mortem(body="## What we learned\n\nAnn asked @lea.", **closed("03-10 09:00"))
    failure = acknowledged("sev2", **closed("03-10 09:00"))
    (item,) = news(a_case(failure, mortem, closings=(Closing(1, at("03-20 12:00")),)), "03-26 12:00").learned
    assert item.text == "The owner asked a teammate."


@pytest.mark.parametrize(
    ("failure", "mortem", "is_public", "has_text"),
    [
        (Audience.PUBLIC, Audience.PUBLIC, True, True),
        (Audience.PUBLIC, Audience.INTERNAL, True, False),
        (Audience.INTERNAL, Audience.INTERNAL, False, True),
        (Audience.INTERNAL, Audience.PUBLIC, False, True),
    ],
    ids=["all-public", "public-failure", "all-internal", "internal-failure"],
)
def test_a_lesson_flows_to_nobody_who_may_not_read_where_it_comes_from(
    failure: Audience, mortem: Audience, is_public: bool, has_text: bool
) -> None:
    """P14."""
    case = a_case(
        acknowledged("sev2", audience=failure, **closed("03-10 09:00")),
        a_post_mortem(body=LESSON, audience=mortem, **closed("03-10 09:00")),
        closings=(Closing(1, at("03-20 12:00")),),
    )
    (item,) = news(case, "03-26 12:00").learned
    assert (item.is_public, bool(item.text)) == (is_public, has_text)


def test_a_public_action_of_an_internal_failure_counts_as_internal() -> None:
    """P14: that it belongs to a failure is not for everybody to know."""
    case = a_case(acknowledged("sev3", audience=Audience.INTERNAL), None, an_action(audience=Audience.PUBLIC))
    assert [item.is_public for item in news(case, "04-02 12:00").stuck] == [False]


def held_on(case: Case, now: str, *, is_budget: bool = True) -> tuple[Held, ...]:
    says_it = [effect for effect in decide(PACK, case, at(now)).effects if isinstance(effect, Say)]
    return tuple(Held(effect, "ann was mentioned 5 times", at(now) if is_budget else None) for effect in says_it)


def test_what_waits_for_the_morning_alone_is_nothing_to_tell() -> None:
    """It came due when nobody worked: nobody was asked too often."""
    case = a_case(acknowledged("sev3"), None, an_action())
    held = tuple(replace(one, is_for_hours=True) for one in held_on(case, "04-04 03:00"))
    assert held
    assert news(case, "04-04 03:00", held=held).waited == ()


def test_what_waited_for_another_day_is_remembered_once_a_day() -> None:
    """P9: it is said the next day all the same; the digest tells that too much was asked of too few."""
    case = a_case(acknowledged("sev3"), None, an_action())
    first = news(case, "04-02 12:00", held=held_on(case, "04-02 12:00"))
    again = news(case, "04-02 15:00", held=held_on(case, "04-02 15:00"), before=first.to_text())
    later = news(case, "04-03 09:00", held=held_on(case, "04-03 09:00"), before=again.to_text())
    after = news(case, "04-06 09:00", before=later.to_text())
    assert [item.at[5:10] for item in again.waited] == ["04-02"]
    assert [item.at[5:10] for item in after.waited] == ["04-02", "04-03"]
    assert {item.key for item in after.waited} == {"acme/shop#3"}
    assert "ann" not in after.to_text().casefold()


def test_what_waited_in_public_is_told_to_nobody_else_once_its_ticket_is_internal() -> None:
    """P14."""
    case = a_case(acknowledged("sev3", audience=Audience.PUBLIC), None, an_action(audience=Audience.PUBLIC))
    first = news(case, "04-02 12:00", held=held_on(case, "04-02 12:00"))
    hidden = replace(case, failure=replace(case.failure, audience=Audience.INTERNAL))
    kept, after = (news(one, "04-03 09:00", before=first.to_text()) for one in (case, hidden))
    assert [item.is_public for item in (*kept.waited, *after.waited)] == [True, False]


def test_what_the_brake_holds_did_not_wait_for_a_person() -> None:
    case = a_case(acknowledged("sev3"), None, an_action())
    held = held_on(case, "04-02 12:00", is_budget=False)
    assert held
    assert news(case, "04-02 12:00", held=held).waited == ()


def test_what_no_digest_tells_any_more_is_let_go() -> None:
    case = a_case(acknowledged("sev3"), None, an_action(**closed("03-20 09:00")))
    assert len(news(case, "05-20 12:00").finished) == 1
    assert news(case, "06-20 12:00").finished == ()


def test_news_comes_back_as_it_was_kept() -> None:
    case = a_case(acknowledged("sev3"), None, an_action())
    told = news(case, "04-02 12:00")
    assert told.stuck
    assert CaseNews.from_text(told.to_text()) == told


@pytest.mark.parametrize("text", ["", "{", "[]", '{"more": []}', '{"stuck": [{"part": "action"}]}', '{"stuck": 3}'])
def test_what_cannot_be_read_is_nothing_told(text: str) -> None:
    assert CaseNews.from_text(text) == CaseNews()


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("- [x] One\n- Two", "One Two"),
        ("> 1. `curl` is **not** enough\n> 2. more", "curl is not enough more"),
        ("See ![shot](https://a.example/b.png) and [this](mention:ann).", "See shot and this."),
        ("word " * 100, ("word " * 60)[: LESSON_CHARACTERS_MAX - 1].rstrip() + "…"),
        ("", ""),
    ],
    ids=["list", "quote", "links", "long", "empty"],
)
def test_a_beginning_is_plain_words_on_one_line(markdown: str, text: str) -> None:
    assert plain_beginning(markdown) == text


def test_moments_are_told_in_utc() -> None:
    (item,) = news(a_case(acknowledged("sev3"), None, an_action()), "04-02 12:00").stuck
    assert item.moment == at("04-01 17:00")
    assert item.moment.utcoffset() == dt.timedelta(0)
