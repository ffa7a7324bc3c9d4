"""What people made by hand is adopted on real trackers too: named and linked in their own ways, on each and across."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.sandbox.pages import ticket_path
from rules.refs import TicketRef
from tests.end_to_end.desk import Desk
from tests.end_to_end.directions import BOTH_WAYS, OPS, ROUTES, SHOP
from tests.end_to_end.test_lost_database import what_comes_next

BESIDE_GITHUB, BESIDE_JIRA = ROUTES[0], ROUTES[-1]
#: From Jira to GitHub and back to Jira, and the other way round.
_ALWAYS = (ROUTES[2], ROUTES[5])


def address(office: Desk, ref: TicketRef) -> str:
    return office.sandbox.url() + ticket_path(office.site(ref.tracker), office.ticket(ref))


def with_a_card(office: Desk, mortem: TicketRef, theirs: TicketRef) -> None:
    """Ada makes a bullet that holds a smart link and nothing else, as Jira's editor makes one of a pasted address."""
    paragraph: dict[str, Any] = {
        "type": "paragraph",
        "content": [{"type": "inlineCard", "attrs": {"url": address(office, theirs)}}],
    }
    bullets = {"type": "bulletList", "content": [{"type": "listItem", "content": [paragraph]}]}
    heading = {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Action items"}]}
    ticket = office.ticket(mortem)
    body = {**ticket.body, "content": [*ticket.body["content"], heading, bullets]}
    office.site(mortem.tracker).set_body(office.account("ada", mortem.tracker), mortem.key, body)


@pytest.mark.parametrize(
    "direction",
    [pytest.param(one, id=str(one), marks=() if one in _ALWAYS else pytest.mark.soak) for one in BOTH_WAYS],
)
def test_a_ticket_that_an_item_names_by_its_address_is_its_action(direction: Any, tmp_path: Path) -> None:
    """Nothing is opened, both sides are linked, and a lost database finds it again (P1, P12)."""
    with Desk(direction, tmp_path, is_polling=True).open() as office:
        failure = office.report("ben", direction.failure, "Checkout is down", "502", "failure", "sev2")
        theirs = office.report("ada", direction.place_of("action"), "Rehearse restoring", "How we do it.")
        office.hear()
        (mortem,) = office.opened("post-mortem")
        office.write("ada", mortem, f"## Action items\n\n- [ ] Rehearse restoring ({address(office, theirs)})\n")
        office.hear()
        office.pass_until(office.clock.now() + 4 * (office.clock.now() - office.ticket(mortem).created_at))
        assert office.opened("action") == []
        assert [marker.kind for _, marker in office.ours(theirs)] == ["status"]
        assert office.leads_to(failure, theirs)
        assert office.leads_to(theirs, mortem)
        before = what_comes_next(office, failure)
        office.lose_the_database()
        assert what_comes_next(office, failure) == before
        assert office.problems() == []


@pytest.mark.parametrize("form", ["key", "smart link"])
def test_in_jira_a_key_or_a_smart_link_names_the_ticket(form: str, tmp_path: Path) -> None:
    with Desk(BESIDE_JIRA, tmp_path, is_polling=True).open() as office:
        failure = office.report("ben", OPS, "Checkout is down", "502", "failure", "sev2")
        theirs = office.report("ada", OPS, "Rehearse restoring", "How we do it.")
        office.hear()
        (mortem,) = office.opened("post-mortem")
        if form == "key":
            office.write("ada", mortem, f"## Action items\n\n- {theirs.key}\n")
        else:
            with_a_card(office, mortem, theirs)
        office.hear()
        assert [marker.kind for _, marker in office.ours(theirs)] == ["status"]
        assert office.leads_to(failure, theirs)
        assert office.opened("action") == []
        assert office.ticket(theirs).due_on is None


def test_in_jira_a_linked_post_mortem_is_the_cases(tmp_path: Path) -> None:
    with Desk(BESIDE_JIRA, tmp_path, is_polling=True).open() as office:
        failure = office.report("ben", OPS, "Checkout is down", "502", "sev2")
        theirs = office.report("ada", OPS, "Post-mortem: Checkout is down", "What we know.")
        ada = office.account("ada", "jira")
        office.site("jira").add_link(ada, failure.key, "issue", theirs.key, relation="Relates")
        office.label("grace", failure, "failure")
        office.hear()
        assert office.opened("post-mortem") == []
        assert [marker.kind for _, marker in office.ours(theirs)] == ["status"]
        assert office.problems() == []


def test_in_jira_a_post_mortem_that_is_linked_beside_ours_is_named_in_its_status(tmp_path: Path) -> None:
    """Ours stays, and says what to do about that; a link to anything else is not even read."""
    with Desk(BESIDE_JIRA, tmp_path, is_polling=True).open() as office:
        failure = office.report("ben", OPS, "Checkout is down", "502", "failure", "sev2")
        office.hear()
        (mortem,) = office.opened("post-mortem")
        ada = office.account("ada", "jira")
        for title in ("Restart the pods", "Post-mortem of Monday"):
            other = office.report("ada", OPS, title, "What we know.")
            office.site("jira").add_link(ada, failure.key, "issue", other.key, relation="Relates")
        links = office.program.trackers["jira"].fetch_ticket(failure).links
        assert [link.title for link in links][-2:] == ["Restart the pods", "Post-mortem of Monday"]
        office.hear()
        ((status, _),) = office.ours(mortem)
        assert other.key in office.text(mortem, status.body)
        assert office.ours(other) == []


def test_on_github_a_sub_issue_that_is_a_post_mortem_is_the_cases(tmp_path: Path) -> None:
    with Desk(BESIDE_GITHUB, tmp_path, is_polling=True).open() as office:
        failure = office.report("ben", SHOP, "Checkout is down", "502", "sev2")
        theirs = office.report("ada", SHOP, "Post-mortem: Checkout is down", "- [ ] #3\n")
        named = office.report("ada", SHOP, "Rehearse restoring", "How we do it.")
        office.site("github").add_sub_issue(office.account("ada", "github"), failure.key, office.ticket(theirs).uid)
        office.label("grace", failure, "failure")
        office.hear()
        assert (office.opened("post-mortem"), office.opened("action")) == ([], [])
        assert [marker.kind for _, marker in office.ours(theirs)] == ["status"]
        assert [marker.kind for _, marker in office.ours(named)] == ["status"]
        assert office.leads_to(failure, named)
        assert office.problems() == []
