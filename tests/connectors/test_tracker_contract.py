"""One contract for every `Tracker`: what the worker may rely on, whichever tracker it talks to.

Each test runs against the in-memory tracker and against the real connectors over HTTP.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.errors import Gone, Refused
from connectors.inspection import Grade, Wanted
from connectors.markers import MarkerCodec
from connectors.tracker import TWIN_LABEL, Link
from rules.facts import ActorKind, ChangeKind, Resolution, Status
from rules.refs import Place, TicketRef
from tests.connectors.contract_stage import CODEC, OUR_LABEL, OURS, STAGES, START, Stage, marker

Act = Callable[[Any, TicketRef], Any]


@pytest.fixture(params=list(STAGES.values()), ids=list(STAGES))
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with request.param() as made:
        yield made


# --- opening --------------------------------------------------------------------------------------


def test_an_opened_ticket_shows_what_was_asked_for_and_its_marker(stage: Stage) -> None:
    due_on = dt.date(2026, 12, 1)
    draft = stage.draft(labels=(OUR_LABEL, "action"), assignee="ben", due_on=due_on)
    found = stage.tracker.open_ticket(draft, marker())
    ticket = stage.tracker.fetch_ticket(found.ref)
    assert (ticket.ref, ticket.uid, ticket.marker) == (found.ref, found.uid, marker())
    assert (ticket.title, ticket.body) == ("Look at alerts", "Why did none go off?")
    assert set(ticket.labels) == {OUR_LABEL, "action"}
    assert [actor.account for actor in ticket.assignees] == ["ben"]
    assert ticket.due_on == (None if stage.lacks.due_dates else due_on)
    assert (ticket.reporter.account, ticket.reporter.kind) == (OURS, ActorKind.OURS)
    assert (ticket.status, ticket.resolution, ticket.created_at) == (Status.NEW, Resolution.NONE, START)


def test_opening_tells_the_marker_that_it_wrote(stage: Stage) -> None:
    found = stage.tracker.open_ticket(stage.draft(), marker())
    assert (found.marker, found.is_closed) == (marker(), False)
    assert OUR_LABEL in found.labels


@pytest.mark.parametrize("title", ["two\nlines\r\nand\ttabs", "  spaces \u2028 and separators  "])
def test_a_title_becomes_one_line(stage: Stage, title: str) -> None:
    found = stage.tracker.open_ticket(stage.draft(title=title), marker())
    assert stage.tracker.fetch_ticket(found.ref).title == " ".join(title.split())


@pytest.mark.parametrize(
    "words",
    ["lorem ipsum ", "Ärger über Öfen ", "письмо из дома ", "数据库 没有 响应 ", "مرحبا بكم ", "नमस्ते दुनिया ", "🚒🧯 "],
    ids=["latin", "umlauts", "cyrillic", "chinese", "arabic", "hindi", "emoji"],
)
def test_a_long_text_in_any_script_keeps_its_beginning_and_its_marker(stage: Stage, words: str) -> None:
    """60,000 characters are more than Jira takes: there the end is left out, and a sentence says so."""
    line = (words * 10).strip()
    body = "\n\n".join(line for _ in range(60_000 // (len(line) + 2)))
    found = stage.tracker.open_ticket(stage.draft(body=body), marker())
    comment_id = stage.tracker.post_comment(found.ref, body, marker("comment", "reminder"))
    ticket = stage.tracker.fetch_ticket(found.ref)
    (comment,) = ticket.comments
    assert (ticket.marker, comment.id, comment.marker) == (marker(), comment_id, marker("comment", "reminder"))
    for text in (ticket.body, comment.body):
        if stage.lacks.texts_over:
            assert text[:30_000] == body[:30_000]
            assert "shortened here" in text[-200:]
        else:
            assert text == body


def test_somebody_who_cannot_be_assigned_does_not_keep_a_ticket_from_being_opened(stage: Stage) -> None:
    if stage.lacks.strangers:
        with pytest.raises(Refused):
            stage.tracker.open_ticket(stage.draft(assignee="nobody"), marker())
        return
    found = stage.tracker.open_ticket(stage.draft(assignee="nobody"), marker())
    assert stage.tracker.fetch_ticket(found.ref).assignees == ()


# --- comments -------------------------------------------------------------------------------------


def test_a_comment_is_ours_and_carries_its_marker_out_of_sight(stage: Stage) -> None:
    ref = stage.reported()
    comment_id = stage.tracker.post_comment(ref, "Please **say** when.", marker(kind="reminder"))
    (comment,) = stage.tracker.fetch_ticket(ref).comments
    assert (comment.id, comment.body) == (comment_id, "Please **say** when.")
    assert (comment.marker, comment.author.kind) == (marker(kind="reminder"), ActorKind.OURS)
    assert (comment.at, comment.edited_at) == (START, None)


def test_an_edited_comment_stays_in_its_place_with_its_new_text_and_marker(stage: Stage) -> None:
    ref = stage.reported()
    comment_id = stage.tracker.post_comment(ref, "one", marker(kind="status", extra="one"))
    stage.says("ben", ref, "thanks")
    stage.later(60)
    stage.tracker.edit_comment(ref, comment_id, "two", marker(kind="status", extra="two"))
    first, second = stage.tracker.fetch_ticket(ref).comments
    assert (first.id, first.body, first.marker) == (comment_id, "two", marker(kind="status", extra="two"))
    assert (first.at, first.edited_at) == (START, START + dt.timedelta(seconds=60))
    assert second.body == "thanks"


def test_a_retracted_comment_is_out_of_sight_and_retracting_again_is_fine(stage: Stage) -> None:
    ref = stage.reported()
    comment_id = stage.tracker.post_comment(ref, "twice", marker())
    stage.tracker.retract_comment(ref, comment_id)
    stage.tracker.retract_comment(ref, comment_id)
    assert stage.tracker.fetch_ticket(ref).comments == ()


def test_peoples_comments_come_in_order_with_their_authors(stage: Stage) -> None:
    ref = stage.reported()
    for who in ("ben", "robo", "eve"):
        stage.later()
        stage.says(who, ref, f"{who} was here")
    comments = stage.tracker.fetch_ticket(ref).comments
    told = [(comment.author.account, comment.author.kind, comment.body) for comment in comments]
    assert told == [
        ("ben", ActorKind.PERSON, "ben was here"),
        ("robo", ActorKind.BOT, "robo was here"),
        ("eve", ActorKind.PERSON, "eve was here"),
    ]
    assert all(comment.marker is None for comment in comments)


# --- markers --------------------------------------------------------------------------------------


def _copied(stage: Stage, ref: TicketRef, comment_id: str) -> None:
    """Somebody copies everything that there is of our comment, marker and all."""
    ours = next(comment for comment in stage.site.ticket(ref.key).comments if str(comment.id) == comment_id)
    stage.site.comment_on("ben", ref.key, ours.body, properties=dict(ours.properties))


def test_a_marker_that_a_person_copied_is_not_believed(stage: Stage) -> None:
    ref = stage.reported()
    comment_id = stage.tracker.post_comment(ref, "Said once.", marker(kind="reminder"))
    stage.later()
    _copied(stage, ref, comment_id)
    first, copy = stage.tracker.fetch_ticket(ref).comments
    assert (first.marker, copy.marker) == (marker(kind="reminder"), None)
    assert stage.tracker.find_comments(ref, marker().key) == (comment_id,)


def test_a_ticket_that_a_person_copied_is_not_taken_for_ours(stage: Stage) -> None:
    bookmark = stage.tracker.bookmark(stage.place)
    found = stage.tracker.open_ticket(stage.draft(), marker())
    ours = stage.site.ticket(found.ref.key)
    copy = stage.site.open_ticket(
        "ben", ours.container, ours.title, ours.body, labels=(OUR_LABEL,), properties=dict(ours.properties)
    )
    assert stage.tracker.fetch_ticket(stage.ref(copy)).marker is None
    assert [one.ref for one in stage.tracker.find_opened(stage.place, marker().key, bookmark)] == [found.ref]


def test_a_marker_of_another_installation_is_not_believed(stage: Stage) -> None:
    """Two installations may speak as one account: neither takes the other's writing for its own."""
    found = stage.tracker.open_ticket(stage.draft(), marker())
    state = stage.site.ticket(found.ref.key)
    others = MarkerCodec("others", b"another secret")
    ours, theirs = CODEC.write(marker()), others.write(marker())
    assert ours in f"{state.body} {state.properties}"
    state.body = state.body.replace(ours, theirs) if isinstance(state.body, str) else state.body
    state.properties = _replaced(state.properties, ours, theirs)
    stage.later()
    stage.site.add_label("ada", state.key, "touched")  # so that no cache may answer
    assert stage.tracker.fetch_ticket(found.ref).marker is None


