"""What hangs on who edited a ticket's text and when is so on both trackers: items, wordings, progress.

GitHub tells of edits in another API than of everything else; Jira tells of them in its changelog.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from rules.refs import Place, TicketRef
from tests.end_to_end.desk import Desk
from tests.end_to_end.directions import OPS, SHOP, Direction
from tests.end_to_end.office import Office
from tests.end_to_end.story import ALARM, RUNBOOK, at

#: Where everything is, and whether it is heard of by polling.
ROADS = [
    pytest.param(SHOP, True, id="GitHub, by polling"),
    pytest.param(SHOP, False, id="GitHub, by webhook"),
    pytest.param(OPS, True, id="Jira, by polling"),
]
QUARTER = dt.timedelta(minutes=15)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def mortem_of(office: Office, place: Place) -> TicketRef:
    """The post-mortem of a failure that Ada looks after, an hour after it was opened."""
    failure = office.report("ben", place, "Checkout is down", "502", "failure", "sev2")
    office.assign("grace", failure, "ada")
    office.hear()
    office.comment("ada", failure, "/ack We roll back.")
    wait(office, HOUR)
    (mortem,) = office.opened("post-mortem")
    return mortem


def action_of(office: Office, place: Place) -> TicketRef:
    """The action that Ben looks after; it is due on Thursday 8 October, and brought up on Friday morning."""
    failure = office.report("ben", place, "Checkout is down", "502", "failure", "sev2")
    office.assign("grace", failure, "ada")
    office.hear()
    office.comment("ada", failure, f"/ack We roll back.\n\n/action {RUNBOOK}")
    office.hear()
    (action,) = office.opened("action")
    office.assign("grace", action, "ben")
    office.write("ada", action, "- [ ] one\n")
    office.hear()
    return action


def wait(office: Office, span: dt.timedelta) -> None:
    office.pass_until(office.clock.now() + span)
    office.hear()


def titles(office: Office) -> list[str]:
    return [office.ticket(ref).title for ref in office.opened("action")]


def asked(office: Office, ref: TicketRef) -> list[tuple[str, tuple[str, ...]]]:
    """Day and people of each time that an action was brought up."""
    return [
        (f"{comment.created_at:%m-%d}", office.asked(ref, comment))
        for comment, marker in office.ours(ref)
        if marker.kind == "overdue"
    ]


@pytest.mark.parametrize(("place", "is_polling"), ROADS)
def test_half_a_sentence_opens_nothing(place: Place, is_polling: bool, tmp_path: Path) -> None:
    """ADR 0008: an item gets its ticket when nobody has written for a quarter of an hour, however old the text is."""
    with Desk(Direction(place), tmp_path, is_polling=is_polling).open() as office:
        mortem = mortem_of(office, place)
        office.write("ada", mortem, "## Action items\n\n- [ ] Alert wh\n")
        office.hear()
        assert titles(office) == []
        office.clock.advance(QUARTER / 3)
        office.reword("ada", mortem, "Alert wh", ALARM)
        office.hear()
        office.hear()
        assert titles(office) == []
        wait(office, QUARTER)
        assert titles(office) == [ALARM]
        assert office.problems() == []


@pytest.mark.parametrize(("place", "is_polling"), ROADS)
def test_words_written_late_get_their_suggestion_when_they_have_rested(
    place: Place, is_polling: bool, tmp_path: Path
) -> None:
    """Ten days after the post-mortem was opened, and not in the middle of writing."""
    with Desk(Direction(place), tmp_path, is_polling=is_polling).open() as office:
        mortem = mortem_of(office, place)
        wait(office, 10 * DAY)
        office.write("ada", mortem, "It was Ben's fault that nobody noticed.\n")
        office.hear()
        wait(office, HOUR / 2)
        assert "wording" not in [marker.kind for _, marker in office.ours(mortem)]
        wait(office, HOUR)
        assert [marker.kind for _, marker in office.ours(mortem)].count("wording") == 1


@pytest.mark.parametrize(("place", "is_polling"), ROADS)
def test_a_ticked_item_is_progress(place: Place, is_polling: bool, tmp_path: Path) -> None:
    """P5: ticked on Wednesday, so nobody is asked on Friday, but on Monday, when three working days are over."""
    with Desk(Direction(place), tmp_path, is_polling=is_polling).open() as office:
        action = action_of(office, place)
        office.pass_until(at("10-07 10:00"))
        office.reword("ben", action, "[ ] one" if place == SHOP else "TODO", "[x] one" if place == SHOP else "DONE")
        office.hear()
        office.pass_until(at("10-11 12:00"))
        assert asked(office, action) == []
        office.pass_until(at("10-13 12:00"))
        assert asked(office, action) == [("10-12", ("ben",))]


def test_without_graphql_a_text_rests_and_a_ticked_item_is_not_seen(tmp_path: Path) -> None:
    """What README says is then so; nothing is worse than it was before edits were asked for."""
    with Desk(Direction(SHOP), tmp_path, is_polling=True).open() as office:
        office.githubs["github"].graphql.is_refused = True
        mortem = mortem_of(office, SHOP)
        office.write("ada", mortem, "## Action items\n\n- [ ] Alert wh\n")
        office.hear()
        office.reword("ada", mortem, "Alert wh", ALARM)
        office.hear()
        assert titles(office) == []
        wait(office, QUARTER)
        assert titles(office) == [ALARM]
        (action,) = office.opened("action")
        office.pass_until(at("10-07 10:00"))
        office.reword("ben", action, ALARM, f"{ALARM}, and the runbook")
        office.pass_until(at("10-09 12:00"))
        assert asked(office, action) == [("10-09", ("ada",))]


@pytest.mark.parametrize("loses", [False, True], ids=["goes on", "with an empty database"])
def test_edits_that_come_to_be_known_repeat_nothing(loses: bool, tmp_path: Path) -> None:
    """As for an installation that asked of no edits before: the ladder goes on where it stands."""
    with Desk(Direction(SHOP), tmp_path, is_polling=True).open() as office:
        refusing = office.githubs["github"].graphql
        refusing.is_refused = True
        action = action_of(office, SHOP)
        office.pass_until(at("10-07 10:00"))
        office.reword("ben", action, "[ ] one", "[x] one")
        office.hear()
        office.pass_until(at("10-09 12:00"))
        assert asked(office, action) == [("10-09", ("ben",))]
        refusing.is_refused = False
        if loses:
            office.lose_the_database()
        office.comment("kim", action, "bump")  # a passer-by: it is looked at again, and nothing moves
        office.hear()
        office.pass_until(at("10-14 12:00"))
        assert asked(office, action) == [("10-09", ("ben",)), ("10-14", ("ben", "grace"))]
