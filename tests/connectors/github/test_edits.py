"""Edits of an issue's text where REST reads it: who made them and when, what asking costs, and what is known where
nobody tells. That the query for whole tickets brings the same is told in `test_together`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from connectors.errors import Limited, Temporary
from connectors.github.edits import NOBODY
from connectors.github.tracker import GitHubTracker
from connectors.sandbox.faults import Fault
from connectors.tracker import Draft
from rules.facts import Actor, ActorKind, Change, ChangeKind, Ticket
from rules.refs import TicketRef
from tests.connectors.github.company import SHOP, Company, company, new_tracker
from tests.connectors.github.conftest import MARKER, NOW, SEVEN, issue_json
from tests.connectors.github.scripted import Asked, Reply, Scripted

ISSUE = "/repos/acme/shop/issues/7"


def edits(ticket: Ticket) -> list[Change]:
    return [change for change in ticket.changes if change.kind is ChangeKind.DESCRIBED]


def editors(ticket: Ticket) -> list[tuple[str, float]]:
    """Who edited, and how many seconds after the beginning."""
    return [(change.actor.account, (change.at - NOW).total_seconds()) for change in edits(ticket)]


@pytest.fixture
def acme() -> Iterator[Company]:
    """A server that finds the query for whole tickets too much, so that REST reads them."""
    with company() as running:
        running.api.graphql.nodes_max = 100
        yield running


def asked(acme: Company) -> int:
    """How often GraphQL was asked for edits."""
    return sum(one.path == "/graphql" and b"...Ticket" not in one.body for one in acme.api.asked)


def asked_at(server: Scripted) -> int:
    """The same of a scripted server."""
    return sum(one.path == "/graphql" and "...Ticket" not in one.body["query"] for one in server.asked)


def opened_by_us(acme: Company) -> TicketRef:
    return acme.tracker.open_ticket(Draft(SHOP, "Post-mortem", "What happened?", ()), MARKER).ref


def edit(acme: Company, ref: TicketRef, text: str, who: str = "ben", after_s: float = 60) -> None:
    acme.pass_time(after_s)
    acme.site.set_body(who, ref.key, text)


# --- what is told ------------------------------------------------------------------------------


def test_each_edit_is_told_with_its_author_and_its_moment(acme: Company) -> None:
    ref = opened_by_us(acme)
    edit(acme, ref, "First.")
    edit(acme, ref, "Second.", "robo[bot]")
    edit(acme, ref, "Third.", "ada")
    ticket = acme.tracker.fetch_ticket(ref)
    assert editors(ticket) == [("ben", 60), ("robo[bot]", 120), ("ada", 180)]
    assert [change.actor.kind for change in edits(ticket)] == [ActorKind.PERSON, ActorKind.BOT, ActorKind.PERSON]
    assert [change.is_progress for change in edits(ticket)] == [True, False, True]
    assert edits(ticket)[0].id == "edited-2026-11-02T09:01:00Z"
    assert list(ticket.changes) == sorted(ticket.changes, key=lambda change: change.at)


def test_the_opening_is_no_edit(acme: Company) -> None:
    """GitHub lists it among the edits once there is one."""
    ref = acme.ref(acme.open())
    edit(acme, ref, "Since nine.")
    acme.tracker.post_comment(ref, "A reminder.", MARKER)
    assert editors(acme.tracker.fetch_ticket(ref)) == [("ben", 60)]


def test_of_very_many_edits_the_newest_are_told(acme: Company) -> None:
    ref = opened_by_us(acme)
    for number in range(60):
        edit(acme, ref, f"Version {number}.")
    told = editors(acme.tracker.fetch_ticket(ref))
    assert (len(told), told[-1]) == (50, ("ben", 3600))


def test_whoever_is_gone_from_github_edited_as_its_ghost(server: Scripted, tracker: GitHubTracker) -> None:
    _scripted(server, {"lastEditedAt": "2026-11-02T08:20:00Z", "editor": None, "userContentEdits": {"nodes": [None]}})
    (change,) = edits(tracker.fetch_ticket(SEVEN))
    assert change.actor == Actor("ghost", "ghost")


def test_the_last_edit_is_known_however_a_server_orders_them(server: Scripted, tracker: GitHubTracker) -> None:
    oldest = {"editedAt": "2026-11-02T08:05:00Z", "editor": {"__typename": "User", "login": "ben"}}
    last = {"lastEditedAt": "2026-11-02T08:20:00Z", "editor": {"__typename": "Bot", "login": "aftermath"}}
    _scripted(server, {**last, "userContentEdits": {"nodes": [oldest]}})
    told = edits(tracker.fetch_ticket(SEVEN))
    assert [(change.actor.account, change.actor.kind) for change in told] == [
        ("ben", ActorKind.PERSON),
        ("aftermath[bot]", ActorKind.BOT),
    ]


# --- what it costs -----------------------------------------------------------------------------


def test_a_ticket_that_nobody_edited_costs_what_it_did(acme: Company) -> None:
    """Two requests: neither a failure as it was reported nor what we opened is asked about."""
    failure, mortem = acme.ref(acme.open(labels=("failure",))), opened_by_us(acme)
    for ref in (failure, mortem) * 2:
        acme.tracker.fetch_ticket(ref)
        acme.pass_time(60)
        acme.site.comment_on("ben", ref.key, "Looking.")
        acme.tracker.post_comment(ref, "A reminder.", MARKER)
    assert asked(acme) == 0


def test_an_edit_is_asked_for_once_and_not_at_every_look(acme: Company) -> None:
    ref = opened_by_us(acme)
    edit(acme, ref, "First.")
    for _ in range(3):
        assert editors(acme.tracker.fetch_ticket(ref)) == [("ben", 60)]
        acme.pass_time(60)
        acme.site.comment_on("ben", ref.key, "Written.")
    assert asked(acme) == 1


def test_an_edit_is_known_though_a_comment_came_after_it(acme: Company) -> None:
    """Nobody may have looked between the two."""
    ref = opened_by_us(acme)
    edit(acme, ref, "First.")
    acme.pass_time(60)
    acme.site.comment_on("ben", ref.key, "Written.")
    assert editors(acme.tracker.fetch_ticket(ref)) == [("ben", 60)]


def test_a_text_that_was_put_back_was_edited_all_the_same(acme: Company) -> None:
    ref = opened_by_us(acme)
    first = str(acme.site.ticket(ref.key).body)
    acme.tracker.fetch_ticket(ref)
    edit(acme, ref, "First.")
    edit(acme, ref, first)
    assert editors(acme.tracker.fetch_ticket(ref)) == [("ben", 60), ("ben", 120)]


def test_a_new_process_asks_once_where_something_of_ours_stands(acme: Company) -> None:
    """P4: what it knows does not hang on which process looks."""
    ours, theirs = opened_by_us(acme), acme.ref(acme.open())
    for ref in (ours, theirs):
        edit(acme, ref, "First.")
        acme.pass_time(60)
        acme.site.comment_on("ada", ref.key, "Written.")
    anew = new_tracker(acme.sandbox, "aftermath", 5, acme.waits)
    assert [len(edits(anew.fetch_ticket(ref))) for ref in (ours, theirs)] == [1, 0]
    assert asked(acme) == 1
    anew.post_comment(theirs, "A reminder.", MARKER)
    assert [len(edits(anew.fetch_ticket(ref))) for ref in (ours, theirs)] == [1, 1]
    assert asked(acme) == 2


# --- where nobody tells ------------------------------------------------------------------------


def test_where_graphql_is_refused_an_edit_is_known_by_its_moment_and_is_nobodys(acme: Company) -> None:
    """Enough to let a text rest; never progress (P5)."""
    acme.api.graphql.is_refused = True
    ref = opened_by_us(acme)
    edit(acme, ref, "First.")
    ticket = acme.tracker.fetch_ticket(ref)
    assert edits(ticket) == [
        Change("edited-2026-11-02T09:01:00Z", NOW + dt.timedelta(seconds=60), NOBODY, ChangeKind.DESCRIBED)
    ]
    assert not any(change.is_progress for change in edits(ticket))
    acme.pass_time(60)
    acme.site.comment_on("ben", ref.key, "Written.")
    assert acme.tracker.fetch_ticket(ref).changes == ticket.changes, "a comment after it does not make it unknown"


def test_a_refusal_is_asked_about_again_after_some_minutes(acme: Company) -> None:
    acme.api.graphql.is_refused = True
    ref = opened_by_us(acme)
    for number in range(3):
        edit(acme, ref, f"Version {number}.")
        acme.tracker.fetch_ticket(ref)
    assert acme.sandbox.counts.route("github", "POST", "/graphql") == 1
    acme.api.graphql.is_refused = False
    acme.pass_time(600)
    assert editors(acme.tracker.fetch_ticket(ref)) == [("ben", 60), ("ben", 120), ("ben", 180)]
    assert asked(acme) == 1


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(404, {"message": "Not Found"}), id="a server without it"),
        pytest.param(Reply(403, "<html>Blocked by policy</html>"), id="a proxy that lets none through"),
        pytest.param(Reply(body={"data": None, "errors": [{"type": "FORBIDDEN", "message": "no"}]}), id="a token"),
        pytest.param(
            Reply(body={"errors": [{"extensions": {"code": "undefinedField"}, "message": "no such field"}]}),
            id="an older schema",
        ),
    ],
)
def test_whatever_refuses_graphql_a_ticket_is_read(server: Scripted, tracker: GitHubTracker, reply: Reply) -> None:
    _scripted(server)
    server.on("POST", "/graphql", reply)
    (change,) = edits(tracker.fetch_ticket(SEVEN))
    assert change.actor == NOBODY
    assert asked_at(server) <= 1
    before = server.count("POST", "/graphql")
    tracker.fetch_ticket(SEVEN)
    assert server.count("POST", "/graphql") == before, "nobody asks again and again"


@pytest.mark.parametrize(
    ("reply", "error", "tries"),
    [
        pytest.param(Reply(502, {"message": "Bad gateway"}), Temporary, 3, id="a server in trouble"),
        pytest.param(Reply(cut=True), Temporary, 3, id="a cut connection"),
        pytest.param(Reply(body={"data": None, "errors": [{"message": "Timed out"}]}), Temporary, 3, id="no reason"),
        pytest.param(Reply(body={"data": {"repository": None}}), Temporary, 1, id="nothing"),
        pytest.param(
            Reply(body={"errors": [{"type": "RATE_LIMITED", "message": "slow down"}]}), Limited, 1, id="a limit"
        ),
    ],
)
def test_a_failure_that_may_pass_is_no_edit_that_nobody_made(
    server: Scripted, tracker: GitHubTracker, reply: Reply, error: type[Temporary], tries: int
) -> None:
    """P5: progress that is not told for a moment must not be taken for none; the ticket is read again later."""
    _scripted(server)
    server.on("POST", "/graphql", reply)
    with pytest.raises(error):
        tracker.fetch_ticket(SEVEN)
    assert asked_at(server) == tries


_SPENT = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(NOW.timestamp()) + 90)}


@pytest.mark.parametrize(
    ("status", "headers", "wait_s"),
    [
        pytest.param(200, _SPENT, 90, id="200-until-reset"),
        pytest.param(200, {"Retry-After": "17"}, 17, id="200-seconds"),
        pytest.param(200, {"Retry-After": "17", **_SPENT}, 17, id="200-both"),
        pytest.param(200, {}, None, id="200-without-a-time"),
        pytest.param(403, {"Retry-After": "17"}, 17, id="403-seconds"),
        pytest.param(403, _SPENT, 90, id="403-until-reset"),
        pytest.param(429, {}, None, id="429-without-anything"),
    ],
)
def test_a_limit_of_graphql_names_its_end_where_it_does(
    server: Scripted, tracker: GitHubTracker, status: int, headers: dict[str, str], wait_s: int | None
) -> None:
    _scripted(server)
    body = {"errors": [{"type": "RATE_LIMITED", "message": "slow down"}]}
    server.on("POST", "/graphql", Reply(status, body, headers))
    with pytest.raises(Limited) as limited:
        tracker.fetch_ticket(SEVEN)
    assert limited.value.retry_after_s == wait_s


def test_nothing_of_a_ticket_is_part_of_the_query(server: Scripted, tracker: GitHubTracker) -> None:
    """P11: names go beside it, as variables."""
    queries: list[Asked] = []

    def answered(one: Asked) -> Reply:
        if "...Ticket" in one.body["query"]:
            return Reply(body={"data": {}})
        queries.append(one)
        nothing = {"lastEditedAt": None, "editor": None, "userContentEdits": {"nodes": []}}
        return Reply(body={"data": {"repository": {"issue": nothing}}})

    _scripted(server)
    server.on("POST", "/graphql", answered)
    tracker.fetch_ticket(SEVEN)
    assert "acme" not in queries[0].body["query"]
    assert queries[0].body["variables"] == {"owner": "acme", "name": "shop", "number": 7}


def test_a_write_is_never_taken_for_the_question(acme: Company) -> None:
    """The question is sent by POST and is a read all the same: it is counted and tried again as one."""
    ref = opened_by_us(acme)
    edit(acme, ref, "First.")
    before = acme.tracker.requests.snapshot()
    acme.break_with(Fault("error-502", path="/graphql", skip=1, times=2))
    acme.tracker.fetch_ticket(ref)
    reads, writes = acme.tracker.requests.snapshot().since(before)
    # The query for whole tickets, the repository's audience and its organisation's fields among them.
    assert (reads, writes) == (8, 0)


def _scripted(server: Scripted, issue: object = None) -> None:
    """Issue 7 was updated at half past eight, and nothing in its history says by what."""
    server.on("GET", ISSUE, Reply(body=issue_json(updated_at="2026-11-02T08:30:00Z")))
    server.on("GET", f"{ISSUE}/timeline", Reply(body=[]))
    server.on("POST", "/graphql", Reply(body={"data": {"repository": {"issue": issue}}}))
