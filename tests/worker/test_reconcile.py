"""One look at a case, and the whole way from label to lesson, in one process under a clock that we drive."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from connectors.errors import Ambiguous, Denied, Temporary
from connectors.markers import NAME
from connectors.sandbox.world import TicketState
from connectors.tracker import TWIN_LABEL
from rules.effects import Say
from rules.facts import Marker
from rules.keys import opening_key
from rules.policy import LabelDo, Limits, Rule, Subject
from rules.refs import TicketRef
from tests.worker.company import ANN, BOB, CODEC, HOME, LEA, MO, OURS, PACK, ROBOT, SHOP, Company, at
from worker.ledger.database import open_memory_ledger
from worker.rebuild import Rebuilt

FAILURE, MORTEM, ACTION = "acme/shop#1", "acme/shop#2", "acme/shop#3"
ITEMS = "## What we learned\n\nBackups were never tried.\n\n## Action items\n\n- [ ] Rehearse restoring every quarter\n"


@pytest.fixture
def company() -> Company:
    return Company()


def through_to_the_lesson(company: Company) -> None:
    """A failure from the label to the lesson, everybody doing their part."""
    company.a_failure("sev2")
    company.settle()
    company.pass_time("03-02 10:00")
    company.says(ANN, FAILURE, "/ack Rolling back.")
    company.pass_time("03-03 10:00")
    company.site.set_body(ANN, MORTEM, ITEMS)
    company.pass_time("03-03 12:00")
    company.site.close(ANN, MORTEM)
    company.site.close(ANN, ACTION)
    company.site.close(ANN, FAILURE)
    company.pass_time("03-03 14:00")


# --- the whole way ---------------------------------------------------------------------------------


def test_a_failure_is_taken_up_at_once(company: Company) -> None:
    company.a_failure("sev2")
    company.settle()
    assert company.kinds() == ["status", "ask"]
    (mortem,) = company.opened("post-mortem")
    assert (mortem.title, mortem.assignees) == ("Post-mortem: Checkout is down", [ANN])
    assert "aftermath" in mortem.labels
    assert mortem.parent_uid == company.ticket().uid


def test_a_failure_that_nobody_owns_gets_an_owner(company: Company) -> None:
    company.a_failure(assignees=())
    company.settle()
    assert company.ticket().assignees == [LEA]


def test_the_whole_way_from_label_to_lesson(company: Company) -> None:
    through_to_the_lesson(company)
    assert company.kinds() == ["status", "ask", "plan", "thanks", "lesson"]
    assert "Finished" in company.text("status")
    assert "Backups were never tried." in company.text("lesson")
    assert "Ann" in company.text("thanks")
    (action,) = company.opened("action")
    assert action.title == "Rehearse restoring every quarter"


def test_after_the_lesson_nothing_is_said_any_more(company: Company) -> None:
    through_to_the_lesson(company)
    before, kinds = company.picture(), company.kinds()
    company.pass_time("04-01 09:00")
    assert company.picture() == before
    # The two looks back are told in the status comment alone (test_six_steps).
    company.pass_time("12-01 09:00")
    assert company.kinds() == kinds
    assert company.ledger.cases.next_wake() is None


def test_looking_again_and_again_says_nothing_new(company: Company) -> None:
    """Exactly one of each, however often a hint comes (P3, P4)."""
    company.a_failure("sev2")
    company.settle()
    before, writes = company.picture(), dict(company.weather.calls)
    for _ in range(5):
        company.ledger.inbox.put([TicketRef("github", FAILURE), TicketRef("github", MORTEM)], company.time)
        company.settle()
    assert company.picture() == before
    for write in ("comment", "edit", "open", "label", "assign", "link"):
        assert company.weather.calls[write] == writes.get(write, 0)


def test_deliveries_in_any_order_and_number_end_the_same(company: Company) -> None:
    """A hint is not a fact: lost, doubled and late ones do no harm (P4)."""
    company.a_failure("sev2")
    company.ledger.inbox.put([TicketRef("github", "acme/shop#77")], company.time)
    company.settle()
    company.says(ANN, FAILURE, "/ack Rolling back.")
    company.site.close(ANN, FAILURE)
    for key in (MORTEM, FAILURE, FAILURE, MORTEM):
        company.ledger.inbox.put([TicketRef("github", key)], company.time)
        company.settle()
    assert company.kinds() == ["status", "ask"]
    assert company.ledger.inbox.is_empty()


def test_nothing_is_done_before_the_ledger_is_rebuilt(company: Company) -> None:
    """An empty database decides nothing (P1)."""
    company.start_with(open_memory_ledger())
    company.a_failure()
    company.reconciler.look_at(TicketRef("github", FAILURE))
    assert company.kinds() == []
    company.rebuild()
    company.pass_time("03-02 09:01")
    assert company.kinds() == ["status", "ask"]


# --- ladders ---------------------------------------------------------------------------------------


def an_overdue_action(company: Company) -> TicketState:
    """An action due on the first of April, of a small failure that was acknowledged and closed."""
    company.a_failure("sev2")
    company.says(ANN, FAILURE, "/ack Rolling back.")
    company.says(ANN, FAILURE, "/action Rehearse restoring every quarter")
    company.settle()
    (action,) = company.opened("action")
    return action


def test_an_action_that_stands_still_is_escalated_step_by_step(company: Company) -> None:
    action = an_overdue_action(company)
    company.pass_time("04-30 12:00")
    said = [(marker.kind, marker.extra) for marker, _ in company.ours(action.key)]
    assert [kind for kind, _ in said] == ["reminder", "overdue", "overdue", "overdue", "overdue"]
    assert "escalated" in action.labels
    assert "(mention:mo)" in company.text("overdue", action.key)


def test_of_several_rungs_due_at_once_only_the_highest_speaks(company: Company) -> None:
    """After an outage of weeks there is one comment, not four (P9)."""
    action = an_overdue_action(company)
    company.time = at("04-14 12:00")
    company.settle()
    assert company.kinds(action.key) == ["overdue"]
    assert "(mention:mo)" in company.text("overdue", action.key)


def test_there_is_one_status_comment_edited_in_place(company: Company) -> None:
    """Edited, not posted again (P9)."""
    through_to_the_lesson(company)
    assert company.kinds().count("status") == 1
    assert company.kinds(MORTEM).count("status") == 1
    assert company.weather.calls["edit"] > 2


def test_an_answer_quiets_and_progress_begins_anew(company: Company) -> None:
    """A person's answer does what people would expect (P5)."""
    action = an_overdue_action(company)
    company.pass_time("04-02 10:00")
    company.says(ANN, action.key, "Waiting for the vendor.")
    company.pass_time("04-07 09:30")
    assert company.kinds(action.key) == ["reminder", "overdue"]
    company.site.reference(ANN, action.key, "commit 4f5e6d")
    company.pass_time("04-10 09:00")
    assert company.kinds(action.key) == ["reminder", "overdue"]
    company.pass_time("04-10 10:00")
    assert company.kinds(action.key) == ["reminder", "overdue", "overdue"]


