"""The commands, as processes: what they say, in words and in JSON, and how they end."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner

from connectors.sandbox.control_client import SandboxControl
from connectors.sandbox.server import Sandbox
from tests.worker.process import Process, run_cold, run_command
from worker.cli import COMMANDS, build_app
from worker.config import load_config
from worker.planned import as_it_would_stand
from worker.program import Program, compose
from worker.sandbox import OUR_ACCOUNT, PROJECT, REPOSITORY


def fail_something(company: Sandbox, title: str = "Checkout is down") -> str:
    return company.world.sites["github"].open_ticket("ada", REPOSITORY, title, labels=("failure",)).key


def composed(config_file: Path) -> Program:
    return compose(load_config(config_file, os.environ))


# --- plan ---------------------------------------------------------------------------------------


def test_plan_writes_nothing(config_file: Path, company: Sandbox) -> None:
    """P13: not to a tracker, and on an installation that never ran not to the disk either."""
    fail_something(company)
    control = SandboxControl(company.url())
    files, world = sorted(config_file.parent.rglob("*")), control.state()
    done = run_command("plan", "--config", config_file)
    assert done.returncode == 0, done.stderr
    assert "Nothing was written." in done.stdout
    assert company.counts.writes("github", OUR_ACCOUNT) == 0
    assert control.state() == world, "Jira is asked some questions by POST, so its world is compared"
    assert sorted(config_file.parent.rglob("*")) == files


def test_plan_shows_each_write_as_it_would_stand_with_reason_and_cost(config_file: Path, company: Sandbox) -> None:
    """P13."""
    key = fail_something(company)
    plan = json.loads(run_command("plan", "--config", config_file, "--json").stdout)
    (case,) = plan["cases"]
    assert case["failure"] == f"github:{key}"
    effects = {effect["what"]: effect for effect in case["effects"]}
    assert set(effects) == {"keep the status comment", "assign grace", "comment (ask)"}
    assert effects["comment (ask)"]["text"].startswith("@grace, you are named as the owner of this failure.")
    assert effects["comment (ask)"]["rule"] == "ask-ack"
    assert all(effect["why"] and effect["writes"] == 1 for effect in case["effects"])
    assert plan["writes"] == 3


def test_plan_says_what_is_held_back_and_why(config_file: Path, company: Sandbox) -> None:
    """P13: the brake holds what is new."""
    fail_something(company)
    program = composed(config_file)
    program.rebuild()
    program.ledger.installation.set_brake("a test wants it so", program.clock.now())
    program.close()
    plan = json.loads(run_command("plan", "--config", config_file, "--json").stdout)
    held = [effect for effect in plan["cases"][0]["effects"] if effect["held"]]
    assert "comment (ask)" in [effect["what"] for effect in held]
    assert all(effect["held"].startswith("the brake") for effect in held)
    assert any("aftermath resume" in warning for warning in plan["warnings"])


def test_plan_sees_a_failure_that_the_ledger_does_not_know_yet(config_file: Path, company: Sandbox) -> None:
    program = composed(config_file)
    program.rebuild()
    program.close()
    key = fail_something(company)
    plan = json.loads(run_command("plan", "--config", config_file, "--json").stdout)
    assert [case["failure"] for case in plan["cases"]] == [f"github:{key}"]


def test_plan_warns_where_the_brake_would_hold(config_file: Path, company: Sandbox) -> None:
    """P13: an old backlog is seen before it is answered."""
    for number in range(3):
        fail_something(company, f"Failure {number}")
    with config_file.open("a", encoding="utf-8") as stream:
        stream.write("limits: {sweep_effects_max: 2}\n")
    assert "the brake would hold" in run_command("plan", "--config", config_file).stdout


@pytest.mark.parametrize(
    ("by_login", "shown"),
    [pytest.param(True, "@ada, hello", id="github"), pytest.param(False, "@Ada B., hello", id="jira")],
)
def test_a_mention_is_shown_as_its_reader_sees_it(by_login: bool, shown: str) -> None:
    assert as_it_would_stand("[Ada B.](mention:ada), hello", by_login=by_login) == shown


# --- status, explain, resume, retry, rebuild ----------------------------------------------------


def test_status_is_good_when_nothing_needs_a_person(config_file: Path, company: Sandbox) -> None:
    key = fail_something(company)
    assert run_command("rebuild", "--config", config_file).returncode == 0
    done = run_command("status", "--config", config_file, "--json")
    status = json.loads(done.stdout)
    assert (done.returncode, status["needs_person"]) == (0, False)
    assert [(case["failure"], case["phase"]) for case in status["cases"]] == [(f"github:{key}", "active")]


def test_status_asks_no_tracker(config_file: Path, company: Sandbox) -> None:
    run_command("rebuild", "--config", config_file)
    before = company.counts.reads()
    run_command("status", "--config", config_file)
    assert company.counts.reads() == before


def test_what_a_tracker_refused_is_shown_and_can_be_tried_again(config_file: Path, company: Sandbox) -> None:
    """P7: it is visible, kept, and can be replayed."""
    key = fail_something(company)
    program = composed(config_file)
    program.rebuild()
    company.world.sites["github"].accounts[OUR_ACCOUNT].rights[REPOSITORY] = "read"
    (case,) = program.ledger.cases.all()
    program.reconciler.look_at(case.failure)
    program.close()
    done = run_command("status", "--config", config_file)
    assert done.returncode == 1
    assert f"on github:{key}" in done.stdout
    assert "needs you" in done.stdout
    again = run_command("retry", "--config", config_file).stdout
    assert "1 effect tried again once Aftermath runs." in again
    assert "Nothing is running in" in again
    program = composed(config_file)
    assert program.ledger.cases.next_wake() is not None
    program.close()


def test_the_brake_is_shown_and_lifted_by_hand(config_file: Path, company: Sandbox) -> None:
    program = composed(config_file)
    program.rebuild()
    program.ledger.installation.set_brake("too much at once", program.clock.now())
    program.close()
    held = run_command("status", "--config", config_file)
    assert (held.returncode, "too much at once" in held.stdout) == (1, True)
    lifted = "The brake is lifted. It had held everything new: too much at once.\n"
    assert run_command("resume", "--config", config_file).stdout == lifted
    assert run_command("status", "--config", config_file).returncode == 0
    assert run_command("resume", "--config", config_file).stdout == "The brake did not hold.\n"


def test_explain_says_of_each_rule_what_it_asked_and_saw_and_when_it_speaks_next(
    config_file: Path, company: Sandbox
) -> None:
    """P8."""
    key = fail_something(company)
    done = run_command("explain", f"github:{key}", "--all", "--config", config_file)
    assert done.returncode == 0, done.stderr
    applying, _, others = done.stdout.partition("Rules that do not apply")
    name = "a first word is asked for when nobody has spoken up for a failure"
    told = applying.partition(f"    ✓ ask-ack on {key}: {name}\n")[2].splitlines()
    assert told[:6] == [
        "      ✓ its group asks, “while a failure is open”",
        "        ✓ the failure is open",
        "        ✓ the failure is no experiment",
        "      ✓ all of these are asked",
        "        ✓ the failure's severity is 3, and milder than 1 is asked",
        "        ✓ nobody has spoken up for the failure",
    ]
    assert told[6].startswith("      · it counts from the failure label, put on by ")
    assert told[7].startswith("        → at once, the owner is asked: stands now, since ")
    assert told[8].startswith("        … after 1 business day, the owner and the lead are asked: next, on ")
    assert f"    ✗ ask-ack-sev1 on {key}: " in others
    assert company.counts.writes("github", OUR_ACCOUNT) == 0


def test_explain_says_of_one_rule_why_it_is_silent_in_a_sentence(config_file: Path, company: Sandbox) -> None:
    """P8: as few statements as decide it."""
    key = fail_something(company)
    done = run_command("explain", f"github:{key}", "--why", "ask-ack-sev1", "--config", config_file)
    assert done.returncode == 0, done.stderr
    why = f"  - ask-ack-sev1 does not apply on github:{key}, since the failure's severity is 3, and 1 is asked"
    assert done.stdout.splitlines()[1] == why


def test_a_rule_that_the_policy_does_not_have_is_told_with_the_one_that_was_meant(
    config_file: Path, company: Sandbox
) -> None:
    key = fail_something(company)
    done = run_command("explain", f"github:{key}", "--why", "ask-akc", "--config", config_file)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'The policy has no rule "ask-akc". Did you mean ask-ack?\n'


OVERRIDES = """policy: 1
name: shop
include: [accountability]
rules:
  - id: wording
    off: true
