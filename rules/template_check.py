"""What is wrong with a template, found before anything is rendered.

Jinja2 finds an unknown variable only where rendering passes by it, which for the rare branch of a rare text
may be months later. So the template's tree is walked with the types that `rules.views.TextView` declares
(`rules.template_types`), and each value's use is looked at (`rules.template_uses`). Where a type cannot be
known the walk says nothing rather than something wrong.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, get_type_hints

from jinja2 import Environment, TemplateSyntaxError, nodes

from rules.template_columns import beginning_of, column_of, column_of_attribute, parsed
from rules.template_slips import slip_in
from rules.template_types import Types, element_of, is_list, is_text, spelled, with_article
from rules.template_uses import Uses
from rules.variables import Variables
from rules.views import TextView

#: Written directly before a value, these would turn ticket text into a mention, a reference or an address.
_SIGILS = ("@", "#", "](", "](<", "://", "mention:", "<")

#: How near a name has to be to be found elsewhere than where it was looked for.
_SURE = 0.85
_NO_FILTER = re.compile(r"No filter named '([^']*)'")
_LEFT_OPEN = re.compile(r"Unexpected end of template\. .*block that needs to be closed is '(\w+)'")


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """One thing wrong: template, line and column (from 1; 0 until it is known), what was found, what is allowed, what
    was probably meant."""

    template: str
    line: int
    message: str
    allowed: tuple[str, ...] = ()
    suggestion: str = ""
    found: str = ""
    column: int = 0


def problems_in(name: str, source: str, environment: Environment, variables: Variables) -> list[TemplateProblem]:
    """Problems of one template in order of line. `environment` has its filters and its other templates, `variables`
    are the policy's."""
    try:
        environment.compile(source, name)
        tree = parsed(environment, source, name)
    except TemplateSyntaxError as error:
        return [_placed(_misspelt(name, error, environment, source), source)]
    walk = _Walk(name, environment, variables)
    walk.visit(tree, get_type_hints(TextView))
    return sorted(
        (_placed(problem, source) for problem in walk.problems), key=lambda problem: (problem.line, problem.column)
    )


def _placed(problem: TemplateProblem, source: str) -> TemplateProblem:
    """With the column at which what was found stands in its line, where no node knew it."""
    if problem.column:
        return problem
    line = source.split("\n")[problem.line - 1] if problem.found else ""
    return replace(problem, column=max(line.find(problem.found), 0) + 1)


def _misspelt(name: str, error: TemplateSyntaxError, environment: Environment, source: str) -> TemplateProblem:
    """What is wrong with the form of a template, in our words where they say it better."""
    told = error.message or "is no template"
    if unknown := _NO_FILTER.match(told):
        filters = sorted(environment.filters)
        near = difflib.get_close_matches(unknown[1], filters, n=1, cutoff=0.75)
        message = f'"{unknown[1]}" is no filter'
        return TemplateProblem(name, error.lineno, message, tuple(filters), near[0] if near else "", unknown[1])
    if left_open := _LEFT_OPEN.search(told):
        block = left_open[1]
        return TemplateProblem(name, error.lineno, f"the text ends, and its {{% {block} %}} has no {{% end{block} %}}")
    line = next(iter(source.split("\n")[error.lineno - 1 : error.lineno]), "")
    slip, found, meant = slip_in(error, line)
    return TemplateProblem(name, error.lineno, slip or told, suggestion=meant, found=found)


