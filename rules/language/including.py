"""The files that make up a policy: the one that was named, and what it includes, and what these include.

Each file is taken once, in the order in which its sentences hold: what is included comes before what includes it. Which
files were looked for is told in any case, so that a policy that is broken now is read again once one of them is mended.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from pathlib import Path

from rules.language.document import Document, ListNode, MapNode, Node, Scalar, problem_at
from rules.language.files import PACKS, POLICY_FILE, policy_files_in, shipped_packs
from rules.language.problems import DocumentError, Problem, closest, in_words
from rules.language.validation import shown

INCLUDES_DEEP_MAX = 10
INCLUDE = "include"
_WANTED = "the name of a shipped pack, or a path from this file's folder, such as ../company.yaml"


@dataclass(frozen=True, slots=True)
class Layer:
    """One file: where it lies, its name in messages, its tree, and the files that it includes, directly or not."""

    path: Path
    shown: str
    root: Node
    sees: frozenset[Path]


@dataclass(slots=True)
class Gathered:
    """The files in the order in which they hold, all that were looked for, and what is wrong with their includes."""

    layers: list[Layer] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def gather(path: Path, shown_as: str = "") -> Gathered:
    """The file and everything that it includes. Never raises for what is wrong in them.

    `shown_as` is what messages call the file, and what the others' names in them begin from; left out, its name.
    """
    gathered = Gathered()
    _take(gathered, path, shown_as or path.name, ())
    return gathered


def _take(gathered: Gathered, path: Path, shown_as: str, way: tuple[tuple[Path, str], ...]) -> frozenset[Path]:
    """Adds the file behind what it includes; it and all these come back. `way` leads to it, from the first file on."""
    gathered.files.append(path)
    try:
        root = Document.read(path, shown_as).root
    except DocumentError as error:
        gathered.problems += error.problems
        return frozenset()
    way = (*way, (path.resolve(), shown_as))
    if len(way) > 1:
        gathered.problems += _unfit(root)
    seen = [_include(gathered, entry, path, way) for entry in _entries(gathered, root)]
    sees = frozenset[Path]().union(*seen)
    gathered.layers.append(Layer(path.resolve(), shown_as, root, sees))
    return sees | {path.resolve()}


def _include(gathered: Gathered, entry: Scalar, path: Path, way: tuple[tuple[Path, str], ...]) -> frozenset[Path]:
    target, shown_as = _target(str(entry.value), path, way[-1][1])
    real = target.resolve()
    known = next((layer for layer in gathered.layers if layer.path == real), None)
    if known:
        return known.sees | {real}
    above = [one for one, _ in way]
    if real in above:
        circle = " -> ".join([*(name for _, name in way[above.index(real) :]), shown_as])
        gathered.problems.append(problem_at(entry, f"a circle of includes: {circle}"))
    elif len(way) > INCLUDES_DEEP_MAX:
        gathered.problems.append(problem_at(entry, f"more than {INCLUDES_DEEP_MAX} includes deep"))
    elif not target.is_file():
        gathered.files.append(target)
        gathered.problems.append(_missing(entry, target))
    elif target not in gathered.files:  # else it is broken, and was told of
        return _take(gathered, target, shown_as, way)
    return frozenset()


def _target(entry: str, path: Path, shown_as: str) -> tuple[Path, str]:
    """The file that an entry means, and its name in messages."""
    if entry in shipped_packs():
        return PACKS / entry / POLICY_FILE, f"{entry}/{POLICY_FILE}"
    target, name = path.parent / entry, posixpath.normpath(posixpath.join(posixpath.dirname(shown_as), entry))
    return (target / POLICY_FILE, f"{name}/{POLICY_FILE}") if target.is_dir() else (target, name)


def _entries(gathered: Gathered, root: Node) -> list[Scalar]:
    listed = root.get(INCLUDE) if isinstance(root, MapNode) else None
    if listed is None:
        return []
    if not isinstance(listed, ListNode):
        found = f"{shown(listed)} stands here, where a list is wanted"
        gathered.problems.append(problem_at(listed, found, f"[accountability], or several: {_WANTED}"))
        return []
    entries: list[Scalar] = []
    for item in listed.items:
        if isinstance(item, Scalar) and isinstance(item.value, str) and item.value.strip():
            entries.append(item)
        else:
            found = f"{shown(item)} stands here, where a name or a path is wanted"
            gathered.problems.append(problem_at(item, found, _WANTED))
    return entries


def _missing(entry: Scalar, target: Path) -> Problem:
    written = str(entry.value)
    folder, name = posixpath.split(written)
    if not folder and "." not in name:
        packs = shipped_packs()
        message = f'"{written}" is no pack that ships with Aftermath, and no file beside this one'
        return problem_at(entry, message, in_words(packs, written), closest(written, packs))
    near = closest(name, policy_files_in(target.parent))
    return problem_at(entry, f'"{written}" is not there', _WANTED, posixpath.join(folder, near) if near else "")


def _unfit(root: Node) -> list[Problem]:
    """Why a file that is included is no policy's. What else it holds is looked at when all are one."""
    if not isinstance(root, MapNode):
        return [problem_at(root, f"{shown(root)} stands here, where a mapping (key: value) is wanted")]
    version = root.get("policy")
    if version is None:
        return [problem_at(root, '"policy" is missing: the version of the language in which this file is written', "1")]
    if not (isinstance(version, Scalar) and version.value == 1 and version.value is not True):
        return [problem_at(version, f"{shown(version)} is not allowed here", "1")]
    return []
