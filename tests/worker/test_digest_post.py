"""The weekly digest from a look at a case to its reader's channel: once a week each, whatever fails (P3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import inspect, text

from connectors.errors import Ambiguous, Refused, Temporary
from rules.digest_plan import DigestPlan, Reader
from rules.facts import Audience
from rules.policy import Limits
from tests.worker.company import ANN, HOME, LEA, at
from tests.worker.office import BOARD_READS, FAILURE, LEA_READS, MORTEM, OUTSIDERS, POLICY, Office, something_stuck
from worker.digest_outlook import DIED, missed_week, read_outlook, troubles
from worker.digest_post import LATE_MAX, SETTLES_WITHIN
from worker.steps import Step


@pytest.fixture
def office() -> Office:
    return Office(policy=POLICY)


def test_every_reader_gets_one_digest_a_week(office: Office) -> None:
    """However often the schedulers ask, and though one restarts every day."""
    something_stuck(office)
    for day in range(9, 32):
        office.lead_time(f"03-{day:02} 12:00")
    assert office.digests() == [(day, to) for day in ("03-09", "03-16", "03-23", "03-30") for to in ("lea", "board")]


def test_a_digest_tells_what_is_stuck_finished_and_learned(office: Office) -> None:
    office.a_failure("sev2")
    office.settle()
    office.says(LEA, FAILURE, "/ack Rolling back.")
    office.says(ANN, FAILURE, "/action Alert before the certificate ends")
    office.pass_time("03-03 10:00")
    office.site.close(ANN, MORTEM)
    office.pass_time("03-04 10:00")
    office.a_failure("sev3", title="Search is down")
    office.pass_time("03-09 09:00")
    assert office.post() == 2
    body = office.letterbox.to("letter://lea")[-1].body
    assert "- post-mortem [acme/shop#2]" in body
    assert "- first word [acme/shop#4]" in body
    assert "since 2026-03-04, with owner and lead" in body
    assert "Ann" not in body
    assert "Lea" not in body


def test_what_was_learned_is_told_in_the_week_in_which_the_case_was_let_go(office: Office) -> None:
    office.a_failure("sev3")
    office.settle()
    office.says(ANN, FAILURE, "/ack Rolling back.")
    office.site.close(ANN, FAILURE)
    office.pass_time("03-02 12:00")
    assert office.kinds()[-1] == "lesson"
    office.lead_time("03-24 12:00")
    assert [day for day, to in office.digests() if to == "lea"] == ["03-09"]
    assert "**Learned: 1**" in office.letterbox.to("letter://lea")[-1].body


def test_where_nothing_happened_nothing_is_sent_not_even_late(office: Office) -> None:
    """What happens on Tuesday makes no late digest of Monday's."""
    office.lead_time("03-10 12:00")
    office.a_failure("sev2")
    office.lead_time("03-13 12:00")
    assert office.digests() == []


def test_a_failure_that_is_gone_or_hidden_from_us_is_told_no_more(office: Office) -> None:
    """P14: it stood as stuck at the last look at it."""
    something_stuck(office)
    office.lead_time("03-09 12:00")
    office.site.delete_ticket(FAILURE)
    office.pass_time("03-15 12:00")
    office.lead_time("03-24 12:00")
    assert [day for day, to in office.digests() if to == "lea"] == ["03-09"]
    assert office.ledger.digests.news(at("01-01 00:00")) == []


def test_what_was_taken_down_for_earlier_readers_is_not_told_to_later_ones_as_it_was(office: Office) -> None:
    """For some days there was no digest, and meanwhile the case came to its end."""
    something_stuck(office)
    office.policy = replace(POLICY, people=replace(POLICY.people, digest=DigestPlan()))
    office.says(LEA, FAILURE, "/ack Rolling back.")
    office.site.close(ANN, MORTEM)
    office.site.close(ANN, FAILURE)
    office.pass_time("03-12 12:00")
    assert office.kinds()[-1] == "lesson"
    office.policy = POLICY
    office.lead_time("03-31 12:00")
    assert office.digests() == []


def test_without_readers_no_look_takes_anything_down(office: Office) -> None:
    office.policy = replace(POLICY, people=replace(POLICY.people, digest=DigestPlan()))
    something_stuck(office)
    office.lead_time("03-10 12:00")
    assert office.digests() == []
    assert office.ledger.digests.news(at("01-01 00:00")) == []


@pytest.mark.parametrize("is_public", [True, False], ids=["public", "internal"])
def test_a_reader_of_public_tickets_gets_nothing_of_an_internal_one(is_public: bool) -> None:
    """P14."""
    office = Office(policy=replace(POLICY, people=replace(POLICY.people, digest=DigestPlan((OUTSIDERS, LEA_READS)))))
    office.site.places["acme/shop"].is_public = is_public
    something_stuck(office)
    office.lead_time("03-10 12:00")
    assert [to for _, to in office.digests()] == (["open", "lea"] if is_public else ["lea"])


# --- once, whatever fails -------------------------------------------------------------------------


