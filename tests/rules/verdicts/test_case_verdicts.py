"""The tree of a decision, for every case there could be: it agrees with the decision, and can always be told (P8)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.decide import decide
from rules.facts import Case
from rules.policy import Limits, Phase
from rules.refs import TicketRef
from rules.verdicts.case_verdicts import CaseVerdict, EffectFate, Fate, case_verdict
from rules.verdicts.clock_verdicts import RungState
from rules.verdicts.next_words import next_look_words, wake_words
from rules.verdicts.sentences import because, fate_words, rule_lines, silent_words
from tests.rules.cases import (
    FIRST,
    LEA,
    PACK,
    a_case,
    a_failure,
    a_post_mortem,
    an_action,
    at,
    closed,
    says,
    taken_off,
    we_say,
)
from tests.rules.test_decide_properties import cases, moments

EXAMPLES = settings(max_examples=60, deadline=None)
ZONES = st.sampled_from([dt.UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Auckland")])


def tree_at(case: Case, now: dt.datetime) -> CaseVerdict:
    return case_verdict(PACK, case, now, decide(PACK, case, now))


@EXAMPLES
@given(cases(), moments)
def test_a_tree_tells_of_the_decision_that_was_taken(case: Case, now: dt.datetime) -> None:
    """Rule by rule: whether it speaks, what it noted, when it could say something else, and what it wants."""
    decision = decide(PACK, case, now)
    tree = case_verdict(PACK, case, now, decision)
    told = [(one.rule, one.ticket, one.is_met, one.note, one.next_at) for one in tree.rules]
    assert told == [(one.rule, one.ticket, one.is_met, one.note, one.next_at) for one in decision.reasons]
    keys = [effect.key for rule in tree.rules for effect in rule.effects if effect.key]
    assert {*keys, *(effect.key for effect in tree.beyond)} == {effect.key for effect in decision.effects}
    for rule in tree.rules:
        assert all(asked.tree.is_met for asked in rule.asked) is rule.is_met


@EXAMPLES
@given(cases(), moments)
def test_a_tree_says_why_the_case_is_looked_at_when_it_is(case: Case, now: dt.datetime) -> None:
    """P6: the first of its moments is the wake-up, and each can be told."""
    decision = decide(PACK, case, now)
    tree = case_verdict(PACK, case, now, decision)
    assert min((wake.at for wake in tree.wakes), default=None) == decision.wake_at
    assert list(tree.wakes) == sorted(tree.wakes, key=lambda wake: wake.at)
    assert all(wake_words(tree, wake) for wake in tree.wakes)


@EXAMPLES
@given(cases(), moments)
def test_a_clock_stands_at_the_rung_that_was_decided(case: Case, now: dt.datetime) -> None:
    decision = decide(PACK, case, now)
    for rule, reason in zip(case_verdict(PACK, case, now, decision).rules, decision.reasons, strict=True):
        if rule.clock is None:
            assert not reason.anchor
            continue
        standing = [rung.stage for rung in rule.clock.rungs if rung.state is RungState.STANDS]
        coming = [rung.at for rung in rule.clock.rungs if rung.state is RungState.NEXT and rung.at]
        assert standing == ([reason.stage] if reason.stage else [])
        assert not coming or (reason.next_at and reason.next_at <= coming[0]), "what it asks may change before"
        assert rule.clock.since == reason.since


@EXAMPLES
@given(cases(), moments, ZONES)
def test_whatever_happened_can_be_told(case: Case, now: dt.datetime, zone: dt.tzinfo) -> None:
    tree = tree_at(case, now)
    assert next_look_words(tree, zone)
    for rule in tree.rules:
        lines = rule_lines(rule, zone)
        assert all(line.text.strip() and "\n" not in line.text for line in lines)
        assert [line.depth for line in lines if line.depth == 0] == [0], "one line is the rule's own"
        if not rule.is_met:
            assert because(rule)
            assert silent_words(rule).startswith(f"{rule.rule} on {rule.ticket.key} is silent: ")


@EXAMPLES
@given(cases(), moments)
def test_to_ask_why_changes_nothing(case: Case, now: dt.datetime) -> None:
    """P2: the tree is data, the same each time, and the case and its decision stay as they were."""
    before, decision = repr(case), decide(PACK, case, now)
    assert case_verdict(PACK, case, now, decision) == case_verdict(PACK, case, now, decision)
    assert repr(case) == before
    assert decide(PACK, case, now) == decision


# --- examples -------------------------------------------------------------------------------------


def lines_of(tree: CaseVerdict, rule: str, number: int = 0) -> list[str]:
    found = [one for one in tree.rules if one.rule == rule]
    return [f"{'  ' * line.depth}{line.text}" for line in rule_lines(found[number])]


def test_a_failure_that_is_left_alone_has_no_rule() -> None:
    """P13."""
    policy = replace(PACK, limits=Limits(start_at=at("04-01 00:00")))
    case = a_case(is_known=False)
    decision = decide(policy, case, at("04-02 09:00"))
    tree = case_verdict(policy, case, at("04-02 09:00"), decision)
    assert (tree.rules, tree.wakes) == ((), ())
    assert next_look_words(tree) == "only news on its tickets can change anything"


def test_a_case_that_stands_still_is_told_by_the_rules_of_its_phase() -> None:
    tree = tree_at(a_case(taken_off()), at("03-04 09:00"))
    assert tree.phase is Phase.PAUSED
    assert {one.rule for one in tree.rules} == {"status", "plan", "paused", "lesson-file"}


def test_what_a_group_asks_is_told_apart_from_what_the_rule_asks() -> None:
    told = lines_of(tree_at(a_case(), at("03-02 09:00")), "ask-ack")
    assert told[1:6] == [
        "  its group asks, “while a failure is open”",
        "    the failure is open",
        "    the failure is no experiment",
        "  all of these are asked",
        "    the failure's severity is 3, and milder than 1 is asked",
    ]


def test_a_clock_says_who_answered_and_what_it_counted_from_before() -> None:
    action = an_action(comments=(we_say("o1", "04-02 09:00"), says("c9", "04-03 10:00", "Soon.", by=LEA)))
    told = lines_of(tree_at(a_case(None, a_post_mortem(), action), at("04-03 12:00")), "stalled-action")
    assert (
        "  it counts from the end of the quiet after the last answer (Fri 3 Apr), by Lea on Fri 3 Apr 2026 10:00 UTC"
        in told
    )
    before = "set when the ticket was opened on Mon 2 Mar 2026 09:00 UTC: that is earlier"
    assert f"    no longer from the due date, Wed 1 Apr, {before}" in told


def test_who_wrote_what_not_everybody_reads_is_not_told() -> None:
    """P14."""
    answer = replace(says("c9", "04-03 10:00", "Soon.", by=LEA), readers="role:Administrators")
    action = an_action(comments=(we_say("o1", "04-02 09:00"), answer))
    told = lines_of(tree_at(a_case(None, a_post_mortem(), action), at("04-03 12:00")), "stalled-action")
    assert any("the last answer (Fri 3 Apr), on Fri 3 Apr 2026 10:00 UTC" in line for line in told)
    assert not any("Lea" in line for line in told if "answer" in line)


def test_a_finished_case_says_that_its_work_has_to_rest() -> None:
    case = a_case(a_failure("sev3", **closed("03-05 09:00")))
    tree = tree_at(case, at("03-05 09:30"))
    assert next_look_words(tree) == "Thu 5 Mar 2026 10:00 UTC: all work will have rested"


def test_what_became_of_an_effect_is_told_with_until_when_and_how_it_is_lifted() -> None:
    case = a_case()
    decision = decide(PACK, case, at("03-02 09:00"))
    (key,) = [effect.key for effect in decision.effects if effect.rule == "ask-ack"]
    fate = EffectFate(Fate.HELD, "too much at once", until=at("03-03 09:00"), lift="`aftermath resume` lifts it")
    tree = case_verdict(PACK, case, at("03-02 09:00"), decision, {key: fate})
    (effect,) = [effect for rule in tree.rules for effect in rule.effects if effect.key == key]
    assert fate_words(effect) == (
        "held back: too much at once, until Tue 3 Mar 2026 09:00 UTC; `aftermath resume` lifts it"
    )
    assert tree.case == FIRST
    assert TicketRef("github", "acme/shop#1") in {rule.ticket for rule in tree.rules}
