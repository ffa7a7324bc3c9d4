"""One promise has one ticket, however often it was written down: by `/action`, and in the post-mortem's list."""

from __future__ import annotations

from typing import Any

import pytest

from rules.decide import decide
from rules.effects import Say
from rules.facts import ActionTicket, Case, Change, ChangeKind, Comment, Ticket
from rules.keys import item_id, opening_key
from rules.same_wording import is_same_wording
from rules.situation import Situation
from rules.texts import title_line
from tests.rules.cases import FIRST, LEA, PACK, a_case, a_failure, a_post_mortem, an_action, at, change, closed, says

NOW = at("03-05 12:00")
WORDS = "Rehearse restoring every quarter"
GIVEN = item_id("/action github c1.0")
LISTED = item_id(WORDS)


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        pytest.param("rehearse Restoring every quarter.", True, id="capitals-and-a-full-stop"),
        pytest.param("**Rehearse**  restoring `every` quarter", True, id="marks-and-spaces"),
        pytest.param("Rehearse [restoring](https://wiki.example) every quarter", True, id="a-link"),
        pytest.param("Rehearse restoring every quarter, by night", False, id="more-words"),
        pytest.param("Rehearse restoring every 2 quarters", False, id="a-figure"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_wordings_are_the_same_where_only_their_form_differs(other: str, is_same: bool) -> None:
    assert is_same_wording(WORDS, [other]) is is_same
    assert is_same_wording(other, [WORDS]) is is_same


def test_signs_make_a_difference() -> None:
    assert not is_same_wording("Retry when load < 3", ["Retry when load > 3"])


def test_a_title_that_was_shortened_says_the_same() -> None:
    long = "Rehearse restoring " + "of every single database " * 20
    assert is_same_wording(long, [title_line(long)])


# --- what is opened --------------------------------------------------------------------------------


def failure(*bodies: str) -> Ticket:
    comments = [says(f"c{number}", f"03-03 09:0{number}", body) for number, body in enumerate(bodies, 1)]
    return a_failure("sev2", comments=tuple(comments))


def listed(*lines: str, comments: tuple[Comment, ...] = ()) -> Ticket:
    return a_post_mortem(body="## What we change\n\n" + "".join(f"- [ ] {one}\n" for one in lines), comments=comments)


def an(item: str, number: int = 3, title: str = WORDS, **fields: Any) -> ActionTicket:
    return an_action(number, item, title=title, **fields)


def left(case: Case) -> list[str]:
    """The ids of the items that still want a ticket."""
    return [one.item.id for one in Situation(PACK, case, NOW).unopened]


RENAMED: tuple[Change, ...] = (change("r1", "03-04 09:00", ChangeKind.RENAMED, by=LEA, old=WORDS, new="Drill"),)


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        pytest.param(a_case(failure(f"/action {WORDS}"), listed(f"{WORDS}.")), [GIVEN], id="given and listed"),
        pytest.param(a_case(failure(f"/action {WORDS}"), listed(WORDS), an(GIVEN)), [], id="listed after it was given"),
        pytest.param(
            a_case(failure(f"/action {WORDS}"), listed(WORDS), an(LISTED)), [], id="given after it was listed"
        ),
        pytest.param(
            a_case(failure(f"/action {WORDS}"), listed(WORDS), an(GIVEN, title="Drill", changes=RENAMED)),
            [],
            id="listed after its ticket was renamed",
        ),
        pytest.param(
            a_case(failure(f"/action {WORDS}"), listed(WORDS, "Another"), an(GIVEN), an(LISTED, 4)),
            [item_id("Another")],
            id="both were opened before",
        ),
        pytest.param(
            a_case(failure(f"/action {WORDS}"), listed(comments=(says("c9", "03-03 10:00", f"/action {WORDS}"),))),
            [GIVEN],
            id="given on both tickets",
        ),
        pytest.param(a_case(failure(f"/action {WORDS}", f"/action {WORDS}")), [GIVEN], id="given in two comments"),
        pytest.param(
            a_case(failure(f"/action {WORDS}"), listed(WORDS), an(GIVEN, **closed("03-04 09:00"))),
            [],
            id="listed when it was done",
        ),
        pytest.param(
            a_case(failure(f"/action {WORDS}"), None, an("itema", **closed("03-02 12:00"))),
            [GIVEN],
            id="asked for anew after it was done",
        ),
        pytest.param(
            a_case(failure(f"/action {WORDS}", f"/action {WORDS} by night"), listed("Something else")),
            [item_id("Something else"), GIVEN, item_id("/action github c2.0")],
            id="other words",
        ),
    ],
)
def test_the_same_words_want_one_ticket(case: Case, wanted: list[str]) -> None:
    """P3."""
    assert left(case) == wanted


def test_an_opening_that_was_tried_goes_on() -> None:
    """Its ticket may turn up: then it is the one, and the other waits for it."""
    second = item_id("/action github c2.0")
    tried = frozenset({opening_key(FIRST, "action", second)})
    assert left(a_case(failure(f"/action {WORDS}", f"/action {WORDS}"), tried=tried)) == [second]


def test_a_line_is_known_by_the_title_that_its_ticket_had() -> None:
    """A renamed ticket keeps its line, though somebody adds a word to it."""
    case = a_case(failure(), listed(f"{WORDS} (done by Lea)"), an(LISTED, title="Drill", changes=RENAMED))
    assert left(case) == []


@pytest.mark.parametrize(
    ("case", "told"),
    [
        pytest.param(a_case(failure(f"/action {WORDS}"), None, an(LISTED)), 1, id="listed before"),
        pytest.param(a_case(failure(f"/action {WORDS}", f"/action {WORDS}"), None, an(GIVEN)), 1, id="given twice"),
        pytest.param(a_case(failure(f"/action {WORDS}"), None, an(GIVEN)), 0, id="given once"),
        pytest.param(a_case(failure(f"/action {WORDS}"), listed(WORDS)), 0, id="about to be opened"),
    ],
)
def test_who_asks_for_what_is_there_is_told_so(case: Case, told: int) -> None:
    """P7: a command that opens nothing is not dropped in silence."""
    effects = decide(PACK, case, NOW).effects
    replies = [one.body for one in effects if isinstance(one, Say) and one.text == "reply"]
    assert ["An action in these very words is there already" in body for body in replies] == [True] * told
