"""Polling: nothing is skipped while the set shifts under the reader, and quiet costs one request."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable

import pytest

from connectors.errors import Refused
from connectors.github.tracker import GitHubTracker
from tests.connectors.github.company import SHOP, Company, new_tracker
from tests.connectors.github.conftest import NOW, issue_json
from tests.connectors.github.scripted import Asked, Reply, Scripted

ISSUES = "/repos/acme/shop/issues"


def keys(changes_tickets: tuple[object, ...]) -> list[str]:
    return [found.ref.key for found in changes_tickets]  # type: ignore[attr-defined]


# --- against the sandbox -----------------------------------------------------------------------


def test_the_first_poll_begins_now_and_costs_nothing(acme: Company) -> None:
    acme.open()
    changes = acme.tracker.changed(SHOP, "")
    assert changes.tickets == ()
    assert changes.cursor
    assert acme.tracker.requests.snapshot() == (0, 0)


def test_a_poll_tells_what_changed_since_the_last(acme: Company) -> None:
    old, other = acme.open("Old"), acme.open("Other")
    acme.pass_time(300)
    cursor = acme.tracker.changed(SHOP, "").cursor
    acme.pass_time(10)
    acme.site.comment_on("ada", other.key, "Still here.")
    new = acme.open("New", labels=("failure",))
    changes = acme.tracker.changed(SHOP, cursor)
    assert keys(changes.tickets) == [other.key, new.key]
    assert changes.tickets[1].labels == ("failure",)
    assert old.key not in keys(changes.tickets)


def test_what_happens_in_the_same_second_as_a_poll_is_not_missed(acme: Company) -> None:
    """Times on GitHub are to the second: the next poll overlaps the last."""
    cursor = acme.tracker.changed(SHOP, "").cursor
    first = acme.open("First")
    changes = acme.tracker.changed(SHOP, cursor)
    second = acme.open("Second")
    assert keys(changes.tickets) == [first.key]
    assert second.key in keys(acme.tracker.changed(SHOP, changes.cursor).tickets)


def test_a_quiet_repository_costs_one_request_a_poll_and_tells_nothing_twice(acme: Company) -> None:
    cursor = acme.tracker.changed(SHOP, "").cursor
    acme.open()
    for _ in range(2):
        cursor = acme.tracker.changed(SHOP, cursor).cursor
    for _ in range(3):
        acme.pass_time(60)
        before = acme.tracker.requests.snapshot()
        changes = acme.tracker.changed(SHOP, cursor)
        assert (changes.tickets, changes.cursor) == ((), cursor)
        assert acme.tracker.requests.snapshot().since(before) == (1, 0)


def test_a_quiet_poll_is_free_of_the_rate_limit_after_a_restart_too(acme: Company) -> None:
    """The ETag travels in the cursor, which outlives the process."""
    cursor = acme.tracker.changed(SHOP, "").cursor
    acme.open()
    for _ in range(2):
        cursor = acme.tracker.changed(SHOP, cursor).cursor
    restarted = new_tracker(acme.sandbox, "aftermath", 5, acme.waits)
    assert restarted.changed(SHOP, cursor).tickets == ()
    assert restarted.requests.snapshot() == (1, 0)


def test_an_answer_that_was_lost_on_the_way_is_told_again(acme: Company) -> None:
    """A poll whose cursor was not stored is simply made again: the old cursor tells the same."""
    cursor = acme.tracker.changed(SHOP, "").cursor
    opened = acme.open()
    for _ in range(3):
        assert keys(acme.tracker.changed(SHOP, cursor).tickets) == [opened.key]


def test_more_than_a_page_of_changes_is_told_whole(acme: Company) -> None:
    cursor = acme.tracker.changed(SHOP, "").cursor
    opened = []
    for number in range(250):
        acme.pass_time(1)
        opened.append(acme.open(f"Number {number}").key)
    assert keys(acme.tracker.changed(SHOP, cursor).tickets) == opened


def test_hundreds_of_changes_in_one_second_are_told_whole(acme: Company) -> None:
    cursor = acme.tracker.changed(SHOP, "").cursor
    opened = {acme.open(f"Number {number}").key for number in range(350)}
    acme.pass_time(5)
    opened |= {acme.open(f"Later {number}").key for number in range(150)}
    assert set(keys(acme.tracker.changed(SHOP, cursor).tickets)) == opened


@pytest.mark.parametrize("cursor", ["x", "{}", "[]", '{"since": 5}', '{"since": "soon"}', "null"])
def test_a_cursor_that_is_none_is_refused(acme: Company, cursor: str) -> None:
    with pytest.raises(Refused, match="cursor"):
        acme.tracker.changed(SHOP, cursor)


# --- against a listing that shifts while it is read ----------------------------------------------


class Shifting:
    """A repository's listing that changes between two pages. `is_inclusive`: whether `since` includes its second."""

    def __init__(self, server: Scripted, *, is_inclusive: bool) -> None:
        self.updated: dict[int, dt.datetime] = {}
        self.between: Callable[[], None] = lambda: None
        self._url = server.url
        self._is_inclusive = is_inclusive
        server.on("GET", ISSUES, self.answer)

    def answer(self, asked: Asked) -> Reply:
        since = dt.datetime.fromisoformat(asked.query["since"])
        listed = sorted((at, number) for number, at in self.updated.items() if self._is_since(at, since))
        size, page = int(asked.query["per_page"]), int(asked.query.get("page", "1"))
        shown = listed[(page - 1) * size : page * size]
        body = [issue_json(number, updated_at=at.strftime("%Y-%m-%dT%H:%M:%SZ")) for at, number in shown]
        query = "&".join(f"{name}={value}" for name, value in {**asked.query, "page": page + 1}.items())
        link = {"Link": f'<{self._url}{ISSUES}?{query}>; rel="next"'} if page * size < len(listed) else {}
        self.between()
        return Reply(200, body, link)

    def _is_since(self, at: dt.datetime, since: dt.datetime) -> bool:
        return at >= since if self._is_inclusive else at > since


