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
        (line,) = (one for one in page.splitlines() if one.endswith(f" (`{rule.id}`)"))
        assert line.lstrip().startswith(f"- **{rule.name[0].upper()}{rule.name[1:]}.**")
    assert page.count("- Counted from ") == len({rule.id for rule in policy.rules if rule.ladder})
    assert set(re.findall(r"^\| `([\w-]+\.md)` \|", page, re.MULTILINE)) == used_templates(policy)


def test_a_rule_is_told_with_the_remark_above_it_and_its_condition_in_words(tmp_path: Path) -> None:
    page = page_of(OURS, tmp_path)
    told = (
        "- **Help is fetched when nothing moves.** Nobody is to be left alone with it. Not even at night. (`stale`)\n"
    )
    behind = "  - Even while the case is paused, as long as the failure is open: the label `stale` is added.\n"
    assert told + behind in page
    assert "--- own" not in page, "a line that only parts the file says nothing"


def test_a_ladder_is_told_rung_by_rung(tmp_path: Path) -> None:
    page = page_of(OURS, tmp_path)
    assert (
        """
  - Counted from the last progress:
    - at once: the owner is reminded (`reminder.md`)
    - 4 hours later: the owner and the lead are asked (`overdue.md`) and leadership is told privately (`leadership.md`)\
, and again every week
  - An answer quiets it for 2 weeks, and then it begins anew.
"""
        in page
    )


def test_who_is_asked_comes_first_and_how_it_stops_is_told_once(tmp_path: Path) -> None:
    headings = re.findall(r"^## (.+)$", page_of(OURS, tmp_path), re.MULTILINE)
    assert headings == ["Who is asked, and when", "How it is made to stop", "Its settings", "Its templates"]
    page = policy_description(pack_path("accountability"))
    asking, _, others = page.partition("## What else it does")
    assert page.count("## How it is made to stop") == 1
    assert "are asked (" in asking
    assert " asked (" not in others.partition("## Its settings")[0]
    assert "the label `failure` off the failure" in asking


LADDER = """\
policy: 1
name: ours
calendar: {zone: UTC}
rules:
  - id: late
    name: somebody is asked when it is late
    step: own
    for: failure
    ladder:
      anchor: labelled
      rungs: [{at: 0 business hours, do: [comment: overdue.md, mention: [owner]]}]
      %s
"""


ANEW = "An answer quiets it for 3 business days, and then it begins anew."


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("once: true", "Nothing moves it: each stage is said once."),
        ("resets: [answer]", f"{ANEW} It is not moved by progress or a snooze."),
        ("resets: [progress, snooze]", "It is not moved by an answer."),
        ("quiet_hours: none", f"{ANEW} It knows no quiet hours."),
        ('quiet_hours: "20:00-07:00"', f"{ANEW} Its own quiet hours are 20:00-07:00."),
    ],
)
def test_what_moves_a_ladder_is_told_where_it_is_its_own(tmp_path: Path, keys: str, words: str) -> None:
    page = page_of(LADDER % keys, tmp_path)
    assert f"    - at once, in working hours: the owner is asked (`overdue.md`)\n  - {words}\n" in page


def test_a_setting_is_told_by_its_own_remark_else_by_what_the_key_is_for(tmp_path: Path) -> None:
    page = page_of(OURS, tmp_path)
    assert "| `failure_labels` | `[incident]` | What we call a failure here. |" in page
    often = "how often one person may be mentioned a day; severity 1 is exempt"
    assert f"| `limits.mentions_per_day` | `2` | {often} |" in page, (
        "what else there is to say stands in docs/policy.md"
    )
    assert "| `severities.default` | `3` |" in page, "what is left out holds all the same"


@pytest.mark.parametrize(
    ("variable", "row"),
    [
        pytest.param("ask_owner: 3 business days", "without any progress", id="of the pack"),
        pytest.param("ask_owner: 3 business days # we are few", "we are few", id="its own"),
        pytest.param("ask_lead: 12 business days", "", id="of nobody"),
    ],
)
def test_a_variable_that_is_set_anew_keeps_what_it_is_for(tmp_path: Path, variable: str, row: str) -> None:
    page = page_of(f"policy: 1\nname: ours\ninclude: [stale-only]\nvariables:\n  {variable}\n", tmp_path)
    name, value = variable.partition(" #")[0].split(": ")
    assert f"| `vars.{name}` | `{value}` | {row} |" in page