def _replaced(properties: Any, old: str, new: str) -> Any:
    if isinstance(properties, dict):
        return {name: _replaced(value, old, new) for name, value in properties.items()}
    return new if properties == old else properties


# --- states ---------------------------------------------------------------------------------------


def test_a_label_is_put_on_once_and_a_person_who_takes_it_off_is_in_the_history(stage: Stage) -> None:
    ref = stage.reported(labels=())
    for _ in range(2):
        stage.tracker.add_label(ref, "escalated")
    assert stage.tracker.fetch_ticket(ref).labels == ("escalated",)
    stage.later()
    stage.site.remove_label("ben", ref.key, "escalated")
    ticket = stage.tracker.fetch_ticket(ref)
    told = [(c.kind, c.actor.kind, c.old or c.new) for c in ticket.changes if "LABELLED" in c.kind.name]
    assert ticket.labels == ()
    assert told == [
        (ChangeKind.LABELLED, ActorKind.OURS, "escalated"),
        (ChangeKind.UNLABELLED, ActorKind.PERSON, "escalated"),
    ]


def test_somebody_is_made_an_assignee_and_the_history_says_that_it_was_us(stage: Stage) -> None:
    ref = stage.reported()
    for _ in range(2):
        stage.tracker.assign(ref, "ben")
    ticket = stage.tracker.fetch_ticket(ref)
    assert [actor.account for actor in ticket.assignees] == ["ben"]
    told = [(c.actor.kind, c.new, c.is_progress) for c in ticket.changes if c.kind is ChangeKind.ASSIGNED]
    assert told == [(ActorKind.OURS, "ben", False)]


