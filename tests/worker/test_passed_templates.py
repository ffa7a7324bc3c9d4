"""A template beside the policy that nothing is said with is noted by `check`, with what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.inspection import Grade
from rules.language.policy_file import load_policy, pack_path
from rules.used_templates import used_templates
from worker.passed_templates import unused_templates

PACK = pack_path("accountability")


def told(folder: Path, **texts: str) -> list[tuple[str, str]]:
    (folder / "templates").mkdir()
    (folder / "policy.yaml").write_text((PACK / "policy.yaml").read_text("utf-8"), "utf-8")
    for name, text in texts.items():
        (folder / "templates" / f"{name}.md").write_text(text, "utf-8")
    notes = list(unused_templates(folder, load_policy(folder)))
    assert all(one.grade is Grade.NOTE for one in notes)
    return [(one.found, one.todo) for one in notes]


@pytest.mark.parametrize(
    ("name", "todo"),
    [
        pytest.param("aks", "Did you mean ask.md?", id="a slip"),
        pytest.param("zoo", "Name it in a rule, or take the file away.", id="like nothing else"),
    ],
)
def test_a_template_that_no_rule_uses_is_noted(tmp_path: Path, name: str, todo: str) -> None:
    found = f"templates/{name}.md is used by no rule, so nothing is said with it."
    assert told(tmp_path, **{name: "Hello."}) == [(found, todo)]


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param({"ask": "Hello {{ mentions }}."}, id="in place of a shipped one"),
        pytest.param({"reply-mended": "Settled."}, id="one that the program speaks with"),
        pytest.param({"ask": '{% include "greeting.md" %}', "greeting": "Hello."}, id="included by another"),
    ],
)
def test_a_template_that_is_used_is_not_noted(tmp_path: Path, texts: dict[str, str]) -> None:
    assert told(tmp_path, **texts) == []


def test_all_that_the_shipped_pack_holds_is_used() -> None:
    policy = load_policy(PACK)
    assert used_templates(policy) == policy.templates.names()
    assert list(unused_templates(PACK, policy)) == []
