"""`aftermath demo`: the whole direction, from the label to the lesson, as a person would run it.

Once by webhook and once with every webhook lost; both must end alike, down to the minute at which somebody is
asked. What is expected here is written down anew and not taken from the demo's own notes.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import re
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from rich.console import Console

from connectors.sandbox.faults import Fault
from tests.worker.process import Process, run_command
from worker.demo.ending import WALL_S_MAX, problems
from worker.demo.quoting import excerpt, quoted
from worker.demo.stage import StageError, set_stage
from worker.demo.story import COLUMNS_MAX, Story
from worker.demo.summary import RungTold, Summary, TicketTold

FAILURE, POST_MORTEM = "acme/shop#1", "OPS-1"
ACTIONS = ["acme/shop#2", "acme/shop#3", "acme/shop#4"]
Told = dict[str, Any]
#: Everything that Aftermath writes in the story, so that a change of words is seen in review.
GOLDEN = Path(__file__).parent / "golden" / "demo.md"


Play = Callable[..., Told]


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Play:
    """What `aftermath demo --json` says with these options. Each way is played once, whichever process asks first."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared

    def play(*options: str) -> Told:
        path = shared / f"demo{''.join(options)}.json"
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                done = run_command("demo", "--json", *options, timeout_s=2 * WALL_S_MAX)
                assert done.returncode == 0, done.stderr + done.stdout
                path.write_text(done.stdout, encoding="utf-8")
        answer: Told = json.loads(path.read_text(encoding="utf-8"))
        return answer

    return play


WAYS = [
    pytest.param((), id="by-webhook"),
    pytest.param(("--polling",), id="by-polling-alone"),
    pytest.param(("--jira", "data-center"), id="with-a-Jira-of-its-own"),
]


@pytest.fixture(params=WAYS)
def ending(request: pytest.FixtureRequest, told: Play) -> Told:
    return told(*request.param)


def minute(text: str) -> str:
    return f"{dt.datetime.fromisoformat(text):%a %d %b %H:%M}"


def test_the_case_is_closed_and_nothing_stands_there_twice(ending: Told) -> None:
    """P3: though a connection was cut after a comment had been stored."""
    assert ending["closed"] is True
    assert ending["problems"] == []
    assert ending["duplicates"] == 0
    assert ending["cut"] == {"connections": 1, "comments": 1}
    assert minute(ending["closed_at"]) == "Mon 02 Nov 16:20", "an hour after the last action was done"
    assert ending["said_afterwards"] == 0


def test_there_is_one_post_mortem_and_a_ticket_for_each_action(ending: Told) -> None:
    """Two came from the check list, one from `/action`, and everything is done."""
    assert ending["failure"]["key"] == FAILURE
    assert ending["post_mortem"]["key"] == POST_MORTEM
    assert ending["post_mortems"] == 1
    assert {action["key"]: (action["owner"], action["due"]) for action in ending["actions"]} == {
        "acme/shop#2": ("ben", "2026-10-10"),
        "acme/shop#3": ("ada", "2026-10-10"),
        "acme/shop#4": ("ada", "2026-10-14"),
    }
    tickets = [ending["failure"], ending["post_mortem"], *ending["actions"]]
    assert all(ticket["closed_at"] for ticket in tickets)


def test_every_ticket_leads_to_every_related_one_and_back(ending: Told) -> None:
    links = {tuple(link) for link in ending["links"]}
    wanted = {(FAILURE, POST_MORTEM), *((FAILURE, key) for key in ACTIONS), *((POST_MORTEM, key) for key in ACTIONS)}
    assert links >= wanted | {(other, one) for one, other in wanted}
    assert ending["links_missing"] == []


