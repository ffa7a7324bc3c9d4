"""What we opened for a failure is found again wherever it lies and whatever became of its text (P1)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.errors import Temporary
from connectors.markers import NAME
from connectors.sandbox.world import TicketState
from connectors.tracker import TWIN_LABEL
from rules.policy import Routing
from rules.refs import Place, TicketRef
from tests.worker.company import ANN, LEA, MO, OURS, PACK, SHOP, Company
from tests.worker.test_rebuild import PARTS, Forgetful, live, undisturbed
from worker.ledger.cases import TicketRow
from worker.rebuild import Rebuilt

FAILURE, MORTEM = "acme/shop#1", "acme/shop#2"
OLD, NEW = Place("github", "acme/old"), Place("github", "acme/new")
ITEMS = "## Action items\n\n- [ ] Rehearse restoring every quarter\n- [ ] Alert on the queue (due 2026-03-20)\n"


@pytest.fixture
def company() -> Company:
    company = Company()
    for place in (OLD, NEW):
        company.site.add_place(place.container)
    return company


def routed(company: Company, post_mortems: Place | None = None, actions: Place | None = None) -> None:
    company.policy = replace(PACK, routing=Routing(post_mortems, actions, watched=(SHOP,)))


def everywhere(company: Company) -> list[TicketState]:
    """All that we ever opened, in any place."""
    places = (SHOP, OLD, NEW)
    return [one for place in places for one in company.site.in_place(place.container) if one.reporter == OURS]


def rewritten(company: Company, key: str, body: str = "All of it is new.") -> None:
    """Somebody selects everything and writes anew: on GitHub our marker was part of it."""
    company.site.set_body(ANN, key, body)
    company.ticket(key).properties.pop(NAME)
    company.settle()


def next_one(company: Company) -> object:
    """What would be done now: nothing that is said or opened may change, nor when anything could."""
    plan = company.plan()
    said = [effect.key for effect in plan.admission.admitted if effect.is_event]
    return said, sorted(effect.key for effect in plan.decision.effects), plan.decision.wake_at


def loses_nothing(company: Company) -> None:
    """The same tickets and the same next decision without the database, and after weeks nothing was opened again."""
    before, opened = next_one(company), [one.key for one in everywhere(company)]
    company.lose_the_database()
    assert next_one(company) == before
    company.pass_time("03-30 09:00")
    assert [one.key for one in everywhere(company)] == opened


# --- in places where nothing is opened any more -----------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param((OLD, None), (NEW, None), id="routed elsewhere"),
        pytest.param((None, None), (NEW, NEW), id="beside the failure before"),
        pytest.param((OLD, OLD), (None, None), id="beside the failure now"),
        pytest.param((OLD, NEW), (NEW, OLD), id="changed about"),
    ],
)
def test_tickets_are_found_where_they_were_routed_once(
    company: Company, before: tuple[Place | None, Place | None], after: tuple[Place | None, Place | None]
) -> None:
    """Otherwise each open case would get its post-mortem and its actions a second time."""
    routed(company, *before)
    company.a_failure("sev2")
    company.settle()
    company.says(LEA, FAILURE, "/action Rotate the keys")
    company.settle()
    assert len(everywhere(company)) == 2
    routed(company, *after)
    loses_nothing(company)


def test_a_ticket_that_only_our_comments_lead_to_is_found(company: Company) -> None:
    """Somebody took the link away, as a sub-issue can have one parent only."""
    routed(company, OLD)
    company.a_failure("sev2")
    company.settle()
    company.ticket("acme/old#1").parent_uid = None
    company.site.listeners.clear()
    routed(company, NEW)
    loses_nothing(company)


def test_a_failure_is_found_by_its_post_mortem_when_its_place_is_watched_no_longer(company: Company) -> None:
    """The case that runs goes on; its own place is not listed any more."""
    routed(company, OLD)
    company.a_failure("sev2")
    company.says(LEA, FAILURE, "/action Rotate the keys")
    company.settle()
    company.policy = replace(PACK, routing=Routing(OLD, watched=(NEW,)))
    loses_nothing(company)


def test_a_failure_that_could_not_be_read_is_followed_when_it_can(company: Company) -> None:
    """P7: the first look at it finds what the rebuild could not."""
    routed(company, OLD)
    company.a_failure("sev2")
    company.settle()
    routed(company, NEW)
    company.weather.when["ticket"] = Temporary("the tracker is away")
    company.lose_the_database()
    assert company.ledger.cases.all() == []
    company.weather.when.clear()
    company.pass_time("03-03 09:00")
    assert [one.key for one in everywhere(company)] == ["acme/old#1"]
    assert company.plan().gathered.case.post_mortem


def test_a_ticket_of_another_case_that_somebody_linked_stays_that_case_s(company: Company) -> None:
    routed(company, OLD)
    company.a_failure("sev2")
    other = company.a_failure("sev2", title="The search is slow")
    company.settle()
    company.site.add_link(ANN, FAILURE, "issue", "acme/old#2", relation="relates")
    routed(company, NEW)
    company.lose_the_database()
    found = {key: company.plan(key).gathered.case.post_mortem for key in (FAILURE, other.key)}
    assert [one and one.ref.key for one in found.values()] == ["acme/old#1", "acme/old#2"]


def test_a_twin_that_was_closed_is_not_found_again(company: Company) -> None:
    """P3."""
    routed(company, OLD)
    company.a_failure("sev2")
    company.settle()
    company.site.add_label(OURS, "acme/old#1", TWIN_LABEL)
    routed(company, NEW)
    company.lose_the_database()
    assert company.plan().gathered.case.post_mortem is None


def test_for_a_case_that_was_let_go_nothing_is_read(company: Company) -> None:
    """However many failures there ever were, a rebuild reads each once."""
    routed(company, OLD)
    company.a_failure("sev2")
    company.says(ANN, FAILURE, "/ack Rolled back.")
    company.settle()
    for key in ("acme/old#1", FAILURE):
        company.site.close(ANN, key)
    company.pass_time("03-03 09:00")
    assert company.kinds()[-1] == "lesson"
    routed(company, NEW)
    company.weather.calls.clear()
    company.lose_the_database()
    assert company.weather.calls["ticket"] == 1


# --- whose text was written anew --------------------------------------------------------------------


def test_a_post_mortem_whose_body_was_written_anew_is_found(company: Company) -> None:
    """And keeps its day, though the day stood in the marker."""
    company.a_failure("sev2")
    company.settle()
    company.ticket(MORTEM).parent_uid = None
    rewritten(company, MORTEM)
    loses_nothing(company)
    assert company.kinds(MORTEM)[:2] == ["status", "reminder"]


def test_actions_whose_bodies_were_written_anew_are_found(company: Company) -> None:
    """By the plan, which names them, and by their titles; one with a status comment by its key, whatever the title."""
    company.a_failure("sev2")
    company.settle()
    company.site.set_body(ANN, MORTEM, ITEMS)
    company.says(LEA, FAILURE, "/action Rotate the keys")
    company.pass_time("03-02 12:00")
    opened = {ticket.title: ticket.key for ticket in company.opened("action")}
    assert len(opened) == 3
    snoozed = opened["Rotate the keys"]
    company.says(LEA, snoozed, "/snooze 3 days because the vendor is away")
    company.settle()
    company.site.set_title(ANN, snoozed, "Something else altogether")
    for key in opened.values():
        company.ticket(key).parent_uid = None
        rewritten(company, key)
    before = {action.item_id: action.ticket.ref for action in company.plan().gathered.case.actions}
    dues = {one.ref: one.due for one in rows(company)}
    company.lose_the_database()
    assert {action.item_id: action.ticket.ref for action in company.plan().gathered.case.actions} == before
    assert {one.ref: one.due for one in rows(company)} == dues
    loses_nothing(company)


def test_an_action_whose_line_was_reworded_is_reminded_of_no_second_time(company: Company) -> None:
    """It is known by the words that its line had, which were its title; nothing else tells them any more."""
    company.a_failure("sev2")
    company.settle()
    company.site.set_body(ANN, MORTEM, ITEMS)
    company.pass_time("03-19 12:00")
    action = next(one for one in company.opened("action") if one.title == "Alert on the queue")
    assert company.kinds(action.key) == ["reminder"]
    company.site.set_body(ANN, MORTEM, ITEMS.replace("Alert on the queue", "Alert on the long queue"))
    for title in ("Alert on the queue of payments", "Alert on a queue"):
        company.site.set_title(LEA, action.key, title)
    company.settle()
    rewritten(company, action.key)
    before = next_one(company)
    company.lose_the_database()
    assert next_one(company) == before
    company.settle()
    assert company.kinds(action.key) == ["reminder"]


def test_an_action_that_nothing_tells_any_more_is_followed_as_one_of_its_own(company: Company) -> None:
    """Its line is gone, its title is another: it is still named in our plan, and is not opened again."""
    company.a_failure("sev2")
    company.settle()
    company.site.set_body(ANN, MORTEM, ITEMS)
    company.pass_time("03-02 12:00")
    first = company.opened("action")[0]
    company.site.listeners.clear()
    company.site.set_title(ANN, first.key, "Something else altogether")
    company.site.set_body(ANN, MORTEM, "## Action items\n\n- [ ] Alert on the queue (due 2026-03-20)\n")
    first.history = [entry for entry in first.history if entry.kind != "renamed"]
    rewritten(company, first.key)
    opened = [one.key for one in everywhere(company)]
    company.lose_the_database()
    company.pass_time("03-10 09:00")
    assert first.key in [action.ticket.ref.key for action in company.plan().gathered.case.actions]
    assert [one.key for one in everywhere(company)] == opened


def test_what_people_opened_is_never_taken_for_ours(company: Company) -> None:
    """Our label on it and our plan's naming it make it no ticket of ours: what they made is adopted (P12)."""
    company.a_failure("sev2")
    company.settle()
    theirs = company.site.open_ticket(MO, SHOP.container, "Rehearse restoring", labels=("aftermath", "action"))
    company.site.set_body(ANN, MORTEM, f"## Action items\n\n- [ ] Rehearse restoring ({theirs.key})\n")
    company.pass_time("03-02 12:00")
    company.lose_the_database()
    company.settle()
    (row,) = [row for row in rows(company) if row.ref.key == theirs.key]
    assert (row.role, row.opening_key, row.due) == ("action", "", "")


