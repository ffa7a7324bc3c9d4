"""A date in plain words in a post-mortem is a day once it was said, and no later day because time goes by (P5, P6)."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from rules.decide import decide
from rules.effects import OpenTicket
from rules.facts import Actor, Case, Change, ChangeKind, Ticket
from rules.own_calendar import OwnCalendar
from rules.policy import Policy
from tests.rules.cases import ANN, LEA, OURS, PACK, PEOPLE, a_case, a_failure, a_post_mortem, an_action, at, change

BODY = "## Action items\n\n- [ ] Rotate the keys {}\n"
ANN_IN_TOKYO = replace(
    PACK,
    people=replace(
        PEOPLE,
        people={
            one: replace(person, calendar=OwnCalendar(zone=ZoneInfo("Asia/Tokyo")) if one == "ann" else None)
            for one, person in PEOPLE.people.items()
        },
    ),
)


def edited(number: int, when: str, by: Actor = ANN) -> Change:
    return change(f"e{number}", when, ChangeKind.DESCRIBED, by=by)


def written(words: str, *edits: Change) -> Ticket:
    """A post-mortem of Monday the second, with one action item."""
    return a_post_mortem(body=BODY.format(words), changes=edits)


def opening(case: Case, now: str, policy: Policy = PACK) -> OpenTicket:
    (found,) = [one for one in decide(policy, case, at(now)).effects if isinstance(one, OpenTicket) and one.item]
    return found


@pytest.mark.parametrize(
    ("words", "edits", "due"),
    [
        pytest.param("by Friday", [], "2026-03-06", id="since-the-text-was-written"),
        pytest.param("by Friday", [edited(1, "03-11 09:00")], "2026-03-13", id="since-it-was-edited"),
        pytest.param(
            "by Friday", [edited(1, "03-11 09:00"), edited(2, "03-04 09:00")], "2026-03-13", id="since-the-last-edit"
        ),
        pytest.param("(due in 3 business days)", [], "2026-03-05", id="working-days"),
        pytest.param("by 12 March", [], "2026-03-12", id="a-month"),
        pytest.param("by 12 March 2027", [], "2027-03-12", id="a-year"),
        pytest.param("by 2026-03-20", [edited(1, "03-11 09:00")], "2026-03-20", id="in-figures"),
        pytest.param("soon", [], "2026-05-10", id="no-date-is-the-policys"),
    ],
)
def test_an_action_is_due_when_its_line_says_in_plain_words(words: str, edits: list[Change], due: str) -> None:
    found = opening(a_case(a_failure("sev3"), written(words, *edits)), "03-11 12:00")
    assert found.due_on is not None
    assert found.due_on.isoformat() == due


@pytest.mark.parametrize("now", ["03-02 10:00", "03-06 23:00", "03-09 10:00", "04-20 10:00"])
def test_no_time_that_goes_by_moves_it(now: str) -> None:
    found = opening(a_case(a_failure(), written("by Friday")), now)
    assert found.due_on == at("03-06 00:00").date()
    assert found.title.startswith("Rotate the keys")
    assert "Friday" not in found.title


@pytest.mark.parametrize(
    ("by", "policy", "due"),
    [
        pytest.param(ANN, PACK, "2026-03-05", id="in-the-policys-zone"),
        pytest.param(ANN, ANN_IN_TOKYO, "2026-03-06", id="in-that-of-who-wrote-it"),
        pytest.param(LEA, ANN_IN_TOKYO, "2026-03-05", id="and-nobody-elses"),
        pytest.param(OURS, ANN_IN_TOKYO, "2026-03-05", id="whoever-nobody-knows-has-the-policys"),
    ],
)
def test_it_is_said_in_the_calendar_of_who_wrote_it(by: Actor, policy: Policy, due: str) -> None:
    """It is Thursday in Tokyo already."""
    case = a_case(a_failure(), written("by tomorrow", edited(1, "03-04 20:00", by)))
    assert str(opening(case, "03-11 12:00", policy).due_on) == due


def test_once_its_ticket_is_open_its_date_stands_whatever_is_edited() -> None:
    item = opening(a_case(a_failure(), written("by Friday")), "03-02 12:00").item
    ticket = an_action(item=item, due="2026-03-06", title="Rotate the keys")
    case = a_case(a_failure(), written("by Friday", edited(1, "03-11 09:00")), ticket)
    decision = decide(PACK, case, at("03-11 12:00"))
    assert not [one for one in decision.effects if isinstance(one, OpenTicket)]
    assert any("2026-03-06" in one.body for one in decision.effects if getattr(one, "slot", "") == "plan")
