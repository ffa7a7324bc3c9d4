"""The trackers' own fields that a policy names, so that conditions can ask about them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rules.language.document import MapNode
from rules.language.forms import FieldForm
from rules.language.reading import Reading
from rules.own_fields import TYPES, OwnField

_ID = re.compile(r"[a-z][a-z0-9_]*\Z")
_ID_CHARACTERS_MAX = 40
_NAME_CHARACTERS_MAX = 255
#: Words that conditions keep for themselves, so that none can stand behind a dot.
#: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
_RESERVED = frozenset(
    [
        "as",
        "break",
        "const",
        "continue",
        "else",
        "false",
        "for",
        "function",
        "if",
        "import",
        "in",
        "let",
        "loop",
        "namespace",
        "null",
        "package",
        "return",
        "true",
        "var",
        "void",
        "while",
    ]
)


def declared(reading: Reading) -> dict[str, str]:
    """Id to type of each field that is named, be its form wrong: what is asked of it is no mistake of the rule's."""
    root = reading.document.root
    named = reading.document.plain(("fields",)) if isinstance(root, MapNode) and root.get("fields") else {}
    given = ((one, form.get("type")) if isinstance(form, dict) else (one, "") for one, form in _pairs(named))
    return {one: kind if kind in TYPES else TYPES[0] for one, kind in given if _ID.match(one) and one not in _RESERVED}


def _pairs(named: Any) -> list[tuple[str, Any]]:
    return [(str(key), value) for key, value in named.items()] if isinstance(named, dict) else []


def read_fields(reading: Reading, forms: Mapping[str, FieldForm]) -> dict[str, OwnField]:
    """The fields by id, with what is wrong with them noted."""
    first: dict[str, str] = {}
    for field_id, form in forms.items():
        if not _ID.match(field_id) or len(field_id) > _ID_CHARACTERS_MAX or field_id in _RESERVED:
            allowed = f"small letters, figures and _, up to {_ID_CHARACTERS_MAX}, such as impact"
            reading.note_key(("fields", field_id), f'"{field_id}" cannot stand in a condition', allowed)
        name = form.name.strip()
        place = ("fields", field_id, "name")
        if not name or "\n" in name or len(name) > _NAME_CHARACTERS_MAX:
            reading.note(place, "a field's name is one line, as people see it on the tracker")
            continue
        other = first.setdefault(name.casefold(), field_id)
        if other != field_id:
            line = reading.document.at(("fields", other, "name")).line
            reading.note(place, f'"{name}" is the name of two fields ("{other}" on line {line})')
    return {field_id: OwnField(field_id, form.name.strip(), form.type) for field_id, form in forms.items()}
