"""Several files as one policy: what is included first, and over it what includes it.

Mappings are merged key by key, and any other value takes the place of the one before it. Rules keep the order of the
included files, and new ones follow them; one with the id of an included rule patches it (`rules.language.patching`).
Overrides of the including file come before those that it includes, since of several the first holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from rules.language.document import ListNode, MapNode, Node, Scalar
from rules.language.including import INCLUDE, Layer
from rules.language.patching import ids_in, patched, twice_in
from rules.language.problems import Problem
from rules.language.variables import another_kind

Combine = Callable[[str, Node, Node], Node]


def merged(layers: Sequence[Layer]) -> tuple[Node, list[Problem]]:
    """One tree of all layers, in their order, and what keeps them from being one."""
    problems: list[Problem] = []
    owners: dict[str, Path] = {}
    root: Node | None = None
    for layer in layers:
        own = layer.root
        rules = own.get("rules") if isinstance(own, MapNode) else None
        problems += twice_in(rules)
        if isinstance(root, MapNode) and isinstance(own, MapNode):
            visible = frozenset(one for one, path in owners.items() if path in layer.sees)
            root = merged_map(root, own, partial(_combined, layer, visible, problems))
        else:
            root = own
        owners |= {one: layer.path for one in ids_in(rules) if one not in owners}
    assert root is not None, "a policy has a file"
    return _without(root, INCLUDE), problems


def merged_map(base: MapNode, over: MapNode, combine: Combine) -> MapNode:
    """Both, where a key is in both what `combine` makes of its two values."""
    entries = {str(key.value): (key, value) for key, value in base.entries}
    for key, value in over.entries:
        name = str(key.value)
        entries[name] = (key, combine(name, entries[name][1], value) if name in entries else value)
    return MapNode(over.place, tuple(entries.values()))


def with_variables(base: MapNode, over: MapNode, problems: list[Problem]) -> MapNode:
    """Variables with other values, each of the kind that it had. Another kind is noted, and the old value stands, so
    that nothing else is said of it where the variable is used."""

    def combined(name: str, old: Node, new: Node) -> Node:
        wrong = [*another_kind(name, old, new)]
        problems.extend(wrong)
        return old if wrong else new

    return merged_map(base, over, combined)


def _combined(layer: Layer, visible: frozenset[str], problems: list[Problem], key: str, old: Node, new: Node) -> Node:
    if isinstance(old, ListNode) and isinstance(new, ListNode):
        if key == "rules":
            return patched(old, new, visible, problems, among="included rule" if layer.sees else "")
        return _first_of_a_name(old, new) if key == "overrides" else new
    if key == "variables" and isinstance(old, MapNode) and isinstance(new, MapNode):
        return with_variables(old, new, problems)
    if key == "calendar" and isinstance(old, MapNode) and isinstance(new, MapNode):
        old = _without(old, *_outdone(new))
    return _deeply(key, old, new)


def _deeply(_key: str, old: Node, new: Node) -> Node:
    return merged_map(old, new, _deeply) if isinstance(old, MapNode) and isinstance(new, MapNode) else new


def _outdone(calendar: MapNode) -> Iterator[str]:
    """Keys of an included calendar that no longer fit: hours by day name the working days too, and regions are those of
    a country."""
    if isinstance(calendar.get("hours"), MapNode):
        yield "workdays"
    if calendar.get("country") is not None:
        yield "region"


def _first_of_a_name(old: ListNode, new: ListNode) -> ListNode:
    named = {_name(item) for item in new.items}
    return ListNode(new.place, (*new.items, *(item for item in old.items if _name(item) not in named)))


def _name(node: Node) -> str:
    name = node.get("name") if isinstance(node, MapNode) else None
    return str(name.value) if isinstance(name, Scalar) else ""


def _without(node: Node, *keys: str) -> Node:
    if not isinstance(node, MapNode):
        return node
    return MapNode(node.place, tuple((name, value) for name, value in node.entries if name.value not in keys))
