"""Templates that do not do what they were written for, though nothing is wrong with them.

One beside a policy that nothing is said with (`aftermath check`) is mostly a slip in a file's name: the shipped text
goes out, and whoever wrote the other waits for it. One that asks people and never mentions them (`policy check` too)
reaches nobody, and is noted only: a text may name somebody in its own way.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from connectors.inspection import Finding, note
from rules.language.policy_file import TEMPLATE_FOLDER
from rules.language.problems import closest
from rules.policy import Policy
from rules.used_templates import silent_templates, used_templates


def unused_templates(source: Path, policy: Policy) -> Iterator[Finding]:
    """A note for each. `source` is the policy's folder or file; a shipped pack holds none."""
    folder = (source if source.is_dir() else source.parent) / TEMPLATE_FOLDER
    used = used_templates(policy)
    there = sorted(path.name for path in folder.glob("*.md"))
    for name in there:
        if name not in used:
            # What has its own file already is hardly meant by another one.
            meant = closest(name, sorted(used.difference(there)))
            todo = f"Did you mean {meant}?" if meant else "Name it in a rule, or take the file away."
            yield note("policy", f"{TEMPLATE_FOLDER}/{name} is used by no rule, so nothing is said with it.", todo)


def silent_notes(policy: Policy) -> Iterator[Finding]:
    """A note for each text that asks people and mentions nobody."""
    for name, rule in silent_templates(policy).items():
        found = f"{name} never uses `mentions`, so it reaches nobody whom {rule} asks with it."
        yield note("policy", found, "Write {{ mentions }} where they are to be mentioned.")
