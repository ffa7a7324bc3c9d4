"""Tickets read by one GraphQL query: the same facts as by REST, in the fewest requests, and what happens where that
cannot be.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from connectors.errors import Denied, Gone, Limited, Refused, Temporary
from connectors.github.tracker import GitHubTracker
from connectors.sandbox.faults import Fault
from connectors.tracker import Draft, Link
from rules.facts import ActorKind, Audience, ChangeKind, Ticket
from rules.refs import TicketRef
from tests.connectors.github.company import SHOP, Company, new_tracker
from tests.connectors.github.conftest import MARKER, SEVEN, issue_json
from tests.connectors.github.scripted import Asked, Reply, Scripted

SHA = "0123456789abcdef0123456789abcdef01234567"


def asked(acme: Company) -> list[str]:
    """What was asked since the last time this was called, in short."""
    told = [f"{one.method} {one.path}" for one in acme.api.asked]
    acme.api.asked.clear()
    return told


def by_rest(acme: Company) -> GitHubTracker:
    """A tracker that remembers nothing, to which the server finds the query for whole tickets too much."""
    anew = new_tracker(acme.sandbox, "aftermath", 5, acme.waits)
    nodes_max, acme.api.graphql.nodes_max = acme.api.graphql.nodes_max, 100
    anew.fetch_tickets([acme.ref(acme.open("Only asked about"))])
    acme.api.graphql.nodes_max = nodes_max
    return anew


def rich(acme: Company) -> TicketRef:
    """A ticket to which everything happened, several things within a second."""
    opened = acme.tracker.open_ticket(Draft(SHOP, "Post-mortem", "What happened?", ("failure", "sev1"), "ben"), MARKER)
    key, site = opened.ref.key, acme.site
    secret = site.open_ticket("ada", "acme/vault", "Secret", "…")
    child, parent = acme.open("Child"), acme.open("Parent")
    steps: list[Callable[[], Any]] = [
        lambda: site.comment_on("ada", key, "On it."),
        lambda: acme.tracker.post_comment(opened.ref, "A reminder.", MARKER),
        lambda: site.comment_on("robo[bot]", key, "Deployed."),
        lambda: site.comment_on("eve", key, "Me too."),
        lambda: site.edit_comment("ada", site.ticket(key).comments[0].id, "On it, with ben."),
        lambda: site.set_body("ben", key, "At nine. " + site.ticket(key).body),
        lambda: site.set_body("robo[bot]", key, "At ten. " + site.ticket(key).body),
        lambda: site.add_label("robo[bot]", key, "late"),
        lambda: site.remove_label("ada", key, "failure"),
        lambda: site.assign("ada", key, ("ada", "tom")),
        lambda: site.set_title("ben", key, "Post-mortem of Monday"),
        lambda: site.reference("ben", key, SHA),
        lambda: site.reference("ben", key, "acme/shop/pull/12"),
        lambda: site.reference("ada", key, "#2"),
        lambda: site.reference("ada", key, secret.key),
        lambda: site.reference("ada", key, "acme/vault/pull/3"),
        lambda: site.lock_ticket("ada", key, True),
        lambda: site.lock_ticket("ada", key, False),
        lambda: acme.tracker.link(opened.ref, Link(acme.ref(child), str(child.uid), "", "", "sub-issue", "k")),
        lambda: site.add_sub_issue("ada", parent.key, opened_uid(acme, key)),
        lambda: site.close("ben", key, "not_planned"),
        lambda: site.reopen("aftermath", key),
        lambda: site.close("aftermath", key, "duplicate"),
    ]
    for number, step in enumerate(steps):
        acme.pass_time(number % 2)
        step()
    del site.accounts["eve"]
    return opened.ref


def opened_uid(acme: Company, key: str) -> int:
    return acme.site.ticket(key).uid


# --- the same facts ----------------------------------------------------------------------------


def test_a_ticket_is_the_same_whichever_way_it_was_read(acme: Company) -> None:
    """P2: ids of the history's entries too, since they become part of effects' keys."""
    ref = rich(acme)
    together, alone = acme.tracker.fetch_tickets([ref])[ref], by_rest(acme).fetch_ticket(ref)
    assert isinstance(together, Ticket)
    for field in dataclasses.fields(Ticket):
        assert getattr(together, field.name) == getattr(alone, field.name), field.name
    kinds = {change.kind for change in together.changes}
    untold = {ChangeKind.STATUS, ChangeKind.DUE, ChangeKind.PRIORITY}
    assert kinds == set(ChangeKind) - untold, "the story tells every kind that there is"
    assert len({change.id for change in together.changes}) == len(together.changes)
    assert {comment.author.kind for comment in together.comments} == set(ActorKind)
    assert (together.audience, together.marker, len(together.links)) == (Audience.PUBLIC, MARKER, 2)


def test_on_an_older_server_a_ticket_is_the_same_but_for_what_it_does_not_have(acme: Company) -> None:
    ref = rich(acme)
    acme.api.graphql.is_old = True
    old = new_tracker(acme.sandbox, "aftermath", 5, acme.waits).fetch_ticket(ref)
    now = by_rest(acme).fetch_ticket(ref)
    assert old.links == ()
    linked = [change.id for change in now.changes if change.id.startswith("sub_issue")]
    assert [change for change in now.changes if change.id not in linked] == list(old.changes)
    assert (old.comments, old.labels, old.status) == (now.comments, now.labels, now.status)


def test_an_issue_that_a_pull_request_was_made_of_is_gone(acme: Company) -> None:
    refs = [acme.ref(acme.open(f"Number {number}")) for number in range(2)]
    acme.site.ticket(refs[0].key).is_pull_request = True
    found = acme.tracker.fetch_tickets(refs)
    assert [type(one) for one in found.values()] == [Gone, Ticket]
    with pytest.raises(Gone, match="is a pull request"):
        acme.tracker.fetch_ticket(refs[0])


# --- the fewest requests ------------------------------------------------------------------------


def test_all_tickets_of_a_case_are_one_request_and_who_reads_them_is_told_with_them(acme: Company) -> None:
    refs = [acme.ref(acme.open(f"Number {number}")) for number in range(19)]
    refs.append(acme.ref(acme.site.open_ticket("ada", "acme/vault", "Secret", "…")))
    acme.tracker.who_we_are()
    asked(acme)
    found = acme.tracker.fetch_tickets(refs)
    assert asked(acme) == ["POST /graphql"]
    assert [ticket.ref for ticket in found.values() if isinstance(ticket, Ticket)] == refs
    assert acme.tracker.audience(SHOP) is Audience.PUBLIC
    assert asked(acme) == [], "within the hour that is not asked for again"
    assert [(cost.nodes, cost.points) for cost in acme.api.graphql.costs] == [(9_400, 1)]


def test_edits_of_a_text_cost_no_request_of_their_own(acme: Company) -> None:
    ref = acme.tracker.open_ticket(Draft(SHOP, "Post-mortem", "What happened?"), MARKER).ref
    acme.tracker.fetch_ticket(ref)  # what its organisation has is asked for once a day
    acme.pass_time(60)
    acme.site.set_body("ben", ref.key, "At nine.")
    asked(acme)
    (edit,) = [one for one in acme.tracker.fetch_ticket(ref).changes if one.kind is ChangeKind.DESCRIBED]
    assert (edit.actor.account, asked(acme)) == ("ben", ["POST /graphql"])


def test_more_than_twenty_tickets_are_asked_for_in_portions(acme: Company) -> None:
    refs = [acme.ref(acme.open(f"Number {number}")) for number in range(41)]
    acme.tracker.who_we_are()
    asked(acme)
    assert list(acme.tracker.fetch_tickets([*refs, refs[0]])) == refs
    assert asked(acme) == ["POST /graphql"] * 3


def test_nothing_of_an_address_is_part_of_a_query(acme: Company) -> None:
    """P11: values are variables, whatever they look like."""
    strange = TicketRef("github", 'acme/shop")#7')
    acme.tracker.who_we_are()
    found = acme.tracker.fetch_tickets([acme.ref(acme.open()), strange])
    assert isinstance(found[strange], Refused)
    (query,) = [one.json() for one in acme.api.asked if one.path == "/graphql"]
    assert "acme" not in query["query"]
    assert query["variables"] == {"o0": "acme", "n0": "shop", "i0": 1}


# --- where it cannot -----------------------------------------------------------------------------


def test_what_graphql_cannot_find_is_looked_for_by_rest_and_nothing_else_is(acme: Company) -> None:
    """An issue that moved is not there under its old number; one that is gone is gone by REST's word."""
    there, gone = acme.ref(acme.open()), TicketRef("github", "acme/shop#99")
    acme.tracker.who_we_are()
    asked(acme)
    found = acme.tracker.fetch_tickets([there, gone])
    assert isinstance(found[gone], Gone)
    assert asked(acme) == ["POST /graphql", "GET /repos/acme/shop/issues/99"]
    acme.tracker.fetch_tickets([gone])
    assert asked(acme) == ["GET /repos/acme/shop/issues/99"], "for ten minutes REST is asked at once"
    acme.pass_time(600)
    acme.tracker.fetch_tickets([gone])
    assert len(asked(acme)) == 2