def test_everybody_is_asked_at_the_hour_that_the_policy_says_and_at_no_other(ending: Told) -> None:
    """Reminder, owner, owner and lead, manager; an answer quiets, a snooze is obeyed, and it begins at the owner."""
    rungs = [(rung["kind"], rung["ticket"], minute(rung["at"]), rung["asked"]) for rung in ending["rungs"]]
    assert rungs == [
        ("ask", FAILURE, "Tue 08 Sep 09:20", ["ada"]),
        ("ask-again", FAILURE, "Wed 09 Sep 09:20", ["ada", "grace"]),
        ("reminder", ACTIONS[0], "Thu 08 Oct 09:00", ["ben"]),
        ("overdue", ACTIONS[0], "Mon 12 Oct 09:00", ["ben"]),
        ("overdue", ACTIONS[0], "Thu 15 Oct 09:00", ["ben", "grace"]),
        ("overdue", ACTIONS[0], "Wed 21 Oct 09:00", ["mel"]),
        ("overdue", ACTIONS[0], "Tue 27 Oct 11:30", ["ben"]),
    ]
    assert ending["labels"] == [f"{ACTIONS[0]} escalated"]


def test_nobody_is_asked_outside_business_hours(ending: Told) -> None:
    """The date that was missed is a Saturday."""
    moments = [dt.datetime.fromisoformat(rung["at"]) for rung in ending["rungs"]]
    assert moments == sorted(moments)
    assert [at for at in moments if at.isoweekday() > 5 or not 9 <= at.hour < 17] == []


def test_an_answer_quiets_for_three_working_days_and_not_a_minute_longer(ending: Told) -> None:
    """Ben answers on Thursday 22 October at 11:30."""
    answered = dt.datetime(2026, 10, 22, 11, 30, tzinfo=dt.UTC)
    later = [at for at in (dt.datetime.fromisoformat(rung["at"]) for rung in ending["rungs"]) if at > answered]
    assert [f"{at:%a %d %b %H:%M}" for at in later] == ["Tue 27 Oct 11:30"]


def test_each_kind_of_comment_is_there_as_often_as_it_was_meant(ending: Told) -> None:
    """P9: one status comment a ticket, one plan; neither a bot's word nor a bump moved anything."""
    assert ending["comments"] == {
        "ask": 1,
        "ask-again": 1,
        "lesson": 1,
        "overdue": 4,
        "plan": 1,
        "reminder": 1,
        "status": 3,
        "thanks": 1,
        "unapproved": 1,
    }
    assert ending["mentions"] == {"total": 9, "most_a_day": 1}


def test_everybody_who_took_part_is_written_to_privately_and_once(ending: Told) -> None:
    """P10: Ada, Ben and Grace; to whom is told to nobody, and no word of it stands on a ticket."""
    assert ending["letters"] == 9
    letters = [one for one in ending["texts"] if one["kind"] == "letter"]
    assert len({one["text"] for one in letters}) == 9
    assert all(one["ticket"] == "" for one in letters)
    public = [one for one in ending["texts"] if one["kind"] != "letter"]
    assert not [one for one in public if "What would help you" in one["text"]]


def test_after_a_month_it_is_looked_back_without_a_new_comment(ending: Told) -> None:
    (status,) = [one for one in ending["texts"] if one["what"] == "status" and one["ticket"] == FAILURE]
    assert (
        "Looked back on 2026-12-02, after 30 days: it has not come back, and what was changed holds." in status["text"]
    )
    assert ending["said_afterwards"] == 0


def test_the_texts_read_as_they_were_approved(told: Play) -> None:
    """Run with `GOLDEN=write` to write them anew, then read them aloud."""
    texts = "".join(
        f"=== {one['kind']} {one['ticket']} {one['what']}\n{one['title']}\n\n{one['text'].strip()}\n\n"
        for one in told()["texts"]
    )
    texts = re.sub(r"http://127\.0\.0\.1:\d+", "https://acme.example", texts)
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_text(texts, encoding="utf-8")
    assert texts == GOLDEN.read_text(encoding="utf-8")


def test_the_requests_are_told_by_tracker_in_reads_and_writes(ending: Told) -> None:
    """Writes are what the story needs, three labels that the repository lacked among them; the one that was cut was not
    sent again."""
    assert {name: counted["writes"] for name, counted in ending["requests"].items()} == {"github": 36, "jira": 14}
    assert all(0 < counted["reads"] < 1000 for counted in ending["requests"].values())
    assert 0 < ending["wall_s"] < WALL_S_MAX


