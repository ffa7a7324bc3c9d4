"""The people of servers that nobody here wrote do what they are asked to, and those servers lie as they are known to.

What is said here of `jira820` is why its stage lacks what it lacks: a lie that is mended is noticed.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rules.refs import Place, TicketRef
from tests.connectors.contract_stage import OURS, START
from tests.connectors.jira820_server import running_jira820
from tests.connectors.jira_people import JiraPeople
from tests.connectors.people import Lacking


@pytest.fixture
def people() -> Iterator[JiraPeople]:
    accounts = {"ada": "Ada", "ben": "Ben", "eve": "Eve", OURS: "Aftermath"}
    with running_jira820("OPS", START.date(), accounts) as url:
        everybody = JiraPeople(url, Place("jira", "OPS"))
        yield everybody
        everybody.close_connections()


@pytest.fixture
def ref(people: JiraPeople) -> TicketRef:
    return people.open("ada", "The shop is down", "It broke.", ("failure",))


def test_people_of_jira820_open_change_and_close(people: JiraPeople, ref: TicketRef) -> None:
    people.label("ben", ref, "sev1")
    people.unlabel("ben", ref, "failure")
    people.assign("ben", ref, "ada")
    people.rename("ben", ref, "Shop down")
    people.set_due("ben", ref, START.date())
    people.close("ben", ref)
    shown = people.fields("ada", ref)
    assert (shown["labels"], shown["assignee"]["name"], shown["summary"]) == (["sev1"], "ada", "Shop down")
    assert (shown["duedate"], shown["status"]["statusCategory"]["key"]) == (str(START.date()), "done")
    people.reopen("ben", ref)
    assert people.fields("ada", ref)["status"]["statusCategory"]["key"] == "new"
    assert people.tickets() == 1
    people.delete("ada", ref)
    assert people.tickets() == 0


def test_a_comment_on_jira820_is_its_authors(people: JiraPeople, ref: TicketRef) -> None:
    people.comment("ben", ref, "hello")
    (shown,) = people.ask("ada", "GET", f"/issue/{ref.key}/comment")["comments"]
    assert (shown["author"]["name"], shown["body"]) == ("ben", "hello")


def test_what_jira820_has_no_way_for_is_said(people: JiraPeople, ref: TicketRef) -> None:
    for act in (
        lambda: people.move("ada", ref),
        lambda: people.restrict("ada", ref, "10001"),
        lambda: people.rewrite("ada", ref, "old", "new"),
    ):
        with pytest.raises(Lacking):
            act()


# --- lies ----------------------------------------------------------------------------------------


def test_jira820_passes_over_jql_that_it_does_not_know(people: JiraPeople, ref: TicketRef) -> None:
    asked = "/search?jql=watcher = nobody"
    assert [one["key"] for one in people.ask("ada", "GET", asked)["issues"]] == [ref.key]


def test_jira820_says_yes_to_an_added_label_and_adds_none(people: JiraPeople, ref: TicketRef) -> None:
    people.ask("ada", "PUT", f"/issue/{ref.key}", {"update": {"labels": [{"add": "sev1"}]}})
    assert people.fields("ada", ref)["labels"] == ["failure"]


def test_jira820_never_moves_updated_within_a_day(people: JiraPeople, ref: TicketRef) -> None:
    before = people.fields("ada", ref)["updated"]
    people.comment("ben", ref, "hello")
    assert people.fields("ada", ref)["updated"] == before


def test_jira820_tells_only_changes_of_status_and_all_as_the_administrators(people: JiraPeople, ref: TicketRef) -> None:
    people.label("ben", ref, "sev1")
    people.close("ben", ref)
    histories = people.ask("ada", "GET", f"/issue/{ref.key}?expand=changelog")["changelog"]["histories"]
    told = [(one["author"]["name"], item["field"]) for one in histories for item in one["items"]]
    assert told == [("admin", "status")]
