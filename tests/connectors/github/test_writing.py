"""What GitHubTracker writes, and what it finds again after an answer that said nothing."""

from __future__ import annotations

import pytest

from connectors.errors import Gone, Refused
from connectors.github.tracker import GitHubTracker
from connectors.tracker import TWIN_LABEL, Draft, Link
from rules.facts import ChangeKind, Marker, Resolution, TicketLink
from rules.refs import TicketRef
from tests.connectors.github.company import SHOP, Company
from tests.connectors.github.conftest import MARKER, SEVEN, issue_json
from tests.connectors.github.scripted import Reply, Scripted

OTHER = Marker(case=MARKER.case, key="zzzzzzzzzz234567zzzz", kind="action", extra="item")


# --- writing -----------------------------------------------------------------------------------


def draft(**more: object) -> Draft:
    fields: dict[str, object] = {"place": SHOP, "title": "Post-mortem", "body": "What happened?", **more}
    return Draft(**fields)  # type: ignore[arg-type]


def test_a_ticket_is_opened_in_one_write_with_marker_and_label(acme: Company) -> None:
    """P1: a plain listing by our label finds it again."""
    acme.tracker.who_we_are()
    acme.site.places["acme/shop"].labels |= {"aftermath": "5b7083", "Post-Mortem": "7d6b9e"}
    before = acme.tracker.requests.snapshot()
    found = acme.tracker.open_ticket(draft(labels=("post-mortem",), assignee="ben"), MARKER)
    assert acme.tracker.requests.snapshot().since(before) == (1, 1), "the labels are listed once"
    assert found.marker == MARKER
    assert found.labels == ("aftermath", "Post-Mortem")
    ticket = acme.tracker.fetch_ticket(found.ref)
    assert (ticket.marker, ticket.body) == (MARKER, "What happened?")
    assert [actor.account for actor in ticket.assignees] == ["ben"]
    assert [again.ref for again in acme.tracker.labelled(SHOP, "aftermath")] == [found.ref]


def test_somebody_who_cannot_be_assigned_does_not_keep_a_ticket_from_being_opened(acme: Company) -> None:
    found = acme.tracker.open_ticket(draft(assignee="stranger"), MARKER)
    assert acme.tracker.fetch_ticket(found.ref).assignees == ()
    assert len(acme.site.in_place("acme/shop")) == 1


def test_a_long_title_and_body_are_cut_to_what_github_takes(acme: Company) -> None:
    found = acme.tracker.open_ticket(draft(title="Very\nlongish " * 100, body="ö" * 70_000), MARKER)
    ticket = acme.tracker.fetch_ticket(found.ref)
    assert ticket.title.startswith("Very longish Very")
    assert len(ticket.title) <= 256
    assert ticket.title.endswith("…")
    assert ticket.marker == MARKER
    assert "shortened" in ticket.body


def test_texts_mention_exactly_those_meant(acme: Company) -> None:
    ref = acme.ref(acme.open())
    acme.tracker.post_comment(ref, "[Ben B.](mention:ben), not @everyone.", MARKER)
    assert acme.site.ticket(ref.key).comments[0].body.startswith("@ben, not @\N{ZERO WIDTH SPACE}everyone.\n")


def test_a_refused_ticket_is_refused_with_githubs_reason(acme: Company) -> None:
    with pytest.raises(Refused, match="title missing_field"):
        acme.tracker.open_ticket(draft(title=" "), MARKER)
    assert acme.site.in_place("acme/shop") == []


def test_a_comment_that_is_gone_cannot_be_edited(acme: Company) -> None:
    ref = acme.ref(acme.open())
    comment = acme.tracker.post_comment(ref, "Hello", MARKER)
    acme.tracker.retract_comment(ref, comment)
    with pytest.raises(Gone):
        acme.tracker.edit_comment(ref, comment, "Hello again", MARKER)


def test_a_comment_is_retracted_once_and_again(acme: Company) -> None:
    ref = acme.ref(acme.open())
    comment = acme.tracker.post_comment(ref, "Hello", MARKER)
    acme.tracker.retract_comment(ref, comment)
    acme.tracker.retract_comment(ref, comment)
    assert acme.site.ticket(ref.key).comments == []


def test_a_label_is_put_on_once_and_again(acme: Company) -> None:
    ref = acme.ref(acme.open())
    acme.tracker.add_label(ref, "needs owner: soon")
    acme.tracker.add_label(ref, "needs owner: soon")
    assert acme.tracker.fetch_ticket(ref).labels == ("needs owner: soon",)


def test_an_assignee_joins_those_there(acme: Company) -> None:
    opened = acme.open()
    acme.site.assign("ada", opened.key, ("ben",))
    acme.tracker.assign(acme.ref(opened), "tom")
    assert acme.site.ticket(opened.key).assignees == ["ben", "tom"]


def test_somebody_who_cannot_be_assigned_is_refused(acme: Company) -> None:
    with pytest.raises(Refused):
        acme.tracker.assign(acme.ref(acme.open()), "stranger")


def sub_issue(target: TicketRef, uid: object, relation: str = "sub-issue") -> Link:
    return Link(target, str(uid), "https://example.org", "A title", relation, "key")


