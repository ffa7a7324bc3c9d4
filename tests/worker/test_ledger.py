"""The ledger on SQLite and on PostgreSQL: one behaviour on both."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import StatementError

from rules.effects import AnyEffect, Keep, OpenTicket, Say
from rules.keys import case_id, state_key
from rules.refs import Place, TicketRef
from worker.ledger import Ledger, open_ledger
from worker.ledger.cases import TicketRow
from worker.ledger.schema import cases, effects, hints, metadata, tickets

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
ONE, TWO, THREE = (TicketRef("github", f"acme/shop#{number}") for number in (1, 2, 3))
ROOT, OTHER = "rootrootroot", "otherotherother"
CASE = case_id(ROOT, 1)
HOME = "acme"


@pytest.fixture
def case(ledger: Ledger) -> Ledger:
    """A ledger with one case in it."""
    ledger.cases.open_case(ROOT, ONE, "901", "Checkout is down", NOW)
    return ledger


def say(key: str = "say", *mentions: str, case: str = CASE, closes: bool = False) -> Say:
    return Say(
        key=key,
        case=case,
        rule="ask-ack",
        why="w",
        ticket=ONE,
        text="ask",
        body="b",
        said=f"said {key}",
        mentions=mentions,
        closes=closes,
    )


KEEP = Keep(
    key=state_key(CASE, "failure", "status"),
    case=CASE,
    rule="status",
    why="w",
    ticket=ONE,
    slot="status",
    body="b",
    digest="first",
)
OPEN = OpenTicket(
    key="open",
    case=CASE,
    rule="open",
    why="w",
    role="action",
    item="i",
    place=Place("github", "acme/shop"),
    title="t",
    body="b",
)


def due(ledger: Ledger, now: dt.datetime) -> list[TicketRef]:
    """Hints that are not waiting for a later time, longest due first."""
    query = select(hints.c.tracker, hints.c.key).where(hints.c.not_before <= now).order_by(hints.c.not_before)
    with ledger.engine.begin() as db:
        return [TicketRef(row.tracker, row.key) for row in db.execute(query)]


def at_once(number: int, work: Callable[[int], Any]) -> list[Any]:
    """Run it in so many threads that begin together; results in order, exceptions raised."""
    gate = threading.Barrier(number)

    def run(index: int) -> Any:
        gate.wait(timeout=30)
        return work(index)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


# --- the schema ------------------------------------------------------------------------------------


def test_the_migrations_lead_to_the_schema_that_the_code_speaks_of(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opening_a_ledger_again_keeps_what_is_in_it(case: Ledger, url: str) -> None:
    """A restart loses neither a wake-up nor a hint (P6)."""
    case.inbox.put([TWO], NOW)
    case.close()
    again = open_ledger(url)
    assert again.cases.next_wake() == NOW
    assert due(again, NOW) == [TWO]
    assert again.installation.is_rebuilt(HOME)
    again.close()


def test_a_moment_comes_back_in_utc_whatever_its_zone(case: Ledger) -> None:
    there = dt.timezone(dt.timedelta(hours=13))
    case.cases.lease(ROOT, "me", NOW, NOW + HOUR)
    case.cases.settle(ROOT, "me", NOW, wake_at=NOW.astimezone(there))
    woken = case.cases.next_wake()
    assert woken == NOW
    assert woken is not None
    assert woken.utcoffset() == dt.timedelta(0)


def test_a_moment_without_a_zone_is_refused(case: Ledger) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        case.cases.wake(ROOT, NOW.replace(tzinfo=None))


# --- the cost of waking ----------------------------------------------------------------------------

#: Every question that is asked at each tick or look, however many cases there are.
QUESTIONS: dict[str, Callable[[Ledger], object]] = {
    "ring wake-ups": lambda ledger: ledger.inbox.ring(NOW, 10),
    "claim hints": lambda ledger: ledger.inbox.claim(NOW, NOW + MINUTE, 10),
    "patience of a tracker": lambda ledger: ledger.patience.until("github"),
    "one hint": lambda ledger: ledger.inbox.get(ONE),
    "put a hint": lambda ledger: ledger.inbox.put([ONE], NOW),
    "lease": lambda ledger: ledger.cases.lease("root1", "me", NOW, NOW + MINUTE),
    "renew": lambda ledger: ledger.cases.renew("root1", "me", NOW, NOW + MINUTE),
    "settle": lambda ledger: ledger.cases.settle("root1", "me", NOW, wake_at=NOW),
    "cases of a ticket": lambda ledger: ledger.cases.roots_of(ONE),
    "tickets of a case": lambda ledger: ledger.cases.tickets("root1"),
    "news of a ticket": lambda ledger: ledger.cases.is_news(ONE, NOW, MINUTE),
    "effects of a case": lambda ledger: ledger.effects.of("root1"),
    "mentions of a day": lambda ledger: ledger.effects.mentioned_on("2026-03-02"),
    "effects of a sweep": lambda ledger: ledger.effects.spent_since(NOW),
}
ROWS = 3_000


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def crowded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger with thousands of cases, few of them due."""
    if request.param == "sqlite":
        home = f"sqlite:///{tmp_path_factory.mktemp('crowded') / 'ledger.db'}"
    else:
        home = request.getfixturevalue("postgres").new_database()
    ledger = open_ledger(home)
    later = NOW + 24 * HOUR
    with ledger.engine.begin() as db:
        numbers = range(1, ROWS + 1)
        place = {"tracker": "github"}
        opened = {"opened_at": NOW - HOUR}
        db.execute(
            insert(cases),
            [
                place | opened | {"root": f"root{n}", "failure_key": f"acme/shop#{n}", "wake_at": later + n * MINUTE}
                for n in numbers
            ],
        )
        db.execute(
            insert(tickets),
            [
                place
                | {"root": f"root{n}", "key": f"acme/shop#{n}", "case_id": f"root{n}.1", "uid": "1", "role": "failure"}
                for n in numbers
            ],
        )
        db.execute(
            insert(hints),
            [
                place | {"key": f"acme/shop#{n}", "number": 1, "since": NOW, "not_before": later + n * MINUTE}
                for n in numbers
            ],
        )
        db.execute(
            insert(effects),
            [
                {
                    "key": f"key{n}",
                    "root": f"root{n}",
                    "case_id": f"root{n}.1",
                    "kind": "say",
                    "ticket": str(ONE),
                    "rule": "r",
                    "state": "confirmed",
                    "intended_at": NOW,
                    "sent_at": NOW - n * HOUR,
                    "new_at": NOW - n * HOUR,
                }
                for n in numbers
            ],
        )
    with ledger.engine.begin() as db:
        db.execute(text("ANALYZE"))
    yield ledger
    ledger.close()


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_what_is_asked_at_every_look_reads_an_index_and_no_whole_table(crowded: Ledger, question: str) -> None:
    """The cost of waking is proportional to what is due, not to what is open (P6)."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if not statement.startswith(("BEGIN", "EXPLAIN", "PRAGMA")):
            asked.append((statement, parameters))

    event.listen(crowded.engine, "before_cursor_execute", note)
    try:
        QUESTIONS[question](crowded)
    finally:
        event.remove(crowded.engine, "before_cursor_execute", note)
    assert asked
    for statement, parameters in asked:
        assert not _scans(explain(crowded, statement, parameters)), statement


def explain(ledger: Ledger, statement: str, parameters: Any) -> str:
    word = "EXPLAIN QUERY PLAN" if ledger.engine.dialect.name == "sqlite" else "EXPLAIN"
    with ledger.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{word} {statement}", parameters)
        return "\n".join(str(tuple(row)) for row in rows)


def _scans(plan: str) -> bool:
    """Whether a large table is read from end to end."""
    large = ("cases", "tickets", "hints", "effects")
    return any(f"{word} {table}" in plan for word in ("SCAN", "Seq Scan on") for table in large)


def test_reading_a_whole_table_would_be_noticed(crowded: Ledger) -> None:
    assert _scans(explain(crowded, "SELECT * FROM cases WHERE title = 'x'", ()))


def test_the_wake_up_itself_is_found_by_its_index(crowded: Ledger) -> None:
    """A wake-up is a row in an index, and nothing else (P6)."""
    due = "SELECT root FROM cases WHERE wake_at <= '2026-03-02 09:00:00' ORDER BY wake_at LIMIT 10"
    plan = explain(crowded, due, ())
    assert "cases_by_wake_at" in plan


# --- leases ----------------------------------------------------------------------------------------


def test_a_case_has_one_holder(case: Ledger) -> None:
    assert case.cases.lease(ROOT, "me", NOW, NOW + MINUTE)
    assert not case.cases.lease(ROOT, "you", NOW, NOW + MINUTE)
    assert case.cases.is_leased(NOW)


def test_of_many_who_ask_at_once_one_gets_it(case: Ledger) -> None:
    taken = at_once(8, lambda index: case.cases.lease(ROOT, f"worker-{index}", NOW, NOW + MINUTE))
    assert taken.count(True) == 1


def test_a_lease_that_ran_out_can_be_taken(case: Ledger) -> None:
    """Its holder died, or stalled: a lease is data with an end (P6)."""
    case.cases.lease(ROOT, "me", NOW, NOW + MINUTE)
    assert not case.cases.lease(ROOT, "you", NOW + MINUTE - dt.timedelta(seconds=1), NOW + HOUR)
    assert case.cases.lease(ROOT, "you", NOW + MINUTE, NOW + HOUR)
    assert not case.cases.renew(ROOT, "me", NOW + MINUTE, NOW + HOUR)


def test_a_lease_that_ran_out_is_not_renewed_even_where_nobody_took_it(case: Ledger) -> None:
    case.cases.lease(ROOT, "me", NOW, NOW + MINUTE)
    assert case.cases.renew(ROOT, "me", NOW, NOW + 2 * MINUTE)
    assert not case.cases.renew(ROOT, "me", NOW + 2 * MINUTE, NOW + HOUR)


def test_only_its_holder_gives_a_lease_back(case: Ledger) -> None:
    case.cases.lease(ROOT, "me", NOW, NOW + MINUTE)
    case.cases.release(ROOT, "you")
    assert not case.cases.lease(ROOT, "you", NOW, NOW + MINUTE)
    case.cases.release(ROOT, "me")
    assert case.cases.lease(ROOT, "you", NOW, NOW + MINUTE)


def test_who_lost_the_case_settles_nothing(case: Ledger) -> None:
    case.cases.lease(ROOT, "me", NOW, NOW + MINUTE)
    case.cases.lease(ROOT, "you", NOW + MINUTE, NOW + HOUR)
    case.cases.settle(ROOT, "me", NOW + MINUTE, wake_at=None, problem="mine")
    row = case.cases.get(ROOT)
    assert row
    assert (row.wake_at, row.problem) == (NOW, "")


# --- wake-ups --------------------------------------------------------------------------------------


def sleeping(ledger: Ledger, root: str, failure: TicketRef, until: dt.datetime | None) -> None:
    ledger.cases.open_case(root, failure, "1", "", NOW)
    ledger.cases.lease(root, "me", NOW, NOW + MINUTE)
    ledger.cases.settle(root, "me", NOW, wake_at=until)
    ledger.cases.release(root, "me")


def test_a_wake_up_that_has_come_becomes_a_hint_and_is_spent(ledger: Ledger) -> None:
    sleeping(ledger, ROOT, ONE, NOW + HOUR)
    assert ledger.inbox.ring(NOW + HOUR - MINUTE, 9) == 0
    assert ledger.inbox.ring(NOW + HOUR, 9) == 1
    assert due(ledger, NOW + HOUR) == [ONE]
    assert ledger.inbox.ring(NOW + HOUR, 9) == 0


def test_a_backlog_rings_the_longest_due_first_and_in_portions(ledger: Ledger) -> None:
    sleeping(ledger, "a", ONE, NOW + 3 * MINUTE)
    sleeping(ledger, "b", TWO, NOW + 1 * MINUTE)
    sleeping(ledger, "c", THREE, NOW + 2 * MINUTE)
    assert ledger.inbox.ring(NOW + HOUR, 2) == 2
    assert set(due(ledger, NOW + HOUR)) == {TWO, THREE}
    assert ledger.cases.next_wake() == NOW + 3 * MINUTE


def test_two_schedulers_at_once_lose_no_wake_up(ledger: Ledger) -> None:
    """A wake-up is either still stored or already a hint, whoever rings (P6)."""
    for number in range(40):
        sleeping(ledger, f"root{number}", TicketRef("github", f"acme/shop#{number}"), NOW)
    at_once(4, lambda _: ledger.inbox.ring(NOW, 100))
    ledger.inbox.ring(NOW, 100)
    assert len(due(ledger, NOW)) == 40
    assert ledger.cases.next_wake() is None


def test_two_schedulers_at_once_lose_no_hint(ledger: Ledger) -> None:
    ledger.inbox.put([TicketRef("github", f"acme/shop#{number}") for number in range(40)], NOW)
    claimed = at_once(4, lambda _: ledger.inbox.claim(NOW, NOW + MINUTE, 100))
    claimed.append(ledger.inbox.claim(NOW, NOW + MINUTE, 100))
    refs = [ref for part in claimed for ref in part]
    assert len(refs) == len(set(refs)) == 40


@pytest.mark.parametrize(
    ("asleep_until", "expected"),
    [
        pytest.param(NOW + HOUR, NOW + MINUTE, id="earlier than it would have"),
        pytest.param(NOW, NOW, id="but never later"),
        pytest.param(None, NOW + MINUTE, id="where it would not have woken at all"),
    ],
)
def test_a_case_can_be_woken_early(ledger: Ledger, asleep_until: dt.datetime | None, expected: dt.datetime) -> None:
    sleeping(ledger, ROOT, ONE, asleep_until)
    ledger.cases.wake(ROOT, NOW + MINUTE)
    assert ledger.cases.next_wake() == expected


def test_opening_a_case_again_changes_nothing(case: Ledger) -> None:
    sleeping(case, ROOT, ONE, NOW + HOUR)
    case.cases.open_case(ROOT, ONE, "901", "Another title", NOW + MINUTE)
    row = case.cases.get(ROOT)
    assert row
    assert (row.title, row.wake_at) == ("Checkout is down", NOW + HOUR)


# --- hints -----------------------------------------------------------------------------------------


def test_a_delivery_counts_once(ledger: Ledger) -> None:
    """GitHub may deliver twice; a hint is not a fact either way (P4)."""
    assert ledger.inbox.receive("github", "d1", ONE, NOW)
    assert not ledger.inbox.receive("github", "d1", ONE, NOW)
    assert ledger.inbox.receive("jira", "d1", TWO, NOW)


def test_a_hint_stays_until_a_look_has_ended(ledger: Ledger) -> None:
    """The queue may be emptied at any moment: what was queued is due again (P1)."""
    ledger.inbox.put([ONE], NOW)
    assert ledger.inbox.claim(NOW, NOW + MINUTE, 9) == [ONE]
    assert ledger.inbox.claim(NOW, NOW + MINUTE, 9) == []
    assert ledger.inbox.claim(NOW + MINUTE, NOW + HOUR, 9) == [ONE]
    hint = ledger.inbox.get(ONE)
    assert hint
    assert ledger.inbox.done(hint)
    assert ledger.inbox.is_empty()


def test_a_hint_that_comes_during_a_look_survives_it(ledger: Ledger) -> None:
    ledger.inbox.put([ONE], NOW)
    looking = ledger.inbox.get(ONE)
    ledger.inbox.put([ONE], NOW + MINUTE)
    assert looking
    assert not ledger.inbox.done(looking)
    assert due(ledger, NOW + MINUTE) == [ONE]


def test_many_hints_about_one_ticket_at_once_are_all_noted(ledger: Ledger) -> None:
    """An issue that is opened with three labels sends four deliveries in the same moment."""
    received = at_once(8, lambda index: ledger.inbox.receive("github", f"d{index}", ONE, NOW))
    assert received == [True] * 8
    hint = ledger.inbox.get(ONE)
    assert hint
    assert hint.number == 8


def test_a_postponed_hint_waits_and_says_why(ledger: Ledger) -> None:
    """What could not be looked at is kept and visible (P7)."""
    ledger.inbox.put([ONE], NOW)
    ledger.inbox.postpone(ONE, NOW + HOUR, "github is away")
    assert due(ledger, NOW) == []
    assert ledger.inbox.next_due() == NOW + HOUR
    (hint,) = ledger.inbox.in_trouble()
    assert (hint.attempts, hint.problem) == (1, "github is away")
    ledger.inbox.put([ONE], NOW)
    assert ledger.inbox.in_trouble() == []
    assert due(ledger, NOW) == [ONE]


def test_a_cursor_and_what_it_passed_are_kept_together(ledger: Ledger) -> None:
    assert ledger.inbox.cursor("github:acme/shop") == ("", None)
    ledger.inbox.polled("github:acme/shop", "c1", [ONE], NOW)
    ledger.inbox.polled("github:acme/shop", "c2", [], NOW + MINUTE, "github is away")
    assert ledger.inbox.cursor("github:acme/shop") == ("c2", NOW + MINUTE)
    assert ledger.inbox.poll_problems() == {"github:acme/shop": "github is away"}
    assert due(ledger, NOW) == [ONE]


def test_deliveries_are_forgotten_after_a_while(ledger: Ledger) -> None:
    ledger.inbox.receive("github", "d1", None, NOW)
    ledger.inbox.forget_deliveries(NOW)
    assert not ledger.inbox.receive("github", "d1", None, NOW)
    ledger.inbox.forget_deliveries(NOW + MINUTE)
    assert ledger.inbox.receive("github", "d1", None, NOW)


# --- addresses -------------------------------------------------------------------------------------


def test_a_ticket_that_moved_is_found_under_each_of_its_addresses(case: Ledger) -> None:
    case.cases.move_ticket(ONE, TWO, "902")
    case.cases.move_ticket(TWO, THREE, "903")
    assert [case.cases.roots_of(ref) for ref in (ONE, TWO, THREE)] == [[ROOT]] * 3
    (row,) = case.cases.tickets(ROOT)
    assert (row.ref, row.uid) == (THREE, "903")
    known = case.cases.get(ROOT)
    assert known
    assert known.failure == THREE


def test_a_ticket_that_moved_there_and_back_is_at_home_again(case: Ledger) -> None:
    """Jira gives a ticket that returns to its project its old key."""
    case.cases.move_ticket(ONE, TWO, "901")
    case.cases.move_ticket(TWO, ONE, "901")
    assert case.cases.roots_of(ONE) == [ROOT]
    assert case.cases.roots_of(TWO) == [ROOT]


def test_a_ticket_that_was_noted_at_its_new_address_already_is_noted_once(case: Ledger) -> None:
    case.cases.add_ticket(TicketRow(ROOT, CASE, TWO, "902", "failure"))
    case.cases.move_ticket(ONE, TWO, "902")
    assert [row.ref for row in case.cases.tickets(ROOT)] == [TWO]


def test_moving_to_where_it_is_changes_nothing(case: Ledger) -> None:
    case.cases.move_ticket(ONE, ONE, "other")
    assert [row.uid for row in case.cases.tickets(ROOT)] == ["901"]


def test_a_ticket_may_belong_to_two_cases(case: Ledger) -> None:
    """An action that is a failure itself."""
    case.cases.open_case(OTHER, TWO, "902", "", NOW)
    case.cases.add_ticket(TicketRow(ROOT, CASE, TWO, "902", "action", "item", "key"))
    assert case.cases.roots_of(TWO) == sorted([OTHER, ROOT])
    case.cases.move_ticket(TWO, THREE, "903")
    assert case.cases.roots_of(TWO) == sorted([OTHER, ROOT])


def test_a_later_note_about_a_ticket_replaces_the_earlier(case: Ledger) -> None:
    row = TicketRow(ROOT, CASE, TWO, "902", "action", "item", "key")
    case.cases.add_ticket(row)
    case.cases.add_ticket(replace(row, role="twin"))
    assert {one.ref: one.role for one in case.cases.tickets(ROOT)} == {ONE: "failure", TWO: "twin"}


@pytest.mark.parametrize(
    ("updated_at", "is_news"),
    [
        pytest.param(NOW - HOUR, False, id="as fetched"),
        pytest.param(NOW - MINUTE, True, id="changed since"),
    ],
)
def test_a_poll_that_says_no_more_than_we_know_is_no_news(case: Ledger, updated_at: dt.datetime, is_news: bool) -> None:
    case.cases.note_fetched([(ONE, NOW - HOUR)], NOW)
    assert case.cases.is_news(ONE, updated_at, MINUTE) is is_news


def test_what_was_fetched_in_the_moment_of_a_change_is_news_once_more(case: Ledger) -> None:
    """Clocks differ: the picture may be older than it looks."""
    case.cases.note_fetched([(ONE, NOW)], NOW)
    assert case.cases.is_news(ONE, NOW, MINUTE)
    assert case.cases.is_news(TWO, NOW, MINUTE) is None


# --- effects ---------------------------------------------------------------------------------------


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


# --- patience --------------------------------------------------------------------------------------


def test_a_tracker_is_left_alone_for_the_longest_time_that_it_asked_for(ledger: Ledger) -> None:
    assert ledger.patience.until("github") is None
    ledger.patience.ask("github", NOW + HOUR, "429")
    ledger.patience.ask("github", NOW + MINUTE, "again")
    ledger.patience.ask("jira", NOW + MINUTE, "also")
    assert ledger.patience.until("github") == NOW + HOUR
    assert ledger.patience.until_all(["github", "jira"], NOW) == NOW + HOUR
    assert ledger.patience.until_all(["jira"], NOW + MINUTE) is None
    assert [(rest.tracker, rest.problem) for rest in ledger.patience.resting(NOW + MINUTE)] == [("github", "429")]


# --- the installation ------------------------------------------------------------------------------


def test_an_empty_database_knows_that_it_was_not_rebuilt(url: str) -> None:
    """It must not decide anything (P1)."""
    ledger = open_ledger(url)
    assert not ledger.installation.is_rebuilt(HOME)
    ledger.installation.mark_rebuilt(HOME, NOW)
    ledger.installation.mark_rebuilt(HOME, NOW + HOUR)
    assert ledger.installation.is_rebuilt(HOME)
    assert not ledger.installation.is_rebuilt("another")
    ledger.close()


def test_the_brake_keeps_its_first_reason_until_it_is_lifted(ledger: Ledger) -> None:
    """Only a person lifts it (P13)."""
    assert ledger.installation.brake() == ""
    ledger.installation.set_brake("200 comments", NOW)
    ledger.installation.set_brake("201 comments", NOW + MINUTE)
    assert ledger.installation.brake() == "200 comments"
    assert ledger.installation.release_brake(NOW + HOUR)
    assert not ledger.installation.release_brake(NOW + HOUR)
    assert ledger.installation.brake() == ""
    assert ledger.installation.sweep_since() == NOW + HOUR


@pytest.mark.parametrize(
    ("phase", "looked_at", "is_woken"),
    [
        pytest.param("active", NOW - HOUR, True, id="running"),
        pytest.param("paused", NOW + MINUTE, True, id="paused while the brake held"),
        pytest.param("closed", NOW + MINUTE, True, id="let go while the brake held"),
        pytest.param("closed", NOW - HOUR, False, id="let go before"),
    ],
)
def test_lifting_the_brake_wakes_whatever_it_may_have_held_back(
    ledger: Ledger, phase: str, looked_at: dt.datetime, is_woken: bool
) -> None:
    """What was held is said now, and not at the next accident (P7)."""
    ledger.cases.open_case(ROOT, ONE, "901", "", looked_at)
    ledger.installation.set_brake("200 comments", NOW)
    ledger.cases.lease(ROOT, "me", looked_at, looked_at + HOUR)
    ledger.cases.settle(ROOT, "me", looked_at, wake_at=None, phase=phase)
    ledger.installation.release_brake(NOW + HOUR)
    assert ledger.cases.next_wake() == (NOW + HOUR if is_woken else None)


def test_another_policy_wakes_every_active_case_once_and_one_after_the_other(ledger: Ledger) -> None:
    """A new rule is not to wait for wake-ups that may be weeks away, and the trackers are not asked all at once."""
    for number in range(4):
        ref = TicketRef("github", f"acme/shop#{number}")
        sleeping(ledger, f"root{number}", ref, NOW + 24 * HOUR if number else NOW + MINUTE)
    sleeping(ledger, "closed", THREE, None)
    ledger.cases.lease("closed", "me", NOW, NOW + MINUTE)
    ledger.cases.settle("closed", "me", NOW, wake_at=None, phase="closed")
    assert ledger.installation.heed_policy(HOME, "first", NOW, HOUR) is None
    assert ledger.installation.heed_policy(HOME, "second", NOW + MINUTE, HOUR) == 4
    assert ledger.installation.heed_policy(HOME, "second", NOW + MINUTE, HOUR) is None
    wakes = {row.root: row.wake_at for row in ledger.cases.all()}
    assert wakes.pop("closed") is None
    assert [wakes[f"root{number}"] for number in range(4)] == [NOW + MINUTE + number * HOUR / 4 for number in range(4)]


def test_of_several_that_see_another_policy_at_once_one_wakes_the_cases(case: Ledger) -> None:
    case.installation.heed_policy(HOME, "first", NOW, HOUR)
    told = at_once(4, lambda _: case.installation.heed_policy(HOME, "second", NOW, HOUR))
    assert sorted(told, key=str) == [1, None, None, None]
