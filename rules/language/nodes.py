"""The nodes of a YAML tree, each with the place at which somebody wrote it.

Trees are merged out of several files, and values are put in where a variable stands: whatever becomes of a node, a
problem with it names the file, line and column of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

KeyPath = tuple[str | int, ...]
Plain = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Source:
    """The file that a node stands in: its name for messages, and its lines."""

    file: str
    lines: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands: its file, line and column (from 1), and its key path in that file. A tree may be merged out
    of several files; a node keeps the place at which somebody wrote it."""

    source: Source
    line: int
    column: int
    path: KeyPath = ()


@dataclass(frozen=True, slots=True)
class _Placed:
    place: Place = field(compare=False, repr=False)

    @property
    def source(self) -> Source:
        return self.place.source

    @property
    def line(self) -> int:
        return self.place.line

    @property
    def column(self) -> int:
        return self.place.column


@dataclass(frozen=True, slots=True)
class Scalar(_Placed):
    """A single value. `value` is what YAML 1.2 makes of it; `is_quoted` says where the text starts; `variable` is the
    name that was written there instead (`vars.patience`), if one was."""

    value: Plain
    is_quoted: bool = False
    is_block: bool = False
    variable: str = ""


@dataclass(frozen=True, slots=True)
class ListNode(_Placed):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MapNode(_Placed):
    """Keys with their values, in the order of the file; keys are always text."""

    entries: tuple[tuple[Scalar, Node], ...]

    def get(self, key: str) -> Node | None:
        return next((value for name, value in self.entries if name.value == key), None)

    def keys(self) -> tuple[str, ...]:
        return tuple(str(name.value) for name, _ in self.entries)


Node = Scalar | ListNode | MapNode


def plain(node: Node) -> Any:
    """The dicts, lists and values of a node, without positions."""
    if isinstance(node, MapNode):
        return {str(name.value): plain(value) for name, value in node.entries}
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return node.value


def step(node: Node, part: str | int) -> Node | None:
    """What a key or an index leads to, if anything."""
    if isinstance(node, MapNode):
        return node.get(str(part))
    if isinstance(node, ListNode) and isinstance(part, int) and part < len(node.items):
        return node.items[part]
    return None