def test_something_hidden_in_one_issue_keeps_nothing_from_the_others(server: Scripted, tracker: GitHubTracker) -> None:
    hidden = {"type": "FORBIDDEN", "path": ["t1", "issue", "timelineItems", "nodes", 0, "source"]}
    told = whole()
    told["data"]["t1"] = whole(number=8, id="I_8", fullDatabaseId="9008")["data"]["t0"]
    answering(server, {**told, "errors": [hidden]})
    eight = TicketRef("github", "acme/shop#8")
    server.on("GET", "/repos/acme/shop/issues/8", Reply(body=issue_json(8)))
    server.on("GET", "/repos/acme/shop/issues/8/timeline", Reply(body=[]))
    titles = {ref: one.title for ref, one in tracker.fetch_tickets([SEVEN, eight]).items() if isinstance(one, Ticket)}
    assert titles == {SEVEN: "By GraphQL", eight: "Checkout was down"}
    answering(server, whole())
    assert tracker.fetch_ticket(SEVEN).title == "By GraphQL", "the repository is not barred for it"


def test_a_repository_that_graphql_may_not_tell_of_is_read_by_rest_and_not_asked_about_again(
    server: Scripted, tracker: GitHubTracker
) -> None:
    """A fine-grained token or an App's installation may not reach it, while it reaches others."""
    answering(server, {"data": {"t0": None}, "errors": [{"type": "FORBIDDEN", "path": ["t0"]}]})
    eight = TicketRef("github", "acme/shop#8")
    server.on("GET", "/repos/acme/shop/issues/8", Reply(body=issue_json(8)))
    server.on("GET", "/repos/acme/shop/issues/8/timeline", Reply(body=[]))
    for ref in (SEVEN, eight, SEVEN):
        assert tracker.fetch_ticket(ref).title == "Checkout was down"
    assert server.count("POST", "/graphql") == 1


