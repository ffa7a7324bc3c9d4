"""When a review is proposed, what moves it, and to whom it is sent with a calendar entry.

The second of March 2026 is a Monday; the company works from nine to five in UTC unless a test says otherwise.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rules.calendar import Calendar
from rules.decide import decide
from rules.effects import Keep, Notify
from rules.facts import Audience, Case, Change, ChangeKind, Comment, Marker
from rules.keys import private_key
from rules.policy import People, Policy, Severities
from rules.review import Review, review_of, told
from rules.situation import Situation
from rules.work_hours import WorkHours
from tests.rules.cases import (
    ANN,
    BOB,
    FIRST,
    LEA,
    OURS,
    PACK,
    PEOPLE,
    a_case,
    a_failure,
    a_post_mortem,
    at,
    change,
    closed,
    labelled,
    says,
    taken_off,
    unlabelled,
)
from tests.rules.ics import moment, read_calendar

ALL = replace(
    PACK,
    people=People(
        MappingProxyType(
            {one.id: replace(one, notify=(f"json://127.0.0.1/{one.id}",)) for one in PEOPLE.people.values()}
        ),
        "lea",
    ),
    salt="salt",
)


def due(id: str, when: str, day: str, **more: Any) -> Change:  # noqa: A002 - as in the language of cases
    return change(id, when, ChangeKind.DUE, new=day, **more)


def analysed(*labels: str, opened: str = "03-02 10:05", **mortem: Any) -> Case:
    """A failure of Ann's, whose post-mortem was opened then."""
    return a_case(a_failure(*(labels or ("sev2",))), a_post_mortem(created_at=at(opened), **mortem))


def review(case: Case, now: str = "03-02 12:00", policy: Policy = ALL) -> Review | None:
    return review_of(Situation(policy, case, at(now)))


def starts(case: Case, policy: Policy = ALL) -> str:
    found = review(case, policy=policy)
    return f"{found.starts:%m-%d %H:%M} {found.moves}" if found else ""


# --- when ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        pytest.param(analysed("sev2"), "03-09 10:30 0", id="sev2-five-working-days-on-the-half-hour"),
        pytest.param(analysed("sev1"), "03-05 10:30 0", id="sev1-three-days"),
        pytest.param(analysed("sev1", opened="03-05 11:00"), "03-09 09:00 0", id="sev1-over-a-weekend"),
        pytest.param(analysed("sev2", opened="03-02 16:20"), "03-10 09:00 0", id="not-over-the-end-of-a-day"),
        pytest.param(analysed("sev2", opened="03-02 16:00"), "03-09 16:00 0", id="up-to-the-end-of-a-day"),
        pytest.param(analysed("sev2", opened="03-02 22:00"), "03-10 09:00 0", id="opened-at-night"),
        pytest.param(analysed("sev2", "experiment"), "", id="an-experiment-has-none"),
        pytest.param(analysed("sev2", **closed("03-03 10:00")), "", id="a-closed-one-has-none"),
    ],
)
def test_it_is_proposed_in_working_hours_by_severity(case: Case, wanted: str) -> None:
    assert starts(case) == wanted


def test_it_knows_the_zone_and_the_holidays_of_the_calendar() -> None:
    holiday = Calendar(ZoneInfo("Europe/Berlin"), holidays=frozenset({dt.date(2026, 3, 4)}))
    found = review(analysed("sev2"), policy=replace(ALL, calendar=holiday))
    assert found is not None
    assert told(holiday, found.starts) == "Tue 2026-03-10, 11:30 Europe/Berlin"


def test_relabelling_moves_nobody_s_calendar() -> None:
    failure = replace(
        a_failure("sev1"),
        changes=(
            labelled("03-02 09:00"),
            labelled("03-02 09:00", "sev2", id="l2"),
            unlabelled("03-04 09:00", "sev2", id="u2"),
            labelled("03-04 09:01", "sev1", id="l3"),
        ),
    )
    assert starts(a_case(failure, a_post_mortem(created_at=at("03-02 10:05")))) == "03-09 10:30 0"


