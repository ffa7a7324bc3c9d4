"""`aftermath webhooks`, and the end of `init --webhooks`: installed where we may, and exactly told where we may not."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import Result
from typer.testing import CliRunner

from connectors.sandbox.delivery import Subscription
from connectors.sandbox.server import Sandbox
from tests.worker.test_getting_started import TOKENS, begin, with_jira
from worker.cli import build_app
from worker.config.environment_file import read_environment
from worker.sandbox import OUR_ACCOUNT, PROJECT, REPOSITORY, WEBHOOK_SECRET
from worker.webhooks import PublicUrlError, checked_public_url

PUBLIC = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """The command is called in this process, and sends its logs to a stream that is closed afterwards."""
    root, config = logging.getLogger(), structlog.get_config()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.configure(**config)
    root.handlers = handlers
    root.setLevel(level)


@pytest.fixture
def run_by_us(company: Sandbox) -> Sandbox:
    company.world.sites["github"].accounts[OUR_ACCOUNT].default_rights = "admin"
    return company


def call(config_file: Path, *more: str) -> Result:
    given = ["webhooks", "--config", str(config_file), *more]
    done = CliRunner().invoke(build_app(given), given, env=TOKENS)
    assert WEBHOOK_SECRET not in done.output, "P11"
    return done


def hooks_of(company: Sandbox) -> list[Subscription]:
    return company.courier.subscriptions("github", REPOSITORY)


def told(done: Result) -> Any:
    return json.loads(done.stdout)


def test_nothing_is_written_unless_somebody_names_the_address(config_file: Path, run_by_us: Sandbox) -> None:
    done = call(config_file)
    assert (done.exit_code, hooks_of(run_by_us)) == (1, [])
    assert f"{REPOSITORY} has no webhook to an address that ends in /webhooks/github." in done.output
    assert "aftermath webhooks --public-url https://your-host installs what is missing." in done.output


def test_github_s_is_installed_and_jira_s_is_told_step_by_step(config_file: Path, run_by_us: Sandbox) -> None:
    for _ in range(2):
        done = call(config_file, "--public-url", f"{PUBLIC}/")
        assert done.exit_code == 0, done.output
    (hook,) = hooks_of(run_by_us)
    assert (hook.url, hook.secret) == (f"{PUBLIC}/webhooks/github", WEBHOOK_SECRET)
    for words in (
        f"{run_by_us.url('jira')}/plugins/servlet/webhooks",
        f"URL: {PUBLIC}/webhooks/jira",
        f"{PUBLIC}/webhooks/jira/SECRET",
        f"JQL: project in ({PROJECT})",
        "Tick Issue: created, updated, deleted",
        "trackers.jira.webhook_secret",
    ):
        assert words in done.output
    assert call(config_file).exit_code == 0


def test_what_was_installed_is_taken_away_again(config_file: Path, run_by_us: Sandbox) -> None:
    call(config_file, "--public-url", PUBLIC)
    done = call(config_file, "--remove", "--public-url", PUBLIC)
    assert (done.exit_code, hooks_of(run_by_us)) == (0, [])
    assert "was taken away" in done.output


def test_none_is_taken_away_before_its_address_is_named(config_file: Path, run_by_us: Sandbox) -> None:
    call(config_file, "--public-url", PUBLIC)
    done = call(config_file, "--remove")
    assert (done.exit_code, len(hooks_of(run_by_us))) == (1, 1)
    assert f"may be ours, and none was taken away: {PUBLIC}/webhooks/github." in done.output
    assert "aftermath webhooks --remove --public-url https://your-host takes it away." in done.output


def test_where_our_account_is_no_administrator_it_is_told_how(config_file: Path, company: Sandbox) -> None:
    done = call(config_file, "--public-url", PUBLIC)
    assert (done.exit_code, hooks_of(company)) == (1, [])
    assert f"/{REPOSITORY}/settings/hooks/new" in done.output
    assert f"Payload URL: {PUBLIC}/webhooks/github" in done.output


def test_as_json_it_says_the_same(config_file: Path, run_by_us: Sandbox) -> None:
    answer = told(call(config_file, "--public-url", PUBLIC, "--json"))
    assert [(one["state"], one["url"]) for one in answer["hooks"]] == [("installed", f"{PUBLIC}/webhooks/github")]
    assert [one["tracker"] for one in answer["by_hand"]] == ["jira"]
    assert answer["is_good"] is True


def test_without_a_secret_none_is_installed(config_file: Path, run_by_us: Sandbox) -> None:
    """Whatever it brought would be refused."""
    text = config_file.read_text(encoding="utf-8").replace(f"    webhook_secret: {WEBHOOK_SECRET}\n", "")
    config_file.write_text(text, encoding="utf-8")
    done = call(config_file, "--public-url", PUBLIC)
    assert hooks_of(run_by_us) == []
    assert done.exit_code == 1
    assert "trackers.github.webhook_secret is not set" in done.output


@pytest.mark.parametrize(
    ("url", "instead"),
    [
        pytest.param("", "such as https://aftermath.acme.example.", id="empty"),
        pytest.param("aftermath.acme.example", "such as https://aftermath.acme.example.", id="no scheme"),
        pytest.param("http://acme.example", "say https://acme.example.", id="no TLS"),
        pytest.param("https://a:b@acme.example", "such as https://aftermath.acme.example.", id="password"),
        pytest.param("https://acme.example?x=1", "such as https://aftermath.acme.example.", id="query"),
    ],
)
def test_an_address_that_no_tracker_could_call_is_refused_with_one_that_it_could(url: str, instead: str) -> None:
    with pytest.raises(PublicUrlError) as told:
        checked_public_url(url)
    assert str(told.value).endswith(instead)


# --- init ---------------------------------------------------------------------------------------


def test_init_installs_what_it_can_and_says_the_rest(run_by_us: Sandbox, tmp_path: Path) -> None:
    said = begin(run_by_us, tmp_path, *with_jira(run_by_us), "--webhooks", "--public-url", PUBLIC, "--yes")
    (hook,) = hooks_of(run_by_us)
    assert hook.secret == read_environment(tmp_path / ".env")["GITHUB_WEBHOOK_SECRET"]
    assert hook.secret not in said
    assert f"URL: {PUBLIC}/webhooks/jira" in said
    assert "aftermath webhooks --public-url" not in said


def test_init_without_an_address_writes_nothing_and_says_how_to_go_on(run_by_us: Sandbox, tmp_path: Path) -> None:
    said = begin(run_by_us, tmp_path, *with_jira(run_by_us), "--webhooks", "--yes")
    assert hooks_of(run_by_us) == []
    assert "Payload URL: https://your-host/webhooks/github" in said
    assert "URL: https://your-host/webhooks/jira" in said
    assert "aftermath webhooks --public-url https://your-host    installs the webhooks" in said


def test_init_refuses_an_address_before_it_writes_anything(company: Sandbox, tmp_path: Path) -> None:
    given = ["init", "--folder", str(tmp_path), "--github", REPOSITORY, "--public-url", "http://acme.example", "--yes"]
    done = CliRunner().invoke(build_app(given), given, env=TOKENS)
    assert done.exit_code == 2
    assert list(tmp_path.iterdir()) == []