def test_a_refusal_is_remembered_for_ten_minutes_and_rest_reads_meanwhile(acme: Company) -> None:
    acme.api.graphql.is_refused = True
    refs = [acme.ref(acme.open(f"Number {number}")) for number in range(2)]
    for _ in range(3):
        assert [type(one) for one in acme.tracker.fetch_tickets(refs).values()] == [Ticket, Ticket]
    assert asked(acme).count("POST /graphql") == 1
    acme.api.graphql.is_refused = False
    acme.pass_time(600)
    acme.tracker.fetch_tickets(refs)
    assert asked(acme) == ["POST /graphql"]


def test_an_older_server_is_asked_for_less_and_that_is_remembered(acme: Company) -> None:
    acme.api.graphql.is_old = True
    ref = acme.ref(acme.open())
    acme.tracker.who_we_are()
    asked(acme)
    for _ in range(3):
        assert acme.tracker.fetch_ticket(ref).title == "Checkout was down"
    assert asked(acme) == ["POST /graphql"] * 4
    acme.api.graphql.is_old = False
    acme.pass_time(3600)
    acme.tracker.fetch_ticket(ref)
    assert asked(acme) == ["POST /graphql"], "it may have been upgraded, and is asked for all again"


def test_where_its_points_are_used_up_rest_reads_until_they_are_there_again(acme: Company) -> None:
    """They are a limit of their own."""
    ref = acme.ref(acme.open())
    acme.api.limits.points_per_hour = 1
    acme.tracker.fetch_ticket(ref)
    asked(acme)
    assert acme.tracker.fetch_ticket(ref).title == "Checkout was down"
    assert asked(acme)[0] == "POST /graphql"
    acme.pass_time(3000)
    assert acme.tracker.fetch_ticket(ref).title == "Checkout was down"
    assert "POST /graphql" not in asked(acme)
    acme.pass_time(600)
    acme.tracker.fetch_ticket(ref)
    assert asked(acme) == ["POST /graphql"]