@pytest.mark.parametrize("is_taken", [True, False], ids=["arrived-without-an-answer", "never-arrived"])
def test_after_a_bad_answer_it_is_not_sent_again_and_the_others_get_theirs(office: Office, is_taken: bool) -> None:
    """P3, P7."""
    something_stuck(office)
    office.pass_time("03-09 09:00")
    office.weather.when["letter"] = Ambiguous("no answer")
    office.weather.answer_lost = is_taken
    assert office.a_post().post_one()
    office.weather.when.clear()
    office.lead_time("03-12 12:00")
    assert office.digests() == ([("03-09", "lea")] if is_taken else []) + [("03-09", "board")]
    (trouble,) = troubles(office.ledger, office.policy, office.time)
    assert (trouble.week, trouble.problem, trouble.again_at) == ("2026-W11", "no answer", "")


@pytest.mark.parametrize("error", [Refused("no such address"), Temporary("not sent")], ids=["refused", "not-sent"])
def test_what_surely_did_not_go_goes_later(office: Office, error: Exception) -> None:
    something_stuck(office)
    office.pass_time("03-09 09:00")
    office.weather.when["letter"] = error  # type: ignore[assignment]
    assert office.post() == 2
    assert [one.problem for one in troubles(office.ledger, office.policy, office.time)] == [str(error)] * 2
    office.weather.when.clear()
    office.lead_time("03-09 12:00")
    assert sorted(office.digests()) == [("03-09", "board"), ("03-09", "lea")]
    assert list(troubles(office.ledger, office.policy, office.time)) == []


class _Ends(BaseException):
    """The process ended here: no handler of the code under test catches it."""


class _EndsAt:
    def __init__(self, step: Step) -> None:
        self._step = step

    def reached(self, step: Step, detail: str) -> None:
        if step is self._step:
            raise _Ends


@pytest.mark.parametrize(
    ("step", "arrived"),
    [(Step.SENDING, 0), (Step.ANSWERED, 1), (Step.CONFIRMED, 1)],
    ids=["before-the-request", "before-the-answer-was-noted", "after"],
)
def test_a_digest_whose_sender_ended_is_not_sent_a_second_time(office: Office, step: Step, arrived: int) -> None:
    """P3: noted as sent, and then dead before the request: that one never goes; after it, it has."""
    something_stuck(office)
    office.pass_time("03-09 09:00")
    with pytest.raises(_Ends):
        office.post(_EndsAt(step))
    office.lead_time("03-12 12:00")
    assert sorted(office.digests()) == sorted([("03-09", "lea")] * arrived + [("03-09", "board")])
    told = [one.problem for one in troubles(office.ledger, office.policy, office.time)]
    assert told == ([] if step is Step.CONFIRMED else [DIED])


def test_of_two_that_both_believe_to_lead_one_sends(office: Office) -> None:
    """The one comes in just as the other is about to send, and after it has."""
    something_stuck(office)
    office.pass_time("03-09 09:00")
    other = office.a_post()
    tried: list[bool] = []

    class Interferes:
        def reached(self, step: Step, detail: str) -> None:
            tried.append(other.post_one())

    office.post(Interferes())
    assert sorted(office.digests()) == [("03-09", "board"), ("03-09", "lea")]
    assert tried


def test_after_a_lost_database_this_weeks_is_left_out_and_the_next_one_comes(office: Office) -> None:
    """P1, P3: nobody knows any more whether it was sent; what it would have told is there again."""
    something_stuck(office)
    office.lead_time("03-09 12:00")
    assert len(office.digests()) == 2
    office.lose_the_database()
    office.lead_time("03-15 12:00")
    assert len(office.digests()) == 2
    outlook = read_outlook(office.ledger, office.policy, HOME, office.time, "2026-W11")
    assert {one.state for one in outlook.readers} == {"left out: older than what the ledger remembers"}
    office.lead_time("03-16 12:00")
    assert office.digests()[2:] == [("03-16", "lea"), ("03-16", "board")]
    assert "[acme/shop#1]" in office.letterbox.letters[-1].body


def test_a_rebuild_by_hand_sends_nothing_twice_and_keeps_what_is_still_to_go(office: Office) -> None:
    something_stuck(office)
    office.pass_time("03-09 09:00")
    office.weather.when["letter"] = Refused("no such address")
    assert office.a_post().post_one()
    office.weather.when.clear()
    office.time += dt.timedelta(minutes=5)
    office.rebuild()
    office.lead_time("03-12 12:00")
    assert office.digests() == [("03-09", "lea")], "that one surely did not go; of the other nothing was noted"


# --- when -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("off_until", "days"),
    [("03-11 10:00", ["03-11"]), ("03-14 15:00", [])],
    ids=["two-days-late", "too-late"],
)
def test_a_digest_that_could_not_go_at_its_hour_goes_within_four_days(
    office: Office, off_until: str, days: list[str]
) -> None:
    something_stuck(office)
    office.pass_time(off_until)
    office.lead_time("03-15 12:00")
    assert [day for day, to in office.digests() if to == "lea"] == days
    assert dt.timedelta(days=4) == LATE_MAX


