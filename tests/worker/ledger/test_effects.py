"""What was intended, sent, confirmed, refused or let go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from rules.effects import AnyEffect
from rules.keys import case_id
from tests.worker.ledger.samples import (
    HOUR,
    KEEP,
    MINUTE,
    NOW,
    OPEN,
    OTHER,
    ROOT,
    at_once,
    say,
)
from worker.ledger import Ledger, open_ledger


def state(ledger: Ledger, effect: AnyEffect) -> tuple[str, int]:
    row = ledger.effects.of(ROOT)[effect.key]
    return row.state, row.attempts


def test_an_effect_is_intended_sent_and_confirmed(case: Ledger) -> None:
    """Intent is recorded before the write, and the answer after it (P3)."""
    case.effects.intend([OPEN], NOW)
    assert state(case, OPEN) == ("intended", 0)
    case.effects.sending(OPEN, NOW, "2026-03-02", "bookmark")
    assert state(case, OPEN) == ("sent", 1)
    case.effects.confirm(OPEN.key, NOW, "acme/shop#7")
    row = case.effects.of(ROOT)[OPEN.key]
    assert (row.state, row.result, row.bookmark, row.done_at) == ("confirmed", "acme/shop#7", "bookmark", NOW)


def test_intending_again_leaves_what_is_under_way_alone(case: Ledger) -> None:
    """A row that may have been sent must be read back, not forgotten (P3)."""
    case.effects.intend([say()], NOW)
    case.effects.sending(say(), NOW, "2026-03-02")
    case.effects.postpone("say", NOW + MINUTE, "timeout", is_done_unknown=True)
    case.effects.intend([say()], NOW + MINUTE)
    assert state(case, say()) == ("sent", 1)


def test_an_event_that_was_done_meanwhile_is_not_intended_again_by_a_worker_that_stalled(case: Ledger) -> None:
    """P3: a private message would be sent a second time."""
    case.effects.intend([OPEN, say()], NOW)
    case.effects.confirm(say().key, NOW)
    case.effects.intend([OPEN, say()], NOW + HOUR)
    assert state(case, say())[0] == "confirmed"


def test_a_state_that_wants_new_content_is_intended_again(case: Ledger) -> None:
    case.effects.intend([KEEP], NOW)
    case.effects.sending(KEEP, NOW, "2026-03-02")
    case.effects.confirm(KEEP.key, NOW, "c1")
    case.effects.intend([replace(KEEP, digest="second")], NOW + MINUTE)
    row = case.effects.of(ROOT)[KEEP.key]
    assert (row.state, row.digest, row.result) == ("intended", "second", "c1")


def test_mentions_count_from_the_moment_of_sending_and_once_for_each_effect(case: Ledger) -> None:
    """A person's mentions have a daily budget (P9)."""
    case.effects.intend([say("a", "ann", "lea"), say("b", "ann")], NOW)
    assert case.effects.mentioned_on("2026-03-02") == {}
    case.effects.sending(say("a", "ann", "lea"), NOW, "2026-03-02")
    case.effects.sending(say("b", "ann"), NOW, "2026-03-02")
    case.effects.sending(say("b", "ann"), NOW, "2026-03-02")
    assert case.effects.mentioned_on("2026-03-02") == {"ann": 2, "lea": 1}
    assert case.effects.mentioned_on("2026-03-03") == {}


def test_of_two_that_found_room_for_one_more_mention_the_second_is_not_sent(case: Ledger) -> None:
    """P9: across all workers. What is tried again has its room already, and another day another."""
    case.effects.intend([say("a", "ann"), say("b", "ann", "lea")], NOW)
    assert case.effects.sending(say("a", "ann"), NOW, "2026-03-02", mentions_max=1)
    assert not case.effects.sending(say("b", "ann", "lea"), NOW, "2026-03-02", mentions_max=1)
    assert case.effects.of(ROOT)["b"].state == "intended"
    assert case.effects.mentioned_on("2026-03-02") == {"ann": 1}
    assert case.effects.sending(say("a", "ann"), NOW, "2026-03-02", mentions_max=1)
    assert case.effects.sending(say("b", "ann", "lea"), NOW, "2026-03-03", mentions_max=1)