def test_a_query_that_fails_is_asked_for_half_as_many_when_it_is_tried_again(acme: Company) -> None:
    """It may have been too much at once."""
    refs = [acme.ref(acme.open(f"Number {number}")) for number in range(4)]
    acme.tracker.who_we_are()
    acme.break_with(Fault("error-502", path="/graphql", times=3))
    with pytest.raises(Temporary):
        acme.tracker.fetch_tickets(refs)
    asked(acme)
    for queries in (2, 2):
        assert [type(one) for one in acme.tracker.fetch_tickets(refs).values()] == [Ticket] * 4
        assert asked(acme) == ["POST /graphql"] * queries


def test_where_half_as_many_fail_too_rest_reads_them_until_graphql_answers(acme: Company) -> None:
    """It is GraphQL that is away: each smaller try would cost a look, until one ticket was left."""
    refs = [acme.ref(acme.open(f"Number {number}")) for number in range(4)]
    acme.tracker.who_we_are()
    acme.break_with(Fault("error-502", path="/graphql"))
    with pytest.raises(Temporary):
        acme.tracker.fetch_tickets(refs)
    for wait_s in (0, 0, 700):  # what was noted is forgotten by then, and it is asked once before REST is again
        acme.pass_time(wait_s)
        assert [type(one) for one in acme.tracker.fetch_tickets(refs).values()] == [Ticket] * 4
    assert len(acme.waits) == 3 * 2, "three queries were tried three times each"
    acme.sandbox.faults.clear()
    acme.pass_time(600)
    asked(acme)
    acme.tracker.fetch_tickets(refs)
    assert asked(acme) == ["POST /graphql"]


def test_where_graphql_fails_for_one_ticket_after_the_other_rest_reads_the_next_at_once(acme: Company) -> None:
    """What hangs would else cost each ticket of each case three time limits, and with them its lease."""
    refs = [acme.ref(acme.open(f"Number {number}")) for number in range(4)]
    acme.tracker.who_we_are()
    acme.break_with(Fault("error-502", path="/graphql"))
    assert [acme.tracker.fetch_ticket(ref).ref for ref in refs] == refs
    assert len(acme.waits) == 2 * 2, "two tickets were tried three times each, and the others not at all"
    acme.tracker.fetch_ticket(refs[0])
    acme.tracker.fetch_tickets(refs)
    assert len(acme.waits) == 2 * 2
    acme.sandbox.faults.clear()
    acme.pass_time(600)
    asked(acme)
    acme.tracker.fetch_tickets(refs)
    assert asked(acme) == ["POST /graphql"]


def test_one_ticket_that_is_too_heavy_bars_no_other(acme: Company) -> None:
    heavy, light = (acme.ref(acme.open(title)) for title in ("Heavy", "Light"))
    acme.tracker.who_we_are()
    acme.break_with(Fault("error-502", path="/graphql", times=3))
    for _ in range(2):
        assert acme.tracker.fetch_ticket(heavy).ref == heavy
    asked(acme)
    acme.tracker.fetch_ticket(light)
    assert asked(acme) == ["POST /graphql"]


# --- strange answers -------------------------------------------------------------------------------


def answering(server: Scripted, told: Any) -> None:
    server.on("GET", "/repos/acme/shop/issues/7", Reply(body=issue_json()))
    server.on("GET", "/repos/acme/shop/issues/7/timeline", Reply(body=[]))
    server.on("POST", "/graphql", told if callable(told) else Reply(body=told))