class _Walk:
    """One pass over a template's tree, collecting problems. A scope maps names to types; None is unknown."""

    def __init__(self, template: str, environment: Environment, variables: Variables) -> None:
        self.problems: list[TemplateProblem] = []
        self._template = template
        self._environment = environment
        self._types = Types(variables)
        self._uses = Uses(self._types)
        #: Names that the template itself gave to something.
        self._made: frozenset[str] = frozenset()

    def visit(self, node: nodes.Node, scope: Mapping[str, Any]) -> None:
        match node:
            case nodes.For():
                self._visit_loop(node, scope)
            case nodes.Macro() | nodes.CallBlock() | nodes.Import() | nodes.FromImport():
                self._report(node, "macros and imports are not for texts: a template is read from top to bottom")
            case nodes.If():
                self._visit_choice(node, scope)
            case nodes.Include():
                self._visit_include(node)
            case _:
                self._visit_plain(node, dict(scope))

    def _visit_plain(self, node: nodes.Node, scope: dict[str, Any]) -> None:
        if isinstance(node, nodes.Output):
            self._check_sigils(node)
        if isinstance(node, nodes.Name) and node.ctx == "load":
            self._check_known(node, node.name, scope, "no variable here", column_of(node))
        if isinstance(node, nodes.Getattr | nodes.Getitem):
            self._check_attribute(node, scope)
        self._check_uses(node, scope)
        for child in node.iter_child_nodes():
            self.visit(child, scope)
            if isinstance(child, nodes.Assign) and isinstance(child.target, nodes.Name):
                scope[child.target.name] = self._types.of(child.node, scope)
                self._made |= {child.target.name}
            elif isinstance(child, nodes.If):
                scope |= dict.fromkeys(scope.keys() & set(_set_in(child)))  # each may be either now

    def _visit_choice(self, node: nodes.If, scope: Mapping[str, Any]) -> None:
        """What one branch sets is nothing that the next ones know of."""
        self.visit(node.test, scope)
        self._visit_plain(nodes.Template(node.body), dict(scope))
        others = {**scope, **dict.fromkeys(_set_in(node))}
        for other in node.elif_:
            self.visit(other, others)
        self._visit_plain(nodes.Template(node.else_), others)

    def _visit_loop(self, node: nodes.For, scope: Mapping[str, Any]) -> None:
        self.visit(node.iter, scope)
        self._check_uses(node, scope)
        inner = dict(scope) | {"loop": None}
        element = element_of(self._types.of(node.iter, scope))
        self._made |= frozenset() if self._is_given(node.iter) else frozenset(_names_of(node.target))
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

    def _check_attribute(self, node: nodes.Getattr | nodes.Getitem, scope: Mapping[str, Any]) -> None:
        owner, name = self._types.of(node.node, scope), _asked_for(node)
        if owner is None or not name:
            return
        of_what, column = spelled(node.node), column_of_attribute(node)
        if is_list(owner):
            told = f'"{name}" is nothing that a list has: {of_what} is {with_article(owner)}, go through it with a loop'
            self._report(node, told, found=name, column=column)
        elif is_text(owner) and hasattr(str, name) and not self._is_given(node.node):
            return  # what was made here is a text of Python's, and can what those can
        elif is_text(owner) and name in self._environment.filters:
            told = f'"{name}" is nothing that a text has, and a filter for one'
            self._tell(node, told, (), name, f"{of_what} | {name}", column)
        else:
            known = self._types.attributes_of(owner)
            told = f"nothing that {of_what} has"
            told = told if known else f"{told}: it is {with_article(owner)}"
            alone = "" if _nearest(name, sorted(known)) else _nearest(name, VARIABLES, _SURE)
            if alone and known and name not in known:
                self._tell(node, f'"{name}" is {told}; "{alone}" stands alone', sorted(known), name, alone, column)
            else:
                self._check_known(node, name, known, told, column)

    def _is_given(self, node: nodes.Node) -> bool:
        """Whether it is a value that every template has, or one of its own, and nothing that was made of it."""
        if isinstance(node, nodes.Getattr):
            return self._is_given(node.node)
        return isinstance(node, nodes.Name) and node.name not in self._made

    def _check_uses(self, node: nodes.Node, scope: Mapping[str, Any]) -> None:
        for one in self._uses.misused(node, scope):
            begins = beginning_of(one.node)
            column = column_of(begins) if one.is_there else 0
            near = "" if one.is_there else _nearest(one.found, one.allowed)
            self._tell(begins, one.message, one.allowed, one.found, one.meant or near, column)

    def _check_known(self, node: nodes.Node, name: str, known: Mapping[str, Any], what: str, column: int) -> None:
        if name not in known:
            self._report(node, f'"{name}" is {what}', sorted(known), name, column=column)

    def _check_sigils(self, node: nodes.Output) -> None:
        for before, value in zip(node.nodes, node.nodes[1:], strict=False):
            if isinstance(before, nodes.TemplateData) and not isinstance(value, nodes.TemplateData):
                sigil = next((sign for sign in _SIGILS if before.data.endswith(sign)), None)
                if sigil:
                    told = f'"{sigil}" directly before a value would give it a meaning; use a link'
                    self._report(value, told, found=f"{sigil}{{{{")

    def _report(
        self, node: nodes.Node, message: str, allowed: Sequence[str] = (), found: str = "", column: int = 0
    ) -> None:
        """With the nearest of what is allowed."""
        self._tell(node, message, allowed, found, _nearest(found, allowed), column)

    def _tell(
        self, node: nodes.Node, message: str, allowed: Sequence[str], found: str, meant: str, column: int
    ) -> None:
        line = int(node.lineno)
        self.problems.append(TemplateProblem(self._template, line, message, tuple(allowed), meant, found, column))


def _nearest(found: str, allowed: Sequence[str], cutoff: float = 0.6) -> str:
    close = difflib.get_close_matches(found, allowed, n=1, cutoff=cutoff) if found and allowed else []
    return close[0] if close else ""


def _asked_for(node: nodes.Getattr | nodes.Getitem) -> str:
    """The name of what is asked for by name."""
    if isinstance(node, nodes.Getattr):
        return node.attr
    return node.arg.value if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str) else ""


def _set_in(branches: nodes.If) -> Iterator[str]:
    for one in branches.find_all(nodes.Assign):
        yield from _names_of(one.target)


def _names_of(target: nodes.Node) -> Iterator[str]:
    if isinstance(target, nodes.Name):
        yield target.name
    for child in target.iter_child_nodes():
        yield from _names_of(child)


#: Every name that a template can use, for the documentation.
VARIABLES = tuple(field.name for field in fields(TextView))
