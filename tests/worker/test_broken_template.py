"""A template of one's own that asks for something unknown, saved while Aftermath runs (DESIGN 4, P7)."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from connectors.sandbox.server import Sandbox
from rules.language.policy_file import pack_path
from rules.refs import TicketRef
from tests.worker.process import run_command
from worker.config import load_config
from worker.policy_source import PolicySource
from worker.program import Program, compose
from worker.readiness import Readiness
from worker.sandbox import REPOSITORY


@pytest.fixture
def template(config_file: Path) -> Path:
    """`ask.md` of a policy that is the shipped one, in the company's own folder."""
    source = pack_path("accountability")
    ours = config_file.parent / "ours"
    shutil.copytree(source if source.is_dir() else source.parent, ours)
    text = config_file.read_text(encoding="utf-8")
    config_file.write_text(text.replace("policy: accountability", "policy: ours"), encoding="utf-8")
    return ours / "templates" / "ask.md"


def said_on_a_new_failure(program: Program, company: Sandbox) -> list[str]:
    site = company.world.sites["github"]
    failure = site.open_ticket("ada", REPOSITORY, "Checkout is down", labels=("failure",))
    ref = TicketRef("github", failure.key)
    program.ledger.inbox.put([ref], company.clock.now())
    program.look(ref)
    return [str(comment.body) for comment in failure.comments]


def test_the_last_good_policy_goes_on_and_it_is_said_what_to_mend(
    config_file: Path, company: Sandbox, template: Path
) -> None:
    """P7: what runs is told where it reports, what starts anew refuses with the line; mended, it is in force."""
    program = compose(load_config(config_file, os.environ), clock=company.clock)
    good = template.read_text(encoding="utf-8")
    template.write_text("{{ onwer }}, a first word, please.\n" + good, encoding="utf-8")
    assert not program.policy.refresh()
    assert "ask.md" in program.policy.problem
    assert "onwer" in program.policy.problem
    assert Readiness(program, lambda: True, list).problems()["policy"].startswith("the policy's files have problems")
    assert run_command("plan", "--config", config_file).returncode == 2
    program.rebuild()
    assert len(said_on_a_new_failure(program, company)) == 2, "the case goes on by the policy that was there"
    template.write_text("Good morning. " + good, encoding="utf-8")
    assert program.policy.refresh()
    assert program.policy.problem == ""
    assert any("Good morning." in said for said in said_on_a_new_failure(program, company))
    program.close()


def test_the_ledger_is_told_of_while_a_file_is_broken(config_file: Path, company: Sandbox, template: Path) -> None:
    """P7: what runs goes on with the last good policy, and that is just when somebody wants to look."""
    key = company.world.sites["github"].open_ticket("ada", REPOSITORY, "Checkout is down", labels=("failure",)).key
    program = compose(load_config(config_file, os.environ), clock=company.clock)
    program.rebuild()
    program.close()
    template.write_text("{{ onwer }}, a first word, please.\n", encoding="utf-8")
    expected = {
        ("status",): (1, f"github:{key}  Checkout is down"),
        ("dead",): (0, "Nothing needs you."),
        ("retry",): (0, "There is nothing to try again."),
        ("lessons",): (0, "No lesson yet"),
        ("resume",): (0, "The brake did not hold."),
    }
    for arguments, (code, said) in expected.items():
        done = run_command(*arguments, "--config", config_file)
        assert (done.returncode, said in done.stdout) == (code, True), (arguments, done.stdout, done.stderr)
        assert "what runs goes on with the policy as it was" in done.stderr.splitlines()[0]
        assert "onwer" in done.stderr


@pytest.mark.parametrize(
    ("path", "text", "mistake"),
    [
        pytest.param("ours/policy.yaml", "name: [", "policy.yaml:2", id="the policy"),
        pytest.param("people.yaml", "people: {ada: {nmae: Ada}}", "nmae", id="the people file"),
    ],
)
def test_status_says_the_mistake_beside_the_cases(
    config_file: Path, company: Sandbox, template: Path, path: str, text: str, mistake: str
) -> None:
    (config_file.parent / path).write_text(text + "\n", encoding="utf-8")
    done = run_command("status", "--json", "--config", config_file)
    status = json.loads(done.stdout)
    assert (done.returncode, status["needs_person"], status["cases"]) == (1, True, [])
    assert mistake in status["policy_problem"]
    assert mistake in done.stderr


def test_a_broken_rule_leaves_the_hours_as_they_are_told(config_file: Path, company: Sandbox, template: Path) -> None:
    """Times go on being told in the policy's zone."""
    policy = template.parents[1] / "policy.yaml"
    good = policy.read_text(encoding="utf-8")
    assert "zone: UTC" in good
    policy.write_text(
        good.replace("zone: UTC", "zone: Asia/Tokyo").replace("for: failure", "for: x", 1), encoding="utf-8"
    )
    source = PolicySource(load_config(config_file, os.environ), is_needed=False)
    assert source.problem
    assert str(source().calendar.zone) == "Asia/Tokyo"
    assert source().people.default_lead == "grace"