def test_polling_alone_is_really_alone(told: Play) -> None:
    assert told()["deliveries"] > 0
    assert told("--polling")["deliveries"] == 0
    assert (told()["news"], told("--polling")["news"]) == ("webhooks", "polling")


# --- the story, and what is kept ----------------------------------------------------------------


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the demo's temporary directory is made, so that it can be seen to be gone."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def left_behind(folder: Path) -> list[Path]:
    """What stays there, but for the empty folder that all Valkeys of a user share for their sockets."""
    return [path for path in folder.rglob("*") if path.is_file() or path.is_socket() or "demo" in path.name]


def test_ctrl_c_in_the_middle_ends_it_and_leaves_nothing(temporary: Path) -> None:
    with Process("demo") as process:
        process.wait_for("Ada answers on #1")
        assert left_behind(temporary) != []
        process.signal(signal.SIGINT)
        assert process.wait() == 130
    assert "Traceback" not in process.text
    assert left_behind(temporary) == []


def test_the_story_is_told_and_what_is_kept_can_be_looked_at_until_ctrl_c(temporary: Path) -> None:
    with Process("demo", "--keep") as process:
        process.wait_for("It goes on, until Ctrl-C", timeout_s=2 * WALL_S_MAX)
        story = process.text.splitlines()
        process.wait_for("Why is it so?")
        explain = process.wait_for("aftermath explain")
        addresses = re.findall(r"http://127\.0\.0\.1:\d+/\S*", process.text)
        pages = [url for url in addresses if "/issues/" in url.replace("/repos/", "") or "/browse/" in url]
        for url in [url for url in pages if "/repos/" not in url]:
            page = requests.get(url, timeout=10)
            assert page.status_code == 200
            assert "<h1>" in page.text
        (health,) = {url for url in addresses if url.endswith("/healthz")}
        assert requests.get(health, timeout=10).json() == {"status": "alive"}
        config = explain.split("--config ")[1].strip()
        explained = run_command("explain", "github:acme/shop#2", "--config", config)
        assert explained.returncode == 0, explained.stderr
        process.signal(signal.SIGINT)
        assert process.wait() == 0
    assert [line for line in story if len(line) > COLUMNS_MAX] == []
    assert "\x1b" not in process.text
    told_in_order = (
        "1 · Own it",
        "quiet days",
        "3 · Follow through",
        "one comment, not two",
        "is finished. Thank you:",
        "What came of",
    )
    places = [process.text.index(words) for words in told_in_order]
    assert places == sorted(places)
    assert left_behind(temporary) == []


# --- when it does not go well -------------------------------------------------------------------

AT = dt.datetime(2026, 11, 2, 16, 20, tzinfo=dt.UTC)


def ticket(key: str) -> TicketTold:
    return TicketTold(key, "Title", "http://127.0.0.1/", "ada", "", AT, AT)


def good() -> Summary:
    """A summary with nothing wrong, put together by hand."""
    rungs = [
        ("ask", FAILURE, (9, 8, 9, 20), ("ada",)),
        ("ask-again", FAILURE, (9, 9, 9, 20), ("ada", "grace")),
        ("reminder", ACTIONS[0], (10, 8, 9, 0), ("ben",)),
        ("overdue", ACTIONS[0], (10, 12, 9, 0), ("ben",)),
        ("overdue", ACTIONS[0], (10, 15, 9, 0), ("ben", "grace")),
        ("overdue", ACTIONS[0], (10, 21, 9, 0), ("mel",)),
        ("overdue", ACTIONS[0], (10, 27, 11, 30), ("ben",)),
    ]
    return Summary(
        closed=True,
        closed_at=AT,
        said_afterwards=0,
        duplicates=0,
        news="webhooks",
        failure=ticket(FAILURE),
        post_mortem=ticket(POST_MORTEM),
        actions=tuple(map(ticket, ACTIONS)),
        post_mortems=1,
        links=(),
        links_missing=(),
        comments={"plan": 1, "thanks": 1, "lesson": 1},
        rungs=tuple(RungTold(kind, key, dt.datetime(2026, *at, tzinfo=dt.UTC), who) for kind, key, at, who in rungs),
        mentions={},
        labels=(),
        letters=9,
        texts=(),
        cut={"connections": 1, "comments": 1},
        deliveries=1,
        requests={},
        ended_at=AT,
        wall_s=5.0,
    )


