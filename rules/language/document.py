"""A YAML file as a tree of nodes that know their line and column, for policies and configuration alike.

YAML is read in its plain part: mappings, lists and scalars by the rules of YAML 1.2, so `no` and `2026-12-25`
stay the text that somebody wrote. Anchors, aliases, tags and a second document are refused, which also leaves
no way to make a small file huge. A key given twice is an error, never the last one winning.

Nothing is executed or fetched, and a file is never written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rules.language.files import read_text
from rules.language.nodes import KeyPath, ListNode, MapNode, Node, Place, Plain, Scalar, Source, plain, step
from rules.language.problems import DocumentError, Problem, closest, in_words, nearest_duration, shown_line, spelled
from rules.language.yaml_words import needs_quotes, trouble_in

__all__ = ["DEPTH_MAX", "Document", "KeyPath", "ListNode", "MapNode", "Node", "Place", "Plain", "Scalar", "Source"]

DEPTH_MAX = 30
#: After so many problems of form the rest is not worth reading.
PROBLEMS_MAX = 50

_INT = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?\Z")
_WORDS: dict[str, Plain] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class Document:
    """A tree, as one file has it or merged out of several."""

    root: Node

    @classmethod
    def read(cls, path: Path, shown_as: str = "") -> Document:
        """Read a file. Raises DocumentError where it is missing, too large, no UTF-8 or no plain YAML."""
        file = shown_as or path.name
        return cls.parse(read_text(path, file), file)

    @classmethod
    def parse(cls, text: str, file: str) -> Document:
        """Raises DocumentError with everything that is wrong in form."""
        builder = _Builder(Source(file, tuple(text.splitlines())))
        root = builder.build(text)
        if builder.problems or root is None:
            raise DocumentError(builder.problems or [Problem(file, 1, 1, "", "is empty")])
        return cls(root)

    def plain(self, path: Sequence[str | int] = ()) -> Any:
        """The dicts, lists and values at a key path, without positions."""
        return plain(self.at(path))

    def at(self, path: Sequence[str | int]) -> Node:
        """The node at a key path, or the nearest one above it that exists."""
        return self._walk(path)[0]

    def key_at(self, path: Sequence[str | int]) -> Node:
        """The key that a path ends in, for what is wrong with the key itself; else the nearest node."""
        parent = self.at(path[:-1]) if path else self.root
        if isinstance(parent, MapNode):
            return next((name for name, _ in parent.entries if name.value == path[-1]), parent)
        return self.at(path)

    def real_path(self, path: Sequence[str | int]) -> KeyPath:
        """`path` without what is not in the file (a model's own branches, `[key]`)."""
        return self._walk(path)[1]

    def problem(
        self,
        path: Sequence[str | int],
        message: str,
        allowed: str = "",
        suggestion: str = "",
        node: Node | None = None,
        column_offset: int = 0,
    ) -> Problem:
        """What is wrong at a key path, told as the file has it that the node stands in. `node` points elsewhere than at
        the path's value. What is wrong with a variable's value is told where that was written, if it is misspelt, or if
        a file that is included uses it, which may be a shipped one."""
        found, _, rest = self._walk(path)
        named, given = self._given(found) if node is None else ("", None)
        if given and (self._is_put_in_elsewhere(found, given) or _is_slip_of(given, suggestion)):
            told = f"{message} ({named} is used in {found.source.file}:{found.line})"
            return problem_at(given, told, allowed, suggestion)
        if given:
            message += f" ({named} has its value in {_line_of(given, found)})"
        inner = (*found.place.path, *rest)
        return problem_at(node or found, message, allowed, suggestion, path=inner, column_offset=column_offset)

    def unknown(self, path: Sequence[str | int], what: str, found: str, allowed: Sequence[str]) -> Problem:
        """A name that is not among those allowed: `"stpe" is no key here`, with the nearest one."""
        return self.problem(path, f'"{found}" is {what}', in_words(allowed, found), closest(found, allowed))

    def _given(self, node: Node) -> tuple[str, Node | None]:
        """The variable that stands in a node's place, and where it has its value."""
        named = node.variable if isinstance(node, Scalar) else ""
        variables = self.at(("variables",)) if named else None
        return named, step(variables, named.partition(".")[2]) if variables else None

    def _is_put_in_elsewhere(self, use: Node, given: Node) -> bool:
        """Whether the file that includes the others gives a value to a variable that one of those uses."""
        return given.source.file != use.source.file and given.source.file == self.root.source.file

    def _walk(self, path: Sequence[str | int]) -> tuple[Node, KeyPath, KeyPath]:
        """The last node that a path finds, the path to it, and what of the path leads on from there."""
        node, real, rest = self.root, list[str | int](), tuple(path)
        for index, part in enumerate(path):
            inner = step(node, part)
            if inner is not None:
                node, rest = inner, tuple(path[index + 1 :])
                real.append(part)
        return node, tuple(real), rest


def _line_of(given: Node, use: Node) -> str:
    return f"line {given.line}" if given.source.file == use.source.file else f"{given.source.file}:{given.line}"


def _is_slip_of(given: Node, suggestion: str) -> bool:
    """Whether what is suggested is the value itself, spelt right: `2 h` for `2 hrs`."""
    written = str(given.value) if isinstance(given, Scalar) else ""
    return bool(suggestion) and suggestion == nearest_duration(written)


def problem_at(
    node: Node,
    message: str,
    allowed: str = "",
    suggestion: str = "",
    *,
    path: KeyPath | None = None,
    column_offset: int = 0,
) -> Problem:
    """What is wrong with a node, or at a key path of its file near it."""
    place = node.place
    return Problem(
        file=place.source.file,
        line=place.line,
        column=place.column + column_offset,
        path=spelled(place.path if path is None else path),
        message=message,
        source=shown_line(place.source.lines, place.line),
        allowed=allowed,
        suggestion=suggestion,
    )


class _Builder:
    """Makes the tree from the parser's events. Problems are collected, so that several show at once."""

    def __init__(self, source: Source) -> None:
        self.problems: list[Problem] = []
        self._source = source

    def build(self, text: str) -> Node | None:
        events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=yaml.SafeLoader))
        root: Node | None = None
        try:
            for event in events:
                if isinstance(event, yaml.DocumentStartEvent):
                    if root is not None:
                        self._report(event.start_mark, "a second document: one file holds one")
                        break
                    root = self._node(next(events), events, ())
        except yaml.MarkedYAMLError as error:
            self._report_form(error)
        except yaml.YAMLError as error:
            self._report(None, f"is no YAML: {_first_line(error)}")
        except _TooMuchError:
            pass
        return root

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], path: KeyPath) -> Node:
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if len(path) > DEPTH_MAX:
            self._report(event.start_mark, f"more than {DEPTH_MAX} levels deep")
            raise _TooMuchError
        self._refuse_extras(event)
        place = Place(self._source, line, column, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return ListNode(place, tuple(self._items(events, path)))
        if isinstance(event, yaml.MappingStartEvent):
            return MapNode(place, tuple(self._entries(events, path)))
        if isinstance(event, yaml.ScalarEvent):
            value = _value(event.value) if event.implicit[0] else event.value
            return Scalar(place, value, event.style in {"'", '"'}, event.style in {"|", ">"})
        return Scalar(place, None)

    def _items(self, events: Iterator[yaml.Event], path: KeyPath) -> Iterator[Node]:
        index = 0
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            yield self._node(event, events, (*path, index))
            index += 1

    def _entries(self, events: Iterator[yaml.Event], path: KeyPath) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, int] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            name = event.value if isinstance(event, yaml.ScalarEvent) else ""
            key = self._node(event, events, (*path, name))
            value = self._node(next(events), events, (*path, name))
            if not isinstance(key, Scalar):
                self._report(event.start_mark, "a key is a word, not a list or a mapping")
                continue
            if name in seen:
                self._report(event.start_mark, f'"{name}" is here twice (first on line {seen[name]})')
                continue
            seen[name] = key.line
            yield Scalar(key.place, name, key.is_quoted), value

    def _refuse_extras(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._report(event.start_mark, "anchors and aliases (& and *) are not read; write the value out")
        tag = getattr(event, "tag", None)
        if tag:
            mark = event.start_mark
            value = self._shown(mark.line + 1)[mark.column :] if mark else ""
            is_negation = isinstance(event, yaml.ScalarEvent) and re.match(r"![^!<]", value)
            self._report(
                mark, needs_quotes(value) if is_negation else f"tags are not read ({tag}); write the plain value"
            )

    def _report_form(self, error: yaml.MarkedYAMLError) -> None:
        mark, said = error.problem_mark or error.context_mark, error.problem or error.context or ""
        trouble = trouble_in(self._source.lines, said, _place(mark) or (1, 1), _place(error.context_mark))
        self._report_at(trouble.line, trouble.column, trouble.message, trouble.suggestion)

    def _shown(self, line: int) -> str:
        return shown_line(self._source.lines, line)

    def _report(self, mark: Any, message: str) -> None:
        self._report_at(*(_place(mark) or (1, 1)), message)

    def _report_at(self, line: int, column: int, message: str, suggestion: str = "") -> None:
        shown = self._shown(line)
        self.problems.append(Problem(self._source.file, line, column, "", message, shown, suggestion=suggestion))
        if len(self.problems) >= PROBLEMS_MAX:
            raise _TooMuchError


class _TooMuchError(Exception):
    """Enough is wrong: reading on would help nobody."""


def _place(mark: Any) -> tuple[int, int] | None:
    return (mark.line + 1, mark.column + 1) if mark else None


def _value(text: str) -> Plain:
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
