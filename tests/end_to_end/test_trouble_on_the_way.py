"""Trouble in the middle of a case, made in the trackers themselves: `status` says what a person has to do (P7), the
ticket where it can, everything else goes on meanwhile, and once it was mended the case goes on by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.refs import TicketRef
from tests.end_to_end.desk import Desk
from tests.end_to_end.directions import OPS, SHOP, Direction
from tests.end_to_end.story import RUNBOOK
from worker.status import Trouble, read_status

ON_GITHUB, IN_JIRA = Direction(SHOP, SHOP, SHOP), Direction(OPS, OPS, OPS)
BOTH = Direction(SHOP, OPS, SHOP)
#: Longer than anything that was refused, or is to be mended, waits for its next try the first time.
A_WHILE = dt.timedelta(hours=5)


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with Desk(request.param, tmp_path, is_polling=True).open() as office:
        yield office


def fails(desk: Desk, owner: str = "ada") -> TicketRef:
    """A failure with its post-mortem, acknowledged: nothing is due today any more."""
    failure = desk.report("ben", desk.direction.failure, "Checkout is down", "502", "failure", "sev2")
    desk.assign("grace", failure, owner)
    desk.hear()
    desk.comment("ada", failure, "/ack")
    desk.hear()
    assert troubles(desk) == []
    return failure


def troubles(desk: Desk) -> list[Trouble]:
    found = read_status(desk.program).troubles
    assert all(trouble.needs_person for trouble in found), found
    return list(found)


def words(desk: Desk) -> str:
    return "\n".join(f"{one.what} on {one.where}: {one.problem}" for one in troubles(desk))


def status_comment(desk: Desk, ref: TicketRef) -> str:
    (body,) = [desk.text(ref, comment.body) for comment, marker in desk.ours(ref) if marker.kind == "status"]
    return body


def grant(desk: Desk, container: str, rights: str) -> None:
    """Give our account these rights on every site; empty for those that it came with."""
    for site in desk.world.sites.values():
        site.accounts["aftermath"].rights = {container: rights} if rights else {}


_NOT_OBEYED = (
    "case on github:acme/shop#1: new commands on github:acme/shop#1 wait, since our account may not ask for people's "
    "rights there, and what was obeyed before counts on; give it back the rights that `aftermath check` asks for "
    "(GitHub answered 403"
)
_NO_PROJECT = "poll on jira:OPS: Jira answered GET search/jql with 400: The value 'OPS' does not exist"
_NO_LINKS = (
    "link tickets (link-action) on jira:OPS-1: Jira answered POST issueLink with 401: You do not have permission"
)
_NO_REPOSITORY = "poll on github:acme/shop: GitHub answered 404 to GET /repos/acme/shop/issues"


@pytest.mark.parametrize(
    ("desk", "rights", "said"),
    [
        pytest.param(ON_GITHUB, "none", _NO_REPOSITORY, id="hidden-on-github"),
        pytest.param(ON_GITHUB, "read", _NOT_OBEYED, id="reading-only-on-github"),
        pytest.param(IN_JIRA, "none", _NO_PROJECT, id="hidden-in-jira"),
        pytest.param(IN_JIRA, "read", _NO_LINKS, id="reading-only-in-jira"),
    ],
    indirect=["desk"],
)
def test_rights_are_withdrawn_in_the_middle_and_given_back(desk: Desk, rights: str, said: str) -> None:
    """P7: whatever could not be done meanwhile is done then, once."""
    failure = fails(desk)
    grant(desk, desk.direction.failure.container, rights)
    desk.comment("ben", failure, f"/action {RUNBOOK}")
    desk.hear()
    assert said in words(desk)
    grant(desk, "", "")
    desk.pass_until(desk.clock.now() + A_WHILE)
    assert troubles(desk) == []
    (action,) = desk.opened("action")
    assert desk.ticket(action).title == RUNBOOK
    assert desk.leads_to(failure, action)


@pytest.mark.parametrize(
    ("desk", "said"),
    [
        pytest.param(ON_GITHUB, "open a ticket (open-action) on github:acme/shop: GitHub answered 403", id="github"),
        pytest.param(IN_JIRA, "open a ticket (open-action) on jira:OPS: Jira answered POST issue with 400", id="jira"),
    ],
    indirect=["desk"],
)
def test_a_place_is_archived_and_taken_out_of_the_archive(desk: Desk, said: str) -> None:
    """P7: as with rights; it can be read all the time, and nothing written."""
    failure = fails(desk)
    place = desk.direction.failure
    desk.comment("ben", failure, f"/action {RUNBOOK}")
    desk.site(place.tracker).places[place.container].is_archived = True
    desk.hear()
    (trouble,) = [one for one in troubles(desk) if "open-action" in one.what]
    assert f"{trouble.what} on {trouble.where}: {trouble.problem}".startswith(said)
    assert trouble.key, "`aftermath dead retry` takes it up at once"
    desk.site(place.tracker).places[place.container].is_archived = False
    desk.pass_until(desk.clock.now() + A_WHILE)
    assert troubles(desk) == []
    assert len(desk.opened("action")) == 1


@pytest.mark.parametrize("desk", [BOTH], indirect=True)
def test_a_post_mortem_that_is_hidden_is_missed_on_the_failure_until_it_is_back(desk: Desk) -> None:
    """P7, P14: the ticket says that it is missing, and not what it was called."""
    failure = fails(desk)
    (mortem,) = desk.opened("post-mortem")
    grant(desk, "OPS", "none")
    desk.comment("ben", failure, f"/action {RUNBOOK}")
    desk.hear()
    sentence = (
        f"the post-mortem {mortem} is no longer there, or hidden from our account: let our account read it, and the "
        "case takes it up again; where it was deleted, the case goes on without it, and ends when everything else is "
        "closed, or at once by `/cancel` on the failure"
    )
    assert f"case on {failure}: {sentence}" in words(desk)
    told = status_comment(desk, failure)
    assert "- the post-mortem that was deleted, or that Aftermath may no longer read" in told
    assert mortem.key not in told
    assert len(desk.opened("action")) == 1, "everything else goes on"
    grant(desk, "", "")
    desk.hear()
    assert troubles(desk) == []
    assert mortem.key in status_comment(desk, failure)
    assert desk.opened("post-mortem") == [mortem]


@pytest.mark.parametrize("desk", [BOTH], indirect=True)
def test_a_post_mortem_that_was_deleted_is_not_opened_again_and_the_case_ends_without(desk: Desk) -> None:
    """P7, P12: it was somebody's wish, or their mistake; `status` tells until the case is over."""
    failure = fails(desk)
    (mortem,) = desk.opened("post-mortem")
    desk.site(mortem.tracker).delete_ticket(mortem.key)
    desk.comment("ben", failure, f"/action {RUNBOOK}")
    desk.hear()
    assert f"the post-mortem {mortem} is no longer there" in words(desk)
    (action,) = desk.opened("action")
    desk.close("ben", action)
    desk.close("ada", failure)
    desk.hear()
    desk.pass_until(desk.clock.now() + dt.timedelta(days=1))
    assert desk.opened("post-mortem") == []
    assert [marker.kind for _, marker in desk.ours(failure)][-2:] == ["thanks", "lesson"]
    assert troubles(desk) == []


