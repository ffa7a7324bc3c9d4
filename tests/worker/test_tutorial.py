"""The tutorial, followed from top to bottom in an empty folder: each file, each command, each line that it shows."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path

from connectors.sandbox.server import Sandbox
from tests.worker.followed_page import Follower
from worker.sandbox import REPOSITORY

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"


def test_everything_in_the_tutorial_comes_as_it_says(company: Sandbox, config_file: Path) -> None:
    """`TUTORIAL=write` writes what comes into the page; then read whether the page still tells what it shows."""
    labels = ("failure", "customers")
    company.world.sites["github"].open_ticket("ben", REPOSITORY, "Checkout is down", labels=labels, assignees=("ada",))
    company.clock.advance_to(company.clock.now() + dt.timedelta(hours=2))
    page = PAGE.read_text(encoding="utf-8")
    with Follower(config_file.parent) as somebody:
        came = somebody.follow(page)
    if os.environ.get("TUTORIAL") == "write":
        PAGE.write_text(came, encoding="utf-8")
    assert came == page


def test_the_tutorial_shows_no_command_that_is_not_called() -> None:
    page = PAGE.read_text(encoding="utf-8")
    outside = re.sub(r"^```console\n.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    assert not re.search(r"^\$ ", outside, re.MULTILINE)
    assert page.count("$ aftermath ") >= 20
