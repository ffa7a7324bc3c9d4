"""Where a rule is taken out that a policy includes, for whoever asks why it does not speak."""

from __future__ import annotations

from pathlib import Path

from rules.language.document import MapNode, problem_at
from rules.language.files import POLICY_FILE
from rules.language.including import gather
from rules.language.merging import merged
from rules.language.patching import OFF, ids_in, is_off


def where_off(source: Path, rule: str, shown_as: str = "") -> str:
    """`policy.yaml:12`, the line of its `off: true`; empty where it is not off, or not there. `source` and `shown_as`
    are `load_policy`'s."""
    gathered = gather(source / POLICY_FILE if source.is_dir() else source, shown_as)
    root = merged(gathered.layers)[0] if gathered.layers else None
    found = ids_in(root.get("rules")).get(rule) if isinstance(root, MapNode) else None
    if found is None or not is_off(found):
        return ""
    place = problem_at(found.get(OFF) or found, "")
    return f"{place.file}:{place.line}"
