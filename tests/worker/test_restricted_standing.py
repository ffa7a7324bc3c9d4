"""A standing comment that somebody restricted is edited for the same readers, over Jira's REST API (P14)."""

from __future__ import annotations

from connectors.jira.adf import adf_of
from rules.effects import Keep
from tests.connectors.jira.jira_house import JiraHouse
from worker.perform import Performer
from worker.private_channel import NoChannel

ROLE = {"type": "role", "value": "Administrators", "identifier": "Administrators"}


def test_a_standing_comment_that_somebody_restricted_stays_so_when_it_is_edited() -> None:
    with JiraHouse() as house:
        ref = house.opened()
        performer = Performer({"jira": house.tracker}, {}, NoChannel(), lambda _person: ())

        def status(body: str) -> Keep:
            case, key = "abcdefghij.1", "klmnopqrst"
            return Keep(
                key=key, case=case, rule="status", why="", ticket=ref, slot="status", body=body, digest="d1gest"
            )

        written = performer.perform(status("one done"), None)
        house.site.edit_comment("root", int(written), adf_of("one done"), visibility=ROLE)
        (shown,) = house.tracker.fetch_ticket(ref).comments
        performer.perform(status("two done"), shown)
        (standing,) = house.site.ticket(ref.key).comments
        assert (standing.visibility, "two done" in str(standing.body)) == (ROLE, True)