def test_assigning_leaves_other_assignees_alone_where_there_may_be_several(stage: Stage) -> None:
    ref = stage.reported()
    stage.site.assign("ada", ref.key, ("ada",))
    stage.tracker.assign(ref, "ben")
    wanted = ["ben"] if stage.lacks.several_assignees else ["ada", "ben"]
    assert [actor.account for actor in stage.tracker.fetch_ticket(ref).assignees] == wanted


def test_assigning_a_stranger_is_refused(stage: Stage) -> None:
    ref = stage.reported()
    with pytest.raises(Refused):
        stage.tracker.assign(ref, "nobody")


def test_a_link_sent_twice_is_one_link(stage: Stage) -> None:
    parent = stage.reported()
    child = stage.tracker.open_ticket(stage.draft(), marker())
    if stage.lacks.sub_issues:
        link = Link(TicketRef("github", "acme/shop#7"), "7", "http://127.0.0.1/shop/7", "Seven", "relates", "thekey")
    else:
        link = Link(child.ref, child.uid, "http://127.0.0.1/2", "Two", "sub-issue", "thekey")
    for _ in range(2):
        stage.tracker.link(parent, link)
    if stage.lacks.sub_issues:
        assert len(stage.site.ticket(parent.key).links) == 1
    else:
        links = [(one.target, one.relation) for one in stage.tracker.fetch_ticket(child.ref).links]
        assert links == [(parent.key, "parent")]


def test_a_double_is_labelled_and_closed_and_doing_so_again_is_fine(stage: Stage) -> None:
    original = stage.tracker.open_ticket(stage.draft(), marker())
    double = stage.tracker.open_ticket(stage.draft(), marker())
    for _ in range(2):
        stage.tracker.close_twin(double.ref, original.ref)
    closed = stage.tracker.fetch_ticket(double.ref)
    assert (closed.is_open, TWIN_LABEL in closed.labels) == (False, True)
    assert [change.kind for change in closed.changes].count(ChangeKind.CLOSED) == 1
    assert stage.tracker.fetch_ticket(original.ref).is_open


# --- reading back ---------------------------------------------------------------------------------


def test_what_was_opened_after_the_bookmark_is_found_by_its_key_oldest_first(stage: Stage) -> None:
    stage.reported()
    stage.later(3600)
    bookmark = stage.tracker.bookmark(stage.place)
    assert stage.tracker.find_opened(stage.place, marker().key, bookmark) == ()
    first = stage.tracker.open_ticket(stage.draft(), marker())
    stage.tracker.open_ticket(stage.draft(), marker("anotherkey"))
    stage.later()
    second = stage.tracker.open_ticket(stage.draft(), marker())
    found = stage.tracker.find_opened(stage.place, marker().key, bookmark)
    assert [(one.ref, one.uid, one.marker) for one in found] == [
        (first.ref, first.uid, marker()),
        (second.ref, second.uid, marker()),
    ]