def whole(**more: Any) -> dict[str, Any]:
    """An answer as GitHub gives it, of an issue that another title tells from REST's."""
    page = {"hasNextPage": False, "endCursor": None, "hasPreviousPage": False, "startCursor": None}
    nobody = {"nodes": [], "totalCount": 0, "pageInfo": page}
    at = "2026-11-02T08:00:00Z"
    issue = {
        "id": "I_7", "fullDatabaseId": "9007", "number": 7, "url": "https://github.com/acme/shop/issues/7",
        "title": "By GraphQL", "body": "For an hour.", "state": "OPEN", "stateReason": None, "createdAt": at,
        "updatedAt": at, "closedAt": None, "author": {"__typename": "User", "login": "ada"}, "labels": nobody,
        "assignees": nobody, "parent": None, "subIssues": nobody, "lastEditedAt": None, "editor": None,
        "userContentEdits": nobody, "comments": nobody, "timelineItems": nobody,
    }  # fmt: skip
    place = {"nameWithOwner": "acme/shop", "isPrivate": False, "visibility": "PUBLIC"}
    return {"data": {"t0": {**place, "issue": {**issue, **more}}}}


def test_an_answer_as_it_should_be_is_believed(server: Scripted, tracker: GitHubTracker) -> None:
    answering(server, whole())
    assert tracker.fetch_ticket(SEVEN).title == "By GraphQL"


PAGE = {"hasNextPage": True, "endCursor": "c", "hasPreviousPage": True, "startCursor": "s"}
STRANGE = [
    pytest.param({"data": {}}, id="nothing under the alias"),
    pytest.param({"data": {"t0": 7}}, id="a number for a repository"),
    pytest.param({"data": {"t0": []}}, id="a list for a repository"),
    pytest.param({"data": {"t0": {"issue": {}}}}, id="an empty issue"),
    pytest.param(whole(id=None, comments=None), id="no comments"),
    pytest.param(whole(comments={"nodes": None, "totalCount": 0, "pageInfo": PAGE}), id="null for a list"),
    pytest.param(whole(comments={"nodes": [3], "totalCount": 1, "pageInfo": PAGE}), id="a number for a comment"),
    pytest.param(whole(comments={"nodes": [], "totalCount": "many", "pageInfo": PAGE}), id="many for a number"),
    pytest.param(whole(comments={"nodes": [], "totalCount": 0, "pageInfo": {}}), id="no page info"),
    pytest.param(whole(comments={"nodes": [], "totalCount": 9, "pageInfo": PAGE}), id="pages that do not end"),
    pytest.param(whole(timelineItems={"nodes": [{}], "pageInfo": PAGE}), id="an event of no kind"),
    pytest.param(whole(timelineItems={"nodes": [], "pageInfo": PAGE}), id="events that do not end"),
    pytest.param(whole(createdAt="yesterday"), id="no moment"),
    pytest.param(whole(createdAt=None), id="null for a moment"),
    pytest.param(whole(fullDatabaseId="x", databaseId=None), id="no id"),
    pytest.param(whole(author=7), id="a number for an author"),
    pytest.param(whole(number=-7), id="a number that is none"),
    pytest.param(whole(state=None), id="no state"),
    pytest.param(whole(body=["text"]), id="a list for a text"),
    pytest.param(whole(labels={"nodes": ["bug"]}), id="a name for a label"),
    pytest.param(whole(subIssues={"nodes": [{"number": 1, "repository": None}]}), id="a sub-issue of nowhere"),
    pytest.param(whole(userContentEdits={}), id="no edits"),
    pytest.param(
        {**whole(), "errors": [{"type": "FORBIDDEN", "path": ["t0", "issue", "timelineItems", "nodes", 0]}]},
        id="something hidden in the middle",
    ),
    pytest.param({**whole(), "errors": [{"message": "odd", "path": ["t0"]}]}, id="an error of no kind"),
    pytest.param({"data": None, "errors": [{"type": "FORBIDDEN", "message": "no"}]}, id="refused as a whole"),
    pytest.param({"errors": [{"extensions": {"code": "undefinedField"}}]}, id="a schema that knows nothing"),
    pytest.param({"errors": [{"type": "RESOURCE_LIMITS_EXCEEDED"}]}, id="too much to look up"),
    pytest.param({"errors": [{"message": "Something went wrong"}]}, id="something went wrong"),
    pytest.param({"errors": "no"}, id="a word for errors"),
    pytest.param([], id="a list"),
    pytest.param("<html>Log in</html>", id="a login page"),
    pytest.param(7, id="a number"),
]


