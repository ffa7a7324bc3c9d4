"""Plans beside each other: what is new since the last one, and what another policy would change."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.sandbox.server import Sandbox
from tests.worker.process import run_command
from tests.worker.rehearsal.by_hand import working
from tests.worker.test_planning import fail_something
from worker.config import load_config
from worker.logs import MASK, Mask
from worker.planned import PlannedCase, PlannedEffect
from worker.planning import Brakes, WholePlan
from worker.plans.changes import changes_between
from worker.plans.keeping import PlanMemory, keep, load_memory
from worker.plans.remembered import RememberedEffect, RememberedPlan, remembered
from worker.plans.store import LAST_PLANS

NO_BRAKES = Brakes(None, 200, 0, "")


def effect(key: str, text: str = "Hello.", **more: str) -> RememberedEffect:
    given = {
        "key": key,
        "failure": "github:acme/shop#1",
        "case_title": "Checkout is down",
        "what": "comment (ask)",
        "ticket": "github:acme/shop#1",
        "title": "",
        "text": text,
        "rule": "ask-ack",
        "why": "somebody is asked",
        "held": "",
    }
    return RememberedEffect(**(given | more))


def plan_with(*effects: RememberedEffect, at: str = "2026-03-02T09:00:00+00:00", policy: str = "one") -> RememberedPlan:
    return RememberedPlan(at, policy, effects)


# --- two plans ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "new", "gone", "changed"),
    [
        pytest.param([effect("a")], [effect("a")], 0, 0, 0, id="the-same"),
        pytest.param([], [effect("a")], 1, 0, 0, id="new"),
        pytest.param([effect("a")], [], 0, 1, 0, id="gone"),
        pytest.param([effect("a")], [effect("a", "Hello, Ada.")], 0, 0, 1, id="another-text"),
        pytest.param([effect("a")], [effect("a", title="Look at it")], 0, 0, 1, id="another-title"),
        pytest.param([effect("a", held="the brake holds")], [effect("a")], 0, 0, 1, id="held-no-longer"),
        pytest.param([effect("a")], [effect("a", held="the brake holds")], 0, 0, 1, id="held-now"),
        pytest.param([effect("a", held="x")], [effect("a", held="y")], 0, 0, 0, id="held-all-the-same"),
        pytest.param([effect("a")], [effect("a", why="other", rule="renamed")], 0, 0, 0, id="another-reason"),
    ],
)
def test_plans_differ_by_what_would_be_written(
    before: list[RememberedEffect], after: list[RememberedEffect], new: int, gone: int, changed: int
) -> None:
    found = changes_between(plan_with(*before), plan_with(*after))
    assert (len(found.new), len(found.gone), len(found.changed)) == (new, gone, changed)
    assert bool(found) is bool(new or gone or changed)


def test_a_text_that_changed_is_told_as_a_diff() -> None:
    before, after = effect("a", "Dear Ada,\n\nsay when.\n"), effect("a", "Dear Ada,\n\nplease say when.\n")
    (changed,) = changes_between(plan_with(before), plan_with(after)).changed
    assert changed.texts == (" ", "-say when.", "+please say when.")


def test_of_a_failure_that_could_not_be_read_nothing_is_told() -> None:
    """It is not gone because its tracker is away."""
    before = plan_with(effect("a"))
    assert not changes_between(before, replace(plan_with(), troubled=("github:acme/shop#1",)))


def test_a_private_message_is_kept_as_hashes_that_need_the_secret() -> None:
    """P10: neither what it says nor to whom."""

    def planned(text: str) -> WholePlan:
        letter = PlannedEffect(
            "write to one person privately (reflect)", "jira:OPS-1", "For Ada", text, "reflect", "why", "jira", 0, 0,
            key="k", is_private=True,
        )  # fmt: skip
        return WholePlan((PlannedCase("jira:OPS-1", "Down", "active", (letter,)),), 0, NO_BRAKES)

    kept = remembered(planned("Dear Ada"), "now", "policy", "secret", Mask())
    assert "Ada" not in repr(kept.effects)
    assert kept != remembered(planned("Dear Ada"), "now", "policy", "another secret", Mask())
    (changed,) = changes_between(kept, remembered(planned("Dear Ben"), "now", "policy", "secret", Mask())).changed
    assert changed.texts == ("(a private text, which reads otherwise)",)


# --- the memory -----------------------------------------------------------------------------------


def test_whoever_asks_twice_is_told_the_same() -> None:
    """By then the last plan is the one that was just shown: it is held against the one before."""
    first, second = plan_with(effect("a")), plan_with(effect("b"), at="2026-03-02T10:00:00+00:00")
    memory = PlanMemory().with_plan(first)
    for _ in range(3):
        changes = memory.changes_to(second)
        assert changes
        assert (changes.since, len(changes.new), len(changes.gone)) == (first.at, 1, 1)
        memory = memory.with_plan(second)
    assert len(memory.plans) == 2


def test_where_nothing_ever_changed_nothing_differs_from_the_last() -> None:
    memory = PlanMemory().with_plan(plan_with(effect("a"))).with_plan(plan_with(effect("a"), at="later"))
    changes = memory.changes_to(plan_with(effect("a")))
    assert changes is not None
    assert (bool(changes), changes.since) == (False, "later")
    assert PlanMemory().changes_to(plan_with()) is None


def test_it_is_kept_for_its_owner_alone_and_read_back(config_file: Path) -> None:
    config = load_config(config_file, os.environ)
    memory = PlanMemory((plan_with(effect("a")), plan_with(effect("b"))))
    assert keep(config, memory, has_ledger=False) == ""
    assert load_memory(config) == PlanMemory(), "without a data folder a plan leaves nothing behind"
    config.data.mkdir()
    assert keep(config, memory, has_ledger=False) == ""
    assert load_memory(config) == memory
    assert LAST_PLANS.at(config).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in LAST_PLANS.at(config).parent.iterdir()] == ["last.json"]


def test_a_plan_that_was_kept_before_a_secret_was_known_is_read_without_it(config_file: Path) -> None:
    """P11: it is kept anew with the next plan, and would be for as long as nothing changes."""
    config = load_config(config_file, os.environ)
    config.data.mkdir()
    keep(config, PlanMemory((plan_with(effect("a", f"We used {config.secret}.")),)), has_ledger=True)
    (plan,) = load_memory(config).plans
    assert [one.text for one in plan.effects] == [f"We used {MASK}."]


@pytest.mark.parametrize("broken", ["", "{}", "[]", '{"format": 2, "plans": []}', '{"format": 1, "plans": [{}]}'])
def test_what_cannot_be_read_is_no_plan(config_file: Path, broken: str) -> None:
    config = load_config(config_file, os.environ)
    LAST_PLANS.at(config).parent.mkdir(parents=True)
    LAST_PLANS.at(config).write_text(broken, encoding="utf-8")
    assert load_memory(config) == PlanMemory()


def test_a_folder_that_cannot_be_written_to_is_told_of(config_file: Path) -> None:
    config = load_config(config_file, os.environ)
    config.data.mkdir()
    (config.data / "plans").write_text("a file is in the way", encoding="utf-8")
    assert "is not kept for the next one" in keep(config, PlanMemory(), has_ledger=True)


# --- as a command ---------------------------------------------------------------------------------


def run_until_idle(config_file: Path, company: Sandbox) -> None:
    """Let Aftermath do everything that there is to do now."""
    with working(config_file, company) as aftermath:
        aftermath.settle()


def plan_command(config_file: Path, *more: str) -> str:
    done = run_command("plan", "--config", config_file, *more)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return done.stdout


def test_a_plan_says_what_is_new_since_the_last_one(config_file: Path, company: Sandbox) -> None:
    fail_something(company)
    plan_command(config_file)
    assert not (config_file.parent / ".aftermath").exists(), "nothing is left behind where nothing ran yet"
    run_until_idle(config_file, company)
    assert "plan of" not in plan_command(config_file)
    assert "Nothing differs from the plan of 09:00.\n" in plan_command(config_file)
    company.clock.advance(dt.timedelta(minutes=5))
    key = fail_something(company, "Search is slow")
    assert "Since the plan of 09:00: 4 new (--diff shows them).\n" in plan_command(config_file)
    for _ in range(2):
        told = plan_command(config_file, "--diff")
        assert told.startswith(f"Since the plan of 09:00: 4 new.\n\ngithub:{key}  Search is slow\n+ ")
        assert "Checkout is down" not in told
    run_until_idle(config_file, company)
    told = plan_command(config_file, "--diff")
    assert "4 gone" in told
    assert "done since, or not wanted any more" in told


def test_no_secret_that_stands_in_a_ticket_is_kept(config_file: Path, company: Sandbox) -> None:
    """P11: neither one of ours nor what looks like somebody else's, and nothing seems to change by that."""
    secret, token = load_config(config_file, os.environ).secret, "ghp_0123456789abcdefghij"
    key = fail_something(company)
    run_until_idle(config_file, company)
    company.world.sites["github"].comment_on("ada", key, f"/action Rotate {token} and {secret}")
    company.clock.advance(dt.timedelta(hours=1))
    plan_command(config_file)
    kept = LAST_PLANS.at(load_config(config_file, os.environ)).read_text(encoding="utf-8")
    assert f"Rotate {MASK} and {MASK}" in kept
    assert secret not in kept
    assert token not in kept
    assert "Nothing differs from the plan of " in plan_command(config_file)


