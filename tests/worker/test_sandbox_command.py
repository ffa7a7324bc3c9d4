"""`aftermath sandbox`: what it says to paste works as it stands, and what keeps it from starting is told."""

from __future__ import annotations

import datetime as dt
import shlex
import socket
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from connectors.sandbox.server import Sandbox
from rules.language.people_file import load_people
from rules.language.policy_file import load_policy, pack_path
from tests.worker.process import Process, run_command
from worker.config import load_config
from worker.config.environment_file import environment_beside
from worker.sandbox import OUR_ACCOUNT, PROJECT, REPOSITORY, WEBHOOK_SECRET


@pytest.mark.parametrize(
    ("options", "edition", "user"),
    [
        pytest.param([], "cloud", f"{OUR_ACCOUNT}@example.com", id="cloud"),
        pytest.param(["--jira", "data-center"], "data-center", "", id="data-center"),
    ],
)
def test_what_the_sandbox_says_to_paste_has_its_webhooks_believed_where_they_go_to(
    tmp_path: Path, options: list[str], edition: str, user: str
) -> None:
    """In one command, and not to a port where somebody listens already: that may be another Aftermath."""
    with socket.socket() as taken:
        with suppress(OSError):  # where it is taken already, that will do
            taken.bind(("127.0.0.1", 7744))
        with Process("sandbox", *options) as sandbox:
            sandbox.wait_for("The company stands at")
            given = paste(sandbox, tmp_path)
    path = tmp_path / "aftermath.yaml"
    config = load_config(path, environment_beside(path, {}))
    assert config.port != 7744
    assert f"127.0.0.1:{config.port}" in given
    assert {tracker.webhook_secret.now() for tracker in config.trackers.values()} == {WEBHOOK_SECRET}
    assert {tracker.token for tracker in config.trackers.values()} == {f"{OUR_ACCOUNT}-token"}
    assert (config.trackers["jira"].edition, config.trackers["jira"].user) == (edition, user)


def test_who_pastes_it_can_check_plan_and_run_on_a_data_center_at_once(tmp_path: Path) -> None:
    path = tmp_path / "aftermath.yaml"
    with Process("sandbox", "--jira", "data-center") as sandbox:
        github = sandbox.wait_for("GitHub  http").split()[1]
        jira = sandbox.wait_for("Jira    http").split()[1]
        paste(sandbox, tmp_path)
        for command in ("check", "plan"):
            done = run_command(command, "--config", path)
            assert done.returncode == 0, done.stdout + done.stderr
        with Process("run", "--config", path) as running:
            running.wait_for("Aftermath is running")
            requests.post(
                f"{github}/repos/{REPOSITORY}/issues",
                json={"title": "Checkout is down", "labels": ["failure", "sev2"]},
                headers={"Authorization": "Bearer ada-token"},
                timeout=10,
            ).raise_for_status()
            running.wait_for(f"opened jira:{PROJECT}-1")
        as_ben = {"Authorization": "Bearer ben-token"}
        opened = requests.get(f"{jira}/rest/api/2/issue/{PROJECT}-1", headers=as_ben, timeout=10).json()
    assert opened["fields"]["creator"]["name"] == OUR_ACCOUNT


def paste(sandbox: Process, folder: Path) -> list[str]:
    """Call what the sandbox says to paste, only into this folder; its words."""
    sandbox.wait_for("in another terminal")
    lines = [sandbox.wait_for("\\") for _ in range(4)]
    words = shlex.split("".join([*lines, sandbox.wait_for("--yes")]).replace("\\\n", " "))
    begin = words.index("aftermath")
    environ = dict(word.split("=", 1) for word in words[:begin])
    given = [str(folder) if word == "company" else word for word in words[begin + 1 :]]
    done = run_command(*given, environ=environ)
    assert done.returncode == 0, done.stderr
    return given


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--listen", "7791"], "7791 is a port, and the host is missing", id="no-host"),
        pytest.param(["--port", "99999"], "less than or equal to 65535", id="no-port"),
        pytest.param(["--write", "/dev/null/company"], "/dev/null/company: Not a directory.", id="no-folder"),
        pytest.param(["--listen", "192.0.2.1:80"], "addresses on this machine only", id="beyond-this-machine"),
        pytest.param(["--jira", "server"], "--jira server: a Jira is run as cloud or data-center.", id="no-edition"),
    ],
)
def test_a_sandbox_that_cannot_start_says_why(options: list[str], said: str) -> None:
    done = run_command("sandbox", *options)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("options", "deployment", "login"),
    [
        pytest.param([], "Cloud", f"--jira-user {OUR_ACCOUNT}@example.com", id="cloud"),
        pytest.param(["--jira", "data-center"], "Server", "--jira-kind data-center", id="data-center"),
    ],
)
def test_the_companys_jira_is_run_as_asked(options: list[str], deployment: str, login: str) -> None:
    with Process("sandbox", *options) as sandbox:
        url = sandbox.wait_for("Jira    http").split()[1]
        pasted = sandbox.wait_for("--jira-url")
        told = requests.get(f"{url}/rest/api/{2 if login.endswith('center') else 3}/serverInfo", timeout=10).json()
    assert (told["deploymentType"], login in pasted) == (deployment, True)


def test_what_is_written_for_a_data_center_says_so(tmp_path: Path) -> None:
    with Process("sandbox", "--jira", "data-center", "--write", tmp_path) as sandbox:
        sandbox.wait_for("written:")

    jira = load_config(tmp_path / "aftermath.yaml", {}).trackers["jira"]
    assert (jira.edition, jira.user, jira.token) == ("data-center", "", f"{OUR_ACCOUNT}-token")


def test_people_who_are_there_already_are_not_made_twice(tmp_path: Path) -> None:
    with Process("sandbox", "--people", "ada, zoe, zoe", "--write", tmp_path) as sandbox:
        sandbox.wait_for("written:")
    assert list(load_people(tmp_path / "people.yaml").people) == ["ada", "ben", "grace", "mel", "zoe"]


def test_a_sandbox_whose_port_is_taken_says_what_to_do(company: Sandbox) -> None:
    port = company.url().rpartition(":")[2]
    done = run_command("sandbox", "--port", port)
    assert done.returncode == 2
    assert f"Nothing can listen on 127.0.0.1:{port}" in done.stderr
    assert "name another --port" in done.stderr


def test_the_day_that_it_says_to_let_pass_ends_when_people_are_asked(tmp_path: Path) -> None:
    """Whatever the time of day or the day of the week: whoever calls it sees the next day's question come."""
    with Process("sandbox", "--write", tmp_path) as sandbox:
        words = shlex.split(sandbox.wait_for("a day passes:").partition("curl")[2])
        assert "Monday to Friday, 9 to 17 UTC" in sandbox.wait_for("it ends in working hours")
        sandbox.wait_for("written:")
        url, data = words[words.index("POST") + 1], words[words.index("-d") + 1]
        calendar = load_policy(pack_path("accountability")).calendar
        before = dt.datetime.fromisoformat(requests.get(url, timeout=10).json()["now"])
        for _ in range(8):
            told = dt.datetime.fromisoformat(requests.post(url, data=data, timeout=10).json()["now"])
            assert calendar.next_working_moment(told) == told
            assert dt.timedelta() < told - before <= dt.timedelta(days=4)
            assert calendar.business_days_between(before, told) == 1, "so that what was due in a business day is due"
            before = told
