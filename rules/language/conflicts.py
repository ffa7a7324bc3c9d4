"""Rules that cannot go together, and conditions that nothing can ever meet: told at load, by an example where there is
one, and not at two in the morning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from rules.language.document import KeyPath, MapNode
from rules.language.reading import Reading
from rules.overlap import in_words, search
from rules.policy import Rule
from rules.slots import slots_of
from rules.vocabulary import fact_types

_APART = "conditions that exclude each other, or one rule in place of two"


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule, and where it stands."""

    rule: Rule
    path: KeyPath


def note_conflicts(reading: Reading, placed: Sequence[PlacedRule]) -> None:
    """Notes conditions that can never hold, and rules that fill one place at once. A rule that holds in several phases
    is told once."""
    for path, rule in {one.path: one.rule for one in placed}.items():
        _note_never(reading, path, rule)
    told: set[tuple[KeyPath, KeyPath]] = set()
    for one, other in combinations(placed, 2):
        pair = one.path, other.path
        if one.path != other.path and pair not in told and _note_fight(reading, one, other):
            told.add(pair)


def _note_never(reading: Reading, path: KeyPath, rule: Rule) -> None:
    if not rule.conditions:
        return
    found = search(rule.conditions, fact_types(rule.subject, reading.fields))
    if found.example is None and found.is_whole:
        groups = [f"the group “{one.group}”" for one in rule.conditions if one.group]
        among = f" together with that of {' and '.join(groups)}" if groups else ""
        place = (*path, "when") if _has(reading, path, "when") else path
        reading.note(place, f"this condition{among} can never hold, so that the rule never speaks")


def _note_fight(reading: Reading, one: PlacedRule, other: PlacedRule) -> bool:
    first, second = one.rule, other.rule
    if (first.subject, first.phase) != (second.subject, second.phase):
        return False
    shared = [slot for slot in slots_of(second) if slot in set(slots_of(first))]
    if not shared:
        return False
    example = search((*first.conditions, *second.conditions), fact_types(first.subject, reading.fields)).example
    if example is None:
        return False
    when = f", as when {in_words(example)}" if example else ""
    node = reading.document.key_at((*one.path, "id"))
    is_here = node.source == reading.document.at(other.path).source
    where = f"line {node.line}" if is_here else f"{node.source.file}:{node.line}"
    place = (*other.path, "do") if _has(reading, other.path, "do") else (*other.path, "ladder")
    told = f'"{first.id}" ({where}) {shared[0]} for the same {first.subject} too{when}: only one can'
    reading.note_key(place, told, _APART)
    return True


def _has(reading: Reading, path: KeyPath, key: str) -> bool:
    node = reading.document.at(path)
    return isinstance(node, MapNode) and node.get(key) is not None
