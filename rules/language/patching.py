"""Rules that are changed where they are, by their id: what an including file or an override says of known rules.

The keys of a patch take the place of the rule's, each as a whole; one without a value is taken away. The rule keeps its
place, and the group that it stands in. `off: true` takes it out, `off: false` brings it back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from rules.language.document import ListNode, MapNode, Node, Scalar, problem_at
from rules.language.forms import RuleForm
from rules.language.problems import Problem, closest, in_words

OFF = "off"
_NEEDED = ("name", "step", "for")
_DOING = ("do", "ladder")


def is_group(node: Node) -> bool:
    """Whether an entry of `rules` holds rules rather than being one."""
    return isinstance(node, MapNode) and (node.get("group") is not None or _has_rules_alone(node))


def rules_in(rules: Node | None) -> Iterator[MapNode]:
    """Every rule that is a mapping, in order, those inside of groups too."""
    for item in rules.items if isinstance(rules, ListNode) else ():
        if isinstance(item, MapNode) and is_group(item):
            yield from rules_in(item.get("rules"))
        elif isinstance(item, MapNode):
            yield item


def id_of(rule: MapNode) -> str:
    """A rule's id, empty where none is there that could be one."""
    node = rule.get("id")
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""


def ids_in(rules: Node | None) -> dict[str, MapNode]:
    """The rules by their ids; of two the first."""
    found: dict[str, MapNode] = {}
    for rule in rules_in(rules):
        if one := id_of(rule):
            found.setdefault(one, rule)
    return found


def twice_in(rules: Node | None) -> Iterator[Problem]:
    """Ids that two rules of one file bear."""
    first = ids_in(rules)
    for rule in rules_in(rules):
        one = id_of(rule)
        if one and first[one] is not rule:
            place, line = rule.get("id") or rule, (first[one].get("id") or rule).line
            yield problem_at(place, f'"{one}" is the id of two rules (first on line {line})')


def patched(
    base: ListNode, over: ListNode, visible: Collection[str], problems: list[Problem], *, among: str
) -> ListNode:
    """The rules of `base`, those that `over` patches changed where they are, and its new ones behind them.

    `visible` are the ids that may be patched from there; `among` says what is patched (`included rule`), and is empty
    where nothing is. What is wrong is added to `problems`, and left out.
    """
    known = ids_in(base)
    patches: dict[str, MapNode] = {}
    new: list[Node] = []
    for item in over.items:
        if isinstance(item, MapNode) and not is_group(item) and (one := id_of(item)):
            problem = _wrong(item, known, visible, among)
            if problem:
                problems.append(problem)
            elif one in known:
                patches.setdefault(one, item)
            else:
                new.append(item)
        else:
            problems += _grouped(item, known)
            new.append(_new_alone(item, known))
    return ListNode(over.place, (*(_patch(item, patches) for item in base.items), *new))


def switched_on(rules: ListNode) -> ListNode:
    """The rules without those that are off, and without groups that thereby are empty."""
    items: list[Node] = []
    for item in rules.items:
        inner = item.get("rules") if isinstance(item, MapNode) and is_group(item) else None
        if isinstance(item, MapNode) and isinstance(inner, ListNode):
            kept = switched_on(inner)
            if kept.items or not inner.items:
                items.append(_with(item, "rules", kept))
        elif not is_off(item):
            items.append(item)
    return replace(rules, items=tuple(items))


def _has_rules_alone(node: MapNode) -> bool:
    return node.get("rules") is not None and node.get("id") is None


def is_off(node: Node) -> bool:
    """Whether an entry of `rules` is a rule that is taken out."""
    value = node.get(OFF) if isinstance(node, MapNode) else None
    return isinstance(value, Scalar) and value.value is True


def _wrong(patch: MapNode, known: Mapping[str, MapNode], visible: Collection[str], among: str) -> Problem | None:
    one, place = id_of(patch), patch.get("id") or patch
    off = patch.get(OFF)
    if one not in known:
        return _unknown(patch, known, among) if among else None
    if one not in visible:
        first = known[one].get("id") or known[one]
        where = f"{first.source.file}:{first.line}"
        return problem_at(place, f'"{one}" is the id of a rule in {where} already, which this file does not include')
    if is_off(known[one]) and off is None:
        taken_by = known[one].get(OFF) or known[one]
        taken = f'"{one}" was taken out in {taken_by.source.file}:{taken_by.line}'
        return problem_at(place, f"{taken}, so that nothing comes of this", "off: false, to bring it back")
    return None


def _unknown(rule: MapNode, known: Mapping[str, MapNode], among: str) -> Problem | None:
    """What is wrong with a rule of an id that nobody knows, if anything: it may be meant for a patch."""
    one, place = id_of(rule), rule.get("id") or rule
    told, near = f'"{one}" is no {among}', closest(one, known)
    lacks = [key for key in _NEEDED if rule.get(key) is None]
    lacks += ["do or ladder"] if rule.get("do") is None and rule.get("ladder") is None else []
    if is_off(rule):
        return problem_at(place, f"{told}, so there is nothing to take out", in_words(known, one), near)
    if lacks and not _has_a_slip(rule):
        why = f"{told}, and for a rule of its own it lacks {', '.join(lacks)}"
        return problem_at(place, why, in_words(known, one), near)
    return None


def _has_a_slip(rule: MapNode) -> bool:
    """Whether one of its keys is likely meant for one that it lacks: the form tells of that key, and says it better."""
    lacking = [key for key in (*_NEEDED, *_DOING) if rule.get(key) is None]
    keys = {str(key.value) for key, _ in rule.entries} - {
        field.alias or key for key, field in RuleForm.model_fields.items()
    }
    return any(closest(key, lacking) for key in keys)


def _grouped(item: Node, known: Mapping[str, MapNode]) -> Iterator[Problem]:
    for rule in rules_in(item.get("rules")) if isinstance(item, MapNode) and is_group(item) else ():
        if id_of(rule) in known:
            told = f'"{id_of(rule)}" is there already, and keeps its place and its group: patch it outside of groups'
            yield problem_at(rule.get("id") or rule, told)


def _new_alone(item: Node, known: Mapping[str, MapNode]) -> Node:
    """A group without the rules that are there already; anything else as it is."""
    inner = item.get("rules") if isinstance(item, MapNode) and is_group(item) else None
    if not isinstance(item, MapNode) or not isinstance(inner, ListNode):
        return item
    new = (one for one in inner.items if not (isinstance(one, MapNode) and not is_group(one) and id_of(one) in known))
    return _with(item, "rules", replace(inner, items=tuple(_new_alone(one, known) for one in new)))


def _patch(item: Node, patches: Mapping[str, MapNode]) -> Node:
    if not isinstance(item, MapNode):
        return item
    inner = item.get("rules")
    if is_group(item):
        changed = tuple(_patch(one, patches) for one in inner.items) if isinstance(inner, ListNode) else ()
        return _with(item, "rules", replace(inner, items=changed)) if isinstance(inner, ListNode) else item
    patch = patches.get(id_of(item))
    return _laid_over(item, patch) if patch else item


def _laid_over(rule: MapNode, patch: MapNode) -> MapNode:
    entries = {key.value: (key, value) for key, value in rule.entries}
    entries |= {key.value: (key, value) for key, value in patch.entries}
    kept = (pair for pair in entries.values() if not (isinstance(pair[1], Scalar) and pair[1].value is None))
    return MapNode(patch.place, tuple(kept))


def _with(node: MapNode, key: str, value: Node) -> MapNode:
    entries = tuple((name, value if name.value == key else old) for name, old in node.entries)
    return replace(node, entries=entries)