def test_another_policy_is_held_against_the_configured_one_from_the_same_reads(
    config_file: Path, company: Sandbox, tmp_path: Path
) -> None:
    fail_something(company)
    run_until_idle(config_file, company)
    company.clock.advance(dt.timedelta(days=1, minutes=1))
    plan_command(config_file)
    other = tmp_path / "other.yaml"
    other.write_text(
        """\
policy: 1
name: other
include: [accountability]
rules:
  - id: ask-ack
    ladder:
      anchor: labelled
      rungs:
        - {at: 0 s, do: [comment: ask.md, mention: [owner]]}
        - {at: 1 business day, do: [comment: ask-again.md, mention: [owner]]}
""",
        encoding="utf-8",
    )
    before = company.counts.reads()
    plan_command(config_file)
    alone, before = company.counts.reads() - before, company.counts.reads()
    told = json.loads(plan_command(config_file, "--policy", str(other), "--diff", "--json"))["changes"]
    assert company.counts.reads() - before <= alone, "trackers are asked once for both"
    assert (told["new"], told["gone"]) == ([], [])
    (changed,) = told["changed"]
    assert changed["after"]["what"] == "comment (ask-again)"
    assert [line[:20] for line in changed["texts"] if line.startswith(("+", "-"))] == [
        "-@grace and @mel, th",
        "+@grace, this failur",
    ]
    whole = plan_command(config_file, "--policy", str(other))
    assert "Against the configured policy: 1 changed (--diff shows them).\n" in whole
    assert "Nothing differs from the plan of " in plan_command(config_file), "it is not kept as the last one"


