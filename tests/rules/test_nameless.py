"""Names in what a lesson quotes: whom it names becomes a role, and nothing that is no name is touched (DESIGN 5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.facts import Actor, ActorKind, Case
from rules.known_people import known_people
from rules.lesson_words import HAPPENED, LEARNED, lesson_words
from rules.nameless import Known, without_names
from rules.situation import Situation
from tests.rules.cases import ANN, BOB, LEA, PACK, ROBOT, a_case, a_failure, a_post_mortem, an_action, at, closed, says

EVERYBODY = (
    Known("the owner", ("Mira Byron",), ("mira-b", "7012:mira"), took_part=True),
    Known("the reporter", ("Will Power",), ("will",), took_part=True),
    Known("a teammate", ("Ben Okri",), ("ben", "b okri"), took_part=True),
    Known("a teammate", ("Dora Murray", "dmurray"), ("dora",)),
)
MENTIONS = [
    pytest.param("Ask [Mira](mention:7012:mira).", "Ask the owner.", id="a mention in Jira"),
    pytest.param("Ask [Ben](mention:b%20okri).", "Ask a teammate.", id="a mention of a user name with a space"),
    pytest.param("Ask [Kim Park](mention:99).", "Ask somebody.", id="a mention of somebody unknown"),
    pytest.param("Ask @mira-b, @Ben or @will.", "Ask the owner, a teammate or the reporter.", id="logins, any case"),
    pytest.param("(@ben)", "(A teammate)", id="in parentheses"),
    pytest.param("@bennet, @ben-2 and @ben/core", "@bennet, @ben-2 and @ben/core", id="others' logins, a package"),
    pytest.param("write to ops@ben.example", "write to ops@ben.example", id="a mail address"),
    pytest.param("ben will see, by mira-b", "ben will see, by mira-b", id="an account's plain word is a word"),
]
WHOLE = [
    pytest.param("It was Mira Byron's shift.", "It was the owner's shift.", id="whole"),
    pytest.param("by Mira\nByron and **Dora  Murray**", "by the owner and **a teammate**", id="over a line's end"),
    pytest.param("by @Dora Murray", "by a teammate", id="behind an at"),
    pytest.param("the will power of MIRA BYRON", "the will power of MIRA BYRON", id="in other capitals"),
    pytest.param("Dora slept, says dmurray", "Dora slept, says dmurray", id="the first name of who took no part"),
]
FIRST = [
    pytest.param(
        "Mira slept. Then Mira and Ben ran.", "The owner slept. Then the owner and a teammate ran.", id="alone"
    ),
    pytest.param("Will Ben see it? Will it hold?", "Will Ben see it? Will it hold?", id="a word too"),
    pytest.param("by Will", "by Will", id="a word too, within a sentence"),
    pytest.param("Project Mira, Mira Lovelace, Mira 95", "Project Mira, Mira Lovelace, Mira 95", id="beside another"),
    pytest.param("Ben hit ben nevis.", "Ben hit ben nevis.", id="written small elsewhere"),
    pytest.param("Benny, Ben_x, x-Ben, Ben.sh, /Ben", "Benny, Ben_x, x-Ben, Ben.sh, /Ben", id="part of a word"),
]
LEFT_ALONE = [
    pytest.param("`Mira Byron` and ``a ` Ben``", "`Mira Byron` and ``a ` Ben``", id="code"),
    pytest.param("```\n@ben\n```\nBen", "```\n@ben\n```\nA teammate", id="a fence, and what follows it"),
    pytest.param("~~~\nBen\n", "~~~\nBen\n", id="an open fence"),
    pytest.param("[Ben's](https://x.test/Ben/@ben)", "[a teammate's](https://x.test/Ben/@ben)", id="a link's address"),
    pytest.param("<!-- Ben --> <https://x.test/@ben>", "<!-- Ben --> <https://x.test/@ben>", id="HTML and addresses"),
]
CAPITALS = [
    pytest.param("- Ben\n- [ ] Ben\n1. Ben\n## Ben", "- A teammate\n- [ ] A teammate\n1. A teammate\n## A teammate"),
    pytest.param("It was,\nBen says, e.g. Ben.", "It was,\na teammate says, e.g. a teammate."),
]


@pytest.mark.parametrize(("text", "told"), [*MENTIONS, *WHOLE, *FIRST, *LEFT_ALONE, *CAPITALS])
def test_who_is_named_becomes_a_role_and_nothing_else_changes(text: str, told: str) -> None:
    assert without_names(text, EVERYBODY) == told
    assert without_names(told, EVERYBODY) == told, "again it changes nothing"


def test_somebody_of_whom_nothing_is_known_is_found_nowhere() -> None:
    """Such as the author of a comment whose account was deleted."""
    assert without_names("Ask @ben, @ or [Kim](https://x.test).", [Known("somebody", ("", " "), ("",), True)]) == (
        "Ask @ben, @ or [Kim](https://x.test)."
    )


def test_where_two_who_took_part_have_one_first_name_it_tells_nobody() -> None:
    both = (EVERYBODY[0], Known("a teammate", ("Mira Okri",), ("mira-o",), took_part=True))
    assert without_names("Mira called Mira Okri.", both) == "Somebody called a teammate."


@pytest.mark.parametrize("piece", ["`", "@", "Mira ", "<", "[Ben](", "a.", "```\n", "Ben@", "``x"])
def test_no_text_takes_long(piece: str) -> None:
    """P11: the longest that is read, made of what makes a pattern try again; seconds here would be a hang there."""
    text = (piece * 70_000)[:70_000]
    assert len(without_names(f"{text} Ben", EVERYBODY)) > 0


# --- whom a case knows -------------------------------------------------------------------------------

STORY = (
    "## What happened\n\nLea restarted it for Bob, and [Ann](mention:ann) saw it on Robot.\n\n"
    "## What we learned\n\nAsk @lea, and not @mo alone.\n"
)


def case_with(**fields: object) -> Case:
    """Ann owns what Lea reported; Bob, who has no rights, and a machine commented."""
    said = (says("c1", "03-02 10:00", "Hello", by=BOB), says("c2", "03-02 10:00", "Beep", by=ROBOT))
    failure = replace(a_failure("sev2", comments=said, reporter=LEA, **fields), reporter=LEA)
    return a_case(failure, a_post_mortem(body=STORY, **closed("03-04 16:00")), an_action())


def test_everybody_around_a_case_has_a_role() -> None:
    known = known_people(Situation(PACK, case_with(), at("03-05 09:00")))
    roles = {one.names[0]: (one.role, one.took_part) for one in known}
    assert roles == {
        "Ann": ("the owner", True),
        "Lea": ("the reporter", True),
        "Mo": ("a teammate", False),
        "Bob": ("somebody", True),
    }


def test_a_name_that_the_tracker_shows_counts_beside_that_of_the_people_file() -> None:
    case = case_with()
    failure = replace(case.failure, assignees=(Actor("ann", "Annabel Ames", ActorKind.PERSON),))
    (owner, *_) = known_people(Situation(PACK, replace(case, failure=failure), at("03-05 09:00")))
    assert owner.names == ("Ann", "Annabel Ames")
    assert ANN.account in owner.accounts


def test_what_a_lesson_quotes_tells_roles() -> None:
    situation = Situation(PACK, case_with(), at("03-05 09:00"))
    mortem = situation.case.post_mortem
    assert lesson_words(situation, mortem, HAPPENED) == (
        "The reporter restarted it for somebody, and the owner saw it on Robot."
    )
    assert lesson_words(situation, mortem, LEARNED) == "Ask the reporter, and not a teammate alone."
