"""The library of lessons: what it holds, how it is searched, and that it follows what stands on the trackers."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rules.facts import Audience
from rules.news import CaseNews, NewsItem
from rules.policy import People
from rules.refs import TicketRef
from tests.rules.cases import PEOPLE
from tests.worker.company import ANN, LEA, OURS, Company, at
from tests.worker.process import run_command
from worker.config import load_config
from worker.forgetting import forget
from worker.ledger import Ledger, open_ledger
from worker.ledger.database import open_memory_ledger
from worker.ledger.lessons import LessonRow
from worker.lessons import Wanted, find_lessons, gist_of, lessons_of
from worker.program import compose
from worker.sandbox import Sandbox

FAILURE = TicketRef("github", "acme/shop#1")
ROW = LessonRow(
    case="abcdefghij234567abcd.1",
    root="abcdefghij234567abcd",
    failure=FAILURE,
    url="https://github.example/acme/shop/issues/1",
    title="Checkout is down",
    labels=("failure", "sev2", "Payments"),
    severity=2,
    audience=Audience.INTERNAL,
    told_at=at("03-05 23:30"),
    text="**What stays of this**\n\n**What we learned**\n\nAlarms went to a *closed* mailbox, says Ann.",
)
OTHER = replace(
    ROW,
    case="bcdefghijk234567abcd.2",
    root="bcdefghijk234567abcd",
    failure=TicketRef("jira", "OPS-7"),
    title="Müllers Café bestellt doppelt",
    labels=("failure",),
    severity=3,
    audience=Audience.PUBLIC,
    told_at=at("04-01 09:00"),
    text="**What happened**\n\nA retry without a limit. See \\#3.",
)


@pytest.fixture
def library() -> Iterator[Ledger]:
    kept = open_memory_ledger()
    for row in (ROW, OTHER):
        kept.lessons.keep(row.root, [row])
    yield kept
    kept.close()


# --- finding ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param(Wanted(), ["jira:OPS-7", "github:acme/shop#1"], id="everything, newest first"),
        pytest.param(Wanted(("retry",)), ["jira:OPS-7"], id="a word of the text"),
        pytest.param(Wanted(("CHECKOUT",)), ["github:acme/shop#1"], id="of the title, in capitals"),
        pytest.param(Wanted(("muller", "cafe")), ["jira:OPS-7"], id="without accents"),
        pytest.param(Wanted(("retry", "checkout")), [], id="every word"),
        pytest.param(Wanted(("#3",)), ["jira:OPS-7"], id="behind a backslash"),
        pytest.param(Wanted(("payments",)), ["github:acme/shop#1"], id="a label, as a word"),
        pytest.param(Wanted(label="payments"), ["github:acme/shop#1"], id="by label"),
        pytest.param(Wanted(label="pay"), [], id="a label is whole"),
        pytest.param(Wanted(since=dt.date(2026, 3, 6)), ["jira:OPS-7", "github:acme/shop#1"], id="since, by local day"),
        pytest.param(Wanted(since=dt.date(2026, 3, 7)), ["jira:OPS-7"], id="since"),
        pytest.param(Wanted(("100%_",)), [], id="signs are only signs"),
    ],
)
def test_lessons_are_found(library: Ledger, wanted: Wanted, found: list[str]) -> None:
    berlin = dt.timezone(dt.timedelta(hours=1))
    assert [lesson.failure for lesson in find_lessons(library, wanted, berlin)] == found


def test_a_lesson_is_shown_with_all_that_is_known_of_it(library: Ledger) -> None:
    """P14: what not everybody may read is marked so."""
    library.cases.open_case(ROW.root, FAILURE, "1", ROW.title, ROW.told_at)
    (lesson,) = lessons_of(library, FAILURE, dt.UTC)
    assert (lesson.told, lesson.severity, lesson.generation, lesson.is_internal) == ("2026-03-05", 2, 1, True)
    assert (lesson.title, lesson.text, lesson.labels) == (ROW.title, ROW.text, ROW.labels)
    assert lessons_of(library, TicketRef("github", "acme/shop#99"), dt.UTC) == ()


@pytest.mark.parametrize(
    ("text", "gist"),
    [
        pytest.param(ROW.text, "Alarms went to a *closed* mailbox, says Ann.", id="what was learned"),
        pytest.param(OTHER.text, "A retry without a limit. See #3.", id="what happened, where nothing was learned"),
        pytest.param("## What happened\n\nX.\n\n## What we learned\n\nY\nand Z.", "Y and Z.", id="under headings"),
        pytest.param("**What stays of this**\n\nNothing more.", "Nothing more.", id="the first words"),
        pytest.param("Our own template.\n\nMore.", "Our own template.", id="of another template"),
        pytest.param("**What we learned**\n\nSee [OPS-1](https://x.example/1).", "See OPS-1.", id="a link's words"),
        pytest.param("**What we learned**\n\n" + "word " * 100, "word " * 47 + "word…", id="no longer than a line"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_gist_is_what_was_learned_in_a_line(text: str, gist: str) -> None:
    assert gist_of(text) == gist


# --- keeping ---------------------------------------------------------------------------------------


def test_what_is_kept_comes_back_as_it_was_on_every_database(url: str) -> None:
    ledger = open_ledger(url)
    second = replace(ROW, case=f"{ROW.root}.2", told_at=at("03-09 09:00"), audience=Audience.PUBLIC, labels=())
    ledger.lessons.keep(ROW.root, [ROW, second])
    ledger.lessons.keep(OTHER.root, [OTHER])
    assert ledger.lessons.all() == [OTHER, second, ROW]
    assert ledger.lessons.of([ROW.root]) == [second, ROW]
    ledger.lessons.keep(ROW.root, [replace(second, text="Corrected.")])
    assert ledger.lessons.all() == [OTHER, replace(second, text="Corrected.")]
    assert ledger.lessons.reword(lambda text: text.replace("Corrected", "Mended")) == 1
    assert ledger.lessons.of([ROW.root]) == [replace(second, text="Mended.")]
    ledger.close()


def a_lesson(*labels: str) -> Company:
    company = Company()
    company.a_failure("experiment", *labels)
    company.pass_time("03-02 10:00")
    company.site.close(ANN, FAILURE.key)
    company.pass_time("03-02 12:00")
    return company


def test_a_lesson_that_is_told_is_in_the_library() -> None:
    company = a_lesson("sev1")
    (row,) = company.ledger.lessons.all()
    assert (row.failure, row.title, row.severity) == (FAILURE, "Checkout is down", 1)
    assert (row.told_at, row.audience, row.text) == (at("03-02 11:00"), Audience.INTERNAL, company.text("lesson"))


def test_a_failure_that_few_may_read_is_in_no_library() -> None:
    """P14: from the next look on, if it gets its security level later."""
    company = a_lesson("sev1")
    company.site.places["acme/shop"].levels = {"10001": (OURS, ANN)}
    company.site.set_level(ANN, FAILURE.key, "10001")
    company.settle()
    assert company.ledger.lessons.all() == []


def test_an_empty_library_is_filled_by_a_rebuild_alone() -> None:
    """P1: before anything is looked at."""
    company = a_lesson()
    before = company.ledger.lessons.all()
    company.lose_the_database()
    assert company.ledger.lessons.all() == before


def test_the_library_follows_the_comment() -> None:
    """P1, P12: it is the truth, whoever corrects it; and what somebody deletes is forgotten."""
    company = a_lesson()
    (comment,) = [one for one in company.ticket().comments if one.author == OURS and "stays of this" in one.body]
    company.site.edit_comment(LEA, comment.id, "**What we learned**\n\nMuch.")
    company.settle()
    assert [row.text for row in company.ledger.lessons.all()] == ["**What we learned**\n\nMuch."]
    company.site.delete_comment(LEA, comment.id)
    company.settle()
    assert company.ledger.lessons.all() == []
    assert company.plan().decision.phase.value == "closed"


def test_each_time_that_it_happened_has_its_lesson() -> None:
    company = a_lesson()
    company.site.reopen(ANN, FAILURE.key)
    company.pass_time("03-03 09:00")
    company.site.close(ANN, FAILURE.key)
    company.pass_time("03-03 12:00")
    assert [row.case[-2:] for row in company.ledger.lessons.all()] == [".2", ".1"]


# --- forgetting ------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["ann", "Ann", "@ann"])
def test_who_was_forgotten_is_nobody_in_the_library(library: Ledger, person: str) -> None:
    """P10."""
    forgotten = forget(library, PEOPLE, ["github"], person)
    assert (forgotten.lessons, forgotten.removed_something) == (1, True)
    assert [row.text for row in library.lessons.all() if row.case == ROW.case] == [ROW.text.replace("Ann", "somebody")]
    assert forget(library, PEOPLE, ["github"], person).lessons == 0


def test_who_was_forgotten_is_nobody_in_the_next_digest(library: Ledger) -> None:
    """P10. Addresses stay as they are: an account's name may be part of them."""
    told = NewsItem(
        "failure", "ann/shop#1", "Ann's cart", "https://x.test/ann/shop/1", True, "2026-03-02T09:00:00+00:00"
    )
    library.cases.open_case(ROW.root, FAILURE, "1", "", ROW.told_at)
    assert library.cases.lease(ROW.root, "me", ROW.told_at, ROW.told_at + dt.timedelta(minutes=1))
    news = CaseNews(stuck=(told,), learned=(replace(told, text="Ask @ann first."),))
    library.digests.note_news(ROW.root, "me", news.to_text(), news.until)
    forgotten = forget(library, PEOPLE, ["github"], "ann")
    assert (forgotten.news, forgotten.removed_something) == (1, True)
    (kept,) = library.digests.news(ROW.told_at)
    nameless = replace(told, title="somebody's cart")
    assert CaseNews.from_text(kept) == CaseNews(
        stuck=(nameless,), learned=(replace(nameless, text="Ask somebody first."),)
    )
    assert forget(library, PEOPLE, ["github"], "ann").news == 0


