"""Groups of rules: what their rules take from them, and how both conditions are asked."""

from __future__ import annotations

from pathlib import Path

from rules.joint_conditions import JointConditions
from rules.policy import Phase, Policy, Subject
from tests.rules.language.composing import composed, ids, rule_of

GROUPED = """name: shop
rules:
  - {id: before, name: it is said when it matters, step: own, for: failure, do: [comment: paused.md]}
  - group: while somebody works on it
    when: failure.is_open
    for: action
    step: plan
    while: [active, paused]
    rules:
      - {id: plain, name: it is said when it matters, do: [comment: overdue.md]}
      - group: and it is theirs
        when: failure.has_owner
        while: active
        rules:
          - id: deep
            name: it is said when it matters
            step: own
            when: action.has_due
            do: [comment: overdue.md]
          - {id: other, name: it is said when it matters, for: failure, do: [comment: paused.md]}
  - {id: after, name: it is said when it matters, step: own, for: failure, do: [comment: paused.md]}
"""


def grouped(tmp_path: Path) -> Policy:
    return composed(tmp_path, {"policy.yaml": GROUPED})


def test_rules_keep_their_order_in_and_beside_groups(tmp_path: Path) -> None:
    assert list(dict.fromkeys(ids(grouped(tmp_path)))) == ["before", "plain", "deep", "other", "after"]


def test_a_rule_takes_what_it_does_not_say_from_the_nearest_group_that_does(tmp_path: Path) -> None:
    policy = grouped(tmp_path)
    said = [(rule.id, rule.subject, rule.step, rule.phase) for rule in policy.rules[1:-1]]
    assert said == [
        ("plain", Subject.ACTION, "plan", Phase.ACTIVE),
        ("plain", Subject.ACTION, "plan", Phase.PAUSED),
        ("deep", Subject.ACTION, "own", Phase.ACTIVE),
        ("other", Subject.FAILURE, "plan", Phase.ACTIVE),
    ]


def test_the_conditions_of_all_groups_are_asked_outermost_first_and_bear_their_names(tmp_path: Path) -> None:
    policy = grouped(tmp_path)
    assert [(one.group, one.text) for one in rule_of(policy, "deep").conditions] == [
        ("while somebody works on it", "failure.is_open"),
        ("and it is theirs", "failure.has_owner"),
        ("", "action.has_due"),
    ]
    assert [one.text for one in rule_of(policy, "plain").conditions] == ["failure.is_open"]
    assert rule_of(policy, "before").conditions == ()
    facts = {"failure.is_open": True, "failure.has_owner": True, "action.has_due": True}
    deep = rule_of(policy, "deep").when
    assert isinstance(deep, JointConditions)
    assert deep.judge(facts).is_met
    assert not any(deep.judge(facts | {name: False}).is_met for name in facts)
