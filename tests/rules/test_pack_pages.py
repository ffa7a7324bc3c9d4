"""Pages about policies are made from the policies: `docs/packs/` holds those of the packs that ship."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rules.language.people_file import load_people
from rules.language.policy_file import PolicyError, load_policy, pack_path, shipped_packs
from rules.language.reference.pack_page import policy_description
from rules.used_templates import used_templates

PAGES = Path(__file__).parents[2] / "docs" / "packs"
EXAMPLES = sorted(path.parent for path in PAGES.parent.glob("examples/*/policy.yaml"))

OURS = """\
# What we do about failures.

policy: 1
name: ours
# What we call a failure here.
failure_labels: [incident]
limits: {mentions_per_day: 2}
rules:
  # --- own ----------------------------------------
  # Nobody is to be left alone with it.
  # Not even at night.
  - id: stale
    name: help is fetched when nothing moves
    step: own
    for: failure
    while: [active, paused]
    when: failure.is_open
    do: [label: stale]
    ladder:
      anchor: progress
      answer_quiets: 2 w
      rungs:
        - {at: 0 s, do: [remind: owner]}
        - {at: 4 h, do: [comment: overdue.md, mention: [owner, lead], notify: leadership]}
      repeat_last: 1 w
"""


def page_of(text: str, folder: Path) -> str:
    file = folder / "policy.yaml"
    file.write_text(text, encoding="utf-8")
    return policy_description(file)


@pytest.mark.parametrize("name", shipped_packs())
def test_the_page_of_a_pack_is_the_one_that_the_pack_makes(name: str) -> None:
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert policy_description(pack_path(name)) == page, "run: make docs"


def test_there_is_a_page_for_each_pack_and_no_other() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == set(shipped_packs())


@pytest.mark.parametrize("folder", EXAMPLES, ids=[folder.name for folder in EXAMPLES])
def test_the_page_of_an_example_is_the_one_that_the_example_makes(folder: Path) -> None:
    page = (folder / "policy.md").read_text(encoding="utf-8")
    assert policy_description(folder, load_people(folder / "people.yaml")) == page, "run: make docs"


@pytest.mark.parametrize("name", shipped_packs())
def test_the_page_tells_every_rule_ladder_and_template(name: str) -> None:
    page, policy = policy_description(pack_path(name)), load_policy(pack_path(name))
    for rule in policy.rules:
        assert f"- **{rule.name[0].upper()}{rule.name[1:]}.**" in page
        assert f"  - `{rule.id}`, for each {rule.subject}" in page
        assert (f"### The ladder `{rule.id}`" in page) == (rule.ladder is not None)
    assert set(re.findall(r"^\| `([\w-]+\.md)` \|", page, re.MULTILINE)) == used_templates(policy)


def test_a_rule_is_told_with_the_remark_above_it(tmp_path: Path) -> None:
    page = page_of(OURS, tmp_path)
    told = "- **Help is fetched when nothing moves.** Nobody is to be left alone with it. Not even at night.\n"
    behind = (
        "  - `stale`, for each failure, while active and paused, if `failure.is_open`: the label `stale` and a [ladder]"
    )
    assert told + behind in page
    assert "--- own" not in page, "a line that only parts the file says nothing"


def test_a_ladder_is_told_rung_by_rung(tmp_path: Path) -> None:
    page = page_of(OURS, tmp_path)
    later = "a comment from `overdue.md` and a private message from `leadership.md` to leadership"
    assert "| at once | a comment from `reminder.md` | owner |\n" in page
    assert f"| 4 hours later | {later} | owner, lead and leadership (privately) |\n" in page
    assert "The last is repeated every 1 week. An answer quiets it for 2 weeks." in page


def test_a_setting_is_told_by_its_own_remark_else_by_what_the_key_is_for(tmp_path: Path) -> None:
    page = page_of(OURS, tmp_path)
    assert "| `failure_labels` | `[incident]` | What we call a failure here. |" in page
    assert "| `limits.mentions_per_day` | `2` | how often one person may be mentioned a day;" in page
    assert "| `severities.default` | `3` |" in page, "what is left out holds all the same"


def test_the_page_begins_with_how_the_file_begins(tmp_path: Path) -> None:
    assert page_of(OURS, tmp_path).startswith("# The policy `ours`\n\nWhat we do about failures.\n\n## What it does\n")


def test_a_broken_policy_has_no_page(tmp_path: Path) -> None:
    with pytest.raises(PolicyError):
        page_of("policy: 1\n", tmp_path)


BUILT_UPON = """\
policy: 1
name: shop
include: [accountability]
variables:
  action_due: 45 days # since ours are small
  answers: [maybe]
rules:
  # Nobody here wants to be asked.
  - {id: still-open, name: it is never asked whether it is over when nothing is left, off: true}
  - id: late-post-mortem
    # What is added stands below a line that is no remark of the rule.
    ladder:
      anchor: due
      resets: []
      rungs: [{at: vars.asked_again, do: [remind: owner]}]
  - group: what hurts
    for: failure
    step: own
    when: failure.severity == 1
    rules:
      # It hurts, so it is shown.
      - {id: hurts, name: it is shown when it hurts, when: failure.is_open, do: [label: hurts]}
overrides:
  - name: security moves fast
    labels: [security]
    teams: [payments]
    variables: {action_due: 7 days, answers: [soon, never]}
    rules: [{id: hurts, off: true}, {id: wording, do: [label: wording]}]
"""


def test_a_policy_that_builds_on_another_is_told_whole(tmp_path: Path) -> None:
    page = page_of(BUILT_UPON, tmp_path)
    assert "- **A post-mortem is opened when a failure is sev1 or sev2.**" in page, "what is included is told too"
    assert "still-open" not in page.partition("## Its settings")[0], "what was taken out is not"
    assert "- **It is shown when it hurts.** It hurts, so it is shown.\n" in page
    assert "if `failure.severity == 1 && failure.is_open`" in page, "a group's condition is the rule's"
    assert "| `vars.action_due` | `45 days` | since ours are small |" in page
    assert "| `vars.first_word` | `1 business day` | until somebody has spoken up for a failure |" in page
    assert "due 15 days later for sev1, 30 days later for sev2, else 45 days later" in page
    assert "| 10 business days later | a comment from `reminder.md` | owner |" in page
    assert "Nothing moves it: each stage is said once." in page


def test_what_is_otherwise_for_some_failures_is_told(tmp_path: Path) -> None:
    page = page_of(BUILT_UPON, tmp_path)
    who = "For failures labelled `security` and of the team `payments`"
    assert f"- **Security moves fast.** {who}; changed: `wording` and `open-action`; left out: `hurts`; " in page
    assert "`vars.action_due` is `7 days` and `vars.answers` is `[soon, never]`.\n" in page
