"""`aftermath check`: the files, and what the configuration adds to what the trackers say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.sandbox.control_client import SandboxControl
from connectors.sandbox.github_api import GithubApi
from connectors.sandbox.github_apps import SandboxApp
from connectors.sandbox.server import Sandbox
from tests.connectors.github.app_company import key_pair
from tests.worker.process import run_command
from worker.config import load_config
from worker.inspecting import wanted_of
from worker.policy_source import PolicySource
from worker.sandbox import OUR_ACCOUNT, PROJECT, REPOSITORY, WEBHOOK_SECRET


def changed(config_file: Path, old: str, new: str) -> None:
    text = config_file.read_text(encoding="utf-8")
    assert old in text
    config_file.write_text(text.replace(old, new), encoding="utf-8")


def test_check_writes_nothing_and_is_good_where_everything_is_in_place(config_file: Path, company: Sandbox) -> None:
    """P13: not to a tracker, and on an installation that never ran not to the disk either."""
    control = SandboxControl(company.url())
    files, world = sorted(config_file.parent.rglob("*")), control.state()
    done = run_command("check", "--config", config_file)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything is in place" in done.stdout
    assert control.state() == world
    assert sorted(config_file.parent.rglob("*")) == files


def test_check_in_json_holds_each_finding_with_what_to_do_and_where(config_file: Path, company: Sandbox) -> None:
    company.world.sites["github"].places[REPOSITORY].is_archived = True
    done = run_command("check", "--config", config_file, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["is_good"]) == (1, False)
    assert [section["name"] for section in told["sections"]] == ["files", "github", "jira"]
    (wrong,) = [f for section in told["sections"] for f in section["findings"] if f["grade"] == "wrong"]
    assert (wrong["about"], "archived" in wrong["found"]) == (REPOSITORY, True)
    assert wrong["where"].endswith(f"/{REPOSITORY}/settings")


@pytest.mark.parametrize("may_write", [True, False], ids=["all-permissions", "issues-read-only"])
def test_check_tells_what_an_app_s_installation_reaches_and_lacks(
    config_file: Path, company: Sandbox, may_write: bool
) -> None:
    api = company._apis["github"]
    assert isinstance(api, GithubApi)
    api.site.add_account("helper[bot]", "Helper", is_bot=True)
    app = api.apps.register(SandboxApp(12_345, "helper", key_pair()[1], "ada"))
    api.apps.install(app, REPOSITORY.partition("/")[0]).permissions["issues"] = "write" if may_write else "read"
    (config_file.parent / "key.pem").write_text(key_pair()[0], encoding="utf-8")
    url = f"{company.url('github')}\n"
    token = f"{url}    token: {OUR_ACCOUNT}-token"
    changed(config_file, token, f"{url}    app: {{id: 12345, private_key_file: key.pem}}")
    done = run_command("check", "--config", config_file)
    assert done.returncode == (0 if may_write else 1), done.stdout + done.stderr
    assert "Aftermath writes as helper[bot]" in done.stdout
    assert ("lacks Issues: read and write" in done.stdout) is not may_write
    assert "PRIVATE KEY" not in done.stdout + done.stderr


def test_offline_no_tracker_is_asked(config_file: Path, company: Sandbox) -> None:
    before = company.counts.reads()
    done = run_command("check", "--config", config_file, "--offline")
    assert done.returncode == 0
    assert "The trackers were not asked." in done.stdout
    assert company.counts.reads() == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("aftermath-token", "ada-token", "`own_account: yes` below trackers.github", id="person"),
        pytest.param("aftermath-token", "stolen-token", "(trackers.github.token)", id="token"),
        pytest.param("type: Task", "type: Epos", "has no issue type Epos", id="issue-type"),
        pytest.param("acme/shop", "acme/store", "acme/store is not on GitHub", id="repository"),
    ],
)
def test_what_is_wrong_ends_with_1_and_says_what_to_do(
    config_file: Path, company: Sandbox, *, old: str, new: str, said: str
) -> None:
    changed(config_file, old, new)
    done = run_command("check", "--config", config_file)
    assert done.returncode == 1
    assert said in done.stdout
    assert "to put right" in done.stdout
    assert "ada-token" not in done.stdout
    assert "stolen-token" not in done.stdout


def test_a_person_s_token_is_taken_where_the_operator_says_so(config_file: Path, company: Sandbox) -> None:
    for site in company.world.sites.values():
        site.accounts[OUR_ACCOUNT].is_bot = False
    changed(config_file.parent / "people.yaml", "github: mel, jira: mel", f"github: {OUR_ACCOUNT}, jira: {OUR_ACCOUNT}")
    assert run_command("check", "--config", config_file).returncode == 1
    allowed = run_command("check", "--config", config_file, "--allow-personal-token")
    assert (allowed.returncode, "since you allow it this time" in allowed.stdout) == (0, True)
    changed(config_file, "    token: aftermath-token\n", "    token: aftermath-token\n    own_account: yes\n")
    said = run_command("check", "--config", config_file)
    assert (said.returncode, "since own_account says so" in said.stdout) == (0, True)


def test_a_tracker_that_is_away_ends_with_1(config_file: Path, company: Sandbox) -> None:
    lines = config_file.read_text(encoding="utf-8").splitlines()
    config_file.write_text("\n".join(line for line in lines if not line.startswith("clock:")), encoding="utf-8")
    company.stop()
    done = run_command("check", "--config", config_file)
    assert done.returncode == 1
    assert "2 could not be asked" in done.stdout
    assert "Traceback" not in done.stderr


def test_files_with_mistakes_end_with_2(config_file: Path, company: Sandbox) -> None:
    changed(config_file.parent / "people.yaml", "default_lead: grace", "default_lead: nobody")
    done = run_command("check", "--config", config_file)
    assert (done.returncode, "nobody in this file" in done.stderr) == (2, True)


def test_without_files_it_is_said_how_to_begin(tmp_path: Path) -> None:
    done = run_command("check", "--config", tmp_path / "aftermath.yaml")
    assert (done.returncode, "`aftermath init` writes one" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        pytest.param("default_lead: grace\n", "", "A failure without an owner gets none.", id="no-default-lead"),
        pytest.param("{github: ben, jira: ben}", "{gitlab: ben}", "an account on gitlab", id="strange-tracker"),
        pytest.param("{github: ben, jira: ben}", "{}", "has no account, and cannot be asked", id="no-account"),
    ],
)
def test_what_is_odd_in_the_people_file_is_noted(
    config_file: Path, company: Sandbox, *, old: str, new: str, note: str
) -> None:
    changed(config_file.parent / "people.yaml", old, new)
    done = run_command("check", "--config", config_file, "--offline")
    assert done.returncode == 0
    assert note in done.stdout


@pytest.mark.parametrize("tracker", ["github", "jira"])
@pytest.mark.parametrize(
    ("bots", "code", "said"),
    [
        pytest.param("Ci-Runner", 0, "`bots` names 1 account: what is done there is no progress.", id="there"),
        pytest.param("ci-runer", 1, "There is no account ci-runer on", id="misspelt"),
        pytest.param("BEN", 1, "BEN is Ben Okri's account, and stands in `bots` below trackers.", id="a-person"),
    ],
)
def test_other_machines_that_are_named_are_looked_for(
    config_file: Path, company: Sandbox, *, tracker: str, bots: str, code: int, said: str
) -> None:
    company.world.sites[tracker].add_account("Ci-Runner", "CI")
    changed(config_file, f"kind: {tracker}\n", f"kind: {tracker}\n    bots: [{bots}]\n")
    done = run_command("check", "--config", config_file)
    assert (done.returncode, said in done.stdout) == (code, True), done.stdout + done.stderr


def test_without_a_webhook_secret_polling_is_told_and_how_to_get_webhooks(config_file: Path, company: Sandbox) -> None:
    changed(config_file, f"    webhook_secret: {WEBHOOK_SECRET}\n", "")
    told = json.loads(run_command("check", "--config", config_file, "--json").stdout)
    said = [f["found"] for section in told["sections"] for f in section["findings"] if "ebhook" in f["found"]]
    assert said == [
        f"Changes are seen by polling, within 30 s. To see them at once: webhook_secret below trackers.{name}, and a "
        f"webhook to https://your-host/webhooks/{name} with it."
        for name in ("github", "jira")
    ]


def test_what_is_wanted_of_a_tracker_follows_from_where_things_are_opened(config_file: Path) -> None:
    config = load_config(config_file, {})
    policy = PolicySource(config)()
    github, jira = wanted_of(config, policy, "github"), wanted_of(config, policy, "jira")
    assert [place.container for place in (*github.places, *jira.places)] == [REPOSITORY, PROJECT]
    assert {place.container: kinds for place, kinds in jira.opened.items()}[PROJECT] == ("Task",)
    assert (github.failure_labels, jira.failure_labels) == (("failure",), ())
    assert {"aftermath", "aftermath-duplicate", "escalated"} <= set(github.labels)
    assert (github.links_within, jira.links_within) == (True, False)
    assert github.people["grace"] == "Grace Murray"
    assert github.webhook_path == "/webhooks/github"
