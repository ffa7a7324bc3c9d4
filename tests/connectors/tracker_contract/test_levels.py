"""A ticket for a security level's few is opened for them, or not at all (P14)."""

from __future__ import annotations

import pytest

from connectors.errors import Gone, Refused
from rules.facts import Audience, Level
from tests.connectors.contract_stage import OURS, Stage, marker

FEW = "10001"


@pytest.fixture(autouse=True)
def scheme(stage: Stage) -> None:
    """Where the tracker has levels, one of which we are, and one of which we are not."""
    if not stage.lacks.levels:
        stage.people.make_levels({FEW: (OURS, "ada"), "10002": ("ada",)})


def test_a_ticket_with_a_level_is_read_by_its_few(stage: Stage) -> None:
    if stage.lacks.levels:
        with pytest.raises(Refused):
            stage.tracker.open_ticket(stage.draft(level=FEW), marker())
        assert stage.people.tickets() == 0
        return
    found = stage.tracker.open_ticket(stage.draft(level=FEW), marker())
    assert stage.tracker.fetch_ticket(found.ref).audience == Level(stage.place, FEW)


def test_a_level_that_is_not_there_opens_nothing(stage: Stage) -> None:
    with pytest.raises(Refused):
        stage.tracker.open_ticket(stage.draft(level="10099"), marker())
    assert stage.people.tickets() == 0


def test_without_a_level_everybody_inside_reads_it(stage: Stage) -> None:
    found = stage.tracker.open_ticket(stage.draft(), marker())
    assert stage.tracker.fetch_ticket(found.ref).audience in tuple(Audience)


def test_a_ticket_of_a_level_that_is_not_ours_is_gone_for_us(stage: Stage) -> None:
    if stage.lacks.levels:
        pytest.skip(stage.lacks.levels)
    ref = stage.reported()
    stage.people.restrict("ada", ref, "10002")
    with pytest.raises(Gone):
        stage.tracker.fetch_ticket(ref)
