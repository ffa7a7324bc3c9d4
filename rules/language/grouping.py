"""Groups of rules that share what stands above them: `for`, `step`, `while`, and a condition.

A group is read into its rules: each gets what it does not say itself, and is asked the group's condition before its
own. Nothing is left of the group afterwards but its name, beside its condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from rules.conditions import Condition
from rules.language.condition_reading import compiled
from rules.language.document import Document, KeyPath, ListNode, MapNode, Node, Scalar
from rules.language.forms import GroupForm
from rules.language.patching import id_of, is_group
from rules.language.reading import Reading

GROUPS_DEEP_MAX = 3
_SHARED = ("for", "step", "while")


@dataclass(frozen=True, slots=True)
class Group:
    """A group's name and its condition, where it has one."""

    name: str
    when: Scalar | None


@dataclass(frozen=True, slots=True)
class _Inner:
    """A rule, and the groups that it stands in."""

    rule: Node
    groups: tuple[Group, ...]


class GroupConditions:
    """Compiles the conditions of groups for their rules. One that is wrong is told once, however many rules ask it."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._places: set[tuple[str, int, int]] = set()

    def of(self, groups: tuple[Group, ...], rule: MapNode, subject: str) -> tuple[Condition, ...]:
        """The conditions of the groups, outermost first, over the facts of a rule's subject."""
        found: list[Condition] = []
        for group in groups:
            node = group.when
            place = (node.source.file, node.line, node.column) if node else None
            if node is None or place is None or place in self._places:
                continue
            whose = f'a rule for {subject}, as "{id_of(rule)}" in this group is'
            condition = compiled(self._reading, node, subject, whose)
            if condition is None:
                self._places.add(place)
            else:
                found.append(replace(condition, group=group.name))
        return tuple(found)


def ungroup(reading: Reading) -> list[tuple[Group, ...]]:
    """Takes the rules of the document out of their groups: there is a plain list of rules afterwards. What comes back
    are the groups that each of them stood in. Problems of the groups themselves are noted."""
    root = reading.document.root
    listed = root.get("rules") if isinstance(root, MapNode) else None
    if not isinstance(root, MapNode) or not isinstance(listed, ListNode):
        return []
    inner = list(_inner(reading, ("rules",), listed, (), {}))
    flat = ListNode(listed.place, tuple(one.rule for one in inner))
    entries = tuple((key, flat if key.value == "rules" else value) for key, value in root.entries)
    reading.document = Document(replace(root, entries=entries))
    return [one.groups for one in inner]


def _inner(
    reading: Reading,
    path: KeyPath,
    rules: ListNode,
    groups: tuple[Group, ...],
    shared: Mapping[str, tuple[Scalar, Node]],
) -> Iterator[_Inner]:
    for index, item in enumerate(rules.items):
        if not isinstance(item, MapNode) or not is_group(item):
            yield _Inner(_with_shared(item, shared), groups)
            continue
        place, deeper = (*path, index), (*groups, _group(item))
        _check(reading, place, len(deeper))
        inner = item.get("rules")
        if isinstance(inner, ListNode) and len(deeper) <= GROUPS_DEEP_MAX:
            own = {str(key.value): (key, value) for key, value in item.entries if key.value in _SHARED}
            yield from _inner(reading, (*place, "rules"), inner, deeper, {**shared, **own})


def _group(item: MapNode) -> Group:
    name, when = item.get("group"), item.get("when")
    is_asked = isinstance(when, Scalar) and isinstance(when.value, str) and when.value.strip()
    return Group(
        str(name.value).strip() if isinstance(name, Scalar) else "",
        when if isinstance(when, Scalar) and is_asked else None,
    )


def _check(reading: Reading, place: KeyPath, depth: int) -> None:
    form = reading.form(GroupForm, place)
    if depth > GROUPS_DEEP_MAX:
        reading.note_key((*place, "group"), f"groups stand in groups, but at most {GROUPS_DEEP_MAX} deep")
    if form and (not form.group.strip() or "\n" in form.group.strip()):
        reading.note((*place, "group"), "a few words in one line are wanted here")
    if form and not form.rules:
        reading.note((*place, "rules"), "a group without rules")
    if form and form.when is not None and not form.when.strip():
        reading.note((*place, "when"), "an empty condition")


def _with_shared(item: Node, shared: Mapping[str, tuple[Scalar, Node]]) -> Node:
    if not isinstance(item, MapNode):
        return item
    missing = (pair for name, pair in shared.items() if item.get(name) is None)
    return replace(item, entries=(*item.entries, *missing))
