"""`aftermath digest`: what would be sent, to whom and when, without sending it or asking a tracker."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from pathlib import Path

import pytest

from connectors.sandbox.server import Sandbox
from rules.digest import digest_key
from rules.language.policy_file import pack_path
from rules.news import WHILE_STUCK, CaseNews, NewsItem
from rules.refs import Place, TicketRef
from tests.worker.conftest import START
from tests.worker.process import run_command
from worker.config import load_config
from worker.digest_outlook import DIED
from worker.program import Program, compose
from worker.sandbox import OUR_ACCOUNT
from worker.status import LEFT_OUT, MISSED, read_status

#: Of the company's Monday, the second of March, nine o'clock.
WEEK, NEXT = "2026-W10", "2026-W11"
STUCK = NewsItem(
    "action",
    "acme/shop#3",
    "Alert before the certificate ends",
    "http://127.0.0.1/3",
    is_public=False,
    at="2026-02-20T17:00:00+00:00",
    roles=("owner", "lead"),
)


@pytest.fixture
def file(config_file: Path, company: Sandbox) -> Path:
    """The company with a digest to Grace and to a channel that everybody reads, and one action that is stuck."""
    people = config_file.parent / "people.yaml"
    boxes = company.url("letters").replace("http://", "json://")
    digest = f'digest: {{internal: ["{boxes}/inside", mel], public: ["{boxes}/open"]}}\n'
    people.write_text(digest + people.read_text(encoding="utf-8"), encoding="utf-8")
    program = composed(config_file)
    ledger = program.ledger
    ledger.installation.mark_rebuilt(program.config.installation, START - dt.timedelta(hours=1))
    ledger.cases.open_case("root", TicketRef("github", "acme/shop#1"), "1", "Checkout is down", START)
    assert ledger.cases.lease("root", "somebody", START, START + dt.timedelta(minutes=1))
    ledger.digests.note_news("root", "somebody", CaseNews(stuck=(STUCK,)).to_text(), WHILE_STUCK)
    program.close()
    return config_file


def composed(config_file: Path) -> Program:
    return compose(load_config(config_file, os.environ))


def test_it_shows_text_readers_and_hour_and_sends_nothing(file: Path, company: Sandbox) -> None:
    """P14: the one text for those inside, and nothing for the channel that everybody reads."""
    before = company.counts.reads("github", OUR_ACCOUNT)
    done = run_command("digest", "--config", file)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "The digest of 2026-W11: Mon 9 Mar 2026 09:00 UTC, on what came since Mon 2 Mar 2026 09:00 UTC."
    assert lines[1] == "Told of internal tickets:"
    assert lines[2].endswith("/letters/inside: to be sent")
    assert lines[3] == "  mel: has no private channel: `notify` in the people file"
    assert lines[4] == "  What it would say now:"
    assert "    | - action [acme/shop#3](http://127.0.0.1/3), “Alert before the certificate ends”" in done.stdout
    assert done.stdout.count("What it would say now:") == 1
    assert lines[-2] == "Told of public tickets:"
    assert lines[-1].endswith("/letters/open: nothing to tell")
    assert company.counts.reads("github", OUR_ACCOUNT) == before
    assert not company.world.letters


def test_in_json_it_tells_what_became_of_a_week(file: Path) -> None:
    program = composed(file)
    policy = program.policy()
    inside = policy.people.digest.readers[0]
    program.ledger.digests.claim(digest_key(policy.salt, WEEK, inside.id), WEEK, START)
    program.close()
    told = json.loads(run_command("digest", "--config", file, "--week", WEEK, "--json").stdout)
    assert (told["is_on"], told["week"], told["goes_at"], told["next_at"]) == (
        True,
        WEEK,
        "2026-03-02T09:00:00+00:00",
        "2026-03-09T09:00:00+00:00",
    )
    assert [(one["told_of"], one["state"]) for one in told["readers"]] == [
        ("internal", "on its way"),
        ("internal", "has no private channel: `notify` in the people file"),
        ("public", "nothing to tell"),
    ]


def test_without_the_secret_it_does_not_pretend_to_know_what_became_of_a_letter(file: Path, company: Sandbox) -> None:
    """With another secret, or none, every letter's row has another key: it would look as if nothing had been sent."""
    program = composed(file)
    policy = program.policy()
    inside = policy.people.digest.readers[0]
    key = digest_key(policy.salt, WEEK, inside.id)
    program.ledger.digests.claim(key, WEEK, START)
    program.ledger.digests.confirm(key)
    program.close()
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("secret: sandbox-marker-secret", "secret: ${OUR_SECRET}"), encoding="utf-8")
    known = os.environ | {"OUR_SECRET": "sandbox-marker-secret"}
    assert "/letters/inside: sent" in run_command("digest", "-c", file, "--week", WEEK, environ=known).stdout
    there = run_command("digest", "--config", file, "--week", WEEK)
    assert there.returncode == 0, there.stderr
    assert "/letters/inside: not known here, without the secret" in there.stdout
    assert "`secret` is not set here: run this where the worker runs, or with its variables." in there.stdout
    following = run_command("digest", "--config", file).stdout
    assert "/letters/inside: to be sent" in following
    assert "secret" not in following


