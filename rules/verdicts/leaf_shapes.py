"""What a leaf of a condition asks, as data: which fact is compared with what, which word is looked for in which list.

The kinds that people write are known; of anything else, and of what could mean something else, there is no shape, and
it is shown as it is written. Pure text: what a leaf says of facts CEL alone knows (`rules.verdicts.trees`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rules.variables import PREFIX
from rules.verdicts.expressions import Join, taken_apart, without_gaps


@dataclass(frozen=True, slots=True)
class Constant:
    value: str | int


@dataclass(frozen=True, slots=True)
class Named:
    """A fact, or a variable of the policy, and its kind. `is_size` asks how long it is, or how many there are in it."""

    name: str
    kind: str
    is_size: bool = False


@dataclass(frozen=True, slots=True)
class Each:
    """What stands for each of a list's in turn: `label` of `labels.exists(label, …)`."""


Operand = Constant | Named | Each


@dataclass(frozen=True, slots=True)
class Stated:
    """A yes-or-no fact that is to be so, or not."""

    fact: str
    is_so: bool = True


@dataclass(frozen=True, slots=True)
class Compared:
    """`sign` is one of CEL's: `<`, `==`. No constant stands on the left, and no variable with a fact on the right."""

    left: Named | Each
    sign: str
    right: Operand


@dataclass(frozen=True, slots=True)
class Among:
    """Something that is to be one of a list's."""

    item: Operand
    group: tuple[Constant, ...] | Named


