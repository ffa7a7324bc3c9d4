"""`lessons:` in the configuration: read, looked over by `check`, shown by `plan`, and its refusals on `status`."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connectors.sandbox.server import Sandbox
from rules.policy import Shelf
from rules.refs import Place, TicketRef
from tests.worker.process import run_command
from tests.worker.test_config import GOOD, complaint, load
from worker.config import load_config
from worker.planned import PlannedEffect
from worker.planning import plan_all
from worker.program import Program, compose
from worker.sandbox import OUR_ACCOUNT, REPOSITORY
from worker.status import read_status

HANDBOOK = "acme/handbook"
FAILURE = TicketRef("github", f"{REPOSITORY}#1")
SECOND = '  ghe: {kind: github, url: https://ghe.acme.test/api/v3, token: "${GITHUB_TOKEN}"}\nwatch:'


# --- the file ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "shelf"),
    [
        pytest.param("{repository: acme/handbook}", Shelf(Place("github", HANDBOOK), "lessons"), id="shortest"),
        pytest.param(
            "{repository: acme/handbook, folder: docs/what-we-learned/, tracker: github}",
            Shelf(Place("github", HANDBOOK), "docs/what-we-learned"),
            id="whole",
        ),
        pytest.param('{repository: acme/handbook, folder: ""}', Shelf(Place("github", HANDBOOK), ""), id="at the top"),
    ],
)
def test_a_repository_for_lessons_is_read(tmp_path: Path, written: str, shelf: Shelf) -> None:
    config = load(tmp_path, f"{GOOD}lessons: {written}\n")
    assert config.lessons == shelf
    # Nothing is watched there and no ticket opened.
    assert shelf.place not in config.places


def test_without_one_no_lessons_are_written(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD).lessons is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(f"{GOOD}lessons: {{folder: x}}\n", "repository", id="no repository"),
        pytest.param(f"{GOOD}lessons: {{repository: handbook}}\n", "is no place on github", id="no owner"),
        pytest.param(
            f"{GOOD}lessons: {{repository: acme/handbook, folder: ../x}}\n", "is no folder in a repository", id="folder"
        ),
        pytest.param(
            f"{GOOD}lessons: {{repository: acme/handbook, tracker: jira}}\n", '"jira" keeps no files', id="jira"
        ),
        pytest.param(
            f"{GOOD}lessons: {{repository: acme/handbook, tracker: gitbub}}\n", 'did you mean "github"', id="misspelt"
        ),
        pytest.param(
            f"{GOOD.replace('watch:', SECOND)}lessons: {{repository: acme/handbook}}\n",
            'say which with "tracker"',
            id="several",
        ),
    ],
)
def test_a_mistake_in_it_is_told(tmp_path: Path, text: str, said: str) -> None:
    told = complaint(tmp_path, text)
    assert said.casefold() in told.casefold()
    assert "aftermath.yaml:" in told


# --- on a company ------------------------------------------------------------------------------------


@pytest.fixture
def shelved(config_file: Path, company: Sandbox) -> Path:
    """The company's configuration, with a handbook that is as private as everything else."""
    company.world.sites["github"].add_place(HANDBOOK)
    with config_file.open("a", encoding="utf-8") as stream:
        stream.write(f"lessons: {{repository: {HANDBOOK}}}\n")
    return config_file


@contextmanager
def after_a_lesson(config_file: Path, company: Sandbox, looks: int = 2) -> Iterator[Program]:
    """An experiment that is over: at the second look its lesson is told and written."""
    github = company.world.sites["github"]
    github.open_ticket("ada", REPOSITORY, "The new cache", labels=("failure", "experiment"))
    github.close("ada", FAILURE.key)
    program = compose(load_config(config_file, os.environ), clock=company.clock)
    program.rebuild()
    try:
        for _ in range(looks):
            program.reconciler.look_at(FAILURE)
            company.clock.advance(dt.timedelta(hours=2))
        yield program
    finally:
        program.close()


def make_public(company: Sandbox, place: str) -> None:
    company.world.sites["github"].places[place].is_public = True


def make_private(company: Sandbox, place: str) -> None:
    company.world.sites["github"].places[place].is_public = False


def planned_files(program: Program) -> list[PlannedEffect]:
    return [effect for case in plan_all(program).cases for effect in case.effects if "lesson of" in effect.what]


def test_check_says_where_lessons_go_and_that_they_can(shelved: Path, company: Sandbox) -> None:
    done = run_command("check", "--config", shelved)
    assert done.returncode == 0, done.stdout
    assert "Lessons are written to github:acme/handbook, folder lessons." in done.stdout
    assert "acme/handbook is there, and lessons can be written to it." in done.stdout