@pytest.mark.parametrize("told", STRANGE)
def test_what_is_not_in_githubs_form_is_read_by_rest(server: Scripted, tracker: GitHubTracker, told: Any) -> None:
    """Never an exception of another kind, and never a ticket made of half an answer."""
    answering(server, told)
    assert tracker.fetch_ticket(SEVEN).title == "Checkout was down"


@pytest.mark.parametrize("told", STRANGE)
def test_where_rest_is_away_too_the_ticket_is_not_known(server: Scripted, tracker: GitHubTracker, told: Any) -> None:
    answering(server, told)
    server.on("GET", "/repos/acme/shop/issues/7", Reply(502, {"message": "Bad gateway"}))
    with pytest.raises(Temporary):
        tracker.fetch_ticket(SEVEN)


def test_events_that_nobody_may_see_are_left_out(server: Scripted, tracker: GitHubTracker) -> None:
    page = {"hasNextPage": False, "endCursor": None, "hasPreviousPage": False, "startCursor": None}
    labelled = {"__typename": "LabeledEvent", "id": "E1", "createdAt": "2026-11-02T08:10:00Z", "actor": None}
    events = [None, {**labelled, "label": {"name": "failure"}}, {"__typename": "NewEvent", "id": "E2"}]
    answering(server, whole(timelineItems={"nodes": events, "pageInfo": page}))
    changes = tracker.fetch_ticket(SEVEN).changes
    assert [(change.kind, change.actor.account) for change in changes[1:]] == [(ChangeKind.LABELLED, "ghost")]


@pytest.mark.parametrize(
    ("place", "audience"),
    [
        pytest.param({"isPrivate": False, "visibility": "PUBLIC"}, Audience.PUBLIC, id="public"),
        pytest.param({"isPrivate": True, "visibility": "PRIVATE"}, Audience.INTERNAL, id="private"),
        pytest.param({"isPrivate": True, "visibility": "INTERNAL"}, Audience.INTERNAL, id="internal"),
        pytest.param({"isPrivate": False, "visibility": "INTERNAL"}, Audience.INTERNAL, id="one says so"),
        pytest.param({"isPrivate": None, "visibility": "PUBLIC"}, Audience.INTERNAL, id="one says nothing"),
        pytest.param({"isPrivate": False, "visibility": None}, Audience.INTERNAL, id="the other says nothing"),
    ],
)
def test_only_what_both_words_call_public_is_public(
    server: Scripted, tracker: GitHubTracker, place: dict[str, Any], audience: Audience
) -> None:
    """P14: whoever is silent widens no audience."""
    told = whole()
    told["data"]["t0"] |= place
    answering(server, told)
    assert tracker.fetch_ticket(SEVEN).audience is audience


def test_a_credential_that_is_wrong_is_said_by_rest(server: Scripted, tracker: GitHubTracker) -> None:
    tracker.who_we_are()
    refused = Reply(401, {"message": "Bad credentials"})
    answering(server, lambda _: refused)
    server.on("GET", "/repos/acme/shop/issues/7", refused)
    with pytest.raises(Denied):
        tracker.fetch_ticket(SEVEN)


def test_a_secondary_limit_speaks_for_rest_too(server: Scripted, tracker: GitHubTracker) -> None:
    limit = Reply(403, {"message": "You have exceeded a secondary rate limit."}, {"Retry-After": "30"})

    def told(_: Asked) -> Reply:
        return limit

    answering(server, told)
    with pytest.raises(Limited):
        tracker.fetch_ticket(SEVEN)
    assert server.count("GET", "/repos/acme/shop/issues/7") == 0