def test_the_page_begins_with_how_the_file_begins(tmp_path: Path) -> None:
    begin = "# The policy `ours`\n\nWhat we do about failures.\n\n## Who is asked, and when\n"
    assert page_of(OURS, tmp_path).startswith(begin)


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
    assert (
        """\
- *What hurts*: only while the failure's severity is 1.
  - **It is shown when it hurts.** It hurts, so it is shown. (`hurts`)
    - If the failure is open: the label `hurts` is added.
"""
        in page
    ), "what a group asks is told once, above its rules"
    assert "| `vars.action_due` | `45 days` | since ours are small |" in page
    assert "| `vars.first_word` | `1 business day` | until somebody has spoken up for a failure |" in page
    assert "due 15 days later for sev1, 30 days later for sev2, else 45 days later" in page
    assert "    - 10 business days later: the owner is reminded (`reminder.md`)\n" in page
    assert "Nothing moves it: each stage is said once." in page


def test_what_is_otherwise_for_some_failures_is_told(tmp_path: Path) -> None:
    page = page_of(BUILT_UPON, tmp_path)
    who = "For failures labelled `security` and of the team `payments`"
    otherwise = page.partition("## What is otherwise")[2].partition("## Its settings")[0]
    values = "`vars.action_due` is `7 days` and `vars.answers` is `[soon, never]`"
    assert f"- **Security moves fast.** {who}:\n  - {values}.\n  - Left out: `hurts`.\n" in otherwise
    changed = re.findall(r"\(`([\w-]+)`\)$", otherwise, re.MULTILINE)
    assert changed == ["wording", "open-action"], "a rule that is another one there is told as it is there"
    assert "else 7 days later" in otherwise
    assert "the label `wording` is added" in otherwise


SEVERITIES = """\
policy: 1
name: ours
calendar: {zone: UTC}
rules:
  - id: open-action
    name: an action gets a ticket
    step: plan
    for: action-item
    do: [open: {what: action, template: action.md, assign: owner, due: %s}]
"""


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("9 days", "due 9 days later."),
        ("{1: 2 days, 2: 2 days}", "due 2 days later."),
        ("{1: 2 days, 2: 9 days, 3: 9 days}", "due 2 days later for sev1, else 9 days later."),
        ("{2: 2 days, 3: 9 days}", "due 2 days later for sev1 and sev2, else 9 days later."),
    ],
)
def test_what_differs_by_severity_is_told_as_often_as_it_differs(tmp_path: Path, due: str, words: str) -> None:
    told = f"  - For each action item that has no ticket yet: a ticket is opened for the owner (`action.md`), {words}\n"
    assert told in page_of(SEVERITIES % due, tmp_path)


NESTED = """\
policy: 1
name: ours
calendar: {zone: UTC}
fields: {impact: {name: Impact, type: string}}
rules:
  - group: while it is open
    for: action
    step: plan
    when: action.is_open || (failure.is_open && failure.has_owner && action.has_owner)
    rules:
      - group: when it is grave
        when: failure.severity == 1
        rules:
          - {id: one, name: one thing is done, do: [label: one]}
          - id: two
            name: another is
            when: action.fields.impact == "high" || case.actions + 1 > 3 && (action.wants_status || failure.is_open)
            do: [label: two]
  - {id: three, name: a third is, for: action, step: plan, do: [label: three]}
"""


def test_groups_in_groups_and_long_conditions_are_lists(tmp_path: Path) -> None:
    page = page_of(NESTED, tmp_path)
    assert (
        """\
- *While it is open*:
  - For each action, only while at least one of these holds:
    - the action is open
    - the failure is open and has an owner, and the action has an owner
  - *When it is grave*: only while the failure's severity is 1.
    - **One thing is done.** (`one`)
      - The label `one` is added.
    - **Another is.** (`two`)
      - If at least one of these holds:
        - the action's field “impact” is “high”
        - all of these hold:
          - `case.actions + 1 > 3` is met
          - at least one of these holds:
            - people made the action's ticket, or a command changed it
            - the failure is open
      - Then the label `two` is added.
- **A third is.** (`three`)
  - For each action: the label `three` is added.
"""
        in page
    )
