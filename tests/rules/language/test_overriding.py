"""Overrides as they are read: what they change, and what they cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.language.policy_file import PolicyError
from rules.policy import People, Person, Policy, Team
from rules.variables import values_of
from tests.rules.language.composing import composed, says

BASE = f"name: base\nvariables: {{soon: 2 days, calm: 5}}\nrules:\n{says('one')}{says('two')}"
LATE = "  - {id: two, ladder: {anchor: due, rungs: [{at: vars.soon, do: [remind: owner]}]}, do: }\n"
FAST = f"""overrides:
  - name: fast
    labels: [security]
    variables: {{soon: 1 day}}
    rules:
      - {{id: one, off: true}}
    {LATE}    {says("three")}"""


def overridden(tmp_path: Path, overrides: str, people: People | None = None, include: str = "") -> Policy:
    files = {"policy.yaml": BASE + overrides}
    if include:
        files = {"policy.yaml": f"name: shop\ninclude: [base.yaml]\n{include}", "base.yaml": BASE + overrides}
    return composed(tmp_path, files, people)


def test_an_override_has_all_rules_as_they_are_under_it(tmp_path: Path) -> None:
    policy = overridden(tmp_path, FAST)
    (fast,) = policy.overrides
    assert [rule.id for rule in policy.rules] == ["one", "two"]
    assert [rule.id for rule in fast.rules] == ["two", "three"]
    assert fast.rules[0].ladder
    assert [rung.name for rung in fast.rules[0].ladder.rungs] == ["1 day"]
    assert str(values_of(fast.variables)["soon"]) == "1 day"
    assert str(values_of(policy.variables)["soon"]) == "2 days"
    assert (fast.labels, fast.teams) == (("security",), ())


def test_a_rule_that_an_override_leaves_alone_is_the_same_rule(tmp_path: Path) -> None:
    policy = overridden(tmp_path, "overrides:\n  - {name: fast, labels: [x], rules: [{id: one, off: true}]}\n")
    assert policy.overrides[0].rules == policy.rules[1:]


def test_an_override_brings_back_what_is_off(tmp_path: Path) -> None:
    include = (
        "rules:\n  - {id: one, off: true}\n"
        "overrides:\n  - {name: with all, labels: [security], rules: [{id: one, off: false}]}\n"
    )
    policy = overridden(tmp_path, "", include=include)
    assert [rule.id for rule in policy.rules] == ["two"]
    assert [rule.id for rule in policy.overrides[0].rules] == ["one", "two"]


def test_overrides_of_the_including_file_come_first_and_take_the_place_of_those_of_their_name(tmp_path: Path) -> None:
    off = "rules: [{id: one, off: true}]}\n"
    ours = f"overrides:\n  - {{name: ours, labels: [b], {off}  - {{name: both, labels: [c], {off}"
    theirs = f"overrides:\n  - {{name: both, labels: [a], {off}  - {{name: theirs, labels: [d], {off}"
    policy = overridden(tmp_path, theirs, include=ours)
    assert [(one.name, one.labels) for one in policy.overrides] == [
        ("ours", ("b",)),
        ("both", ("c",)),
        ("theirs", ("d",)),
    ]


def test_every_rule_that_may_ever_hold_is_told(tmp_path: Path) -> None:
    policy = overridden(tmp_path, FAST)
    assert [rule.id for rule in policy.every_rule] == ["one", "two", "two", "three"]


PEOPLE = People({"ada": Person("ada", "Ada")}, teams={"payments": Team("payments", members=("ada",))})
TEAMS = "overrides:\n  - {name: fast, teams: [paymints], rules: [{id: one, off: true}]}\n"


def test_a_team_that_the_people_file_does_not_have_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        overridden(tmp_path, TEAMS, PEOPLE)
    (problem,) = caught.value.problems
    assert problem.message == '"paymints" is no team of the people file'
    assert (problem.path, problem.suggestion) == ("overrides[0].teams[0]", "payments")


def test_where_the_people_file_has_no_teams_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        overridden(tmp_path, TEAMS, People({"ada": Person("ada", "Ada")}))
    (problem,) = caught.value.problems
    assert problem.message == '"paymints" is no team of the people file, which has no teams yet'
    assert problem.allowed == ""


def test_without_a_people_file_teams_are_not_known_to_be_wrong(tmp_path: Path) -> None:
    assert overridden(tmp_path, TEAMS).overrides[0].teams == ("paymints",)


def test_a_mistake_that_only_an_override_makes_says_which_one_it_is(tmp_path: Path) -> None:
    text = BASE.replace(
        "rules:\n",
        "rules:\n  - {id: zero, name: it is said when, step: plan, for: action, ladder: {anchor: due, "
        "rungs: [{at: vars.soon, do: [remind: owner]}, {at: 3 days, do: [remind: owner]}]}}\n",
    )
    slow = "overrides:\n  - {name: slow, labels: [calm], variables: {soon: 5 days}}\n"
    with pytest.raises(PolicyError) as caught:
        composed(tmp_path, {"policy.yaml": text + slow})
    (problem,) = caught.value.problems
    assert problem.path == "rules[0].ladder.rungs[1].at"
    assert "(under the override “slow”)" in problem.message


def test_an_error_of_the_base_is_told_once_however_many_overrides_there_are(tmp_path: Path) -> None:
    broken = BASE.replace("for: action", "for: acton", 1)
    with pytest.raises(PolicyError) as caught:
        composed(tmp_path, {"policy.yaml": broken + FAST.replace("{id: one, off: true}", "{id: one, step: own}")})
    assert sum("acton" in problem.message for problem in caught.value.problems) == 1
