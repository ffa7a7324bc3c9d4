"""Variables that nothing uses and whose names are like another's: slips of the pen, which would change nothing.

Others that nothing uses may be meant for whoever includes the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rules.language.document import MapNode, Node, Scalar, problem_at
from rules.language.including import Layer
from rules.language.problems import Problem, closest
from rules.templates import Templates
from rules.variables import PREFIX


def idle_variables(layers: Sequence[Layer], templates: Templates) -> Iterator[Problem]:
    """A problem for each, in the files of a policy in the order in which they hold."""
    known: list[str] = []
    for layer in layers:
        keys = [*_variables_of(layer.root)]
        new = [key for key in keys if str(key.value) not in known]
        for key in new:
            name = str(key.value)
            near = closest(name, [one for one in known if one != name])
            if near and not _is_used(name, layers, templates):
                yield problem_at(key, f'"{name}" is a new variable, and nothing uses it', suggestion=near)
        known += [str(key.value) for key in new]


def _variables_of(root: Node) -> Iterator[Scalar]:
    node = root.get("variables") if isinstance(root, MapNode) else None
    if isinstance(node, MapNode):
        yield from (key for key, _ in node.entries)


def _is_used(name: str, layers: Sequence[Layer], templates: Templates) -> bool:
    use = re.compile(rf"{re.escape(PREFIX + name)}\b")
    texts = ("\n".join(layer.root.source.lines) for layer in layers)
    return any(use.search(text) for text in (*texts, *map(templates.source, templates.names())))
