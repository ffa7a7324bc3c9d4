"""A template of one's own that asks for something unknown, saved while Aftermath runs (DESIGN 4, P7)."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from connectors.sandbox.server import Sandbox
from rules.language.policy_file import pack_path
from rules.refs import TicketRef
from tests.worker.process import run_command
from worker.config import load_config
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
    told = run_command("status", "--config", config_file)
    assert told.returncode == 2
    assert "onwer" in told.stderr
    program.rebuild()
    assert len(said_on_a_new_failure(program, company)) == 2, "the case goes on by the policy that was there"
    template.write_text("Good morning. " + good, encoding="utf-8")
    assert program.policy.refresh()
    assert program.policy.problem == ""
    assert any("Good morning." in said for said in said_on_a_new_failure(program, company))
    program.close()
