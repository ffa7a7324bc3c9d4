"""A failure label that was renamed or deleted for a whole repository is nobody's word about a failure."""

from __future__ import annotations

import pytest

from rules.decide import decide
from rules.effects import Say
from rules.facts import Change
from rules.lifecycle import standing_of
from rules.lost_labels import labels_on, lost_label
from rules.policy import Phase
from rules.standstill import Stop, stops_of
from tests.rules.cases import PACK, a_case, a_failure, at, labelled, taken_off, unlabelled

LABELS = ("failure", "incident")
PUT_ON = labelled("03-02 09:00")
WISHED, GRAVE = labelled("03-02 09:00", "wish", id="l3"), labelled("03-02 09:00", "sev2", id="l4")
#: The label was renamed to `outage`, which no history tells, and that was taken off, and put back.
RENAMED_OFF, RENAMED_ON = unlabelled("03-03 09:00", "outage"), labelled("03-05 09:00", "outage", id="l2")


@pytest.mark.parametrize(
    ("labels", "changes", "lost"),
    [
        pytest.param(["failure"], [PUT_ON], "", id="it-is-on"),
        pytest.param(["Failure"], [PUT_ON], "", id="on-in-other-capitals"),
        pytest.param(["outage"], [PUT_ON], "failure", id="renamed"),
        pytest.param([], [PUT_ON], "failure", id="deleted"),
        pytest.param([], [PUT_ON, unlabelled("03-03 09:00")], "", id="taken-off"),
        pytest.param([], [PUT_ON, unlabelled("03-03 09:00", "FAILURE")], "", id="taken-off-in-other-capitals"),
        pytest.param(
            [], [PUT_ON, unlabelled("03-03 09:00"), labelled("03-04 09:00", id="l2")], "failure", id="put-back-and-lost"
        ),
        pytest.param(
            [],
            [PUT_ON, labelled("03-03 09:00", "incident", id="l2"), unlabelled("03-04 09:00")],
            "incident",
            id="one-taken-off-and-the-other-lost",
        ),
        pytest.param(["incident"], [PUT_ON], "", id="renamed-to-one-that-the-policy-knows"),
        pytest.param(
            [], [PUT_ON, unlabelled("03-03 09:00", "incident")], "", id="renamed-to-one-that-was-taken-off-then"
        ),
        pytest.param([], [unlabelled("03-03 09:00")], "", id="born-with-it-and-taken-off"),
        pytest.param([], [PUT_ON, RENAMED_OFF], "", id="renamed-and-taken-off"),
        pytest.param(["wish"], [PUT_ON, WISHED, RENAMED_OFF], "", id="renamed-and-taken-off-beside-another"),
        pytest.param(
            ["severity-2"], [PUT_ON, GRAVE, RENAMED_OFF], "", id="renamed-and-taken-off-beside-another-that-was-renamed"
        ),
        pytest.param(["outage"], [PUT_ON, unlabelled("03-03 09:00", "wish")], "failure", id="renamed-and-another-off"),
        pytest.param([], [unlabelled("03-01 09:00", "outage"), PUT_ON], "failure", id="another-taken-off-before-it"),
        pytest.param([], [PUT_ON, WISHED, unlabelled("03-03 09:00", "wish")], "failure", id="lost-and-another-off"),
        pytest.param(["outage"], [PUT_ON, RENAMED_OFF, RENAMED_ON], "failure", id="renamed-taken-off-and-put-back"),
        pytest.param(
            [],
            [PUT_ON, RENAMED_OFF, RENAMED_ON, unlabelled("03-06 09:00", "Outage", id="u2")],
            "",
            id="renamed-and-taken-off-twice",
        ),
        pytest.param([], [], "", id="never-on"),
        pytest.param([], [labelled("03-02 09:00", "wish")], "", id="another-label-lost"),
    ],
)
def test_a_label_is_lost_where_history_says_that_it_is_on(labels: list[str], changes: list[Change], lost: str) -> None:
    failure = a_failure(labels=tuple(labels), changes=tuple(changes))
    assert lost_label(failure, LABELS) == lost
    assert (lost in labels_on(failure, LABELS)) == bool(lost)
    phase = Phase.ACTIVE if labels_on(failure, LABELS) else Phase.PAUSED
    assert standing_of(a_case(failure), LABELS).phase is phase


def test_the_clocks_of_a_case_whose_label_is_lost_go_on_as_they_were() -> None:
    """Everything that is wanted, and every key of it: nothing begins anew and nothing stands still."""
    kept = a_case(a_failure("sev2", changes=(PUT_ON,)))
    lost = a_case(a_failure("sev2", labels=("outage", "sev2"), changes=(PUT_ON,)))
    now = at("03-20 12:00")
    decided, as_ever = decide(PACK, lost, now), decide(PACK, kept, now)
    assert [effect.key for effect in decided.effects] == [effect.key for effect in as_ever.effects] != []
    assert (decided.wake_at, decided.phase) == (as_ever.wake_at, Phase.ACTIVE)
    assert (decided.lost_label, as_ever.lost_label) == ("failure", "")


def test_a_renamed_label_that_was_taken_off_pauses_the_case_as_the_other_does() -> None:
    """Said once, and called after the change that took it off."""
    now = at("03-20 12:00")
    renamed, stopped = (
        decide(PACK, a_case(a_failure(labels=("sev2",), changes=(PUT_ON, GRAVE, off))), now)
        for off in (RENAMED_OFF, unlabelled("03-03 09:00"))
    )
    assert (renamed.phase, renamed.lost_label) == (Phase.PAUSED, "")
    assert [effect.key for effect in renamed.effects] == [effect.key for effect in stopped.effects] != []


@pytest.mark.parametrize("known", [LABELS, (*LABELS, "outage")], ids=["the-old-name-is-known", "and-the-new-one"])
def test_while_a_renamed_label_was_off_the_clocks_stand_still(known: tuple[str, ...]) -> None:
    failure = a_failure(labels=("outage",), changes=(PUT_ON, RENAMED_OFF, RENAMED_ON))
    assert stops_of(failure, known, ()) == (Stop(RENAMED_OFF.at, RENAMED_ON.at),)
    standing = standing_of(a_case(failure), known)
    assert (standing.phase, standing.labelled, standing.generation) == (Phase.ACTIVE, PUT_ON, 1)


def test_nobody_is_told_to_have_taken_off_what_was_renamed() -> None:
    now = at("03-20 12:00")
    renamed = decide(PACK, a_case(a_failure("sev2", labels=("outage",), changes=(PUT_ON,))), now)
    stopped = decide(PACK, a_case(taken_off("sev2")), now)
    told = [{effect.rule for effect in decision.effects if isinstance(effect, Say)} for decision in (renamed, stopped)]
    assert ["paused" in rules for rules in told] == [False, True]
