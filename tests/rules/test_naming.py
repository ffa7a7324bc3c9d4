"""Whom a name in a command means, and which ticket a reference."""

from __future__ import annotations

import pytest

from rules.facts import Case
from rules.naming import person_named, split_name
from rules.references import read_reference, ticket_meant
from tests.rules.cases import ANN, BOB, LEA, PEOPLE, a_case, a_failure, a_post_mortem, a_ticket, says


@pytest.mark.parametrize(
    ("argument", "name", "rest"),
    [
        pytest.param("@lea for the calm", "lea", "for the calm", id="account"),
        pytest.param("lea: for the calm", "lea", "for the calm", id="colon"),
        pytest.param("@lea – the calm", "lea", "the calm", id="dash"),
        pytest.param("[Lea](mention:5b10:ab) the calm", "5b10:ab", "the calm", id="mention"),
        pytest.param("[Lea](mention:lea%20k) the calm", "lea k", "the calm", id="mention of a name with a space"),
        pytest.param("lea.", "lea", "", id="full stop"),
        pytest.param("", "", "", id="nothing"),
        pytest.param("(nobody)", "", "(nobody)", id="brackets"),
    ],
)
def test_a_name_stands_first(argument: str, name: str, rest: str) -> None:
    assert split_name(argument) == (name, rest)


def case() -> Case:
    return a_case(a_failure(comments=(says("c1", "03-02 10:00", "bump", by=BOB),)))


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        pytest.param("lea", "lea", id="account"),
        pytest.param("@LEA", "lea", id="capitals"),
        pytest.param("Lea", "lea", id="name"),
        pytest.param("me", "ann", id="oneself"),
        pytest.param("bob", "github/bob", id="who wrote here and is in no people file"),
        pytest.param("zed", None, id="nobody"),
        pytest.param("robot", None, id="a bot"),
        pytest.param("", None, id="no name"),
        pytest.param("@", None, id="only the sign"),
    ],
)
def test_a_name_means_somebody_who_is_known(name: str, meant: str | None) -> None:
    found = person_named(PEOPLE, case(), "github", name, ANN)
    assert (found.id if found else None) == meant


def test_somebody_seen_on_one_tracker_is_not_known_on_another() -> None:
    assert person_named(PEOPLE, case(), "jira", "bob", LEA) is None


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        pytest.param("acme/shop#7", "acme/shop#7", id="issue"),
        pytest.param("acme/shop#7 is older", "acme/shop#7", id="with words behind it"),
        pytest.param("#7", "acme/shop#7", id="a neighbour"),
        pytest.param("OPS-12", "OPS-12", id="Jira"),
        pytest.param("jira:OPS-12", "OPS-12", id="with its tracker"),
        pytest.param(
            "https://acme.example/browse/OPS-12?focused=1", "https://acme.example/browse/OPS-12", id="address"
        ),
        pytest.param("[that](https://acme.example/browse/OPS-12)", "https://acme.example/browse/OPS-12", id="link"),
        pytest.param("<https://acme.example/x#issuecomment-1>", "https://acme.example/x", id="comment"),
        pytest.param("the other one", "", id="words"),
        pytest.param("javascript:alert(1)", "", id="no web address"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_reference_is_read(text: str, reference: str) -> None:
    assert read_reference(text, a_ticket(3)) == reference


@pytest.mark.parametrize("reference", ["acme/shop#2", "ACME/Shop#2", "https://github.example/acme/shop/issues/2"])
def test_a_reference_names_a_ticket_of_the_case(reference: str) -> None:
    mortem = a_post_mortem()
    assert ticket_meant(a_case(a_failure(), mortem), reference) == mortem
    assert ticket_meant(a_case(a_failure()), reference) is None