def test_of_many_that_go_out_at_once_no_more_mention_somebody_than_may(case: Ledger, url: str) -> None:
    """P9: who counts waits for who counted before, on connections of their own as in processes of their own."""
    said = [say(f"say {number}", "ann") for number in range(8)]
    case.effects.intend(said, NOW)
    ledgers = [open_ledger(url) for _ in said]
    went = at_once(8, lambda one: ledgers[one].effects.sending(said[one], NOW, "2026-03-02", mentions_max=3))
    for one in ledgers:
        one.close()
    assert sum(went) == 3
    assert case.effects.mentioned_on("2026-03-02") == {"ann": 3}


@pytest.mark.parametrize(
    ("trouble", "counts"),
    [
        pytest.param(lambda e: e.postpone("a", NOW, "away"), False, id="not done"),
        pytest.param(lambda e: e.refuse("a", NOW, "locked"), False, id="refused"),
        pytest.param(lambda e: e.postpone("a", NOW, "cut", is_done_unknown=True), True, id="nobody knows"),
        pytest.param(lambda e: e.confirm("a", NOW, "c1"), True, id="done"),
    ],
)
def test_a_mention_that_reached_nobody_is_given_back(
    case: Ledger, trouble: Callable[[Any], None], counts: bool
) -> None:
    case.effects.intend([say("a", "ann")], NOW)
    case.effects.sending(say("a", "ann"), NOW, "2026-03-02")
    trouble(case.effects)
    assert bool(case.effects.mentioned_on("2026-03-02")) is counts


def test_what_was_refused_is_visible_and_can_be_retried(case: Ledger) -> None:
    """Nothing is dropped in silence (P7)."""
    case.effects.intend([say()], NOW)
    case.effects.sending(say(), NOW, "2026-03-02")
    case.effects.refuse("say", NOW + HOUR, "the issue is locked")
    (row,) = case.effects.in_trouble()
    assert (row.state, row.problem, row.not_before) == ("refused", "the issue is locked", NOW + HOUR)
    assert case.effects.retry(["another"]) == set()
    assert case.effects.retry(["say"]) == {ROOT}
    assert case.effects.of(ROOT)["say"].not_before is None
    case.effects.confirm("say", NOW, "c1")
    assert case.effects.in_trouble() == []


def test_what_the_trackers_show_as_done_is_adopted(case: Ledger) -> None:
    """An empty database fills again from markers (P1)."""
    case.effects.adopt([say(closes=True), KEEP], {"say": "c1", KEEP.key: "c2"}, NOW)
    rows = case.effects.of(ROOT)
    assert [(rows[key].state, rows[key].result) for key in ("say", KEEP.key)] == [
        ("confirmed", "c1"),
        ("confirmed", "c2"),
    ]
    assert rows["say"].closes
    assert rows["say"].said == "said say"


def test_adopting_ends_whatever_trouble_there_was(case: Ledger) -> None:
    """An edit was refused, and then the old content was wanted again: nothing waits any more."""
    case.effects.intend([replace(KEEP, digest="second")], NOW)
    case.effects.refuse(KEEP.key, NOW + HOUR, "denied")
    case.effects.adopt([KEEP], {KEEP.key: "c1"}, NOW)
    row = case.effects.of(ROOT)[KEEP.key]
    assert (row.state, row.digest, row.not_before, row.problem) == ("confirmed", "first", None, "")