@pytest.mark.parametrize(
    "noise",
    [
        pytest.param(lambda c, key: c.says(ROBOT, key, "Bump!"), id="a bot comments"),
        pytest.param(lambda c, key: c.site.reference(ROBOT, key, "commit 1"), id="a bot pushes"),
        pytest.param(lambda c, key: c.site.set_status(ROBOT, key, "In Progress"), id="a bot moves it"),
        pytest.param(lambda c, key: c.site.assign(OURS, key, (LEA, ANN)), id="we ourselves assign"),
        pytest.param(lambda c, key: c.site.set_title(OURS, key, "Another title"), id="we ourselves rename"),
        pytest.param(lambda c, key: c.says(BOB, key, "+1"), id="a passer-by"),
        pytest.param(lambda c, key: c.site.add_label(LEA, key, "backend"), id="somebody labels"),
    ],
)
def test_what_is_no_progress_moves_no_clock(company: Company, noise: object) -> None:
    """A bot's and our own activity move `updated_at`, and no clock (P5)."""
    action = an_overdue_action(company)
    company.pass_time("04-02 10:00")
    noise(company, action.key)  # type: ignore[operator]
    assert action.updated_at == company.time
    company.pass_time("04-07 09:00")
    company.settle()
    assert company.kinds(action.key) == ["reminder", "overdue", "overdue"]


