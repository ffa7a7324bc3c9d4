"""`overrides`: a policy as it is for failures of some labels or teams. Each is laid over the whole policy and read like
one of its own, at load, so that nothing about it is left to fail when such a failure comes.

An override changes rules, and variables as far as rules and texts use them. What holds for the installation, such as
labels, severities, working time and limits, is one for all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from rules.language.document import Document, KeyPath, ListNode, MapNode, Node, Scalar, problem_at
from rules.language.forms import OverrideForm
from rules.language.merging import with_variables
from rules.language.patching import ids_in, patched, switched_on, twice_in
from rules.language.policy_reading import read_policy, read_rules
from rules.language.problems import Problem, closest, in_words, spelled
from rules.language.reading import Reading
from rules.language.variables import put_in, read_variables, uses_outside
from rules.policy import Override, People, Policy
from rules.templates import Templates
from rules.variables import PREFIX, Variables, values_of

#: Where an override may change a variable's value.
_CHANGED = frozenset({"rules", "overrides", "variables"})
#: What differs between one slip told of the policy and told of an override.
_VALUES = re.compile(r'"[^"]*"| \(under the override “.*”\)\Z| \([^)]*\)')


class Tree:
    """A policy's tree as written, and as it is read: rules that are off taken out, values put in for variables."""

    def __init__(self, written: Node) -> None:
        self.written = written
        self.problems: list[Problem] = []
        self.variables, wrong = read_variables(written)
        self.problems += wrong

    @cached_property
    def root(self) -> Node:
        """As it is read. Problems with variables are added to `problems`."""
        return put_in(_switched_on(self.written), self.problems)


def read_whole(
    tree: Tree, templates: Templates, in_texts: Variables, problems: list[Problem], people: People | None
) -> Policy | None:
    """The policy with its overrides; None where its form is wrong. What is found wrong is added to `problems`. `people`
    are those of the people file, where it is known."""
    reading = Reading(Document(tree.root), templates, tree.variables, people)
    policy = read_policy(reading, in_texts)
    problems += [*tree.problems, *_elsewhere(reading.problems, tree.problems)]
    reading.problems.clear()
    reading.document = Document(tree.root)
    told, base = {_slip(one) for one in problems}, len(problems)
    overrides = [_read(reading, ("overrides", index), tree, in_texts, problems) for index in _indexes(tree.root)]
    problems[base:] = [one for one in problems[base:] if _slip(one) not in told]
    _check_teams(reading, None if people is None else people.teams)
    problems += reading.problems
    if policy is None:
        return None
    return replace(policy, overrides=tuple(one for one in overrides if one))


def _indexes(root: Node) -> range:
    listed = root.get("overrides") if isinstance(root, MapNode) else None
    return range(len(listed.items)) if isinstance(listed, ListNode) else range(0)


def _read(reading: Reading, path: KeyPath, tree: Tree, in_texts: Variables, problems: list[Problem]) -> Override | None:
    form = reading.form(OverrideForm, path)
    node, base = Document(tree.written).at(path), tree.written
    if form is None or not isinstance(node, MapNode) or not isinstance(base, MapNode):
        return None
    _check(reading, path, form)
    over = Tree(_laid_over(base, tree, node, problems))
    own = Reading(Document(over.root), reading.templates, over.variables, reading.people)
    own.fields = reading.fields
    own.conditions = {known: one for known, one in reading.conditions.items() if not one.variables}
    rules = read_rules(own)
    for problem in [*over.problems, *_elsewhere(own.problems, over.problems)]:
        if problem not in problems:
            problems.append(_told_of(problem, node, form.name))
    return Override(form.name.strip(), tuple(form.labels), tuple(form.teams), rules, in_texts | over.variables)


def _elsewhere(problems: Iterable[Problem], told: Iterable[Problem]) -> list[Problem]:
    """Those that are with another value than what was told: what becomes of a name of no variable helps nobody."""
    places = {(one.file, one.line, one.column) for one in told}
    return [one for one in problems if (one.file, one.line, one.column) not in places]


def _slip(problem: Problem) -> tuple[str, int, int, str]:
    """Where and what it is whatever the values are: of what the policy itself has wrong, no override tells again."""
    return problem.file, problem.line, problem.column, _VALUES.sub("", problem.message)