@pytest.mark.parametrize("what", ["hidden", "archived", "read only", "public"])
def test_check_says_what_keeps_lessons_from_being_written(shelved: Path, company: Sandbox, what: str) -> None:
    """P14: where more people read the handbook than the failures, nothing is written there, and that is said first."""
    github = company.world.sites["github"]
    make_private(company, REPOSITORY)
    rights = github.accounts[OUR_ACCOUNT].rights
    match what:
        case "hidden":
            rights[HANDBOOK], said = "none", "acme/handbook is not on GitHub, or"
        case "archived":
            github.places[HANDBOOK].is_archived, said = True, "acme/handbook is archived"
        case "read only":
            rights[HANDBOOK], said = "triage", "We may not write to acme/handbook"
        case _:
            make_public(company, HANDBOOK)
            said = f"Everybody can read {HANDBOOK}, and not everybody github:{REPOSITORY}"
    done = run_command("check", "--config", shelved, "--json")
    findings = [found for section in json.loads(done.stdout)["sections"] for found in section["findings"]]
    (wrong,) = [found for found in findings if found["grade"] == "wrong"]
    assert done.returncode == 1
    assert wrong["found"].startswith(said)
    assert wrong["todo"]


def test_a_lesson_is_written_over_http_and_found_in_the_library(shelved: Path, company: Sandbox) -> None:
    with after_a_lesson(shelved, company) as program:
        assert [commit.author for commit in company.world.sites["github"].commits(HANDBOOK)] == [OUR_ACCOUNT]
        assert read_status(program).troubles == ()
    done = run_command("lessons", "cache", "--json", "--config", shelved)
    assert [lesson["failure"] for lesson in json.loads(done.stdout)] == [str(FAILURE)]


def test_plan_shows_a_lesson_that_is_still_to_be_written(shelved: Path, company: Sandbox) -> None:
    """P13: also of a case that was let go before anybody named a repository."""
    text = shelved.read_text(encoding="utf-8")
    shelved.write_text(text.replace("lessons: {", "#"), encoding="utf-8")
    with after_a_lesson(shelved, company) as program:
        assert planned_files(program) == []
    shelved.write_text(text, encoding="utf-8")
    program = compose(load_config(shelved, os.environ), clock=company.clock)
    (effect,) = planned_files(program)
    assert effect.what.startswith(f"write the lesson of {FAILURE} to lessons/")
    assert (effect.ticket, effect.held, effect.is_new) == (f"github:{HANDBOOK}", "", False)
    assert 'title: "The new cache"' in effect.text
    program.reconciler.look_at(FAILURE)
    assert planned_files(program) == []
    program.close()


def test_what_more_people_would_read_is_held_on_plan_and_told_on_status(shelved: Path, company: Sandbox) -> None:
    """P7, P14."""
    make_private(company, REPOSITORY)
    make_public(company, HANDBOOK)
    with after_a_lesson(shelved, company) as program:
        (trouble,) = read_status(program).troubles
        assert trouble.what == "write a lesson to its repository (lesson-file)"
        assert trouble.problem.startswith("Everybody can read acme/handbook, and not everybody can read this failure")
        assert (trouble.where, trouble.needs_person) == (str(FAILURE), True)
        (effect,) = planned_files(program)
        assert effect.held == trouble.problem
    assert company.world.sites["github"].commits(HANDBOOK) == []


def test_plan_asks_once_who_reads_the_handbook_however_many_lessons_wait_for_it(
    shelved: Path, company: Sandbox
) -> None:
    """Requests are the currency: three lessons are held back by one answer."""
    make_private(company, REPOSITORY)
    make_public(company, HANDBOOK)
    github = company.world.sites["github"]
    with after_a_lesson(shelved, company) as program:
        for number in (2, 3):
            github.open_ticket("ada", REPOSITORY, f"Cache {number}", labels=("failure", "experiment"))
            github.close("ada", f"{REPOSITORY}#{number}")
        for _ in range(2):
            company.clock.advance(dt.timedelta(hours=2))
            for number in (2, 3):
                program.reconciler.look_at(TicketRef("github", f"{REPOSITORY}#{number}"))
        company.clock.advance(dt.timedelta(days=1))
        plan_all(program)
        company.counts.reset()
        assert [bool(effect.held) for effect in planned_files(program)] == [True, True, True]
        assert company.counts.route("github", "GET", "/repos/{owner}/{repo}") == 1
