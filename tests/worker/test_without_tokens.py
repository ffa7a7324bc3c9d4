"""Commands in a terminal that knows no token: those that ask no tracker work, the others say what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.worker.process import run_command
from worker.sandbox import OUR_ACCOUNT

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def by_variables(config_file: Path) -> Path:
    """The configuration with its tokens in variables that are not set."""
    text = config_file.read_text(encoding="utf-8")
    text = text.replace(f"token: {OUR_ACCOUNT}-token\n    webhook", "token: ${GITHUB_OWN_TOKEN}\n    webhook", 1)
    config_file.write_text(text.replace(f"token: {OUR_ACCOUNT}-token", "token: ${JIRA_OWN_TOKEN}"), encoding="utf-8")
    return config_file


@pytest.mark.parametrize(
    "words", [["status"], ["dead"], ["resume"], ["retry"], ["forget", "ada"]], ids=lambda words: words[0]
)
def test_a_command_that_asks_no_tracker_needs_no_token(by_variables: Path, words: list[str]) -> None:
    done = run_command(*words, "--config", by_variables)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_command_that_needs_tokens_says_which_and_where_they_belong(by_variables: Path) -> None:
    done = run_command("plan", "--config", by_variables)
    assert done.returncode == 2
    env = by_variables.parent / ".env"
    assert done.stderr.splitlines()[-1] == (
        f"  Write them into {env} (GITHUB_OWN_TOKEN=…, JIRA_OWN_TOKEN=…), and they are there in every terminal."
    )
    env.write_text(f"GITHUB_OWN_TOKEN={OUR_ACCOUNT}-token\nJIRA_OWN_TOKEN={OUR_ACCOUNT}-token\n", encoding="utf-8")
    assert run_command("plan", "--config", by_variables).returncode == 0