@pytest.mark.parametrize("is_inclusive", [True, False], ids=["since-includes-its-second", "since-excludes-it"])
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("spread_s", [1, 2, 30, 1000], ids=lambda seconds: f"within-{seconds}-s")
def test_nothing_is_skipped_while_tickets_change_between_pages(
    server: Scripted, tracker: GitHubTracker, seed: int, spread_s: int, is_inclusive: bool
) -> None:
    """Paged by number, each ticket that moves to the end would hide another at a page's edge."""
    chance = random.Random(seed)
    listing = Shifting(server, is_inclusive=is_inclusive)
    start = NOW - dt.timedelta(seconds=spread_s)
    for number in range(1, 451):
        listing.updated[number] = start + dt.timedelta(seconds=chance.randrange(spread_s))
    pages = iter(range(1, 10_000))

    def somebody_works() -> None:
        page = next(pages)
        for number in chance.sample(sorted(listing.updated), 3) if page < 12 else ():
            listing.updated[number] = NOW + dt.timedelta(seconds=page)

    listing.between = somebody_works
    cursor = json.dumps({"since": (start - dt.timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")})
    numbers = {int(key.rpartition("#")[2]) for key in keys(tracker.changed(SHOP, cursor).tickets)}
    assert numbers == set(range(1, 451))


def test_pull_requests_are_left_out(server: Scripted, tracker: GitHubTracker) -> None:
    pull = issue_json(8, pull_request={"url": "…"})
    server.on("GET", ISSUES, Reply(body=[issue_json(7), pull]))
    cursor = tracker.changed(SHOP, "").cursor
    assert keys(tracker.changed(SHOP, cursor).tickets) == ["acme/shop#7"]
    assert keys(tracker.labelled(SHOP, "failure")) == ["acme/shop#7"]


def test_a_label_filter_that_a_server_ignores_does_no_harm(server: Scripted, tracker: GitHubTracker) -> None:
    server.on("GET", ISSUES, Reply(body=[issue_json(7), issue_json(8, labels=[])]))
    assert keys(tracker.labelled(SHOP, "FAILURE")) == ["acme/shop#7"]
