"""`aftermath explain`, as a lead reads it: what is awaited, what comes and when, and why it is quiet until then."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from connectors.errors import Temporary
from rules.durations import parse_duration
from rules.language.policy_file import load_policy
from rules.policy import LabelDo, Limits, Role, Routing, Rung, SayDo
from rules.verdicts.rung_words import rung_words, stage_words
from tests.worker.company import ANN, LEA, PEOPLE, SHOP, Company, at
from worker.config import TrackerSettings
from worker.explaining import Explained, explained, plain
from worker.phrases import counted, in_minutes, moment, ordinal

TRACKERS = {"github": TrackerSettings("github", "github", "https://api.github.com")}


def explain(company: Company, key: str = "acme/shop#1") -> Explained:
    return explained(company.policy, company.plan(key), company.time, TRACKERS)


def test_a_case_waits_for_what_its_status_comment_says() -> None:
    company = Company()
    company.a_failure("sev2")
    company.settle()
    first_word, mortem = explain(company).waits
    assert first_word == "a first word from Ann (/ack and what is known)"
    assert mortem.startswith("the post-mortem acme/shop#2 from Ann, due 2026-03-")


def test_what_comes_next_is_told_in_order_with_whom_it_reaches() -> None:
    """P8."""
    company = Company()
    company.a_failure("sev2")
    company.settle()
    coming = explain(company).coming
    assert coming[0].when == "Tue 3 Mar 2026 09:00 UTC"
    assert coming[0].what == "the owner and the lead are asked on acme/shop#1: Ann and Lea (ask-ack)"
    assert any(one.what == "the owner is reminded on acme/shop#2: Ann (late-post-mortem)" for one in coming)
    assert [one.at for one in coming] == sorted(one.at for one in coming)


def test_why_it_is_quiet_is_told_of_each_clock_that_runs() -> None:
    """P8: of ladders that have spoken, and of those that have not yet."""
    company = Company()
    company.a_failure("sev2")
    company.settle()
    quiet = explain(company).quiet
    assert "acme/shop#1: what was due at once was said, counted from the failure label" in quiet[0]
    assert any(line.startswith("acme/shop#2: nothing is due yet, counted from the due date") for line in quiet)


def test_a_clock_that_rests_after_an_answer_says_whose_day_it_was() -> None:
    """P8: it counts from the end of the quiet, and the answer was days before."""
    company = Company()
    company.a_failure("sev2")
    company.settle()
    company.pass_time("03-02 10:00")
    company.says(LEA, "acme/shop#1", "I will find somebody.")
    company.settle()
    told = "counted from the end of the quiet after the last answer (Mon 2 Mar), Thu 5 Mar 2026 10:00 UTC (ask-ack)"
    assert any(line.endswith(told) for line in explain(company).quiet)
    company.pass_time("03-05 10:00")
    asked = company.text("ask")
    assert "since the answer of 2026-03-02 it has been quiet here" in asked
    assert "still waiting for a first word after 3 business days" in asked


def test_a_snoozed_ticket_says_until_when() -> None:
    """P8: its rules are silent by their condition, so that no clock of theirs is told."""
    company = Company()
    company.a_failure("sev2")
    company.settle()
    company.says(ANN, "acme/shop#2", "/snooze until 2026-03-05 the vendor is slow")
    company.settle()
    until = "acme/shop#2: snoozed until Thu 5 Mar 2026 09:00 UTC by Ann: the vendor is slow"
    assert f"{until}; deleting the comment with the /snooze ends it" in explain(company).quiet
    company.pass_time("03-05 10:00")
    assert not any("snoozed" in line for line in explain(company).quiet)


def test_a_look_that_nobody_sees_anything_of_is_none() -> None:
    """P6, P8: the review reaches nobody here, since nobody has a channel; nothing is looked at for its sake."""
    company = Company()
    company.a_failure("sev2")
    company.says(ANN, "acme/shop#1", "/ack Known.")
    company.settle()
    told, (case,) = explain(company), company.ledger.cases.all()
    assert case.wake_at is not None
    assert told.coming[0].at == case.wake_at.isoformat()


def test_what_is_to_be_done_now_is_no_reason_to_be_quiet() -> None:
    company = Company()
    company.a_failure("sev3")
    company.rebuild()
    told = explain(company)
    assert "comment (ask)" in [effect.what for effect in told.case.effects]
    assert told.quiet == ()


def test_a_case_whose_label_was_taken_off_says_that_its_clocks_stand_still() -> None:
    company = Company()
    key = company.a_failure().key
    company.settle()
    company.site.remove_label(ANN, key, "failure")
    company.settle()
    assert explain(company).quiet[0].startswith("the failure label was taken off: all clocks stand still")


def test_a_case_whose_label_was_renamed_says_that_its_clocks_go_on() -> None:
    company = Company()
    company.a_failure("sev2")
    company.settle()
    company.site.rename_label(ANN, "acme/shop", "failure", "outage")
    told = explain(company).quiet
    assert "the label “failure” is gone, and nobody took it off: the clocks go on, and `status` says what to do" in told


def test_a_case_that_was_called_off_says_by_what_and_how_it_goes_on() -> None:
    """P8."""
    company = Company()
    company.a_failure("sev3")
    company.settle()
    company.says(ANN, "acme/shop#1", "/cancel it was a drill")
    company.settle()
    (told,) = explain(company).quiet
    assert told.startswith("it was called off (/cancel on Mon 2 Mar 2026 09:00 UTC): all clocks stand still until")
    assert told.endswith("or that comment is deleted")


def test_what_was_tried_in_vain_says_why_and_when_it_is_tried_again() -> None:
    """P7, P8."""
    company = Company()
    company.a_failure("sev3")
    company.weather.when["comment"] = Temporary("the tracker is away")
    company.settle()
    told = [line for line in explain(company).quiet if "the tracker is away" in line]
    assert told
    told_of = "it did not work yet: the tracker is away; it is tried again on Mon 2 Mar 2026 09:01 UTC"
    assert f"comment (ask) on github:acme/shop#1: {told_of}" in told


def test_when_a_case_is_looked_at_next_is_told_with_what_for() -> None:
    """P6, P8: it is the moment for which the case will be woken."""
    company = Company()
    company.a_failure("sev2")
    company.settle()
    told, (case,) = explain(company), company.ledger.cases.all()
    assert told.next_why == "Tue 3 Mar 2026 09:00 UTC: the owner and the lead are asked on acme/shop#1 (ask-ack)"
    assert case.wake_at == at("03-03 09:00")


def test_a_look_that_was_set_before_is_told_before_what_it_will_find() -> None:
    """P8: as after another policy came into force, for which all cases are woken within minutes."""
    company = Company()
    company.a_failure("sev2")
    company.settle()
    (case,) = company.ledger.cases.all()
    settled = explained(company.policy, company.plan("acme/shop#1"), company.time, TRACKERS, case.wake_at)
    assert settled.next_why == explain(company).next_why, "the moment that is found is the one that was set"
    for digest in ("one", "another"):
        company.ledger.installation.heed_policy("test", digest, at("03-02 10:00"), dt.timedelta(minutes=10))
    (case,) = company.ledger.cases.all()
    told = explained(company.policy, company.plan("acme/shop#1"), company.time, TRACKERS, case.wake_at)
    assert told.next_look == "2026-03-02T10:00:00+00:00"
    anew = "Mon 2 Mar 2026 10:00 UTC: all of it is looked at anew, as after trouble, or under another policy; then "
    assert told.next_why == f"{anew}{explain(company).next_why}"


def test_a_failure_from_before_the_start_date_says_so() -> None:
    """P13."""
    company = Company(limits=Limits(start_at=at("03-05 00:00")))
    company.a_failure()
    company.settle()
    told = explain(company)
    assert told.case.is_left_alone
    assert told.waits == (), "nobody waits for anything"
    until = "it is left alone until the label is put on anew"
    assert told.quiet == (f"it was labelled before 2026-03-05, the start date: {until}",)
    company.pass_time("03-06 09:00")
    company.site.remove_label(ANN, "acme/shop#1", "failure")
    company.site.add_label(ANN, "acme/shop#1", "failure")
    assert not explain(company).case.is_left_alone, "and then it begins"


def test_what_the_brake_holds_is_told() -> None:
    """P8, P13."""
    company = Company()
    company.a_failure(assignees=(LEA,))
    company.rebuild()
    company.ledger.installation.set_brake("a test wants it so", company.time)
    (held,) = [line for line in explain(company).quiet if "are held back: the brake holds" in line]
    assert held.startswith("keep the status comment on github:acme/shop#1 and comment (ask) on github:acme/shop#1 are")
    assert held.endswith("`aftermath resume` lifts it"), "what a person can do about it"


def test_what_waits_for_another_day_says_until_when() -> None:
    """P8, P9: in the policy's zone, as people read it."""
    company = Company(limits=Limits(mentions_per_day=1))
    company.a_failure(assignees=(ANN,))
    company.settle()
    company.a_failure(assignees=(ANN,))
    company.settle()
    (held,) = [line for line in explain(company, "acme/shop#2").quiet if "is held back" in line]
    assert held.startswith("comment (ask) on github:acme/shop#2 is held back: ")
    assert ", until Tue 3 Mar 2026 09:00 UTC; " in held
    assert held.endswith("`limits: mentions_per_day` says how many a day")