def test_what_cannot_be_read_is_named_as_left_out(file: Path) -> None:
    """P7, P14: in the outlook, and in `status`, where it needs nobody beside what it tells of the place."""
    program = composed(file)
    program.ledger.digests.leave_out_place(Place("github", "acme/shop"), START)
    (trouble,) = [one for one in read_status(program).troubles if one.what == "weekly digest"]
    assert (trouble.where, trouble.problem, trouble.needs_person) == ("github:acme/shop#1", LEFT_OUT, False)
    program.close()
    said = run_command("digest", "--config", file).stdout
    assert "Left out, until it can be read again: github:acme/shop#1. `aftermath status` says why." in said
    assert "Alert before the certificate ends" not in said


def test_a_digest_that_did_not_go_is_listed_tried_again_and_let_go_by_command(file: Path) -> None:
    """P7: whose it is, `dead` cannot say (P10)."""
    program = composed(file)
    policy, digests = program.policy(), program.ledger.digests
    key = digest_key(policy.salt, WEEK, policy.people.digest.readers[0].id)
    digests.fail(key, WEEK, START, START + dt.timedelta(hours=1), "its text could not be made: digest.md: no")
    program.close()
    listed = run_command("dead", "--config", file)
    assert listed.returncode == 1
    assert f"{key}  send the weekly digest of {WEEK}  (refused)" in listed.stdout
    assert "  tried 1 time: its text could not be made: digest.md: no" in listed.stdout
    assert f"aftermath dead retry {key}" in run_command("status", "--config", file).stdout
    assert "1 effect tried again" in run_command("retry", "--config", file).stdout
    dropped = run_command("dead", "drop", key, "--config", file).stdout
    assert dropped.startswith(f"Let go: send the weekly digest of {WEEK}.")
    assert run_command("dead", "--config", file).returncode == 0


def test_a_text_that_cannot_be_made_is_told_for_its_reader(file: Path) -> None:
    """And is not taken for a wrong week."""
    ours = file.parent / "ours"
    source = pack_path("accountability")
    shutil.copytree(source if source.is_dir() else source.parent, ours)
    (ours / "templates" / "digest.md").write_text("{% if digest %}{{ digest.stuck[7].title }}{% endif %}")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("policy: accountability", "policy: ours"), encoding="utf-8")
    done = run_command("digest", "--config", file)
    assert done.returncode == 0, done.stderr
    assert "cannot be sent: its text could not be made: digest.md: UndefinedError" in done.stdout


def test_without_readers_it_says_how_to_name_some(config_file: Path) -> None:
    done = run_command("digest", "--config", config_file)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Nobody gets a weekly digest. Name who does under `digest:` in the people file")


@pytest.mark.parametrize("week", ["47", "2026-W99", "2026-47"])
def test_what_is_no_week_is_a_wrong_question(file: Path, week: str) -> None:
    done = run_command("digest", "--config", file, "--week", week)
    assert done.returncode == 2
    assert "a week is written as 2026-W47" in done.stderr


def test_status_shows_a_week_whose_digest_went_to_nobody(file: Path, company: Sandbox) -> None:
    """P7: Aftermath was away for longer than a digest waits."""
    program = composed(file)
    program.ledger.digests.note_empty("of-one-reader", WEEK, START)
    company.clock.advance(dt.timedelta(days=11, minutes=1))
    (trouble,) = [one for one in read_status(program).troubles if one.what == "weekly digest"]
    assert (trouble.where, trouble.problem, trouble.needs_person) == (NEXT, MISSED, False)
    program.close()


def test_status_shows_a_digest_that_may_not_have_arrived(file: Path, company: Sandbox) -> None:
    """P7: whose it was, nobody knows (P10)."""
    program = composed(file)
    program.ledger.digests.claim(digest_key(program.policy().salt, WEEK, "mel"), WEEK, START)
    assert not [one for one in read_status(program).troubles if one.what == "weekly digest"]
    company.clock.advance(dt.timedelta(minutes=11))
    later = composed(file)
    (trouble,) = [one for one in read_status(later).troubles if one.what == "weekly digest"]
    assert (trouble.where, trouble.problem, trouble.needs_person) == (WEEK, DIED, True)
    program.close()
    later.close()
