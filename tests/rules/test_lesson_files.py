"""Lessons as files: which there are to be, where, for whom, and what their front matter says."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.decide import decide
from rules.effects import WriteFile
from rules.facts import Audience, Case, ChangeKind, Closing, Earlier, Ticket
from rules.lesson_files import lesson_path, yaml_text
from rules.policy import Phase, Policy, Routing, Shelf
from rules.refs import Place
from tests.rules.cases import (
    FIRST,
    PACK,
    ROOT,
    a_case,
    a_failure,
    a_post_mortem,
    an_action,
    at,
    change,
    closed,
    labelled,
    says,
    unlabelled,
    we_say,
)

GOLDEN = Path(__file__).parent / "golden" / "lesson-files"
HANDBOOK = Place("github", "acme/handbook")
SHELVED = replace(PACK, routing=Routing(lessons=Shelf(HANDBOOK)))
NOW = at("03-20 12:00")
LET_GO = Closing(1, at("03-05 11:00"))
TOLD = (
    we_say("c1", "03-02 09:05", "status"),
    says("c2", "03-02 10:00", "/ack We look into it."),
    we_say("c3", "03-03 09:00", "plan"),
    we_say("c4", "03-05 10:00", "thanks"),
    we_say("c5", "03-05 11:00", "lesson"),
)
STORY = "## What happened\n\nThe certificate ended.\n\n## What we learned\n\nAsk @eve never again for <!-- it -->.\n"


def files(case: Case, policy: Policy = SHELVED) -> list[WriteFile]:
    return [effect for effect in decide(policy, case, NOW).effects if isinstance(effect, WriteFile)]


def let_go(audience: Audience = Audience.PUBLIC, mortem_audience: Audience = Audience.PUBLIC, **fields: Any) -> Case:
    """A case with everything in it, whose lesson was told on the fifth of March."""
    failure = a_failure("sev2", comments=TOLD, audience=audience, **(closed("03-04 09:00") | fields))
    mortem = a_post_mortem(body=STORY, audience=mortem_audience, **closed("03-04 16:00"))
    action = an_action(audience=mortem_audience, **closed("03-04 17:00"))
    return a_case(failure, mortem, action, closings=(LET_GO,))


def front(effect: WriteFile) -> dict[str, Any]:
    _, inside, _ = effect.body.split("---\n", 2)
    loaded = yaml.safe_load(inside)
    assert isinstance(loaded, dict)
    return loaded


# --- which there are to be -------------------------------------------------------------------------


def test_a_lesson_that_was_told_wants_its_file() -> None:
    (effect,) = files(let_go())
    assert (effect.ticket.key, effect.place, effect.rule) == ("acme/shop#1", HANDBOOK, "lesson-file")
    assert (effect.case, effect.slot, effect.is_event) == (FIRST, "lesson-file", False)


def test_the_key_and_the_path_are_what_they_were_on_the_first_day() -> None:
    """They live in people's repositories: the literal values, for ever (docs/adr/0002)."""
    (effect,) = files(let_go())
    assert (effect.key, effect.path) == ("ddlpvpctkj4ca6bohhux", f"lessons/{ROOT}-1.md")


@pytest.mark.parametrize(
    ("case", "policy"),
    [
        pytest.param(let_go(), PACK, id="no repository is named"),
        pytest.param(replace(let_go(), closings=()), SHELVED, id="no lesson was told"),
    ],
)
def test_without_a_lesson_or_a_repository_there_is_no_file(case: Case, policy: Policy) -> None:
    assert files(case, policy) == []


@pytest.mark.parametrize(
    ("came_back", "phase"),
    [
        pytest.param((), Phase.CLOSED, id="let go"),
        pytest.param((labelled("03-10 09:00", id="l2"),), Phase.ACTIVE, id="back"),
        pytest.param(
            (labelled("03-10 09:00", id="l2"), unlabelled("03-11 09:00", id="u2")), Phase.PAUSED, id="back, paused"
        ),
    ],
)
def test_the_first_lessons_file_is_wanted_whatever_becomes_of_the_failure(
    came_back: tuple[Any, ...], phase: Phase
) -> None:
    """P7: what could not be written when the lesson was told is not forgotten when the failure comes back."""
    case = let_go()
    off = (unlabelled("03-06 09:00"),) if came_back else ()
    labels = ("sev2",) if phase is Phase.PAUSED else case.failure.labels
    failure = replace(case.failure, changes=(*case.failure.changes, *off, *came_back), labels=labels)
    if came_back:
        before = Earlier(1, LET_GO.at, case.post_mortem, case.actions)
        case = replace(case, failure=failure, post_mortem=None, actions=(), earlier=(before,))
    assert decide(SHELVED, case, NOW).phase is phase
    ((alone,), (effect,)) = files(let_go()), files(case)
    assert (effect.key, effect.path) == (alone.key, alone.path)
    assert effect.body.replace(', "sev2"', "") == alone.body.replace(', "sev2"', "") or phase is Phase.PAUSED
    assert "Ask" in effect.body


