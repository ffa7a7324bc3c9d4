"""What is wished of a new ticket stands in it where the tracker has such, and never keeps it from being opened."""

from __future__ import annotations

import datetime as dt

import pytest

from connectors.sandbox.world import CustomField, IssueFieldState, OrganisationState, Site
from connectors.tracker import Link
from tests.connectors.contract_stage import Stage, marker

DAY = dt.date(2026, 12, 1)


@pytest.fixture
def site(stage: Stage) -> Site:
    """The same types, priorities and fields on every stage that has such."""
    if stage.site is None:
        pytest.skip(stage.lacks.wishes)
    place = stage.site.places[stage.place.container]
    place.ticket_types = ("Task", "Incident", "Epic")
    if stage.site.kind == "jira":
        place.priorities = ("High", "Low")
        place.custom_fields = (
            CustomField("customfield_10050", "Team"),
            CustomField("customfield_10051", "Cause", "select", ("Process", "People")),
            CustomField("customfield_10014", "Epic Link", "epic-link"),
        )
    else:
        fields = (
            IssueFieldState(30, "Due date", "date", is_due=True),
            IssueFieldState(31, "Priority", "single_select", ("High", "Low")),
            IssueFieldState(32, "Team"),
            IssueFieldState(33, "Cause", "single_select", ("Process", "People")),
        )
        stage.site.organisations["acme"] = OrganisationState(("Task", "Incident"), fields)
    return stage.site


def test_what_is_wished_stands_in_the_ticket(stage: Stage, site: Site) -> None:
    draft = stage.draft(
        ticket_type="Incident", priority="High", due_on=DAY, fields={"Team": "Payments", "cause": "people"}
    )
    found = stage.tracker.open_ticket(draft, marker())
    ticket = site.ticket(found.ref.key)
    assert (found.left_out, ticket.ticket_type, ticket.due_on) == ((), "Incident", DAY)
    if site.kind == "jira":
        assert ticket.priority == "High"
        assert ticket.values == {"customfield_10050": "Payments", "customfield_10051": "People"}
    else:
        assert ticket.values == {"31": "High", "32": "Payments", "33": "People"}
    assert stage.tracker.fetch_ticket(found.ref).due_on == DAY


def test_exactly_what_cannot_be_had_is_left_out_and_told(stage: Stage, site: Site) -> None:
    draft = stage.draft(priority="Urgent", fields={"Team": "Payments", "Cause": "Luck", "Colour": "red"})
    found = stage.tracker.open_ticket(draft, marker())
    assert sorted(one.partition(":")[0] for one in found.left_out) == ["Cause", "Colour", "priority"]
    assert list(site.ticket(found.ref.key).values.values()) == ["Payments"]


def test_a_wish_never_keeps_a_ticket_from_being_opened_and_is_never_opened_twice(stage: Stage) -> None:
    bookmark = stage.tracker.bookmark(stage.place)
    draft = stage.draft(priority="Nonesuch", parent="NONE-1", fields={"Nonesuch": "x"}, due_on=DAY)
    found = stage.tracker.open_ticket(draft, marker())
    assert len(found.left_out) == 3
    assert [one.ref for one in stage.tracker.find_opened(stage.place, marker().key, bookmark)] == [found.ref]
    assert stage.tracker.fetch_ticket(found.ref).marker == marker()


def test_what_blocks_a_ticket_is_noted_once(stage: Stage, site: Site) -> None:
    if stage.lacks.sub_issues:
        pytest.skip(stage.lacks.sub_issues)
    blocker, blocked = stage.reported(), stage.reported("The plan")
    link = Link(blocked, str(site.ticket(blocked.key).uid), "", "", "blocks", "key")
    assert [stage.tracker.link(blocker, link) for _ in range(2)] == [True, False]
    assert site.blockers(site.ticket(blocked.key)) == [site.ticket(blocker.key).uid]


def test_a_label_that_is_not_there_yet_is_made_before_it_is_put_on(stage: Stage) -> None:
    ref = stage.reported(labels=())
    for label in ("escalated", "escalated", "never-seen-before"):
        stage.tracker.add_label(ref, label)
    assert set(stage.tracker.fetch_ticket(ref).labels) == {"escalated", "never-seen-before"}
