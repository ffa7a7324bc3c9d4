"""The words of a policy by which action items are known."""

from __future__ import annotations

from pathlib import Path

from rules.language.policy_file import load_policy
from rules.policy import ItemWords

POLICY = """policy: 1
name: shop
action_items:
  headings: [Maßnahmen, "Nächste Schritte"]
  columns: {what: [Maßnahme], owner: [Verantwortlich], due: [Frist, Bis wann], state: [Stand]}
  done: [erledigt]
rules: []
"""


def test_words_are_read_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY, encoding="utf-8")
    assert load_policy(path).item_words == ItemWords(
        headings=("Maßnahmen", "Nächste Schritte"),
        what=("Maßnahme",),
        owner=("Verantwortlich",),
        due=("Frist", "Bis wann"),
        state=("Stand",),
        done=("erledigt",),
    )


def test_without_any_only_the_english_ones_are_known(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("policy: 1\nname: shop\nrules: []\n", encoding="utf-8")
    assert load_policy(path).item_words == ItemWords()
