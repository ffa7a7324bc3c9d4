"""An action item that is a ticket already gets no second one: the ticket is followed as it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.errors import Denied
from connectors.memory.tracker import MemoryTracker
from connectors.sandbox.world import TicketState
from rules.facts import ActionTicket, Ticket
from rules.policy import Routing
from rules.refs import Place, TicketRef
from tests.worker.company import ANN, BOB, CODEC, LEA, MO, OURS, PACK, SHOP, Company
from tests.worker.reconcile.stories import FAILURE, MORTEM

THEIRS = "acme/shop#3"
PAGE = "http://127.0.0.1/github/acme/shop/issues/3"


def told(company: Company, *lines: str, key: str = MORTEM) -> None:
    """Ann writes the lines under the post-mortem's heading, and time enough goes by for tickets."""
    template = company.ticket(key).body.partition("\n## Action items")[0]
    company.site.set_body(ANN, key, template + "\n## Action items\n\n" + "\n".join(lines) + "\n")
    company.settle()


def a_case(company: Company, *lines: str) -> TicketState:
    """A failure with its post-mortem #2, Mo's ticket #3, and a post-mortem that names it."""
    company.a_failure("sev2")
    company.settle()
    theirs = company.site.open_ticket(MO, SHOP.container, "Rehearse restoring", "How we do it.", assignees=(MO,))
    if lines:
        told(company, *lines)
    return theirs


def actions(company: Company, key: str = FAILURE) -> list[str]:
    return [action.ticket.ref.key for action in company.plan(key).gathered.case.actions]


@pytest.mark.parametrize(
    "line",
    [
        "- [ ] #3",
        "- [ ] Rehearse restoring (#3)",
        f"- [ ] [Rehearse restoring]({PAGE})",
        f"- [ ] {PAGE}",
        "- [ ] acme/shop#3 – Rehearse restoring",
        "- [ ] ACME/Shop#3",
    ],
)
def test_an_item_that_names_a_ticket_is_that_ticket_and_none_is_opened(company: Company, line: str) -> None:
    a_case(company, line)
    company.pass_time("03-02 12:00")
    assert company.opened("action") == []
    assert actions(company) == [THEIRS]
    assert company.kinds(THEIRS) == ["status"]
    assert f"[{THEIRS}]({PAGE})" in company.text("plan")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("- [ ] Write the alert that was missing in #3", id="a-mention"),
        pytest.param("- [ ] Rehearse restoring (see #3)", id="see"),
        pytest.param("- [ ] Rehearse restoring (#99)", id="no-such-ticket"),
        pytest.param("- [ ] Rehearse restoring (other/shop#3)", id="a-place-that-is-not-ours"),
        pytest.param("- [ ] Rehearse restoring (#1)", id="the-failure-itself"),
        pytest.param("- [ ] Rehearse restoring (#2)", id="the-post-mortem-itself"),
    ],
)
def test_an_item_that_names_none_that_it_could_be_gets_its_ticket(company: Company, line: str) -> None:
    a_case(company, line)
    company.pass_time("03-02 12:00")
    (opened,) = company.opened("action")
    assert actions(company) == [opened.key]
    assert company.ours(THEIRS) == []


def test_a_number_that_leads_nowhere_opens_nothing(company: Company) -> None:
    a_case(company, "- [ ] #99")
    company.pass_time("03-02 12:00")
    assert company.opened("action") == []


def test_a_failure_named_in_an_item_stays_a_failure(company: Company) -> None:
    a_case(company)
    other = company.a_failure(title="Search is down")
    told(company, f"- [ ] Make search come up again (#{other.key.rpartition('#')[2]})")
    company.pass_time("03-02 12:00")
    assert [ticket.title[:25] for ticket in company.opened("action")] == ["Make search come up again"]


def test_an_adopted_ticket_is_followed_and_its_own_words_and_labels_stay(company: Company) -> None:
    """Its date is the policy's from when it was found, its owner is asked, and nobody writes into it (P12)."""
    theirs = a_case(company, "- [ ] Rehearse restoring (#3)")
    assert "due 2026-04-01" in company.text("status", THEIRS)
    company.pass_time("04-03 12:00")
    assert company.kinds(THEIRS) == ["status", "reminder", "overdue"]
    assert "[Mo](mention:mo)" in company.text("reminder", THEIRS)
    assert (theirs.body, theirs.title, theirs.due_on) == ("How we do it.", "Rehearse restoring", None)
    assert theirs.parent_uid == company.ticket().uid


def test_a_ticket_that_stands_below_another_stays_there(company: Company) -> None:
    """GitHub takes one parent: it is not asked for a second, and nobody is told to mend that."""
    theirs = a_case(company)
    epic = company.site.open_ticket(MO, SHOP.container, "Backups")
    company.site.add_sub_issue(MO, epic.key, theirs.uid)
    told(company, "- [ ] #3")
    assert (actions(company), theirs.parent_uid) == ([THEIRS], epic.uid)
    assert [case.problem for case in company.ledger.cases.all()] == [""]