def test_what_nobody_wants_any_more_is_no_trouble_until_it_is_wanted_again(case: Ledger) -> None:
    case.effects.intend([say("a"), say("b")], NOW)
    case.effects.refuse("a", NOW + HOUR, "locked")
    case.effects.sending(say("b"), NOW, "2026-03-02")
    case.effects.supersede(["a", "b"])
    rows = case.effects.of(ROOT)
    assert (rows["a"].state, rows["a"].not_before, rows["a"].problem) == ("superseded", None, "")
    assert rows["b"].state == "sent"  # it may have been done, and is read back before anything else
    case.effects.intend([say("a")], NOW)
    assert state(case, say("a")) == ("intended", 0)


def test_effects_are_told_apart_by_case(case: Ledger) -> None:
    case.effects.intend([say("a"), say("b", case=case_id(OTHER, 1)), say("c", case=case_id(ROOT, 2))], NOW)
    assert set(case.effects.of(ROOT)) == {"a", "c"}


def test_a_sweep_counts_each_comment_and_ticket_that_was_not_there(case: Ledger) -> None:
    """The brake looks at these (P13): a status comment counts when it is first posted, and not when it is edited."""
    wanted: list[AnyEffect] = [say("a"), say("b", case=case_id(OTHER, 1)), OPEN, KEEP]
    case.effects.intend(wanted, NOW)
    for effect in wanted:
        case.effects.sending(effect, NOW, "2026-03-02", is_new=True)
    assert case.effects.spent_since(NOW) == (4, 2)
    assert case.effects.spent_since(NOW + MINUTE) == (0, 0)
    case.effects.sending(replace(KEEP, digest="second"), NOW + MINUTE, "2026-03-02")
    assert case.effects.spent_since(NOW + MINUTE) == (0, 0)


def test_what_was_not_done_after_all_is_not_counted_and_an_edit_that_failed_takes_nothing_back(case: Ledger) -> None:
    case.effects.intend([say(), KEEP], NOW)
    case.effects.sending(say(), NOW, "2026-03-02", is_new=True)
    case.effects.sending(KEEP, NOW, "2026-03-02", is_new=True)
    case.effects.refuse("say", NOW + HOUR, "the issue is locked")
    case.effects.confirm(KEEP.key, NOW, "c1")
    case.effects.sending(replace(KEEP, digest="second"), NOW + MINUTE, "2026-03-02")
    case.effects.postpone(KEEP.key, NOW + HOUR, "too many requests")
    assert case.effects.spent_since(NOW) == (1, 1)


def test_what_a_person_let_go_rests_until_somebody_wants_it_tried_again(case: Ledger) -> None:
    case.effects.intend([say()], NOW)
    case.effects.refuse("say", NOW + HOUR, "the issue is locked")
    assert case.effects.drop("say")
    assert case.effects.in_trouble() == []
    assert [row.key for row in case.effects.dropped()] == ["say"]
    case.effects.intend([say()], NOW + HOUR)
    case.effects.supersede(["say"])
    assert state(case, say())[0] == "dropped"
    assert case.effects.retry(["say"]) == {ROOT}
    assert state(case, say())[0] == "intended"


def test_what_is_done_cannot_be_let_go_nor_tried_again(case: Ledger) -> None:
    case.effects.intend([say()], NOW)
    case.effects.confirm("say", NOW, "c1")
    assert not case.effects.drop("say")
    assert case.effects.retry(["say"]) == set()
    assert state(case, say())[0] == "confirmed"


def test_what_may_have_been_done_stays_in_doubt_and_is_shown_unless_it_is_known_by_now(case: Ledger) -> None:
    """A sender that was held up may confirm while somebody else takes it for dead (P7)."""
    sent, known = say("sent"), say("known")
    for effect in (sent, known):
        case.effects.intend([effect], NOW)
        case.effects.sending(effect, NOW, "2026-03-02")
    case.effects.confirm(known.key, NOW)
    for effect in (sent, known):
        case.effects.leave_in_doubt(effect.key, "it is not known whether it arrived")
    assert state(case, sent) == ("sent", 1)
    assert state(case, known) == ("confirmed", 0)
    assert [row.key for row in case.effects.in_trouble()] == [sent.key]
