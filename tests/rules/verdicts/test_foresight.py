"""Whom a rule asks next: as it will be decided then, with who is away by then (P8)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings

from rules.decide import decide
from rules.effects import Say
from rules.facts import Case
from rules.policy import Away, Policy
from rules.situation import Situation
from rules.verdicts.case_verdicts import RuleVerdict, case_verdict
from rules.verdicts.foresight import foreseen_words, standstill_words
from rules.verdicts.next_words import coming_words, next_look_words, wake_words
from tests.rules.cases import PACK, a_case, a_failure, a_post_mortem, an_action, at, we_say
from tests.rules.test_absences import away, pack
from tests.rules.test_decide_properties import cases, moments

OVERDUE = a_case(a_failure(), a_post_mortem(), an_action(due="2026-03-10"))
NOW = at("03-06 10:00")


def told(policy: Policy, rule: str, case: Case = OVERDUE, now: dt.datetime = NOW) -> RuleVerdict:
    (found,) = [one for one in case_verdict(policy, case, now, decide(policy, case, now)).rules if one.rule == rule]
    return found


@pytest.mark.parametrize(
    ("absences", "words"),
    [
        pytest.param({}, "the owner is reminded on acme/shop#3: Ann", id="nobody"),
        pytest.param(
            {"ann": away("03-08", "03-12", "bob")},
            "the owner is reminded on acme/shop#3: Bob (for Ann, who is away until Thu 12 Mar)",
            id="a-stand-in",
        ),
        pytest.param(
            {"ann": away("03-01", "03-05", "bob")}, "the owner is reminded on acme/shop#3: Ann", id="back-by-then"
        ),
        pytest.param({"mo": away("03-08", "03-12")}, "the owner is reminded on acme/shop#3: Ann", id="somebody-else"),
    ],
)
def test_whoever_is_away_by_then_is_asked_through_their_stand_in(absences: dict[str, Away], words: str) -> None:
    assert coming_words(told(pack(**absences), "stalled-action")) == words


def test_what_waits_for_somebody_s_return_says_for_whose_and_when_it_comes() -> None:
    """And the look before it, at which it is due, says that nothing comes of it yet."""
    policy, now = pack(mo=away("03-05", "03-09")), at("03-04 12:00")
    case = a_case(a_failure(comments=(we_say("1", "03-02 09:00", "status"),)), a_post_mortem())
    words = coming_words(told(policy, "ask-ack", case, now))
    assert words == (
        "the manager is asked on acme/shop#1: Mo; it is due on Thu 5 Mar 2026 09:00 UTC, and waits: Mo is away until "
        "Mon 9 Mar, with nobody to stand in"
    )
    verdict = case_verdict(policy, case, now, decide(policy, case, now))
    (due,) = [one for one in verdict.wakes if one.rule == "ask-ack"]
    assert wake_words(verdict, due) == (
        "the manager is asked on acme/shop#1 from then on, and that waits until Tue 10 Mar 2026 09:00 UTC (ask-ack)"
    )


def test_a_higher_rung_that_is_due_by_then_speaks_in_the_place_of_one_that_waits() -> None:
    """Nobody is there whom the first asks before the next asks somebody else."""
    policy, now = pack(lea=away("03-03", "03-27"), ann=away("03-03", "03-27", "lea")), at("03-02 12:00")
    case = a_case(a_failure(comments=(we_say("1", "03-02 09:00", "status"),)), a_post_mortem())
    rule = told(policy, "ask-ack", case, now)
    assert (rule.comes, rule.next_at) == ("the owner and the lead are asked on acme/shop#1", at("03-03 09:00"))
    assert coming_words(rule) == "the manager is asked on acme/shop#1: Mo"
    assert rule.foreseen
    assert rule.foreseen.at == rule.foreseen.due_at == at("03-05 09:00")


def test_the_owner_s_days_off_are_told_once_for_all_that_stands_still() -> None:
    rule = told(pack(ann=away("03-09", "03-10")), "stalled-action")
    assert rule.foreseen
    (line,) = standstill_words(rule.foreseen)
    assert line == (
        "Ann is away from Mon 9 Mar to Tue 10 Mar with nobody to stand in: working time on what is theirs stands still "
        "meanwhile"
    )
    assert foreseen_words(rule.foreseen) == "Ann"


def test_the_next_look_says_who_goes_away_or_is_back() -> None:
    for now, words in (("03-06 10:00", "Ann goes away"), ("03-08 10:00", "Ann is back")):
        policy = pack(ann=away("03-07", "03-08", "bob"))
        verdict = case_verdict(policy, OVERDUE, at(now), decide(policy, OVERDUE, at(now)))
        assert next_look_words(verdict).endswith(words)


def test_a_failure_that_was_never_looked_at_is_judged_as_seen_now() -> None:
    """Else each later moment would be the first sight of it, and nothing would ever be due."""
    case = a_case(a_failure(), is_known=False)
    rule = told(PACK, "ask-ack", case, at("03-02 10:00"))
    assert rule.foreseen
    assert rule.foreseen.what == "the owner and the lead are asked"


@settings(max_examples=60, deadline=None)
@given(cases(), moments)
def test_what_is_foreseen_is_what_is_decided_then(case: Case, now: dt.datetime) -> None:
    """Of the case as it is seen now, so that time alone has passed."""
    verdict = case_verdict(PACK, case, now, decide(PACK, case, now))
    situation = Situation(PACK, case, now)
    wrote = {(situation.id, one.ref): situation.seen_at(one) for one in case.tickets}
    later = replace(case, wrote={**wrote, **case.wrote}, known_since=case.known_since or now)
    for rule in verdict.rules:
        if rule.foreseen:
            assert rule.next_at
            assert rule.foreseen.at >= rule.next_at > now
            effects = decide(PACK, later, rule.foreseen.at).effects
            asked = {one.mentions for one in effects if isinstance(one, Say) and one.rule == rule.rule}
            assert tuple(one.id for one in rule.foreseen.asks) in asked
