"""Policies that build on others: what is included, what is patched, and what becomes of both."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from rules.language.policy_file import PolicyError, load_calendar, load_policy, pack_path
from rules.policy import SayDo
from tests.rules.language.composing import composed, ids, rule_of, says

PACK = load_policy(pack_path("accountability"))
BASE = f"name: base\nrules:\n{says('one')}{says('two')}{says('three')}"


def test_a_policy_that_only_includes_the_shipped_pack_is_the_shipped_pack(tmp_path: Path) -> None:
    policy = composed(tmp_path, {"policy.yaml": "name: accountability\ninclude: [accountability]\n"})
    assert policy == PACK


def test_rules_of_includes_keep_their_order_and_come_before_new_ones(tmp_path: Path) -> None:
    files = {
        "policy.yaml": (
            f"name: shop\ninclude: [base.yaml, more.yaml]\nrules:\n{says('new')}  - {{id: two, step: own}}\n"
        ),
        "base.yaml": BASE,
        "more.yaml": f"rules:\n{says('four')}",
    }
    policy = composed(tmp_path, files)
    assert ids(policy) == ["one", "two", "three", "four", "new"]
    assert [rule.step for rule in policy.rules] == ["plan", "own", "plan", "plan", "plan"]
    assert policy.name == "shop"


def test_what_is_included_twice_counts_once(tmp_path: Path) -> None:
    files = {
        "policy.yaml": "name: shop\ninclude: [left.yaml, right.yaml]\n",
        "left.yaml": "include: [base.yaml]\nrules:\n  - {id: two, step: own}\n",
        "right.yaml": "include: [base.yaml]\nrules:\n  - {id: two, name: it is said on the right when it matters}\n",
        "base.yaml": BASE,
    }
    policy = composed(tmp_path, files)
    assert ids(policy) == ["one", "two", "three"]
    two = rule_of(policy, "two")
    assert (two.step, two.name) == ("own", "it is said on the right when it matters")
    assert [path.name for path in policy.files] == ["policy.yaml", "left.yaml", "base.yaml", "right.yaml"]


def test_mappings_are_merged_key_by_key_and_other_values_replaced(tmp_path: Path) -> None:
    files = {
        "policy.yaml": (
            "name: shop\ninclude: [base.yaml]\n"
            "calendar: {hours: '10:00-16:00', holidays: [2026-05-01]}\n"
            "severities: {labels: {mild: 4}}\nfailure_labels: [incident]\nlimits: {mentions_per_day: 2}\n"
        ),
        "base.yaml": (
            "name: base\nfailure_labels: [failure, outage]\n"
            "calendar: {zone: Europe/Berlin, holidays: [2026-12-24]}\n"
            "severities: {labels: {grave: 1}, default: 4}\nlimits: {sweep_effects_max: 9}\nrules: []\n"
        ),
    }
    policy = composed(tmp_path, files)
    assert policy.calendar.zone.key == "Europe/Berlin"
    assert policy.calendar.hours.daily == ((dt.time(10), dt.time(16)),)
    assert policy.calendar.holidays == {dt.date(2026, 5, 1)}
    assert policy.severities.labels == {"grave": 1, "mild": 4}
    assert policy.severities.default == 4
    assert policy.failure_labels == ("incident",)
    assert (policy.limits.mentions_per_day, policy.limits.sweep_effects_max) == (2, 9)


def test_hours_by_day_take_the_place_of_included_working_days_too(tmp_path: Path) -> None:
    """The shipped pack names its working days, and nobody could say otherwise by day."""
    text = (
        "name: evenings\ninclude: [accountability]\ncalendar: {hours: {fri: '19:00-22:00', sat-sun: '10:00-18:00'}}\n"
    )
    policy = composed(tmp_path, {"policy.yaml": text})
    assert policy.calendar.workdays == {5, 6, 7}


def test_another_country_takes_the_place_of_an_included_region_too(tmp_path: Path) -> None:
    files = {
        "policy.yaml": "name: shop\ninclude: [company.yaml]\ncalendar: {country: FR}\n",
        "company.yaml": "include: [accountability]\ncalendar: {country: DE, region: BY}\n",
    }
    assert dt.date(2026, 7, 14) in composed(tmp_path, files).calendar.public_holidays


def test_the_keys_of_a_patch_take_the_place_of_the_rule_s_as_wholes(tmp_path: Path) -> None:
    patch = "  - id: stalled-action\n    ladder: {anchor: due, rungs: [{at: 1 day, do: [remind: owner]}]}\n"
    policy = composed(tmp_path, {"policy.yaml": f"name: shop\ninclude: [accountability]\nrules:\n{patch}"})
    before, after = rule_of(PACK, "stalled-action"), rule_of(policy, "stalled-action")
    assert after.ladder
    assert [rung.name for rung in after.ladder.rungs] == ["1 day"]
    assert after.ladder.repeat_last is None
    assert (after.name, after.conditions, after.subject) == (before.name, before.conditions, before.subject)
    assert ids(policy) == ids(PACK)
    assert [one for one in policy.rules if one.id != "stalled-action"] == [
        one for one in PACK.rules if one.id != "stalled-action"
    ]


def test_a_key_without_a_value_is_taken_away_by_a_patch(tmp_path: Path) -> None:
    text = "name: shop\ninclude: [accountability]\nrules:\n  - {id: thanks, when: }\n"
    assert rule_of(composed(tmp_path, {"policy.yaml": text}), "thanks").when is None


def test_a_rule_that_is_off_is_gone_and_comes_back_by_off_false(tmp_path: Path) -> None:
    files = {
        "policy.yaml": "name: shop\ninclude: [company.yaml]\nrules:\n  - {id: two, off: false, step: own}\n",
        "company.yaml": "include: [base.yaml]\nrules:\n  - {id: one, off: true}\n  - {id: two, off: true}\n",
        "base.yaml": BASE,
    }
    policy = composed(tmp_path, files)
    assert [(rule.id, rule.step) for rule in policy.rules] == [("two", "own"), ("three", "plan")]


def test_a_patch_of_a_rule_in_a_group_leaves_it_there(tmp_path: Path) -> None:
    group = f"  - group: while it is open\n    when: action.is_open\n    rules:\n    {says('one')}"
    files = {
        "policy.yaml": "name: shop\ninclude: [base.yaml]\nrules:\n  - {id: one, when: action.has_owner}\n",
        "base.yaml": f"rules:\n{group}{says('two')}",
    }
    policy = composed(tmp_path, files)
    assert [one.text for one in rule_of(policy, "one").conditions] == ["action.is_open", "action.has_owner"]
    assert ids(policy) == ["one", "two"]


def test_a_group_whose_rules_are_all_off_is_gone(tmp_path: Path) -> None:
    group = f"  - group: while it is open\n    rules:\n    {says('one')}"
    files = {
        "policy.yaml": "name: shop\ninclude: [base.yaml]\nrules:\n  - {id: one, off: true}\n",
        "base.yaml": f"rules:\n{group}",
    }
    assert ids(composed(tmp_path, files)) == []


def test_templates_of_the_including_file_come_before_those_of_what_it_includes(tmp_path: Path) -> None:
    files = {
        "policy.yaml": "name: shop\ninclude: [company]\n",
        "company/policy.yaml": "include: [accountability]\n",
        "company/templates/paused.md": "The company waits.",
        "company/templates/cancelled.md": "The company called it off.",
        "templates/paused.md": "The shop waits.",
    }
    templates = composed(tmp_path, files).templates
    assert templates.source("paused.md") == "The shop waits."
    assert templates.source("cancelled.md") == "The company called it off."
    assert templates.source("thanks.md") == PACK.templates.source("thanks.md")


def test_a_rule_may_name_a_template_that_lies_beside_an_include(tmp_path: Path) -> None:
    files = {
        "policy.yaml": f"name: shop\ninclude: [company]\nrules:\n{says('one', 'ours.md')}",
        "company/policy.yaml": "rules: []\n",
        "company/templates/ours.md": "Hello.",
    }
    (do,) = rule_of(composed(tmp_path, files), "one").do
    assert isinstance(do, SayDo)
    assert do.template == "ours.md"


def test_an_error_in_an_include_names_its_own_file_line_and_key(tmp_path: Path) -> None:
    files = {
        "policy.yaml": "name: shop\ninclude: [teams/pay.yaml]\n",
        "teams/pay.yaml": "include: [../base.yaml]\n",
        "base.yaml": "calendar:\n  hours: 17:00-09:00\nrules: []\n",
    }
    with pytest.raises(PolicyError) as caught:
        composed(tmp_path, files)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.column, problem.path) == ("base.yaml", 3, 10, "calendar.hours")
    assert problem.source == "  hours: 17:00-09:00"


def test_a_policy_that_fails_tells_its_files_too_even_those_that_are_not_there(tmp_path: Path) -> None:
    files = {"policy.yaml": "name: shop\ninclude: [company.yaml, none.yaml]\n", "company.yaml": "rules: []\n"}
    with pytest.raises(PolicyError) as caught:
        composed(tmp_path, files)
    assert [path.name for path in caught.value.files] == ["policy.yaml", "company.yaml", "none.yaml"]


def test_a_secret_on_a_line_of_an_include_is_not_shown(tmp_path: Path) -> None:
    files = {"policy.yaml": "name: shop\ninclude: [company.yaml]\nrules: []\n", "company.yaml": "token: abc123\n"}
    with pytest.raises(PolicyError) as caught:
        composed(tmp_path, files)
    assert "abc123" not in str(caught.value)
    assert "company.yaml:2:1" in str(caught.value)


def test_a_folder_that_is_named_like_a_pack_is_meant_by_its_path(tmp_path: Path) -> None:
    files = {
        "policy.yaml": "name: shop\ninclude: [./accountability]\n",
        "accountability/policy.yaml": f"rules:\n{says('mine')}",
    }
    assert ids(composed(tmp_path, files)) == ["mine"]


def test_the_calendar_is_told_of_a_policy_that_cannot_be_used(tmp_path: Path) -> None:
    files = {
        "policy.yaml": "name: shop\ninclude: [company.yaml, none.yaml]\nlimits: {mentions_per_day: 0}\n",
        "company.yaml": "calendar: {zone: Europe/Berlin}\nrules: []\n",
    }
    with pytest.raises(PolicyError):
        composed(tmp_path, files)
    assert load_calendar(tmp_path / "policy.yaml").zone.key == "Europe/Berlin"
