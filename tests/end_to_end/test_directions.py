"""One story in every direction: from GitHub and from Jira to GitHub and to Jira, heard by webhook and by polling."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from rules.refs import Place
from tests.end_to_end.desk import Desk
from tests.end_to_end.directions import (
    OPS,
    ROUTES,
    ROUTES_OF_DATA_CENTER,
    SEVERAL_PLACES,
    SEVERAL_TRACKERS,
    SHOP,
    SMALLEST,
    Direction,
)
from tests.end_to_end.office import Office
from tests.end_to_end.story import (
    ALARM,
    RUNBOOK,
    RUNGS,
    STANDING,
    STANDING_ALONE,
    Rung,
    Story,
    at,
    dead_ends,
    rungs,
    standing,
)

#: What a text never holds: a value that nobody had, or a list around nothing.
_HOLES = re.compile(r"None|\[\]|\(\)|“”|^\W*, |, ,|  \w|\bof \.|undefined", re.MULTILINE)
NEWS = ("webhooks", "polling")


#: From each tracker to each, for post-mortems and for actions: the four that go both ways, in every run.
_ALWAYS = {(ROUTES[1], "webhooks"), (ROUTES[2], "polling"), (ROUTES[5], "webhooks"), (ROUTES[6], "polling")}
#: On Data Center those in which everything happens in Jira, and the failure on GitHub.
_ALWAYS |= {(ROUTES_OF_DATA_CENTER[2], "webhooks"), (ROUTES_OF_DATA_CENTER[-1], "polling")}


def cells() -> list[object]:
    """Every direction by every kind of news; most of them in the long run only."""
    directions = (*ROUTES, *ROUTES_OF_DATA_CENTER, SEVERAL_PLACES, SEVERAL_TRACKERS)
    return [
        pytest.param(
            direction,
            news,
            id=f"{direction} by {news}",
            marks=() if (direction, news) in _ALWAYS else pytest.mark.soak,
        )
        for direction in directions
        for news in NEWS
    ]


@pytest.mark.parametrize(("direction", "news"), cells())
def test_a_case_is_seen_through(direction: Direction, news: str, tmp_path: Path) -> None:
    """P1, P3, P9: asked at the right time, linked both ways, thanked and let go, and nothing is done twice."""
    with Desk(direction, tmp_path, is_polling=news == "polling").open() as office:
        story = Story(office)
        story.live()
        assert rungs(story) == list(RUNGS)
        assert standing(story) == STANDING
        assert dead_ends(story) == []
        assert where_it_is(story) == {name: str(place) for name, place in wanted_places(direction).items()}
        assert not any(ticket.closed_at is None for _, ticket in office.tickets())
        assert office.problems() == []
        assert holes(office) == []
        before, writes = office.state(), office.writes
        office.program.ledger.inbox.put([ref for ref, _ in office.tickets()], office.clock.now())
        office.settle()
        assert (office.writes, office.state()) == (writes, before)


def test_the_smallest_team_needs_one_repository_and_no_file(tmp_path: Path) -> None:
    """P7, P9: everything beside the failure; where nobody stands above the owner, the owner is who is asked."""
    with Desk(SMALLEST, tmp_path, is_polling=False).open() as office:
        story = Story(office)
        story.live()
        assert rungs(story) == [replace(rung, asked=(rung.asked[0],)) for rung in _without_people(RUNGS)]
        assert standing(story) == STANDING_ALONE
        assert dead_ends(story) == []
        assert {ticket.container for _, ticket in office.tickets()} == {SMALLEST.failure.container}
        assert {office.ticket(ref).parent_uid for ref in (story.mortem, story.runbook, story.alarm)} == {
            office.ticket(story.failure).uid
        }
        assert office.problems() == []
        assert holes(office) == []


def test_what_nobody_owns_is_asked_of_who_reported_the_failure(tmp_path: Path) -> None:
    """P7: nobody is assigned and there is no lead, and yet a late post-mortem and a late action reach somebody."""
    with Desk(SMALLEST, tmp_path, is_polling=True).open() as office:
        failure = office.report("ben", SMALLEST.failure, "Checkout is down", "502", "failure", "sev2")
        office.hear()
        office.comment("ada", failure, f"/ack\n\n/action {RUNBOOK}")
        office.hear()
        office.pass_until(at("10-09 09:30"))
        told = {
            office.ticket(ref).title: [
                (marker.kind, office.asked(ref, comment)) for comment, marker in office.ours(ref)
            ]
            for role in ("post-mortem", "action")
            for ref in office.opened(role)
        }
        assert told["Post-mortem: Checkout is down"][:3] == [
            ("status", ()), ("reminder", ("ben",)), ("overdue", ("ben",)),
        ]  # fmt: skip
        assert told[RUNBOOK] == [("reminder", ("ben",)), ("overdue", ("ben",))]
        assert holes(office) == []


@pytest.mark.parametrize(
    ("direction", "news"),
    [
        pytest.param(Direction(SHOP, OPS, OPS), "polling", id="GitHub, by polling"),
        pytest.param(Direction(OPS, SHOP, SHOP), "webhooks", id="Jira, by webhook"),
    ],
)
def test_a_failure_labelled_after_its_repair_is_seen_through(direction: Direction, news: str, tmp_path: Path) -> None:
    """Nobody is asked for a first word any more; the post-mortem comes, and the end when that is closed."""
    with Desk(direction, tmp_path, is_polling=news == "polling").open() as office:
        failure = office.report("ben", direction.failure, "Checkout was down", "It is up again.")
        office.close("ben", failure)
        office.hear()
        assert office.ours(failure) == []
        office.label("grace", failure, "failure", "sev1")
        office.hear()
        assert [marker.kind for _, marker in office.ours(failure)] == ["status"]
        (mortem,) = office.opened("post-mortem")
        assert office.leads_to(failure, mortem)
        assert office.leads_to(mortem, failure)
        office.close("ada", mortem)
        office.hear()
        office.pass_until(at("09-08 18:00"))
        assert [marker.kind for _, marker in office.ours(failure)] == ["status", "thanks", "lesson"]
        assert holes(office) == []


def test_failures_of_one_key_on_two_trackers_stay_apart(tmp_path: Path) -> None:
    """Keys repeat: Jira sites have projects of one name, and GitHub servers repositories."""
    direction = replace(SEVERAL_TRACKERS, also_watched=(Place("board", "OPS"),))
    with Desk(direction, tmp_path, is_polling=True).open() as office:
        failures = [
            office.report(person, place, f"{place} is down", "502", "failure", "sev2")
            for person, place in (("ada", direction.failure), ("ben", Place("board", "OPS")))
        ]
        assert {ref.key for ref in failures} == {"OPS-1"}
        office.hear()
        office.comment("ben", failures[0], f"/action {RUNBOOK}")
        office.hear()
        mortems = {office.ticket(ref).title: ref for ref in office.opened("post-mortem")}
        one, other = (mortems[f"Post-mortem: {office.ticket(ref).title}"] for ref in failures)
        assert len(mortems) == 2
        for failure, its_own, not_its_own in ((failures[0], one, other), (failures[1], other, one)):
            assert office.leads_to(failure, its_own)
            assert not office.leads_to(failure, not_its_own)
        (action,) = office.opened("action")
        assert office.leads_to(failures[0], action)
        assert not office.leads_to(failures[1], action)
        assert office.problems() == []


def test_a_public_failure_tells_nobody_of_its_internal_tickets(tmp_path: Path) -> None:
    """P14: the post-mortem's key, title and address stand in Jira only; its items become no public issues."""
    direction = Direction(SHOP, OPS, public=frozenset({SHOP}))
    with Desk(direction, tmp_path, is_polling=True).open() as office:
        failure = office.report("ben", SHOP, "Checkout is down", "502", "failure", "sev2")
        office.hear()
        (mortem,) = office.opened("post-mortem")
        office.write("ada", mortem, f"## Action items\n\n- [ ] {ALARM}\n")
        office.comment("ada", failure, f"/action {RUNBOOK}")
        office.hear()
        office.pass_until(at("09-08 12:00"))
        assert [office.ticket(ref).title for ref in office.opened("action")] == [RUNBOOK]
        (action,) = office.opened("action")
        seen = [office.text(ref, comment.body) for ref in (failure, action) for comment, _ in office.ours(ref)]
        seen.append(office.text(action, office.ticket(action).body))
        assert not [text for text in seen if "OPS" in text or ALARM in text]
        assert office.leads_to(mortem, failure)


def _without_people(rungs: tuple[Rung, ...]) -> list[Rung]:
    """Who is asked where nobody is anybody's lead: the manager's rung is the owner's too."""
    return [replace(rung, asked=("ben",)) if rung.asked == ("mel",) else rung for rung in rungs]


def where_it_is(story: Story) -> dict[str, str]:
    return {name: f"{ref.tracker}:{story.office.ticket(ref).container}" for name, ref in story.tickets.items()}


def wanted_places(direction: Direction) -> dict[str, object]:
    action = direction.place_of("action")
    mortem = direction.place_of("post-mortem")
    return {"failure": direction.failure, "mortem": mortem, "runbook": action, "alarm": action}


def holes(office: Office) -> list[str]:
    """Lines of ours in which something is missing."""
    texts = [office.text(ref, ticket.body) for ref, ticket in office.tickets() if ref in office.opened("action")]
    texts += [office.text(ref, comment.body) for ref, _ in office.tickets() for comment, _ in office.ours(ref)]
    return [line for text in texts for line in text.splitlines() if _HOLES.search(line)]
