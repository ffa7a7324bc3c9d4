"""The lines that the README gives somebody to call on the sandbox: sent as `curl` would, they do what is said."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest
import requests

from connectors.sandbox.server import Sandbox
from worker.sandbox import OUR_ACCOUNT, PROJECT, REPOSITORY

README = Path(__file__).parents[2] / "README.md"


def calls() -> list[list[str]]:
    """Each call as the words that a shell makes of it."""
    block = next(block for block in README.read_text(encoding="utf-8").split("```") if "\ncurl " in block)
    lines = re.split(r"\n(?=curl )", block.strip())
    return [shlex.split(line) for line in lines]


def send(words: list[str], company: Sandbox) -> requests.Response:
    """What curl does with these words: with a body it posts."""
    given = dict(pairwise(words))
    (url,) = (word for word in words if word.startswith("http://127.0.0.1:7700"))
    headers = dict([given["-H"].split(": ", 1)]) if "-H" in given else {}
    user, _, token = given.get("-u", "").partition(":")
    return requests.post(
        url.replace("http://127.0.0.1:7700", company.url()),
        headers={"Content-Type": "application/x-www-form-urlencoded", **headers},
        auth=(user, token) if user else None,
        data=given["-d"].encode(),
        timeout=10,
    )


def test_the_comments_of_the_readme_arrive_as_those_people_s(company: Sandbox) -> None:
    github, jira = company.world.sites["github"], company.world.sites["jira"]
    issue = github.open_ticket("ada", REPOSITORY, "Checkout is down", labels=("failure",))
    mortem = jira.open_ticket(OUR_ACCOUNT, PROJECT, "Post-mortem")
    answers = [send(words, company) for words in calls()]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert [(one.author, str(one.body)[:4]) for one in issue.comments] == [("grace", "/ack")]
    (comment,) = mortem.comments
    assert comment.author == "ada"
    assert "/action An alert pages us when payments fail" in str(comment.body)


@pytest.mark.parametrize("word", ["github/repos", "jira/rest"])
def test_the_readme_has_a_line_for_each_tracker(word: str) -> None:
    assert len([words for words in calls() if any(word in one for one in words)]) == 1
