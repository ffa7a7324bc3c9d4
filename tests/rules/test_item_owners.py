"""Who gets an action's ticket, what it is called, and what it says of an owner whom nobody knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.decide import decide
from rules.effects import OpenTicket
from rules.facts import Comment
from rules.policy import People
from tests.rules.cases import MO, PACK, PEOPLE, a_case, a_failure, a_post_mortem, at, says

NOW = at("03-03 12:00")


def opened(line: str, *comments: Comment, people: People = PEOPLE) -> OpenTicket:
    mortem = a_post_mortem(body=f"## What we change\n\n- [ ] {line}\n")
    case = a_case(a_failure("sev2", comments=comments), mortem)
    effects = decide(replace(PACK, people=people), case, NOW).effects
    (opening,) = [one for one in effects if isinstance(one, OpenTicket) and one.role == "action"]
    return opening


@pytest.mark.parametrize(
    ("line", "title", "assignee"),
    [
        pytest.param("Count the queue (owner: Lea)", "Count the queue", "lea", id="as-the-template-says-it"),
        pytest.param("Count the queue (Lea, by 2027-01-10)", "Count the queue", "lea", id="name-and-date-in-brackets"),
        pytest.param("Count the queue (Lea)", "Count the queue", "lea", id="a-name-in-brackets"),
        pytest.param("Count the queue – Lea", "Count the queue", "lea", id="a-name-behind-a-dash"),
        pytest.param("Lea: count the queue", "count the queue", "lea", id="a-name-in-front"),
        pytest.param("Count the queue with Lea", "Count the queue with Lea", "ann", id="a-name-in-the-words"),
        pytest.param("Count the queue (behind a flag)", "Count the queue (behind a flag)", "ann", id="no-name"),
    ],
)
def test_a_name_of_the_people_file_that_is_set_off_owns_the_action(line: str, title: str, assignee: str) -> None:
    opening = opened(line)
    assert (opening.title, opening.assignee) == (title, assignee)
    assert "people file" not in opening.body


def test_an_owner_whom_nobody_knows_is_not_dropped_in_silence() -> None:
    """P7."""
    opening = opened("Count the queue (owner: Zoe Nobody)")
    assert opening.assignee == "ann"
    assert opening.body.startswith(
        "Count the queue\n\n“Zoe Nobody” stands in no people file, so this went to Ann.\n\nDue on"
    )


def test_who_is_only_mentioned_is_not_told_as_unknown() -> None:
    assert "people file" not in opened("Ask @eve for a look at the queue").body


def test_without_a_people_file_whoever_took_part_is_known_by_account() -> None:
    opening = opened("Count the queue (@mo)", says("c1", "03-02 10:00", "I saw it too.", by=MO), people=People())
    assert (opening.assignee, opening.title) == ("mo", "Count the queue")
    assert "people file" not in opening.body


def test_without_a_people_file_a_stranger_is_told_as_unknown() -> None:
    assert "“zoe” stands in no people file, so this went to Ann." in opened("Count (@zoe)", people=People()).body