def test_only_whole_names_are_forgotten(library: Ledger) -> None:
    assert forget(library, People(), ["github"], "mail").lessons == 0


# --- the command -----------------------------------------------------------------------------------


@pytest.fixture
def told(config_file: Path, company: Sandbox) -> Path:
    """A configuration whose library holds two lessons."""
    program = compose(load_config(config_file, os.environ), clock=company.clock)
    program.ledger.installation.mark_rebuilt(program.config.installation, ROW.told_at)
    for row in (ROW, OTHER):
        program.ledger.cases.open_case(row.root, row.failure, row.root, row.title, row.told_at)
        program.ledger.lessons.keep(row.root, [row])
    program.close()
    return config_file


LIST = """\
2026-04-01  sev3  jira:OPS-7  Müllers Café bestellt doppelt (the 2nd time)
    A retry without a limit. See #3.
2026-03-05  sev2  github:acme/shop#1  Checkout is down (internal)
    Alarms went to a *closed* mailbox, says Ann.
2 lessons. `aftermath lessons jira:OPS-7` shows one whole.
"""
WHOLE = """\
Checkout is down (internal)
github:acme/shop#1, severity 2, labelled failure, sev2, Payments; told on 2026-03-05
https://github.example/acme/shop/issues/1

  What stays of this

  What we learned

  Alarms went to a *closed* mailbox, says Ann.

"""


