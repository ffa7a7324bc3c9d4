"""The whole tracker against the sandbox, over real HTTP: what the port promises, on GitHub."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.errors import Denied, Gone, Refused
from connectors.github.tracker import GitHubTracker
from connectors.tracker import TWIN_LABEL, Draft, Link, Tracker
from rules.facts import Actor, ActorKind, Audience, ChangeKind, Marker, Resolution, Status, TicketLink
from rules.refs import Place, TicketRef
from tests.connectors.github.company import SHOP, VAULT, Company, company
from tests.connectors.github.conftest import CODEC, MARKER, NOW

OTHER = Marker(case=MARKER.case, key="zzzzzzzzzz234567zzzz", kind="action", extra="item")


@pytest.fixture
def acme() -> Iterator[Company]:
    with company() as running:
        yield running


def test_it_is_a_tracker(acme: Company) -> None:
    port: Tracker = acme.tracker
    assert all(callable(getattr(port, name)) for name in vars(Tracker) if not name.startswith("_") and name != "name")
    assert port.name == "github"


def test_we_are_known_and_asked_for_once(acme: Company) -> None:
    assert acme.tracker.who_we_are() == Actor("aftermath", "Aftermath", ActorKind.OURS)
    acme.tracker.who_we_are()
    assert acme.tracker.requests.reads == 1


def test_wrong_credentials_are_denied() -> None:
    with company(us="nobody") as acme, pytest.raises(Denied):
        acme.tracker.who_we_are()


# --- places ------------------------------------------------------------------------------------


def test_an_audience_is_remembered_for_an_hour(acme: Company) -> None:
    assert acme.tracker.audience(SHOP) is Audience.PUBLIC
    assert acme.tracker.audience(VAULT) is Audience.INTERNAL
    acme.site.places["acme/shop"].is_public = False
    acme.pass_time(3599)
    assert acme.tracker.audience(SHOP) is Audience.PUBLIC
    acme.pass_time(2)
    assert acme.tracker.audience(SHOP) is Audience.INTERNAL


def test_a_place_where_we_may_work_passes_the_check(acme: Company) -> None:
    acme.site.accounts["aftermath"].rights["acme/shop"] = "triage"
    acme.tracker.check_place(SHOP)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        pytest.param({"is_archived": True}, Refused, "archived", id="archived"),
        pytest.param({"has_issues": False}, Gone, "switched off", id="no-issues"),
        pytest.param({"rights": "read"}, Denied, "aftermath may only read acme/shop", id="may-only-read"),
        pytest.param({"rights": "none", "is_public": False}, Gone, "invite it", id="may-not-look"),
    ],
)
def test_a_place_that_lacks_something_says_what(
    acme: Company, change: dict[str, object], error: type[Refused], says: str
) -> None:
    change = dict(change)
    if "rights" in change:
        acme.site.accounts["aftermath"].rights["acme/shop"] = str(change.pop("rights"))
    for name, value in change.items():
        setattr(acme.site.places["acme/shop"], name, value)
    with pytest.raises(error, match=says):
        acme.tracker.check_place(SHOP)


@pytest.mark.parametrize(
    ("account", "may"),
    [("ada", True), ("ben", True), ("tom", True), ("eve", False), ("stranger", False), ("", False), ("../x", False)],
)
def test_rights_are_triage_or_more(acme: Company, account: str, may: bool) -> None:
    assert acme.tracker.has_rights(acme.ref(acme.open()), account) is may


def test_rights_are_remembered_for_ten_minutes(acme: Company) -> None:
    ref = acme.ref(acme.open())
    assert acme.tracker.has_rights(ref, "eve") is False
    acme.site.accounts["eve"].rights["acme/shop"] = "write"
    acme.pass_time(599)
    assert acme.tracker.has_rights(ref, "Eve") is False
    acme.pass_time(2)
    assert acme.tracker.has_rights(ref, "eve") is True


# --- a ticket as it is -------------------------------------------------------------------------


def test_a_ticket_is_fetched_with_its_fields(acme: Company) -> None:
    opened = acme.open(labels=("failure", "sev1"))
    acme.site.assign("ada", opened.key, ("ben",))
    acme.pass_time(60)
    acme.site.close("ben", opened.key, "not_planned")
    ticket = acme.tracker.fetch_ticket(acme.ref(opened))
    assert (ticket.uid, ticket.title, ticket.body) == (str(opened.uid), "Checkout was down", "For an hour.")
    assert (ticket.status, ticket.resolution) == (Status.DONE, Resolution.NOT_PLANNED)
    assert ticket.reporter == Actor("ada", "ada")
    assert [actor.account for actor in ticket.assignees] == ["ben"]
    assert ticket.labels == ("failure", "sev1")
    assert (ticket.created_at, ticket.closed_at) == (NOW, acme.sandbox.clock.now())
    assert (ticket.due_on, ticket.audience, ticket.marker) == (None, Audience.PUBLIC, None)
    assert ticket.url == f"{acme.sandbox.url('github')}/acme/shop/issues/1"


def test_a_tickets_history_comes_in_order_of_time(acme: Company) -> None:
    key = acme.open(labels=("failure",)).key
    steps = [
        lambda: acme.site.assign("ada", key, ("ben",)),
        lambda: acme.site.remove_label("ada", key, "failure"),
        lambda: acme.site.set_title("ada", key, "Checkout was down twice"),
        lambda: acme.site.reference("ben", key, "0123456789abcdef0123456789abcdef01234567"),
        lambda: acme.site.reference("ben", key, "acme/shop/pull/12"),
        lambda: acme.site.close("ben", key),
        lambda: acme.site.reopen("robo[bot]", key),
        lambda: acme.site.assign("ada", key, ()),
        lambda: acme.site.lock_ticket("ada", key, True),
    ]
    for step in steps:
        acme.pass_time(1)
        step()
    changes = acme.tracker.fetch_ticket(TicketRef("github", key)).changes
    assert [(change.kind, change.old, change.new) for change in changes] == [
        (ChangeKind.OPENED, "", ""),
        (ChangeKind.LABELLED, "", "failure"),
        (ChangeKind.ASSIGNED, "", "ben"),
        (ChangeKind.UNLABELLED, "failure", ""),
        (ChangeKind.RENAMED, "Checkout was down", "Checkout was down twice"),
        (ChangeKind.REFERENCED, "", "0123456789abcdef0123456789abcdef01234567"),
        (ChangeKind.REFERENCED, "", "acme/shop#12"),
        (ChangeKind.CLOSED, "", "completed"),
        (ChangeKind.REOPENED, "", ""),
        (ChangeKind.UNASSIGNED, "ben", ""),
        (ChangeKind.OTHER, "", ""),
    ]
    assert changes[8].actor.kind is ActorKind.BOT
    assert len({change.id for change in changes}) == len(changes)
    assert acme.tracker.fetch_ticket(TicketRef("github", key)).changes == changes, "ids are stable"


def test_comments_tell_author_edit_and_marker(acme: Company) -> None:
    ref = acme.ref(acme.open())
    acme.site.comment_on("ada", ref.key, "On it.")
    acme.pass_time(1)
    ours = acme.tracker.post_comment(ref, "A reminder.", MARKER)
    acme.pass_time(1)
    acme.tracker.edit_comment(ref, ours, "A reminder, edited.", MARKER)
    first, second = acme.tracker.fetch_ticket(ref).comments
    assert (first.author.account, first.body, first.edited_at, first.marker) == ("ada", "On it.", None, None)
    assert (second.id, second.author.kind, second.body) == (ours, ActorKind.OURS, "A reminder, edited.")
    assert (second.marker, second.edited_at) == (MARKER, acme.sandbox.clock.now())


def test_a_marker_that_somebody_copied_is_not_believed(acme: Company) -> None:
    """P3, P11: only what our own account wrote carries a marker, and nobody sees it in the text."""
    stolen = CODEC.hide("Mine now.", MARKER, 1000)
    opened = acme.site.open_ticket("ben", "acme/shop", "Copy", stolen, labels=("aftermath",))
    acme.site.comment_on("ben", opened.key, stolen)
    ticket = acme.tracker.fetch_ticket(acme.ref(opened))
    assert (ticket.marker, ticket.comments[0].marker) == (None, None)
    assert (ticket.body, ticket.comments[0].body) == ("Mine now.", "Mine now.")
    assert acme.tracker.find_comments(acme.ref(opened), MARKER.key) == ()
    assert acme.tracker.find_opened(SHOP, MARKER.key, acme.tracker.bookmark(SHOP)) == ()
    assert [found.marker for found in acme.tracker.labelled(SHOP, "aftermath")] == [None]


def test_a_deleted_account_is_the_person_ghost(acme: Company) -> None:
    opened = acme.open(by="eve")
    del acme.site.accounts["eve"]
    assert acme.tracker.fetch_ticket(acme.ref(opened)).reporter == Actor("ghost", "ghost")


@pytest.mark.parametrize("key", ["acme/shop#99", "acme/nowhere#1"])
def test_a_ticket_that_is_not_there_is_gone(acme: Company, key: str) -> None:
    with pytest.raises(Gone):
        acme.tracker.fetch_ticket(TicketRef("github", key))


# --- writing -----------------------------------------------------------------------------------


def draft(**more: object) -> Draft:
    fields: dict[str, object] = {"place": SHOP, "title": "Post-mortem", "body": "What happened?", **more}
    return Draft(**fields)  # type: ignore[arg-type]


def test_a_ticket_is_opened_in_one_write_with_marker_and_label(acme: Company) -> None:
    """P1: a plain listing by our label finds it again."""
    acme.tracker.who_we_are()
    before = acme.tracker.requests.snapshot()
    found = acme.tracker.open_ticket(draft(labels=("post-mortem",), assignee="ben"), MARKER)
    assert acme.tracker.requests.snapshot().since(before) == (0, 1)
    assert found.marker == MARKER
    assert found.labels == ("aftermath", "post-mortem")
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
    acme.tracker.link(acme.ref(acme.open()), link)
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


# --- listings ----------------------------------------------------------------------------------


def test_a_label_is_found_whatever_its_case_and_the_ticket_closed_or_open(acme: Company) -> None:
    opened = acme.open(labels=("Failure",))
    closed = acme.open(labels=("Failure", "sev1"))
    acme.open(labels=("failure-drill",))
    acme.site.close("ada", closed.key)
    found = acme.tracker.labelled(SHOP, "failure")
    assert {each.ref.key: each.is_closed for each in found} == {opened.key: False, closed.key: True}


def test_another_place_is_left_alone(acme: Company) -> None:
    acme.site.open_ticket("ada", "acme/vault", "Secret", "", labels=("failure",))
    assert acme.tracker.labelled(SHOP, "failure") == ()
    with pytest.raises(Gone):
        acme.tracker.labelled(Place("github", "acme/nowhere"), "failure")


def test_the_tracker_says_its_name_and_no_secret(acme: Company) -> None:
    assert isinstance(acme.tracker, GitHubTracker)
    assert repr(acme.tracker) == f"GitHubTracker('github', '{acme.sandbox.url('github')}')"
