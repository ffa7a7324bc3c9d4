"""`check` notes a template beside the policy that nothing is said with, with what was probably meant, and one that asks
people and mentions nobody.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.inspection import Grade
from rules.language.policy_file import load_policy, pack_path
from rules.used_templates import used_templates
from worker.passed_templates import silent_notes, unused_templates

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


@pytest.mark.parametrize(
    ("texts", "is_noted"),
    [
        pytest.param({"ask": "{ mentions }, is it contained?"}, True, id="one brace lost"),
        pytest.param({"ask": "Dear mentions, is it contained?"}, True, id="the word alone"),
        pytest.param({"ask": "{{ owner }}, tell the mentions"}, True, id="the word behind another value"),
        pytest.param({"ask": "{{ mentions }}, is it?"}, False, id="a value"),
        pytest.param({"ask": "{% if owner %}\n{{ mentions\n}}\n{% endif %}"}, False, id="in a branch"),
        pytest.param({"ask": "{% set who = mentions %}{{ who }}"}, False, id="by another name"),
        pytest.param({"ask": '{% include "hey.md" %}', "hey": "Hey {{ mentions }}"}, False, id="in what it includes"),
        pytest.param({"status": "Nobody is asked here."}, False, id="a text that asks nobody"),
    ],
)
def test_a_text_that_asks_people_and_mentions_nobody_is_noted(
    tmp_path: Path, texts: dict[str, str], is_noted: bool
) -> None:
    told(tmp_path, **texts)
    notes = [(one.grade, one.found, one.todo) for one in silent_notes(load_policy(tmp_path))]
    found = "ask.md never uses `mentions`, so it reaches nobody whom ask-ack-sev1 asks with it."
    assert notes == ([(Grade.NOTE, found, "Write {{ mentions }} where they are to be mentioned.")] if is_noted else [])


def test_every_shipped_text_that_asks_mentions() -> None:
    assert not [*silent_notes(load_policy(PACK)), *silent_notes(load_policy(pack_path("stale-only")))]
