"""What is wrong with a template, found before anything is rendered.

Jinja2 finds an unknown variable only where rendering passes by it, which for the rare branch of a rare text
may be months later. So the template's tree is walked with the types that `rules.views.TextView` declares.
Where a type cannot be known (a filter's result) the walk says nothing rather than something wrong.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from jinja2 import Environment, TemplateSyntaxError, nodes

from rules.durations import Duration
from rules.variables import Value, Variables, values_of
from rules.views import TextView

#: Written directly before a value, these would turn ticket text into a mention, a reference or an address.
_SIGILS = ("@", "#", "](", "](<", "://", "mention:", "<")


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """One thing wrong: template, line (from 1), what was found, what is allowed, what was probably meant."""

    template: str
    line: int
    message: str
    allowed: tuple[str, ...] = ()
    suggestion: str = ""


def problems_in(name: str, source: str, environment: Environment, variables: Variables) -> list[TemplateProblem]:
    """Problems of one template in order of line. `environment` has its filters and its other templates, `variables`
    are the policy's."""
    try:
        tree = environment.parse(source, name)
        environment.compile(source, name)
    except TemplateSyntaxError as error:
        return [TemplateProblem(name, error.lineno, error.message or "is no template")]
    walk = _Walk(name, environment, variables)
    walk.visit(tree, get_type_hints(TextView))
    return sorted(walk.problems, key=lambda problem: problem.line)


class _Walk:
    """One pass over a template's tree, collecting problems. A scope maps names to types; None is unknown."""

    def __init__(self, template: str, environment: Environment, variables: Variables) -> None:
        self.problems: list[TemplateProblem] = []
        self._template = template
        self._environment = environment
        self._variables = {name: _type_in_text(value) for name, value in values_of(variables).items()}

    def visit(self, node: nodes.Node, scope: Mapping[str, Any]) -> None:
        match node:
            case nodes.For():
                self._visit_loop(node, scope)
            case nodes.Macro() | nodes.CallBlock() | nodes.Import() | nodes.FromImport():
                self._report(node, "macros and imports are not for texts: a template is read from top to bottom")
            case nodes.Include():
                self._visit_include(node)
            case _:
                self._visit_plain(node, dict(scope))

    def _visit_plain(self, node: nodes.Node, scope: dict[str, Any]) -> None:
        if isinstance(node, nodes.Output):
            self._check_sigils(node)
        if isinstance(node, nodes.Name) and node.ctx == "load":
            self._check_known(node, node.name, scope, "no variable here")
        if isinstance(node, nodes.Getattr):
            self._check_attribute(node, scope)
        for child in node.iter_child_nodes():
            self.visit(child, scope)
            if isinstance(child, nodes.Assign) and isinstance(child.target, nodes.Name):
                scope[child.target.name] = self._type_of(child.node, scope)

    def _visit_loop(self, node: nodes.For, scope: Mapping[str, Any]) -> None:
        self.visit(node.iter, scope)
        inner = dict(scope) | {"loop": None}
        element = _element_type(self._type_of(node.iter, scope))
        for target in _names_of(node.target):
            inner[target] = element if isinstance(node.target, nodes.Name) else None
        # A template node keeps statements in order, so that what is set in a loop is known after it.
        self._visit_plain(nodes.Template([*([node.test] if node.test else []), *node.body]), inner)
        self._visit_plain(nodes.Template(node.else_), dict(scope))

    def _visit_include(self, node: nodes.Include) -> None:
        names = self._environment.list_templates()
        if isinstance(node.template, nodes.Const) and node.template.value not in names:
            self._report(node, f'"{node.template.value}" is no template', names, node.template.value)
        elif not isinstance(node.template, nodes.Const):
            self._report(node, "an include names its template in quotes")

    def _check_attribute(self, node: nodes.Getattr, scope: Mapping[str, Any]) -> None:
        owner = self._type_of(node.node, scope)
        if owner is None:
            return
        known = self._attributes_of(owner)
        self._check_known(node, node.attr, known, f"nothing that {_spelled(node.node)} has")

    def _check_known(self, node: nodes.Node, name: str, known: Mapping[str, Any], what: str) -> None:
        if name not in known:
            self._report(node, f'"{name}" is {what}', sorted(known), name)

    def _check_sigils(self, node: nodes.Output) -> None:
        for before, value in zip(node.nodes, node.nodes[1:], strict=False):
            if isinstance(before, nodes.TemplateData) and not isinstance(value, nodes.TemplateData):
                sigil = next((sign for sign in _SIGILS if before.data.endswith(sign)), None)
                if sigil:
                    self._report(value, f'"{sigil}" directly before a value would give it a meaning; use a link')

    def _type_of(self, node: nodes.Node, scope: Mapping[str, Any]) -> Any:
        if isinstance(node, nodes.Name):
            return _present(scope.get(node.name))
        if isinstance(node, nodes.Getattr):
            owner = self._type_of(node.node, scope)
            return _present(self._attributes_of(owner).get(node.attr)) if owner else None
        return None

    def _attributes_of(self, owner: Any) -> Mapping[str, Any]:
        if owner is Variables:
            return self._variables
        return get_type_hints(owner) if is_dataclass(owner) else {}

    def _report(self, node: nodes.Node, message: str, allowed: Sequence[str] = (), found: str = "") -> None:
        close = difflib.get_close_matches(found, allowed, n=1) if found else []
        problem = TemplateProblem(self._template, node.lineno, message, tuple(allowed), close[0] if close else "")
        self.problems.append(problem)


def _type_in_text(value: Value) -> Any:
    if isinstance(value, tuple):
        return Sequence[str]
    return str if isinstance(value, Duration) else type(value)


def _present(kind: Any) -> Any:
    """The type without `| None`: whether something is there is asked in the template."""
    if isinstance(kind, UnionType):
        return next(arm for arm in get_args(kind) if arm is not NoneType)
    return kind


def _element_type(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Sequence else None


def _names_of(target: nodes.Node) -> Iterator[str]:
    if isinstance(target, nodes.Name):
        yield target.name
    for child in target.iter_child_nodes():
        yield from _names_of(child)


def _spelled(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_spelled(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "this value"


#: Every name that a template can use, for the documentation.
VARIABLES = tuple(field.name for field in fields(TextView))