def test_a_ticket_that_somebody_else_opens_meanwhile_does_not_hide_ours(stage: Stage) -> None:
    bookmark = stage.tracker.bookmark(stage.place)
    for number in range(120):  # more than a page
        stage.reported(f"Noise {number}", labels=())
    ours = stage.tracker.open_ticket(stage.draft(), marker())
    for number in range(120):
        stage.reported(f"More noise {number}", labels=())
    assert [one.ref for one in stage.tracker.find_opened(stage.place, marker().key, bookmark)] == [ours.ref]


def test_our_comments_are_found_by_their_key_oldest_first(stage: Stage) -> None:
    ref = stage.reported()
    first = stage.tracker.post_comment(ref, "a", marker("sought"))
    for number in range(110):  # more than a page
        stage.says("ben", ref, f"noise {number}")
    stage.tracker.post_comment(ref, "b", marker("other"))
    stage.later()
    second = stage.tracker.post_comment(ref, "a", marker("sought"))
    assert stage.tracker.find_comments(ref, "sought") == (first, second)
    assert stage.tracker.find_comments(ref, "nothing") == ()


# --- polling and listing --------------------------------------------------------------------------


def _poll(stage: Stage, cursor: str) -> tuple[set[str], str]:
    changes = stage.tracker.changed(stage.place, cursor)
    return {found.ref.key for found in changes.tickets}, changes.cursor


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda stage, ref: stage.site.add_label("ben", ref.key, "failure"), id="label"),
        pytest.param(lambda stage, ref: stage.says("ben", ref, "hello"), id="comment"),
        pytest.param(lambda stage, ref: stage.site.close("ben", ref.key), id="closed"),
        pytest.param(lambda stage, ref: stage.site.assign("ada", ref.key, ("ben",)), id="assigned"),
        pytest.param(lambda stage, ref: stage.tracker.post_comment(ref, "ours", marker()), id="our-own-comment"),
    ],
)
def test_a_poll_tells_what_changed_since_the_one_before(stage: Stage, act: Act) -> None:
    ref = stage.reported(labels=())
    stage.later(7200)
    quiet = stage.reported("Nothing happens here", labels=())
    stage.later(7200)
    _, cursor = _poll(stage, "")
    stage.later(30)
    act(stage, ref)
    stage.later(30)
    keys, cursor = _poll(stage, cursor)
    assert (ref.key in keys, quiet.key in keys) == (True, False)


def test_polls_skip_nothing_that_happens_at_the_very_moment_of_a_poll(stage: Stage) -> None:
    """Several tickets change in the same instant, some before a poll and some after it."""
    refs = [stage.reported(f"Number {number}", labels=()) for number in range(6)]
    stage.later(7200)
    _, cursor = _poll(stage, "")
    stage.later(60)
    for ref in refs[:3]:
        stage.site.add_label("ben", ref.key, "failure")
    seen, cursor = _poll(stage, cursor)
    for ref in refs[3:]:
        stage.site.add_label("ben", ref.key, "failure")
    stage.later(60)
    more, cursor = _poll(stage, cursor)
    assert seen >= {ref.key for ref in refs[:3]}
    assert more >= {ref.key for ref in refs[3:]}


def test_a_place_that_rests_is_told_of_no_more_after_a_while(stage: Stage) -> None:
    stage.reported()
    stage.later(7200)
    _, cursor = _poll(stage, "")
    stage.later(7200)
    keys, _ = _poll(stage, cursor)
    assert keys == set()


def test_a_poll_brings_labels_and_markers_so_that_nothing_need_be_fetched(stage: Stage) -> None:
    stage.later(7200)
    _, cursor = _poll(stage, "")
    stage.later(60)
    ref = stage.reported(labels=("failure",))
    ours = stage.tracker.open_ticket(stage.draft(), marker())
    found = {one.ref: one for one in stage.tracker.changed(stage.place, cursor).tickets}
    assert (found[ref].labels, found[ref].marker) == (("failure",), None)
    assert (found[ours.ref].marker, OUR_LABEL in found[ours.ref].labels) == (marker(), True)