def test_it_is_told_where_the_people_beside_another_policy_are_not_read(
    config_file: Path, company: Sandbox, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "policy.yaml").write_text("policy: 1\nname: other\ninclude: [stale-only]\n", encoding="utf-8")
    alone = run_command("plan", "--config", config_file, "--policy", str(folder))
    assert alone.stderr == "", "nothing lies beside it"
    (folder / "people.yaml").write_text("people: {ada: {name: Ada}}\n", encoding="utf-8")
    beside = run_command("plan", "--config", config_file, "--policy", str(folder))
    configured, unread = config_file.parent / "people.yaml", folder / "people.yaml"
    assert beside.stderr == (
        f"It asks the people of {configured}, as configured: {unread}, which lies beside this policy, is not read.\n"
    )
    assert beside.stdout == alone.stdout
    text = config_file.read_text(encoding="utf-8").replace("people: people.yaml", f"people: {unread}")
    config_file.write_text(text, encoding="utf-8")
    assert run_command("plan", "--config", config_file, "--policy", str(folder)).stderr == "", (
        "it is the configured one"
    )


def test_a_policy_that_is_broken_is_told_as_everywhere(config_file: Path, company: Sandbox, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("policy: 1\nname: ours\nruls: []\n", encoding="utf-8")
    done = run_command("plan", "--config", config_file, "--policy", str(broken))
    assert (done.returncode, done.stdout) == (2, "")
    assert 'did you mean "rules"?' in done.stderr


def test_forgetting_somebody_takes_the_last_plan_away(config_file: Path, company: Sandbox) -> None:
    fail_something(company)
    run_until_idle(config_file, company)
    plan_command(config_file)
    assert LAST_PLANS.at(load_config(config_file, os.environ)).is_file()
    done = run_command("forget", "ada", "--config", config_file)
    assert "is taken away" in done.stdout
    assert not LAST_PLANS.at(load_config(config_file, os.environ)).exists()
