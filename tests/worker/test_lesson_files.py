"""A lesson's file is written exactly once, and never where more people read: whatever happens in between (P1, P3, P12,
P14). The fault matrix and the crash table meet it over HTTP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from connectors.errors import Ambiguous, Refused, Temporary
from connectors.front_matter import marker_in
from connectors.sandbox.world import CommitState
from rules.policy import Limits, Policy, Routing, Shelf
from rules.refs import Place
from tests.worker.company import ANN, CODEC, LEA, OURS, PACK, SHOP, Company, at
from tests.worker.test_rebuild import END, STORY

HANDBOOK = Place("github", "acme/handbook")
SHELVED: Policy = replace(PACK, routing=Routing(lessons=Shelf(HANDBOOK), watched=(SHOP,)))
FAILURE = "acme/shop#1"


class Acme(Company):
    """The company, with a handbook."""

    def __init__(self, *, is_public: bool = False, policy: Policy = SHELVED) -> None:
        super().__init__(policy=policy, limits=Limits(mentions_per_day=99))
        self.site.add_place(HANDBOOK.container, is_public=is_public)

    @property
    def commits(self) -> list[CommitState]:
        return self.site.commits(HANDBOOK.container)

    @property
    def ours_there(self) -> list[CommitState]:
        return [commit for commit in self.commits if commit.author == OURS]

    def learns(self) -> Acme:
        """An experiment ends, and its lesson is told an hour later."""
        self.a_failure("experiment")
        self.pass_time("03-02 10:00")
        self.site.close(ANN, FAILURE)
        self.pass_time("03-02 12:00")
        return self

    def troubles(self) -> list[str]:
        return [row.problem for row in self.ledger.effects.in_trouble()]


def test_a_lesson_that_is_told_is_written_once_with_its_marker() -> None:
    acme = Acme().learns()
    (commit,) = acme.commits
    (lesson,) = [marker for marker, _ in acme.ours() if marker.kind == "lesson"]
    found = marker_in(commit.text or "", CODEC)
    assert found
    assert (found.kind, found.case) == ("lesson-file", lesson.case)
    assert commit.message == f"Keep the lesson of case {lesson.case}"
    assert commit.at == at("03-02 11:00")
    acme.pass_time("06-20 09:00")
    assert acme.commits == [commit]


def test_a_commit_says_nothing_of_the_ticket() -> None:
    """With its key in the message, GitHub would show the commit on the ticket."""
    (commit,) = Acme().learns().commits
    assert "shop" not in commit.message
    assert "Checkout" not in commit.message


@pytest.mark.parametrize(
    ("error", "is_done"),
    [
        pytest.param(Temporary("away"), False, id="away"),
        pytest.param(Ambiguous("cut"), False, id="cut, not done"),
        pytest.param(Ambiguous("cut"), True, id="cut, done"),
        pytest.param(Refused("protected branch"), False, id="refused"),
    ],
)
def test_after_trouble_there_is_exactly_one(error: Exception, is_done: bool) -> None:
    """P3."""
    acme = Acme()
    acme.weather.when["file"] = error  # type: ignore[assignment]
    acme.weather.answer_lost = is_done
    acme.learns()
    assert len(acme.commits) == int(is_done)
    assert acme.troubles() == ([] if is_done else [str(error)])
    del acme.weather.when["file"]
    acme.pass_time("03-03 12:00")
    assert len(acme.commits) == 1
    assert acme.troubles() == []


def test_where_more_people_read_it_is_asked_ever_more_rarely() -> None:
    """P14, and requests are the currency: a person has to change something first."""
    acme = Acme(is_public=True).learns()
    waits = []
    for _ in range(3):
        (row,) = acme.ledger.effects.in_trouble()
        assert row.not_before
        waits.append((row.not_before - acme.time) // dt.timedelta(hours=1))
        acme.time = row.not_before
        acme.settle()
    assert waits == [4, 24, 24], "after the first hour"


def test_one_that_may_be_there_and_may_not_be_written_any_more_is_no_reason_to_ask_each_minute() -> None:
    """The request was cut, and then the repository was made public: found done once nobody else can read it."""
    acme = Acme()
    acme.weather.when["file"] = Ambiguous("cut")
    acme.weather.answer_lost = True
    acme.a_failure("experiment")
    acme.pass_time("03-02 10:00")
    acme.site.close(ANN, FAILURE)
    acme.pass_time("03-02 11:00")
    assert len(acme.commits) == 1
    del acme.weather.when["file"]
    acme.site.places[HANDBOOK.container].is_public = True
    asked = acme.weather.calls["audience"]
    acme.pass_time("03-03 11:00")
    (problem,) = acme.troubles()
    assert problem.startswith("Everybody can read acme/handbook")
    assert acme.weather.calls["audience"] - asked < 40
    acme.site.places[HANDBOOK.container].is_public = False
    acme.pass_time("03-04 12:00")
    assert len(acme.commits) == 1
    assert acme.troubles() == []


def test_a_write_that_comes_late_makes_no_second_one() -> None:
    """P3: GitHub makes a file only where there is none."""
    acme = Acme()
    acme.weather.when["file"] = Ambiguous("timed out")
    acme.weather.comes_late = True
    acme.learns()
    assert acme.commits == []
    del acme.weather.when["file"]
    acme.pass_time("03-02 13:00")
    (commit,) = acme.commits
    for request in acme.weather.late:
        request()
    acme.pass_time("03-02 14:00")
    assert acme.commits == [commit]


def test_one_that_cannot_be_written_holds_up_nothing_else() -> None:
    """P7: the case is let go and looked back at, whatever becomes of its file."""
    acme = Acme()
    acme.weather.when["file"] = Refused("archived")
    acme.learns()
    acme.pass_time("04-10 09:00")
    assert "after 30 days" in acme.text("status")
    assert acme.troubles() == ["archived"]


# --- what people do with it ------------------------------------------------------------------------


def edit(acme: Acme) -> None:
    (made,) = acme.ours_there
    text = (made.text or "").split("\n---\n")[0] + "\n---\n\nRewritten.\n"
    acme.site.write_file(ANN, HANDBOOK.container, made.path, text, "Say it better", blob_sha=made.blob_sha)


def remove(acme: Acme) -> None:
    acme.site.remove_file(LEA, HANDBOOK.container, acme.commits[0].path)


def nothing(_: Acme) -> None:
    return


@pytest.mark.parametrize("act", [nothing, edit, remove], ids=["left alone", "edited", "removed"])
@pytest.mark.parametrize("is_lost", [False, True], ids=["", "the database is lost"])
def test_a_file_that_was_written_is_the_peoples(act: Callable[[Acme], None], is_lost: bool) -> None:
    """P1, P12: what they edited stays, what they removed stays away, even to an empty database."""
    acme = Acme().learns()
    act(acme)
    before = list(acme.commits)
    if is_lost:
        acme.lose_the_database()
    acme.pass_time("04-10 09:00")
    assert acme.commits == before
    assert acme.troubles() == []


def test_a_file_at_our_path_that_is_not_ours_is_left_alone_and_told() -> None:
    """P7, P12."""
    first = Acme().learns()
    acme = Acme()
    acme.site.write_file(ANN, HANDBOOK.container, first.commits[0].path, "# Mine\n", "Mine")
    acme.learns()
    assert [commit.text for commit in acme.commits] == ["# Mine\n"]
    (problem,) = acme.troubles()
    assert "is not ours" in problem


# --- who may read it ---------------------------------------------------------------------------------


def test_a_lesson_is_never_written_where_more_people_read() -> None:
    """P14: the repository is public and the failure is not. It is told, and done once that was put right."""
    acme = Acme(is_public=True).learns()
    acme.pass_time("03-06 09:00")
    assert acme.commits == []
    (problem,) = acme.troubles()
    assert problem.startswith("Everybody can read acme/handbook, and not everybody can read this failure")
    assert acme.weather.calls["file"] == 0
    acme.site.places[HANDBOOK.container].is_public = False
    acme.pass_time("03-08 09:00")
    assert len(acme.ours_there) == 1
    assert acme.troubles() == []


def test_a_lesson_of_a_public_failure_may_be_written_anywhere() -> None:
    acme = Acme(is_public=True)
    acme.site.places["acme/shop"].is_public = True
    assert len(acme.learns().ours_there) == 1


# --- when the database is lost -------------------------------------------------------------------------


def test_losing_the_database_again_and_again_writes_each_lesson_once() -> None:
    """P1: two generations of one failure, and an empty database before and after whatever people do."""
    acme = Acme()
    for when, act in STORY:
        acme.pass_time(when)
        acme.lose_the_database()
        act(acme)
        acme.settle()
        acme.lose_the_database()
    acme.pass_time(END)
    cases = [marker.case for marker, _ in acme.ours() if marker.kind == "lesson"]
    written = [marker_in(commit.text or "", CODEC) for commit in acme.commits]
    assert len(cases) == 2
    assert [marker.case for marker in written if marker] == cases


@pytest.mark.parametrize("is_lost", [False, True], ids=["", "the database is lost"])
def test_a_lesson_that_could_not_be_written_is_written_after_the_failure_came_back(is_lost: bool) -> None:
    """P7."""
    acme = Acme()
    acme.weather.when["file"] = Refused("archived")
    acme.learns()
    acme.site.reopen(ANN, FAILURE)
    acme.pass_time("03-03 09:00")
    if is_lost:
        acme.lose_the_database()
    del acme.weather.when["file"]
    acme.says(ANN, FAILURE, "It is slow again.")
    acme.pass_time("03-05 09:00")
    (commit,) = acme.commits
    assert commit.path.endswith("-1.md")