def test_all_tickets_with_a_label_are_listed_open_and_closed_and_no_others(stage: Stage) -> None:
    still_open, closed = stage.reported("One"), stage.reported("Two")
    stage.reported("Three", labels=("failures",))
    stage.site.close("ben", closed.key)
    found = {one.ref: one.is_closed for one in stage.tracker.labelled(stage.place, "failure")}
    assert found == {still_open: False, closed: True}


@pytest.mark.parametrize(("typed", "asked"), [("Failure", "failure"), ("failure", "FAILURE")])
def test_tickets_with_a_label_are_listed_however_it_is_capitalised(stage: Stage, typed: str, asked: str) -> None:
    ref = stage.reported(labels=(typed,))
    stage.later(7200)  # so that the search knows it, too
    assert [one.ref for one in stage.tracker.labelled(stage.place, asked)] == [ref]


# --- people ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "may"), [("ben", True), ("ada", True), ("eve", False), ("nobody", False)],
)  # fmt: skip
def test_rights_are_those_that_the_tracker_gives(stage: Stage, who: str, may: bool) -> None:
    assert stage.tracker.has_rights(stage.reported(), who) is may


# --- beginning --------------------------------------------------------------------------------------


def test_people_who_can_be_given_a_ticket_are_listed_without_bots_and_us(stage: Stage) -> None:
    """Who may only read can be assigned on GitHub, and not in Jira."""
    accounts = {actor.account for actor in stage.tracker.assignable(stage.place)}
    assert {"ada", "ben"} <= accounts <= {"ada", "ben", "eve"}


def test_looking_over_a_place_that_is_there_finds_nothing_wrong_and_one_that_is_not_does(stage: Stage) -> None:
    missing = Place(stage.place.tracker, "acme/nowhere" if "/" in stage.place.container else "NOWHERE")
    findings = list(stage.tracker.inspect(Wanted((stage.place,), failure_labels=("failure",))))
    assert not [finding for finding in findings if finding.grade is Grade.WRONG]
    assert Grade.WRONG in [finding.grade for finding in stage.tracker.inspect(Wanted((missing,)))]


def test_we_know_who_we_are(stage: Stage) -> None:
    us = stage.tracker.who_we_are()
    assert (us.account, us.kind) == (OURS, ActorKind.OURS)


def test_a_place_that_is_there_is_fine_and_one_that_is_not_is_refused(stage: Stage) -> None:
    stage.tracker.check_place(stage.place)
    with pytest.raises(Refused):
        stage.tracker.check_place(Place(stage.place.tracker, f"{stage.place.container}NONE"))


