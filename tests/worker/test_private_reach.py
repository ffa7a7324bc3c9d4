"""What `check` says of private channels is what the policy does: no more, no less, and without a reproach."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.policy import NotifyDo, People, Person
from rules.review_terms import ReviewDo
from tests.rules.cases import PACK
from worker.private_reach import private_reach

_SECRET = "json://127.0.0.1:9/box-of-"
_WITHOUT = "no reflection questions and no calendar entries of reviews"


def company(*with_channel: str) -> People:
    """Grace leads Ada and Ben, and Mel stands above Grace."""
    above = {"ada": "grace", "ben": "grace", "grace": "mel", "mel": ""}
    people = {
        one: Person(one, one.title(), {"github": one}, lead, notify=(_SECRET + one,) if one in with_channel else ())
        for one, lead in above.items()
    }
    return People(people, default_lead="grace")


@pytest.mark.parametrize(
    ("with_channel", "sentence"),
    [
        pytest.param(
            ("ada", "ben", "grace", "mel"),
            "Everybody has a private channel (`notify:` in people.yaml).",
            id="everybody",
        ),
        pytest.param(
            (),
            f"Nobody has a private channel (`notify:` in people.yaml). There are {_WITHOUT}, and above the owner "
            f"of a public ticket Grace and Mel are asked in a comment.",
            id="nobody",
        ),
        pytest.param(
            ("ada", "grace"),
            f"2 of 4 people have a private channel (`notify:` in people.yaml); without one: Ben and Mel. For them "
            f"there are {_WITHOUT}, and above the owner of a public ticket Mel is asked in a comment.",
            id="some-and-one-of-them-above",
        ),
        pytest.param(
            ("mel",),
            f"1 of 4 people has a private channel (`notify:` in people.yaml); without one: Ada, Ben and Grace. For "
            f"them there are {_WITHOUT}, and above the owner of a public ticket Grace is asked in a comment.",
            id="one-has",
        ),
        pytest.param(
            ("grace", "mel"),
            f"2 of 4 people have a private channel (`notify:` in people.yaml); without one: Ada and Ben. For them "
            f"there are {_WITHOUT}.",
            id="none-of-them-above",
        ),
    ],
)
def test_it_is_told_who_has_a_private_channel_and_what_the_others_go_without(
    with_channel: tuple[str, ...], sentence: str
) -> None:
    """P10, P11, P14: informative, and no address is shown."""
    assert private_reach(replace(PACK, people=company(*with_channel)), "people.yaml") == sentence


def test_a_policy_that_writes_to_nobody_privately_takes_nothing_from_anybody() -> None:
    rules = [rule for rule in PACK.rules if not any(isinstance(do, NotifyDo | ReviewDo) for do in rule.do)]
    policy = replace(PACK, rules=tuple(rules), people=company("grace", "mel"))
    assert private_reach(policy, "people.yaml").endswith("; without one: Ada and Ben.")


def test_of_many_the_first_are_named_and_the_rest_is_counted() -> None:
    people = People({str(n): Person(str(n), f"Person {n}") for n in range(8)} | {"x": Person("x", "X", notify=("a",))})
    told = private_reach(replace(PACK, people=people), "people.yaml")
    assert "without one: Person 0, Person 1, Person 2, Person 3, Person 4 and 3 more. For them" in told


def test_an_empty_people_file_has_nothing_to_tell() -> None:
    assert private_reach(replace(PACK, people=People()), "people.yaml") == ""
