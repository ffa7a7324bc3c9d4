"""What stands on the tracker already, by people's hands or by ours, is adopted and not done again."""

from __future__ import annotations

from connectors.errors import Ambiguous
from connectors.markers import NAME
from connectors.tracker import TWIN_LABEL
from rules.facts import Marker
from rules.keys import opening_key
from rules.refs import TicketRef
from tests.worker.company import BOB, CODEC, OURS, SHOP, Company
from tests.worker.reconcile.stories import FAILURE, MORTEM


def test_a_ticket_that_we_opened_and_did_not_hear_of_is_adopted(company: Company) -> None:
    """The answer to our request was lost: the ticket is read back, not opened again (P3)."""
    company.weather.when["open"], company.weather.answer_lost = Ambiguous("no answer"), True
    company.a_failure("sev2")
    company.settle()
    company.weather.when.clear()
    company.pass_time("03-02 09:30")
    assert len(company.opened("post-mortem")) == 1
    assert company.plan().gathered.case.post_mortem


def test_a_ticket_that_turns_up_twice_is_closed_as_a_duplicate(company: Company) -> None:
    """A write that turns up late after all is recognised and neutralised (P3)."""
    company.a_failure("sev2")
    company.settle()
    marker = company.ours()[0][0]
    late = Marker(marker.case, opening_key(marker.case, "post-mortem", ""), "post-mortem", ":2026-03-09")
    twin = company.site.open_ticket(
        OURS, SHOP.container, "Post-mortem", labels=("aftermath",), properties={NAME: CODEC.write(late)}
    )
    company.ledger.inbox.put([TicketRef("github", twin.key)], company.time)
    company.settle()
    assert (twin.status, twin.resolution) == ("Done", "duplicate")
    assert TWIN_LABEL in twin.labels
    assert company.ticket(MORTEM).status == "To Do"


def test_a_comment_that_turns_up_twice_is_taken_away(company: Company) -> None:
    """P3."""
    company.a_failure()
    company.settle()
    ask = next(c for c in company.ticket().comments if "working day" in c.body)
    company.site.comment_on(OURS, FAILURE, ask.body, properties=dict(ask.properties))
    company.ledger.inbox.put([TicketRef("github", FAILURE)], company.time)
    company.settle()
    assert company.kinds() == ["status", "ask"]


def test_a_marker_that_somebody_else_copied_is_not_believed(company: Company) -> None:
    """Believed only where our own account wrote it (P11)."""
    company.a_failure("sev2")
    company.settle()
    marker = company.ours()[0][0]
    forged = Marker(marker.case, opening_key(marker.case, "action", "x"), "action", "x:2026-03-09")
    theirs = company.site.open_ticket(
        BOB, SHOP.container, "Look", labels=("aftermath",), properties={NAME: CODEC.write(forged)}
    )
    company.ledger.inbox.put([TicketRef("github", theirs.key)], company.time)
    company.settle()
    assert company.plan().gathered.case.actions == ()