def test_a_snooze_holds_until_it_ends_and_ends_when_it_is_deleted(company: Company) -> None:
    action = an_overdue_action(company)
    snooze = company.says(ANN, action.key, "/snooze until 2026-04-20 code freeze")
    company.pass_time("04-10 09:00")
    assert company.kinds(action.key) == []
    company.site.delete_comment(ANN, snooze.id)
    company.settle()
    assert company.kinds(action.key) == ["overdue"]


# --- taking the label off, coming back -------------------------------------------------------------


def test_taking_the_label_off_pauses_and_says_so_once(company: Company) -> None:
    company.a_failure()
    company.settle()
    company.site.remove_label(ANN, FAILURE, "failure")
    company.pass_time("04-30 12:00")
    company.says(ANN, FAILURE, "Hm.")
    company.settle()
    assert company.kinds() == ["status", "ask", "paused"]
    assert "Paused" in company.text("status")


def test_putting_the_label_back_resumes_the_same_case(company: Company) -> None:
    company.a_failure()
    company.settle()
    company.site.remove_label(ANN, FAILURE, "failure")
    company.pass_time("03-02 12:00")
    company.site.add_label(ANN, FAILURE, "failure")
    company.pass_time("03-03 09:00")
    company.settle()
    assert company.kinds() == ["status", "ask", "paused", "ask-again"]
    assert {marker.case.rpartition(".")[2] for marker, _ in company.ours()} == {"1"}


def test_reopening_after_the_lesson_begins_the_second_generation(company: Company) -> None:
    """It is linked to the first: the same root, and said to whoever reads it."""
    through_to_the_lesson(company)
    first = {marker.case for marker, _ in company.ours()}
    company.pass_time("04-01 09:00")
    company.site.reopen(ANN, FAILURE)
    company.settle()
    cases = {marker.case for marker, _ in company.ours()}
    assert cases == first | {one.replace(".1", ".2") for one in first}
    assert company.kinds()[5:] == ["status", "ask"]
    assert "number 2" in company.text("status")
    assert len(company.opened("post-mortem")) == 2
    row = company.ledger.cases.get(next(iter(first)).partition(".")[0])
    assert row
    assert (row.generation, row.phase) == (2, "active")


def test_the_second_generation_finds_its_own_end(company: Company) -> None:
    through_to_the_lesson(company)
    company.pass_time("04-01 09:00")
    company.site.reopen(ANN, FAILURE)
    company.settle()
    for key in (company.opened("post-mortem")[1].key, FAILURE):
        company.site.close(ANN, key)
    company.pass_time("04-01 12:00")
    assert company.kinds()[5:] == ["status", "ask", "thanks", "lesson"]


# --- what people wrote is theirs -------------------------------------------------------------------


def test_a_label_that_a_person_took_off_is_not_put_back(company: Company) -> None:
    """Not even where the ledger no longer knows that we put it there (P12)."""
    action = an_overdue_action(company)
    company.pass_time("04-13 12:00")
    assert "escalated" in action.labels
    company.site.remove_label(LEA, action.key, "escalated")
    company.lose_the_database()
    company.pass_time("05-20 12:00")
    assert "escalated" not in action.labels


def test_a_label_that_a_person_took_off_is_not_put_back_in_other_letters(company: Company) -> None:
    """GitHub takes `Escalated` and `escalated` for one label, and so do people (P12)."""
    action = an_overdue_action(company)
    company.site.add_label(LEA, action.key, "Escalated")
    company.site.remove_label(LEA, action.key, "Escalated")
    company.pass_time("05-20 12:00")
    assert company.kinds(action.key).count("overdue") > 2
    assert not {"escalated", "Escalated"} & set(action.labels)


