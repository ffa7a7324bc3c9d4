"""`check` holds the policy's priorities, and the words of its conditions, against what can be chosen in Jira."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from connectors.inspection import Wanted
from connectors.jira.creation import creation_field
from connectors.jira.names_inspecting import ASKED_MAX, Offered
from connectors.sandbox.http import ApiError, Request, Response
from connectors.sandbox.jira_server_api import JiraServerApi
from connectors.sandbox.world import CustomField
from rules.refs import Place
from tests.connectors.jira.jira_house import OPS, DataCenterHouse, JiraHouse

FIELDS = (
    CustomField("customfield_10050", "Impact", "select", ("Few", "Many")),
    CustomField("customfield_10051", "Regions", "multi-select", ("EU", "US")),
    CustomField("customfield_10052", "Cause", "text"),
)


@pytest.fixture(params=[JiraHouse, DataCenterHouse], ids=["cloud", "data center"])
def house(request: pytest.FixtureRequest) -> Iterator[JiraHouse]:
    with request.param(timeout_s=20) as house:
        house.site.places["OPS"].custom_fields = FIELDS
        house.site.places["OPS"].priorities = ("Highest", "High", "Low")
        yield house


def found(house: JiraHouse, *places: Place, **wanted: Any) -> list[str]:
    findings = house.tracker.inspect(Wanted(places or (OPS,), **wanted))
    return [f"{one.grade}: {one.found} {one.todo}" for one in findings if one.about in ("fields", "priorities")]


def asked(house: JiraHouse) -> int:
    routes = house.sandbox.counts.as_json()["jira"]["routes"]
    return sum(count for route, count in routes.items() if "createmeta" in route)


def test_priorities_that_are_there_are_told_for_one_request(house: JiraHouse) -> None:
    told = found(house, priorities=("Highest", "hIGH"), priority_words=("Low",))
    assert told == ["good: This Jira has every priority that the policy names: Highest, hIGH, Low. "]
    assert asked(house) == 1


def test_a_priority_that_is_not_there_is_told_with_what_is_near_and_what_there_is(house: JiraHouse) -> None:
    choice = "Choose in `severities.priorities` from Highest, High, Low."
    assert found(house, priorities=("Highest", "Hihg", "P1")) == [
        f"wrong: This Jira has no priority Hihg: no failure gets its severity by that. Near it: High. {choice}",
        f"wrong: This Jira has no priority P1: no failure gets its severity by that. {choice}",
    ]
    assert asked(house) == 2  # a project's two types


def test_a_condition_minds_capitals(house: JiraHouse) -> None:
    (told,) = found(house, priority_words=("high",))
    assert told == (
        "wrong: This Jira has no priority high, with which a condition compares. Near it: High (capitals count in "
        "conditions), Highest. Choose in the condition from Highest, High, Low."
    )


def test_words_that_can_be_chosen_are_told(house: JiraHouse) -> None:
    words = {"impact": ("Many",), "Regions": ("EU", "EU, US"), "customfield_10050": ("Few",)}
    assert found(house, field_words=words, priorities=("Low",)) == [
        "good: This Jira has every priority that the policy names: Low. ",
        *(f"good: {name} takes every word that conditions compare it with. " for name in words),
    ]
    assert asked(house) == 1


def test_a_word_that_cannot_be_chosen_is_told_with_what_can(house: JiraHouse) -> None:
    (told,) = found(house, field_words={"Impact": ("Mani",)})
    assert told == (
        "wrong: The field Impact takes no Mani in this Jira, with which a condition compares. Near it: Many. Choose in "
        "the condition from Few, Many."
    )


def test_a_word_that_is_near_to_none_may_stand_in_older_issues_and_is_noted(house: JiraHouse) -> None:
    (told,) = found(house, field_words={"Impact": ("Everybody",)})
    assert told.startswith("note: The field Impact takes no Everybody in this Jira")


def test_where_another_tracker_may_have_it_it_is_noted(house: JiraHouse) -> None:
    told = found(house, priorities=("Urgent",), field_words={"Impact": ("Mani",)}, is_alone=False)
    assert [one.partition(":")[0] for one in told] == ["note", "note"]
    assert all("Fine where another has it." in one for one in told)


def test_what_people_write_freely_takes_every_word(house: JiraHouse) -> None:
    assert found(house, field_words={"Cause": ("config",)}) == []


def test_every_type_of_every_project_is_asked_until_the_word_is_met(house: JiraHouse) -> None:
    house.site.places["DESK"].priorities = ("P1",)
    told = found(house, OPS, Place("jira", "DESK"), priorities=("High", "P1"))
    assert [one.partition(":")[0] for one in told] == ["good"]
    assert asked(house) == 3


def test_a_priority_that_is_on_no_screen_cannot_be_looked_for_and_that_is_no_failure(house: JiraHouse) -> None:
    house.site.places["OPS"].priorities = ()
    (told,) = found(house, priorities=("High",))
    assert told.startswith(
        "note: The priorities that the policy names could not be looked for: no new issue in OPS can be given a "
        "priority."
    )


def test_a_field_that_is_on_no_screen_cannot_be_looked_into_and_that_is_no_failure(house: JiraHouse) -> None:
    (told,) = found(house, field_words={"Colour": ("red",)})
    assert told.startswith("note: The words of the field Colour that the policy names could not be looked for")


class SilentApi(JiraServerApi):
    """A Data Center before 8.4, which has no such list, or one where our account may not see it."""

    status: ClassVar[int]

    def handle(self, request: Request) -> Response:
        if "/createmeta/" in request.path:
            raise ApiError(self.status, {"errorMessages": ["Not for you."], "errors": {}})
        return super().handle(request)


class OldApi(SilentApi):
    status = 404


class ClosedApi(SilentApi):
    status = 403


class OldHouse(DataCenterHouse):
    api = OldApi


class ClosedHouse(DataCenterHouse):
    api = ClosedApi


@pytest.mark.parametrize("kind", [OldHouse, ClosedHouse], ids=["none there", "not for us"])
def test_a_server_that_does_not_tell_what_can_be_chosen_is_no_failure(kind: type[JiraHouse]) -> None:
    with kind(timeout_s=20) as house:
        (told,) = found(house, priorities=("High",), field_words={"Impact": ("Mani",)})
    assert told.startswith("note: The words that the policy names could not be looked for: Jira does not tell")


def test_a_server_that_is_away_is_told_as_away(house: JiraHouse) -> None:
    house.fault("error-500", "GET", "/createmeta/", times=9)
    (told,) = found(house, priorities=("High",))
    assert told.startswith("away: ")


def test_more_types_than_anybody_would_wait_for_are_not_asked_about(house: JiraHouse) -> None:
    house.site.places["OPS"].ticket_types = tuple(f"Kind {number}" for number in range(ASKED_MAX + 3))
    (told,) = found(house, priorities=("Hihg",))
    assert told.startswith("note: ")
    assert f"only {ASKED_MAX} types of issue were asked about" in told
    assert asked(house) == ASKED_MAX


def test_nothing_is_asked_where_the_policy_names_nothing(house: JiraHouse) -> None:
    assert found(house) == []
    assert asked(house) == 0


def test_a_cascade_is_known_by_each_choice_and_by_what_is_below_it() -> None:
    offered = Offered()
    below = [{"id": "2", "value": "Berlin"}]
    choices = [{"id": "1", "value": "EU", "children": below}]
    offered.add(creation_field({"fieldId": "customfield_1", "name": "Where", "allowedValues": choices}))
    assert offered.has("where", ("EU", "EU / Berlin"))
    assert not offered.has("where", ("Berlin",))


def test_labels_with_spaces_are_told_of_where_no_issue_can_have_them(house: JiraHouse) -> None:
    wanted = Wanted(
        (OPS,),
        failure_labels=("failure", "went wrong"),
        failures_other_labels=("sev1", "very bad"),
        labels=("aftermath", "needs help"),
    )
    told = [f"{one.grade}: {one.found} {one.todo}" for one in house.tracker.inspect(wanted) if one.about == "labels"]
    failure, looked_for, put_on = told
    assert failure == (
        "wrong: Labels have no spaces in Jira: no issue there can be labelled went wrong, so none is a failure by "
        "that. Write `went-wrong` under `failure_labels:` in the policy, too."
    )
    assert looked_for == (
        "note: Labels have no spaces in Jira: nobody can put very bad on an issue there. "
        "Where that matters, name one with hyphens in the policy, too: very-bad."
    )
    assert put_on == "note: Labels have no spaces in Jira: needs help is put on there with hyphens, as needs-help. "


def test_a_label_with_spaces_is_nothing_wrong_where_the_one_with_hyphens_is_named_too(house: JiraHouse) -> None:
    """That is what its finding says to do."""
    wanted = Wanted((OPS,), failure_labels=("went wrong", "Went-Wrong"), failures_other_labels=("very bad", "very-bad"))
    assert [one for one in house.tracker.inspect(wanted) if one.about == "labels"] == []


def test_a_failure_label_with_spaces_may_be_another_tracker_s(house: JiraHouse) -> None:
    wanted = Wanted((OPS,), failure_labels=("went wrong",), is_alone=False)
    (told,) = (one for one in house.tracker.inspect(wanted) if one.about == "labels")
    assert told.grade == "note"
