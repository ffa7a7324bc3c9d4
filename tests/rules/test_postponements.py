"""How often an action's date was put off: P11 holds for what moves it, and our own writing puts nothing off."""

from __future__ import annotations

from typing import Any

import pytest

from rules.facts import ChangeKind, Comment
from rules.situation import Situation
from tests.rules.cases import BOB, OURS, PACK, a_case, an_action, at, change, says


def due(id: str, when: str, day: str, **fields: Any) -> Comment:  # noqa: A002
    return says(id, when, f"/due {day}", **fields)


def moved(id: str, when: str, old: str, new: str, **fields: Any) -> Any:  # noqa: A002
    return change(id, when, ChangeKind.DUE, old=old, new=new, **fields)


TWICE = (due("c1", "03-03 09:00", "2026-04-10"), due("c2", "03-04 09:00", "2026-04-20"))


@pytest.mark.parametrize(
    ("fields", "put_off"),
    [
        pytest.param({}, [], id="never"),
        pytest.param({"comments": TWICE}, ["c1.0", "c2.0"], id="twice by command"),
        pytest.param({"comments": TWICE[::-1]}, ["c1.0", "c2.0"], id="in the order in which it was done"),
        pytest.param({"comments": (due("c1", "03-03 09:00", "2026-03-20"),)}, [], id="to an earlier day"),
        pytest.param({"comments": (due("c1", "03-03 09:00", "2026-04-01"),)}, [], id="to the day that it was"),
        pytest.param(
            {"comments": (due("c1", "03-03 09:00", "2026-03-20"), due("c2", "03-04 09:00", "2026-04-01"))},
            ["c2.0"],
            id="to and fro",
        ),
        pytest.param({"comments": (due("c1", "03-03 09:00", "2026-04-10", by=BOB),)}, [], id="without rights"),
        pytest.param({"marker": None, "comments": TWICE}, ["c2.0"], id="its first date puts nothing off"),
        pytest.param(
            {"changes": (moved("f1", "03-03 09:00", "2026-04-01", "2026-05-01"),)}, ["f1"], id="in the tracker's field"
        ),
        pytest.param(
            {
                "changes": (
                    moved("f1", "03-03 09:00", "2026-04-01", ""),
                    moved("f2", "03-04 09:00", "", "2026-05-01"),
                )
            },
            ["f2"],
            id="cleared, and set later",
        ),
        pytest.param(
            {
                "comments": TWICE[:1],
                "changes": (moved("f1", "03-03 09:01", "2026-04-01", "2026-04-10", by=OURS),),
            },
            ["c1.0"],
            id="our writing of it into the field is no other",
        ),
    ],
)
def test_a_date_is_put_off_by_each_later_one_that_people_set(fields: dict[str, Any], put_off: list[str]) -> None:
    action = an_action(**fields)
    found = Situation(PACK, a_case(None, None, action), at("03-10 12:00")).postponements(action.ticket)
    assert [point.id.removeprefix("postponed:") for point in found] == put_off
