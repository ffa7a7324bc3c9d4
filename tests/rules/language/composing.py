"""Policies made of several files, written down and loaded."""

from __future__ import annotations

from pathlib import Path

from rules.language.policy_file import load_policy
from rules.policy import People, Policy, Rule


def composed(tmp_path: Path, files: dict[str, str], people: People | None = None) -> Policy:
    """The policy of `policy.yaml` among these files. Each that is YAML is of this version of the language."""
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"policy: 1\n{text}" if path.suffix == ".yaml" else text, encoding="utf-8")
    return load_policy(tmp_path / "policy.yaml", people=people)


def says(rule_id: str, more: str = "") -> str:
    """An entry of `rules`: an action is spoken of. `more` are other keys, each as ` key: value,`."""
    keys = f"name: it is said when it matters, step: plan, for: action, do: [comment: {more or 'overdue.md'}]"
    return f"  - {{id: {rule_id}, {keys}}}\n"


def ids(policy: Policy) -> list[str]:
    return [rule.id for rule in policy.rules]


def rule_of(policy: Policy, rule_id: str) -> Rule:
    return next(rule for rule in policy.rules if rule.id == rule_id)