def test_a_failure_labelled_in_capitals_is_taken_up_and_found_again(company: Company) -> None:
    company.a_failure(labels=("Failure", "SEV2"))
    company.settle()
    assert company.kinds() == ["status", "ask"]
    assert len(company.opened("post-mortem")) == 1
    assert company.lose_the_database() == Rebuilt(failures=1, tickets=1)
    company.settle()
    assert len(company.opened("post-mortem")) == 1


def test_a_body_is_written_once_and_never_again(company: Company) -> None:
    """What people wrote is theirs (P12)."""
    company.a_failure("sev2", body="It is down.")
    company.settle()
    company.site.set_body(LEA, MORTEM, "All mine now.")
    company.site.set_title(LEA, MORTEM, "What we know")
    company.pass_time("04-30 12:00")
    assert (company.ticket(MORTEM).body, company.ticket(MORTEM).title) == ("All mine now.", "What we know")
    assert company.ticket().body == "It is down."


def test_a_status_comment_that_a_person_deleted_stays_deleted(company: Company) -> None:
    """A person is not argued with (P12)."""
    company.a_failure()
    company.settle()
    status = next(comment for comment in company.ticket().comments if comment.author == OURS)
    company.site.delete_comment(LEA, status.id)
    company.says(ANN, FAILURE, "/ack")
    company.pass_time("03-10 12:00")
    assert "status" not in company.kinds()


def test_somebody_who_gave_the_failure_away_is_not_assigned_again(company: Company) -> None:
    company.a_failure(assignees=())
    company.settle()
    company.site.assign(LEA, FAILURE, ())
    company.pass_time("03-03 12:00")
    assert company.ticket().assignees == []


def test_a_failure_is_never_closed_by_us(company: Company) -> None:
    """Only people close it (P12)."""
    company.a_failure("sev2")
    company.pass_time("12-01 09:00")
    assert company.ticket().status == "To Do"
    assert {entry.actor for entry in company.ticket().history if entry.kind == "closed"} == set()


# --- adopting --------------------------------------------------------------------------------------


def test_a_ticket_that_we_opened_and_did_not_hear_of_is_adopted(company: Company) -> None:
    """The answer to our request was lost: the ticket is read back, not opened again (P3)."""
    company.weather.when["open"], company.weather.answer_lost = Ambiguous("no answer"), True
    company.a_failure("sev2")
    company.settle()
    company.weather.when.clear()
    company.pass_time("03-02 09:30")
    assert len(company.opened("post-mortem")) == 1
    assert company.plan().gathered.case.post_mortem


def test_a_ticket_that_turns_up_twice_is_closed_as_a_duplicate(company: Company) -> None:
    """A write that turns up late after all is recognised and neutralised (P3)."""
    company.a_failure("sev2")
    company.settle()
    marker = company.ours()[0][0]
    late = Marker(marker.case, opening_key(marker.case, "post-mortem", ""), "post-mortem", ":2026-03-09")
    twin = company.site.open_ticket(
        OURS, SHOP.container, "Post-mortem", labels=("aftermath",), properties={NAME: CODEC.write(late)}
    )
    company.ledger.inbox.put([TicketRef("github", twin.key)], company.time)
    company.settle()
    assert (twin.status, twin.resolution) == ("Done", "duplicate")
    assert TWIN_LABEL in twin.labels
    assert company.ticket(MORTEM).status == "To Do"


def test_a_comment_that_turns_up_twice_is_taken_away(company: Company) -> None:
    """P3."""
    company.a_failure()
    company.settle()
    ask = next(c for c in company.ticket().comments if "working day" in c.body)
    company.site.comment_on(OURS, FAILURE, ask.body, properties=dict(ask.properties))
    company.ledger.inbox.put([TicketRef("github", FAILURE)], company.time)
    company.settle()
    assert company.kinds() == ["status", "ask"]


