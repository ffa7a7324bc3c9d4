"""Threads of hundreds of comments: read whole, page by page, and cheaply the second time without missing anything."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from connectors.github.threads import Thread, Threads, Unrolled
from rules.facts import Comment, Ticket
from rules.refs import TicketRef
from tests.connectors.github.company import Company, new_tracker
from tests.connectors.github.conftest import NOW

GRAPHQL = ("github", "POST", "/graphql")


def long_thread(acme: Company, comments: int = 350, title: str = "Checkout was down") -> TicketRef:
    """A comment a minute."""
    ref = acme.ref(acme.open(title))
    for number in range(comments):
        acme.pass_time(60)
        acme.site.comment_on("ben", ref.key, f"Comment {number}")
    return ref


def read(acme: Company, ref: TicketRef) -> tuple[Ticket, int]:
    """The ticket, and in how many requests it was read."""
    acme.tracker.who_we_are()
    before = len(acme.api.asked)
    return acme.tracker.fetch_ticket(ref), len(acme.api.asked) - before


def as_read_anew(acme: Company, ref: TicketRef) -> Ticket:
    """By a process that remembers nothing."""
    return new_tracker(acme.sandbox, "aftermath", 5, acme.waits).fetch_ticket(ref)


def middle(acme: Company, ref: TicketRef) -> int:
    return acme.site.ticket(ref.key).comments[150].id


def bodies(ticket: Ticket) -> list[str]:
    return [comment.body for comment in ticket.comments]


def test_every_page_is_read_once_and_an_unchanged_thread_costs_none_again(acme: Company) -> None:
    """The least: a page for each hundred that is not known, and one request to see that nothing has changed."""
    ref = long_thread(acme)
    first, requests = read(acme, ref)
    assert (bodies(first), requests) == ([f"Comment {number}" for number in range(350)], 4)
    again, requests = read(acme, ref)
    assert (again, requests) == (first, 1)


def test_exactly_a_page_is_one_request(acme: Company) -> None:
    ref = long_thread(acme, 100)
    assert read(acme, ref)[1] == 1
    acme.site.comment_on("ben", ref.key, "One more")
    ticket, requests = read(acme, ref)
    assert (len(ticket.comments), requests) == (101, 2)


def test_what_is_new_costs_no_page(acme: Company) -> None:
    ref = long_thread(acme)
    read(acme, ref)
    acme.pass_time(60)
    acme.site.comment_on("ada", ref.key, "One more")
    acme.site.add_label("ada", ref.key, "sev1")
    ticket, requests = read(acme, ref)
    assert (bodies(ticket)[-1], ticket.labels, requests) == ("One more", ("sev1",), 1)
    assert ticket == as_read_anew(acme, ref)


def test_an_edit_in_the_middle_is_seen_and_costs_no_page(acme: Company) -> None:
    """A command that was edited away must not run on (P4)."""
    ref = long_thread(acme)
    read(acme, ref)
    acme.pass_time(60)
    acme.site.edit_comment("ben", middle(acme, ref), "Edited")
    ticket, requests = read(acme, ref)
    assert (bodies(ticket)[150], ticket.comments[150].edited_at, requests) == ("Edited", acme.sandbox.clock.now(), 1)
    assert ticket == as_read_anew(acme, ref)


def test_an_edit_in_the_second_of_the_last_reading_is_seen(acme: Company) -> None:
    """GitHub's moments are whole seconds: two edits in one look alike."""
    ref = long_thread(acme)
    for text in ("Edited", "Edited again"):
        acme.site.edit_comment("ben", middle(acme, ref), text)
        ticket, _ = read(acme, ref)
        assert bodies(ticket)[150] == text


def test_a_deletion_in_the_middle_is_seen(acme: Company) -> None:
    """It moves no other comment's time: the number of all tells it, and then every page is looked at."""
    ref = long_thread(acme)
    read(acme, ref)
    acme.pass_time(60)
    acme.site.delete_comment("ben", middle(acme, ref))
    ticket, requests = read(acme, ref)
    assert (len(ticket.comments), "Comment 150" in bodies(ticket), requests) == (349, False, 4)
    assert read(acme, ref) == (ticket, 1)
    assert ticket == as_read_anew(acme, ref)


@pytest.mark.parametrize("written", [1, 2, 99, 100, 250])
def test_a_deletion_is_seen_however_many_were_written_meanwhile(acme: Company, written: int) -> None:
    """One came, one went: the number of all alone would not tell."""
    ref = long_thread(acme)
    read(acme, ref)
    acme.site.delete_comment("ben", middle(acme, ref))
    for number in range(written):
        acme.pass_time(5)
        acme.site.comment_on("ada", ref.key, f"Later {number}")
    ticket, _ = read(acme, ref)
    assert (len(ticket.comments), "Comment 150" in bodies(ticket)) == (349 + written, False)
    assert ticket == as_read_anew(acme, ref)


def test_a_deletion_of_what_came_last_is_seen(acme: Company) -> None:
    ref = long_thread(acme)
    read(acme, ref)
    acme.site.delete_comment("ben", acme.site.ticket(ref.key).comments[-1].id)
    assert bodies(read(acme, ref)[0])[-1] == "Comment 348"


def test_more_news_than_a_page_holds_is_read_to_where_it_is_known(acme: Company) -> None:
    ref = long_thread(acme)
    read(acme, ref)
    for number in range(150):
        acme.pass_time(5)
        acme.site.comment_on("ada", ref.key, f"Later {number}")
    ticket, requests = read(acme, ref)
    assert (len(ticket.comments), requests) == (500, 2)
    assert ticket == as_read_anew(acme, ref)