#: What people do, the change that tells it, whether it is progress, and where it is not told.
PEOPLE = [
    pytest.param(lambda s, r: s.site.add_label("ben", r.key, "sev1"), ChangeKind.LABELLED, False, "", id="label"),
    pytest.param(
        lambda s, r: s.site.remove_label("ben", r.key, "failure"), ChangeKind.UNLABELLED, False, "", id="unlabel"
    ),
    pytest.param(lambda s, r: s.site.assign("ben", r.key, ("ada",)), ChangeKind.ASSIGNED, True, "", id="assign"),
    pytest.param(lambda s, r: s.site.close("ben", r.key), ChangeKind.CLOSED, True, "", id="close"),
    pytest.param(lambda s, r: s.site.set_title("ben", r.key, "Shop down"), ChangeKind.RENAMED, False, "", id="rename"),
    pytest.param(
        lambda s, r: s.site.set_status("ben", r.key, "In Progress"), ChangeKind.STATUS, True, "statuses", id="begin"
    ),
    pytest.param(
        lambda s, r: s.site.set_due("ben", r.key, dt.date(2026, 12, 1)),
        ChangeKind.DUE, True, "changes_of_due", id="due",
    ),
    pytest.param(
        lambda s, r: s.site.set_body("ben", r.key, s.as_body("It broke, then it burnt.")),
        ChangeKind.DESCRIBED, True, "edits_of_bodies", id="describe",
    ),
    pytest.param(
        lambda s, r: s.site.reference("ben", r.key, "4f5e6d7c"), ChangeKind.REFERENCED, True, "references", id="commit"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("act", "kind", "is_progress", "lack"), PEOPLE)
@pytest.mark.parametrize(
    ("who", "actor_kind"),
    [("ben", ActorKind.PERSON), ("robo", ActorKind.BOT), (OURS, ActorKind.OURS)],
    ids=["person", "bot", "ours"],
)
def test_what_is_done_to_a_ticket_is_told_with_who_did_it(
    stage: Stage, act: Act, kind: ChangeKind, is_progress: bool, lack: str, who: str, actor_kind: ActorKind
) -> None:
    """A person's doing may be progress; a bot's and our own never is (P5)."""
    ref = stage.reported()
    before = {change.id for change in stage.tracker.fetch_ticket(ref).changes}
    stage.later()
    act(_As(stage, who), ref)
    new = [change for change in stage.tracker.fetch_ticket(ref).changes if change.id not in before]
    if lack and getattr(stage.lacks, lack):
        assert kind not in [change.kind for change in new]
        return
    (change,) = [change for change in new if change.kind is kind]
    assert (change.actor.account, change.actor.kind) == (who, actor_kind)
    assert change.at == START + dt.timedelta(seconds=1)
    assert change.is_progress is (is_progress and actor_kind is ActorKind.PERSON)


class _As:
    """A stage on which `ben` is somebody else."""

    def __init__(self, stage: Stage, who: str) -> None:
        self._stage, self._who = stage, who
        self.as_body = stage.as_body
        self.site = self

    def __getattr__(self, verb: str) -> Any:
        act = getattr(self._stage.site, verb)
        return lambda who, *given: act(self._who if who == "ben" else who, *given)


def test_unassigning_and_reopening_are_told_too(stage: Stage) -> None:
    ref = stage.reported()
    stage.site.assign("ada", ref.key, ("ben",))
    stage.site.close("ada", ref.key)
    stage.later()
    stage.site.assign("ada", ref.key, ())
    stage.site.reopen("ada", ref.key)
    ticket = stage.tracker.fetch_ticket(ref)
    kinds = [change.kind for change in ticket.changes if change.at > START]
    assert set(kinds) >= {ChangeKind.UNASSIGNED, ChangeKind.REOPENED}
    assert (ticket.is_open, ticket.assignees) == (True, ())


def test_changes_are_in_order_of_time_with_ids_that_stay(stage: Stage) -> None:
    ref = stage.reported()
    for label in ("one", "two", "three"):
        stage.later()
        stage.site.add_label("ben", ref.key, label)
    changes = stage.tracker.fetch_ticket(ref).changes
    assert [change.at for change in changes] == sorted(change.at for change in changes)
    assert changes[0].kind is ChangeKind.OPENED
    assert len({change.id for change in changes}) == len(changes)
    stage.later()
    stage.says("ben", ref, "nothing more")
    assert stage.tracker.fetch_ticket(ref).changes == changes


# --- what is not there ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda stage, ref: stage.tracker.fetch_ticket(ref), id="fetch"),
        pytest.param(lambda stage, ref: stage.tracker.post_comment(ref, "hello", marker()), id="comment"),
        pytest.param(lambda stage, ref: stage.tracker.edit_comment(ref, "424242", "hello", marker()), id="edit"),
        pytest.param(lambda stage, ref: stage.tracker.add_label(ref, "escalated"), id="label"),
        pytest.param(lambda stage, ref: stage.tracker.assign(ref, "ben"), id="assign"),
        pytest.param(lambda stage, ref: stage.tracker.find_comments(ref, "key"), id="find-comments"),
    ],
)
def test_a_ticket_that_was_deleted_is_gone(stage: Stage, act: Act) -> None:
    ref = stage.reported()
    stage.tracker.fetch_ticket(ref)
    stage.site.delete_ticket(ref.key)
    with pytest.raises(Gone):
        act(stage, ref)


def test_editing_a_comment_that_a_person_deleted_says_that_it_is_gone(stage: Stage) -> None:
    ref = stage.reported()
    comment_id = stage.tracker.post_comment(ref, "one", marker())
    stage.site.delete_comment("ada", int(comment_id))
    with pytest.raises(Gone):
        stage.tracker.edit_comment(ref, comment_id, "two", marker())


def test_a_ticket_that_moved_is_found_at_its_old_address_and_tells_its_new_one(stage: Stage) -> None:
    ref = stage.reported()
    new = stage.move(ref)
    ticket = stage.tracker.fetch_ticket(ref)
    assert (ticket.ref, ticket.title) == (new, "The shop is down")
    assert new != ref
