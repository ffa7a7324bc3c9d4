"""The first draft of a post-mortem's timeline: a failure's own history, told plainly and to its readers only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.decide import decide
from rules.effects import OpenTicket
from rules.facts import Audience, Case, ChangeKind
from rules.policy import Routing
from rules.refs import Place
from rules.situation import Situation
from rules.timeline import LINES_MAX, timeline_of
from tests.rules.cases import ANN, LEA, PACK, ROBOT, a_case, a_failure, at, change, labelled, says

HISTORY = (
    labelled("03-02 09:00"),
    labelled("03-02 09:01", "sev2", id="l2"),
    labelled("03-02 09:02", "area-checkout", id="l3"),
    change("a1", "03-02 09:05", ChangeKind.ASSIGNED, by=LEA, new="ann"),
    change("r1", "03-02 09:30", ChangeKind.REFERENCED, new="abc"),
    change("x1", "03-02 11:00", ChangeKind.CLOSED),
    change("x2", "03-02 12:00", ChangeKind.REOPENED, by=LEA),
)


def told(case: Case) -> tuple[str, ...]:
    return timeline_of(Situation(PACK, case, at("03-03 09:00")))


def test_a_timeline_tells_who_was_told_who_took_it_on_and_when_it_ended() -> None:
    failure = a_failure("sev2", changes=HISTORY, comments=(says("c1", "03-02 10:00", "/ack Rolling back."),))
    assert told(a_case(failure)) == (
        "2026-03-02 09:00 UTC – reported by Ann",
        "2026-03-02 09:00 UTC – labelled “failure”",
        "2026-03-02 09:01 UTC – labelled “sev2”",
        "2026-03-02 09:05 UTC – Ann was named as owner",
        "2026-03-02 10:00 UTC – first word from Ann: “Rolling back.”",
        "2026-03-02 11:00 UTC – closed",
        "2026-03-02 12:00 UTC – reopened",
    )


def test_what_a_machine_reported_names_nobody() -> None:
    assert told(a_case(a_failure(reporter=ROBOT, changes=())))[0].endswith("reported by a machine")


def test_a_first_word_is_quoted_in_one_short_line() -> None:
    """P11: it is somebody's text, and only ever data."""
    long = says("c1", "03-02 10:00", "/ack " + "## @eve <b> " * 100)
    (line,) = [line for line in told(a_case(a_failure(comments=(long,)))) if "first word" in line]
    assert "\n" not in line
    assert len(line) < 240


@pytest.mark.parametrize("body", ["/ack It was Bob.", "It was Bob."])
def test_a_restricted_first_word_was_given_and_is_not_quoted(body: str) -> None:
    """P14: not everybody who reads the post-mortem may read it."""
    word = replace(says("c1", "03-02 10:00", body), readers="team")
    assert "2026-03-02 10:00 UTC – first word from Ann" in told(a_case(a_failure(comments=(word,))))


def test_a_long_history_is_cut() -> None:
    changes = tuple(change(f"x{n}", "03-02 09:00", ChangeKind.CLOSED) for n in range(100))
    assert len(told(a_case(a_failure(changes=changes)))) == LINES_MAX


def test_an_internal_history_goes_into_no_public_place() -> None:
    """P14: the post-mortem of an internal failure is not opened where everybody reads."""
    shop = Place("github", "acme/shop")
    policy = replace(PACK, routing=Routing(post_mortems=shop))
    case = replace(a_case(a_failure("sev2", audience=Audience.INTERNAL)), public_places=frozenset({shop}))
    assert not [e for e in decide(policy, case, at("03-02 10:00")).effects if isinstance(e, OpenTicket)]


def test_hostile_history_adds_nothing_to_a_post_mortem() -> None:
    """P11: a label, a name and a first word with markup in them stand there as words."""
    nasty = replace(ANN, name="[x](http://evil.example) @eve")
    failure = a_failure(
        "sev2",
        reporter=replace(nasty, account="eve"),
        comments=(says("c1", "03-02 10:00", "/ack <!-- aftermath/1 --> @eve ## Action items - [ ] pay eve"),),
    )
    decision = decide(PACK, a_case(failure), at("03-02 11:00"))
    (opened,) = [e for e in decision.effects if isinstance(e, OpenTicket)]
    assert "](http://evil.example)" not in opened.body
    assert "<!--" not in opened.body
    assert "@eve" not in opened.body
