"""What is wished of a new issue: its type, a priority, a day, values of the organisation's fields, labels in a colour.
None of it keeps an issue from being opened, and what was left out is told."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from connectors.errors import Ambiguous, Refused, Temporary
from connectors.inspection import Grade, Wanted, WantedTicket
from connectors.sandbox.faults import Fault
from connectors.sandbox.world import IssueFieldState, OrganisationState, TicketState
from connectors.tracker import Draft, Found, Link
from tests.connectors.github.company import SHOP, VAULT, Company
from tests.connectors.github.conftest import MARKER

DAY = dt.date(2026, 12, 1)
DUE = IssueFieldState(31, "Target date", "date", is_due=True)
PRIORITY = IssueFieldState(32, "Priority", "single_select", ("Urgent", "High", "Low"))
FIELDS = (
    DUE,
    PRIORITY,
    IssueFieldState(33, "Team"),
    IssueFieldState(34, "Points", "number"),
    IssueFieldState(35, "Areas", "multi_select", ("Web", "API")),
    IssueFieldState(36, "Began", "date"),
)


@pytest.fixture
def organised(acme: Company) -> Company:
    """An organisation that has types and fields."""
    acme.site.organisations["acme"] = OrganisationState(("Task", "Bug", "Incident"), FIELDS)
    return acme


def opened(acme: Company, **more: Any) -> tuple[Found, TicketState]:
    found = acme.tracker.open_ticket(Draft(**{"place": SHOP, "title": "Post-mortem", "body": "What?", **more}), MARKER)
    return found, acme.site.ticket(found.ref.key)


def asked(acme: Company, path: str) -> int:
    return sum(one.path == path for one in acme.api.asked)


# --- labels --------------------------------------------------------------------------------------


def test_a_label_that_is_missing_is_made_in_a_colour_of_ours_before_it_is_put_on(acme: Company) -> None:
    opened(acme, labels=("post-mortem", "mine"))
    colours = acme.site.places["acme/shop"].labels
    assert set(colours) == {"aftermath", "post-mortem", "mine"}
    assert "ededed" not in colours.values()
    assert len(set(colours.values())) == 3


def test_labels_are_listed_once_a_day_and_made_once(acme: Company) -> None:
    ref = acme.ref(acme.open())
    for _ in range(3):
        acme.tracker.add_label(ref, "escalated")
        acme.tracker.add_label(ref, "Escalated")
    assert [one.method for one in acme.api.asked if one.path == "/repos/acme/shop/labels"] == ["GET", "POST"]
    assert acme.site.ticket(ref.key).labels == ["escalated"]


def test_a_label_that_somebody_made_meanwhile_is_fine(acme: Company) -> None:
    ref = acme.ref(acme.open())
    acme.tracker.add_label(ref, "sev1")
    acme.site.places["acme/shop"].labels["escalated"] = "112233"
    acme.tracker.add_label(ref, "escalated")
    assert acme.site.places["acme/shop"].labels["escalated"] == "112233"


def test_where_our_account_may_not_make_labels_github_decides(acme: Company) -> None:
    acme.site.accounts["aftermath"].rights["acme/shop"] = "triage"
    ref = acme.ref(acme.open())
    acme.tracker.add_label(ref, "escalated")
    assert acme.site.ticket(ref.key).labels == ["escalated"]


@pytest.mark.parametrize("kind", ["error-502", "error-502-done", "cut", "cut-done", "hang-done", "limit"])
def test_trouble_while_a_label_is_made_leaves_everything_else_undone_and_may_be_tried_again(
    acme: Company, kind: str
) -> None:
    acme.tracker.who_we_are()
    acme.break_with(Fault(kind, method="POST", path="/repos/acme/shop/labels$", times=1))  # type: ignore[arg-type]
    with pytest.raises(Temporary):
        opened(acme)
    assert acme.site.in_place("acme/shop") == []
    opened(acme)
    assert len(acme.site.in_place("acme/shop")) == 1
    assert list(acme.site.places["acme/shop"].labels) == ["aftermath"]


# --- types and fields ----------------------------------------------------------------------------


def test_an_issue_has_its_type_its_day_its_priority_and_its_fields(organised: Company) -> None:
    fields = {"team": "Pay\nments", "Points": "3", "Areas": "web, API", "Began": "2026-11-02"}
    found, ticket = opened(
        organised, ticket_type="incident", due_on=DAY, priority="high", assignee="ben", fields=fields
    )
    assert (ticket.ticket_type, ticket.due_on, ticket.assignees, found.left_out) == ("Incident", DAY, ["ben"], ())
    assert ticket.values == {"32": "High", "33": "Pay ments", "34": 3, "35": ["Web", "API"], "36": "2026-11-02"}
    assert organised.tracker.fetch_ticket(found.ref).due_on == DAY


@pytest.mark.parametrize(
    ("wish", "left_out"),
    [
        pytest.param({"ticket_type": "Epic"}, "type: acme/shop has no issue type Epic; it has Task, Bug", id="type"),
        pytest.param({"priority": "Highest"}, "priority: it takes Urgent, High, Low", id="priority"),
        pytest.param({"fields": {"Colour": "red"}}, "Colour: .* no such issue field; it has Target date", id="field"),
        pytest.param({"fields": {"Points": "many"}}, "Points: it takes a number", id="number"),
        pytest.param({"fields": {"Areas": "Web, Mars"}}, "Areas: it takes Web, API", id="one of several"),
        pytest.param({"fields": {"Began": "soon"}}, "Began: it takes a day", id="day"),
        pytest.param({"parent": "OPS-1"}, "parent: on GitHub", id="parent"),
        pytest.param({"assignee": "stranger"}, "assignee: ", id="assignee"),
    ],
)
def test_a_wish_that_cannot_be_had_is_left_out_and_told(
    organised: Company, wish: dict[str, Any], left_out: str
) -> None:
    found, ticket = opened(organised, **wish)
    (told,) = found.left_out
    assert re.match(left_out, told)
    assert (ticket.ticket_type, ticket.values, ticket.assignees) == ("", {}, [])


def test_where_there_is_no_organisation_a_day_is_no_wish_and_nothing_is_said_of_it(acme: Company) -> None:
    found, ticket = opened(acme, due_on=DAY)
    assert (found.left_out, ticket.due_on) == ((), None)
    assert "it has none" in opened(acme, ticket_type="Bug")[0].left_out[0]


def test_what_an_organisation_has_is_asked_for_once_a_day(organised: Company) -> None:
    for _ in range(2):
        opened(organised, ticket_type="Bug", due_on=DAY)
    assert (asked(organised, "/orgs/acme/issue-fields"), asked(organised, "/repos/acme/shop/issue-types")) == (1, 1)
    organised.pass_time(25 * 3600)
    opened(organised, ticket_type="Bug", due_on=DAY)
    assert (asked(organised, "/orgs/acme/issue-fields"), asked(organised, "/repos/acme/shop/issue-types")) == (2, 2)


def test_what_was_taken_away_since_it_was_remembered_is_refused_once_and_left_out(organised: Company) -> None:
    opened(organised, ticket_type="Bug", due_on=DAY)
    organised.site.organisations["acme"] = OrganisationState(("Task",))
    found, ticket = opened(organised, ticket_type="Bug", due_on=DAY, assignee="ben")
    assert (ticket.ticket_type, ticket.due_on, ticket.assignees) == ("", None, ["ben"])
    assert sorted(one.partition(":")[0] for one in found.left_out) == ["fields", "type"]


def test_what_github_drops_without_a_word_is_told_all_the_same(organised: Company) -> None:
    organised.site.accounts["aftermath"].rights["acme/shop"] = "triage"
    found, _ = opened(organised, ticket_type="Bug", due_on=DAY)
    assert [one.partition(":")[0] for one in found.left_out] == ["type", "fields"]


def test_after_an_unclear_answer_nothing_is_left_out_and_tried_again(organised: Company) -> None:
    opened(organised)
    organised.break_with(Fault("error-502-done", method="POST", path="/issues$", times=1))
    with pytest.raises(Ambiguous):
        opened(organised, ticket_type="Bug", assignee="ben")
    assert [one.ticket_type for one in organised.site.in_place("acme/shop")] == ["", "Bug"]


def test_a_refusal_of_the_issue_itself_is_not_met_for_ever(organised: Company) -> None:
    organised.site.places["acme/vault"].is_archived = True
    with pytest.raises(Refused):
        opened(organised, place=VAULT, ticket_type="Bug", due_on=DAY, assignee="ben")
    assert asked(organised, "/repos/acme/vault/issues") <= 4


# --- a day that changes, and what blocks what ----------------------------------------------------


def test_a_day_is_written_into_the_organisations_field_and_cleared(organised: Company) -> None:
    ref = opened(organised)[0].ref
    for day in (DAY, DAY, None, None):
        organised.tracker.set_due(ref, day)
        assert organised.tracker.fetch_ticket(ref).due_on == day


def test_without_such_a_field_a_day_is_refused(acme: Company) -> None:
    acme.site.organisations["acme"] = OrganisationState(issue_fields=(PRIORITY,))
    ref = acme.ref(acme.open())
    with pytest.raises(Refused, match="have no due date"):
        acme.tracker.set_due(ref, DAY)
    ticket = acme.tracker.fetch_ticket(ref)
    assert (ticket.due_on, ticket.has_due_field) == (None, False)


def test_a_day_in_a_field_whose_history_is_not_told_is_not_ours_to_write_over(organised: Company) -> None:
    """P12: whether a person set it after the `/due` could not be known."""
    ref = opened(organised)[0].ref
    organised.site.set_due("ada", ref.key, DAY)
    read = organised.tracker.fetch_ticket(ref)
    assert (read.due_on, read.has_due_field) == (DAY, False)


def test_what_blocks_an_issue_is_noted_once(acme: Company) -> None:
    blocker, blocked = acme.open(), acme.open("The plan")
    link = Link(acme.ref(blocked), str(blocked.uid), "", "", "blocks", "key")
    assert [acme.tracker.link(acme.ref(blocker), link) for _ in range(2)] == [True, False]
    assert acme.site.blockers(blocked) == [blocker.uid]
    assert acme.site.blockers(blocker) == []


# --- looked over ---------------------------------------------------------------------------------


def told(acme: Company, *grades: Grade, **more: Any) -> list[str]:
    wanted = Wanted((SHOP,), tickets={SHOP: (WantedTicket(key="actions", **more),)})
    return [f"{one.found} {one.todo}" for one in acme.tracker.inspect(wanted) if one.grade in grades]


def test_what_can_all_be_had_is_good(organised: Company) -> None:
    wanted: dict[str, Any] = {"ticket_type": "bug", "priorities": ("High",), "fields": (("team", "Payments"),)}
    assert told(organised, Grade.WRONG, **wanted) == []
    assert "A new issue in acme/shop gets what `actions` says. " in told(organised, Grade.GOOD, **wanted)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        pytest.param({"ticket_type": "Epic"}, "no issue type Epic in acme/shop. Choose under `", id="type"),
        pytest.param({"priorities": ("P1",)}, "P1 does not fit, it takes Urgent, High, Low", id="priority"),
        pytest.param({"fields": (("Colour", "red"),)}, "acme has no issue field Colour; it has Target", id="field"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_those_that_are(
    organised: Company, wanted: dict[str, Any], said: str
) -> None:
    assert any(said in sentence for sentence in told(organised, Grade.WRONG, **wanted))


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        pytest.param({"ticket_type": "Bug"}, "has no issue types, as far as we may see", id="type"),
        pytest.param({"has_parent": True}, "`actions.parent` means nothing in acme/shop", id="parent"),
    ],
)
def test_what_means_nothing_in_a_persons_repository_is_a_note(acme: Company, wanted: dict[str, Any], said: str) -> None:
    assert any(said in sentence for sentence in told(acme, Grade.NOTE, **wanted))