@pytest.mark.parametrize(
    ("mortem", "wanted"),
    [
        pytest.param({"changes": (due("d1", "03-03 10:00", "2026-03-12"),)}, "03-12 10:30 1", id="by-the-field"),
        pytest.param({"comments": (says("c1", "03-03 10:00", "/due 2026-03-12"),)}, "03-12 10:30 1", id="by-command"),
        pytest.param({"changes": (due("d1", "03-03 10:00", "2026-03-14"),)}, "03-16 10:30 1", id="to-a-saturday"),
        pytest.param({"changes": (due("d1", "03-03 10:00", "2026-03-09"),)}, "03-09 10:30 0", id="to-where-it-stood"),
        pytest.param(
            {"changes": (due("d1", "03-03 10:00", "2026-03-12"), due("d2", "03-04 10:00", "2026-03-09"))},
            "03-09 10:30 2",
            id="to-and-fro",
        ),
        pytest.param({"changes": (due("d1", "03-03 10:00", ""),)}, "03-09 10:30 0", id="cleared"),
        pytest.param(
            {"changes": (due("d1", "03-03 10:00", "2026-03-12", by=OURS),)}, "03-09 10:30 0", id="by-ourselves"
        ),
        pytest.param(
            {"comments": (says("c1", "03-03 10:00", "/due 2026-03-12", by=BOB),)}, "03-09 10:30 0", id="without-rights"
        ),
        pytest.param(
            {
                "changes": (due("d1", "03-04 10:00", "2026-03-13"),),
                "comments": (says("c1", "03-03 10:00", "/due 2026-03-12"),),
            },
            "03-13 10:30 2",
            id="both-ways-the-later-counts",
        ),
    ],
)
def test_a_due_date_that_people_set_takes_it_along(mortem: dict[str, Any], wanted: str) -> None:
    assert starts(analysed("sev2", **mortem)) == wanted


def test_on_first_sight_of_an_old_post_mortem_nothing_is_proposed() -> None:
    """P9, P13: one that somebody else opened, and that we meet after its time."""
    old = analysed("sev2", marker=None, reporter=ANN)
    assert review(old, "03-20 10:00") is None
    assert review(old, "03-02 12:00") is not None


# --- what is shown ---------------------------------------------------------------------------------


def test_the_status_comment_of_the_post_mortem_says_when() -> None:
    effects = decide(PACK, analysed("sev2"), at("03-02 12:00")).effects
    texts = [e.body for e in effects if isinstance(e, Keep) and e.slot == "status"]
    line = "Review: proposed for **Mon 2026-03-09, 10:30 UTC**, the draft shared by Fri 2026-03-06, 10:30 UTC."
    assert [line in text for text in texts] == [False, True]


@pytest.mark.parametrize(
    ("now", "line"),
    [
        pytest.param("03-09 10:29", "Review: proposed for **Mon 2026-03-09, 10:30 UTC**", id="the minute before"),
        pytest.param("03-09 10:30", "Review: was proposed for **Mon 2026-03-09, 10:30 UTC**.", id="from then on"),
    ],
)
def test_the_status_comment_says_what_is_true_then(now: str, line: str) -> None:
    keeps = [e for e in decide(PACK, analysed("sev2"), at(now)).effects if isinstance(e, Keep) and e.slot == "status"]
    assert line in keeps[-1].body


def test_it_wakes_to_say_so_though_nobody_is_told() -> None:
    """P6."""
    acknowledged = replace(a_failure("sev2"), comments=(says("c1", "03-02 10:00", "/ack On it."),))
    mortem = a_post_mortem(
        created_at=at("03-02 10:05"), marker=Marker(FIRST, "openingmortem", "post-mortem", ":2026-04-01")
    )
    case = a_case(acknowledged, mortem)
    assert decide(PACK, case, at("03-09 10:00")).wake_at == at("03-09 10:30")
    assert decide(PACK, case, at("03-09 10:30")).wake_at != at("03-09 10:30")


# --- what is sent ----------------------------------------------------------------------------------


def letters(case: Case, now: str = "03-02 12:00", policy: Policy = ALL) -> list[Notify]:
    return [e for e in decide(policy, case, at(now)).effects if isinstance(e, Notify) and e.rule == "review"]


def sent(case: Case, now: str) -> list[tuple[str, str]]:
    return [(letter.person, letter.text) for letter in letters(case, now)]


BOTH = analysed("sev2", assignees=(LEA,))
BY_ANN = analysed("sev2")


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        pytest.param("03-02 12:00", ["review"], id="the-entry-at-once"),
        pytest.param("03-06 10:29", ["review"], id="until-a-working-day-ahead"),
        pytest.param("03-06 10:30", ["review-draft"], id="the-draft-a-working-day-ahead"),
        pytest.param("03-09 10:29", ["review-draft"], id="up-to-its-beginning"),
        pytest.param("03-09 10:30", [], id="and-nothing-after"),
    ],
)
def test_everybody_who_took_part_gets_the_entry_and_once_the_draft(now: str, wanted: list[str]) -> None:
    assert sent(BOTH, now) == [(person, kind) for kind in wanted for person in ("ann", "lea")]


