"""Leadership, told privately or not at all, and the ladder that goes on where nobody of it can be reached."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.decide import decide
from rules.decision import Reason
from rules.effects import Notify, Say
from rules.facts import Audience, Case
from rules.language.digest_reading import LEADERSHIP_CHANNEL
from rules.policy import Ladder, Person, Policy
from rules.reachable import NOBODY, reachable
from tests.rules.cases import LEA, PACK, PEOPLE, a_case, a_failure, an_action, at, says, we_say

#: The action is due on Wednesday, the first of April: the fourteenth working day after it is the 22nd.
BEFORE, ON_THE_DAY, AFTER_24 = "04-22 08:00", "04-22 12:00", "05-06 12:00"
BOARD = Person(LEADERSHIP_CHANNEL, "", notify=("json://127.0.0.1/board",))
MO = replace(PEOPLE.people["mo"], notify=("json://127.0.0.1/mo",))


def led_by(*leadership: Person) -> Policy:
    return replace(PACK, people=replace(PEOPLE, leadership=leadership), salt="salt")


def stalled(**fields: object) -> Case:
    comments = (we_say("s", "03-02 09:00", "status"), says("c1", "03-02 09:30", "/ack On it.", by=LEA))
    return a_case(a_failure("sev3", comments=comments), None, an_action(**fields))  # type: ignore[arg-type]


def written_to(policy: Policy, now: str, case: Case | None = None) -> list[str]:
    effects = decide(policy, case or stalled(), at(now)).effects
    return [one.person for one in effects if isinstance(one, Notify)]


def asked_on_the_action(policy: Policy, now: str) -> list[Say]:
    effects = decide(policy, stalled(), at(now)).effects
    return [one for one in effects if isinstance(one, Say) and one.text == "overdue"]


def reason(policy: Policy, now: str) -> Reason:
    return next(one for one in decide(policy, stalled(), at(now)).reasons if one.rule == "stalled-action")


@pytest.mark.parametrize(
    ("leadership", "to"),
    [
        pytest.param((MO,), ["mo"], id="a-person"),
        pytest.param((BOARD,), [LEADERSHIP_CHANNEL], id="a-channel"),
        pytest.param((MO, BOARD), ["mo", LEADERSHIP_CHANNEL], id="both"),
        pytest.param((PEOPLE.people["lea"], MO), ["mo"], id="one-without-a-channel"),
    ],
)
def test_leadership_is_told_of_an_action_after_fourteen_working_days(
    leadership: tuple[Person, ...], to: list[str]
) -> None:
    policy = led_by(*leadership)
    assert written_to(policy, BEFORE) == []
    assert written_to(policy, ON_THE_DAY) == to
    assert asked_on_the_action(policy, ON_THE_DAY) == []


def test_leadership_is_told_again_each_ten_working_days_under_a_key_of_its_own() -> None:
    def told(now: str) -> list[str]:
        effects = decide(led_by(MO), stalled(), at(now)).effects
        return [one.key for one in effects if isinstance(one, Notify)]

    assert told(ON_THE_DAY) == told("05-01 12:00") != told(AFTER_24)


@pytest.mark.parametrize("leadership", [(), (PEOPLE.people["mo"],)], ids=["nobody-named", "nobody-has-a-channel"])
def test_without_a_channel_the_rung_falls_to_nobody_and_the_ladder_goes_on(leadership: tuple[Person, ...]) -> None:
    """P7, P14: never in public instead; the manager is asked again as long as the rung is not there."""
    policy = led_by(*leadership)
    assert written_to(policy, ON_THE_DAY) == []
    assert [one.mentions for one in asked_on_the_action(policy, ON_THE_DAY)] == [("mo",)]
    assert (reason(policy, BEFORE).note, reason(policy, ON_THE_DAY).note) == ("", NOBODY)
    assert reason(policy, AFTER_24).stage == "7 business days#1"


@pytest.mark.parametrize("now", ["04-02 09:00", "04-13 12:00", ON_THE_DAY, "04-27 12:00", AFTER_24])
def test_without_leadership_every_key_is_what_it_was_before_there_was_the_rung(now: str) -> None:
    """What was said is not said again after an upgrade."""
    rules = tuple(
        replace(rule, ladder=replace(rule.ladder, rungs=rule.ladder.rungs[:-1]))
        if rule.id == "stalled-action" and rule.ladder
        else rule
        for rule in PACK.rules
    )
    before = decide(replace(PACK, rules=rules), stalled(), at(now))
    after = decide(PACK, stalled(), at(now))
    assert [(one.key, type(one)) for one in after.effects] == [(one.key, type(one)) for one in before.effects]
    assert after.wake_at == before.wake_at


@pytest.mark.parametrize("now", ["04-02 09:00", "04-07 12:00", "04-13 12:00"])
def test_with_leadership_what_comes_before_its_rung_keeps_its_keys(now: str) -> None:
    with_it, without = asked_on_the_action(led_by(MO), now), asked_on_the_action(PACK, now)
    assert [one.key for one in with_it] == [one.key for one in without]
    assert with_it


def test_what_leadership_reads_tells_nothing_of_an_internal_failure_that_a_public_action_comes_from() -> None:
    """P14: a message to several reads as if the narrowest of them read it."""
    case = stalled(audience=Audience.PUBLIC)
    (letter,) = [one for one in decide(led_by(MO), case, at(ON_THE_DAY)).effects if isinstance(one, Notify)]
    assert "Checkout is down" not in letter.body
    assert "a failure stands still: [acme/shop#3]" in letter.body


def test_a_letter_to_leadership_shows_neither_person_nor_address() -> None:
    """P10, P11."""
    (letter,) = [one for one in decide(led_by(BOARD), stalled(), at(ON_THE_DAY)).effects if isinstance(one, Notify)]
    assert "127.0.0.1" not in repr(letter)
    assert "Ann" not in letter.body + letter.title


def test_a_channel_of_leadership_is_found_by_the_id_that_its_letters_bear() -> None:
    people = led_by(MO, BOARD).people
    assert people.get(LEADERSHIP_CHANNEL) == BOARD
    assert people.get("nobody") is None


def test_a_ladder_whose_only_rung_is_for_leadership_says_nothing_where_nobody_is_there() -> None:
    ladder = next(rule.ladder for rule in PACK.rules if rule.id == "stalled-action")
    assert ladder
    alone: Ladder = replace(ladder, rungs=ladder.rungs[-1:])
    assert reachable(alone, PEOPLE).rungs == ()
    rules = tuple(replace(rule, ladder=alone) for rule in PACK.rules if rule.id == "stalled-action")
    decision = decide(replace(PACK, rules=rules), stalled(), at(AFTER_24))
    assert [(one.stage, one.note) for one in decision.reasons] == [("", NOBODY)]