def test_a_week_whose_digest_went_to_nobody_is_told_until_the_next_one(office: Office) -> None:
    """P7: somebody waits for it in vain. Where there was none the week before, nobody does."""
    missed = lambda: missed_week(office.ledger, office.policy, office.time)  # noqa: E731 - asked at several moments
    something_stuck(office)
    office.time = at("03-14 12:00")
    assert missed() == "", "the first one that could have gone"
    office.lead_time("03-16 08:00")
    assert missed() == ""
    office.lead_time("03-16 12:00")
    assert len(office.digests()) == 2
    office.time = at("03-27 08:00")
    assert missed() == "", "it may still go"
    office.time = at("03-27 09:01")
    assert missed() == "2026-W13"
    office.lead_time("03-30 12:00")
    assert missed() == ""


def test_what_falls_due_at_its_hour_is_looked_at_before(office: Office) -> None:
    """So that it tells how things stand, and not how they stood before the weekend."""
    something_stuck(office)
    office.time = at("03-09 09:00")
    assert office.ledger.cases.next_wake() == office.time
    post = office.a_post()
    assert not post.post_one()
    office.settle()
    assert post.post_one()


def test_a_case_that_cannot_be_looked_at_holds_no_digest_up_for_long(office: Office) -> None:
    """P7."""
    something_stuck(office)
    office.time = at("03-09 09:00")
    post = office.a_post()
    assert not post.post_one()
    office.time += SETTLES_WITHIN - dt.timedelta(seconds=1)
    assert not post.post_one()
    office.time += dt.timedelta(seconds=1)
    assert post.post_one()


def test_after_a_late_start_polls_come_first(office: Office) -> None:
    something_stuck(office)
    office.pass_time("03-09 12:00")
    post = office.a_post()
    assert not post.post_one()
    office.time += dt.timedelta(minutes=2)
    assert post.post_one()


def test_the_brake_holds_a_digest_until_somebody_lifts_it(office: Office) -> None:
    """P13."""
    something_stuck(office)
    office.pass_time("03-09 09:00")
    office.ledger.installation.set_brake("too much", office.time)
    assert office.post() == 0
    office.ledger.installation.release_brake(office.time)
    office.settle()
    assert office.post() == 2


def test_a_policy_in_which_a_reader_joins_is_heeded_in_the_same_week(office: Office) -> None:
    something_stuck(office)
    office.pass_time("03-09 09:00")
    post = office.a_post()
    while post.post_one():
        pass
    mo = Reader("mo", Audience.INTERNAL, ("letter://mo",))
    people = replace(POLICY.people, digest=DigestPlan((LEA_READS, BOARD_READS, mo)))
    office.policy = replace(POLICY, people=people)
    assert post.post_one()
    assert [to for _, to in office.digests()] == ["lea", "board", "mo"]


# --- what is left ---------------------------------------------------------------------------------


def test_no_row_tells_who_was_written_to(office: Office) -> None:
    """P10."""
    something_stuck(office)
    office.lead_time("03-09 12:00")
    with office.ledger.engine.begin() as db:
        rows = [str(tuple(row)) for row in db.execute(text("SELECT * FROM digests"))]
        named = inspect(db).get_columns("digests")
    assert len(rows) == 2
    assert not [row for row in rows for word in ("lea", "board", "leadership", "letter:") if word in row]
    assert "reader" not in {column["name"] for column in named}


def test_rows_of_long_ago_are_swept_out(office: Office) -> None:
    something_stuck(office)
    office.lead_time("03-09 12:00")
    office.time += dt.timedelta(days=199)
    office.a_post().sweep_out()
    assert _count(office) == 2
    office.time += dt.timedelta(days=2)
    office.a_post().sweep_out()
    assert _count(office) == 0


def _count(office: Office) -> int:
    with office.ledger.engine.begin() as db:
        return int(db.execute(text("SELECT count(*) FROM digests")).scalar_one())


def test_what_waited_for_another_day_stands_in_the_digest() -> None:
    """P9: the budget holds a mention back, it is said the next day, and the digest tells that it had to wait; what made
    room for it then had to wait in its turn."""
    office = Office(policy=POLICY, limits=Limits(mentions_per_day=1))
    for title in ("Checkout is down", "Search is down"):
        office.a_failure("sev3", title=title)
    office.settle()
    office.lead_time("03-09 12:00")
    body = office.letterbox.to("letter://lea")[-1].body
    assert "**Had to wait for another day: 2**" in body
    assert {"ask", "ask-again"} & set(office.kinds("acme/shop#1"))
    assert {"ask", "ask-again"} & set(office.kinds("acme/shop#2"))
    assert "Ann" not in body


def test_a_letter_to_leadership_and_its_digest_are_two_things(office: Office) -> None:
    """The rung of a ladder reaches the channel that the digest reaches too."""
    office.a_failure("sev3")
    office.settle()
    office.says(LEA, FAILURE, "/ack On it.")
    office.says(ANN, FAILURE, "/action Alert before the certificate ends")
    office.lead_time("05-26 12:00")
    letters = [one for one in office.letterbox.to("letter://board") if "what comes of them" not in one.title]
    assert [f"{one.at:%m-%d}" for one in letters] == ["05-22"]
    assert "stands still" in letters[0].body
