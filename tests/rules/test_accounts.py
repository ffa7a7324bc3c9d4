"""Accounts are compared without their capitals, wherever somebody of the people file is meant."""

from __future__ import annotations

import pytest

from rules.accounts import is_among, same_account
from rules.approval import may_approve, may_speak_for
from rules.facts import Actor
from rules.policy import People, Person, Role
from rules.roles import asked
from tests.rules.cases import ANN, a_failure, at

#: As somebody typed them; GitHub tells `ann`, `lea` and `mo`.
TYPED = People(
    {
        "ann": Person("ann", "Ann", {"github": "Ann"}, lead="lea", manager="mo"),
        "lea": Person("lea", "Lea", {"github": "LEA"}, manager="mo"),
        "mo": Person("mo", "Mo", {"github": "Mo"}),
    },
    default_lead="lea",
)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("ada-m", "Ada-M", True, id="a login"),
        pytest.param("5b10ac8d82e05b22cc7d4ef5", "5B10AC8D82E05B22CC7D4EF5", True, id="an account id"),
        pytest.param("ada", "ada-m", False, id="two logins"),
        pytest.param("", "", False, id="nobody is nobody's"),
    ],
)
def test_capitals_make_no_other_account(one: str, other: str, expected: bool) -> None:
    assert same_account(one, other) is expected
    assert is_among(one, ["somebody-else", other]) is expected


@pytest.mark.parametrize("told", ["ann", "ANN", "Ann"])
def test_a_person_is_known_however_the_tracker_writes_the_account(told: str) -> None:
    assert TYPED.by_account("github", told).id == "ann"


def test_an_account_of_another_tracker_is_somebody_else() -> None:
    assert TYPED.by_account("jira", "ann").id == "jira/ann"


def test_whoever_stands_above_an_owner_is_found_though_the_file_has_other_capitals() -> None:
    ticket = a_failure("sev3", assignees=(ANN,))
    assert [one.id for one in asked(TYPED, ticket, (Role.OWNER, Role.LEAD, Role.MANAGER))] == ["ann", "lea", "mo"]


@pytest.mark.parametrize(
    ("account", "expected"), [pytest.param("lea", True, id="the lead"), pytest.param("zoe", False, id="a stranger")]
)
def test_the_word_of_whoever_stands_above_counts_in_any_capitals(account: str, expected: bool) -> None:
    ticket = a_failure("sev3", assignees=(Actor("ann", "Ann"),))
    assert may_approve(TYPED, ticket, account, "ann", at("03-03 12:00")) is expected
    assert may_speak_for(TYPED, ticket, account, at("03-03 12:00")) is expected
