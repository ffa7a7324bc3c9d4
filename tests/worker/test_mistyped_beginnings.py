"""`aftermath init` where something was mistyped: a repository, a project or a person that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from connectors.sandbox.server import Sandbox
from tests.worker.test_getting_started import TOKENS, begin, loaded, logs_as_before, with_jira
from worker.cli import build_app
from worker.sandbox import PROJECT, REPOSITORY

__all__ = ["logs_as_before"]


def refused(company: Sandbox, folder: Path, *more: str) -> str:
    """What `aftermath init` said that ended with 2."""
    given = ["init", "--folder", str(folder), "--github-url", company.url("github"), "--yes", *more]
    done = CliRunner().invoke(build_app(given), given, env=TOKENS)
    assert done.exit_code == 2, done.output
    return done.output


def test_a_repository_that_is_not_there_is_told_and_nothing_is_written(company: Sandbox, tmp_path: Path) -> None:
    said = refused(company, tmp_path, "--github", "acme/shpo")
    reasons = (
        "  Either the name is misspelt, or the account whose token is in GITHUB_TOKEN may not see it: trackers say 404 "
        "to both, so as not to give away what there is."
    )
    assert said.splitlines() == [
        "github:acme/shpo was not found. GitHub answered 404 to GET /repos/acme/shpo/assignees: Not Found.",
        reasons,
        "Nothing was written. Name the right place, or say --anyway if this one is yet to come.",
    ]
    assert list(tmp_path.iterdir()) == []


def test_a_project_that_is_not_there_is_told_alike(company: Sandbox, tmp_path: Path) -> None:
    jira = [word.replace(PROJECT, "OSP") for word in with_jira(company)]
    said = refused(company, tmp_path, "--github", REPOSITORY, *jira)
    assert "jira:OSP was not found." in said
    assert "whose token is in JIRA_TOKEN may not see it" in said


def test_a_place_that_is_yet_to_come_is_taken_anyway(company: Sandbox, tmp_path: Path) -> None:
    begin(
        company,
        tmp_path,
        "--yes",
        *with_jira(company)[:2],
        "--jira-project",
        "NEW",
        *with_jira(company)[4:],
        "--anyway",
    )
    assert [str(place) for place in loaded(tmp_path).places] == [f"github:{REPOSITORY}", "jira:NEW"]


@pytest.mark.parametrize(
    ("again", "place"),
    [pytest.param(REPOSITORY, REPOSITORY, id="mended"), pytest.param("", "acme/shpo", id="left-so")],
)
def test_a_repository_that_was_mistyped_is_asked_for_again(
    company: Sandbox, tmp_path: Path, again: str, place: str
) -> None:
    """Enter keeps it: it may be made tomorrow. Then come lead and manager, where anybody was found."""
    typed = "\n".join(("acme/shpo", "", "shop", "y", again, "", "", "", ""))
    given = ["init", "--folder", str(tmp_path), "--github-url", company.url("github")]
    done = CliRunner().invoke(build_app(given), given, env=TOKENS, input=typed)
    assert done.exit_code == 0, done.output
    assert done.output.count("was not found") == 1
    assert [str(one) for one in loaded(tmp_path, {}).watch] == [f"github:{place}"]


def test_a_stranger_is_nobody_s_manager(company: Sandbox, tmp_path: Path) -> None:
    said = refused(company, tmp_path, "--github", REPOSITORY, "--manager", "zoe")
    assert '"zoe" is nobody who was found: ' in said