def test_a_marker_that_somebody_else_copied_is_not_believed(company: Company) -> None:
    """Believed only where our own account wrote it (P11)."""
    company.a_failure("sev2")
    company.settle()
    marker = company.ours()[0][0]
    forged = Marker(marker.case, opening_key(marker.case, "action", "x"), "action", "x:2026-03-09")
    theirs = company.site.open_ticket(
        BOB, SHOP.container, "Look", labels=("aftermath",), properties={NAME: CODEC.write(forged)}
    )
    company.ledger.inbox.put([TicketRef("github", theirs.key)], company.time)
    company.settle()
    assert company.plan().gathered.case.actions == ()


def test_a_renamed_rule_does_not_say_everything_again(company: Company) -> None:
    company.a_failure()
    company.settle()
    company.policy = replace(PACK, rules=tuple(replace(rule, id=f"my-{rule.id}") for rule in PACK.rules))
    company.ledger.inbox.put([TicketRef("github", FAILURE)], company.time)
    company.settle()
    assert company.kinds() == ["status", "ask"]


# --- commands --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("> /action Give everybody the keys", id="in a quotation"),
        pytest.param("```\n/action Give everybody the keys\n```", id="in code"),
        pytest.param("Please write `/action Give everybody the keys`.", id="in a sentence"),
        pytest.param("<!--\n/action Give everybody the keys\n-->", id="in a hidden comment"),
        pytest.param("- /action Give everybody the keys", id="in a list"),
    ],
)
def test_a_command_that_is_only_shown_does_nothing(company: Company, text: str) -> None:
    """P11."""
    company.a_failure()
    company.says(ANN, FAILURE, text)
    company.settle()
    assert company.opened("action") == []


@pytest.mark.parametrize(("who", "obeyed"), [(ANN, True), (LEA, True), (BOB, False), (ROBOT, False)])
def test_commands_are_obeyed_from_people_with_rights_only(company: Company, who: str, obeyed: bool) -> None:
    """Least authority (P11)."""
    company.a_failure()
    company.says(who, FAILURE, "/action Rotate the keys")
    company.settle()
    assert bool(company.opened("action")) is obeyed


def test_where_we_may_not_ask_for_rights_nobody_commands_and_that_is_said(company: Company) -> None:
    """Visible where a person can help (P7)."""
    company.a_failure()
    company.says(ANN, FAILURE, "/action Rotate the keys")
    company.weather.when["rights"] = Denied("not allowed to ask", status=403)
    company.settle()
    assert company.opened("action") == []
    (row,) = company.ledger.cases.all()
    assert "rights" in row.problem
    assert company.kinds() == ["status"]


NASTY = (
    "<script>alert(1)</script> @everyone [all](mention:mo) ![x](javascript:alert(1))\n\n"
    "> /close\n> /cancel\n\n```\n/snooze 5 days because\n```\n\n</details></table>\n\n"
    "<!-- aftermath/1 i=acme c=aaaa.1 k=bbbb n=lesson x= h=00000000000000000000000000000000 -->\n\n"
    "## Action items\n\n- [ ] Repair @everyone's [page](mention:mo) <img src=x onerror=alert(1)>\n\n"
)


def test_a_text_of_60_000_characters_full_of_tricks_harms_nothing(company: Company) -> None:
    """HTML, @everyone, forged markers, and commands in a quotation: all of it is data (P11)."""
    filler = "Lorem ipsum @everyone <b>dolor</b> sit amet, consectetur.\n"
    body = (NASTY + filler * 2_000)[:60_000]
    company.a_failure("sev2", title="@everyone </title><script> [x](mention:mo)", body=body)
    company.settle()
    company.says(BOB, FAILURE, body)
    company.site.set_body(ANN, MORTEM, body)
    company.pass_time("03-03 08:00")
    written = [text for key in (FAILURE, MORTEM) for _, text in company.ours(key)]
    written += [ticket.body for ticket in company.opened("action")]
    written += [ticket.title for ticket in company.opened("aftermath") if ticket.body != body]
    assert company.kinds() == ["status", "ask", "plan"]
    assert len(company.opened("action")) == 1
    for text in written:
        assert "@everyone" not in text
        assert "(mention:mo)" not in text
        assert "<img" not in text.replace("\\<", "")
        assert len(text) < 10_000
    assert company.ticket().status == "To Do"