def test_the_date_in_the_line_is_the_tickets(company: Company) -> None:
    a_case(company, "- [ ] Rehearse restoring (#3), due 2026-03-20")
    assert "due 2026-03-20" in company.text("status", THEIRS)


def test_a_command_on_an_adopted_ticket_is_obeyed(company: Company) -> None:
    a_case(company, "- [ ] Rehearse restoring (#3)")
    company.says(LEA, THEIRS, "/due 2026-05-04")
    company.settle()
    assert "due 2026-05-04" in company.text("status", THEIRS)


def test_who_finished_an_adopted_ticket_is_thanked(company: Company) -> None:
    a_case(company, "- [ ] Rehearse restoring (#3)")
    company.site.close(MO, THEIRS)
    company.site.close(ANN, MORTEM)
    company.site.close(ANN, FAILURE)
    company.pass_time("03-02 12:00")
    assert "- **Mo** finished “Rehearse restoring”" in company.text("thanks")


def test_a_line_that_is_ticked_when_its_ticket_is_done_keeps_it_in_the_plan(company: Company) -> None:
    """GitHub ticks the box of a line that is nothing but a closed issue."""
    a_case(company, "- [ ] #3")
    company.site.close(MO, THEIRS)
    told(company, "- [x] #3")
    company.pass_time("03-02 12:00")
    assert actions(company) == [THEIRS]
    assert "1 of 1 done" in company.text("plan")


def test_a_line_that_was_ticked_before_anybody_looked_is_left_alone(company: Company) -> None:
    a_case(company, "- [x] Rehearse restoring (#3)")
    assert (company.ours(THEIRS), actions(company)) == ([], [])


def test_a_ticket_that_was_done_before_is_in_the_plan_and_hears_nothing(company: Company) -> None:
    a_case(company)
    company.site.close(MO, THEIRS)
    told(company, "- [x] Rehearse restoring (#3)")
    assert (actions(company), company.ours(THEIRS)) == ([THEIRS], [])
    before = company.text("plan")
    company.pass_time("03-20 09:00")
    assert company.text("plan") == before


def test_what_was_opened_for_an_item_stays_its_ticket_when_the_line_names_another(company: Company) -> None:
    a_case(company, "- [ ] Rehearse restoring every month")
    company.pass_time("03-02 12:00")
    (opened,) = company.opened("action")
    told(company, "- [ ] Rehearse restoring every month (#3)")
    company.pass_time("03-03 12:00")
    assert (actions(company), company.opened("action"), company.ours(THEIRS)) == ([opened.key], [opened], [])


def test_a_line_made_into_the_number_of_the_ticket_that_was_opened_for_it_opens_none(company: Company) -> None:
    a_case(company, "- [ ] Keep a second certificate")
    company.pass_time("03-02 12:00")
    (opened,) = company.opened("action")
    told(company, f"- [ ] #{opened.key.rpartition('#')[2]}", "- [ ] Keep a second certificate ready")
    company.pass_time("03-03 12:00")
    titles = [ticket.title for ticket in company.opened("action")]
    assert titles == ["Keep a second certificate", "Keep a second certificate ready"]


def test_a_ticket_whose_line_was_taken_out_is_told_so_once_and_let_go(company: Company) -> None:
    a_case(company, "- [ ] Rehearse restoring (#3)")
    told(company, "- [ ] Rehearse")
    company.pass_time("05-01 12:00")
    assert THEIRS not in actions(company)
    assert [body for _, body in company.ours(THEIRS)] == [
        "The post-mortem no longer names this ticket as an action: nobody is reminded of it any more."
    ]
    assert company.ledger.cases.roots_of(TicketRef("github", THEIRS)) == []


def test_a_line_that_is_put_back_takes_its_ticket_up_again(company: Company) -> None:
    a_case(company, "- [ ] Rehearse restoring (#3)")
    before = company.text("status", THEIRS)
    told(company, "Nothing.")
    told(company, "- [ ] Rehearse the restoring of backups (#3)")
    assert [body for _, body in company.ours(THEIRS)] == [before]


def test_an_adopted_ticket_is_adopted_again_after_the_database_was_lost(company: Company) -> None:
    """From the line alone: whatever was said and dated stays as it is (P1)."""
    a_case(company, "- [ ] Rehearse restoring (#3)")
    company.pass_time("04-03 12:00")
    before = company.picture()
    company.lose_the_database()
    company.pass_time("04-04 09:00")
    assert company.picture() == before
    assert actions(company) == [THEIRS]


def test_another_wording_of_the_line_says_nothing_anew(company: Company) -> None:
    a_case(company, "- [ ] Rehearse restoring (#3)")
    company.pass_time("04-03 12:00")
    told(company, "- [ ] #3")
    company.lose_the_database()
    company.pass_time("04-03 13:00")
    assert company.kinds(THEIRS) == ["status", "reminder", "overdue"]