def test_of_two_post_mortems_the_one_that_bears_its_marker_is_the_case_s(company: Company) -> None:
    """An earlier Aftermath opened the second one beside the first; neither is closed for the other now."""
    company.a_failure("sev2")
    company.settle()
    properties = dict(company.ticket(MORTEM).properties)
    second = company.site.open_ticket(
        OURS,
        SHOP.container,
        "Post-mortem: Checkout is down",
        labels=("aftermath", "post-mortem"),
        properties=properties,
    )
    rewritten(company, MORTEM)
    company.lose_the_database()
    company.pass_time("03-03 09:00")
    assert company.plan().gathered.case.post_mortem
    assert [ticket.status for ticket in (company.ticket(MORTEM), second)] == ["To Do", "To Do"]


def test_a_ticket_with_our_label_that_leads_nowhere_is_left_alone(company: Company) -> None:
    company.site.open_ticket(OURS, SHOP.container, "By hand", labels=("aftermath",))
    company.site.open_ticket(MO, SHOP.container, "By Mo", labels=("aftermath",))
    assert company.lose_the_database().tickets == 0
    assert company.ledger.cases.orphans() == []


def rows(company: Company) -> list[TicketRow]:
    (root,) = company.ledger.cases.roots_of(TicketRef("github", FAILURE))
    return [row for row in company.ledger.cases.tickets(root) if row.role == "action"]


class Pasted(Forgetful):
    """Whenever the database is lost, people have written all our tickets anew before."""

    def lose_the_database(self) -> Rebuilt:
        for ticket in self.site.in_place(SHOP.container):
            if ticket.reporter == OURS:
                ticket.properties.pop(NAME, None)
        return super().lose_the_database()


@pytest.mark.parametrize("part", [pytest.param(n, marks=() if n % 4 == 2 else pytest.mark.soak) for n in range(PARTS)])
def test_losing_the_database_and_every_marker_on_our_tickets_changes_nothing(part: int) -> None:
    """Through a whole story, whatever moment it happens at: the same decision, and the same end of it."""
    company = Pasted(1 + part * (undisturbed().looks - 1) // (PARTS - 1))
    live(company)
    ((before, next_one),) = company.compared
    assert next_one == before
    assert company.picture() == undisturbed().picture()