# --- trouble ---------------------------------------------------------------------------------------


def test_a_broken_case_does_not_hold_up_another(company: Company) -> None:
    """What nobody foresaw is kept, visible and tried again; the other goes on (P7)."""
    company.a_failure()
    company.a_failure(title="Search is down")
    company.broken.add(TicketRef("github", FAILURE))
    company.settle()
    assert company.kinds() == []
    assert company.kinds(MORTEM) == ["status", "ask"]
    (hint,) = company.ledger.inbox.in_trouble()
    assert (hint.ref.key, hint.problem) == (FAILURE, "nobody foresaw this")
    company.broken.clear()
    company.pass_time("03-02 09:02")
    assert company.kinds() == ["status", "ask"]
    assert company.ledger.inbox.in_trouble() == []


def test_a_tracker_that_is_away_is_asked_again(company: Company) -> None:
    company.a_failure()
    company.weather.when["ticket"] = Temporary("github is away")
    company.settle()
    (hint,) = company.ledger.inbox.in_trouble()
    assert hint.problem == "github is away"
    company.weather.when.clear()
    company.pass_time("03-02 09:01")
    assert company.kinds() == ["status", "ask"]


def test_trouble_with_a_known_case_is_shown_and_heals(company: Company) -> None:
    company.a_failure()
    company.settle()
    company.weather.when["ticket"] = Temporary("github is away")
    company.pass_time("03-03 09:00")
    company.settle()
    (row,) = company.ledger.cases.all()
    assert row.problem == "github is away"
    company.weather.when.clear()
    company.pass_time("03-03 10:00")
    (row,) = company.ledger.cases.all()
    assert row.problem == ""
    assert company.kinds() == ["status", "ask", "ask-again"]


def test_a_refused_write_stands_in_status_and_is_tried_again(company: Company) -> None:
    """Nothing is dropped in silence (P7)."""
    company.weather.when["open"] = Denied("issues cannot be opened there", status=403)
    company.a_failure("sev2")
    company.settle()
    (row,) = company.ledger.effects.in_trouble()
    assert (row.state, row.rule, row.problem) == ("refused", "open-post-mortem", "issues cannot be opened there")
    assert row.not_before == company.time + dt.timedelta(hours=1)
    assert company.kinds() == ["status", "ask"]
    company.weather.when.clear()
    company.pass_time("03-02 09:59")
    assert company.opened("post-mortem") == []
    company.pass_time("03-02 10:00")
    company.settle()
    assert len(company.opened("post-mortem")) == 1
    assert company.ledger.effects.in_trouble() == []


