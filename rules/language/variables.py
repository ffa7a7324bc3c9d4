"""The `variables` of a policy file, and their values put in wherever `vars.NAME` stands for a whole value.

What is put in bears the place at which its name was written, so that a value that does not fit is told where it is
used. Conditions are left as they are: they know variables by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from rules.durations import ALLOWED, Duration, parse_duration
from rules.language.document import KeyPath, ListNode, MapNode, Node, Scalar, problem_at
from rules.language.problems import Problem, closest, in_words, nearest_duration
from rules.language.validation import shown
from rules.variables import PREFIX, Value, Variables

KINDS = "a duration, a whole number, true or false, a word, or a list of words"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}\Z")
_USE = re.compile(r"vars\.([\w.-]+)\Z")
#: Keys whose values are no place for a variable: they are names themselves, or expressions that know variables.
AS_WRITTEN = frozenset({"when", "id", "group", "include", "variables", "policy"})
#: Words that CEL keeps for itself.
_KEPT = frozenset(
    {"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop"}
    | {"namespace", "null", "package", "return", "true", "var", "void", "while"}
)


def value_of(node: Node) -> Value | None:
    """What a variable with that value is; None for what can be none."""
    if isinstance(node, ListNode):
        words = [item.value for item in node.items if isinstance(item, Scalar)]
        are_words = len(words) == len(node.items) and all(isinstance(one, str) and one.strip() for one in words)
        return tuple(map(str, words)) if are_words else None
    if not isinstance(node, Scalar) or isinstance(node.value, float) or node.value is None:
        return None
    if not isinstance(node.value, str):
        return node.value
    try:
        return parse_duration(node.value)
    except ValueError:
        text = node.value.strip()
        return text if text and "\n" not in text else None


def kind_of(value: Value) -> str:
    """The kind of a variable, in words."""
    match value:
        case Duration():
            return "a duration"
        case bool():
            return "true or false"
        case int():
            return "a whole number"
        case str():
            return "a word"
    return "a list of words"


def read_variables(root: Node) -> tuple[Variables, list[Problem]]:
    """The variables of a policy's tree, and what is wrong with them."""
    node = root.get("variables") if isinstance(root, MapNode) else None
    if not isinstance(node, MapNode):  # anything else is the form's error
        return Variables(), []
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for key, given in node.entries:
        name, value = str(key.value), value_of(given)
        if not _NAME.match(name) or name in _KEPT:
            problems.append(problem_at(key, f'"{name}" cannot name a variable', "small letters, figures and _"))
        elif isinstance(given, Scalar) and isinstance(given.value, str) and _USE.match(given.value):
            problems.append(problem_at(given, "a variable has a value of its own, and no other's", KINDS))
        elif value is None:
            problems.append(problem_at(given, f"{shown(given)} is no value of a variable", KINDS))
        else:
            values[name] = value
    return Variables(values), problems


def another_kind(name: str, old: Node, new: Node) -> Iterator[Problem]:
    """What is wrong with a value that takes the place of one of another kind."""
    before, now = value_of(old), value_of(new)
    meant = nearest_duration(before) if isinstance(before, str) else ""
    if isinstance(now, Duration) and meant:
        text, where = shown(old).strip('"'), f"{new.source.file}:{new.line}"
        told = f"{PREFIX}{name} ({text}) is no duration (what takes its place in {where} is one)"
        yield problem_at(old, told, ALLOWED, meant)
    elif before is not None and now is not None and kind_of(before) != kind_of(now):
        told = (
            f"{PREFIX}{name} is {kind_of(before)} in {old.source.file}:{old.line}, and {shown(new)} is {kind_of(now)}"
        )
        near = nearest_duration(now) if isinstance(before, Duration) and isinstance(now, str) else ""
        yield problem_at(new, told, ALLOWED if isinstance(before, Duration) else "", near)


def put_in(root: Node, problems: list[Problem]) -> Node:
    """The tree with the variables' values where their names stand; names of none are noted."""
    node = root.get("variables") if isinstance(root, MapNode) else None
    known = {str(key.value): value for key, value in node.entries} if isinstance(node, MapNode) else {}
    return _put_in(root, known, problems)


def uses_outside(root: MapNode, keys: frozenset[str]) -> dict[str, KeyPath]:
    """The variables that stand somewhere in a tree other than under these keys of it, each with one such place."""
    found: dict[str, KeyPath] = {}
    for key, value in root.entries:
        if key.value not in keys:
            for scalar in _uses(value):
                found.setdefault(scalar.variable.removeprefix(PREFIX), scalar.place.path)
    return found


def _uses(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        if node.variable:
            yield node
        return
    inner = node.items if isinstance(node, ListNode) else [value for _, value in node.entries]
    for one in inner:
        yield from _uses(one)


def _put_in(node: Node, known: Mapping[str, Node], problems: list[Problem]) -> Node:
    if isinstance(node, MapNode):
        entries = (
            (key, value if key.value in AS_WRITTEN else _put_in(value, known, problems)) for key, value in node.entries
        )
        return replace(node, entries=tuple(entries))
    if isinstance(node, ListNode):
        return replace(node, items=tuple(_items(node, known, problems)))
    use = _USE.match(node.value.strip()) if isinstance(node.value, str) else None
    return _value(node, use[1], known, problems) if use else node


def _items(node: ListNode, known: Mapping[str, Node], problems: list[Problem]) -> Iterator[Node]:
    """A list's items; a variable that is a list itself adds all of its words."""
    for item in node.items:
        found = _put_in(item, known, problems)
        if isinstance(item, Scalar) and isinstance(found, ListNode):
            yield from found.items
        else:
            yield found


def _value(node: Scalar, name: str, known: Mapping[str, Node], problems: list[Problem]) -> Node:
    value, named = known.get(name), f"{PREFIX}{name}"
    if value is None:
        all_names = [f"{PREFIX}{one}" for one in known]
        allowed = in_words(all_names, named) or "a key of `variables`, where there is none yet"
        problems.append(problem_at(node, f'"{named}" is no variable', allowed, closest(named, all_names)))
        return node
    if isinstance(value, Scalar):
        return replace(value, place=node.place, variable=named)
    if isinstance(value, ListNode):
        items = (replace(one, place=node.place, variable=named) for one in value.items if isinstance(one, Scalar))
        return ListNode(node.place, tuple(items))
    return node