def test_a_good_ending_has_no_problems() -> None:
    assert problems(good()) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"closed": False}, "not closed", id="not-closed"),
        pytest.param({"said_afterwards": 2}, "2 comments came after", id="not-let-go"),
        pytest.param({"duplicates": 1}, "1 things stand there twice", id="twice"),
        pytest.param({"cut": {"connections": 1, "comments": 2}}, "2 comments stand there", id="retried-blindly"),
        pytest.param({"cut": {"connections": 0, "comments": 0}}, "0 connections were cut", id="never-cut"),
        pytest.param({"post_mortems": 2}, "2 post-mortems", id="two-post-mortems"),
        pytest.param({"actions": ()}, "0 actions", id="no-actions"),
        pytest.param({"failure": replace(ticket(FAILURE), closed_at=None)}, "acme/shop#1 is still open", id="open"),
        pytest.param({"links_missing": ((FAILURE, POST_MORTEM),)}, "does not lead to OPS-1", id="not-linked"),
        pytest.param({"comments": {"plan": 1, "thanks": 2, "lesson": 1}}, "2 comments of the kind thanks", id="thanks"),
        pytest.param({"letters": 10}, "10 private letters were written, not 9", id="written-twice"),
        pytest.param({"rungs": ()}, "“ask” to ada on Tue  8 Sep 09:20 is missing", id="nobody-asked"),
        pytest.param({"wall_s": WALL_S_MAX + 1}, "longer than", id="too-slow"),
    ],
)
def test_what_is_wrong_at_the_end_is_said(changed: dict[str, Any], said: str) -> None:
    assert said in " ".join(problems(replace(good(), **changed)))


def test_somebody_who_is_asked_too_often_is_a_problem() -> None:
    once_more = RungTold("overdue", ACTIONS[0], AT, ("ben",))
    (said,) = problems(replace(good(), rungs=(*good().rungs, once_more)))
    assert said == "A comment “overdue” to ben on Mon  2 Nov 16:20 is one too many."


def test_a_story_that_cannot_go_on_says_where_it_stopped(tmp_path: Path) -> None:
    """Ada cannot save what she wrote."""
    story = Story(Console(quiet=True))
    with set_stage(tmp_path, story, is_polling=False, is_stopped=lambda: False) as stage:
        stage.sandbox.faults.add(Fault("error-500", site="jira", account="ada", method="PUT"))
        with pytest.raises(StageError, match="stopped at “Ada and Ben write the post-mortem"):
            stage.play()


# --- quotes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        pytest.param("A **bold** `word` from @ada", ["A bold word from @ada"], id="inline"),
        pytest.param("[OPS-1](http://127.0.0.1/x) is \\*open\\*", ["OPS-1 is *open*"], id="links-and-escapes"),
        pytest.param("one\ntwo", ["one two"], id="a-paragraph-is-one"),
        pytest.param("- [ ] do\n- done", ["☐ do", "• done"], id="lists"),
        pytest.param("a\n\n```\n/snooze  5\n\nx\n```\n\nb", ["a", "", "/snooze  5", "", "x", "", "b"], id="code"),
        pytest.param("| A | B |\n|---|---|\n| long | c |", ["A     B", "long  c"], id="table"),
        pytest.param("steer\x1b[2Jed", ["steer\N{REPLACEMENT CHARACTER}[2Jed"], id="no-control-characters"),
    ],
)
def test_a_quote_reads_as_its_markdown_is_meant(markdown: str, lines: list[str]) -> None:
    console = Console(width=80)
    assert [line.plain for line in quoted(markdown, console, 60)] == lines


def test_an_excerpt_counts_a_list_as_one_and_code_as_one() -> None:
    text = "first\n\n- a\n\n- b\n\n```\nx\n\ny\n```\n\nlast"
    assert excerpt(text, 2) == "first\n\n- a\n- b"
    assert excerpt(text, 3).endswith("```\nx\n\ny\n```")
    assert excerpt(text, 0).endswith("last")
