"""Lists of a Data Center that change while they are paged: nobody who stood in one from the first is left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from tenacity import wait_none

from connectors.access import Access, Secret
from connectors.errors import Temporary
from connectors.jira.edition import DATA_CENTER
from connectors.jira.offset_pages import Json, unbroken_pages
from connectors.jira.tracker import JiraTracker
from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.http import Request, Response
from connectors.sandbox.jira_server_api import JiraServerApi
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import Site, World
from rules.refs import TicketRef
from tests.connectors.jira.jira_house import CODEC, OPS, START, marker

TICKETS = 150


class Restless(JiraServerApi):
    """A Data Center where something happens just before a second page is asked for."""

    happens: Callable[[], None] | None = None

    def handle(self, request: Request) -> Response:
        if self.happens and request.one("startAt", "0") != "0":
            happens, self.happens = self.happens, None
            happens()
        return super().handle(request)


class House:
    """A project with more tickets than stand on a page, one of them opened each second."""

    def __init__(self) -> None:
        self.clock = SandboxClock(START)
        world = World(self.clock.now)
        self.site: Site = world.add_site("jira", "jira")
        for account in ("ana", "aftermath"):
            self.site.add_account(account, account.title(), default_rights="write")
        self.site.add_place("OPS")
        self.sandbox = Sandbox(self.clock, world)
        self.api = Restless(self.site, self.sandbox.url("jira"), self.clock.now)
        self.sandbox.mount(self.api)
        access = Access(Secret("aftermath-token"))
        self.tracker = JiraTracker(
            "jira",
            self.sandbox.url("jira"),
            "",
            access,
            CODEC,
            Secret(),
            self.clock.now,
            wait=wait_none(),
            edition=DATA_CENTER,
        )

    def open_many(self) -> list[str]:
        keys = []
        for number in range(TICKETS):
            self.clock.advance(dt.timedelta(seconds=1))
            keys.append(self.site.open_ticket("ana", "OPS", f"Number {number}", "", labels=("failure",)).key)
        self.clock.advance(dt.timedelta(hours=1))
        return keys


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    with made.sandbox:
        yield made


@pytest.mark.parametrize(
    "touched",
    [pytest.param((3,), id="one"), pytest.param((0, 50, 99), id="the-edge-too"), pytest.param(range(100), id="all")],
)
def test_a_poll_tells_of_those_too_that_moved_up_when_others_changed_meanwhile(
    house: House, touched: tuple[int, ...]
) -> None:
    """P7: sorted by their last change, tickets that change while one pages draw the rest across the pages' edge."""
    cursor = house.tracker.changed(OPS, "").cursor
    keys = house.open_many()

    def change() -> None:
        for number in touched:
            house.site.set_title("ana", keys[number], "Changed while somebody read")

    house.api.happens = change
    told = {found.ref.key for found in house.tracker.changed(OPS, cursor).tickets}
    assert set(keys) - told == set()


def test_all_with_a_label_are_listed_though_it_is_taken_off_one_that_was_read(house: House) -> None:
    keys = house.open_many()

    def take_off() -> None:
        house.site.remove_label("ana", keys[7], "failure")

    house.api.happens = take_off
    listed = {found.ref.key for found in house.tracker.labelled(OPS, "failure")}
    assert set(keys) - {keys[7]} - listed == set()


def test_our_comment_is_read_back_though_somebody_deletes_one_before_it_meanwhile(house: House) -> None:
    """P3: one that is not found again would be said twice."""
    key = house.site.open_ticket("ana", "OPS", "A long talk", "").key
    first = house.site.comment_on("ana", key, "one")
    for number in range(99):
        house.site.comment_on("ana", key, str(number))
    ref = TicketRef("jira", key)
    ours = house.tracker.post_comment(ref, "Is somebody on it?", marker())
    house.site.comment_on("ana", key, "the last one")
    house.api.happens = lambda: house.site.delete_comment("ana", first.id)
    assert house.tracker.find_comments(ref, marker().key) == (ours,)


def test_a_quiet_list_costs_no_more_pages_than_it_has() -> None:
    [*pages] = unbroken_pages(lambda start: _page(range(250), start), "issues", 100, lambda one: one["id"])
    assert [one["id"] for page in pages for one in page] == list(range(250))
    assert len(pages) == 3


def test_a_list_that_never_rests_ends_in_a_trouble_that_may_pass() -> None:
    asked: list[int] = []

    def restless(start: int) -> Json:
        asked.append(start)
        return _page(range(len(asked) * 1_000, len(asked) * 1_000 + 250), start)

    with pytest.raises(Temporary):
        list(unbroken_pages(restless, "issues", 100, lambda one: one["id"]))


def _page(items: range, start: int) -> Json:
    return {"total": len(items), "issues": [{"id": one} for one in items[start : start + 100]]}
