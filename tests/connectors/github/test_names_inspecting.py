"""`check` holds the policy's priorities, and the words of its conditions, against the organisation's issue fields."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.inspection import Wanted
from connectors.sandbox.world import IssueFieldState, OrganisationState
from tests.connectors.github.company import SHOP, VAULT, Company

FIELDS = (
    IssueFieldState(32, "Priority", "single_select", ("Urgent", "High", "Low")),
    IssueFieldState(33, "Team"),
    IssueFieldState(35, "Areas", "multi_select", ("Web", "API, public")),
)


@pytest.fixture
def organised(acme: Company) -> Company:
    acme.site.organisations["acme"] = OrganisationState((), FIELDS)
    return acme


def found(acme: Company, **wanted: Any) -> list[str]:
    findings = acme.tracker.inspect(Wanted((SHOP, VAULT), **wanted))
    return [f"{one.grade}: {one.found} {one.todo}" for one in findings if one.about in ("fields", "priorities")]


def asked(acme: Company) -> int:
    return sum(one.path.endswith("/issue-fields") for one in acme.api.asked)


def test_all_that_is_there_is_told_for_one_request_of_two_repositories(organised: Company) -> None:
    told = found(
        organised,
        fields=("areas",),
        field_words={"areas": ("Web", "API, public", "Web, API, public")},
        priorities=("urgent",),
        priority_words=("High",),
    )
    assert told == [
        "good: The organisation has every field that the policy asks about: areas. ",
        "good: The organisation has every priority that the policy names: urgent, High. ",
        "good: areas takes every word that conditions compare it with. ",
    ]
    assert asked(organised) == 1


def test_what_is_not_there_is_told_with_what_is_near(organised: Company) -> None:
    _, priority, word = found(organised, fields=("Areas",), field_words={"Areas": ("Wob",)}, priorities=("Urgnt",))
    assert priority == (
        "wrong: The organisation has no priority Urgnt: no failure gets its severity by that. Near it: Urgent. Choose "
        "in `severities.priorities` from Urgent, High, Low."
    )
    assert word == (
        "wrong: The field Areas takes no Wob in the organisation, with which a condition compares. Near it: Web. "
        "Choose in the condition from Web, API, public."
    )


def test_a_text_takes_every_word(organised: Company) -> None:
    told = found(organised, fields=("Team",), field_words={"Team": ("Payments",)})
    assert told == ["good: The organisation has every field that the policy asks about: Team. "]


@pytest.mark.parametrize(("is_alone", "grade"), [(True, "wrong"), (False, "note")])
def test_an_organisation_without_the_field_knows_no_priority(organised: Company, grade: str, *, is_alone: bool) -> None:
    organised.site.organisations["acme"] = OrganisationState((), FIELDS[1:])
    (told,) = found(organised, priorities=("High",), is_alone=is_alone)
    assert told.startswith(f"{grade}: The organisation has no issue field Priority")


def test_an_owner_of_whom_nothing_is_told_is_no_failure(acme: Company) -> None:
    (told,) = found(acme, fields=("Teams",), field_words={"Teams": ("x",)}, priorities=("High",))
    assert told.startswith(
        "note: The fields and the priorities that the policy names could not be looked for: GitHub tells us of no "
        "issue fields of acme, there being none or not for us to see."
    )


def test_it_is_passed_over_where_another_tracker_has_the_priorities(acme: Company) -> None:
    assert found(acme, priorities=("High",), is_alone=False) == []


def test_nothing_is_asked_where_the_policy_names_nothing(organised: Company) -> None:
    assert found(organised) == []
    assert asked(organised) == 0
