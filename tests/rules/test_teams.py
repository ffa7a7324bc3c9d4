"""Whose work a ticket is, by label, place and owner."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rules.policy import People, Team
from rules.refs import Place
from rules.teams import team_of, team_of_person
from tests.rules.cases import ANN, BOB, LEA, PEOPLE, a_ticket

TEAMS = {
    "payments": Team("payments", "Payments", labels=("Payments",), members=("lea",)),
    "shop": Team("shop", "Shop", places=(Place("github", "Acme/Shop"),), members=("mo",)),
    "owners": Team("owners", "Owners", labels=("owners",), members=("ann", "lea")),
}
WITH_TEAMS = replace(PEOPLE, teams=TEAMS)


def without(*teams: str) -> People:
    return replace(WITH_TEAMS, teams={one: team for one, team in TEAMS.items() if one not in teams})


@pytest.mark.parametrize(
    ("people", "fields", "team"),
    [
        pytest.param(WITH_TEAMS, {"labels": ("payments",)}, "payments", id="a label says it, in any capitals"),
        pytest.param(WITH_TEAMS, {"labels": ("OWNERS", "payments")}, "payments", id="the first team of the file"),
        pytest.param(WITH_TEAMS, {"labels": ("bug",)}, "shop", id="else its place"),
        pytest.param(without("shop"), {"assignees": (ANN,)}, "owners", id="else its owner's team"),
        pytest.param(without("shop"), {"assignees": (LEA,)}, "payments", id="the first of an owner in two"),
        pytest.param(
            without("shop"), {"assignees": (replace(LEA, has_left=True), ANN)}, "owners", id="an owner who is there"
        ),
        pytest.param(without("shop"), {"assignees": (BOB,)}, None, id="nobody knows the owner"),
        pytest.param(without("shop"), {"assignees": ()}, None, id="nobody owns it"),
        pytest.param(PEOPLE, {"labels": ("payments",)}, None, id="no teams"),
    ],
)
def test_a_ticket_is_a_teams_by_label_else_by_place_else_by_its_owner(
    people: People, fields: dict[str, Any], team: str | None
) -> None:
    found = team_of(people, a_ticket(1, **fields))
    assert (found.id if found else None) == team


def test_a_person_belongs_to_the_first_team_that_has_them() -> None:
    assert team_of_person(WITH_TEAMS, WITH_TEAMS.people["lea"]) == TEAMS["payments"]
    assert team_of_person(PEOPLE, PEOPLE.people["lea"]) is None
    assert team_of_person(WITH_TEAMS, None) is None