def test_a_long_history_is_read_whole_and_known_the_second_time(acme: Company) -> None:
    ref = acme.ref(acme.open())
    for _ in range(130):
        acme.pass_time(60)
        acme.site.add_label("ben", ref.key, "on-and-off")
        acme.site.remove_label("ben", ref.key, "on-and-off")
    first, requests = read(acme, ref)
    assert (len(first.changes), requests) == (261, 3)
    assert read(acme, ref) == (first, 1)
    acme.site.close("ada", ref.key)
    ticket, requests = read(acme, ref)
    assert (len(ticket.changes), requests) == (262, 1)
    assert ticket == as_read_anew(acme, ref)
    acme.api.graphql.is_refused = True
    assert as_read_anew(acme, ref) == ticket, "ids count on however far back somebody looks"


def test_pages_of_several_threads_share_their_requests(acme: Company) -> None:
    """As many as the longest one needs."""
    refs = [long_thread(acme, comments, f"With {comments}") for comments in (350, 120, 20)]
    acme.tracker.who_we_are()
    before = acme.sandbox.counts.route(*GRAPHQL)
    found = acme.tracker.fetch_tickets(refs)
    assert acme.sandbox.counts.route(*GRAPHQL) - before == 4
    assert [len(one.comments) for one in found.values() if isinstance(one, Ticket)] == [350, 120, 20]


def test_what_moves_no_comments_time_is_seen_within_the_hour(acme: Company) -> None:
    ref = long_thread(acme, 250)
    read(acme, ref)
    del acme.site.accounts["ben"]
    acme.pass_time(3600)
    ticket, requests = read(acme, ref)
    assert ({comment.author.account for comment in ticket.comments}, requests) == ({"ghost"}, 3)


def test_an_hour_is_an_hour_although_it_was_looked_at_meanwhile(acme: Company) -> None:
    ref = long_thread(acme, 250)
    for _ in range(4):
        read(acme, ref)
        acme.pass_time(1000)
    assert read(acme, ref)[1] == 3


def test_by_rest_a_thread_is_read_whole_too(acme: Company) -> None:
    ref = long_thread(acme, 250)
    acme.api.graphql.is_refused = True
    first, second = read(acme, ref), read(acme, ref)
    assert first[0] == second[0]
    assert [len(first[0].comments), first[1], second[1]] == [250, 6, 4]
    assert acme.sandbox.counts.unchanged("github", "aftermath") == 4, "all of the second reading was free"


def test_comments_that_come_while_pages_are_read_are_no_riddle(acme: Company) -> None:
    """The next page begins where the list has moved to: what was doubled is known, what came is seen the next time."""
    ref = long_thread(acme, 250)
    handle = acme.api.graphql.answer

    def busy(request: Any) -> Any:
        answer = handle(request)
        acme.site.comment_on("eve", ref.key, "Me too")
        return answer

    acme.api.handle = _with(acme, busy)  # type: ignore[method-assign]
    ticket, _ = read(acme, ref)
    written = [comment for comment in ticket.comments if comment.author.account == "ben"]
    assert len(written) == 250


def _with(acme: Company, busy: Any) -> Any:
    plain = acme.api.handle
    return lambda request: busy(request) if request.path == "/graphql" else plain(request)


# --- the memory ---------------------------------------------------------------------------------


def thread(chars: int = 0) -> Thread:
    return Thread({1: {"body": "x" * chars, "updatedAt": ""}}, {}, NOW)


def test_the_memory_is_bounded_by_threads_and_by_size() -> None:
    threads = Threads(threads_max=2, chars_max=10_000)
    for name in ("one", "two"):
        threads.put(name, thread())
    assert threads.get("one", NOW)
    threads.put("three", thread())
    assert [bool(threads.get(name, NOW)) for name in ("one", "two", "three")] == [True, False, True]
    threads.put("large", thread(9_000))
    assert (len(threads), bool(threads.get("large", NOW))) == (2, True)
    threads.put("too large", thread(10_000))
    assert (len(threads), threads.get("too large", NOW)) == (2, None)
    threads.put("larger", thread(9_500))
    assert len(threads) == 1


@pytest.mark.parametrize("at", [NOW + dt.timedelta(hours=1), NOW - dt.timedelta(seconds=1)])
def test_a_thread_is_kept_for_an_hour_and_no_longer_where_a_clock_was_set_back(at: dt.datetime) -> None:
    threads = Threads()
    threads.put("one", thread())
    assert (bool(threads.get("one", NOW)), threads.get("one", at)) == (True, None)


def test_pages_that_do_not_hold_as_many_as_there_are_are_not_believed() -> None:
    def page(number: int, total: int, *, is_last: bool) -> dict[str, Any]:
        node = {"fullDatabaseId": str(number), "updatedAt": "2026-11-02T08:00:00Z"}
        return {"nodes": [node], "totalCount": total, "pageInfo": {"hasNextPage": not is_last, "endCursor": "c"}}

    unrolled = Unrolled(None)
    unrolled.add_comments(page(1, 3, is_last=False))
    with pytest.raises(ValueError, match="between two pages"):
        unrolled.add_comments(page(2, 3, is_last=True))


def test_a_comments_author_and_moments_come_from_its_page(acme: Company) -> None:
    ref = long_thread(acme, 120)
    first = read(acme, ref)[0].comments[0]
    assert (first.author.account, first.at) == ("ben", NOW + dt.timedelta(seconds=60))
    assert isinstance(first, Comment)
