"""What is Data Center's own: people by keys, hidden issues, properties asked for singly, keys read one by one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.errors import Denied, Gone
from connectors.metering import RequestCount
from rules.facts import Actor, ActorKind, ChangeKind, Ticket
from rules.refs import TicketRef
from tests.connectors.jira.jira_house import OPS, DataCenterHouse, draft, marker


@pytest.fixture
def house() -> Iterator[DataCenterHouse]:
    with DataCenterHouse() as made:
        made.tracker.who_we_are()
        yield made


def reads(house: DataCenterHouse, before: RequestCount) -> int:
    return house.tracker.requests.snapshot().since(before).reads


def fetched(house: DataCenterHouse, *refs: TicketRef) -> list[Ticket]:
    found = house.tracker.fetch_tickets(refs)
    assert all(isinstance(ticket, Ticket) for ticket in found.values()), found
    return [ticket for ticket in found.values() if isinstance(ticket, Ticket)]


# --- people ---------------------------------------------------------------------------------------


def test_a_history_names_assignees_by_their_user_names(house: DataCenterHouse) -> None:
    """Data Center's changelog has their keys, which nobody can be mentioned by."""
    ref = house.opened()
    house.site.assign("ana", ref.key, ("ben",))
    house.site.assign("ben", ref.key, ("rea",))
    ticket = house.tracker.fetch_ticket(ref)
    told = [(change.old, change.new) for change in ticket.changes if "assigned" in change.kind.value]
    assert told == [("", "ben"), ("ben", ""), ("", "rea")]


def test_what_another_program_does_is_told_apart_where_the_configuration_names_it(house: DataCenterHouse) -> None:
    """P5: Data Center knows no apps, so that its doing would be a person's progress."""
    ref = house.opened()
    house.site.set_status("other-app", ref.key, "In Progress")
    (by_default,) = [one.actor for one in house.tracker.fetch_ticket(ref).changes if one.kind is ChangeKind.STATUS]
    assert by_default.kind is ActorKind.PERSON
    named = house.connect(bots=("Other-App",))
    (told,) = [one.actor for one in named.fetch_ticket(ref).changes if one.kind is ChangeKind.STATUS]
    assert told == Actor("other-app", by_default.name, ActorKind.BOT)


# --- what is hidden -------------------------------------------------------------------------------


def test_an_issue_that_is_hidden_from_us_is_gone_for_us_and_keeps_nothing_from_the_others(
    house: DataCenterHouse,
) -> None:
    there, hidden = house.opened(), house.opened()
    house.site.places["OPS"].levels = {"10": ("ana",)}
    house.site.set_level("ana", hidden.key, "10")
    with pytest.raises(Gone):
        house.tracker.fetch_ticket(hidden)
    found = house.tracker.fetch_tickets([there, hidden])
    assert isinstance(found[there], Ticket)
    assert isinstance(found[hidden], Gone)


def test_a_password_that_was_mistyped_too_often_says_what_a_person_has_to_do(house: DataCenterHouse) -> None:
    """Nobody is let in: that says nothing of the ticket that was asked for, which must not be taken for gone."""
    ref = house.opened()
    locked = house.connect("no password of ours", user="bot")
    for _ in range(4):
        with pytest.raises(Denied):
            locked.fetch_ticket(ref)
    with pytest.raises(Denied, match="solve the CAPTCHA") as told:
        locked.fetch_ticket(ref)
    assert not isinstance(told.value, Gone)
    assert told.value.status == 401


def test_a_colleague_s_internal_comment_on_a_service_desk_is_told_as_internal(house: DataCenterHouse) -> None:
    """P14: nothing of it may go where more people read. A comment does not say so of itself there."""
    house.site.places["OPS"].is_service_desk = True
    refs = [house.opened() for _ in range(2)]
    for ref in refs:
        internal = {"sd.public.comment": {"internal": True}}
        house.site.comment_on("ana", ref.key, "/ack for us alone", properties=internal, is_internal=True)
        house.site.comment_on("ben", ref.key, "for everybody")
    for ticket in (*fetched(house, *refs), house.tracker.fetch_ticket(refs[0])):
        assert [bool(comment.readers) for comment in ticket.comments] == [True, False]
    before = house.tracker.requests.snapshot()
    fetched(house, *refs)
    assert reads(house, before) == 1, "what is known of a comment is not asked for again"


# --- markers --------------------------------------------------------------------------------------


def test_a_marker_that_could_not_be_seen_for_a_moment_is_asked_for_again(house: DataCenterHouse) -> None:
    """P3: taken for none for good, our own ticket would look like somebody else's."""
    refs = [house.opened(), house.tracker.open_ticket(draft(), marker("opened", "action")).ref]
    fresh = house.connect()
    uid = house.site.ticket(refs[1].key).uid
    kept = house.site.tickets[uid].properties
    house.site.tickets[uid].properties = {}
    assert [ticket.marker for ticket in fresh.fetch_tickets(refs).values() if isinstance(ticket, Ticket)] == [None] * 2
    house.site.tickets[uid].properties = kept
    found = [ticket.marker for ticket in fresh.fetch_tickets(refs).values() if isinstance(ticket, Ticket)]
    assert found == [None, marker("opened", "action")]


def test_what_was_opened_after_an_old_bookmark_is_found_in_few_requests(house: DataCenterHouse) -> None:
    """P3: also beside tickets that were deleted, and where the index does not know the newest yet."""
    bookmark = house.tracker.bookmark(OPS)
    refs = [house.opened() for _ in range(250)]
    ours = house.tracker.open_ticket(draft(), marker("opened", "action")).ref
    for ref in refs[100:115]:
        house.site.delete_ticket(ref.key)
    before = house.tracker.requests.snapshot()
    (found,) = house.tracker.find_opened(OPS, "opened", bookmark)
    assert found.ref == ours
    # The newest, three hundreds, each of the fifteen that are gone, ten beyond the end, and our marker.
    assert reads(house, before) == 1 + 3 + 15 + 10 + 1


def test_a_ticket_that_the_index_does_not_know_yet_is_found_by_its_key() -> None:
    with DataCenterHouse(search_lag_s=60) as house:
        house.opened()
        house.later(minutes=5)
        bookmark = house.connect().bookmark(OPS)
        ours = house.tracker.open_ticket(draft(), marker("opened", "action")).ref
        (found,) = house.tracker.find_opened(OPS, "opened", bookmark)
        assert found.ref == ours