def test_what_is_held_back_many_times_is_one_line() -> None:
    company = Company()
    company.a_failure()
    company.settle()
    company.ledger.installation.set_brake("a test wants it so", company.time)
    for number in range(12):
        company.says(ANN, "acme/shop#1", f"/due tomorrow-{number}")
    (held,) = [line for line in explain(company).quiet if "is held back" in line]
    assert held.startswith("comment (reply) on github:acme/shop#1 is held back: the brake holds")
    assert held.endswith(" (12 times)")


def test_what_comes_leaves_out_what_nobody_will_see() -> None:
    """An old command is no longer replied to some day: that is no news."""
    company = Company()
    company.a_failure()
    company.says(ANN, "acme/shop#1", "/help")
    company.settle()
    told = explain(company)
    assert any(rule.rule == "reply" and rule.speaks for rule in told.rules), "there is one that waits"
    assert not [one.what for one in told.coming if "reply" in one.what or "decided again" in one.what]


def test_a_look_back_that_comes_is_told_as_what_it_asks() -> None:
    company = Company()
    company.a_failure("experiment")
    company.site.close(ANN, "acme/shop#1", "completed")
    company.settle()
    company.pass_time("03-03 09:00")
    told = explain(company)
    assert "acme/shop#1: a quiet look back: has it come back, does the change hold? (look-back)" in [
        one.what for one in told.coming
    ]


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        pytest.param("0 seconds#0", "at once", id="at-once"),
        pytest.param("0 business days#0", "on the day", id="on-the-day"),
        pytest.param("-2 business days#0", "2 business days before", id="ahead"),
        pytest.param("3 business days#0", "after 3 business days", id="after"),
        pytest.param("7 business days#1", "after 7 business days, for the 2nd time", id="again"),
    ],
)
def test_a_stage_is_said_in_words(stage: str, words: str) -> None:
    assert stage_words(stage) == words