def test_who_has_no_channel_gets_nothing_and_nothing_is_said_instead() -> None:
    with_channels, without = decide(ALL, BOTH, at("03-02 12:00")), decide(PACK, BOTH, at("03-02 12:00"))
    assert [e for e in with_channels.effects if not isinstance(e, Notify)] == list(without.effects)
    (reason,) = [one for one in without.reasons if one.rule == "review"]
    assert reason.note == "nobody who took part has a private channel, or its time has passed"


def test_it_wakes_for_the_draft_and_for_the_beginning() -> None:
    """P6."""
    wakes = [
        next(one.next_at for one in decide(ALL, BOTH, at(now)).reasons if one.rule == "review")
        for now in ("03-02 12:00", "03-06 10:30", "03-09 10:30")
    ]
    assert wakes == [at("03-06 10:30"), at("03-09 10:30"), None]


def test_nobody_who_has_a_channel_is_nothing_to_wake_for() -> None:
    """P6: a look that changes nothing is none; what is said of the next look is then what comes next."""
    (reason,) = [one for one in decide(PACK, BOTH, at("03-02 12:00")).reasons if one.rule == "review"]
    assert reason.next_at is None


def test_a_moved_review_is_one_more_letter_with_the_same_uid_and_a_higher_sequence() -> None:
    moved = replace(BOTH, post_mortem=replace(BOTH.post_mortem, changes=(due("d1", "03-03 10:00", "2026-03-12"),)))  # type: ignore[type-var]
    first, second = letters(BOTH)[0], letters(moved, "03-03 12:00")[0]
    assert first.key != second.key
    assert second.since == at("03-03 10:00")
    old, new = read_calendar(first.calendar), read_calendar(second.calendar)
    assert old["UID"] == new["UID"]
    assert int(old["SEQUENCE"]) < int(new["SEQUENCE"])
    assert (moment(old["DTSTART"]), moment(new["DTSTART"])) == (at("03-09 10:30"), at("03-12 10:30"))
    assert moment(new["DTEND"]) == at("03-12 11:30")
    assert "is now proposed for **Thu 2026-03-12, 10:30 UTC**" in second.body


@pytest.mark.parametrize(
    "then",
    [
        pytest.param((says("c1", "03-03 10:00", "/due 2026-03-13"),), id="edited"),
        pytest.param((says("c2", "03-04 10:00", "/due 2026-03-13"),), id="deleted, and another written"),
    ],
)
def test_who_mends_a_due_moves_the_review_once_more(then: tuple[Comment, ...]) -> None:
    """The count of moves stays one; yet it is another day, and everybody has the first one in their calendar."""
    first = letters(analysed("sev2", comments=(says("c1", "03-03 10:00", "/due 2026-03-12"),)), "03-11 12:00")
    second = letters(analysed("sev2", comments=then), "03-12 12:00")
    assert [letter.text for letter in (*first, *second)] == ["review-draft"] * 2
    assert first[0].key != second[0].key


def test_every_revision_has_a_higher_number_than_all_before() -> None:
    """RFC 5545, 3.8.7.4: though a `/due` that is edited leaves the count of moves as it was, and one that is deleted
    makes it smaller."""
    one, edited = says("c1", "03-03 10:00", "/due 2026-03-12"), says("c1", "03-03 10:00", "/due 2026-03-13")
    told = [
        letters(analysed("sev2"), "03-02 12:00"),
        letters(analysed("sev2", comments=(one,)), "03-03 10:05"),
        letters(analysed("sev2", comments=(edited,)), "03-03 11:00"),
        letters(analysed("sev2"), "03-04 09:00"),
    ]
    numbers = [int(read_calendar(letter.calendar)["SEQUENCE"]) for (letter,) in told]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param({"calendar": Calendar(holidays=frozenset({dt.date(2026, 3, 9)}))}, id="a holiday was added"),
        pytest.param({"calendar": Calendar(hours=WorkHours(((dt.time(11), dt.time(19)),)))}, id="other hours"),
        pytest.param({"severities": Severities(MappingProxyType({"sev2": 1}), 3)}, id="the label means more"),
    ],
)
def test_who_was_told_is_told_anew_when_it_moves_without_a_due_date(policy: dict[str, Any]) -> None:
    (before,) = letters(BY_ANN)
    told = replace(BY_ANN, told=frozenset({before.key}))
    (still,) = letters(told, "03-03 09:00")
    (after,) = letters(told, "03-03 09:00", replace(ALL, **policy))
    assert still.key == before.key
    assert after.key not in (before.key, *told.told)
    assert read_calendar(after.calendar)["DTSTART"] != read_calendar(before.calendar)["DTSTART"]


