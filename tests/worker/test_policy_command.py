"""`aftermath policy …`, as a process: what its commands say, in words and in JSON, and how they end."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.worker.process import run_cold, run_command
from worker.cli import build_app
from worker.cli.policy import COMMANDS

ROOT = Path(__file__).parents[2]
BROKEN = ROOT / "tests" / "rules" / "golden" / "broken"
DOCS = ROOT / "docs"


def golden(name: str) -> str:
    return (BROKEN / f"{name}.txt").read_text(encoding="utf-8")


def as_seen_from_here(name: str) -> str:
    """The same with the file's name as it is in this folder, so that it can be opened."""
    file = f"{name}.yaml:"
    return re.sub(rf"(?m)^{file}", f"{BROKEN.relative_to(ROOT)}/{file}", golden(name))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    done = CliRunner().invoke(build_app(["policy", name]), ["policy", name, "--help"])
    assert done.exit_code == 0, done.output
    assert f" policy {name} " in done.output.splitlines()[0] + done.output.splitlines()[1] + " "


def test_the_overview_names_every_command_and_loads_none() -> None:
    done = run_cold("policy", "--help", environ={"PYTHONPROFILEIMPORTTIME": "1"})
    assert done.returncode == 0
    assert all(f"\n  {name}  " in done.stdout for name in COMMANDS)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "typer" in loaded, "the list of what was loaded is really there"
    assert not loaded & {"rich", "cel_expr_python", "rules.language", "rules.policy"}


def test_an_unknown_command_is_a_wrong_question() -> None:
    done = run_command("policy", "chekc")
    assert done.returncode == 2
    assert "Did you mean 'check'?" in done.stderr