@pytest.mark.parametrize(
    ("dos", "words"),
    [
        pytest.param((SayDo("t", "overdue", (Role.OWNER,)),), "the owner is asked", id="one"),
        pytest.param((SayDo("t", "overdue", (Role.OWNER, Role.LEAD)),), "the owner and the lead are asked", id="two"),
        pytest.param((SayDo("t", "reminder", (Role.OWNER,)),), "the owner is reminded", id="reminder"),
        pytest.param((SayDo("t", "paused"),), "something is said (paused)", id="nobody"),
        pytest.param(
            (SayDo("t", "overdue", (Role.MANAGER,)), LabelDo("escalated")),
            "the manager is asked and the label escalated is added",
            id="and-a-label",
        ),
    ],
)
def test_a_rung_is_told_by_whom_it_reaches(dos: tuple[SayDo | LabelDo, ...], words: str) -> None:
    assert rung_words(Rung("1 day", parse_duration("1 day"), dos)) == words


def test_a_line_of_ours_loses_its_markdown() -> None:
    line = r"the action [acme/shop#3](https://x/3) from A\_B (`/ack`)"
    assert plain(line) == "the action acme/shop#3 from A_B (/ack)"


def test_numbers_spans_and_moments_are_told_as_people_say_them() -> None:
    assert [counted(1, "case"), counted(2, "case"), counted(2, "person", "people")] == ["1 case", "2 cases", "2 people"]
    assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"]
    )
    spans = [in_minutes(dt.timedelta(seconds=seconds)) for seconds in (30, 60, 300, 3600, 7200)]
    assert spans == ["30 s", "1 minute", "5 minutes", "1 hour", "2 hours"]
    assert moment(dt.datetime(2026, 11, 3, 9, 5, tzinfo=dt.UTC)) == "Tue 3 Nov 2026 09:05 UTC"


def test_a_decline_waits_for_its_approver_since_it_was_written() -> None:
    company = Company()
    company.a_failure("sev3")
    company.says(ANN, "acme/shop#1", "/ack Rolling back.\n\n/action Rotate the keys")
    company.settle()
    company.says(ANN, "acme/shop#2", "/decline the old system is switched off")
    company.settle()
    company.pass_time("03-05 09:00")
    assert explain(company).waits == ("an /approve from Lea on the action acme/shop#2, declined on 2026-03-02",)
    assert "- an `/approve` from Lea on the action [acme/shop#2](" in company.text("status")


def test_it_is_told_which_override_holds(tmp_path: Path) -> None:
    """P8: what comes next, too, is what comes under it."""
    text = """policy: 1
name: shop
include: [accountability]
overrides:
  - name: security moves fast
    labels: [Security]
    rules:
      - id: ask-ack
        ladder:
          anchor: labelled
          rungs:
            - {at: 0 s, do: [comment: ask.md, mention: [owner]]}
            - {at: 2 h, do: [remind: manager]}
"""
    (tmp_path / "policy.yaml").write_text(text, encoding="utf-8")
    policy = load_policy(tmp_path / "policy.yaml", people=PEOPLE, routing=Routing(watched=(SHOP,)))
    plain, fast = Company(policy=policy), Company(policy=policy)
    plain.a_failure("sev2")
    fast.a_failure("sev2", "security")
    plain.settle()
    fast.settle()
    assert explain(plain).override == ""
    told = explain(fast)
    assert told.override == "security moves fast"
    assert (told.coming[0].when, told.coming[0].what) == (
        "Mon 2 Mar 2026 11:00 UTC",
        "the manager is reminded on acme/shop#1: Mo (ask-ack)",
    )