@dataclass(frozen=True, slots=True)
class Worded:
    """A text that is to begin or end with another, to contain or to match it; `how` is CEL's word."""

    subject: Named | Each
    how: str
    text: Operand


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of which one (`exists`) or each (`all`) is to be `asks`, or is not to be where `is_asked` is False."""

    group: tuple[Constant, ...] | Named
    how: str
    asks: Compared | Among | Worded
    is_asked: bool = True


Shape = Stated | Compared | Among | Worded | Listed

TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_NAME = r"[a-z_]\w*(?:\.\w+)*"
_TEXT = r"""(?:"(?:[^"\\\n]|\\["'\\])*"|'(?:[^'\\\n]|\\["'\\])*'|[rR]"[^"\n]*"|[rR]'[^'\n]*')"""
_WRITTEN = rf"(?:-?\d{{1,18}}|{_TEXT})"
_SIDE = rf"(?:{_WRITTEN}|size\({_NAME}\)|{_NAME}(?:\.size\(\))?)"
_GROUP = rf"(?:\[{_WRITTEN}(?:,{_WRITTEN})*\]|{_NAME})"
_COMPARED = re.compile(rf"(?P<left>{_SIDE})(?P<sign>[<>=!]=|[<>])(?P<right>{_SIDE})\Z")
_AMONG = re.compile(rf"(?P<item>{_TEXT}|-?\d{{1,18}}|{_NAME}) in (?P<group>{_GROUP})\Z")
_WORDED = re.compile(rf"(?P<subject>{_NAME})\.(?P<how>startsWith|endsWith|contains|matches)\((?P<text>{_SIDE})\)\Z")
_LISTED = re.compile(rf"(?P<group>{_GROUP})\.(?P<how>exists|all)\((?P<each>[a-z_]\w*),(?P<asks>.*)\)\Z", re.DOTALL)
_SIZE = re.compile(rf"size\((?P<of>{_NAME})\)|(?P<whose>{_NAME})\.size\(\)")
_ESCAPED = re.compile(r"\\(.)")


def kinds_of(values: Mapping[str, Any]) -> dict[str, str]:
    """The kinds of values, by name, as facts have them."""
    known: dict[type, str] = {bool: "bool", int: "int", str: "string", list: "list of string", tuple: "list of string"}
    return {name: known.get(type(value), "") for name, value in values.items()}


def shape_of(text: str, kinds: Mapping[str, str]) -> Shape | None:
    """What a leaf asks; None where it is no kind that is known. `kinds` are those of all facts and variables in it."""
    shape = _shape(without_gaps(text), kinds, "")
    return None if isinstance(shape, Stated) and kinds.get(shape.fact) != "bool" else shape


def _shape(text: str, kinds: Mapping[str, str], each: str) -> Shape | None:
    """`each` is the name that stands for each of a list's, where the text is what is asked of them."""
    if text in kinds or (text.startswith("has(") and text[4:-1] in kinds):  # which says no more than the fact itself
        return Stated(text.removeprefix("has(").removesuffix(")"))
    if found := _COMPARED.match(text):
        return _compared(found["left"], found["sign"], found["right"], kinds, each)
    if found := _AMONG.match(text):
        item, group = _operand(found["item"], kinds, each), _group(found["group"], kinds)
        is_told = item and group and not (isinstance(item, Constant) and isinstance(group, tuple))
        return Among(item, group) if is_told else None  # type: ignore[arg-type]
    if found := _WORDED.match(text):
        subject, wanted = _operand(found["subject"], kinds, each), _operand(found["text"], kinds, each)
        is_told = isinstance(subject, Named | Each) and wanted and "size(" not in text
        return Worded(subject, found["how"], wanted) if is_told else None  # type: ignore[arg-type]
    found = _LISTED.match(text)
    return _listed(found, kinds) if found and not each else None


def _compared(left: str, sign: str, right: str, kinds: Mapping[str, str], each: str) -> Shape | None:
    is_turned = left.startswith(PREFIX) and right in kinds and not right.startswith(PREFIX)
    if left in ("true", "false") or _operand_is_constant(left) or is_turned:
        left, sign, right = right, TURNED[sign], left
    if right in ("true", "false"):
        is_plain = sign in ("==", "!=") and left in kinds
        return Stated(left, (right == "true") == (sign == "==")) if is_plain else None
    first, second = _operand(left, kinds, each), _operand(right, kinds, each)
    if isinstance(first, Constant) or first is None or second is None:
        return None
    kept = [one.kind for one in (first, second) if isinstance(one, Named) and not one.is_size]
    return Compared(first, sign, second) if all(kind in ("int", "string") for kind in kept) else None


def _listed(found: re.Match[str], kinds: Mapping[str, str]) -> Shape | None:
    group, each = _group(found["group"], kinds), found["each"]
    if group is None or any(name.split(".")[0] == each for name in kinds):
        return None
    part = taken_apart(found["asks"])
    is_asked = part.join is not Join.NOT
    asks = _shape(without_gaps(part.text if is_asked else part.parts[0].text), kinds, each)
    if not isinstance(asks, Compared | Among | Worded) or sum(isinstance(one, Each) for one in _operands(asks)) != 1:
        return None
    return Listed(group, found["how"], asks, is_asked)


def _operands(shape: Compared | Among | Worded) -> Iterator[object]:
    match shape:
        case Compared():
            yield from (shape.left, shape.right)
        case Among():
            yield from (shape.item, shape.group)
        case Worded():
            yield from (shape.subject, shape.text)


def _operand_is_constant(written: str) -> bool:
    return bool(re.fullmatch(_WRITTEN, written))


def _operand(written: str, kinds: Mapping[str, str], each: str) -> Operand | None:
    if _operand_is_constant(written):
        return Constant(_value(written))
    if each and written == each:
        return Each()
    if size := _SIZE.fullmatch(written):
        name = size["of"] or size["whose"]
        return Named(name, kinds[name], is_size=True) if kinds.get(name) in ("string", "list of string") else None
    return Named(written, kinds[written]) if written in kinds else None


def _group(written: str, kinds: Mapping[str, str]) -> tuple[Constant, ...] | Named | None:
    if written.startswith("["):
        return tuple(Constant(_value(one)) for one in re.findall(_WRITTEN, written[1:-1]))
    return Named(written, kinds[written]) if kinds.get(written) == "list of string" else None


def _value(written: str) -> str | int:
    """A number, or a text without its quotes; of escapes only those of quotes and backslashes are taken (`_TEXT`)."""
    if re.fullmatch(r"-?\d+", written):
        return int(written)
    if written[0] in "rR":
        return written[2:-1]
    return _ESCAPED.sub(r"\1", written[1:-1])
