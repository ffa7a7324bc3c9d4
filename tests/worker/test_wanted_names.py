"""`aftermath check` holds the names in a policy against the trackers: priorities, fields, and the words in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.jira_api import JiraApi
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import CustomField
from rules.language.policy_file import load_policy
from tests.connectors.jira.jira_house import START
from tests.worker.process import run_command
from worker.config import load_config
from worker.inspecting import wanted_of
from worker.wanted_fields import field_words, priority_words

POLICY = """policy: 1
name: shop
severities: {{labels: {{sev1: 1}}, priorities: {{{priority}: 1, High: 2}}}}
fields: {{impact: {{name: Impact, type: string}}, cause: {{name: Cause, type: string}}}}
rules:
  - id: a
    name: a label is put on when many are hit
    step: own
    for: failure
    when: failure.fields.impact == "{word}" && failure.priority != "Low" && failure.fields.cause.startsWith("con")
    do: [label: big]
  - id: b
    name: a label is put on when an action is late
    step: plan
    for: action
    when: action.priority in ["Low", "Lowest"]
    do: [label: late]
"""
CONFIG = """aftermath: 1
installation: tests
secret: 0123456789abcdef
policy: policy.yaml
watch: ['jira:OPS']
trackers:
  jira: {{kind: jira, url: '{url}', user: bot@example.org, token: bot-token, own_account: yes}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An `aftermath.yaml` for a running Jira with a project OPS."""
    clock = SandboxClock(START)
    sandbox = Sandbox(clock)
    site = sandbox.world.add_site("jira", "jira")
    for account in ("bot", "ana"):
        site.add_account(account, account.title())
    place = site.add_place("OPS")
    place.priorities = ("Highest", "High", "Low", "Lowest")
    place.custom_fields = (
        CustomField("customfield_10050", "Impact", "select", ("Few", "Many")),
        CustomField("customfield_10051", "Cause"),
    )
    sandbox.mount(JiraApi(site, sandbox.url("jira"), clock.now))
    (tmp_path / "aftermath.yaml").write_text(CONFIG.format(url=sandbox.url("jira")), encoding="utf-8")
    with sandbox:
        yield tmp_path


def wrote(folder: Path, priority: str, word: str) -> Path:
    path = folder / "policy.yaml"
    path.write_text(POLICY.format(priority=priority, word=word), encoding="utf-8")
    return path


def test_check_is_good_where_every_name_is_there(folder: Path) -> None:
    wrote(folder, "Highest", "Many")
    done = run_command("check", "--config", folder / "aftermath.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "This Jira has every priority that the policy names: Highest, High, Low and 1 more." in done.stdout
    assert "Impact takes every word that conditions compare it with." in done.stdout


def test_check_ends_with_1_where_a_name_is_mistyped_and_says_what_was_meant(folder: Path) -> None:
    wrote(folder, "Higest", "Mny")
    done = run_command("check", "--config", folder / "aftermath.yaml")
    assert (done.returncode, "2 things to put right" in done.stdout) == (1, True)
    told = " ".join(done.stdout.split())
    assert "This Jira has no priority Higest: no failure gets its severity by that. Near it: Highest" in told
    assert "The field Impact takes no Mny in this Jira, with which a condition compares. Near it: Many." in told


def test_what_conditions_compare_with_is_found_in_every_rule(folder: Path) -> None:
    policy = load_policy(wrote(folder, "Highest", "Many"))
    assert priority_words(policy) == ("Low", "Lowest")
    assert priority_words(policy, ["post_mortem"]) == ()
    assert dict(field_words(policy)) == {"Impact": ("Many",)}


def test_a_tracker_where_no_failure_is_labelled_is_asked_for_no_failure_s_names(folder: Path) -> None:
    source = folder / "aftermath.yaml"
    policy = load_policy(wrote(folder, "Highest", "Many"))
    assert wanted_of(load_config(source, {}), policy, "jira").priorities == ("Highest", "High")
    text = source.read_text(encoding="utf-8").replace(
        "watch: ['jira:OPS']", "watch: ['code:acme/shop']\nactions: {place: 'jira:OPS'}"
    )
    source.write_text(
        f"{text}  code: {{kind: github, url: 'http://127.0.0.1:9/github', token: bot-token}}\n", encoding="utf-8"
    )
    wanted = wanted_of(load_config(source, {}), policy, "jira")
    assert (wanted.priorities, wanted.priority_words, dict(wanted.field_words)) == ((), ("Low", "Lowest"), {})
    assert not wanted.is_alone
    assert (wanted.failure_labels, wanted.failures_other_labels) == ((), ())


def test_what_is_looked_for_on_a_failure_is_told_to_its_tracker(folder: Path) -> None:
    policy = load_policy(wrote(folder, "Highest", "Many"))
    wanted = wanted_of(load_config(folder / "aftermath.yaml", {}), policy, "jira")
    assert (wanted.failure_labels, wanted.failures_other_labels) == (("failure",), ("experiment", "sev1"))
