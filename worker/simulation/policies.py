"""The policies that a simulated company may have in force, as people would write them upon the shipped one.

The independent model tells each once more (`worker.simulation.expected_files.SENTENCES`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from rules.language.policy_file import POLICY_FILE, load_policy
from rules.policy import People, Policy, Team

#: The team that `overriding` speaks of; each history says who belongs to it.
EAST = "east"

_STALLED = """
  - id: stalled-action
    ladder:
      anchor: due
      rungs:
        - {{at: {early} business days, do: [remind: owner]}}
        - {{at: 0 business days,  do: [comment: overdue.md, mention: [owner]]}}
        - {{at: {lead} business days,  do: [comment: overdue.md, mention: [owner, lead]]}}
        - {{at: {manager} business days,  do: [comment: overdue.md, mention: [manager], label: escalated]}}
        - {{at: 14 business days, do: [notify: leadership]}}
      repeat_last: vars.asked_again
"""
_HURRIED = _STALLED.format(early=-1, lead=1, manager=2)
_OFTEN = "{asked_again: 5 business days}"

#: What each says beside including the shipped one: a rung that is moved to a later time and to an earlier one,
#: variables, rules that are off and on again, and overrides by label and team.
POLICIES: Mapping[str, str] = MappingProxyType(
    {
        "shipped": "rules: []\n",
        "later": "variables: {first_word: 2 business days}\nrules:" + _STALLED.format(early=-2, lead=4, manager=9),
        "hurried": f"variables: {_OFTEN}\nrules:{_HURRIED}",
        "off": "rules: [{id: late-post-mortem, off: true}, {id: ask-ack, off: true}]\n",
        "overriding": f"""
rules: []
overrides:
- name: security moves fast
  labels: [security]
  variables: {_OFTEN}
  rules:{_HURRIED}
- name: the east is not asked for a first word
  teams: [{EAST}]
  rules: [{{id: ask-ack, off: true}}]
""",
    }
)


@cache
def policy_named(name: str, quiet_hours: str, mentions_per_day: int) -> Policy:
    """That policy, read from a file as any is. It has no people yet but for the name of the team."""
    limits = f'limits: {{mentions_per_day: {mentions_per_day}, quiet_hours: "{quiet_hours}"}}'
    text = f"policy: 1\nname: {name}\ninclude: [accountability]\n{limits}\n{POLICIES[name]}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, POLICY_FILE)
        path.write_text(text, encoding="utf-8")
        return load_policy(path, people=People(teams={EAST: Team(EAST)}))
