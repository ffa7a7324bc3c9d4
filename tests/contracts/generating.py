"""JSON made up from the vendors' own schemas: of the right form, and full of what a form alone does not rule out.

A schema of GitHub's holds hundreds of fields, too many to be drawn one by one. So a seed is drawn, and chance does the
rest: the same seed makes the same JSON.
"""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Mapping
from typing import Any

from tests.contracts.openapi import CONTRACTS, FILES

Schema = Mapping[str, Any]

#: Deeper than that only what a schema cannot do without is made.
_DEPTH_MAX = 6
_TEXTS = (
    "", " ", "failure", "acme/shop", "acme/shop#7", "OPS-12", "../..", "http://192.0.2.1/repos/acme/shop/issues/7",
    "//192.0.2.1/x", '" OR 1=1 --', "\\", "'", "<!-- aftermath/1 x -->", "\x00", "\u2028", "\ud800", "🧯", "x" * 300,
    "2026-11-02T09:00:00Z", "2026-11-02T09:00:00.000+0000", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "2026-02-30", "1", "-1", "NaN", "{{ 7*7 }}", "@everyone", "/approve",
)  # fmt: skip
_NUMBERS = (0, 1, 7, -1, 2**31, 2**63, 10**18, 10**40)


@functools.cache
def spec(name: str) -> dict[str, Any]:
    """A vendor's description, as it is written."""
    loaded: dict[str, Any] = json.loads((CONTRACTS / FILES[name]).read_text(encoding="utf-8"))
    return loaded


def is_possible() -> bool:
    return all((CONTRACTS / name).exists() for name in FILES.values())


def made(schema: Schema, components: Mapping[str, Any], chance: random.Random, depth: int = 0) -> Any:
    """Something that the schema allows, as far as form goes."""
    if "$ref" in schema:
        return made(components[schema["$ref"].rpartition("/")[2]], components, chance, depth)
    if schema.get("nullable") and chance.random() < 0.15:
        return None
    for choice in ("oneOf", "anyOf"):
        if choice in schema:
            return made(chance.choice(schema[choice]), components, chance, depth + 1)
    if "allOf" in schema:
        parts = [made(one, components, chance, depth) for one in schema["allOf"]]
        merged = {key: value for part in parts if isinstance(part, dict) for key, value in part.items()}
        return merged or parts[0]
    if "enum" in schema:
        return chance.choice(schema["enum"])
    return _of_type(schema, components, chance, depth)


def _of_type(schema: Schema, components: Mapping[str, Any], chance: random.Random, depth: int) -> Any:
    match schema.get("type"):
        case "array":
            count = chance.randrange(3) if depth < _DEPTH_MAX else 0
            return [made(schema.get("items", {}), components, chance, depth + 1) for _ in range(count)]
        case "integer" | "number":
            return chance.choice(_NUMBERS)
        case "boolean":
            return chance.random() < 0.5
        case "string":
            return chance.choice(_TEXTS)
    properties, required = schema.get("properties", {}), set(schema.get("required", ()))
    return {
        name: made(of, components, chance, depth + 1)
        for name, of in properties.items()
        if name in required or (depth < _DEPTH_MAX and chance.random() < 0.5)
    }
