"""What is in trouble, in lines: one advice for each, and one line for a crowd (P7)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from rules.effects import Notify, OpenTicket
from tests.worker.company import at
from worker.dead import advice, state_of
from worker.ledger.effects import EffectRow
from worker.status import Trouble
from worker.trouble_lines import trouble_lines

AGAIN = "2026-03-03T09:00:00+00:00"
LETTER = "a private channel (Slack) did not say that it took the message; it is not sent a second time"
MISSING = "GitHub answered 403: Issues are disabled"


def letter(number: int) -> Trouble:
    key = f"key{number}"
    where = f"github:acme/shop#{number}"
    return Trouble("send a private message (reflect)", where, LETTER, "", True, key, advice(key, "in doubt"))


def opening(number: int, again_at: str = AGAIN) -> Trouble:
    key = f"open{number}"
    what = "open a ticket (open-action)"
    return Trouble(what, "github:acme/shop", MISSING, again_at, True, key, advice(key, "refused"))


def case(number: int) -> Trouble:
    return Trouble("case", f"github:acme/shop#{number}", "the owner has left", AGAIN, True)


def lines(*troubles: Trouble) -> list[str]:
    return [one.text for one in trouble_lines(troubles, dt.UTC)]


@pytest.mark.parametrize(
    ("troubles", "told"),
    [
        pytest.param(
            [letter(1)],
            f"send a private message (reflect) on github:acme/shop#1: {LETTER} "
            "[needs you: tell them yourself if it matters, then aftermath dead drop key1]",
            id="a letter in doubt",
        ),
        pytest.param(
            [opening(1)],
            f"open a ticket (open-action) on github:acme/shop: {MISSING}. Tried again on Tue 3 Mar 2026 09:00 UTC. "
            "[needs you: aftermath dead retry open1]",
            id="a refusal",
        ),
        pytest.param(
            [letter(number) for number in range(1, 13)],
            f"send a private message (reflect) on github:acme/shop#1 and 11 more: {LETTER} "
            "[needs you: `aftermath dead` lists each, with what to do]",
            id="a crowd",
        ),
        pytest.param(
            [opening(1, "2026-03-04T09:00:00+00:00"), opening(2), opening(3, "")],
            f"open a ticket (open-action) on github:acme/shop and 2 more: {MISSING}. Tried again, the first of "
            "them on Tue 3 Mar 2026 09:00 UTC. [needs you: `aftermath dead` lists each, with what to do]",
            id="a crowd of which each is tried again",
        ),
        pytest.param(
            [case(1)],
            "case on github:acme/shop#1: the owner has left. Looked at again on Tue 3 Mar 2026 09:00 UTC. [needs you]",
            id="a case",
        ),
        pytest.param(
            [Trouble("tracker", "jira", "it asked for patience.", AGAIN, False)],
            "tracker on jira: it asked for patience. Tried again on Tue 3 Mar 2026 09:00 UTC. [tried again by itself]",
            id="a tracker",
        ),
    ],
)
def test_each_trouble_is_a_sentence_with_one_advice(troubles: list[Trouble], told: str) -> None:
    assert lines(*troubles) == [told]


def test_two_of_a_kind_are_two_lines_each_with_its_command() -> None:
    assert [text.rpartition(" ")[2] for text in lines(letter(1), letter(2))] == ["key1]", "key2]"]


def test_cases_that_say_the_same_stay_apart() -> None:
    """Each of them has to be mended where it stands."""
    assert len(lines(case(1), case(2), case(3))) == 3


def test_what_differs_is_no_crowd() -> None:
    other = replace(letter(3), problem=LETTER.replace("Slack", "E-Mail"))
    assert len(lines(letter(1), letter(2), other)) == 3


ROW = EffectRow(
    key="k",
    case="root.1",
    kind=Notify.kind,
    ticket="github:acme/shop#1",
    rule="reflect",
    state="sent",
    said="",
    digest="",
    result="",
    bookmark="",
    closes=False,
    attempts=1,
    sent_at=at("03-02 09:00"),
    done_at=None,
    not_before=None,
    problem=LETTER,
)


@pytest.mark.parametrize(
    ("row", "command"),
    [
        pytest.param(ROW, "aftermath dead drop k", id="a letter that may have arrived"),
        pytest.param(replace(ROW, state="refused"), "aftermath dead retry k", id="a letter that did not go"),
        pytest.param(replace(ROW, kind=OpenTicket.kind), "aftermath dead retry k", id="a ticket"),
    ],
)
def test_status_advises_what_dead_does(row: EffectRow, command: str) -> None:
    assert advice(row.key, state_of(row)).endswith(command)
