"""A whole case that a security level's few read, and every byte of it that anybody else may read (P14).

Tickets with a level stand beside tickets of the same project that have none, or another one. The words on them are
found nowhere else, as in `test_nothing_leaks`: not on a ticket that more people read, in no file, letter, digest or
library of lessons.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.facts import Marker
from rules.refs import Place, TicketRef
from tests.end_to_end.directions import OPS, SHOP, Direction
from tests.end_to_end.office import OURS, PEOPLE, START
from tests.end_to_end.test_nothing_leaks import INSIDE_WORDS, INSIDERS, Vault, leaks, live

#: A project in which every new ticket has a level.
SEC = Place("jira", "SEC")
FEW, OTHERS = "10001", "10002"


class Few(Vault):
    """An office with levels in its projects. What is `public` here is what more people read than those of FEW."""

    def _add_place(self, place: Place) -> None:
        super()._add_place(place)
        state = self.site(place.tracker).places[place.container]
        if self.site(place.tracker).kind == "jira":
            people = tuple(self.account(person, place.tracker) for person in (*PEOPLE, *INSIDERS))
            state.levels = {FEW: (OURS, *people), OTHERS: (OURS, *people[:1])}
            state.default_level = FEW if place == SEC else ""

    def is_public(self, ref: TicketRef) -> bool:
        return self.ticket(ref).level != FEW

    def public_bytes(self) -> dict[str, str]:
        found = {
            str(ref): json.dumps(dataclasses.asdict(ticket), default=str)
            for ref, ticket in self.tickets()
            if self.is_public(ref)
        }
        for site in self.world.sites.values():
            for place in site.places.values():
                found[place.container] = json.dumps([dataclasses.asdict(one) for one in place.commits], default=str)
        found |= {f"letter {number}": repr(letter) for number, letter in enumerate(self.world.letters)}
        ledger = self.program.ledger
        found["digest"] = repr(ledger.digests.news(START))
        found["library"] = repr(ledger.lessons.all())
        return found

    def _write_people(self) -> None:
        super()._write_people()
        with (self.folder / "people.yaml").open("a", encoding="utf-8") as people:
            people.write("digest: {internal: [mel]}\n")

    def marked(self, ref: TicketRef) -> Marker:
        marker = self.marker(ref, self.ticket(ref))
        assert marker is not None
        return marker

    def has_level(self, ref: TicketRef) -> bool:
        return self.ticket(ref).level == FEW


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Few]:
    with Few(request.param, tmp_path).open() as office:
        assert isinstance(office, Few)
        yield office


def untold(desk: Few) -> list[tuple[str, str, str]]:
    """Words, keys and people of the level's tickets that more people could read."""
    return leaks(desk, desk.secrets | INSIDE_WORDS | desk.traces(desk.internal()))


@pytest.mark.parametrize(
    "desk",
    [
        pytest.param(Direction(OPS, OPS, OPS), id="all in one project"),
        pytest.param(Direction(OPS, SHOP, SHOP), id="routed to a repository", marks=pytest.mark.soak),
        pytest.param(Direction(OPS, OPS, SHOP), id="actions in a repository", marks=pytest.mark.soak),
        pytest.param(Direction(OPS, SEC, OPS), id="post-mortems in another project", marks=pytest.mark.soak),
    ],
    indirect=True,
)
def test_a_failure_with_a_level_is_known_to_its_few_alone(desk: Few) -> None:
    """P14: what is opened for it in its project gets its level, elsewhere nothing is opened, and nothing is told."""
    beside = desk.report("ben", OPS, "Login is slow", "since noon", "failure", "sev2")
    desk.hear()
    failure = desk.report("ben", OPS, desk.secret("Zephyr") + " leaked", desk.secret("obsidian"))
    desk.site("jira").set_level(desk.account("ben", "jira"), failure.key, FEW)
    desk.label("ben", failure, "failure", "sev2")
    desk.hear()
    desk.fill(failure, "one")
    live(desk, failure, "one")
    assert untold(desk) == []
    said = {marker.kind for _, marker in desk.ours(failure)}
    is_whole = set(desk.direction.places) == {OPS}
    assert said >= {"status", "reply"} | ({"plan", "lesson"} if is_whole else set())
    assert {marker.kind for _, marker in desk.ours(beside)} >= {"status"}, "and others are seen to as ever"
    assert ("has a security level" in " ".join(desk.problems())) is not is_whole, "what is not opened is told"
    levelled = {
        desk.marked(ref).kind for ref in desk.internal() if ref != failure and desk.ticket(ref).container == "OPS"
    }
    assert levelled == {role for role in ("post-mortem", "action") if desk.direction.place_of(role) == OPS}


@pytest.mark.parametrize("desk", [pytest.param(Direction(OPS), id="beside it")], indirect=True)
def test_what_cannot_have_the_level_is_not_opened_and_says_why(desk: Few) -> None:
    """P7, P14: our account may read the level and not set it."""
    desk.site("jira").accounts[OURS].default_rights = "triage"
    failure = desk.report("ben", OPS, desk.secret("Zephyr") + " leaked", "obsidian")
    desk.site("jira").set_level(desk.account("ben", "jira"), failure.key, FEW)
    desk.label("ben", failure, "failure", "sev2")
    desk.hear()
    assert desk.opened("post-mortem") == []
    (problem,) = desk.problems()
    assert "give our account the permission SET_ISSUE_SECURITY" in problem
    assert "zephyr" not in problem.casefold()
    assert untold(desk) == []


@pytest.mark.parametrize(
    "desk",
    [
        pytest.param(Direction(OPS, SEC, OPS), id="in the failure's project", marks=pytest.mark.soak),
        pytest.param(Direction(OPS, SEC, SEC), id="with the same level", marks=pytest.mark.soak),
        pytest.param(Direction(SHOP, SEC, SHOP), id="in a repository", marks=pytest.mark.soak),
    ],
    indirect=True,
)
def test_a_post_mortem_with_a_level_is_told_to_nobody_else(desk: Few) -> None:
    """P14: everybody of the company may read the failure, and a few its post-mortem."""
    failure = desk.report("ben", desk.direction.failure, "Checkout is down", "502", "failure", "sev2")
    desk.assign("grace", failure, "ada")
    desk.hear()
    (mortem,) = desk.opened("post-mortem")
    assert desk.has_level(mortem)
    live(desk, failure, "one")
    (status,) = [comment for comment, marker in desk.ours(failure) if marker.kind == "status"]
    assert "internal post-mortem" in desk.text(failure, status.body)
    assert {marker.kind for _, marker in desk.ours(failure)} >= {"status", "plan", "thanks", "lesson"}
    assert untold(desk) == []