@pytest.mark.parametrize("desk", [IN_JIRA], indirect=True)
def test_an_owner_who_left_is_asked_no_more_and_whoever_stands_above_is(desk: Desk) -> None:
    """P7: Jira says whose account is deactivated. The failure gets its lead for an owner, as one without any does."""
    failure = fails(desk, owner="ben")
    desk.comment("ada", failure, f"/action {RUNBOOK}")
    desk.hear()
    (action,) = desk.opened("action")
    (mortem,) = desk.opened("post-mortem")
    assert {desk.ticket(ref).assignees[0] for ref in (action, mortem)} == {desk.account("ben", "jira")}
    desk.site("jira").accounts[desk.account("ben", "jira")].is_active = False
    desk.comment("ada", failure, "Ben is no longer with us.")
    desk.hear()
    assert desk.ticket(failure).assignees == [desk.account("grace", "jira")]
    for ref in (action, mortem):
        assert f"the owner of {ref} has left, by the tracker's word: assign it to somebody who is there" in words(desk)
    desk.pass_until(desk.clock.now() + dt.timedelta(days=40))
    asked = {desk.asked(ref, comment) for ref in (action, mortem) for comment, _ in desk.ours(ref)}
    assert asked - {()} == {("grace",), ("mel",)}
    for ref in (action, mortem):
        desk.assign("grace", ref, "ada")
    desk.hear()
    (trouble,) = troubles(desk)
    assert "was switched off on jira" in trouble.problem, "the people file still names him"


@pytest.mark.parametrize("desk", [IN_JIRA], indirect=True)
def test_a_lead_who_left_is_not_asked_for_somebody_else_s_ticket(desk: Desk) -> None:
    """P7: Jira says it of the author of a comment; Ben's post-mortem is late, and she leads him."""
    failure = fails(desk, owner="grace")
    desk.comment("grace", failure, "/ack Nobody can pay by card.")
    (mortem,) = desk.opened("post-mortem")
    desk.assign("ada", mortem, "ben")
    desk.site("jira").accounts[desk.account("grace", "jira")].is_active = False
    desk.comment("ada", failure, "Grace is no longer with us.")
    desk.hear()
    desk.pass_until(desk.clock.now() + dt.timedelta(days=18))
    asked = {desk.asked(mortem, comment) for comment, _ in desk.ours(mortem)}
    assert asked - {()} == {("ben",), ("ben", "mel"), ("mel",)}