def test_each_generation_has_a_file_of_its_own() -> None:
    case = let_go()
    changes = (
        *case.failure.changes,
        unlabelled("03-06 09:00"),
        labelled("03-10 09:00", id="l2"),
        change("x9", "03-12 09:00", ChangeKind.CLOSED),
    )
    again = we_say("c9", "03-12 11:00", "lesson", case=f"{ROOT}.2")
    failure = replace(case.failure, changes=changes, comments=(*TOLD, again))
    before = Earlier(1, LET_GO.at, case.post_mortem, case.actions)
    twice = replace(
        case,
        failure=failure,
        post_mortem=None,
        actions=(),
        earlier=(before,),
        closings=(LET_GO, Closing(2, at("03-12 11:00"))),
    )
    first, second = files(twice)
    assert (first.path, second.path) == (f"lessons/{ROOT}-1.md", f"lessons/{ROOT}-2.md")
    assert ("The certificate ended" in first.body, "The certificate ended" in second.body) == (True, False)
    assert (str(front(first)["date"]), str(front(second)["date"])) == ("2026-03-05", "2026-03-12")


# --- where ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "path"), [("lessons", "lessons/abc-2.md"), ("docs/what", "docs/what/abc-2.md"), ("", "abc-2.md")]
)
def test_a_path_is_made_of_the_folder_and_the_cases_id_alone(folder: str, path: str) -> None:
    """P11: no word from a ticket is part of it."""
    assert lesson_path(folder, "abc.2") == path


# --- what it says ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("public", let_go()),
        ("internal", let_go(Audience.INTERNAL, Audience.INTERNAL)),
        ("internal-post-mortem", let_go(mortem_audience=Audience.INTERNAL)),
        (
            "experiment",
            a_case(a_failure("experiment", comments=TOLD[-1:], **closed("03-04 09:00")), closings=(LET_GO,)),
        ),
    ],
)
def test_a_file_reads_as_it_was_approved(name: str, case: Case) -> None:
    (effect,) = files(case)
    path = GOLDEN / f"{name}.md"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(effect.body, encoding="utf-8")
    assert effect.body == path.read_text(encoding="utf-8")


def test_the_front_matter_says_which_case_when_and_each_steps_day() -> None:
    (effect,) = files(let_go())
    days = {
        "own": dt.date(2026, 3, 2),
        "analyse": dt.date(2026, 3, 4),
        "plan": dt.date(2026, 3, 3),
        "celebrate": dt.date(2026, 3, 5),
        "learn": dt.date(2026, 3, 5),
    }
    assert front(effect) == {
        "case": FIRST,
        "ticket": "github:acme/shop#1",
        "failure": "https://github.example/acme/shop/issues/1",
        "title": "Checkout is down",
        "date": dt.date(2026, 3, 5),
        "severity": 2,
        "labels": ["failure", "sev2"],
        "steps": days,
    }


def test_what_an_internal_post_mortem_says_stays_out_of_the_file_of_a_public_failure() -> None:
    """P14: the file says what the failure's readers may know, whoever reads the repository."""
    (effect,) = files(let_go(mortem_audience=Audience.INTERNAL))
    assert effect.audience is Audience.PUBLIC
    for secret in ("certificate", "acme/shop#2", "acme/shop#3", "Alert before"):
        assert secret not in effect.body


@pytest.mark.parametrize("audience", Audience)
def test_a_file_carries_who_may_read_it(audience: Audience) -> None:
    assert [effect.audience for effect in files(let_go(audience, audience))] == [audience]


def test_a_file_mentions_nobody() -> None:
    """P11: neither those whom the post-mortem mentions nor those whom we would."""
    case = let_go()
    assert case.post_mortem
    mortem = replace(case.post_mortem, body="## What we learned\n\n[Lea](mention:lea) knew it all along.\n")
    (effect,) = files(replace(case, post_mortem=mortem))
    assert "mention:" not in effect.body
    assert "A teammate knew it all along." in effect.body


@pytest.mark.parametrize(
    "text",
    [
        'a "quote", a \\ and a : colon',
        "---\ncase: other",
        "# no comment",
        "[x](http://evil.example) {{ failure }} %{y}",
        "\u2028\u2029\x07\x85 between",
        "emoji 🚒 and Umlaute äöü",
    ],
    ids=["quotes", "end-of-front-matter", "comment", "markup", "controls", "letters"],
)
def test_whatever_a_title_says_is_one_text_in_the_front_matter(text: str) -> None:
    """P11."""
    assert "\n" not in yaml_text(text)
    assert yaml.safe_load(f"title: {yaml_text(text)}") == {"title": text}
    failure: Ticket = replace(let_go().failure, title=text)
    (effect,) = files(replace(let_go(), failure=failure))
    assert (front(effect)["title"], front(effect)["case"]) == (text, FIRST)
