"""Figures: what stands in the ledger is told as it stands, and what happens here is counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from connectors.allowance import Allowance
from connectors.metering import RequestMeter
from connectors.write_limits import Bucket, WriteLimits
from rules.refs import Place, TicketRef
from worker.ledger import Ledger
from worker.ledger.database import open_memory_ledger
from worker.ledger.write_budgets import Wanted
from worker.metrics import Metrics
from worker.steps import Step

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
SHOP, OPS = Place("github", "acme/shop"), Place("jira", "OPS")
HOME = "acme"

Figures = dict[str, float]


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    ledger = open_memory_ledger()
    yield ledger
    ledger.close()


def figures(ledger: Ledger, policy_problem: str = "") -> Figures:
    """Every sample of ours on the page, as `name{labels}`."""
    metrics = Metrics(ledger, {"github": RequestMeter()}, (SHOP, OPS), dt.timedelta(minutes=5), lambda: policy_problem)
    return read(metrics)


def read(metrics: Metrics) -> Figures:
    found = {}
    for family in text_string_to_metric_families(metrics.render().decode()):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def open_case(ledger: Ledger, number: int) -> str:
    root = f"root-{number}"
    ledger.cases.open_case(root, TicketRef("github", f"acme/shop#{number}"), str(number), "Checkout is down", NOW)
    return root


def test_an_empty_ledger_waits_for_nothing_and_says_that_it_was_not_filled(ledger: Ledger) -> None:
    """P1: an empty ledger decides nothing; somebody has to be able to see that from outside."""
    found = figures(ledger)
    assert found["aftermath_ledger_filled"] == 0
    assert found["aftermath_hints_waiting"] == 0
    assert "aftermath_next_wakeup_timestamp_seconds" not in found
    assert "aftermath_oldest_hint_timestamp_seconds" not in found


def test_a_filled_ledger_says_so(ledger: Ledger) -> None:
    ledger.installation.mark_rebuilt(HOME, NOW)
    assert figures(ledger)["aftermath_ledger_filled"] == 1


def test_cases_are_counted_by_phase_with_zeros_where_there_are_none(ledger: Ledger) -> None:
    open_case(ledger, 1)
    open_case(ledger, 2)
    found = figures(ledger)
    assert {phase: found[f"aftermath_cases{{phase={phase}}}"] for phase in ("active", "paused", "closed")} == {
        "active": 2,
        "paused": 0,
        "closed": 0,
    }


def test_the_next_wake_up_is_the_earliest_of_all(ledger: Ledger) -> None:
    """P6: how far it lies behind is how late the scheduler is."""
    open_case(ledger, 1)
    ledger.cases.wake(open_case(ledger, 2), NOW - dt.timedelta(minutes=3))
    assert figures(ledger)["aftermath_next_wakeup_timestamp_seconds"] == NOW.timestamp() - 180


def test_the_brake_shows_while_it_holds(ledger: Ledger) -> None:
    """P7, P13: whoever looks at a dashboard sees that everything new is held."""
    ledger.installation.mark_rebuilt(HOME, NOW)
    assert figures(ledger)["aftermath_brake_on"] == 0
    ledger.installation.set_brake("30 of 40 open cases spoke within an hour", NOW)
    assert figures(ledger)["aftermath_brake_on"] == 1
    ledger.installation.release_brake(NOW)
    assert figures(ledger)["aftermath_brake_on"] == 0


def test_each_place_tells_when_it_was_polled_and_whether_that_failed(ledger: Ledger) -> None:
    ledger.inbox.polled(str(SHOP), "cursor", (), NOW)
    ledger.inbox.polled(str(OPS), "", (), NOW, "jira is away")
    found = figures(ledger)
    assert found["aftermath_polled_timestamp_seconds{place=github:acme/shop,tracker=github}"] == NOW.timestamp()
    assert found["aftermath_poll_failing{place=github:acme/shop,tracker=github}"] == 0
    assert found["aftermath_poll_failing{place=jira:OPS,tracker=jira}"] == 1
    assert found["aftermath_poll_interval_seconds"] == 300


def test_a_place_that_is_no_longer_configured_is_not_told_of(ledger: Ledger) -> None:
    """It is never polled again: an alert on it could never end."""
    ledger.inbox.polled("github:acme/till", "cursor", (), NOW)
    assert not [name for name in figures(ledger) if "acme/till" in name]


def test_a_tracker_that_asked_for_patience_tells_until_when(ledger: Ledger) -> None:
    """P7: nobody has to guess why everything waits."""
    until = NOW + dt.timedelta(minutes=1)
    ledger.patience.ask("github", until, "secondary rate limit")
    ledger.patience.ask("till", until, "a tracker that is no longer configured")
    found = figures(ledger)
    assert found["aftermath_tracker_rests_until_timestamp_seconds{tracker=github}"] == until.timestamp()
    assert not [name for name in found if "till" in name]


def test_a_look_that_failed_shows_on_its_hint(ledger: Ledger) -> None:
    ref = TicketRef("github", "acme/shop#7")
    ledger.inbox.receive("github", "guid-1", ref, NOW)
    assert figures(ledger)["aftermath_hints_in_trouble"] == 0
    ledger.inbox.postpone(ref, NOW, "github is away")
    found = figures(ledger)
    assert (found["aftermath_hints_waiting"], found["aftermath_hints_in_trouble"]) == (1, 1)
    assert found["aftermath_oldest_hint_timestamp_seconds"] == NOW.timestamp()


def test_a_case_in_trouble_is_counted(ledger: Ledger) -> None:
    root = open_case(ledger, 1)
    ledger.cases.lease(root, "token", NOW, NOW + dt.timedelta(seconds=90))
    ledger.cases.settle(root, "token", NOW, wake_at=NOW, problem="github is away")
    assert figures(ledger)["aftermath_cases_in_trouble"] == 1


@pytest.mark.parametrize(
    ("state", "problem", "shown"),
    [
        pytest.param("refused", "no rights", {"refused": 1, "delayed": 0}, id="refused"),
        pytest.param("sent", "the answer was lost", {"refused": 0, "delayed": 1}, id="sent-and-unknown"),
        pytest.param("intended", "502", {"refused": 0, "delayed": 1}, id="to-be-tried-again"),
        pytest.param("intended", "", {"refused": 0, "delayed": 0}, id="on-its-way"),
        pytest.param("confirmed", "", {"refused": 0, "delayed": 0}, id="done"),
    ],
)
def test_effects_that_are_not_done_are_told_by_what_they_need(
    ledger: Ledger, state: str, problem: str, shown: dict[str, int]
) -> None:
    """P7: what waits for a person is told apart from what is tried again by itself."""
    with ledger.engine.begin() as db:
        db.execute(
            text(
                "INSERT INTO effects (key, root, case_id, kind, ticket, rule, state, problem, intended_at) "
                "VALUES ('k', 'r', 'r.1', 'say', 'github:acme/shop#1', 'a-rule', :state, :problem, :at)"
            ),
            {"state": state, "problem": problem, "at": "2026-03-02 09:00:00"},
        )
    found = figures(ledger)
    assert {name: found[f"aftermath_effects_{name}"] for name in shown} == shown


@pytest.mark.parametrize(("problem", "shown"), [("", 0), ("policy.yaml:3: …", 1)], ids=["sound", "broken"])
def test_a_policy_that_cannot_be_read_shows(ledger: Ledger, problem: str, shown: int) -> None:
    assert figures(ledger, problem)["aftermath_policy_broken"] == shown


def test_looks_that_ended_well_are_counted_beside_those_that_began(ledger: Ledger) -> None:
    metrics = Metrics(ledger, {})
    for step in (Step.LEASED, Step.SETTLED, Step.RELEASED, Step.LEASED, Step.RELEASED):
        metrics.reached(step, "root")
    found = read(metrics)
    assert (found["aftermath_looks_total"], found["aftermath_looks_settled_total"]) == (2, 1)


def test_what_became_of_the_weekly_digest_is_counted_without_a_name(ledger: Ledger) -> None:
    """P7, P10: of the last week only; what a person let go is told apart, so that no alert is left."""
    digests = ledger.digests
    for week, key in (("2026-W10", "earlier"), *(("2026-W11", key) for key in ("ada", "ben", "cy", "dot"))):
        digests.claim(key, week, NOW)
    digests.confirm("ada")
    digests.refuse("ben", NOW, "no such address")
    digests.drop("dot")
    digests.note_empty("eve", "2026-W11", NOW)
    metrics = Metrics(ledger, {}, digest_week=lambda: "2026-W11")
    assert {name: value for name, value in read(metrics).items() if name.startswith("aftermath_digests")} == {
        "aftermath_digests{outcome=sent}": 1,
        "aftermath_digests{outcome=empty}": 1,
        "aftermath_digests{outcome=failing}": 1,
        "aftermath_digests{outcome=unsure}": 1,
        "aftermath_digests{outcome=let_go}": 1,
    }


def test_cases_that_the_digest_leaves_out_are_counted_where_somebody_gets_one(ledger: Ledger) -> None:
    root = open_case(ledger, 1)
    open_case(ledger, 2)
    assert ledger.cases.lease(root, "me", NOW, NOW + dt.timedelta(minutes=1))
    ledger.digests.note_news(root, "me", "{}", NOW)
    ledger.digests.leave_out(root, "me")
    name = "aftermath_digest_cases_left_out"
    assert read(Metrics(ledger, {}, digest_week=lambda: "2026-W11"))[name] == 1
    assert read(Metrics(ledger, {}))[name] == 0


def test_what_a_tracker_says_is_left_is_told_by_resource(ledger: Ledger) -> None:
    meter = RequestMeter()
    meter.allowances.note(Allowance("core", 5_000, 321, NOW))
    found = read(Metrics(ledger, {"github": meter}))
    where = "{resource=core,tracker=github}"
    assert found[f"aftermath_requests_left{where}"] == 321
    assert found[f"aftermath_requests_limit{where}"] == 5_000
    assert found[f"aftermath_requests_reset_timestamp_seconds{where}"] == NOW.timestamp()


def test_a_budget_tells_when_it_is_whole_and_how_many_wait_for_it(ledger: Ledger) -> None:
    """P7: nobody has to guess why everything waits."""
    limits = WriteLimits(Bucket(1, 60, "one a minute"))
    for root in ("a", "b", "c"):
        ledger.write_budgets.draw("github", limits, Wanted(root, 3, 0, 1, 0, 1, 0, 0.0), NOW)
    ledger.write_budgets.draw("till", limits, Wanted("a", 3, 0, 1, 0, 1, 0, 0.0), NOW)
    found = figures(ledger)
    full = found["aftermath_write_budget_full_timestamp_seconds{budget=pace,tracker=github}"]
    assert full == (NOW + dt.timedelta(minutes=1)).timestamp()
    assert found["aftermath_cases_waiting_to_write{tracker=github}"] == 2
    assert not [name for name in found if "till" in name], "a tracker that is no longer configured"


def test_writes_that_were_put_off_are_counted(ledger: Ledger) -> None:
    metrics = Metrics(ledger, {"github": RequestMeter()})
    for _ in range(3):
        metrics.reached(Step.WAITED, "github")
    assert read(metrics)["aftermath_writes_waited_total{tracker=github}"] == 3
