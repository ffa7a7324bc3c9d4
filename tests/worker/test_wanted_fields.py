"""What the policy asks about is what the trackers read, and a policy that is changed is followed at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.jira_api import JiraApi
from connectors.sandbox.server import Sandbox
from connectors.sandbox.world import CustomField
from connectors.wanted_fields import WantedFields
from rules.language.policy_file import load_policy, pack_path
from rules.refs import TicketRef
from tests.connectors.jira.jira_house import START
from worker.config import load_config
from worker.ledger.database import open_memory_ledger
from worker.program import compose
from worker.wanted_fields import fields_wanted_by

RULE = "  - {id: a, name: a label is put on when it is so, step: own, for: failure, when: '%s', do: [label: x]}\n"


def wanted(folder: Path, when: str, more: str = "") -> WantedFields:
    path = folder / "policy.yaml"
    path.write_text(f"policy: 1\nname: shop\n{more}rules:\n{RULE % when}", encoding="utf-8")
    return fields_wanted_by(load_policy(path))


def test_the_shipped_pack_asks_for_no_field() -> None:
    assert not fields_wanted_by(load_policy(pack_path("accountability"))).is_any


@pytest.mark.parametrize(
    ("when", "more", "asked"),
    [
        pytest.param("failure.is_open", "", WantedFields(), id="nothing"),
        pytest.param('failure.priority == "High"', "", WantedFields((), True), id="a priority in a condition"),
        pytest.param(
            "failure.is_open", "severities: {priorities: {High: 1}}\n", WantedFields((), True), id="severities"
        ),
        pytest.param(
            "failure.is_open",
            "overrides:\n  - {name: o, labels: [x], rules: [{id: a, when: 'failure.priority == \"High\"'}]}\n",
            WantedFields((), True),
            id="a priority in a condition of an override",
        ),
        pytest.param(
            'failure.fields.impact == "High"',
            "fields: {impact: {name: Customer impact, type: string}, hit: {name: Hit, type: int}}\n",
            WantedFields(("Customer impact", "Hit"), False),
            id="fields",
        ),
    ],
)
def test_a_policy_asks_for_its_fields_and_for_priorities_where_anything_hangs_on_them(
    when: str, more: str, asked: WantedFields, tmp_path: Path
) -> None:
    assert wanted(tmp_path, when, more) == asked


def test_a_running_program_reads_what_a_changed_policy_asks_for(tmp_path: Path) -> None:
    """Whatever the trackers remembered before."""
    clock = SandboxClock(START)
    sandbox = Sandbox(clock)
    site = sandbox.world.add_site("jira", "jira")
    for account in ("bot", "ana"):
        site.add_account(account, account.title())
    site.add_place("OPS").custom_fields = (CustomField("customfield_10050", "Impact", "select", ("Few", "Many")),)
    key = site.open_ticket("ana", "OPS", "Down", labels=("failure",)).key
    site.set_value("ana", key, "customfield_10050", "Many")
    sandbox.mount(JiraApi(site, sandbox.url("jira"), clock.now))
    policy, config = tmp_path / "policy.yaml", tmp_path / "aftermath.yaml"
    policy.write_text(f"policy: 1\nname: shop\nrules:\n{RULE % 'failure.is_open'}", encoding="utf-8")
    config.write_text(
        "aftermath: 1\ninstallation: tests\nsecret: 0123456789abcdef\npolicy: policy.yaml\nwatch: ['jira:OPS']\n"
        f"trackers:\n  jira: {{kind: jira, url: '{sandbox.url('jira')}', user: bot@example.org, token: bot-token}}\n",
        encoding="utf-8",
    )
    with sandbox:
        program = compose(load_config(config, {}), clock=clock, ledger=open_memory_ledger())
        tracker = program.trackers["jira"]
        assert dict(tracker.fetch_ticket(TicketRef("jira", key)).fields) == {}
        policy.write_text(
            "policy: 1\nname: shop\nfields: {impact: {name: impact, type: string}}\nrules:\n"
            + RULE % 'failure.fields.impact == "Many"',
            encoding="utf-8",
        )
        assert program.policy.refresh()
        plan = program.reconciler.planner.plan_for(tracker.fetch_ticket(TicketRef("jira", key)))
        program.close()
    (reason,) = plan.decision.reasons
    assert (reason.is_met, reason.seen) == (True, (("failure.fields.impact", "Many"),))
