"""What needs a person: listed with what to do, tried again or let go; and forgetting somebody (P7, P10)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.errors import Denied
from connectors.sandbox.server import Sandbox
from rules.effects import Say
from rules.policy import People, Person
from rules.refs import TicketRef
from tests.worker.company import Company
from tests.worker.process import run_command
from worker import dead
from worker.config import load_config
from worker.forgetting import forget
from worker.ledger.database import open_memory_ledger
from worker.program import Program, compose
from worker.sandbox import OUR_ACCOUNT, REPOSITORY

FAILURE = TicketRef("github", "acme/shop#1")


@pytest.fixture
def refused(config_file: Path, company: Sandbox) -> Program:
    """An installation whose account may not write: its first words were refused. Closed, to be opened by commands."""
    for title in ("Checkout is down", "Search is down"):
        company.world.sites["github"].open_ticket("ada", REPOSITORY, title, labels=("failure",))
    program = compose(load_config(config_file, os.environ), clock=company.clock)
    program.rebuild()
    company.world.sites["github"].accounts[OUR_ACCOUNT].rights[REPOSITORY] = "read"
    for case in program.ledger.cases.all():
        program.reconciler.look_at(case.failure)
    program.close()
    return program


def listed(config_file: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(run_command("dead", "--config", config_file, "--json").stdout)["dead"]
    return found


def test_what_was_refused_is_listed_with_its_reason_and_what_to_do(refused: Program, config_file: Path) -> None:
    done = run_command("dead", "--config", config_file)
    assert done.returncode == 1
    (first, *_) = listed(config_file)
    for words in (first["key"], first["problem"], f"aftermath dead retry {first['key']}", "aftermath dead drop"):
        assert words in done.stdout
    status = run_command("status", "--config", config_file).stdout
    assert f"aftermath dead retry {first['key']}" in status


def test_one_is_tried_again_and_the_others_wait(refused: Program, config_file: Path) -> None:
    (first, second, *_) = listed(config_file)
    done = run_command("dead", "retry", first["key"], "--config", config_file)
    assert (done.returncode, "1 effect tried again" in done.stdout) == (0, True)
    after = {one["key"]: one["again_at"] for one in listed(config_file)}
    assert after[first["key"]] == ""
    assert after[second["key"]] == second["again_at"] != ""


def test_what_was_let_go_is_tried_no_more_until_it_is_taken_up_again(refused: Program, config_file: Path) -> None:
    first, second = (effect["key"] for effect in listed(config_file))
    for key in (first, second):
        assert "Let go: assign somebody" in run_command("dead", "drop", key, "--config", config_file).stdout
    assert run_command("dead", "--config", config_file).returncode == 0
    assert run_command("status", "--config", config_file).returncode == 0
    done = run_command("dead", "retry", first, "--config", config_file, "--json")
    assert json.loads(done.stdout) == {"retried": 1}
    assert [one["key"] for one in listed(config_file) if one["state"] == "dropped"] == [second]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("retry",), "Which one?", id="no key"),
        pytest.param(("drop",), "Which one?", id="nothing to drop"),
        pytest.param(("retry", "abc"), "Nothing dead has the key 'abc'", id="unknown key"),
        pytest.param(("drop", "all"), "Nothing dead has the key 'all'", id="all is not dropped at once"),
    ],
)
def test_a_wrong_question_about_the_dead_ends_with_2(
    config_file: Path, company: Sandbox, arguments: tuple[str, ...], said: str
) -> None:
    done = run_command("dead", *arguments, "--config", config_file)
    assert (done.returncode, said in done.stderr) == (2, True)


def test_what_was_let_go_is_wanted_no_more_at_the_next_look() -> None:
    """And the case goes on with everything else."""
    company = Company()
    company.weather.when["open"] = Denied("issues cannot be opened there", status=403)
    company.a_failure("sev2")
    company.settle()
    (row,) = company.ledger.effects.in_trouble()
    dead.drop(company.ledger, row.key)
    company.weather.when.clear()
    company.pass_time("03-04 09:00")
    assert company.opened("post-mortem") == []
    assert company.kinds()[:3] == ["status", "ask", "ask-again"]
    assert dead.retry(company.ledger, [row.key], company.time) == 1
    company.settle()
    assert len(company.opened("post-mortem")) == 1
    assert dead.read_dead(company.ledger) == ()


def test_what_fails_again_and_again_is_dead_and_one_failure_is_not() -> None:
    company = Company()
    company.weather.when["open"] = Denied("no", status=403)
    company.a_failure("sev2")
    company.settle()
    (effect,) = dead.read_dead(company.ledger)
    assert (effect.state, effect.where, effect.what) == ("refused", "github:acme/shop", "open a ticket")
    company.ledger.effects.postpone(effect.key, company.time, "the connection broke")
    assert dead.read_dead(company.ledger) == ()


# --- forgetting ---------------------------------------------------------------------------------

ANN = Person("ann", "Ann Example", {"github": "ann-ex", "jira": "712020:ann"})
PEOPLE = People({"ann": ANN, "annabel": Person("annabel", "Annabel", {"github": "annabel"})})


def asking(key: str, person: str) -> Say:
    return Say(
        key=key,
        case="root.1",
        rule="ask-ack",
        why="w",
        ticket=FAILURE,
        text="ask",
        body="",
        said=key,
        mentions=(person,),
    )


@pytest.fixture
def company_with_mentions() -> Iterator[Company]:
    """Ann, Annabel and a stranger were mentioned, and a tracker's sentence names Ann's account."""
    company = Company()
    company.ledger.close()
    company.ledger = ledger = open_memory_ledger()
    for key, person in (("a", "ann"), ("b", "annabel"), ("c", "github/stranger")):
        said = asking(key, person)
        ledger.effects.intend([said], company.time)
        ledger.effects.sending(said, company.time, "2026-03-02")
    for key, problem in (("b", "ann-ex cannot be assigned to this issue"), ("c", "the annual limit is reached")):
        ledger.effects.postpone(key, company.time, problem, is_done_unknown=True)
    yield company
    ledger.close()


@pytest.mark.parametrize("person", ["ann", "Ann Example", "@ann-ex", "712020:ANN"])
def test_forgetting_removes_what_is_kept_under_any_of_somebody_s_names_and_nothing_else(
    company_with_mentions: Company, person: str
) -> None:
    ledger = company_with_mentions.ledger
    forgotten = forget(ledger, PEOPLE, ["github", "jira"], person)
    assert (forgotten.mentions, forgotten.problems) == (1, 1)
    assert forgotten.standing == ("github:acme/shop#1 (ask-ack)",)
    assert "The people file still lists ann" in forgotten.elsewhere[0]
    assert ledger.effects.mentioned_on("2026-03-02") == {"annabel": 1, "github/stranger": 1}
    problems = {row.key: row.problem for row in ledger.effects.in_trouble()}
    assert "ann-ex" not in problems["b"]
    assert problems["c"] == "the annual limit is reached"


def test_forgetting_again_is_harmless(company_with_mentions: Company) -> None:
    ledger = company_with_mentions.ledger
    assert forget(ledger, PEOPLE, ["github"], "stranger").mentions == 1
    again = forget(ledger, PEOPLE, ["github"], "stranger")
    assert not again.removed_something
    assert again.elsewhere[-2].startswith("On the trackers stand"), "it is said each time"


@pytest.mark.parametrize(
    ("person", "is_said"),
    [pytest.param("nobodyxyz", True, id="unknown"), pytest.param("annabel", False, id="listed, and not mentioned")],
)
def test_a_name_that_nobody_knows_is_told_as_one(person: str, *, is_said: bool) -> None:
    """A typing mistake would else look as if somebody were forgotten."""
    ledger = open_memory_ledger()
    elsewhere = forget(ledger, PEOPLE, ["github"], person).elsewhere
    unknown = 'Nobody called "nobodyxyz" stands in the people file, and the ledger knows nobody by it'
    assert elsewhere[0].startswith(unknown) == is_said
    ledger.close()


def test_the_forget_command_says_what_it_removed_and_what_it_cannot(config_file: Path, company: Sandbox) -> None:
    company.world.sites["github"].open_ticket("ada", REPOSITORY, "Down", labels=("failure",))
    program = compose(load_config(config_file, os.environ), clock=company.clock)
    program.rebuild()
    program.reconciler.look_at(FAILURE)
    program.close()
    done = run_command("forget", "grace", "--config", config_file)
    assert done.returncode == 0, done.stderr
    assert "Forgotten: 1 mention of grace" in done.stdout
    assert f"{FAILURE} (ask-ack)" in done.stdout
    assert "On the trackers stand" in done.stdout
    again = json.loads(run_command("forget", "grace", "--config", config_file, "--json").stdout)
    assert (again["removed_something"], again["mentions"]) == (False, 0)