ALONE = "`aftermath lessons` alone shows every one."
FEWER = "No lesson has all of these words: fewer words find more.\n"


@pytest.mark.parametrize(
    ("asked", "code", "out"),
    [
        pytest.param([], 0, LIST, id="everything"),
        pytest.param(["github:acme/shop#1"], 0, WHOLE, id="one whole"),
        pytest.param(["#1"], 0, WHOLE, id="one whole by its number"),
        pytest.param(["nowhere"], 0, f"No lesson says that: {ALONE}\n", id="one word"),
        pytest.param(["closed", "nowhere"], 0, FEWER, id="two words"),
        pytest.param(["--since", "2026-11-01"], 0, f"No lesson fits all of that: {ALONE}\n", id="a day"),
        pytest.param(["github:acme/shop#5"], 1, "", id="a ticket without one"),
        pytest.param(["--since", "yesterday"], 2, "", id="no day"),
    ],
)
def test_the_command_reads_as_it_was_approved(told: Path, asked: list[str], code: int, out: str) -> None:
    done = run_command("lessons", *asked, "--config", told)
    assert (done.returncode, done.stdout) == (code, out), done.stderr
    assert bool(done.stderr) is (code != 0)


def test_the_command_answers_in_json(told: Path) -> None:
    done = run_command("lessons", "checkout", "--label", "failure", "--json", "--config", told)
    (lesson,) = json.loads(done.stdout)
    assert (lesson["failure"], lesson["is_internal"], lesson["text"]) == ("github:acme/shop#1", True, ROW.text)


def test_where_there_is_no_lesson_at_all_no_other_words_are_asked_for(config_file: Path, company: Sandbox) -> None:
    program = compose(load_config(config_file, os.environ), clock=company.clock)
    program.ledger.installation.mark_rebuilt(program.config.installation, ROW.told_at)
    program.close()
    done = run_command("lessons", "some", "words", "--config", config_file)
    assert done.stdout == "No lesson yet: a case tells one when everything is closed.\n"


def test_before_the_ledger_is_filled_the_command_says_so(config_file: Path, company: Sandbox) -> None:
    done = run_command("lessons", "--config", config_file)
    assert (done.returncode, "not yet filled" in done.stdout) == (0, True)