overrides:
  - name: an exercise
    labels: [exercise]
    rules:
      - {id: ask-ack-sev1, off: true}
  - name: elsewhere
    labels: [elsewhere]
    rules:
      - {id: widespread, name: it is widespread, step: own, for: failure, do: [label: widespread]}
"""


@pytest.mark.parametrize(
    ("rule", "code", "told"),
    [
        ("ask-ack-sev1", 0, "looks at nothing here: the override “an exercise”, which holds for it, leaves it out"),
        ("widespread", 0, "looks at nothing here: it is a rule under the override “elsewhere” alone"),
        ("wording", 2, "shop.yaml:6: no ticket is looked at by it."),
        ("zoo", 2, 'The policy has no rule "zoo". It has '),
    ],
    ids=["by-the-override-that-holds", "by-another-override", "for-all", "never-there"],
)
def test_explain_says_by_what_a_rule_is_left_out(
    config_file: Path, company: Sandbox, rule: str, code: int, told: str
) -> None:
    site = company.world.sites["github"]
    key = site.open_ticket("ada", REPOSITORY, "Checkout is down", labels=("failure", "exercise")).key
    (config_file.parent / "shop.yaml").write_text(OVERRIDES, encoding="utf-8")
    configured = re.sub(r"(?m)^policy: .*", "policy: shop.yaml", config_file.read_text(encoding="utf-8"))
    config_file.write_text(configured, encoding="utf-8")
    done = run_command("explain", f"github:{key}", "--why", rule, "--config", config_file)
    assert done.returncode == code, done.stdout + done.stderr
    assert told in done.stdout + done.stderr


def test_explain_gives_the_tree_as_json(config_file: Path, company: Sandbox) -> None:
    key = fail_something(company)
    (told,) = json.loads(run_command("explain", f"github:{key}", "--json", "--config", config_file).stdout)
    (rule,) = [one for one in told["tree"]["rules"] if one["rule"] == "ask-ack"]
    group, own = rule["asked"]
    assert group["group"] == "while a failure is open"
    tree = own["tree"]
    assert (tree["join"], tree["is_met"], len(tree["parts"])) == ("all", True, 2)
    assert tree["parts"][0]["seen"] == [["failure.severity", 3]]
    assert rule["clock"]["rungs"][0]["state"] == "stands"


def test_explain_names_the_override_that_holds_below_the_case(config_file: Path, company: Sandbox) -> None:
    """P8."""
    key = fail_something(company)
    text = "policy: 1\nname: shop\ninclude: [accountability]\noverrides:\n"
    text += "  - {name: everything moves fast, labels: [failure], variables: {first_word: 1 h}}\n"
    config_file.with_name("ours.yaml").write_text(text, encoding="utf-8")
    settings = re.sub(r"(?m)^policy:.*$", "policy: ours.yaml", config_file.read_text(encoding="utf-8"))
    config_file.write_text(settings, encoding="utf-8")
    done = run_command("explain", f"github:{key}", "--config", config_file)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1] == "  override: everything moves fast"


def test_explain_ends_with_1_for_a_ticket_that_is_no_failure(config_file: Path, company: Sandbox) -> None:
    key = company.world.sites["github"].open_ticket("ada", REPOSITORY, "A wish").key
    done = run_command("explain", f"github:{key}", "--config", config_file)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"github:{key} belongs to no case: it carries none of the labels failure." in done.stderr


def test_explain_ends_with_1_for_a_failure_that_lies_where_nothing_is_watched(
    config_file: Path, company: Sandbox
) -> None:
    key = company.world.sites["jira"].open_ticket("ada", PROJECT, "Elsewhere", labels=("failure",)).key
    done = run_command("explain", f"jira:{key}", "--config", config_file)
    assert (done.returncode, done.stdout) == (1, "")
    why = f"jira:{key} belongs to no case, and begins none: `watch:` names github:{REPOSITORY} alone."
    assert why in " ".join(done.stderr.split())


def test_a_ticket_is_found_by_its_address_or_its_number(config_file: Path, company: Sandbox) -> None:
    key = fail_something(company)
    run_command("rebuild", "--config", config_file)
    page = f"{company.url('github')}/{REPOSITORY}/issues/1"
    for written in (page, "#1", "1"):
        done = run_command("explain", written, "--config", config_file)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(f"github:{key}  Checkout is down  (active; next look "), written


def test_every_page_that_check_leads_to_is_there(config_file: Path, company: Sandbox) -> None:
    told = json.loads(run_command("check", "--config", config_file, "--json").stdout)
    pages = {finding["where"] for section in told["sections"] for finding in section["findings"] if finding["where"]}
    assert pages
    for page in pages:
        assert requests.get(page, timeout=10).status_code == 200, page


def test_status_tells_times_as_people_read_them(config_file: Path, company: Sandbox) -> None:
    """ISO is for machines."""
    key = fail_something(company)
    run_command("rebuild", "--config", config_file)
    line = f"github:{key}  Checkout is down  (active; next look Mon 2 Mar 2026 09:00 UTC)"
    assert line in run_command("status", "--config", config_file).stdout.splitlines()
    told = json.loads(run_command("status", "--config", config_file, "--json").stdout)
    assert told["cases"][0]["next_look"] == "2026-03-02T09:00:00+00:00"
    assert told["presence"]["is_running"] is False


def test_explain_and_status_tell_the_same_next_look(config_file: Path, company: Sandbox) -> None:
    key = fail_something(company)
    before = json.loads(run_command("explain", f"github:{key}", "--config", config_file, "--json").stdout)
    assert [one["next_look"] for one in before] == [""], "nobody has looked yet"
    run_command("rebuild", "--config", config_file)
    (status,) = json.loads(run_command("status", "--config", config_file, "--json").stdout)["cases"]
    (explained,) = json.loads(run_command("explain", f"github:{key}", "--config", config_file, "--json").stdout)
    assert explained["next_look"] == status["next_look"] != ""
    line = f"github:{key}  Checkout is down  (active; next look Mon 2 Mar 2026 09:00 UTC)"
    assert line in run_command("explain", f"github:{key}", "--config", config_file).stdout.splitlines()


# --- how they end -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("status", "--config", "nowhere.yaml"), "cannot be read", id="no-configuration"),
        pytest.param(("explain", "seven", "--config", "{config}"), "'seven' is no ticket", id="no-reference"),
        pytest.param(("explain", "gitlab:x", "--config", "{config}"), 'no tracker "gitlab"', id="unknown-tracker"),
        pytest.param(("plan", "--frobnicate"), "--frobnicate", id="unknown-option"),
        pytest.param(("frobnicate",), "frobnicate", id="unknown-command"),
    ],
)
def test_a_wrong_question_ends_with_2_and_says_what_is_wrong(
    config_file: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run_command(*(word.format(config=config_file) for word in arguments))
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_tracker_that_is_away_ends_plan_with_1_and_a_sentence(config_file: Path, company: Sandbox) -> None:
    text = config_file.read_text(encoding="utf-8")
    config_file.write_text("\n".join(x for x in text.splitlines() if not x.startswith("clock:")), encoding="utf-8")
    company.stop()
    done = run_command("plan", "--config", config_file)
    assert done.returncode == 1
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_a_sandbox_s_clock_that_is_away_is_told(config_file: Path, company: Sandbox) -> None:
    company.stop()
    done = run_command("status", "--config", config_file)
    assert done.returncode == 2
    assert "is the sandbox running?" in done.stderr


def test_a_title_cannot_steer_the_terminal(config_file: Path, company: Sandbox) -> None:
    """P11: text from a ticket is data."""
    fail_something(company, "\x1b[2J[bold red]gone[/]")
    run_command("rebuild", "--config", config_file)
    shown = run_command("status", "--config", config_file).stdout
    assert "\x1b" not in shown
    assert "[bold red]gone[/]" in shown


def test_the_overview_names_every_command_and_loads_none() -> None:
    """So that it answers at once: heavy libraries are a command's, not the overview's."""
    done = run_cold("--help", environ={"PYTHONPROFILEIMPORTTIME": "1"})
    assert done.returncode == 0
    assert all(name in done.stdout for name in COMMANDS)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "typer" in loaded, "the list of what was loaded is really there"
    assert not loaded & {"sqlalchemy", "pydantic", "dramatiq", "github", "jira", "rich", "worker.program"}


def test_the_version_is_an_option_too() -> None:
    by_option, by_command = run_command("--version"), run_command("version")
    assert by_option.returncode == by_command.returncode == 0
    assert by_option.stdout == by_command.stdout
    assert by_option.stdout.startswith("aftermath ")


def test_a_command_that_only_asks_does_not_speak_of_secrets_in_plain_text(config_file: Path, company: Sandbox) -> None:
    """`run` does, since it goes on with it for long; `check` says it among its findings, and not once more before."""
    assert run_command("status", "--config", config_file).stderr == ""
    checked = run_command("check", "--offline", "--config", config_file)
    assert checked.stderr == ""
    assert checked.stdout.count("in plain text, which is fine for a sandbox only") == 1
    with Process("run", "--config", config_file) as process:
        process.wait_for("in plain text, which is fine for a sandbox only")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(name: str) -> None:
    done = CliRunner().invoke(build_app([name]), [name, "--help"])
    assert done.exit_code == 0, done.output
    assert f" {name} " in done.output.splitlines()[0] + done.output.splitlines()[1] + " "


def test_the_sandbox_command_writes_files_that_run_at_once(tmp_path: Path) -> None:
    with Process("sandbox", "--write", tmp_path, "--listen", "127.0.0.1:0") as sandbox:
        sandbox.wait_for("written:")
        done = run_command("plan", "--config", tmp_path / "aftermath.yaml")
        assert done.returncode == 0, done.stderr
        again = run_command("sandbox", "--write", tmp_path)
        assert again.returncode == 2
        assert "nothing is overwritten" in again.stderr