def _told_of(problem: Problem, override: MapNode, name: str) -> Problem:
    """A problem with an override: where it shows elsewhere than in the override itself, it says which one it is."""
    is_inside = problem.file == override.source.file and problem.path.startswith(f"{spelled(override.place.path)}.")
    told = f"{problem.message} (under the override “{name.strip()}”)"
    return problem if is_inside else replace(problem, message=told)


def _check(reading: Reading, path: KeyPath, form: OverrideForm) -> None:
    if not form.name.strip() or "\n" in form.name.strip():
        reading.note((*path, "name"), "a few words in one line are wanted here")
    if not form.labels and not form.teams:
        reading.note(path, "nothing says for which failures this override holds", "labels, teams, or both")
    if not form.variables and not form.rules:
        reading.note(path, "this override changes nothing", "variables, rules, or both")
    for key, words in (("labels", form.labels), ("teams", form.teams)):
        for index, word in enumerate(words):
            if not word.strip():
                reading.note((*path, key, index), "an empty word")
    for index in range(int(path[-1])):
        before = reading.document.at((path[0], index, "name"))
        if isinstance(before, Scalar) and str(before.value).strip() == form.name.strip():
            reading.note((*path, "name"), f'"{form.name}" is the name of two overrides (first on line {before.line})')


def _check_teams(reading: Reading, teams: Collection[str] | None) -> None:
    for index in _indexes(reading.document.root) if teams is not None else ():
        path = ("overrides", index, "teams")
        listed = reading.document.at(path)
        for number, item in enumerate(listed.items if isinstance(listed, ListNode) else ()):
            if isinstance(item, Scalar) and isinstance(item.value, str) and item.value not in (teams or ()):
                told = f'"{item.value}" is no team of the people file'
                told += "" if teams else ", which has no teams yet"
                reading.note((*path, number), told, in_words(teams or (), item.value), closest(item.value, teams or ()))


def _laid_over(base: MapNode, tree: Tree, override: MapNode, problems: list[Problem]) -> MapNode:
    """The whole policy as the override has it, as written."""
    changes = dict(_changes(base, tree, override, problems))
    kept = ((key, value) for key, value in base.entries if key.value not in {"overrides", *changes})
    added = ((Scalar(override.place, key), value) for key, value in changes.items())
    return MapNode(base.place, (*kept, *added))


def _changes(base: MapNode, tree: Tree, override: MapNode, problems: list[Problem]) -> Iterator[tuple[str, Node]]:
    rules, old_rules = override.get("rules"), base.get("rules")
    problems += twice_in(rules)
    if isinstance(rules, ListNode) and isinstance(old_rules, ListNode):
        yield "rules", patched(old_rules, rules, ids_in(old_rules), problems, among="rule of this policy")
    variables, old_variables = override.get("variables"), base.get("variables")
    if isinstance(variables, MapNode):
        old = old_variables if isinstance(old_variables, MapNode) else MapNode(base.place, ())
        problems += _unchangeable(variables, tree)
        yield "variables", with_variables(old, variables, problems)


def _unchangeable(variables: MapNode, tree: Tree) -> Iterator[Problem]:
    """Variables that an override names and that there are not, or that settle what is one for all."""
    elsewhere = uses_outside(tree.root, _CHANGED) if isinstance(tree.root, MapNode) else {}
    known = values_of(tree.variables)
    for key in variables.keys():  # noqa: SIM118 - a node is no dict
        place = Document(variables).key_at((key,))
        if key not in known:
            yield problem_at(place, f'"{key}" is no variable of this policy', in_words(known, key), closest(key, known))
        elif key in elsewhere:
            told = f"{PREFIX}{key} settles {spelled(elsewhere[key])} too, which is one for all failures"
            yield problem_at(place, f"{told}: an override changes rules alone")


def _switched_on(root: Node) -> Node:
    listed = root.get("rules") if isinstance(root, MapNode) else None
    if not isinstance(root, MapNode) or not isinstance(listed, ListNode):
        return root
    on = switched_on(listed)
    return replace(root, entries=tuple((key, on if key.value == "rules" else old) for key, old in root.entries))