@pytest.mark.parametrize(
    ("now", "kind", "stage"),
    [
        pytest.param("03-02 12:00", "review", "", id="entry"),
        pytest.param("03-06 12:00", "review-draft", "0", id="draft"),
    ],
)
def test_what_an_earlier_version_told_is_not_told_again(now: str, kind: str, stage: str) -> None:
    """P3: it took no heed of when an unmoved review was for."""
    before = private_key("salt", FIRST, "post-mortem", kind, stage, "", "ann")
    assert [letter.key for letter in letters(BY_ANN, now)] != [before]
    assert [letter.key for letter in letters(replace(BY_ANN, told=frozenset({before})), now)] == [before]


def test_who_comes_upon_both_at_once_gets_one_letter_that_says_both() -> None:
    """P9: after an outage, or when somebody takes part a day ahead."""
    (letter,) = letters(BY_ANN, "03-06 12:00")
    assert letter.text == "review-draft"
    assert moment(read_calendar(letter.calendar)["DTSTART"]) == at("03-09 10:30")
    assert "proposed for **Mon 2026-03-09, 10:30 UTC**" in letter.body


def test_a_deleted_due_says_nothing_again_of_the_one_after_it() -> None:
    one, other = says("c1", "03-03 10:00", "/due 2026-03-12"), says("c2", "03-04 10:00", "/due 2026-03-13")
    both, left = (letters(analysed("sev2", comments=these), "03-04 12:00") for these in ((one, other), (other,)))
    assert [letter.key for letter in both] == [letter.key for letter in left]


def test_each_letter_keeps_its_key_whatever_else_happens() -> None:
    """P3: exactly once for each person, however often it is looked and whatever the rule is called."""
    renamed = replace(ALL, rules=tuple(replace(rule, id=f"my-{rule.id}") for rule in ALL.rules))
    later = replace(BOTH, failure=replace(BOTH.failure, title="Another title"))
    again = [e for e in decide(renamed, later, at("03-05 09:00")).effects if isinstance(e, Notify)]
    assert [e.key for e in again] == [e.key for e in letters(BOTH)]
    assert len({e.key for e in again}) == 2


def test_one_proposed_at_short_notice_needs_no_second_letter() -> None:
    short = analysed("sev2", changes=(due("d1", "03-02 11:00", "2026-03-03"),))
    assert sent(short, "03-02 12:00") == [("ann", "review")]


def test_a_paused_case_proposes_nothing() -> None:
    paused = replace(BOTH, failure=taken_off("sev2"))
    assert letters(paused) == []


def test_who_may_not_read_the_post_mortem_finds_no_word_of_it_in_letter_or_entry() -> None:
    """P14: of a public failure with an internal post-mortem."""
    case = analysed("sev2", audience=Audience.INTERNAL, title="Post-mortem: the secret cause", body="secret")
    case = replace(case, failure=replace(case.failure, audience=Audience.PUBLIC))
    written = letters(case, "03-06 12:00")
    assert len(written) == 1
    for letter in written:
        everything = letter.title + letter.body + letter.calendar
        assert "secret" not in everything
        assert "acme/shop#2" not in everything
        assert "issues/2" not in everything


def test_whoever_reads_less_of_the_failure_finds_no_word_of_that() -> None:
    """P14: the other way round."""
    case = analysed("sev2", audience=Audience.PUBLIC)
    case = replace(case, failure=replace(case.failure, audience=Audience.INTERNAL, title="The secret"))
    for letter in letters(case):
        assert "secret" not in letter.title + letter.body + letter.calendar
        assert letter.title == "Review of a post-mortem"


def test_a_letter_leaves_nothing_that_tells_whom_it_was_to() -> None:
    """P10: neither a name nor the calendar entry shows in the effect."""
    for letter in letters(BOTH, "03-06 12:00"):
        assert PEOPLE.people[letter.person].name not in repr(letter)
        assert "VCALENDAR" not in repr(letter)
