"""What `explain` says comes next is what the same installation will do: the same people, at the same time."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connectors.sandbox.server import Sandbox
from rules.refs import TicketRef
from tests.worker.process import run_command
from tests.worker.rehearsal.by_hand import working
from worker.config import load_config
from worker.explaining import Explained, explain
from worker.planning import compose_as_it_stands
from worker.program import Program
from worker.rehearsal.future import look_ahead
from worker.sandbox import REPOSITORY, people_file

FAILURE = TicketRef("github", f"{REPOSITORY}#1")
PATIENCE = dt.timedelta(days=90)

#: Ada owns everything; Grace leads her, and Mel is everybody's manager. The second of March is a Monday.
ABSENCES = {
    "nobody": {},
    "owner-with-a-stand-in": {"ada": "{from: 2026-03-03, to: 2026-03-13, stand_in: ben}"},
    "owner-alone": {"ada": "{from: 2026-03-03, to: 2026-03-06}"},
    "lead-alone": {"grace": "{from: 2026-03-03, to: 2026-03-10}"},
    "manager-alone": {"mel": "{from: 2026-03-05, to: 2026-03-20}"},
    "lead-and-manager-alone": {
        "grace": "{from: 2026-03-03, to: 2026-03-10}",
        "mel": "{from: 2026-03-04, to: 2026-03-18}",
    },
    "a-stand-in-who-is-away-too": {
        "ada": "{from: 2026-03-03, to: 2026-03-13, stand_in: ben}",
        "ben": "{from: 2026-03-03, to: 2026-03-04, stand_in: grace}",
    },
    "everybody": dict.fromkeys(("ada", "grace", "mel"), "{from: 2026-03-03, to: 2026-03-09}"),
}


def write_people(config_file: Path, away: dict[str, str]) -> None:
    text = people_file()
    for person, days in away.items():
        text = text.replace(f"  {person}: {{name:", f"  {person}: {{away: [{days}], name:")
    (config_file.parent / "people.yaml").write_text(text, encoding="utf-8")


@contextmanager
def composed(config_file: Path) -> Iterator[Program]:
    program = compose_as_it_stands(load_config(config_file, os.environ))
    try:
        yield program
    finally:
        program.close()


def foreseen(explained: Explained) -> dict[tuple[str, str], tuple[dt.datetime, tuple[str, ...]]]:
    """By rule and ticket: when it asks whom."""
    rules = [one for one in explained.tree.rules if one.foreseen]
    return {
        (one.rule, str(one.ticket)): (one.foreseen.at, tuple(person.id for person in one.foreseen.asks))
        for one in rules
        if one.foreseen
    }


@pytest.mark.parametrize("after", ["03-02 09:30", "03-03 12:00", "03-12 08:00"])
@pytest.mark.parametrize("away", ABSENCES)
def test_whom_it_says_is_asked_next_and_when_is_what_the_look_ahead_says(
    config_file: Path, company: Sandbox, away: str, after: str
) -> None:
    """P8: whoever is away by then is asked through their stand-in, or it waits for them, in the one as in the other."""
    write_people(config_file, ABSENCES[away])
    company.world.sites["github"].open_ticket(
        "ada", REPOSITORY, "Checkout is down", labels=("failure", "sev2"), assignees=("ada",)
    )
    with working(config_file, company) as aftermath:
        aftermath.settle()
        company.world.sites["github"].comment_on("ada", FAILURE.key, "/action Alert on 502s due 2026-03-16")
        aftermath.pass_until(dt.datetime.fromisoformat(f"2026-{after.replace(' ', 'T')}:00+00:00"))
    with composed(config_file) as program:
        (explained,) = explain(program, FAILURE)
        future = look_ahead(program, program.clock.now() + PATIENCE, FAILURE)
    told = foreseen(explained)
    first = {}
    for one in future.reaching:
        if one.asks and one.verb in ("comment", "remind"):
            first.setdefault((one.rule, str(one.ticket)), (one.at, one.asks))
    assert told
    assert told == {key: first.get(key) for key in told}
    coming = {one.at for one in explained.coming}
    assert {at.isoformat() for at, _ in told.values()} <= coming


def test_who_is_away_is_said_by_name_and_nobody_s_address_is(config_file: Path, company: Sandbox) -> None:
    """P11: a private channel's address is a secret, in JSON too."""
    write_people(config_file, ABSENCES["owner-with-a-stand-in"] | ABSENCES["manager-alone"])
    people = config_file.parent / "people.yaml"
    text = people.read_text(encoding="utf-8")
    boxed = text.replace("name: Ben Okri", 'notify: "json://127.0.0.1:9/ben-s-box", name: Ben Okri')
    people.write_text(boxed, encoding="utf-8")
    company.world.sites["github"].open_ticket(
        "ada", REPOSITORY, "Checkout is down", labels=("failure", "sev2"), assignees=("ada",)
    )
    with working(config_file, company) as aftermath:
        aftermath.settle()
    told = run_command("explain", str(FAILURE), "--config", config_file)
    assert (told.returncode, told.stderr) == (0, "")
    assert (
        "the owner and the lead are asked on acme/shop#1: Ben Okri (for Ada Byron, who is away until Fri 13 Mar) "
        "and Grace Murray (ask-ack)\n"
    ) in told.stdout
    data = run_command("explain", str(FAILURE), "--config", config_file, "--json").stdout
    assert "ben-s-box" not in data
    (case,) = json.loads(data)
    (rule,) = [one for one in case["tree"]["rules"] if one["rule"] == "ask-ack"]
    assert rule["foreseen"]["asks"] == [
        {"id": "ben", "name": "Ben Okri", "instead_of": "Ada Byron", "until": "2026-03-13"},
        {"id": "grace", "name": "Grace Murray", "instead_of": "", "until": None},
    ]