def test_an_action_becomes_a_sub_issue_once_and_again(acme: Company) -> None:
    parent, child = acme.open(), acme.open("Add an alarm")
    for _ in range(2):
        acme.tracker.link(acme.ref(parent), sub_issue(acme.ref(child), child.uid))
    assert acme.tracker.fetch_ticket(acme.ref(child)).links == (TicketLink(parent.key, "parent"),)
    above = acme.tracker.fetch_ticket(acme.ref(parent))
    assert above.links == (TicketLink(child.key, "sub-issue"),)
    assert (above.changes[-1].kind, above.changes[-1].new) == (ChangeKind.LINKED, child.key)


def test_a_child_of_somebody_elses_is_not_taken_away(acme: Company) -> None:
    """P12: what people arranged is theirs."""
    parent, child, other = acme.open(), acme.open("Add an alarm"), acme.open("Another")
    acme.site.add_sub_issue("ada", other.key, child.uid)
    with pytest.raises(Refused, match="one parent"):
        acme.tracker.link(acme.ref(parent), sub_issue(acme.ref(child), child.uid))


@pytest.mark.parametrize(
    "link",
    [
        pytest.param(sub_issue(TicketRef("github", "acme/shop#2"), 5, "relates"), id="another-relation"),
        pytest.param(sub_issue(TicketRef("jira", "OPS-1"), 5), id="another-tracker"),
        pytest.param(sub_issue(TicketRef("github", "acme-safety/shop#2"), 5), id="another-owner"),
    ],
)
def test_a_link_that_only_stands_in_texts_costs_nothing(acme: Company, link: Link) -> None:
    assert acme.tracker.link(acme.ref(acme.open()), link) is False
    assert acme.tracker.requests.snapshot() == (0, 0)


def test_a_twin_is_labelled_and_closed_as_a_duplicate(acme: Company) -> None:
    """P3: a write that turned up late after all."""
    original, twin = (acme.tracker.open_ticket(draft(), MARKER).ref for _ in range(2))
    for _ in range(2):
        acme.tracker.close_twin(twin, original)
    ticket = acme.tracker.fetch_ticket(twin)
    assert TWIN_LABEL in ticket.labels
    assert ticket.resolution is Resolution.DUPLICATE
    kinds = [change.kind for change in ticket.changes]
    assert kinds.count(ChangeKind.CLOSED) == 1
    assert kinds.index(ChangeKind.CLOSED) == len(kinds) - 1


# --- reading back ------------------------------------------------------------------------------


def test_a_ticket_is_found_again_by_its_key_from_the_bookmark_on(acme: Company) -> None:
    acme.tracker.open_ticket(draft(), MARKER)
    acme.pass_time(3600)
    bookmark = acme.tracker.bookmark(SHOP)
    first, second = (acme.tracker.open_ticket(draft(), MARKER).ref for _ in range(2))
    acme.tracker.open_ticket(draft(), OTHER)
    found = acme.tracker.find_opened(SHOP, MARKER.key, bookmark)
    assert [each.ref for each in found] == [first, second]


def test_looking_for_a_ticket_reads_no_further_than_the_bookmark(acme: Company) -> None:
    for number in range(250):
        acme.open(f"Old {number}")
    acme.pass_time(3600)
    acme.tracker.who_we_are()
    before = acme.tracker.requests.snapshot()
    assert acme.tracker.find_opened(SHOP, MARKER.key, acme.tracker.bookmark(SHOP)) == ()
    assert acme.tracker.requests.snapshot().since(before) == (1, 0)


def test_a_bookmark_costs_nothing(acme: Company) -> None:
    acme.tracker.bookmark(SHOP)
    assert acme.tracker.requests.snapshot() == (0, 0)


def test_comments_are_found_again_by_their_key_on_every_page(acme: Company) -> None:
    ref = acme.ref(acme.open())
    first = acme.tracker.post_comment(ref, "Hello", MARKER)
    for number in range(120):
        acme.site.comment_on("ada", ref.key, f"Comment {number}")
    acme.tracker.post_comment(ref, "Something else", OTHER)
    last = acme.tracker.post_comment(ref, "Hello", MARKER)
    assert acme.tracker.find_comments(ref, MARKER.key) == (first, last)


# --- servers that have no sub-issues -------------------------------------------------------------

EIGHT = TicketRef("github", "acme/shop#8")


def test_a_server_without_sub_issues_says_nothing_of_a_ticket_that_is_there(
    server: Scripted, tracker: GitHubTracker
) -> None:
    """Its 404 is about the address, not about the ticket: the link stands in our texts alone."""
    for number in (7, 8):
        server.on("GET", f"/repos/acme/shop/issues/{number}", Reply(body=issue_json(number)))
    assert tracker.link(SEVEN, sub_issue(EIGHT, 9008)) is False


@pytest.mark.parametrize(
    ("number", "uid"), [(7, 9008), (8, 9008), (0, 424242)], ids=["parent", "child", "child-by-its-id"]
)
def test_a_link_to_or_from_a_ticket_that_is_gone_says_so(
    server: Scripted, tracker: GitHubTracker, number: int, uid: int
) -> None:
    for there in {7, 8} - {number}:
        server.on("GET", f"/repos/acme/shop/issues/{there}", Reply(body=issue_json(there)))
    with pytest.raises(Gone):
        tracker.link(SEVEN, sub_issue(EIGHT, uid))
