"""`Failure` is `failure`: people type labels, and GitHub keeps them, without regard to capitals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.conditions import ConditionCompiler
from rules.decide import decide
from rules.facts import Case, Closing, Ticket
from rules.labels import in_either_case, same_label
from rules.lifecycle import standing_of
from rules.policy import Phase
from rules.vocabulary import fact_types
from tests.rules.cases import PACK, a_case, a_failure, a_post_mortem, an_action, at, labelled, unlabelled

LABELS = ("failure", "Incident")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("failure", "failure", True, id="as written"),
        pytest.param("Failure", "fAILURE", True, id="capitals"),
        pytest.param("STÖRUNG", "störung", True, id="capitals beyond ASCII"),
        pytest.param("Straße", "STRASSE", True, id="a letter whose capital is two"),
        pytest.param("failure", "failures", False, id="another word"),
        pytest.param("failure", "", False, id="none"),
    ],
)
def test_two_labels_are_one_where_only_capitals_differ(one: str, other: str, same: bool) -> None:
    assert (same_label(one, other), same_label(other, one)) == (same, same)


def _shouted(ticket: Ticket) -> Ticket:
    changes = tuple(replace(one, old=one.old.upper(), new=one.new.upper()) for one in ticket.changes)
    return replace(ticket, labels=tuple(label.upper() for label in ticket.labels), changes=changes)


OFF_AND_ON = (labelled("03-02 09:00"), unlabelled("03-03 09:00"), labelled("03-04 09:00", id="l2"))


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(a_case(a_failure("sev1")), id="severity 1"),
        pytest.param(a_case(a_failure("sev4"), is_known=False), id="severity 4, not known yet"),
        pytest.param(a_case(a_failure("sev2", "experiment"), a_post_mortem(), an_action()), id="an experiment"),
        pytest.param(a_case(a_failure("sev2", changes=OFF_AND_ON)), id="label off and on"),
        pytest.param(a_case(a_failure(labels=(), changes=OFF_AND_ON[:2])), id="paused"),
        pytest.param(a_case(a_failure(changes=OFF_AND_ON), closings=[Closing(1, at("03-03 12:00"))]), id="come back"),
        pytest.param(a_case(a_failure(), closings=[Closing(1, at("03-03 12:00"))]), id="closed"),
    ],
)
def test_everything_is_decided_alike_however_the_labels_are_capitalised(case: Case) -> None:
    now = at("03-10 12:00")
    shouted = replace(case, failure=_shouted(case.failure))
    assert shouted != case
    heard, said = decide(PACK, shouted, now), decide(PACK, case, now)
    assert (heard.phase, heard.wake_at) == (said.phase, said.wake_at)
    # Keys, not texts: a history tells each label as it was typed.
    assert [effect.key for effect in heard.effects] == [effect.key for effect in said.effects]
    assert [effect.urgency for effect in heard.effects] == [effect.urgency for effect in said.effects]


def test_a_failure_relabelled_in_capitals_goes_on_as_the_same_case() -> None:
    """A label that was renamed on the repository stands in the history under its former capitals."""
    changes = (labelled("03-02 09:00", "Failure"), unlabelled("03-03 09:00", "FAILURE"))
    paused = standing_of(a_case(a_failure(labels=(), changes=changes)), LABELS)
    assert (paused.phase, paused.began_at) == (Phase.PAUSED, at("03-02 09:00"))
    back = standing_of(a_case(a_failure(labels=("INCIDENT",), changes=changes)), LABELS)
    assert (back.phase, back.began_at) == (Phase.ACTIVE, at("03-02 09:00"))


@pytest.mark.parametrize("written", ["security", "Security"])
def test_a_condition_finds_a_label_in_small_letters_and_as_it_is_written(written: str) -> None:
    condition = ConditionCompiler(fact_types("failure")).compile(f'"{written}" in failure.labels')
    assert condition.judge({"failure.labels": in_either_case(["Security", "sev1"])}).is_met
    assert not condition.judge({"failure.labels": in_either_case(["Insecurity"])}).is_met
