"""`aftermath digest`: what would be sent, to whom and when, without sending it or asking a tracker."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

import pytest

from connectors.sandbox.server import Sandbox
from rules.digest import digest_key
from rules.news import CaseNews, NewsItem
from rules.refs import TicketRef
from tests.worker.conftest import START
from tests.worker.process import run_command
from worker.config import load_config
from worker.digest_outlook import DIED
from worker.program import Program, compose
from worker.sandbox import OUR_ACCOUNT
from worker.status import read_status

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
    ledger.digests.note_news("root", "somebody", CaseNews(stuck=(STUCK,)).to_text())
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
    assert "inside (told of internal tickets): to be sent" in lines[1]
    assert "    | - action [acme/shop#3](http://127.0.0.1/3), “Alert before the certificate ends”" in done.stdout
    assert "mel (told of internal tickets): has no private channel: `notify` in the people file" in done.stdout
    assert "open (told of public tickets): nothing to tell" in lines[-1]
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


def test_without_readers_it_says_how_to_name_some(config_file: Path) -> None:
    done = run_command("digest", "--config", config_file)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Nobody gets a weekly digest. Name who does under `digest:` in the people file")


@pytest.mark.parametrize("week", ["47", "2026-W99", "2026-47"])
def test_what_is_no_week_is_a_wrong_question(file: Path, week: str) -> None:
    done = run_command("digest", "--config", file, "--week", week)
    assert done.returncode == 2
    assert "a week is written as 2026-W47" in done.stderr


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