def test_an_adopted_ticket_that_was_deleted_is_told_as_such_and_none_is_opened(company: Company) -> None:
    a_case(company, "- [ ] Rehearse restoring (#3)")
    company.site.delete_ticket(THEIRS)
    company.ledger.inbox.put([TicketRef("github", FAILURE)], company.time)
    company.pass_time("03-03 12:00")
    assert company.opened("action") == []
    assert "the action that was deleted" in company.text("status")


def test_of_two_cases_that_name_a_ticket_the_first_follows_it_and_both_plans_show_it(company: Company) -> None:
    a_case(company, "- [ ] Rehearse restoring (#3)")
    second = company.a_failure("sev2", title="Checkout is slow")
    company.settle()
    mortem = company.opened("post-mortem")[-1]
    told(company, "- [ ] #3", key=mortem.key)
    company.pass_time("04-03 12:00")
    assert company.kinds(THEIRS) == ["status", "reminder", "overdue"]
    assert f"[{THEIRS}]({PAGE})" in company.text("plan", second.key)
    company.lose_the_database()
    company.pass_time("04-03 13:00")
    assert company.kinds(THEIRS) == ["status", "reminder", "overdue"]


def test_when_the_case_that_followed_a_shared_ticket_is_called_off_the_other_does(company: Company) -> None:
    a_case(company, "- [ ] Rehearse restoring (#3)")
    company.a_failure("sev2", title="Checkout is slow")
    company.settle()
    told(company, "- [ ] #3", key=company.opened("post-mortem")[-1].key)
    company.says(LEA, FAILURE, "/cancel it was no failure at all")
    company.pass_time("03-04 12:00")
    assert company.kinds(THEIRS) == ["status", "status"]


def test_a_promise_of_a_case_that_was_called_off_is_taken_up_with_a_new_date(company: Company) -> None:
    """What Aftermath opened for another failure is a ticket as any other, once that one does not ask for it."""
    company.a_failure("sev2")
    company.says(LEA, FAILURE, "/action Rehearse restoring every quarter")
    company.settle()
    (old,) = company.opened("action")
    company.says(LEA, FAILURE, "/cancel it was no failure at all")
    company.pass_time("03-20 09:00")
    second = company.a_failure("sev2", title="Checkout is slow")
    company.settle()
    told(company, f"- [ ] #{old.key.rpartition('#')[2]}", key=company.opened("post-mortem")[-1].key)
    assert actions(company, second.key) == [old.key]
    assert company.opened("action") == [old]
    assert "due 2026-04-19" in company.text("status", old.key)


def test_a_ticket_that_fewer_people_may_read_is_named_as_no_more_than_an_action(company: Company) -> None:
    """P14."""
    inside = Place("github", "acme/inside")
    company.site.add_place(inside.container)
    company.policy = replace(PACK, routing=Routing(watched=(SHOP, inside)))
    company.site.places[SHOP.container].is_public = True
    a_case(company)
    hidden = company.site.open_ticket(MO, inside.container, "Rotate the keys of the vault", assignees=(MO,))
    told(company, f"- [ ] {hidden.key}")
    assert [marker.kind for marker, _ in company.ours(hidden.key)] == ["status"]
    assert "| internal action |" in company.text("plan")
    assert "vault" not in str([body for key in (FAILURE, MORTEM) for _, body in company.ours(key)])


def test_somebody_without_rights_cannot_have_a_ticket_followed(company: Company) -> None:
    """What stands in a comment is no post-mortem (P11)."""
    a_case(company)
    company.says(BOB, MORTEM, "- [ ] Rehearse restoring (#3)")
    company.settle()
    assert (actions(company), company.ours(THEIRS)) == ([], [])


class ClosedTo(MemoryTracker):
    """Tells our account that it may not read Mo's ticket."""

    def fetch_ticket(self, ref: TicketRef) -> Ticket:
        if ref.key == THEIRS:
            raise Denied("403: ask your administrator")
        return super().fetch_ticket(ref)


def test_a_ticket_that_our_account_may_not_read_waits_for_somebody_to_mend_that(company: Company) -> None:
    """It is there, as far as anybody knows: none is opened beside it, and the case goes on (P7)."""
    a_case(company)
    readable = company.tracker
    company.tracker = ClosedTo(company.site, OURS, CODEC, company.weather, company.now)
    company.start_with(company.ledger)
    told(company, "- [ ] Rehearse restoring (#3)", "- [ ] Keep a second certificate")
    company.pass_time("03-02 12:00")
    (case,) = company.ledger.cases.all()
    assert f"an action item is github:{THEIRS}, which our account may not read: 403" in case.problem
    assert [ticket.title for ticket in company.opened("action")] == ["Keep a second certificate"]
    company.tracker = readable
    company.start_with(company.ledger)
    company.pass_time("03-03 12:00")
    assert THEIRS in actions(company)
    assert [one.problem for one in company.ledger.cases.all()] == [""]


def test_each_item_has_one_ticket(company: Company) -> None:
    a_case(company, "- [ ] #3", "- [ ] Rehearse restoring – #3")
    found = company.plan().gathered.case.actions
    assert [type(one) for one in found] == [ActionTicket]
