"""Labels that conditions ask for in capitals, which find less than they seem to."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.label_spelling import labels_in_capitals
from rules.labels import in_either_case
from rules.language.policy_file import load_policy, pack_path, shipped_packs

POLICY = """\
policy: 1
name: ours
include: [stale-only]
variables:
  word: %s
rules:
  - id: ours
    name: it is shown when it is one of ours
    step: own
    for: failure
    when: '%s'
    do: [label: shown]
"""


def found_in(condition: str, folder: Path, word: str = "contained") -> tuple[tuple[str, str], ...]:
    file = folder / "policy.yaml"
    file.write_text(POLICY % (word, condition), encoding="utf-8")
    return labels_in_capitals(load_policy(file))


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ('"Contained" in failure.labels', ["Contained"]),
        ('!("Contained" in failure.labels) && failure.is_open', ["Contained"]),
        ('"contained" in failure.labels', []),
        ('["Security", "privacy"].exists(word, word in failure.labels)', ["Security"]),
        ('"Highest" == failure.priority && "x" in post_mortem.labels', []),
        ('"PM" in post_mortem.labels', ["PM"]),
        ('failure.labels.exists(label, label.startsWith("customer-"))', []),
    ],
)
def test_a_label_in_capitals_is_found(condition: str, words: list[str], tmp_path: Path) -> None:
    assert found_in(condition, tmp_path) == tuple(("rule ours", word) for word in words)


def test_a_variable_stands_for_its_labels(tmp_path: Path) -> None:
    assert found_in("vars.word in failure.labels", tmp_path, "Contained") == (("rule ours", "Contained"),)
    assert found_in("vars.word in failure.labels", tmp_path) == ()


def test_a_group_is_named_once_for_all_its_rules(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    rules = "\n".join(
        f"      - {{id: {one}, name: it is shown when it is, step: own, for: failure, do: [label: {one}]}}"
        for one in "ab"
    )
    group = f"rules:\n  - group: what hurts\n    when: '\"Hurt\" in failure.labels'\n    rules:\n{rules}\n"
    file.write_text(f"policy: 1\nname: ours\n{group}", encoding="utf-8")
    assert labels_in_capitals(load_policy(file)) == (("group “what hurts”", "Hurt"),)


def test_what_ships_asks_in_small_letters() -> None:
    assert [found for pack in shipped_packs() for found in labels_in_capitals(load_policy(pack_path(pack)))] == []


def test_small_letters_find_every_spelling_and_capitals_their_own_alone() -> None:
    """What docs/policy.md says of the facts."""
    assert ["contained" in in_either_case([one]) for one in ("contained", "Contained")] == [True, True]
    assert ["Contained" in in_either_case([one]) for one in ("contained", "Contained")] == [False, True]
