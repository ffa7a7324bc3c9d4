"""The first word on a failure: whose comment is one, and what is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.decide import decide
from rules.effects import Say
from rules.facts import Case, ChangeKind
from rules.first_word import FirstWord
from rules.situation import Situation
from tests.rules.cases import ANN, BOB, LEA, PACK, a_case, a_failure, at, change, labelled, says, we_say

GIVEN_TO_LEA = (
    labelled("03-02 09:00"),
    change("a1", "03-02 09:00", ChangeKind.ASSIGNED, new="Ann"),
    change("a2", "03-05 10:00", ChangeKind.UNASSIGNED, old="Ann"),
    change("a3", "03-05 10:00", ChangeKind.ASSIGNED, new="lea"),
)


def first_word(case: Case) -> FirstWord | None:
    return Situation(PACK, case, at("03-05 12:00")).first_word


def test_handing_a_failure_over_takes_back_no_word_of_the_one_who_had_it() -> None:
    said = says("c1", "03-02 10:00", "We are on it; rolled back, next update at 15:00.")
    word = first_word(a_case(a_failure(assignees=(LEA,), changes=GIVEN_TO_LEA, comments=(said,))))
    assert word == FirstWord(said.at, ANN, said.body)


def test_whoever_takes_a_failure_over_is_not_asked_for_the_first_word_again() -> None:
    said = says("c1", "03-02 10:00", "We are on it.")
    failure = a_failure(assignees=(LEA,), changes=GIVEN_TO_LEA, comments=(we_say("a", "03-02 09:00", "ask"), said))
    told = [one.text for one in decide(PACK, a_case(failure), at("03-05 12:00")).effects if isinstance(one, Say)]
    assert told == []


def test_a_word_from_after_the_handing_over_is_no_owner_s() -> None:
    late = says("c1", "03-05 11:00", "I am off to the next one.")
    assert first_word(a_case(a_failure(assignees=(LEA,), changes=GIVEN_TO_LEA, comments=(late,)))) is None


def test_one_who_never_had_it_gives_no_first_word_by_a_comment() -> None:
    said = says("c1", "03-02 10:00", "Same here.", by=BOB)
    assert first_word(a_case(a_failure(assignees=(LEA,), changes=GIVEN_TO_LEA, comments=(said,)))) is None


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param("/help", None, id="help"),
        pytest.param("/case", None, id="case"),
        pytest.param("/snooze 3 days because of a holiday", None, id="a snooze rests the ladder and says nothing"),
        pytest.param("/action Rehearse restoring", None, id="an action"),
        pytest.param("> Is somebody on it?", None, id="a quotation alone"),
        pytest.param("```\nERROR 502\n```", None, id="a log alone"),
        pytest.param("👍", None, id="a thumb up"),
        pytest.param("Rolled back.\n\n/action Rehearse restoring", "Rolled back.", id="words beside a command"),
        pytest.param("> Is somebody on it?\n\nYes, I am.", "Yes, I am.", id="words below a quotation"),
        pytest.param("On it\n---\n/help", "On it", id="words that are underlined"),
        pytest.param("a | b\n--|--", "a\nb", id="words that begin a table"),
    ],
)
def test_an_owner_s_comment_is_a_first_word_where_it_says_something(body: str, text: str | None) -> None:
    word = first_word(a_case(a_failure(comments=(says("c1", "03-02 10:00", body),))))
    assert (word.text if word else None) == text


def test_an_owner_without_rights_acknowledges_all_the_same() -> None:
    failure = a_failure(assignees=(BOB,), comments=(says("c1", "03-02 10:00", "/ack", by=BOB),))
    assert first_word(a_case(failure)) is not None


def test_a_restricted_comment_that_says_something_is_one_and_is_not_quoted() -> None:
    """P14."""
    said = replace(says("c1", "03-02 10:00", "It was the new proxy."), readers="team")
    word = first_word(a_case(a_failure(comments=(said,))))
    assert word is not None
    assert word.text == ""


def test_a_snooze_of_the_owner_rests_the_asking_and_does_not_end_it() -> None:
    asked = we_say("a", "03-02 09:00", "ask")
    failure = a_failure(comments=(asked, says("c1", "03-02 09:30", "/snooze 3 days because of a holiday")))

    def told(now: str) -> list[str]:
        return [one.text for one in decide(PACK, a_case(failure), at(now)).effects if isinstance(one, Say)]

    assert told("03-04 12:00") == []
    assert told("03-05 12:00") != []
    assert told("03-06 12:00") == ["ask-again"]
