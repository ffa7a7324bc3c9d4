"""What `aftermath explain` prints in a dozen situations, as golden files that a lead would enjoy reading.

`GOLDEN=write pytest tests/worker/test_explained_golden.py` writes them anew; read what they say before committing.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from connectors.errors import Temporary
from rules.policy import Away, Limits
from tests.rules.cases import PEOPLE
from tests.worker.company import ANN, LEA, MO, PACK, Company, at
from worker.cli.explain import _show, _show_why
from worker.cli.telling import Teller
from worker.config import TrackerSettings
from worker.explaining import explained

GOLDEN = Path(__file__).parent / "golden" / "explained"
TRACKERS = {"github": TrackerSettings("github", "github", "https://api.github.com")}


@dataclass(frozen=True)
class Scene:
    """What happened, the rules that are asked about, and the failure that is asked about."""

    lived: Callable[[], Company]
    rules: tuple[str, ...]
    key: str = "acme/shop#1"


def new() -> Company:
    """Found by a rebuild, and not looked at yet."""
    company = Company()
    company.a_failure("sev2")
    company.rebuild()
    return company


def asked_twice() -> Company:
    company = new()
    company.settle()
    company.pass_time("03-03 12:00")
    return company


def answered() -> Company:
    company = new()
    company.settle()
    company.pass_time("03-02 10:00")
    company.says(LEA, "acme/shop#1", "I will find somebody.")
    company.settle()
    return company


def snoozed() -> Company:
    company = new()
    company.settle()
    company.says(ANN, "acme/shop#2", "/snooze until 2026-03-20 because the vendor is slow")
    company.settle()
    return company


def escalated() -> Company:
    company = new()
    company.settle()
    company.says(ANN, "acme/shop#1", "/ack We roll back.\n\n/action Rotate the keys")
    company.settle()
    company.site.close(ANN, "acme/shop#1", "completed")
    company.pass_time("05-20 12:00")
    return company


def braked() -> Company:
    company = new()
    company.ledger.installation.set_brake("a test wants it so", company.time)
    return company


def over_budget() -> Company:
    company = Company(limits=Limits(mentions_per_day=1))
    company.a_failure(assignees=(ANN,))
    company.settle()
    company.a_failure(title="Search is slow", assignees=(ANN,))
    company.settle()
    return company


def away() -> Company:
    company = new()
    company.weather.when["comment"] = Temporary("503 Service Unavailable")
    company.settle()
    return company


def paused() -> Company:
    company = asked_twice()
    company.site.remove_label(MO, "acme/shop#1", "failure")
    company.settle()
    return company


def resumed() -> Company:
    company = paused()
    company.pass_time("03-05 12:00")
    company.site.add_label(MO, "acme/shop#1", "failure")
    company.settle()
    return company


def called_off() -> Company:
    company = new()
    company.settle()
    company.says(ANN, "acme/shop#1", "/cancel it was a drill")
    company.settle()
    return company


def let_go() -> Company:
    company = Company()
    company.a_failure("experiment")
    company.site.close(ANN, "acme/shop#1", "completed")
    company.settle()
    company.pass_time("03-03 09:00")
    return company


def too_old() -> Company:
    company = Company(limits=Limits(start_at=at("03-05 00:00")))
    company.a_failure()
    company.settle()
    return company


def seen_late() -> Company:
    """Aftermath comes weeks after the failure."""
    company = Company()
    company.a_failure("sev3")
    company.time = at("03-20 09:00")
    company.settle()
    return company


def made_graver() -> Company:
    company = Company()
    company.a_failure("sev3")
    company.settle()
    company.pass_time("03-04 10:00")
    company.site.add_label(MO, "acme/shop#1", "sev1")
    company.settle()
    return company


def with_absences(**absences: Away) -> Company:
    """A failure of Ann's, for which nobody has spoken up; people are away then."""
    found = {one: replace(who, away=(absences[one],) if one in absences else ()) for one, who in PEOPLE.people.items()}
    company = Company(policy=replace(PACK, people=replace(PEOPLE, people=found)))
    company.a_failure("sev2", assignees=(ANN,))
    company.settle()
    return company


def stood_in_for() -> Company:
    """Her lead stands in for Ann, and then is away as well, and Mo stands in for her."""
    return with_absences(ann=a_week(3, 13, "lea"), lea=a_week(5, 6, "mo"))


def on_leave() -> Company:
    """Nobody stands in for Ann, whose clocks stand still, nor for Mo, whose answer is waited for."""
    return with_absences(ann=a_week(3, 4), mo=a_week(6, 20))


def a_week(first: int, last: int, stand_in: str = "") -> Away:
    return Away(dt.date(2026, 3, first), dt.date(2026, 3, last), stand_in)


SCENES = {
    "new": Scene(new, ("ask-ack", "open-post-mortem", "ask-ack-sev1")),
    "asked-twice": Scene(asked_twice, ("ask-ack",)),
    "answered": Scene(answered, ("ask-ack",)),
    "snoozed": Scene(snoozed, ("late-post-mortem",)),
    "escalated": Scene(escalated, ("stalled-action", "still-open", "unapproved-plan")),
    "braked": Scene(braked, ("status", "ask-ack")),
    "over-budget": Scene(over_budget, ("ask-ack",), "acme/shop#2"),
    "away": Scene(away, ("ask-ack",)),
    "paused": Scene(paused, ("paused", "ask-ack")),
    "resumed": Scene(resumed, ("ask-ack",)),
    "called-off": Scene(called_off, ("cancelled",)),
    "let-go": Scene(let_go, ("look-back",)),
    "too-old": Scene(too_old, ("status",)),
    "seen-late": Scene(seen_late, ("ask-ack",)),
    "stood-in-for": Scene(stood_in_for, ("ask-ack",)),
    "on-leave": Scene(on_leave, ("ask-ack",)),
    "made-graver": Scene(made_graver, ("ask-ack-sev1", "ask-ack")),
}


@pytest.mark.parametrize("name", SCENES)
def test_what_explain_says_is_what_a_lead_would_read(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """P8."""
    scene = SCENES[name]
    company = scene.lived()
    told = explained(company.policy, company.plan(scene.key), company.time, TRACKERS)
    _show(Teller(), told, dt.UTC, every_rule=False)
    for rule in scene.rules:
        Teller().line()
        Teller().line(f"$ aftermath explain '{scene.key}' --why {rule}")
        _show_why(Teller(), told, rule, company.policy)
    printed = f"# {company.time:%a %d %b %Y %H:%M} UTC\n$ aftermath explain '{scene.key}'\n{capsys.readouterr().out}"
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(printed, encoding="utf-8")
    assert printed == file.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.glob("*.txt")} == set(SCENES)