# --- check --------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_file", [True, False], ids=["file", "folder"])
def test_a_good_policy_is_good_wherever_it_lies(as_file: bool, tmp_path: Path) -> None:
    """Without an aftermath.yaml anywhere."""
    path = tmp_path / "policy.yaml"
    rule = "{id: a, name: b when c, step: own, for: failure, do: [label: x]}"
    path.write_text(f"policy: 1\nname: ours\nrules: [{rule}]\n", encoding="utf-8")
    done = run_command("policy", "check", path if as_file else tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ours is good: 1 rule, 0 ladders, ")


def test_a_text_that_reaches_nobody_is_noted_and_the_policy_is_good(tmp_path: Path) -> None:
    rule = "{id: a, name: b when c, step: own, for: failure, do: [comment: contain.md, mention: [owner]]}"
    (tmp_path / "policy.yaml").write_text(f"policy: 1\nname: ours\nrules: [{rule}]\n", encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "contain.md").write_text("{ mentions } contained?", encoding="utf-8")
    done = run_command("policy", "check", tmp_path)
    assert done.returncode == 0
    noted, verdict = done.stdout.splitlines()
    said = "contain.md never uses `mentions`, so it reaches nobody whom a asks with it."
    assert noted == f"{said} Write {{{{ mentions }}}} where they are to be mentioned."
    assert verdict.startswith("ours is good: ")
    (note,) = json.loads(run_command("policy", "check", tmp_path, "--json").stdout)["hints"]
    assert note.startswith(said)


HERE = """\
policy: 1
name: ours
rules: [{id: a, name: b when c, step: own, for: failure, do: [remind: payments]}]
"""


@pytest.mark.parametrize("command", ["check", "describe"])
def test_a_policy_in_this_folder_is_taken_with_the_people_beside_it(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before there is any aftermath.yaml, as when somebody writes their first."""
    (tmp_path / "policy.yaml").write_text(HERE, encoding="utf-8")
    people = "people: {ada: {name: Ada}}\nteams: {payments: {members: [ada]}}\n"
    (tmp_path / "people.yaml").write_text(people, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(build_app(["policy", command]), ["policy", command])
    assert done.exit_code == 0, done.output
    assert "ours" in done.stdout


def test_a_shipped_pack_is_found_by_its_name() -> None:
    done = run_command("policy", "check", "accountability")
    assert done.returncode == 0
    assert done.stdout.startswith("accountability is good: ")


def test_every_problem_is_told_as_the_loader_tells_it() -> None:
    done = run_command("policy", "check", BROKEN / "several-at-once.yaml")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(as_seen_from_here("several-at-once"))
    assert done.stdout.splitlines()[-1].startswith("Not good: ")


def test_on_a_terminal_the_same_is_told_in_colour() -> None:
    done = run_cold("policy", "check", BROKEN / "several-at-once.yaml", environ={"FORCE_COLOR": "1", "TERM": "xterm"})
    broken = (BROKEN / "several-at-once.yaml").relative_to(ROOT)
    assert f"\x1b[1m{broken}:3:17:\x1b[0m" in done.stdout, "the place is bold"
    assert re.sub(r"\x1b\[[\d;]*m", "", done.stdout).startswith(as_seen_from_here("several-at-once"))


def test_the_people_file_is_looked_at_with_the_policy() -> None:
    done = run_command("policy", "check", BROKEN / "unknown-role.yaml", "--people", BROKEN / "people-unknown-lead.yaml")
    assert done.returncode == 1
    assert golden("unknown-role") in done.stdout
    assert golden("people-unknown-lead") in done.stdout


def test_problems_are_data_too() -> None:
    done = run_command("policy", "check", BROKEN / "unknown-role.yaml", "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["is_good"] is False
    (problem,) = told["problems"]
    assert (problem["line"], problem["path"]) == (9, "rules[0].do[0].mention[1]")


def test_a_label_in_capitals_is_worth_a_hint_and_no_problem(tmp_path: Path) -> None:
    rule = "{id: a, name: it is shown when it is, step: own, for: failure, when: WHEN, do: [label: shown]}"
    when = """'"Contained" in failure.labels'"""
    file = tmp_path / "policy.yaml"
    file.write_text(f"policy: 1\nname: ours\nrules: [{rule.replace('WHEN', when)}]\n", encoding="utf-8")
    hint = (
        'The rule a asks for the label "Contained", and finds it only where it is written in these capitals: '
        '"contained" finds it in capitals or not.'
    )
    done = run_command("policy", "check", str(file))
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, hint)
    told = json.loads(run_command("policy", "check", str(file), "--json").stdout)
    assert (told["is_good"], told["hints"]) == (True, [hint])


def test_without_a_path_the_configured_one_is_looked_at(config_file: Path) -> None:
    done = run_command("policy", "check", "--config", config_file, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["is_good"] is True
    assert told["name"] == "accountability"
    assert "stalled-action" in told["rules"]
    assert told["people"].endswith("people.yaml")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["nowhere"], "There is no file or folder nowhere", id="no-such-policy"),
        pytest.param(["accountability", "--people", "nobody.yaml"], "There is no file nobody.yaml", id="no-people"),
        pytest.param(["--config", "nowhere.yaml"], "nowhere.yaml", id="no-configuration"),
    ],
)
def test_what_is_not_there_is_a_wrong_question(arguments: list[str], said: str) -> None:
    done = run_command("policy", "check", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


# --- describe, reference ------------------------------------------------------------------------


def test_the_page_about_a_pack_is_the_one_in_the_documentation() -> None:
    done = run_command("policy", "describe", "accountability")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (DOCS / "packs" / "accountability.md").read_text(encoding="utf-8")


def test_without_a_name_the_configured_policy_is_described(config_file: Path) -> None:
    done = run_command("policy", "describe", "--config", config_file)
    assert done.returncode == 0
    assert done.stdout.startswith("# The policy `accountability`\n")


def test_a_broken_policy_is_not_described_but_told_as_the_loader_tells_it() -> None:
    done = run_command("policy", "describe", BROKEN / "unknown-role.yaml")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", as_seen_from_here("unknown-role"))


def test_the_reference_is_the_page_in_the_documentation() -> None:
    done = run_command("policy", "reference")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (DOCS / "policy.md").read_text(encoding="utf-8")


# --- schema -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "knows"),
    [
        ([], "rules"),
        (["--for", "policy"], "rules"),
        (["--for", "people"], "people"),
        (["--for", "test"], "tests"),
    ],
)
def test_the_schema_is_printed_for_the_file_that_is_asked_for(arguments: list[str], knows: str) -> None:
    done = run_command("policy", "schema", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert knows in json.loads(done.stdout)["properties"]


def test_there_is_no_schema_for_another_file() -> None:
    done = run_command("policy", "schema", "--for", "tickets")
    assert (done.returncode, done.stdout) == (2, "")