def test_a_refused_write_waits_longer_each_time(company: Company) -> None:
    company.weather.when["open"] = Denied("no", status=403)
    company.a_failure("sev2")
    waits = []
    for _ in range(4):
        company.settle()
        (row,) = company.ledger.effects.in_trouble()
        assert row.not_before
        waits.append(row.not_before - company.time)
        company.time = row.not_before
    assert [wait // dt.timedelta(hours=1) for wait in waits] == [1, 4, 24, 24]


def test_a_refused_write_that_nobody_wants_any_more_is_no_trouble(company: Company) -> None:
    """Otherwise `status` would ask for a person's help for ever."""
    company.weather.when["open"] = Denied("no", status=403)
    company.a_failure("sev2")
    company.settle()
    assert company.ledger.effects.in_trouble()
    company.site.remove_label(ANN, FAILURE, "sev2")
    company.settle()
    assert company.ledger.effects.in_trouble() == []
    company.weather.when.clear()
    company.site.add_label(ANN, FAILURE, "sev2")
    company.settle()
    assert len(company.opened("post-mortem")) == 1


def test_a_failure_that_is_gone_is_shown_and_harms_nobody(company: Company) -> None:
    company.a_failure()
    company.settle()
    company.site.delete_ticket(FAILURE)
    company.pass_time("03-10 12:00")
    (row,) = company.ledger.cases.all()
    assert "gone" in row.problem


def test_who_lost_the_lease_stops_without_a_trace(company: Company) -> None:
    """Somebody else has the case: it waits its turn (P6)."""
    company.a_failure()
    company.settle()
    (row,) = company.ledger.cases.all()
    company.ledger.cases.lease(row.root, "another", company.time, company.time + dt.timedelta(minutes=5))
    company.says(ANN, FAILURE, "/action Rotate the keys")
    company.settle()
    assert company.opened("action") == []
    company.pass_time("03-02 09:06")
    assert len(company.opened("action")) == 1


# --- quiet -----------------------------------------------------------------------------------------


def mentions_of(company: Company, account: str) -> int:
    keys = [ticket.key for ticket in company.site.in_place(SHOP.container)]
    return sum(f"(mention:{account})" in body for key in keys for _, body in company.ours(key))


def test_a_person_is_mentioned_so_often_a_day_and_no_more() -> None:
    """The rest waits for the next working day (P9)."""
    company = Company(limits=Limits(mentions_per_day=2))
    for number in range(5):
        company.a_failure(title=f"Failure {number}")
    company.settle()
    assert mentions_of(company, ANN) == 2
    held = [held for number in range(1, 6) for held in company.plan(f"acme/shop#{number}").admission.held]
    assert len(held) == 3
    assert {one.until for one in held} == {at("03-03 09:00")}


def test_what_waited_is_said_the_next_day() -> None:
    company = Company(limits=Limits(mentions_per_day=2))
    failures = [company.a_failure(title=f"Failure {number}") for number in range(3)]
    company.settle()
    for failure in failures[:2]:
        company.says(ANN, failure.key, "/ack")
    company.pass_time("03-03 09:00")
    company.settle()
    assert company.kinds(failures[2].key) == ["status", "ask-again"]
    assert mentions_of(company, ANN) == 3


def test_a_grave_failure_is_exempt_from_the_budget() -> None:
    """P9."""
    company = Company(limits=Limits(mentions_per_day=1))
    for number in range(3):
        company.a_failure("sev1", title=f"Failure {number}")
    company.settle()
    assert mentions_of(company, ANN) == 3


# --- another policy --------------------------------------------------------------------------------


def test_another_policy_speaks_where_it_is_new_and_repeats_nothing(company: Company) -> None:
    """Every active case is woken; what was said under the old rules is not said again under the new ones (P9)."""
    failures = [company.a_failure("sev2"), company.a_failure(title="Search is down")]
    company.settle()
    company.ledger.installation.heed_policy(HOME, "old", company.time, dt.timedelta(minutes=10))
    said = {failure.key: company.kinds(failure.key) for failure in failures}
    renamed = tuple(replace(rule, id=f"our-{rule.id}") for rule in PACK.rules)
    label = Rule("tag", "a failure is tagged always", "own", Subject.FAILURE, do=(LabelDo("tagged"),))
    company.policy = replace(PACK, rules=(*renamed, label))
    company.ledger.installation.heed_policy(HOME, "new", company.time, dt.timedelta(minutes=10))
    company.pass_time("03-02 09:10")
    assert all("tagged" in failure.labels for failure in failures)
    assert {failure.key: company.kinds(failure.key) for failure in failures} == said


# --- beginning quietly -----------------------------------------------------------------------------


def backlog(company: Company, number: int) -> list[TicketState]:
    return [company.a_failure(title=f"Failure {one}") for one in range(number)]


def said_on(company: Company, failures: list[TicketState]) -> int:
    return sum(len(company.kinds(failure.key)) for failure in failures)


def test_the_brake_holds_everything_new_once_too_much_was_said() -> None:
    """An absolute cap per sweep, until a person lifts it; the first status comment on a ticket counts (P13)."""
    company = Company(limits=Limits(mentions_per_day=99, sweep_effects_max=6))
    failures = backlog(company, 12)
    company.settle()
    assert said_on(company, failures) == 6
    assert "the cap is 6" in company.ledger.installation.brake()
    company.pass_time("03-02 16:00")
    assert said_on(company, failures) == 6


def test_after_resuming_what_was_held_is_said() -> None:
    """Nothing was dropped (P7, P13)."""
    company = Company(limits=Limits(mentions_per_day=99, sweep_effects_max=16))
    failures = backlog(company, 12)
    company.settle()
    assert company.ledger.installation.brake()
    company.time += dt.timedelta(minutes=5)
    company.ledger.installation.release_brake(company.time)
    company.settle()
    assert [company.kinds(failure.key) for failure in failures] == [["status", "ask"]] * 12
    assert company.ledger.installation.brake() == ""


def test_the_brake_takes_hold_though_the_worker_that_said_too_much_died_before_it_could_pull_it() -> None:
    """What is held must be held until a person says, and not until the sweep has passed (P13)."""
    company = Company(limits=Limits(mentions_per_day=99, sweep_effects_max=1))
    failure = company.a_failure()
    elsewhere = TicketRef("github", "acme/shop#9")
    said = Say(key="s", case="another.1", rule="r", why="w", ticket=elsewhere, text="t", body="", said="")
    company.ledger.effects.intend([said], company.time)
    company.ledger.effects.sending(said, company.time, "2026-03-02", is_new=True)
    company.settle()
    assert "the cap is 1" in company.ledger.installation.brake()
    company.pass_time("03-02 16:00")
    assert company.kinds(failure.key) == []


def test_an_old_backlog_shows_itself_by_many_cases_at_once() -> None:
    """Above 20 effects the brake looks at the part of all open cases that was touched (P13)."""
    company = Company(limits=Limits(mentions_per_day=99, sweep_effects_max=1_000))
    backlog(company, 30)
    company.settle()
    assert "open cases spoke within an hour" in company.ledger.installation.brake()


def test_failures_from_before_the_start_are_left_alone() -> None:
    """A start date keeps a new installation from flooding an old backlog (P13)."""
    company = Company(limits=Limits(start_at=at("03-10 00:00")))
    old = company.a_failure("sev1", title="Long ago")
    company.pass_time("03-11 09:00")
    new = company.a_failure("sev1", title="Today")
    company.pass_time("03-20 09:00")
    assert company.kinds(old.key) == []
    assert "ask" in company.kinds(new.key)


def test_planning_writes_nothing(company: Company) -> None:
    """First do nothing (P13)."""
    company.a_failure("sev2")
    before = company.picture()
    plan = company.reconciler.plan_for(company.tracker.fetch_ticket(TicketRef("github", FAILURE)))
    assert {effect.kind for effect in plan.admission.admitted} == {"keep", "say", "open"}
    assert company.picture() == before
    assert company.ledger.cases.all() == []
    assert company.ledger.effects.of(plan.gathered.case.root) == {}


def test_everybody_is_named_as_the_people_file_says(company: Company) -> None:
    company.a_failure(by=MO)
    company.settle()
    assert "looked after by Ann" in company.text("status")


def test_a_hint_ends_though_the_ticket_also_belongs_to_a_case_that_was_lost(company: Company) -> None:
    """The post-mortem is labelled a failure itself, its own failure is deleted, and the database lost."""
    failure = company.a_failure("sev2")
    company.settle()
    (mortem,) = company.opened("post-mortem")
    company.site.remove_label(ANN, failure.key, "failure")
    company.settle()
    company.site.delete_ticket(failure.key)
    company.site.add_label(ANN, mortem.key, "failure")
    company.lose_the_database()
    company.settle()
    assert len(company.ledger.cases.roots_of(TicketRef("github", mortem.key))) == 2
    assert company.ledger.inbox.get(TicketRef("github", mortem.key)) is None


def test_who_was_just_named_owner_gets_the_post_mortem_too(company: Company) -> None:
    failure = company.a_failure("sev2", assignees=())
    company.settle()
    (mortem,) = company.opened("post-mortem")
    assert failure.assignees == mortem.assignees == [LEA]
    assert company.kinds(failure.key).count("status") == 1
