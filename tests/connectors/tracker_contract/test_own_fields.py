"""A ticket tells its priority, and what stands in those of its tracker's own fields that are asked for, in the reads
that there are anyway."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.sandbox.world import CustomField, IssueFieldState, OrganisationState, Site
from rules.facts import ChangeKind, Ticket
from rules.refs import TicketRef
from tests.connectors.contract_stage import Stage

JIRA = (
    CustomField("customfield_10061", "Customer impact", "select", ("Few", "Many")),
    CustomField("customfield_10062", "Customers hit", "number"),
    CustomField("customfield_10063", "Regions", "multi-select", ("EU", "US")),
    CustomField("customfield_10064", "Post-mortem by", "text"),
    CustomField("customfield_10065", "Captain", "user"),
)
GITHUB = (
    IssueFieldState(31, "Priority", "single_select", ("Urgent", "High")),
    IssueFieldState(41, "Customer impact", "single_select", ("Few", "Many")),
    IssueFieldState(42, "Customers hit", "number"),
    IssueFieldState(43, "Regions", "multi_select", ("EU", "US")),
    IssueFieldState(44, "Post-mortem by", "text"),
)
ALL = ("customer impact", "Customers hit", "Regions", "Post-mortem by")


@pytest.fixture
def site(stage: Stage) -> Site:
    """The same fields on every stage that has such."""
    if stage.site is None:
        pytest.skip(stage.lacks.wishes)
    if stage.site.kind == "jira":
        stage.site.places[stage.place.container].priorities = ("Urgent", "High", "Medium")
        stage.site.places[stage.place.container].custom_fields = JIRA
    else:
        stage.site.organisations["acme"] = OrganisationState((), GITHUB)
    return stage.site


def put(site: Site, ref: TicketRef, **values: Any) -> None:
    """Values by the end of their field's id: 1 is that of the impact."""
    for number, value in values.items():
        prefix = "customfield_1006" if site.kind == "jira" else "4"
        site.set_value("ada", ref.key, f"{prefix}{number.removeprefix('f')}", value)


def prioritise(site: Site, ref: TicketRef, priority: str) -> None:
    if site.kind == "jira":
        site.set_priority("ada", ref.key, priority)
    else:
        site.set_value("ada", ref.key, "31", priority)


def read(stage: Stage, ref: TicketRef) -> Ticket:
    """Alone and together with another one, which has to be the same."""
    other = stage.reported("Another one")
    alone, together = stage.tracker.fetch_ticket(ref), stage.tracker.fetch_tickets([ref, other])[ref]
    assert isinstance(together, Ticket)
    assert (alone.priority, dict(alone.fields)) == (together.priority, dict(together.fields))
    return alone


def test_fields_are_told_by_the_name_that_was_asked_for(stage: Stage, site: Site) -> None:
    stage.wanting(*ALL)
    ref = stage.reported()
    put(site, ref, f1="Many", f2=1200, f3=["EU", "US"], f4="Ada")
    wanted = {"customer impact": "Many", "Customers hit": "1200", "Regions": ("EU", "US"), "Post-mortem by": "Ada"}
    assert dict(read(stage, ref).fields) == wanted


def test_a_number_that_is_not_whole_keeps_its_fraction(stage: Stage, site: Site) -> None:
    stage.wanting("Customers hit")
    ref = stage.reported()
    put(site, ref, f2=0.5)
    assert dict(read(stage, ref).fields) == {"Customers hit": "0.5"}


def test_only_what_is_asked_for_is_told(stage: Stage, site: Site) -> None:
    stage.wanting("Customers hit", "Nonesuch")
    ref = stage.reported()
    put(site, ref, f1="Many", f2=3, f4="Ada")
    assert dict(read(stage, ref).fields) == {"Customers hit": "3"}


def test_an_empty_field_says_nothing(stage: Stage, site: Site) -> None:
    stage.wanting(*ALL)
    ref = stage.reported()
    put(site, ref, f3=[])
    assert dict(read(stage, ref).fields) == {}


def test_a_value_that_was_changed_is_read_anew(stage: Stage, site: Site) -> None:
    stage.wanting("Customer impact")
    ref = stage.reported()
    told = []
    for value in ("Few", "Many", None):
        put(site, ref, f1=value)
        stage.later()
        told.append(dict(stage.tracker.fetch_ticket(ref).fields))
    assert told == [{"Customer impact": "Few"}, {"Customer impact": "Many"}, {}]


def test_a_policy_that_is_changed_is_followed_at_once(stage: Stage, site: Site) -> None:
    ref = stage.reported()
    put(site, ref, f1="Few", f2=7)
    assert dict(stage.tracker.fetch_ticket(ref).fields) == {}
    stage.wanting("Customer impact")
    assert dict(stage.tracker.fetch_ticket(ref).fields) == {"Customer impact": "Few"}
    stage.wanting("Customers hit")
    assert dict(stage.tracker.fetch_ticket(ref).fields) == {"Customers hit": "7"}


def test_a_field_that_is_made_later_is_found_in_a_while(stage: Stage, site: Site) -> None:
    stage.wanting("Colour")
    ref = stage.reported()
    assert dict(stage.tracker.fetch_ticket(ref).fields) == {}
    if site.kind == "jira":
        site.places[stage.place.container].custom_fields = (*JIRA, CustomField("customfield_10069", "Colour"))
    else:
        site.organisations["acme"] = OrganisationState((), (*GITHUB, IssueFieldState(49, "Colour")))
    put(site, ref, f9="red")
    stage.later(24 * 3600)
    assert dict(stage.tracker.fetch_ticket(ref).fields) == {"Colour": "red"}


def test_a_ticket_tells_its_priority(stage: Stage, site: Site) -> None:
    stage.wanting(with_priority=True)
    ref = stage.reported()
    prioritise(site, ref, "Urgent")
    assert read(stage, ref).priority == "Urgent"


def test_a_priority_and_fields_are_told_together(stage: Stage, site: Site) -> None:
    stage.wanting("Priority" if site.kind == "github" else "Customers hit", "Customer impact", with_priority=True)
    ref = stage.reported()
    put(site, ref, f1="Few")
    prioritise(site, ref, "High")
    ticket = read(stage, ref)
    assert (ticket.priority, ticket.fields["Customer impact"]) == ("High", "Few")


def test_that_a_priority_was_changed_stands_in_the_history(stage: Stage, site: Site) -> None:
    """Where a tracker tells of it: since when a failure is so grave hangs on that."""
    if site.kind == "github":
        pytest.skip("GitHub's history tells no values of fields")
    ref = stage.reported()
    prioritise(site, ref, "High")
    stage.later()
    prioritise(site, ref, "Urgent")
    changes = [one for one in stage.tracker.fetch_ticket(ref).changes if one.kind is ChangeKind.PRIORITY]
    assert [one.new for one in changes] == ["High", "Urgent"]
    assert changes[-1].old == "High"


def test_whose_name_stands_in_a_field_is_told_as_people_see_it(stage: Stage, site: Site) -> None:
    if site.kind == "github":
        pytest.skip("GitHub has no fields of people")
    stage.wanting("captain")
    ref = stage.reported()
    put(site, ref, f5="ben")
    assert dict(read(stage, ref).fields) == {"captain": "Ben"}
